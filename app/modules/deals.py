"""Deals: what one hopes to sell, to whom, for how much, until when. Rules: services/rules/deals.py."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from app.base.i18n import N_
from app.fields.declare import date_, datetime_, integer, link, long_text, money, percent, picklist, text
from app.modules.picklists import DEAL_TYPES, FORECAST_CATEGORIES, LEAD_SOURCES, LOSS_REASONS, PIPELINES, STAGES
from app.modules.record import DESCRIPTION, INFORMATION, SYSTEM, Module, Priced, Record
from app.modules.spec import Board, StandardView

WON = [s.value for s in STAGES if s.extra["kind"] == "won"]
LOST = [s.value for s in STAGES if s.extra["kind"] == "lost"]
OPEN = {"field": "stage", "op": "not_in", "value": WON + LOST}


class Deal(Record, Priced, table=True):
    __tablename__ = "deals"
    declaration: ClassVar[Module] = Module(
        api="Deals",
        singular=N_("Deal"),
        plural=N_("Deals"),
        new=N_("New deal"),
        icon="handshake",
        title="deal_name",
        subtitle="account_id",
        sections=(INFORMATION, DESCRIPTION, SYSTEM),
        columns=("deal_name", "account_id", "stage", "amount", "closing_on", "next_step", "contact_id", "owner_id"),
        business_card=("owner_id", "amount", "probability", "closing_on", "next_step"),
        quick_create=("deal_name", "account_id", "contact_id", "amount", "closing_on", "stage"),
        board=Board(by="stage", total="amount", card=("account_id", "amount", "closing_on", "next_step")),
        default_sort=(("closing_on", "asc"),),
        duplicate_keys=(("deal_name", "account_id"),),
        views=(
            StandardView("open", N_("Open Deals"), OPEN),
            StandardView("my_open", N_("My Open Deals"), {"and": [{"field": "owner_id", "op": "me"}, OPEN]}),
            StandardView(
                "closing_this_month", N_("Closing This Month"), {"and": [OPEN, {"field": "closing_on", "op": "this_month"}]}
            ),
            StandardView(
                "overdue", N_("Overdue Deals"), {"and": [OPEN, {"field": "closing_on", "op": "before", "value": "@today"}]}
            ),
            StandardView("won", N_("Won Deals"), {"field": "stage", "op": "in", "value": WON}, (("closing_on", "desc"),)),
            StandardView("lost", N_("Lost Deals"), {"field": "stage", "op": "in", "value": LOST}, (("closing_on", "desc"),)),
        ),
        position=40,
        avatar="",
    )

    deal_name: str = text(N_("Deal Name"), api="Deal_Name", section="information", required=True, max_length=120)
    account_id: int | None = link(
        N_("Account Name"), api="Account_Name", section="information", target="Accounts", foreign_key="accounts.id"
    )
    contact_id: int | None = link(
        N_("Contact Name"), api="Contact_Name", section="information", target="Contacts", foreign_key="contacts.id"
    )
    amount: Decimal | None = money(N_("Amount"), api="Amount", section="information", indexed=True)
    closing_on: date | None = date_(N_("Closing Date"), api="Closing_Date", section="information", indexed=True)
    stage: str | None = picklist(
        N_("Stage"), api="Stage", section="information", choices=STAGES, required=True, default="Prospecting", indexed=True
    )
    probability: Decimal | None = percent(
        N_("Probability (%)"), api="Probability", section="information", scale=0, minimum="0", maximum="100"
    )
    expected_revenue: Decimal | None = money(
        N_("Expected Revenue"), api="Expected_Revenue", section="information", read_only=True
    )
    forecast_category: str | None = picklist(
        N_("Forecast Category"), api="Forecast_Category__s", section="information", choices=FORECAST_CATEGORIES
    )
    next_step: str | None = text(N_("Next Step"), api="Next_Step", section="information", max_length=100)
    type: str | None = picklist(N_("Type"), api="Type", section="information", choices=DEAL_TYPES)
    lead_source: str | None = picklist(N_("Lead Source"), api="Lead_Source", section="information", choices=LEAD_SOURCES)
    reason_for_loss: str | None = picklist(
        N_("Reason For Loss"), api="Reason_For_Loss__s", section="information", choices=LOSS_REASONS
    )
    pipeline: str | None = picklist(
        N_("Pipeline"), api="Pipeline", section="system", choices=PIPELINES, default="Standard", hidden=True
    )
    stage_changed_at: datetime | None = datetime_(
        N_("Stage Changed Time"), api="Stage_Changed_Time__s", section="system", read_only=True
    )
    sales_cycle_days: int | None = integer(
        N_("Sales Cycle Duration"), api="Sales_Cycle_Duration", section="system", read_only=True
    )
    overall_sales_days: int | None = integer(
        N_("Overall Sales Duration"), api="Overall_Sales_Duration", section="system", read_only=True
    )
    description: str | None = long_text(N_("Description"), api="Description", section="description")
