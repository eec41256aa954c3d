"""Contacts: the people one knows, at an account or by themselves."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from app.base.i18n import N_
from app.fields.declare import boolean, computed, date_, link, long_text, picklist, text
from app.fields.declare import email as email_
from app.fields.declare import phone as phone_
from app.modules.picklists import LEAD_SOURCES, SALUTATIONS
from app.modules.record import ADDRESS, DESCRIPTION, INFORMATION, SYSTEM, Module, Record
from app.modules.spec import Board, RelatedList, StandardView


class Contact(Record, table=True):
    __tablename__ = "contacts"
    declaration: ClassVar[Module] = Module(
        api="Contacts",
        singular=N_("Contact"),
        plural=N_("Contacts"),
        new=N_("New contact"),
        icon="contacts",
        title="full_name",
        subtitle="account_id",
        sections=(INFORMATION, ADDRESS, DESCRIPTION, SYSTEM),
        columns=("full_name", "account_id", "title", "email", "phone", "mobile", "owner_id", "modified_at"),
        business_card=("owner_id", "email", "phone", "mobile", "title"),
        quick_create=("first_name", "last_name", "account_id", "email", "phone"),
        board=Board(by="lead_source", card=("account_id", "email", "phone")),
        default_sort=(("full_name", "asc"),),
        duplicate_keys=(("email",), ("full_name", "account_id")),
        related=(
            RelatedList("deals", N_("Deals"), "Deals", "contact_id", ("deal_name", "stage", "amount", "closing_on")),
            RelatedList("reports", N_("Reporting Contacts"), "Contacts", "reporting_to_id", ("full_name", "title", "email")),
        ),
        views=(
            StandardView("unsubscribed", N_("Unsubscribed Contacts"), {"field": "email_opt_out", "op": "selected"}),
            StandardView("no_account", N_("Contacts without Account"), {"field": "account_id", "op": "empty"}),
        ),
        position=30,
        avatar="person",
    )

    salutation: str | None = picklist(N_("Salutation"), api="Salutation", section="information", choices=SALUTATIONS)
    first_name: str | None = text(N_("First Name"), api="First_Name", section="information", max_length=40)
    last_name: str = text(N_("Last Name"), api="Last_Name", section="information", required=True, max_length=80)
    full_name: str | None = computed(
        N_("Full Name"),
        api="Full_Name",
        section="information",
        result="text",
        formula="full_name",
        depends=("first_name", "last_name"),
    )
    account_id: int | None = link(
        N_("Account Name"), api="Account_Name", section="information", target="Accounts", foreign_key="accounts.id"
    )
    title: str | None = text(N_("Title"), api="Title", section="information", max_length=100)
    department: str | None = text(N_("Department"), api="Department", section="information", max_length=50)
    email: str | None = email_(N_("Email"), api="Email", section="information")
    secondary_email: str | None = email_(N_("Secondary Email"), api="Secondary_Email", section="information")
    phone: str | None = phone_(N_("Phone"), api="Phone", section="information")
    mobile: str | None = phone_(N_("Mobile"), api="Mobile", section="information")
    home_phone: str | None = phone_(N_("Home Phone"), api="Home_Phone", section="information")
    other_phone: str | None = phone_(N_("Other Phone"), api="Other_Phone", section="information")
    fax: str | None = text(N_("Fax"), api="Fax", section="information", max_length=30, hidden=True)
    reporting_to_id: int | None = link(
        N_("Reporting To"), api="Reporting_To", section="information", target="Contacts", foreign_key="contacts.id"
    )
    assistant: str | None = text(N_("Assistant"), api="Assistant", section="information", max_length=50)
    assistant_phone: str | None = phone_(N_("Asst Phone"), api="Asst_Phone", section="information")
    born_on: date | None = date_(N_("Date of Birth"), api="Date_of_Birth", section="information")
    lead_source: str | None = picklist(N_("Lead Source"), api="Lead_Source", section="information", choices=LEAD_SOURCES)
    email_opt_out: bool | None = boolean(N_("Email Opt Out"), api="Email_Opt_Out", section="information", default=False)
    skype_id: str | None = text(N_("Skype ID"), api="Skype_ID", section="information", max_length=50, hidden=True)
    twitter: str | None = text(N_("Twitter"), api="Twitter", section="information", max_length=50, hidden=True)

    mailing_street: str | None = text(N_("Mailing Street"), api="Mailing_Street", section="address", max_length=250)
    mailing_zip: str | None = text(N_("Mailing Zip"), api="Mailing_Zip", section="address", max_length=30)
    mailing_city: str | None = text(N_("Mailing City"), api="Mailing_City", section="address", max_length=100)
    mailing_state: str | None = text(N_("Mailing State"), api="Mailing_State", section="address", max_length=100)
    mailing_country: str | None = text(N_("Mailing Country"), api="Mailing_Country", section="address", max_length=100)
    other_street: str | None = text(N_("Other Street"), api="Other_Street", section="address", max_length=250)
    other_zip: str | None = text(N_("Other Zip"), api="Other_Zip", section="address", max_length=30)
    other_city: str | None = text(N_("Other City"), api="Other_City", section="address", max_length=100)
    other_state: str | None = text(N_("Other State"), api="Other_State", section="address", max_length=100)
    other_country: str | None = text(N_("Other Country"), api="Other_Country", section="address", max_length=100)
    description: str | None = long_text(N_("Description"), api="Description", section="description")
