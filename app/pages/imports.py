"""Import: bring a file in step by step, and follow the job that does it.

`/import` and `/<module>/import` prepare an import, `/import/<job>` shows it: progress, result, rejects, roll back.
"""

from __future__ import annotations

from app.base.errors import Forbidden
from app.base.i18n import N_, _
from app.components.elements import icon, tag
from app.modules import registry
from app.pages import jobs as job_pages
from app.pages.importing.shown import modules_for
from app.pages.importing.steps import Steps
from app.pages.visit import Visit


def page(visit: Visit) -> None:
    """Draws the steps."""
    modules = modules_for(visit.actor)
    if not modules:
        raise Forbidden(N_("Your profile does not allow you to import here."))
    slug = visit.params.get("module", "") or visit.query.get("module", "")
    wanted = registry.snapshot().module(slug).api_name if slug else ""
    if wanted and wanted not in modules:
        raise Forbidden(N_("Your profile does not allow you to import here."))
    module = wanted or next((m for m in ("Leads", "Contacts", "Accounts") if m in modules), next(iter(modules)))
    visit.title(_("Import into %(module)s", module=modules[module]) if wanted else _("Import"))
    with tag("div", "cp-page", data_testid="import-page"):
        with tag("div", "cp-title"):
            if wanted:
                with tag("nav", "cp-crumbs", aria_label=_("Breadcrumb")):
                    tag("a", "cp-link", modules[module], href=f"/{slug}")
                    icon("chevron_right")
            tag("h1", "cp-h1", _("Import a file"))
            tag("span", "cp-spacer")
            tag("a", "cp-btn cp-btn--quiet", _("Jobs"), href="/jobs")
        with tag("div", "cp-body"):
            Steps(visit, module, modules)


async def job(visit: Visit) -> None:
    """The job of an import: the same page as any other job's."""
    await job_pages.job(visit)
