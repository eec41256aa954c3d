"""The system's own tables: people, rights, the log, views, jobs, settings. Read and written by services through SQLAlchemy.

Invariants: ids are 63-bit integers (base/ids.py); instants are aware UTC (`Instant`); JSON columns hold plain data. Nothing here
is a record of a module: those live in one table a module, built from its `ModuleSpec`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.database.types import Id, Instant, Json, LongText


def _key() -> Any:
    return Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})


def _link(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(default=None, sa_type=Id, nullable=nullable, index=index)


def _at(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(default=None, sa_type=Instant, nullable=nullable, index=index)


def _json(default: Any = None) -> Any:
    return Field(default=default, sa_type=Json, nullable=True)


def _text(default: Any = "") -> Any:
    return Field(default=default, sa_type=LongText, nullable=True)


class SchemaState(SQLModel, table=True):
    """One row (id 1): counters that each unit of work compares, so that processes notice changes made by others."""

    __tablename__ = "schema_state"
    id: int = Field(primary_key=True)
    schema_version: int = 1  # fields, modules, overlay
    access_version: int = 1  # people, profiles, roles, sharing defaults
    settings_version: int = 1


class Setting(SQLModel, table=True):
    """Company-wide settings: language, company, currency, zone, week start, fiscal month, and what pages need."""

    __tablename__ = "setting"
    key: str = Field(primary_key=True, max_length=120)
    value: Any = _json()


class Profile(SQLModel, table=True):
    """What one may do: `permissions` is {"modules": {api: [ops]}, "fields": {api: {field: "hidden"|"read"}}, "tools": [tool]}."""

    __tablename__ = "profile"
    id: int = _key()
    key: str = Field(max_length=40, default="")  # "administrator", "standard" for the built-in ones
    name: str = Field(max_length=80)
    description: str = _text()
    permissions: Any = _json()


class Role(SQLModel, table=True):
    """A place in the tree: people of a role see the records of the roles below it."""

    __tablename__ = "role"
    id: int = _key()
    name: str = Field(max_length=80)
    parent_id: int | None = _link(index=True)


class User(SQLModel, table=True):
    """A person who signs in. Never deleted: deactivated."""

    __tablename__ = "user"
    id: int = _key()
    email: str = Field(max_length=254)
    email_f: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=120)
    name_f: str = Field(max_length=120, index=True)
    first_name: str = Field(default="", max_length=60)
    last_name: str = Field(default="", max_length=80)
    password_hash: str = Field(default="", max_length=255)
    profile_id: int = _link(nullable=False)
    role_id: int | None = _link()
    active: bool = True
    language: str = Field(default="fr", max_length=5)
    zone: str = Field(default="Europe/Paris", max_length=60)
    theme: str = Field(default="auto", max_length=10)  # auto, light, dark
    preferences: Any = _json()  # columns per view, business cards, keys off, contrast…
    created_at: datetime = _at(nullable=False)
    last_seen_at: datetime | None = _at()


class Session(SQLModel, table=True):
    """A signed-in browser. Only the hash of its cookie is kept."""

    __tablename__ = "session"
    id: int = _key()
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = _link(nullable=False, index=True)
    created_at: datetime = _at(nullable=False)
    seen_at: datetime = _at(nullable=False)
    expires_at: datetime = _at(nullable=False)
    revoked_at: datetime | None = _at()
    renew: bool = False  # rights changed: the browser gets a new token with its next page
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=255)


class SignIn(SQLModel, table=True):
    """Attempts to sign in: history for people, and the ground of the growing lockout."""

    __tablename__ = "sign_in"
    id: int = _key()
    at: datetime = _at(nullable=False, index=True)
    email_f: str = Field(default="", max_length=254, index=True)
    user_id: int | None = _link(index=True)
    address: str = Field(default="", max_length=64, index=True)
    agent: str = Field(default="", max_length=255)
    outcome: str = Field(default="", max_length=20)  # ok, wrong, locked, inactive, reset


class OneTimeLink(SQLModel, table=True):
    """A link that lets one person choose a password once."""

    __tablename__ = "one_time_link"
    id: int = _key()
    token_hash: str = Field(max_length=64, unique=True)
    user_id: int = _link(nullable=False)
    created_at: datetime = _at(nullable=False)
    expires_at: datetime = _at(nullable=False)
    used_at: datetime | None = _at()


class SharingDefault(SQLModel, table=True):
    """Who sees a module's records by default: private, read, write or all (read, write and delete)."""

    __tablename__ = "sharing_default"
    module: str = Field(primary_key=True, max_length=80)
    access: str = Field(max_length=10)


