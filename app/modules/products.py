"""Products: what one sells, by the piece, the hour or the metre."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from app.base.i18n import N_
from app.fields.declare import boolean, date_, decimal, long_text, money, percent, person, picklist, text
from app.modules.picklists import PRODUCT_CATEGORIES, USAGE_UNITS
from app.modules.record import DESCRIPTION, INFORMATION, SYSTEM, Module, Priced, Record
from app.modules.spec import Board, Section, StandardView

PRICE = Section("price", N_("Price Information"))
STOCK = Section("stock", N_("Stock Information"))


class Product(Record, Priced, table=True):
    __tablename__ = "products"
    declaration: ClassVar[Module] = Module(
        api="Products",
        singular=N_("Product"),
        plural=N_("Products"),
        new=N_("New product"),
        icon="inventory_2",
        title="product_name",
        subtitle="product_code",
        sections=(INFORMATION, PRICE, STOCK, DESCRIPTION, SYSTEM),
        columns=("product_name", "product_code", "product_category", "unit_price", "usage_unit", "product_active", "owner_id"),
        business_card=("owner_id", "product_code", "unit_price", "product_category", "product_active"),
        quick_create=("product_name", "product_code", "product_category", "unit_price", "usage_unit"),
        board=Board(by="product_category", card=("product_code", "unit_price")),
        default_sort=(("product_name", "asc"),),
        duplicate_keys=(("product_code",), ("product_name",)),
        views=(StandardView("active", N_("Active Products"), {"field": "product_active", "op": "selected"}),),
        group="invoice",
        position=40,
        avatar="",
    )

    product_name: str = text(N_("Product Name"), api="Product_Name", section="information", required=True, max_length=200)
    product_code: str | None = text(N_("Product Code"), api="Product_Code", section="information", max_length=40, indexed=True)
    product_category: str | None = picklist(
        N_("Product Category"), api="Product_Category", section="information", choices=PRODUCT_CATEGORIES
    )
    manufacturer: str | None = text(N_("Manufacturer"), api="Manufacturer", section="information", max_length=120)
    product_active: bool | None = boolean(N_("Product Active"), api="Product_Active", section="information", default=True)
    sales_start_on: date | None = date_(N_("Sales Start Date"), api="Sales_Start_Date", section="information")
    sales_end_on: date | None = date_(N_("Sales End Date"), api="Sales_End_Date", section="information")
    support_start_on: date | None = date_(
        N_("Support Start Date"), api="Support_Start_Date", section="information", hidden=True
    )
    support_end_on: date | None = date_(
        N_("Support Expiry Date"), api="Support_Expiry_Date", section="information", hidden=True
    )
    unit_price: Decimal | None = money(N_("Unit Price"), api="Unit_Price", section="price")
    commission_rate: Decimal | None = percent(N_("Commission Rate"), api="Commission_Rate", section="price")
    taxable: bool | None = boolean(N_("Taxable"), api="Taxable", section="price", default=True)
    usage_unit: str | None = picklist(N_("Usage Unit"), api="Usage_Unit", section="stock", choices=USAGE_UNITS, default="Each")
    quantity_in_stock: Decimal | None = decimal(N_("Quantity in Stock"), api="Qty_in_Stock", section="stock")
    quantity_ordered: Decimal | None = decimal(N_("Qty Ordered"), api="Qty_Ordered", section="stock")
    quantity_in_demand: Decimal | None = decimal(N_("Quantity in Demand"), api="Qty_in_Demand", section="stock")
    reorder_level: Decimal | None = decimal(N_("Reorder Level"), api="Reorder_Level", section="stock")
    handler_id: int | None = person(N_("Handler"), api="Handler", section="stock")
    description: str | None = long_text(N_("Description"), api="Description", section="description")
