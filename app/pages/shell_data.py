"""What the shell shows a person: modules, places, commands, keys, texts, in their language and with their rights."""

from __future__ import annotations

from typing import Any

from app.base.i18n import N_, _, using
from app.base.text import fold
from app.components.theme import avatar_colour
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.pages.setup.rooms import rooms_for
from app.services import settings
from app.services.actor import Actor
from app.services.views import View

GROUPS = (
    ("sell", N_("Sell")),
    ("invoice", N_("Sales and invoicing")),
    ("marketing", N_("Marketing")),
    ("buy", N_("Purchasing")),
    ("other", N_("Other")),
)


def shell_data(actor: Actor, theme: str, kept: dict[str, Any], company: settings.Company, starred: list[View]) -> dict[str, Any]:
    """All that the shell shows, in the person's language and with their rights."""
    with using(actor.language):
        modules = [m for m in registry.snapshot().modules if actor.can(m, "read")]
        rail = [m for m in modules if m.in_rail]
        letters = letters_to(rail)
        groups = [{"key": key, "label": str(label), "modules": [_module(m) for m in rail if _group(m) == key]} for key, label in GROUPS]
        create = [m for m in modules if actor.can(m, "create")]
        return {
            "lang": actor.language,
            "zone": actor.zone,
            "theme": theme,
            "currency": company.currency,
            "week_start": company.week_start,
            "letters": kept.get("letters", True) is not False,
            "user": {"id": str(actor.user_id), "name": actor.name, "email": actor.email, "initials": initials(actor.name),
                     "colour": avatar_colour(actor.user_id)},
            "groups": [g for g in groups if g["modules"]],
            "pinned": _pinned(starred),
            "phone": [_module(m) for m in sorted(rail, key=lambda m: m.api_name not in ("Leads", "Deals"))[:2]],
            "create": [_module(m) for m in create],
            "setup": "/setup" if actor.tool("setup") else "/setup/me",
            "places": _places(actor, modules),
            "commands": _commands(create),
            "letters_to": letters,
            "keys": key_help(rail, letters),
            "strings": _strings(),
        }  # fmt: skip


