"""Passwords: argon2id hashes, and what makes a password good enough, judged offline.

Invariants: a password is never stored, logged or put into an error. Comparing takes the same work whether an account exists or
not. At most two hashes are computed at once: each takes 64 MiB, and a flood of attempts must not take the machine.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterable
from functools import lru_cache

from app.base.errors import Invalid
from app.base.i18n import N_, Text
from app.base.text import fold

MIN_LENGTH = 10
MAX_LENGTH = 200
_JUDGED = 72  # characters that zxcvbn looks at
_ENOUGH = 10**8  # guesses; argon2id and the lockout make fewer than that safe, lists of leaked passwords are far below
_running = threading.BoundedSemaphore(2)

# What zxcvbn's English lists lack: the commonest words in passwords of French speakers.
_FRENCH = (  # noqa: SIM905 - one line a word would be a page
    "azerty azertyuiop qsdfghjklm wxcvbn motdepasse motdepasses mdp bonjour bonsoir salut soleil chocolat doudou loulou jetaime "
    "jtm amour amoure cheval chaton minou coucou camille nicolas julien thomas marie pauline sandrine isabelle nathalie celine "
    "stephane sebastien frederic philippe maison famille enfants vacances voiture bateau papillon etoile lumiere liberte france "
    "francais paris marseille lyon toulouse nice nantes bordeaux lille strasbourg montpellier rennes grenoble bretagne alsace "
    "corse printemps ete automne hiver janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "lundi mardi mercredi jeudi vendredi samedi dimanche administrateur administration utilisateur compte connexion entreprise "
    "societe bureau travail secret secrete facile bienvenue changer changemoi provisoire comptoir crm client commercial ventes "
    "champion football olympique doudoune poupette princesse tigrou marmotte caramel biscuit fromage baguette croissant"
).split()


def check(password: str, *, about: Iterable[str] = ()) -> None:
    """Raises `Invalid` when `password` is too short, too long or easy to guess. `about`: the person's e-mail, name, company."""
    if problem := problem_of(password, about=about):
        raise Invalid({"password": problem})


def problem_of(password: str, *, about: Iterable[str] = ()) -> Text | None:
    """Why `password` is refused, with what to do; None when it is good."""
    if len(password) < MIN_LENGTH:
        return N_("The password has fewer than %(n)s characters: add some.", n=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return N_("The password has more than %(n)s characters: shorten it.", n=MAX_LENGTH)
    own = _words(about)
    if any(word in fold(password) and len(word) * 2 >= len(password) for word in own):
        return N_("The password is close to your name, your e-mail address or your company: choose another one.")
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its word lists take 15 MB: loaded only when somebody chooses a password

    if zxcvbn(fold(password)[:_JUDGED] or password[:_JUDGED], user_inputs=[*own, *_FRENCH])["guesses"] < _ENOUGH:
        return N_("This password is easy to guess: three or four words that have nothing to do with each other are better.")
    return None


def make_hash(password: str) -> str:
    """The argon2id hash to store."""
    with _running:
        return str(_hasher().hash(password))


def matches(password: str, stored: str) -> bool:
    """Whether `password` belongs to `stored`; an empty `stored` costs the same time and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _running:
        try:
            right = _hasher().verify(stored or _nobody(), password[: MAX_LENGTH * 4])
        except (VerificationError, InvalidHashError):
            return False
    return bool(right) and bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether a hash was made with weaker settings than today's."""
    return bool(_hasher().check_needs_rehash(stored))


@lru_cache(maxsize=1)
def _hasher():  # type: ignore[no-untyped-def]  # argon2 is imported late: starting does not need it
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that no password matches: what is compared when there is no account."""
    return str(_hasher().hash(secrets.token_urlsafe(32)))


def _words(about: Iterable[str]) -> list[str]:
    parts = {part for text in about for part in re.split(r"[^a-z0-9]+", fold(text)) if len(part) >= 4}
    return sorted(parts - {"gmail", "example", "mail"})
