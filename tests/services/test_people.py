"""People: made, changed, deactivated; one administrator remains whatever one does; links work once; the first run closes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from app.base import clock
from app.base.errors import Conflict, Forbidden, Invalid, NotFound
from app.database import engine
from app.modules.system import Change, User
from app.services import access, first_run, links, passwords, people, sessions, settings, sign_in
from app.services import actor as actors
from app.services.actor import Actor
from app.services.latest import latest_set
from app.services.log import CHANGE
from app.services.tables import table
from app.services.undo import undo
from tests.support.databases import Make, People

GOOD = "trois mots sans rapport"
_user = table(User)


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id with little memory: what is tested here is not its strength."""
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: quick)
    monkeypatch.setattr(passwords, "is_outdated", lambda stored: False)


@pytest.fixture
def admin(database: Any, people: People) -> Actor:
    sessions.forget()
    return actors.load(people.admin)


@pytest.fixture
def who() -> People:
    from tests.support.databases import PEOPLE

    return PEOPLE


def test_a_person_is_added_and_can_sign_in(admin: Actor) -> None:
    made = people.create(admin, {"email": " Zoe@Exemple.FR ", "profile": "standard", "first_name": "Zoé", "last_name": "Durand"}, GOOD)
    assert (made.email, made.name, made.is_admin, made.active) == ("Zoe@exemple.fr", "Zoé Durand", False, True)
    entered = sign_in.sign_in("zoe@exemple.fr", GOOD, address="", agent="", secret=b"s" * 32)
    assert str(entered.user_id) == made.id