def initials(name: str) -> str:
    """Two letters for an avatar."""
    words = [w for w in name.replace("-", " ").split() if w[0].isalnum()]
    return "".join(w[0] for w in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


def letters_to(modules: list[ModuleSpec]) -> dict[str, str]:
    """After `g`: the first free letter of each module's name leads to it; `h` goes home, `s` to set-up."""
    taken = {"h": "/", "s": "/setup"}
    for module in modules:
        for letter in fold(str(module.plural)):
            if letter.isalpha() and letter not in taken:
                taken[letter] = f"/{module.slug}"
                break
    return taken


def _pinned(starred: list[View]) -> list[dict[str, str]]:
    """Links to starred views, with the module's name where the view's own does not tell."""
    names = [str(view.name) for view in starred]
    found = []
    for view, name in zip(starred, names, strict=True):
        module = registry.snapshot().module(view.module)
        label = f"{name} · {module.plural}" if names.count(name) > 1 else name
        kind = "&view=kanban" if view.kind == "kanban" else ""
        found.append({"label": label, "slug": module.slug, "cv": view.id, "href": f"/{module.slug}?cv={view.id}{kind}"})
    return found


def _group(module: ModuleSpec) -> str:
    return module.group if module.group in dict(GROUPS) else "other"


def _module(module: ModuleSpec) -> dict[str, str]:
    return {"slug": module.slug, "label": str(module.plural), "new": str(module.new), "icon": module.icon}


def _places(actor: Actor, modules: list[ModuleSpec]) -> list[dict[str, str]]:
    places = [{"label": _("Home"), "href": "/", "icon": "home", "words": ""}]
    places += [{"label": str(m.plural), "href": f"/{m.slug}", "icon": m.icon, "words": _other_words(m)} for m in modules]
    places += [{"label": str(r.label), "href": r.href, "icon": r.icon, "words": str(r.words), "note": _("Setup")} for r in rooms_for(actor)]
    return places


def _other_words(module: ModuleSpec) -> str:
    """What teams also call this module, in the palette only."""
    words = {
        "Leads": _("prospect enquiry"),
        "Accounts": _("client customer company organisation"),
        "Contacts": _("person people"),
        "Deals": _("opportunity business sale pipeline"),
        "Products": _("article item catalogue price"),
    }
    return f"{words.get(module.api_name, '')} {module.singular} {module.api_name}"


def _commands(create: list[ModuleSpec]) -> list[dict[str, str]]:
    made = [{"label": str(m.new), "href": f"/{m.slug}/new", "icon": "add", "words": f"{_('create add new')} {_other_words(m)}"} for m in create]
    return [
        *made,
        {"label": _("Import a file"), "href": "/import", "icon": "upload_file", "words": "csv excel xlsx"},
        {"label": _("Undo my last change"), "command": "undo", "icon": "undo", "words": _("cancel back")},
        {"label": _("Light theme"), "command": "theme:light", "icon": "light_mode", "words": _("theme appearance")},
        {"label": _("Dark theme"), "command": "theme:dark", "icon": "dark_mode", "words": _("theme appearance night")},
        {"label": _("Theme of the device"), "command": "theme:auto", "icon": "brightness_auto", "words": _("theme appearance")},
        {"label": _("Keyboard shortcuts"), "command": "help", "icon": "keyboard", "words": _("help keys")},
        {"label": _("Sign out"), "command": "sign_out", "icon": "logout", "words": ""},
    ]


def key_help(modules: list[ModuleSpec], letters: dict[str, str]) -> list[dict[str, Any]]:
    """What `?` shows."""
    to = {href: letter.upper() for letter, href in letters.items()}

    def keys(label: str, *names: str) -> dict[str, Any]:
        return {"label": label, "keys": list(names)}

    everywhere = [
        keys(_("Search and commands"), _("Ctrl"), "K"), keys(_("Search on this page"), "/"), keys(_("New in this module"), "N"),
        keys(_("Create anything"), "C"), keys(_("Undo the last change"), _("Ctrl"), "Z"), keys(_("This help"), "?"),
    ]  # fmt: skip
    lists = [
        keys(_("Next, previous"), "J", "K"), keys(_("Select"), "X"), keys(_("Open"), "↵"), keys(_("Peek"), _("Space")),
        keys(_("Filters"), "F"), keys(_("Edit"), "E"), keys(_("Save"), _("Ctrl"), "↵"), keys(_("Close"), _("Esc")),
    ]  # fmt: skip
    go = [keys(_("Home"), "G", to["/"])] + [keys(str(m.plural), "G", to[f"/{m.slug}"]) for m in modules if f"/{m.slug}" in to]
    return [
        {"label": _("Everywhere"), "keys": everywhere},
        {"label": _("In lists and records"), "keys": lists},
        {"label": _("Go to"), "keys": [*go, keys(_("Setup"), "G", to["/setup"])]},
    ]


def _strings() -> dict[str, str]:
    """The texts of shell.js and its parts; {name} is filled in by the browser."""
    return {
        "skip": _("Skip to the content"), "modules": _("Modules"), "home": _("Home"), "home_of_comptoir": _("Comptoir, home page"),
        "search": _("Search"), "search_long": _("Search for a customer, a deal, an action…"), "search_short": _("Search…"), "ctrl": _("Ctrl"),
        "create": _("Create"), "setup": _("Setup"), "your_menu": _("{name}, your menu"), "recent": _("Recently opened"),
        "recent_short": _("Recent"), "recent_empty": _("Records that you open appear here."), "keys": _("Keyboard shortcuts"),
        "keys_title": _("Keyboard shortcuts"), "letters_off": _("Single-letter keys are switched off in your personal settings."),
        "saving_saved": _("Everything is saved"), "saving_busy": _("Saving…"), "saving_offline": _("Connection lost, reconnecting…"),
        "navigation": _("Navigation"), "more": _("More"), "personal": _("Personal settings"), "theme": _("Theme"),
        "theme_auto": _("As the device"), "theme_light": _("Light"), "theme_dark": _("Dark"), "language": _("Language"),
        "sign_out": _("Sign out"), "undo": _("Undo"), "show": _("Show"), "again": _("Try again"), "close": _("Close"),
        "undone": _("Undone: {what}"), "undone_partly": _("Undone, except {n} that somebody changed since."),
        "failed": _("The server answered with an error ({status})."),
        "silent": _("The server has not answered since {time}. What you entered stays on the screen and is not saved yet."),
        "signed_out": _("Your session has ended. What you entered stays on the screen."), "sign_in_again": _("Sign in again"),
        "escape": _("Esc"), "results": _("Results"), "nothing_found": _("Nothing found."), "open": _("Open"), "browse": _("browse"),
        "pinned": _("Pinned views"), "commands_only": _("commands only"), "records": _("Records"), "commands": _("Commands"), "go_to": _("Go to"),
        "found_one": _("1 result"), "found_many": _("{n} results"),
    }  # fmt: skip
