"""Views of a module: a filter, an order, columns and a kind (list, kanban, canvas), standard ones and those that people save.

Invariants: standard views have words as ids, saved ones digits. A view shows nothing that its reader may not see: columns and sort
fields that are hidden from them are left out, and a view whose filter speaks of a hidden field does not exist for them. Saving,
changing and deleting go through the log and can be undone; favourites and personal columns are how one person's screen looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text, raw
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.modules.system import SavedView
from app.services import access, directory, filters, log, people
from app.services.actor import Actor
from app.services.query.ordering import MAX_COLUMNS
from app.services.tables import table

KINDS = ("list", "kanban", "canvas")
AUDIENCES = ("me", "all", "some")
GROUPS = ("favourites", "mine", "shared", "public", "others")
_saved = table(SavedView)
Sort = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A view as its reader may use it. `group`: where the switcher lists it (GROUPS; a favourite stays in its own group as well).

    `sort`: ((field, "asc" | "desc"), …); `columns`: field names; `settings`: of the board; `filter`: a tree in JSON or None.
    """

    id: str
    module: str
    name: Text
    filter: Mapping[str, Any] | None = None
    sort: Sort = ()
    columns: tuple[str, ...] = ()
    kind: str = "list"
    settings: Mapping[str, Any] = field(default_factory=dict)
    group: str = "public"
    favourite: bool = False
    standard: bool = True
    owner_id: str = ""
    owner: str = ""
    audience: str = "all"
    shared_with: Mapping[str, Any] = field(default_factory=dict)
    can_edit: bool = False

    def json(self) -> dict[str, Any]:
        """The view for the browser."""
        return {
            "id": self.id, "module": self.module, "name": str(self.name), "filter": self.filter, "sort": [list(s) for s in self.sort],
            "columns": list(self.columns), "kind": self.kind, "settings": dict(self.settings), "group": self.group,
            "favourite": self.favourite, "standard": self.standard, "owner": self.owner, "audience": self.audience,
            "shared_with": dict(self.shared_with), "can_edit": self.can_edit,
        }  # fmt: skip


def list_views(actor: Actor, module: str) -> list[View]:
    """Every view that the actor may use: standard ones first, then saved ones by name. `Forbidden` without access to the module."""
    spec = registry.snapshot().module(module)
    access.check(actor, spec, "read")
    with engine.reading() as connection:
        rows = connection.execute(select(_saved).where(_saved.c.module == spec.api_name)).mappings().all()
    own = _preferences(actor, spec)
    saved = [view for row in rows if (view := _saved_view(actor, spec, row)) is not None]
    found = _standard(actor, spec) + sorted(saved, key=lambda v: (GROUPS.index(v.group), fold(str(v.name)), v.id))
    return [_personal(actor, spec, view, own) for view in found]


def get(actor: Actor, module: str, view_id: str) -> View:
    """One view, with the actor's own columns if they chose some; `NotFound` when there is none for them."""
    spec = registry.snapshot().module(module)
    access.check(actor, spec, "read")
    found: View | None
    if view_id.isdigit():
        with engine.reading() as connection:
            query = select(_saved).where(_saved.c.id == parse_id(view_id), _saved.c.module == spec.api_name)
            row = connection.execute(query).mappings().first()
        found = None if row is None else _saved_view(actor, spec, row)
    else:
        found = next((view for view in _standard(actor, spec) if view.id == view_id), None)
    if found is None:
        raise NotFound(N_("This view does not exist, or is not shared with you."))
    return _personal(actor, spec, found, _preferences(actor, spec))


def save(actor: Actor, module: str, values: Mapping[str, Any], view_id: str | None = None) -> View:
    """Makes a view, or changes one of one's own (an administrator: any saved one).

    `values`: name, filter, sort, columns, kind, settings, audience (me, all, some), shared_with {"users": […], "roles": […]}. Raises
    `Invalid` by name, `Forbidden` when sharing views is not in the profile.
    """
    spec = registry.snapshot().module(module)
    access.check(actor, spec, "read")
    clean = _clean(actor, spec, values, new=view_id is None)
    label = N_("View “%(name)s” saved", name=raw(str(clean.get("name") or "")))
    with log.change_set(actor, label) as changes:
        if view_id is None:
            number = changes.insert(SavedView, {**_BLANK, **clean, "module": spec.api_name, "owner_id": actor.user_id})
        else:
            number = _own(changes, actor, spec, view_id)
            changes.update(SavedView, number, clean)
        changes.topics.add(("views", spec.api_name))
    return get(actor, spec.api_name, str(number))


_BLANK: dict[str, Any] = {
    "audience": "me", "shared_with": None, "kind": "list", "filter": None, "sort": None, "columns": None, "settings": None,
    "favourite_of": None, "position": 0,
}  # fmt: skip


def delete(actor: Actor, module: str, view_id: str) -> str:
    """Removes a saved view of one's own (an administrator: any); gives the change set that brings it back."""
    spec = registry.snapshot().module(module)
    with log.change_set(actor, N_("View deleted")) as changes:
        changes.delete(SavedView, _own(changes, actor, spec, view_id))
        changes.topics.add(("views", spec.api_name))
    return str(changes.set_id)


