"""The rooms of Setup: what there is, who may enter, and one sentence on each. Only rooms that work stand here."""

from __future__ import annotations

from dataclasses import dataclass

from app.base.i18n import N_, Text
from app.services.actor import Actor


@dataclass(frozen=True, slots=True)
class Room:
    """One page of Setup. `tool` is the right one needs; `words` are other words under which it is found."""

    key: str
    href: str
    label: Text
    text: Text
    icon: str
    words: Text | str = ""
    tool: str = "setup"


@dataclass(frozen=True, slots=True)
class Wing:
    """A group of rooms."""

    key: str
    label: Text
    text: Text
    icon: str
    rooms: tuple[Room, ...]


WINGS: tuple[Wing, ...] = (
    Wing("general", N_("General"), N_("Personal settings, company, currency, fiscal year"), "tune", (
        Room("me", "/setup/me", N_("Personal settings"), N_("Your name, language, theme, password and open sessions."), "manage_accounts",
             N_("profile password language theme sessions"), tool=""),
        Room("company", "/setup/company", N_("Company"), N_("Name, language, currency, time zone, week and fiscal year of the company."),
             "domain", N_("organisation currency time zone fiscal year")),
        Room("network", "/setup/network", N_("Network"), N_("Whether colleagues reach this server from their own devices, and at which address."),
             "lan", N_("lan address tablet phone access server")),
    )),
    Wing("people", N_("Users and control"), N_("Accounts, profiles, roles, sharing of data"), "group", (
        Room("users", "/setup/users", N_("Users"), N_("Who signs in, with which profile and role; links to choose a password."), "group",
             N_("people accounts team colleagues")),
        Room("profiles", "/setup/profiles", N_("Profiles"), N_("What people may do: modules, fields and tools."), "badge",
             N_("rights permissions")),
        Room("roles", "/setup/roles", N_("Roles"), N_("The tree of the team: people see the records of the roles below theirs."),
             "account_tree", N_("hierarchy team tree")),
        Room("sharing", "/setup/sharing", N_("Sharing rules"), N_("What everybody may see of everybody’s records, module by module."),
             "share", N_("visibility private public")),
    )),
    Wing("data", N_("Data administration"), N_("Import, background jobs, recycle bin"), "database", (
        Room("import", "/import", N_("Import"), N_("Brings in a CSV or Excel file, with a preview and one-click undo."), "upload_file",
             N_("csv excel xlsx"), tool=""),
        Room("jobs", "/jobs", N_("Background jobs"), N_("Imports and mass changes: progress, results, roll-back."), "hourglass_empty",
             N_("tasks progress"), tool=""),
        Room("bin", "/setup/bin", N_("Recycle bin"), N_("Deleted records, for 60 days: restore or purge."), "delete",
             N_("trash restore deleted"), tool=""),
    )),
)  # fmt: skip


def wings_for(actor: Actor) -> list[Wing]:
    """The groups with the rooms that this person may enter."""
    found = [Wing(w.key, w.label, w.text, w.icon, tuple(r for r in w.rooms if not r.tool or actor.tool(r.tool))) for w in WINGS]
    return [w for w in found if w.rooms]


def rooms_for(actor: Actor) -> list[Room]:
    """All rooms that this person may enter."""
    return [room for wing in wings_for(actor) for room in wing.rooms]
