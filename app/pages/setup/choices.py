"""Lists that several pages of Setup offer: languages, themes, time zones, currencies, days, months; words follow the reader."""

from __future__ import annotations

from functools import lru_cache

from app.base.i18n import _, language
from app.services import settings

LANGUAGES = (("fr", "Français"), ("en", "English"))


def themes() -> dict[str, str]:
    """Theme → words."""
    return {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}


def zones(present: str) -> dict[str, str]:
    """Time zones people live in; `present` is among them."""
    names = sorted({*_zone_names(), present})
    return {name: name.replace("_", " ").replace("/", " / ") for name in names}


@lru_cache(maxsize=1)
def _zone_names() -> tuple[str, ...]:
    from zoneinfo import available_timezones

    regions = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return tuple(name for name in available_timezones() if name.startswith(regions))


def currencies() -> dict[str, str]:
    """Currency code → code and name."""
    from babel import Locale

    names = Locale.parse(language()).currencies
    return {code: f"{code} · {names.get(code, code)}" for code in settings.CURRENCIES}


def days() -> dict[str, str]:
    """0 Monday … 6 Sunday."""
    from babel.dates import get_day_names

    return {str(n): str(name).capitalize() for n, name in get_day_names("wide", locale=language()).items()}


def months() -> dict[str, str]:
    """1 … 12."""
    from babel.dates import get_month_names

    return {
        str(n): str(name).capitalize() for n, name in get_month_names("wide", context="stand-alone", locale=language()).items()
    }