def favourite(actor: Actor, module: str, view_id: str, on: bool = True) -> None:
    """Marks a view for oneself, or no longer."""
    spec = registry.snapshot().module(module)
    _keep(actor, spec, get(actor, module, view_id).id, {"favourite": on or None})


def keep_look(
    actor: Actor,
    module: str,
    view_id: str,
    *,
    columns: Sequence[str] | None = None,
    sort: Sequence[Sequence[str]] | None = None,
) -> None:
    """Keeps one's own columns or order for a view; nothing given goes back to the view's."""
    spec = registry.snapshot().module(module)
    view = get(actor, module, view_id)
    clean = _clean(actor, spec, {k: v for k, v in (("columns", columns), ("sort", sort)) if v is not None}, new=False)
    _keep(actor, spec, view.id, {"columns": clean.get("columns"), "sort": clean.get("sort")})


def _standard(actor: Actor, spec: ModuleSpec) -> list[View]:
    """The views of every module, then those that this one declares."""
    days = {"op": "last_n_days", "value": 30}
    shared = {"field": "id", "op": "shared_with_me"}
    generic: list[tuple[str, Text, dict[str, Any] | None, Sort]] = [
        ("all", N_("All %(module)s", module=spec.plural), None, spec.default_sort),
        ("my", N_("My %(module)s", module=spec.plural), {"field": "owner_id", "op": "me"}, spec.default_sort),
        ("recent", N_("Recently Created"), {"field": "created_at", **days}, (("created_at", "desc"),)),
        ("modified", N_("Recently Modified"), {"field": "modified_at", **days}, (("modified_at", "desc"),)),
        ("shared", N_("Shared with Me"), shared, spec.default_sort),
    ]
    found = [
        View(key, spec.api_name, name.in_context(spec.api_name), tree, sort, spec.columns) for key, name, tree, sort in generic
    ]
    found[2:2] = [
        View(
            v.key,
            spec.api_name,
            v.label.in_context(spec.api_name),
            v.filter,
            v.sort or spec.default_sort,
            v.columns or spec.columns,
        )
        for v in spec.views
    ]
    return [_seen(actor, spec, view) for view in found if _filter_fits(actor, spec, view.filter)]


def _saved_view(actor: Actor, spec: ModuleSpec, row: Mapping[Any, Any]) -> View | None:
    """The view of a row; None when it is not the actor's to use."""
    shared = row["shared_with"] or {}
    owned = row["owner_id"] == actor.user_id
    with_me = actor.user_id in shared.get("users", ()) or bool(actor.reach_role_ids & set(shared.get("roles", ())))
    if owned:
        group = "mine"
    elif row["audience"] == "all":
        group = "public"
    elif row["audience"] == "some" and with_me:
        group = "shared"
    elif actor.is_admin:
        group = "others"
    else:
        return None
    if not _filter_fits(actor, spec, row["filter"]):
        return None
    owner = directory.people().get(row["owner_id"])
    mine = owned or actor.is_admin
    view = View(
        str(row["id"]), spec.api_name, raw(row["name"]), row["filter"], tuple((s[0], s[1]) for s in row["sort"] or ()),
        tuple(row["columns"] or spec.columns), row["kind"], row["settings"] or {}, group, standard=False, owner_id=str(row["owner_id"]),
        owner=owner.name if owner else "", audience=row["audience"], shared_with=_shared_json(shared) if mine else {}, can_edit=mine,
    )  # fmt: skip
    return _seen(actor, spec, view)


def _filter_fits(actor: Actor, spec: ModuleSpec, tree: Mapping[str, Any] | None) -> bool:
    """Whether every field of a filter is the actor's to see. A field that no longer exists is no secret: the list will say so."""
    if not tree:
        return True
    names = filters.field_names(tree)
    return all(name not in spec.by_name or actor.sees(spec, spec.by_name[name]) for name in names)


def _seen(actor: Actor, spec: ModuleSpec, view: View) -> View:
    """The view without columns and sort fields that do not exist, or not for this actor."""

    def known(name: str) -> bool:
        return name in spec.by_name and actor.sees(spec, spec.by_name[name])

    return replace(view, columns=tuple(filter(known, view.columns)), sort=tuple(s for s in view.sort if known(s[0])))


def _own(changes: log.Changes, actor: Actor, spec: ModuleSpec, view_id: str) -> int:
    """The number of a saved view that the actor may change. `NotFound` and `Forbidden` as for reading it."""
    view = get(actor, spec.api_name, view_id)
    if view.standard:
        raise Invalid(N_("This view comes with Comptoir. Save your changes as a view of your own."))
    if not view.can_edit:
        raise Forbidden(N_("This view belongs to %(name)s. Save your changes as a view of your own.", name=view.owner))
    return parse_id(view.id)