class Share(SQLModel, table=True):
    """One record shared with one person or one role (and the roles below)."""

    __tablename__ = "share"
    __table_args__ = (Index("ix_share_record", "module", "record_id"), Index("ix_share_user", "user_id", "module"))
    id: int = _key()
    module: str = Field(max_length=80)
    record_id: int = _link(nullable=False)
    user_id: int | None = _link()
    role_id: int | None = _link()
    permission: str = Field(max_length=10)  # read, write, all
    created_at: datetime = _at(nullable=False)
    created_by_id: int | None = _link()


class ChangeSet(SQLModel, table=True):
    """Who did what, when, from where: one a user's action. Its id is made before the attempt."""

    __tablename__ = "change_set"
    id: int = _key()
    at: datetime = _at(nullable=False, index=True)
    user_id: int | None = _link(index=True)
    source: str = Field(max_length=20)  # ui, api, import, cli, automation, system
    label: Any = _json()  # Text.as_json()
    reason: str = _text(None)
    session_id: int | None = _link()
    job_id: int | None = _link(index=True)
    undo_of: int | None = _link(index=True)
    undone_by: int | None = _link()


class Change(SQLModel, table=True):
    """One record's part of a change set: changed fields only, before and after, keyed by field name. A create stores no image."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_record", "module", "record_id", "id"),)
    id: int = _key()
    set_id: int = _link(nullable=False, index=True)
    module: str = Field(max_length=80)
    record_id: int = _link(nullable=False)
    op: str = Field(max_length=10)  # create, update, delete, restore, purge
    version: int = 0  # the record's version after it
    before: Any = _json()
    after: Any = _json()


class Outbox(SQLModel, table=True):
    """The ordered source for live screens, automation and webhooks: what was committed. One row per module and batch."""

    __tablename__ = "outbox"
    id: int = _key()
    set_id: int = _link(nullable=False)
    module: str = Field(max_length=80)
    ids: Any = _json()  # list of record ids, or null when many
    at: datetime = _at(nullable=False, index=True)
    txid: int | None = _link(index=True)  # PostgreSQL: pg_current_xact_id, to read in commit order


class RecordLink(SQLModel, table=True):
    """Many-to-many links of fields of type "multi_link"."""

    __tablename__ = "record_link"
    __table_args__ = (
        UniqueConstraint("module", "field", "from_id", "to_id", name="uq_record_link"),
        Index("ix_record_link_to", "module", "field", "to_id"),
    )
    id: int = _key()
    module: str = Field(max_length=80)
    field: str = Field(max_length=80)
    from_id: int = _link(nullable=False)
    to_id: int = _link(nullable=False)


class Counter(SQLModel, table=True):
    """Auto-numbers: locked in the transaction that takes the next one."""

    __tablename__ = "counter"
    key: str = Field(primary_key=True, max_length=120)
    next: int = 1


class Override(SQLModel, table=True):
    """The overlay: a property of a declared field or module that users changed. '' as field means the module itself."""

    __tablename__ = "override"
    __table_args__ = (UniqueConstraint("module", "field", "property", name="uq_override"),)
    id: int = _key()
    module: str = Field(max_length=80)
    field: str = Field(default="", max_length=80)
    property: str = Field(max_length=40)
    value: Any = _json()


class CustomField(SQLModel, table=True):
    """A field that a user made: a column `cf_<id>`. `settings` are the type's, in JSON; `labels` by language."""

    __tablename__ = "custom_field"
    id: int = _key()
    module: str = Field(max_length=80, index=True)
    type: str = Field(max_length=40)
    api_name: str = Field(max_length=80)
    labels: Any = _json()
    settings: Any = _json()
    section: str = Field(default="", max_length=40)
    active: bool = True
    position: int = 0


class SavedView(SQLModel, table=True):
    """A custom view: filter, columns, sort, kind, and who may use it."""

    __tablename__ = "saved_view"
    id: int = _key()
    module: str = Field(max_length=80, index=True)
    name: str = Field(max_length=120)
    owner_id: int = _link(nullable=False)
    audience: str = Field(default="me", max_length=10)  # me, all, some
    shared_with: Any = _json()  # {"users": [...], "roles": [...]}
    kind: str = Field(default="list", max_length=10)  # list, kanban, canvas
    filter: Any = _json()
    sort: Any = _json()  # [["amount", "desc"], …]
    columns: Any = _json()
    settings: Any = _json()  # board: by, total, card, hidden lanes…
    favourite_of: Any = _json()  # list of user ids
    position: int = 0


