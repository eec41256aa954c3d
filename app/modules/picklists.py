"""Picklists that several modules share. Values are language-neutral and never change; words are translated by context.

Words: French in locale/fr/modules.po under the context "Field.value" ("Lead_Source.Cold Call").
"""

from __future__ import annotations

from types import MappingProxyType

from app.base.i18n import N_
from app.fields.spec import Choice


def _choices(*values: tuple[str, str] | str) -> tuple[Choice, ...]:
    pairs = [(v, "") if isinstance(v, str) else v for v in values]
    return tuple(Choice(value, N_(value), colour) for value, colour in pairs)


def stage(value: str, probability: int, category: str, kind: str = "open", colour: str = "") -> Choice:
    """A stage: entering it sets this probability and forecast category. `kind`: open, won or lost."""
    return Choice(
        value, N_(value), colour, extra=MappingProxyType({"probability": probability, "category": category, "kind": kind})
    )


STAGES = (
    stage("Prospecting", 10, "Pipeline", colour="r1"),
    stage("Qualification", 25, "Pipeline", colour="r2"),
    stage("Needs Analysis", 45, "Pipeline", colour="r3"),
    stage("Value Proposition", 65, "Best Case", colour="r4"),
    stage("Negotiation/Review", 85, "Committed", colour="r5"),
    stage("Closed Won", 100, "Closed", "won", "ok"),
    stage("Closed Lost", 0, "Omitted", "lost", "nu"),
    stage("Closed Lost to Competition", 0, "Omitted", "lost", "nu"),
)
FORECAST_CATEGORIES = _choices(
    ("Pipeline", "in"), ("Best Case", "pu"), ("Committed", "wa"), ("Closed", "ok"), ("Omitted", "nu")
)
LEAD_SOURCES = _choices(
    "Advertisement", "Cold Call", "Employee Referral", "External Referral", "Online Store", "Partner", "Social Media",
    "Public Relations", "Sales Email Alias", "Seminar", "Trade Show", "Web Download", "Web Research", "Web Form", "Chat",
)  # fmt: skip
RATINGS = _choices(
    ("Acquired", "ok"), ("Active", "in"), ("Market Failed", "da"), ("Project Cancelled", "nu"), ("Shut Down", "nu")
)
SALUTATIONS = _choices("Mr.", "Mrs.", "Dr.", "Prof.")
ACCOUNT_TYPES = _choices(
    ("Prospect", "in"), ("Customer", "ok"), ("Partner", "pu"), ("Reseller", "pu"), ("Distributor", "pu"), ("Supplier", "wa"),
    ("Competitor", "da"), ("Prescriber", ""), ("Press", ""), ("Investor", ""), ("Other", "nu"),
)  # fmt: skip
OWNERSHIPS = _choices("Privately Held", "Public Company", "Subsidiary", "Partnership", "Government", "Association", "Other")
DEAL_TYPES = _choices("New Business", "Existing Business")
PIPELINES = (Choice("Standard", N_("Standard")),)
LOSS_REASONS = _choices(
    "Price", "Competition", "No Response", "Expectation Mismatch", "Unqualified Customer", "Wrong Target", "Project Cancelled",
    "Future Interest", "Other",
)  # fmt: skip
INDUSTRIES = _choices(
    "Agriculture", "Mining", "Manufacturing", "Energy", "Water and Waste", "Construction", "Trade", "Transport and Storage",
    "Accommodation and Food", "Information and Communication", "Finance and Insurance", "Real Estate",
    "Professional and Technical Services", "Administrative and Support Services", "Public Administration", "Education",
    "Health and Social Work", "Arts and Leisure", "Other Services",
)  # fmt: skip
PRODUCT_CATEGORIES = _choices("Hardware", "Software", "Service", "Consumable", "Spare Part", "Training")
USAGE_UNITS = _choices("Each", "Hour", "Day", "Kilogram", "Metre", "Square Metre", "Litre", "Box", "Carton", "Pack")
LEGAL_FORMS = _choices("SARL", "SAS", "SASU", "SA", "EURL", "SNC", "SCI", "EI", "Association", "Other")