def _clean(actor: Actor, spec: ModuleSpec, values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    problems: dict[str, Text | str] = {}
    clean: dict[str, Any] = {}
    checks = {"name": _name, "filter": _filter, "sort": _sort, "columns": _columns, "kind": _kind, "settings": _settings,
              "audience": _audience, "shared_with": _shared_with}  # fmt: skip
    for name, value in ({"name": "", **values} if new else values).items():
        if name not in checks:
            problems[name] = N_("This cannot be changed here.")
            continue
        try:
            clean[name] = checks[name](actor, spec, value)
        except (Invalid, NotFound) as error:
            problems[name] = error.message
    if problems:
        raise Invalid(problems)
    return clean


def _name(actor: Actor, spec: ModuleSpec, value: Any) -> str:
    name = " ".join(str(value or "").split())
    if not name or len(name) > 120:
        raise Invalid(N_("Give the view a name of at most 120 characters."))
    return name


def _filter(actor: Actor, spec: ModuleSpec, value: Any) -> dict[str, Any] | None:
    return filters.parse(value, spec, actor).json()


def _sort(actor: Actor, spec: ModuleSpec, value: Any) -> list[list[str]]:
    found: list[list[str]] = []
    for item in value or ():
        name, direction = item
        if direction not in ("asc", "desc"):
            raise Invalid(N_("A list is sorted “asc” or “desc”, not “%(found)s”.", found=str(direction)))
        found.append([_seen_field(actor, spec, name), direction])
    if len(found) > MAX_COLUMNS:
        raise Invalid(N_("A list can be sorted by at most %(n)s columns.", n=MAX_COLUMNS))
    return found


def _columns(actor: Actor, spec: ModuleSpec, value: Any) -> list[str] | None:
    names = list(dict.fromkeys(_seen_field(actor, spec, name) for name in value or ()))
    return names or None


def _seen_field(actor: Actor, spec: ModuleSpec, name: Any) -> str:
    found = spec.field(str(name))
    if not actor.sees(spec, found):
        raise Forbidden(N_("You may not use the field “%(field)s”.", field=found.label))
    return found.name


def _kind(actor: Actor, spec: ModuleSpec, value: Any) -> str:
    if value not in KINDS:
        raise Invalid(N_("Choose a value from the list."))
    return str(value)


def _settings(actor: Actor, spec: ModuleSpec, value: Any) -> dict[str, Any] | None:
    if value is not None and (not isinstance(value, Mapping) or len(repr(value)) > 20_000):
        raise Invalid(N_("The settings of this view cannot be kept."))
    return dict(value) if value else None


def _audience(actor: Actor, spec: ModuleSpec, value: Any) -> str:
    if value not in AUDIENCES:
        raise Invalid(N_("Choose a value from the list."))
    if value != "me" and not actor.tool("manage_views"):
        raise Forbidden(N_("Your profile does not allow you to share views."))
    return str(value)


def _shared_with(actor: Actor, spec: ModuleSpec, value: Any) -> dict[str, list[int]] | None:
    users = [parse_id(i) for i in (value or {}).get("users", ())]
    roles = [parse_id(i) for i in (value or {}).get("roles", ())]
    if (users or roles) and not actor.tool("manage_views"):
        raise Forbidden(N_("Your profile does not allow you to share views."))
    if not set(users) <= directory.people().keys() or not set(roles) <= {int(r.id) for r in access.list_roles(actor)}:
        raise Invalid(N_("Choose people and roles from the list."))
    return {"users": users, "roles": roles} if users or roles else None


def _shared_json(shared: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
    return {key: [str(i) for i in numbers] for key, numbers in shared.items()}


def _preferences(actor: Actor, spec: ModuleSpec) -> Mapping[str, Mapping[str, Any]]:
    """What the actor chose for themselves: view id → {"favourite": true, "columns": […], "sort": […]}."""
    if not actor.user_id:
        return {}
    start = _key(spec, "")
    return {key.removeprefix(start): look for key, look in people.preferences(actor).items() if key.startswith(start)}


def _key(spec: ModuleSpec, view_id: str) -> str:
    """Under which personal setting a view's look is kept: one each, so that two windows do not undo each other."""
    return f"view.{spec.api_name}.{view_id}"


def _keep(actor: Actor, spec: ModuleSpec, view_id: str, look: Mapping[str, Any]) -> None:
    """Merges into the actor's look of a view; None takes a part away."""
    known = {**_preferences(actor, spec).get(view_id, {}), **look}
    kept = {name: value for name, value in known.items() if value is not None}
    people.keep_preferences(actor, {_key(spec, view_id): kept or None})


def _personal(actor: Actor, spec: ModuleSpec, view: View, own: Mapping[str, Mapping[str, Any]]) -> View:
    """The view with the actor's own columns, order and star."""
    look = own.get(view.id)
    if not look:
        return view
    sort = tuple((s[0], s[1]) for s in look.get("sort") or view.sort)
    chosen = replace(view, favourite=bool(look.get("favourite")), columns=tuple(look.get("columns") or view.columns), sort=sort)
    return _seen(actor, spec, chosen)