def test_a_name_is_made_of_the_address_when_there_is_none(admin: Actor) -> None:
    assert people.create(admin, {"email": "jean.petit@exemple.fr", "profile": "Standard"}).name == "Jean Petit"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "nobody", "profile": "standard"}, "email"),
        ({"email": "", "profile": "standard"}, "email"),
        ({"email": "CLAIRE.MARTIN@example.com", "profile": "standard"}, "email"),
        ({"email": "a@exemple.fr", "profile": "nothing"}, "profile"),
        ({"email": "a@exemple.fr"}, "profile"),
        ({"email": "a@exemple.fr", "profile": "standard", "role": "nothing"}, "role"),
        ({"email": "a@exemple.fr", "profile": "standard", "language": "de"}, "language"),
        ({"email": "a@exemple.fr", "profile": "standard", "zone": "Mars/Olympus"}, "zone"),
        ({"email": "a@exemple.fr", "profile": "standard", "zone": "../../etc/passwd"}, "zone"),
        ({"email": "a@exemple.fr", "profile": "standard", "first_name": "x" * 61}, "first_name"),
        ({"email": "a@exemple.fr", "profile": "standard", "password_hash": "x"}, "password_hash"),
        ({"email": "a@exemple.fr", "profile": "standard", "active": False}, "active"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nobody_is_made(admin: Actor, values: dict[str, Any], field: str) -> None:
    before = len(people.members(admin))
    with pytest.raises(Invalid) as refused:
        people.create(admin, values)
    assert field in refused.value.fields
    assert len(people.members(admin)) == before


def test_only_with_the_right_to_set_up(database: Any, who: People) -> None:
    seller = actors.load(who.seller)
    for call in (
        lambda: people.create(seller, {"email": "a@exemple.fr", "profile": "administrator"}),
        lambda: people.change(seller, who.other, {"first_name": "X"}),
        lambda: people.set_active(seller, who.admin, False),
        lambda: people.members(seller),
        lambda: people.get(seller, who.admin),
        lambda: links.make(seller, who.admin),
        lambda: settings.update_company(seller, {"name": "X"}),
    ):
        with pytest.raises(Forbidden):
            call()


def test_one_changes_one_s_own_name_but_not_one_s_rights(database: Any, who: People) -> None:
    seller = actors.load(who.seller)
    assert people.change(seller, who.seller, {"first_name": "Anna", "theme": "dark"}).name == "Anna Núñez"
    for values in ({"profile": "administrator"}, {"role": ""}, {"email": "x@exemple.fr"}):
        with pytest.raises(Invalid):
            people.change(seller, who.seller, values)
    assert not actors.load(who.seller).is_admin


def test_the_last_administrator_stays_one(admin: Actor, who: People) -> None:
    for call in (
        lambda: people.set_active(admin, who.admin, False),
        lambda: people.change(admin, who.admin, {"profile": "standard"}),
    ):
        with pytest.raises(Invalid, match=r"last active administrator|dernier administrateur"):
            call()
    people.change(admin, who.seller, {"profile": "administrator"})
    people.change(admin, who.admin, {"profile": "standard"})
    assert actors.load(who.seller).is_admin
    assert people.has_administrator()


def test_undo_leaves_an_administrator_too(admin: Actor, who: People) -> None:
    people.change(admin, who.seller, {"profile": "administrator"})
    promoted = latest_set(admin)
    assert promoted is not None
    people.change(actors.load(who.seller), who.admin, {"profile": "standard"})
    done = undo(actors.load(who.seller), promoted)
    assert done.done == 0
    assert len(done.refused) == 1
    assert people.has_administrator()


def test_undo_does_not_remove_a_person(admin: Actor) -> None:
    made = people.create(admin, {"email": "a@exemple.fr", "profile": "standard"})
    done = undo(admin, latest_set(admin) or "")
    assert done.done == 0
    assert people.get(admin, made.id).active


def test_undoing_an_activation_signs_out(admin: Actor, who: People) -> None:
    people.set_active(admin, who.seller, False)
    people.set_active(admin, who.seller, True)
    activated = latest_set(admin) or ""
    with engine.writing() as connection:
        token = sessions.start(connection, who.seller, address="", agent="")
    assert sessions.find(token) is not None
    undo(admin, activated)
    assert sessions.find(token) is None
    with pytest.raises(Forbidden):
        actors.load(who.seller)


def test_the_log_holds_no_hash(admin: Actor) -> None:
    made = people.create(admin, {"email": "a@exemple.fr", "profile": "standard"}, GOOD)
    links.use(links.make(admin, made.id), "une autre phrase longue")
    people.change_password(actors.load(int(made.id)), "une autre phrase longue", "et encore une autre phrase")
    with engine.reading() as connection:
        images = [str(row) for row in connection.execute(select(CHANGE.c.before, CHANGE.c.after))]
    assert images
    assert not any("argon2" in image for image in images)


def test_one_s_own_password_needs_the_present_one_and_ends_the_other_sessions(admin: Actor, who: People) -> None:
    with engine.writing() as connection:
        connection.execute(update(_user).where(_user.c.id == who.seller).values(password_hash=passwords.make_hash(GOOD)))
        here = sessions.start(connection, who.seller, address="", agent="")
        elsewhere = sessions.start(connection, who.seller, address="", agent="")
    found = sessions.find(here)
    assert found is not None
    seller = actors.load(who.seller, "ui", found.session_id)
    with pytest.raises(Invalid) as wrong:
        people.change_password(seller, "not this one", "une autre phrase longue")
    assert wrong.value.fields.keys() == {"current"}
    with pytest.raises(Invalid) as weak:
        people.change_password(seller, GOOD, "anununez12")
    assert weak.value.fields.keys() == {"password"}
    people.change_password(seller, GOOD, "une autre phrase longue")
    assert sessions.find(elsewhere) is None
    kept = sessions.find(here)
    assert kept is not None
    assert kept.renew


def test_preferences_merge_and_stay_small(database: Any, who: People) -> None:
    seller = actors.load(who.seller)
    people.keep_preferences(seller, {"letters": False})
    assert people.keep_preferences(seller, {"contrast": True, "letters": None}) == {"contrast": True}
    assert people.preferences(seller) == {"contrast": True}
    with pytest.raises(Invalid):
        people.keep_preferences(seller, {"big": "x" * 200_000})
    assert people.preferences(actors.load(who.other)) == {}


class TestLinks:
    """One-time links."""

    @pytest.fixture
    def time(self) -> Iterator[list[datetime]]:
        now = [datetime(2026, 3, 2, 9, 0, tzinfo=UTC)]
        clock.set_clock(lambda: now[0])
        yield now
        clock.set_clock(None)

    def test_it_works_once(self, admin: Actor, who: People) -> None:
        token = links.make(admin, who.seller)
        assert links.owner(token).user_id == who.seller
        with pytest.raises(Invalid):
            links.use(token, "court")
        links.use(token, GOOD)
        for call in (lambda: links.use(token, "une autre phrase longue"), lambda: links.owner(token)):
            with pytest.raises(NotFound):
                call()
        assert sign_in.sign_in("ana.nunez@example.com", GOOD, address="", agent="", secret=b"s" * 32).user_id == who.seller

    def test_it_ends_after_a_day(self, admin: Actor, who: People, time: list[datetime]) -> None:
        token = links.make(admin, who.seller)
        time[0] += timedelta(hours=23, minutes=59)
        links.owner(token)
        time[0] += timedelta(minutes=2)
        with pytest.raises(NotFound):
            links.owner(token)

    def test_a_newer_one_ends_it(self, admin: Actor, who: People) -> None:
        old = links.make(admin, who.seller)
        links.make(admin, who.seller)
        with pytest.raises(NotFound):
            links.use(old, GOOD)

    def test_it_is_for_active_people(self, admin: Actor, who: People) -> None:
        token = links.make(admin, who.seller)
        people.set_active(admin, who.seller, False)
        for call in (lambda: links.owner(token), lambda: links.make(admin, who.seller), lambda: links.make(admin, 999)):
            with pytest.raises(NotFound):
                call()

    def test_it_ends_a_lockout_and_every_session(self, admin: Actor, who: People) -> None:
        with engine.writing() as connection:
            token = sessions.start(connection, who.seller, address="", agent="")
        for _attempt in range(sign_in.FREE_PER_ACCOUNT):
            with pytest.raises(Invalid):
                sign_in.sign_in("ana.nunez@example.com", "wrong", address="", agent="", secret=b"s" * 32)
        links.use(links.make(admin, who.seller), GOOD)
        assert sessions.find(token) is None
        assert sign_in.sign_in("ana.nunez@example.com", GOOD, address="", agent="", secret=b"s" * 32).user_id == who.seller

    def test_only_its_hash_is_kept(self, admin: Actor, who: People) -> None:
        token = links.make(admin, who.seller)
        with engine.reading() as connection:
            assert token not in str(connection.execute(select(links._link)).all())


class TestFirstRun:
    """Company and first administrator."""

    COMPANY = {"name": "Atelier Lumen", "language": "en", "currency": "CHF", "zone": "Europe/Zurich"}
    PERSON = {"first_name": "Zoé", "last_name": "Durand", "email": "zoe@exemple.fr"}

    @pytest.fixture
    def fresh(self, database: Any) -> None:
        with engine.writing() as connection:
            connection.execute(_user.delete())

    def test_it_makes_both(self, fresh: None) -> None:
        assert first_run.is_open()
        made = first_run.set_up(self.COMPANY, self.PERSON, GOOD)
        assert made.is_admin
        assert made.language == "en"
        assert settings.company() == settings.Company("Atelier Lumen", "en", "CHF", "Europe/Zurich")
        assert not first_run.is_open()

    def test_it_happens_once(self, fresh: None) -> None:
        first_run.set_up(self.COMPANY, self.PERSON, GOOD)
        with pytest.raises(Conflict):
            first_run.set_up({**self.COMPANY, "name": "Other"}, {**self.PERSON, "email": "other@exemple.fr"}, GOOD)
        assert settings.company().name == "Atelier Lumen"

    def test_all_problems_are_told_at_once_and_nothing_is_kept(self, fresh: None) -> None:
        with pytest.raises(Invalid) as refused:
            first_run.set_up({**self.COMPANY, "name": " ", "currency": "???"}, {**self.PERSON, "email": "zoe"}, GOOD)
        assert refused.value.fields.keys() >= {"company_name", "currency", "email"}
        assert first_run.is_open()
        assert settings.company() == settings.Company()

    def test_the_company_is_no_password(self, fresh: None) -> None:
        with pytest.raises(Invalid) as refused:
            first_run.set_up(self.COMPANY, self.PERSON, "atelierlumen")
        assert refused.value.fields.keys() == {"password"}

    def test_the_code_stops_guessing(self) -> None:
        code = first_run.Code()
        assert code.accepts(f" {code.value.lower().replace('-', ' ')} ")
        for _attempt in range(first_run._ATTEMPTS):
            assert not code.accepts("AAAA-AAAA")
        assert not code.accepts(code.value)


class TestSettings:
    """The company."""

    def test_a_change_is_logged_and_undone(self, admin: Actor) -> None:
        before = settings.company()
        settings.update_company(admin, {"name": "  Atelier   Lumen ", "fiscal_month": "4"})
        assert (settings.company().name, settings.company().fiscal_month) == ("Atelier Lumen", 4)
        undo(admin, latest_set(admin) or "")
        assert settings.company() == before

    @pytest.mark.parametrize(
        "values",
        [{"name": "x" * 121}, {"language": "de"}, {"currency": "EURO"}, {"zone": "Nowhere"}, {"week_start": 7}, {"fiscal_month": 0},
         {"fiscal_month": "x"}, {"unknown": 1}],
    )  # fmt: skip
    def test_nonsense_is_refused_by_field(self, admin: Actor, values: dict[str, Any]) -> None:
        with pytest.raises(Invalid) as refused:
            settings.update_company(admin, values)
        assert refused.value.fields.keys() == values.keys()


def test_profiles_are_understood_in_both_languages_and_by_id(admin: Actor, who: People, make: Make) -> None:
    for number, words in enumerate(("administrator", "Administrator", "administrateur", str(who.administrator_profile))):
        made = people.create(admin, {"email": f"p{number}@exemple.fr", "profile": words, "role": "ventes"})
        assert made.is_admin
        assert made.role_id == str(who.role_sales)


def test_change_rows_exist_for_people(admin: Actor, who: People) -> None:
    people.change(admin, who.seller, {"last_name": "Nunes"})
    with engine.reading() as connection:
        row = connection.execute(select(table(Change)).where(table(Change).c.module == "$User")).one()
    assert row.after["last_name"] == "Nunes"
    assert row.before["name"] == "Ana Núñez"


def test_who_may_set_up_does_not_become_administrator_that_way(admin: Actor, who: People) -> None:
    limited = access.save_profile(
        admin, None, {"name": "Accueil", "permissions": {"modules": {"*": ["read"]}, "tools": ["setup"]}}
    )
    made = people.create(admin, {"email": "accueil@exemple.fr", "profile": limited}, GOOD)
    reception = actors.load(int(made.id))
    for call in (
        lambda: people.change(reception, reception.user_id, {"profile": "administrator"}),
        lambda: people.change(reception, reception.user_id, {"profile": "standard"}),
        lambda: people.change(reception, who.seller, {"profile": "administrator"}),
        lambda: people.create(reception, {"email": "autre@exemple.fr", "profile": "administrator"}, GOOD),
        lambda: people.change(reception, who.admin, {"email": "accueil2@exemple.fr"}),
        lambda: people.set_active(reception, who.admin, False),
        lambda: links.make(reception, who.admin),
    ):
        with pytest.raises(Forbidden):
            call()
    assert people.get(admin, who.admin).is_admin
    assert people.create(reception, {"email": "nouveau@exemple.fr", "profile": "standard"}, GOOD).profile
    assert links.make(reception, who.seller)
    assert people.change(reception, reception.user_id, {"first_name": "Inès", "profile": limited}).first_name == "Inès"
