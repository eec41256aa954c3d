"""All modules as they are now: declarations in code, then plugins, then the overlay that users made, as one frozen `Snapshot`.

Invariants: a snapshot never changes; a new one replaces it when `schema_state.schema_version` moved. Tables are SQLAlchemy Core
tables, complete with shadows, built lazily once per module and snapshot. Reading the current snapshot takes no lock.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, MetaData, Table, select
from sqlmodel import SQLModel

from app.base.errors import NotFound
from app.base.i18n import N_
from app.database import engine
from app.database.types import Id
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import system
from app.modules.accounts import Account
from app.modules.contacts import Contact
from app.modules.deals import Deal
from app.modules.overlay import apply_overrides, custom_fields
from app.modules.products import Product
from app.modules.record import Module, Record
from app.modules.spec import ModuleSpec

STANDARD: tuple[type[Record], ...] = (Account, Contact, Deal, Product)
SYSTEM_COLUMNS = ("id", "version")
_RESERVED = {"setup", "login", "logout", "recover", "welcome", "api", "static", "assets", "healthz", "crm", "oauth", "booth", "imports",
             "import", "jobs", "bin", "search", "calendar", "forecasts", "reports", "profile", "new", "password"}  # fmt: skip


class Snapshot:
    """The modules at one schema version."""

    def __init__(self, modules: Iterable[ModuleSpec], version: int = 0) -> None:
        self.version = version
        self.modules: tuple[ModuleSpec, ...] = tuple(sorted(modules, key=lambda m: m.position))
        self._by_key: dict[str, ModuleSpec] = {}
        for spec in self.modules:
            if spec.slug in _RESERVED:
                raise ValueError(f"the address /{spec.slug} is taken: module {spec.api_name}")
            for key in {spec.api_name, spec.slug, spec.table}:
                if key in self._by_key:
                    raise ValueError(f"two modules are called {key}")
                self._by_key[key] = spec
        self._tables: dict[str, Table] = {}
        self._lock = threading.Lock()

    def module(self, key: str) -> ModuleSpec:
        """The module with that API name, address or table; `NotFound` when there is none."""
        try:
            return self._by_key[key]
        except KeyError:
            raise NotFound(N_("There is no module “%(name)s”.", name=key)) from None

    def table(self, key: str) -> Table:
        """The Core table of a module, complete with shadows."""
        spec = self.module(key)
        found = self._tables.get(spec.api_name)
        if found is None:
            with self._lock:
                found = self._tables.get(spec.api_name)
                if found is None:
                    found = self._tables[spec.api_name] = build_table(spec, MetaData())
        return found

    def links_to(self, api_name: str) -> list[FieldSpec]:
        """Every link field, of any module, that points to `api_name`."""
        return [f for m in self.modules for f in m.fields if f.type in ("link", "multi_link") and f.target == api_name]


def declared(cls: type[Record]) -> ModuleSpec:
    """The `ModuleSpec` of a class: its fields in the order of sections, its words looked up in context."""
    module = cls.declaration
    table = cls.__table__  # type: ignore[attr-defined]
    order = {s.key: i for i, s in enumerate(module.sections)}
    found = [_in_module(c.info["field"], module.api, str(c.name)) for c in table.columns if "field" in c.info]
    own = [f for f in found if f.name in cls.__annotations__]
    shared = [f for f in found if f.name not in cls.__annotations__]  # owner, authors, currency: behind the module's own
    name = str(table.name)
    same = {f.name: getattr(module, f.name) for f in dataclasses.fields(Module) if f.name != "api"}
    same["singular"] = module.singular.in_context(f"{module.api}.singular")
    same["plural"] = module.plural.in_context(f"{module.api}.plural")
    ordered = sorted(own + shared, key=lambda f: order.get(f.section, 99))
    return ModuleSpec(api_name=module.api, table=name, slug=name.replace("_", "-"), fields=tuple(ordered), **same)


def _in_module(spec: FieldSpec, api: str, name: str) -> FieldSpec:
    settings: Mapping[str, Any] = spec.settings
    if spec.choices:
        choices = tuple(replace(c, label=c.label.in_context(f"{spec.api_name}.{c.value}")) for c in spec.choices)
        settings = MappingProxyType({**spec.settings, "choices": choices})
    return replace(spec, module=api, name=name, label=spec.label.in_context(f"{api}.{spec.api_name}"), settings=settings)


def build_table(spec: ModuleSpec, metadata: MetaData) -> Table:
    """The table of a module in `metadata`: system columns, every field's columns, and the indexes each table has."""
    columns: list[Column[Any]] = [
        Column("id", Id, primary_key=True, autoincrement=False),
        Column("version", Integer, nullable=False, default=1),
    ]
    for f in spec.fields:
        columns.extend(types[f.type].columns(f))
    table = Table(spec.table, metadata, *columns)
    for f in spec.fields:
        if f.custom:
            continue  # the columns and indexes of custom fields are made at run time, see database/ddl.py
        if f.unique:
            key = table.c[f.name + types[f.type].order_columns(f)[0]]
            live = table.c.deleted_at.is_(None)
            Index(f"uq_{spec.table}_{f.name}", key, unique=True, sqlite_where=live, postgresql_where=live)
        elif f.indexed or f.name == spec.title or f.type in ("link", "email", "phone"):
            suffixes = ("",) if f.type == "link" else types[f.type].order_columns(f)
            for suffix in suffixes:
                Index(f"ix_{spec.table}_{f.name}{suffix}", table.c[f.name + suffix], table.c.id)
    return table


def metadata() -> MetaData:
    """What Alembic migrates: system tables and the standard modules' complete tables, nothing that users made."""
    result = MetaData()
    for table in SQLModel.metadata.tables.values():
        if table.name in _SYSTEM_TABLES:
            table.to_metadata(result)
    for cls in STANDARD:
        build_table(declared(cls), result)
    return result


_SYSTEM_TABLES = {
    str(c.__table__.name)
    for c in vars(system).values()
    if isinstance(c, type) and issubclass(c, SQLModel) and hasattr(c, "__table__")
}
_declared: list[ModuleSpec] = [declared(cls) for cls in STANDARD]
_current = Snapshot(_declared)


def snapshot() -> Snapshot:
    """The modules as they are now."""
    return _current


def add_declared(spec: ModuleSpec) -> None:
    """A plugin's module joins the declared ones; called before the first snapshot is read from a database."""
    global _current
    _declared.append(spec)
    _current = Snapshot(_declared)


def refresh(connection: Connection, *, force: bool = False) -> Snapshot:
    """The snapshot that fits `connection`'s schema version, rebuilt when somebody changed fields or modules since."""
    global _current
    version = engine.versions(connection).schema
    if version != _current.version or force:
        _current = load(connection, version)
    return _current


def load(connection: Connection, version: int) -> Snapshot:
    """A snapshot read from the overlay and the custom fields of `connection`'s database."""
    overrides = [dict(r) for r in connection.execute(select(system.Override.__table__)).mappings()]  # type: ignore[attr-defined]
    custom = [dict(r) for r in connection.execute(select(system.CustomField.__table__)).mappings()]  # type: ignore[attr-defined]
    modules = []
    for spec in _declared:
        added = custom_fields([c for c in custom if c["module"] == spec.api_name])
        whole = replace(spec, fields=(*spec.fields, *added))
        modules.append(apply_overrides(whole, [o for o in overrides if o["module"] == spec.api_name]))
    return Snapshot(modules, version)


__all__ = ["Snapshot", "add_declared", "build_table", "declared", "load", "metadata", "refresh", "snapshot"]
