"""What every record has, whatever its module: an owner, its authors, a version. Modules are SQLModel classes built on this.

The classes are declarations: typed, read by the registry and by type checkers. Records are read and written through the Core
tables that the registry builds, never as instances of these classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlmodel import Field, SQLModel

from app.base.i18n import N_, Text, raw
from app.database.types import Id
from app.fields.declare import datetime_, decimal, person, picklist
from app.fields.spec import Choice
from app.modules.spec import Board, RelatedList, Section, StandardView

CURRENCIES = tuple(
    Choice(code, raw(code))
    for code in ("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "MAD", "TND", "XOF")
)
INFORMATION = Section("information", N_("Information"))
ADDRESS = Section("address", N_("Address"))
DESCRIPTION = Section("description", N_("Description"))
SYSTEM = Section("system", N_("Record"), collapsed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """The module part of a declaration; the fields are the class's. Words are lazy, names are fields of the class."""

    api: str
    singular: Text
    plural: Text
    new: Text
    icon: str
    title: str
    sections: tuple[Section, ...]
    columns: tuple[str, ...]
    subtitle: str = ""
    business_card: tuple[str, ...] = ()
    quick_create: tuple[str, ...] = ()
    related: tuple[RelatedList, ...] = ()
    views: tuple[StandardView, ...] = ()
    board: Board | None = None
    default_sort: tuple[tuple[str, str], ...] = ()
    duplicate_keys: tuple[tuple[str, ...], ...] = ()
    group: str = "sell"
    position: int = 100
    in_rail: bool = True
    avatar: str = "company"


class Record(SQLModel):
    """The fields of every module. `version` counts the saves of one record; `deleted_at` is set in the recycle bin."""

    declaration: ClassVar[Module]

    id: int = Field(primary_key=True, sa_type=Id, sa_column_kwargs={"autoincrement": False})
    version: int = 1
    owner_id: int | None = person(N_("Owner"), api="Owner", section="information", default="@me", indexed=True)
    created_at: datetime | None = datetime_(
        N_("Created Time"), api="Created_Time", section="system", read_only=True, indexed=True
    )
    created_by_id: int | None = person(N_("Created By"), api="Created_By", section="system", read_only=True)
    modified_at: datetime | None = datetime_(
        N_("Modified Time"), api="Modified_Time", section="system", read_only=True, indexed=True
    )
    modified_by_id: int | None = person(N_("Modified By"), api="Modified_By", section="system", read_only=True)
    deleted_at: datetime | None = datetime_(
        N_("Deleted Time"), api="Deleted_Time__s", section="system", read_only=True, hidden=True
    )
    deleted_by_id: int | None = person(N_("Deleted By"), api="Deleted_By__s", section="system", read_only=True, hidden=True)


class Priced(SQLModel):
    """Modules with money: the record's currency, and what one unit of it was worth in the company's when it was saved."""

    currency: str | None = picklist(
        N_("Currency"), api="Currency", section="system", choices=CURRENCIES, default="@currency", hidden=True
    )
    exchange_rate: Decimal | None = decimal(N_("Exchange Rate"), api="Exchange_Rate", section="system", scale=9, hidden=True)
