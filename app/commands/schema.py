"""`comptoir field add MODULE LABEL --type T`: a field of one's own, from the terminal."""

from __future__ import annotations

import argparse
import json
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.commands.house import acting, add_data, opened, say


def add_parser(subparsers: Any) -> None:
    """Options of `field add`."""
    parser = subparsers.add_parser("field", help=_("add a field to a module"))
    actions = parser.add_subparsers(metavar=_("action"), required=True)
    add = actions.add_parser("add", help=_("add a field"))
    add.add_argument("module", help=_("module, by its API name or address: Deals"))
    add.add_argument("label", help=_("the field's name, as people read it"))
    add.add_argument("--type", required=True, help=_("field type: text, number, money, date, picklist…"))
    add.add_argument("--english", default="", help=_("the field's name in English, when LABEL is French"))
    add.add_argument("--section", default="information", help=_("section of the form"))
    add.add_argument("--setting", action="append", default=[], metavar="K=V", help=_("a setting of the type, as JSON or text"))
    add_data(add, _("folder of the data"))
    add.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Makes the field in the name of the first administrator and says its API name."""
    from app.services import schema

    with opened(args):
        labels = {"fr": args.label, "en": args.english or args.label}
        actor = acting(None, "cli")
        made = schema.add_field(actor, args.module, labels, args.type, settings=_settings(args.setting), section=args.section)
        say(_("The field “%(label)s” was added; its API name is %(api)s.", label=made.label, api=made.api_name))
    return 0


def _settings(pairs: list[str]) -> dict[str, Any]:
    """`k=v` pairs; values that read as JSON are taken as such. `choices=A,B,C` gives a picklist its values."""
    settings: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals:
            raise Invalid(N_("Write a setting as name=value, not as “%(text)s”.", text=pair))
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        if key == "choices" and isinstance(value, str):
            value = [{"value": v.strip(), "labels": {"fr": v.strip(), "en": v.strip()}} for v in value.split(",") if v.strip()]
        settings[key] = value
    return settings
