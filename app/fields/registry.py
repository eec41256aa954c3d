"""The standard field types, registered once on import. `types["money"]` gives the one instance; plugins register theirs after."""

from __future__ import annotations

from app.fields.spec import types
from app.fields.types.any_link import AnyLinkType
from app.fields.types.auto_number import AutoNumberType
from app.fields.types.boolean import BooleanType
from app.fields.types.computed import ComputedType
from app.fields.types.date import DateType
from app.fields.types.datetime import DatetimeType
from app.fields.types.decimal import DecimalType
from app.fields.types.email import EmailType
from app.fields.types.integer import IntegerType
from app.fields.types.link import LinkType
from app.fields.types.long_text import LongTextType
from app.fields.types.money import MoneyType
from app.fields.types.multi_link import MultiLinkType
from app.fields.types.multi_picklist import MultiPicklistType
from app.fields.types.percent import PercentType
from app.fields.types.person import PersonType
from app.fields.types.phone import PhoneType
from app.fields.types.picklist import PicklistType
from app.fields.types.text import TextType
from app.fields.types.url import UrlType

__all__ = ["STANDARD", "types"]

STANDARD = tuple(
    types.register(each())
    for each in (
        TextType,
        LongTextType,
        EmailType,
        PhoneType,
        UrlType,
        IntegerType,
        DecimalType,
        PercentType,
        MoneyType,
        DateType,
        DatetimeType,
        PicklistType,
        MultiPicklistType,
        BooleanType,
        LinkType,
        MultiLinkType,
        AnyLinkType,
        PersonType,
        AutoNumberType,
        ComputedType,
    )
)
