"""The company: name, language, currency, time zone, week, fiscal year."""

from __future__ import annotations

from dataclasses import asdict

from app.base.i18n import _
from app.components.elements import tag
from app.components.simple_form import Form, button
from app.pages.setup.choices import LANGUAGES, currencies, days, months, zones
from app.pages.setup.parts import act, card, frame, save
from app.pages.visit import Visit
from app.services import settings
from app.services.actor import Actor


async def page(visit: Visit) -> None:
    """The page."""
    now = await act(_company)
    values = {name: str(value) for name, value in asdict(now).items()}

    async def submit() -> None:
        await save(form, _("The settings of the company are saved."), settings.update_company, form.values())

    with frame(visit, "company"), card(_("Company")), tag("div", "cp-card-body"), Form(submit) as form:
        form.text("name", _("Name of the company"), values["name"], autocomplete="organization", maxlength=120, wide=True,
                  hint=_("On documents."))  # fmt: skip
        form.choice(
            "language",
            _("Language"),
            values["language"],
            dict(LANGUAGES),
            hint=_("Of new people, until they choose their own."),
        )
        form.choice("currency", _("Currency"), values["currency"], currencies(),
                    hint=_("Sums and comparisons are in it; each record keeps its own currency and rate."))  # fmt: skip
        form.choice(
            "zone", _("Time zone"), values["zone"], zones(values["zone"]), hint=_("Decides when “today” begins, for everybody.")
        )
        form.choice(
            "week_start", _("First day of the week"), values["week_start"], days(), hint=_("For “this week” in filters.")
        )
        form.choice("fiscal_month", _("First month of the fiscal year"), values["fiscal_month"], months(),
                    hint=_("For fiscal quarters and years in filters and figures."))  # fmt: skip
        with tag("div", "cp-field--wide"):
            button(_("Save"), kind="primary", type="submit")


def _company(_actor: Actor) -> settings.Company:
    return settings.company()