class StoredFilter(SQLModel, table=True):
    """A filter too long for an address, under a short key made of its content."""

    __tablename__ = "stored_filter"
    key: str = Field(primary_key=True, max_length=24)
    filter: Any = _json()
    used_at: datetime = _at(nullable=False)


class Draft(SQLModel, table=True):
    """Unsaved input of a form, per person and form, so that a reload or a restart loses nothing."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "form", name="uq_draft"),)
    id: int = _key()
    user_id: int = _link(nullable=False)
    form: str = Field(max_length=120)  # "Deals/new", "Deals/4711"
    values: Any = _json()
    version: int | None = Field(default=None)
    at: datetime = _at(nullable=False)


class Note(SQLModel, table=True):
    """A note on a record, read through its parent: it has no rights of its own."""

    __tablename__ = "note"
    __table_args__ = (Index("ix_note_parent", "parent_module", "parent_id", "created_at"),)
    id: int = _key()
    parent_module: str = Field(max_length=80)
    parent_id: int = _link(nullable=False)
    title: str = Field(default="", max_length=255)
    content: str = _text()
    owner_id: int = _link(nullable=False)
    created_at: datetime = _at(nullable=False)
    modified_at: datetime = _at(nullable=False)
    deleted_at: datetime | None = _at()
    version: int = 1


class StageChange(SQLModel, table=True):
    """Stage history of a deal: a row per change of stage, amount, probability or closing date."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_deal", "deal_id", "at"),)
    id: int = _key()
    deal_id: int = _link(nullable=False)
    set_id: int = _link(nullable=False, index=True)
    at: datetime = _at(nullable=False)
    user_id: int | None = _link()
    stage: str = Field(default="", max_length=120)
    amount: str | None = Field(default=None, max_length=40)  # exact decimal in text
    probability: str | None = Field(default=None, max_length=20)
    expected_revenue: str | None = Field(default=None, max_length=40)
    closing_on: date | None = None
    days_in_stage: int | None = None  # of the stage that ended with this change


class Job(SQLModel, table=True):
    """Long work: claimed by a lease, its cursor committed with each batch, so that it resumes exactly after a kill."""

    __tablename__ = "job"
    id: int = _key()
    kind: str = Field(max_length=40)  # import, export, mass_update, mass_delete, undo, …
    label: Any = _json()
    user_id: int | None = _link(index=True)
    state: str = Field(default="waiting", max_length=12, index=True)  # waiting, running, done, failed, cancelled
    params: Any = _json()
    cursor: Any = _json()
    counts: Any = _json()
    total: int | None = None
    done: int = 0
    message: Any = _json()  # why it failed, Text.as_json()
    set_id: int | None = _link()  # the change set it writes to
    cancel: str = Field(default="", max_length=8)  # "", "keep", "undo"
    lease_until: datetime | None = _at()
    lease_of: str = Field(default="", max_length=40)
    created_at: datetime = _at(nullable=False)
    started_at: datetime | None = _at()
    finished_at: datetime | None = _at()


class ImportProblem(SQLModel, table=True):
    """A row that an import refused, with why: shown, and downloadable with its original cells."""

    __tablename__ = "import_problem"
    __table_args__ = (Index("ix_import_problem_job", "job_id", "line"),)
    id: int = _key()
    job_id: int = _link(nullable=False)
    line: int
    column: str = Field(default="", max_length=255)
    message: Any = _json()
    cells: Any = _json()


class ImportMapping(SQLModel, table=True):
    """A remembered mapping: next time a file has these headers, it is proposed."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("module", "headers_hash", name="uq_import_mapping"),)
    id: int = _key()
    module: str = Field(max_length=80)
    headers_hash: str = Field(max_length=64)
    mapping: Any = _json()
    used_at: datetime = _at(nullable=False)


class SampleRecord(SQLModel, table=True):
    """Which records came with the sample data, so that one action removes them."""

    __tablename__ = "sample_record"
    module: str = Field(primary_key=True, max_length=80)
    record_id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
