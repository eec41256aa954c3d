"""Passwords: what is good enough, and that comparing tells nothing."""

from __future__ import annotations

import pytest

from app.base.errors import Invalid
from app.services import passwords

ABOUT = ("claire.vasselin@menuiserie-moreau.fr", "Claire Vasselin", "Menuiserie Moreau")


@pytest.mark.parametrize(
    "password",
    ["une phrase longue et sûre 7", "correct horse battery", "kz7#pQ2m!xT9", "цветок и дерево 5", "a" * 4 + "Zq8-" * 6 + "vR2"],
)
def test_good_passwords_are_taken(password: str) -> None:
    passwords.check(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    ["", "court", "neuf signe"[:9], "x" * 201, "azertyuiop12", "Motdepasse2025!", "Marseille2024!", "password123", "P@ssw0rd2024",
     "administrateur", "aaaaaaaaaaaaaaaa", "motdepassemotdepasse", "claire.vasselin1", "MenuiserieMoreau", "Vasselin2025", "1234567890"],
)  # fmt: skip
def test_weak_passwords_are_refused_with_what_to_do(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(password, about=ABOUT)
    assert refused.value.fields.keys() == {"password"}
    assert password == "" or password not in str(refused.value)


def test_a_hash_is_argon2id_and_belongs_to_its_password() -> None:
    stored = passwords.make_hash("une phrase longue")
    assert stored.startswith("$argon2id$")
    assert passwords.matches("une phrase longue", stored)
    assert not passwords.matches("une phrase longuE", stored)
    assert not passwords.is_outdated(stored)


def test_nobody_has_a_password_and_garbage_is_no_hash() -> None:
    assert not passwords.matches("", "")
    assert not passwords.matches("anything at all", "")
    assert not passwords.matches("anything at all", "not a hash")
