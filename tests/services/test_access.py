"""Access: whose records one sees and may change, why, and who may change that. The whole matrix is in conformity/."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import using
from app.database import engine
from app.database.engine import Database
from app.modules import registry
from app.modules.system import Change, User
from app.services import access, directory, query, records, undo
from app.services import actor as actors
from app.services.actor import OPERATIONS, Actor, Permissions, access_changed, roles_above, roles_below
from app.services.tables import table
from tests.support.databases import Make, People
from tests.support.seeding import seed


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


@pytest.fixture
def seller(database: Database, people: People) -> Actor:
    return actors.load(people.seller)


def own(people: People, **values: Any) -> int:
    return seed("Accounts", 1, owner_id=people.seller, **values)[0]


def may(actor: Actor, record_id: int) -> set[str]:
    """Which actions the scope allows on an account."""
    accounts = registry.snapshot().table("Accounts")
    with engine.reading() as connection:
        return {
            action
            for action in ("read", "edit", "delete", "share")
            if connection.execute(
                select(accounts.c.id).where(accounts.c.id == record_id, access.scope(actor, "Accounts", action, accounts))
            ).first()
        }


def change_role(user_id: int, **values: Any) -> None:
    with engine.writing() as connection:
        connection.execute(update(table(User)).where(table(User).c.id == user_id).values(**values))
        access_changed(connection)


def test_the_tree_of_roles() -> None:
    parents = {1: None, 2: 1, 3: 2, 4: 1, 5: 99}
    assert roles_below(parents, 1) == {2, 3, 4}
    assert roles_below(parents, None) == set()
    assert roles_above(parents, 3) == {3, 2, 1}
    assert roles_above(parents, None) == set()
    loop: dict[int, int | None] = {1: 2, 2: 1}
    assert roles_below(loop, 1) == {2}
    assert roles_above(loop, 1) == {1, 2}


def test_permissions_that_are_unknown_allow_nothing() -> None:
    found = Permissions.from_json(
        {"modules": {"Deals": ["read", "fly"]}, "fields": {"Deals": {"amount": "hidden", "x": "maybe"}}, "tools": ["y"]}
    )
    assert found == Permissions.from_json(found.as_json())
    actor = Actor(user_id=1, profile=found)
    assert actor.can("Deals", "read")
    assert not actor.can("Deals", "fly")
    assert not actor.can("Accounts", "read")
    assert not actor.tool("y")
    assert actor.field_access("Deals", "amount") == "hidden"
    assert actor.field_access("Deals", "x") == "write"


def test_no_operation_without_reading() -> None:
    actor = Actor(user_id=1, profile=Permissions.from_json({"modules": {"Deals": ["edit"]}}))
    assert not actor.can("Deals", "edit")


def test_modules_that_a_profile_does_not_name_follow_the_star() -> None:
    actor = Actor(user_id=1, profile=Permissions.from_json({"modules": {"*": ["read"], "Deals": []}}))
    assert actor.can("Later__c", "read")
    assert not actor.can("Deals", "read")


def test_an_actor_is_read_again_when_rights_change(seller: Actor, people: People) -> None:
    assert actors.load(people.seller) is seller
    assert actors.load(people.seller, "api") == seller.from_source("api")
    change_role(people.seller, profile_id=people.administrator_profile)
    assert actors.load(people.seller).is_admin


def test_rights_in_an_unfinished_transaction_are_not_believed(seller: Actor, people: People) -> None:
    def promote_and_fail() -> None:
        with engine.writing() as connection:
            promote = (
                update(table(User)).where(table(User).c.id == people.seller).values(profile_id=people.administrator_profile)
            )
            connection.execute(promote)
            access_changed(connection)
            assert not actors.load(people.seller).is_admin
            raise InterruptedError

    with pytest.raises(InterruptedError):
        promote_and_fail()
    assert not actors.load(people.seller).is_admin


def test_who_is_not_active_does_not_act(seller: Actor, people: People) -> None:
    change_role(people.seller, active=False)
    with pytest.raises(Forbidden):
        actors.load(people.seller)
    with pytest.raises(Forbidden):
        actors.load(999)


def test_people_are_found_by_name_and_address(database: Database, people: People, make: Make) -> None:
    assert directory.find("ANA nunez") == people.seller
    assert directory.find("ana.nunez@example.com") == people.seller
    assert directory.find("nobody") is None
    change_role(people.other, active=False)
    namesake = make.user("Zoé Durand")
    change_role(namesake, name="Ana Núñez", name_f="ana nunez")
    assert directory.find("Ana Núñez") is None  # two of that name
    change_role(namesake, active=False)
    assert directory.find("Ana Núñez") == people.seller  # the other one left
    assert directory.people()[people.other].active is False


def test_private_records_are_seen_by_their_owner_and_those_above(seller: Actor, people: People) -> None:
    record = own(people)
    everything = {"read", "edit", "delete", "share"}
    assert may(seller, record) == everything
    assert may(actors.load(people.director), record) == everything
    assert may(actors.load(people.admin), record) == everything
    assert may(actors.load(people.other), record) == set()


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        ("private", set()),
        ("read", {"read"}),
        ("write", {"read", "edit", "share"}),
        ("all", {"read", "edit", "delete", "share"}),
    ],
)
def test_the_sharing_default_opens_a_module(admin: Actor, people: People, level: str, allowed: set[str]) -> None:
    record = own(people)
    access.set_sharing_default(admin, "Accounts", level)
    assert may(actors.load(people.other), record) == allowed
    assert access.sharing_defaults(admin)["Accounts"] == level


@pytest.mark.parametrize(
    ("level", "allowed"),
    [("read", {"read"}), ("write", {"read", "edit", "share"}), ("all", {"read", "edit", "delete", "share"})],
)
@pytest.mark.parametrize("by", ["person", "role", "role above"])
def test_a_share_opens_one_record(seller: Actor, people: People, make: Make, level: str, allowed: set[str], by: str) -> None:
    record, beside = own(people), own(people)
    above = make.role("Nord")
    below = make.role("Nord-Est", above)
    change_role(people.other, role_id=below)
    target = {"person": {"user_id": people.other}, "role": {"role_id": below}, "role above": {"role_id": above}}[by]
    share_id = access.share(seller, "Accounts", record, permission=level, **target)
    other = actors.load(people.other)
    assert may(other, record) == allowed
    assert may(other, beside) == set()
    access.unshare(seller, share_id)
    assert may(other, record) == set()


def test_sharing_again_changes_the_share(seller: Actor, people: People) -> None:
    record = own(people)
    first = access.share(seller, "accounts", str(record), user_id=str(people.other))
    assert access.share(seller, "Accounts", record, user_id=people.other, permission="write") == first
    found = access.list_shares(seller, "Accounts", record)
    assert [(s.name, s.permission) for s in found] == [("Tom O’Neill", "write")]


def test_sharing_is_refused_where_one_has_no_right(seller: Actor, people: People) -> None:
    record = own(people)
    other = actors.load(people.other)
    with pytest.raises(NotFound):
        access.share(other, "Accounts", record, user_id=people.director)
    with pytest.raises(NotFound):
        access.list_shares(other, "Accounts", record)
    share_id = access.share(seller, "Accounts", record, user_id=people.other)
    with pytest.raises(Forbidden):  # may only read it
        access.share(other, "Accounts", record, user_id=people.director)
    with pytest.raises(Forbidden):
        access.unshare(other, share_id)
    access.share(seller, "Accounts", record, user_id=people.other, permission="write")
    with pytest.raises(Forbidden):  # may change it, but not delete it
        access.share(other, "Accounts", record, role_id=people.role_sales, permission="all")
    for wrong in (
        {},
        {"user_id": people.other, "role_id": people.role_top},
        {"user_id": 999},
        {"role_id": 999},
        {"user_id": people.seller},
    ):
        with pytest.raises(Invalid):
            access.share(seller, "Accounts", record, **wrong)
    with pytest.raises(Invalid):
        access.share(seller, "Accounts", record, user_id=people.other, permission="everything")


def test_a_share_is_undone_like_any_change(seller: Actor, people: People, database: Database) -> None:
    record = own(people)
    access.share(seller, "Accounts", record, user_id=people.other)
    with database.reading() as connection:
        set_id = connection.execute(select(table(Change).c.set_id).where(table(Change).c.module == "$Share")).scalar_one()
    undo.undo(seller, set_id)
    assert may(actors.load(people.other), record) == set()


def test_why_somebody_sees_a_record(admin: Actor, seller: Actor, people: People) -> None:
    record = own(people)
    other = actors.load(people.other)
    kinds = lambda actor: [(r.kind, r.level) for r in access.explain(actor, "Accounts", record)]  # noqa: E731
    assert kinds(admin) == [("administrator", "all")]
    assert kinds(seller) == [("owner", "all")]
    assert kinds(actors.load(people.director)) == [("role", "all")]
    assert kinds(other) == [("owner", "none")]
    access.share(seller, "Accounts", record, user_id=people.other)
    access.share(seller, "Accounts", record, role_id=people.role_sales, permission="write")
    access.set_sharing_default(admin, "Accounts", "read")
    assert kinds(actors.load(people.other)) == [("share", "write"), ("default", "read"), ("share", "read")]
    with using("en"):
        words = [str(r.text) for r in access.explain(actors.load(people.other), "Accounts", record)]
    assert words[0] == "The record is shared with the role “Ventes”."
    nobody = Actor(user_id=people.other)
    assert kinds(nobody) == [("profile", "none")]
    with pytest.raises(NotFound):
        access.explain(admin, "Accounts", 12345)


def test_explanations_say_what_the_scope_does(admin: Actor, seller: Actor, people: People) -> None:
    records_ = [own(people), own(people), seed("Accounts", 1, owner_id=people.other)[0], seed("Accounts", 1, owner_id=None)[0]]
    access.share(seller, "Accounts", records_[0], user_id=people.other)
    for user in (people.admin, people.director, people.seller, people.other):
        actor = actors.load(user)
        for record in records_:
            assert ("read" in may(actor, record)) == (access.explain(actor, "Accounts", record)[0].level != "none")


def test_profiles_are_made_and_changed_by_administrators_alone(admin: Actor, people: People) -> None:
    number = access.save_profile(
        admin, None, {"name": "Lecture", "permissions": {"modules": {"*": ["read"]}, "tools": ["setup"]}}
    )
    change_role(people.other, profile_id=int(number))
    other = actors.load(people.other)
    assert other.can("Deals", "read")
    assert not other.can("Deals", "edit")
    assert other.tool("setup")
    assert {p.name: p.people for p in access.list_profiles(other)}["Lecture"] == 1
    for call in (
        lambda: access.save_profile(other, number, {"permissions": {"modules": {"*": list(OPERATIONS)}}}),
        lambda: access.save_profile(other, None, {"name": "Tout"}),
        lambda: access.delete_profile(other, number),
        lambda: access.set_sharing_default(other, "Deals", "all"),
        lambda: access.save_role(other, None, {"name": "Ailleurs"}),
        lambda: access.delete_role(other, people.role_top),
    ):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(Forbidden):
        access.list_profiles(actors.load(people.seller))


def test_the_administrators_profile_is_left_alone(admin: Actor, people: People) -> None:
    with pytest.raises(Invalid):
        access.save_profile(admin, people.administrator_profile, {"permissions": {}})
    with pytest.raises(Invalid):
        access.delete_profile(admin, people.administrator_profile, people.standard_profile)


@pytest.mark.parametrize(
    "permissions",
    [
        [], {"modules": {"Nowhere": ["read"]}}, {"modules": {"Deals": ["fly"]}}, {"tools": ["fly"]}, {"fields": {"Deals": {"nothing": "read"}}},
        {"fields": {"Deals": {"amount": "maybe"}}}, {"fields": {"Deals": {"deal_name": "hidden"}}}, {"fields": {"Deals": {"owner_id": "hidden"}}}, {"fields": {"Contacts": {"first_name": "hidden"}}},
    ],
)  # fmt: skip
def test_permissions_that_make_no_sense_are_refused(admin: Actor, permissions: Any) -> None:
    with pytest.raises(Invalid) as error:
        access.save_profile(admin, None, {"name": "X", "permissions": permissions})
    assert set(error.value.fields) == {"permissions"}


def test_names_of_profiles_and_roles_are_unique_and_given(admin: Actor, people: People) -> None:
    for wrong in ("", "  ", "x" * 81, "STANDARD"):
        with pytest.raises(Invalid):
            access.save_profile(admin, None, {"name": wrong})
    for wrong in ("", "x" * 81, "ventes"):
        with pytest.raises(Invalid):
            access.save_role(admin, None, {"name": wrong})
    with pytest.raises(Invalid):
        access.save_profile(admin, None, {"name": "X", "key": "administrator"})


def test_what_is_made_of_a_hidden_field_is_hidden_with_it(admin: Actor) -> None:
    number = access.save_profile(
        admin, None, {"name": "X", "permissions": {"fields": {"Deals": {"Amount": "hidden", "stage": "read"}}}}
    )
    saved = next(p for p in access.list_profiles(admin) if p.id == number).permissions
    assert saved.fields["Deals"] == {"amount": "hidden", "expected_revenue": "hidden", "stage": "read"}


def test_a_profile_goes_only_when_its_people_have_another(admin: Actor, people: People) -> None:
    number = access.save_profile(admin, None, {"name": "X"})
    change_role(people.other, profile_id=int(number))
    with pytest.raises(Invalid):
        access.delete_profile(admin, number)
    with pytest.raises(Invalid):
        access.delete_profile(admin, number, number)
    access.delete_profile(admin, number, people.standard_profile)
    assert actors.load(people.other).profile_id == people.standard_profile


def test_the_role_tree_has_no_loop_and_loses_nobody(admin: Actor, people: People) -> None:
    north = int(access.save_role(admin, None, {"name": "Nord", "parent_id": people.role_sales}))
    lille = int(access.save_role(admin, None, {"name": "Lille", "parent_id": str(north)}))
    for wrong in (north, lille, 999):
        with pytest.raises(Invalid):
            access.save_role(admin, north, {"parent_id": wrong})
    change_role(people.other, role_id=north)
    assert people.other in actors.load(people.director).team_ids
    with pytest.raises(Invalid):
        access.delete_role(admin, north)
    access.delete_role(admin, north, lille)
    tree = {r.id: (r.parent_id, r.depth, r.people) for r in access.list_roles(admin)}
    assert tree[str(lille)] == (str(people.role_sales), 2, 1)
    assert str(north) not in tree


def test_changes_of_rights_are_undone(admin: Actor, people: People, database: Database) -> None:
    number = access.save_profile(admin, None, {"name": "X", "permissions": {"modules": {"Deals": ["read"]}}})
    access.save_profile(admin, number, {"permissions": {"modules": {"Deals": ["read", "edit"]}}})
    change_role(people.other, profile_id=int(number))
    assert actors.load(people.other).can("Deals", "edit")
    undo.undo(admin, last_set(database))
    assert not actors.load(people.other).can("Deals", "edit")


def test_who_lost_the_right_to_decide_cannot_undo_what_they_decided(admin: Actor, people: People, database: Database) -> None:
    number = access.save_profile(admin, people.standard_profile, {"permissions": {"modules": {"*": ["read"]}}})
    set_id = last_set(database)
    change_role(people.seller, profile_id=people.administrator_profile)
    change_role(people.admin, profile_id=people.standard_profile)
    done = undo.undo(actors.load(people.admin), set_id)
    assert (done.done, len(done.refused)) == (0, 1)
    assert number == str(people.standard_profile)
    assert not actors.load(people.admin).can("Deals", "edit")


def test_the_sharing_default_is_undone(admin: Actor, people: People, database: Database) -> None:
    record = own(people)
    access.set_sharing_default(admin, "Accounts", "all")
    undo.undo(admin, last_set(database))
    assert may(actors.load(people.other), record) == set()
    assert access.sharing_defaults(admin)["Accounts"] == "private"


def last_set(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(table(Change).c.set_id).order_by(table(Change).c.id.desc()).limit(1)).scalar_one())


def test_a_record_in_sight_by_share_is_in_every_list(seller: Actor, people: People) -> None:
    record = own(people, account_name="Chai du Nord")
    other = actors.load(people.other)
    assert query.page(other, "Accounts").rows == []
    access.share(seller, "Accounts", record, user_id=people.other)
    (row,) = query.page(other, "Accounts").rows
    assert (row.id, row.can_edit, row.can_delete) == (record, False, False)
    with pytest.raises(NotFound):
        records.update(other, "Accounts", record, {"account_name": "À moi"})
