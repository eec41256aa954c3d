"""Rules of accounts: French company numbers are checked with their checksums and kept without spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.base.i18n import N_

if TYPE_CHECKING:
    from app.services.draft import Draft
    from app.services.log import Changes

_LA_POSTE = "356000000"  # its establishments follow another checksum: the sum of the digits is a multiple of 5


def before_save(draft: Draft) -> None:
    """Normalises and checks SIREN, SIRET and VAT number when they change."""
    after = draft.after
    for name in ("siren", "siret", "vat_number", "naf_code"):
        if after.get(name) and draft.changed(name):
            after[name] = re.sub(r"[\s.\-]", "", after[name]).upper()
    if after.get("siren") and draft.changed("siren") and not is_siren(after["siren"]):
        draft.errors["siren"] = N_("This is not a SIREN number: it has nine digits, the last of which is a check digit.")
    if after.get("siret") and draft.changed("siret"):
        if not is_siret(after["siret"]):
            draft.errors["siret"] = N_(
                "This is not a SIRET number: it has fourteen digits, the last of which is a check digit."
            )
        elif not after.get("siren"):
            after["siren"] = after["siret"][:9]
        elif after["siret"][:9] != after["siren"]:
            draft.warnings.append(N_("The SIRET number does not begin with the SIREN number of this account."))


def derive(draft: Draft) -> None:
    """Nothing of an account follows from its other fields."""


def after_save(changes: Changes, drafts: Sequence[Draft]) -> None:
    """Nothing is kept beside an account."""


def is_siren(text: str) -> bool:
    """Whether `text` is nine digits that satisfy the Luhn check (INSEE)."""
    return len(text) == 9 and text.isascii() and text.isdigit() and _luhn(text)


def is_siret(text: str) -> bool:
    """Whether `text` is fourteen digits that satisfy the Luhn check; La Poste's establishments have a check of their own."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    return _luhn(text) or (text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
