"""Accounts: the companies one sells to, buys from or works with."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from app.base.i18n import N_
from app.fields.declare import integer, link, long_text, money, phone, picklist, text, url
from app.modules.picklists import ACCOUNT_TYPES, INDUSTRIES, LEGAL_FORMS, OWNERSHIPS, RATINGS
from app.modules.record import ADDRESS, DESCRIPTION, INFORMATION, SYSTEM, Module, Priced, Record
from app.modules.spec import Board, RelatedList, Section, StandardView

LEGAL = Section("legal", N_("Legal Information"))


class Account(Record, Priced, table=True):
    __tablename__ = "accounts"
    declaration: ClassVar[Module] = Module(
        api="Accounts",
        singular=N_("Account"),
        plural=N_("Accounts"),
        new=N_("New account"),
        icon="domain",
        title="account_name",
        subtitle="billing_city",
        sections=(INFORMATION, LEGAL, ADDRESS, DESCRIPTION, SYSTEM),
        columns=("account_name", "account_type", "industry", "phone", "website", "billing_city", "owner_id", "modified_at"),
        business_card=("owner_id", "website", "phone", "industry", "employees"),
        quick_create=("account_name", "account_type", "phone", "website", "industry", "billing_city"),
        board=Board(by="account_type", card=("billing_city", "phone", "industry")),
        default_sort=(("account_name", "asc"),),
        duplicate_keys=(("account_name",), ("siren",), ("website",)),
        related=(
            RelatedList("contacts", N_("Contacts"), "Contacts", "account_id", ("full_name", "title", "email", "phone")),
            RelatedList("deals", N_("Deals"), "Deals", "account_id", ("deal_name", "stage", "amount", "closing_on")),
            RelatedList(
                "members",
                N_("Member Accounts"),
                "Accounts",
                "parent_account_id",
                ("account_name", "account_type", "billing_city"),
            ),
        ),
        views=(
            StandardView("customers", N_("Customers"), {"field": "account_type", "op": "in", "value": ["Customer"]}),
            StandardView("prospects", N_("Prospects"), {"field": "account_type", "op": "in", "value": ["Prospect"]}),
        ),
        position=20,
    )

    account_name: str = text(N_("Account Name"), api="Account_Name", section="information", required=True, max_length=200)
    account_type: str | None = picklist(N_("Account Type"), api="Account_Type", section="information", choices=ACCOUNT_TYPES)
    industry: str | None = picklist(N_("Industry"), api="Industry", section="information", choices=INDUSTRIES)
    rating: str | None = picklist(N_("Rating"), api="Rating", section="information", choices=RATINGS)
    phone: str | None = phone(N_("Phone"), api="Phone", section="information")
    website: str | None = url(N_("Website"), api="Website", section="information")
    fax: str | None = text(N_("Fax"), api="Fax", section="information", max_length=30, hidden=True)
    account_number: str | None = text(N_("Account Number"), api="Account_Number", section="information", max_length=40)
    account_site: str | None = text(N_("Account Site"), api="Account_Site", section="information", max_length=80)
    parent_account_id: int | None = link(
        N_("Parent Account"), api="Parent_Account", section="information", target="Accounts", foreign_key="accounts.id"
    )
    employees: int | None = integer(N_("Employees"), api="Employees", section="information", minimum=0)
    annual_revenue: Decimal | None = money(N_("Annual Revenue"), api="Annual_Revenue", section="information")
    ownership: str | None = picklist(N_("Ownership"), api="Ownership", section="information", choices=OWNERSHIPS)
    ticker_symbol: str | None = text(
        N_("Ticker Symbol"), api="Ticker_Symbol", section="information", max_length=20, hidden=True
    )
    sic_code: str | None = text(N_("SIC Code"), api="SIC_Code", section="information", max_length=20, hidden=True)

    siren: str | None = text(N_("SIREN"), api="SIREN__s", section="legal", max_length=9, indexed=True)
    siret: str | None = text(N_("SIRET"), api="SIRET__s", section="legal", max_length=14, indexed=True)
    vat_number: str | None = text(N_("VAT Number"), api="VAT_Number__s", section="legal", max_length=20)
    naf_code: str | None = text(N_("NAF Code"), api="NAF_Code__s", section="legal", max_length=6)
    legal_form: str | None = picklist(N_("Legal Form"), api="Legal_Form__s", section="legal", choices=LEGAL_FORMS)
    einvoice_address: str | None = text(
        N_("Electronic Invoicing Address"), api="EInvoice_Address__s", section="legal", max_length=120
    )

    billing_street: str | None = text(N_("Billing Street"), api="Billing_Street", section="address", max_length=250)
    billing_code: str | None = text(N_("Billing Code"), api="Billing_Code", section="address", max_length=30)
    billing_city: str | None = text(N_("Billing City"), api="Billing_City", section="address", max_length=100)
    billing_state: str | None = text(N_("Billing State"), api="Billing_State", section="address", max_length=100)
    billing_country: str | None = text(N_("Billing Country"), api="Billing_Country", section="address", max_length=100)
    shipping_street: str | None = text(N_("Shipping Street"), api="Shipping_Street", section="address", max_length=250)
    shipping_code: str | None = text(N_("Shipping Code"), api="Shipping_Code", section="address", max_length=30)
    shipping_city: str | None = text(N_("Shipping City"), api="Shipping_City", section="address", max_length=100)
    shipping_state: str | None = text(N_("Shipping State"), api="Shipping_State", section="address", max_length=100)
    shipping_country: str | None = text(N_("Shipping Country"), api="Shipping_Country", section="address", max_length=100)
    description: str | None = long_text(N_("Description"), api="Description", section="description")
