"""Jobs: the long work that runs on the server, one's own or everybody's for administrators; and the page of one job.

Invariants: what is shown is read anew when a job says that it moved; stopping, going on and rolling back are asked of the service with
the rights of now; a page that is closed stops nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from app.base.i18n import _, language, ngettext
from app.components.elements import button, icon, tag
from app.components.plain_table import PlainTable
from app.components.simple_form import banner
from app.fields.formats import format_number
from app.modules import registry
from app.pages.importing import try_out
from app.pages.setup.parts import act, toast, when
from app.pages.visit import Visit
from app.services import directory, job_report, jobs
from app.services.job_report import Report
from app.services.jobs import JobView

LOOKS = {"waiting": "nu", "running": "in", "done": "ok", "failed": "da", "cancelled": "wa"}
EVERY = 1.0  # seconds between looks at a running job that another process may be doing


def state_words() -> dict[str, str]:
    """The states of a job."""
    return {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Stopped"),
    }


async def page(visit: Visit) -> None:
    """The list."""
    visit.title(_("Jobs"))
    with tag("div", "cp-page", data_testid="jobs-page"):
        with tag("div", "cp-title"):
            tag("h1", "cp-h1", _("Jobs"))
        with tag("div", "cp-body"):
            box = tag("section", "cp-card")

    async def draw() -> None:
        found = await act(jobs.recent)
        box.clear()
        with box:
            _list(visit, found)

    visit.subscribe(jobs.TOPIC, draw)
    await draw()


def _list(visit: Visit, found: list[JobView]) -> None:
    if not found:
        with tag("div", "cp-empty"):
            tag("h2", "cp-empty-title", _("Nothing is running"))
            tag(
                "p",
                "cp-empty-text",
                _("Imports, exports and changes of many records appear here while they run and afterwards."),
            )
        return
    people = directory.people()
    with tag("div", "cp-scroll-x", tabindex="0", role="region", aria_label=_("Jobs")), tag("table", "cp-minitable"):
        with tag("thead"), tag("tr"):
            for label in (_("What"), _("State"), _("Progress"), _("Who"), _("When")):
                tag("th", "", label, scope="col")
        with tag("tbody"):
            for one in found:
                with tag("tr", data_id=one.id):
                    with tag("td"):
                        tag("a", "cp-rowlink", str(one.label), href=_address(one), dir="auto")
                    with tag("td"):
                        tag("span", f"cp-chip cp-chip--{LOOKS[one.state]}", state_words()[one.state])
                    tag("td", "num", _progress_text(one))
                    tag("td", "", people[one.user_id].name if one.user_id and one.user_id in people else "–")
                    tag("td", "num", when(one.created_at, visit.actor))


async def job(visit: Visit) -> None:
    """One job."""
    number = visit.params["job"]
    first = await act(job_report.read, number)
    visit.title(str(first.job.label))
    with tag("div", "cp-page", data_testid="job-page", data_id=first.job.id):
        with tag("div", "cp-title"):
            with tag("nav", "cp-crumbs", aria_label=_("Breadcrumb")):
                tag("a", "cp-link", _("Jobs"), href="/jobs")
                icon("chevron_right")
            tag("h1", "cp-h1", str(first.job.label), dir="auto")
            tag("span", "cp-spacer")
            actions = tag("div", "cp-inline")
        with tag("div", "cp-body"):
            body = tag("div", "cp-stack", aria_live="polite")

    shown: list[Report] = []

    async def draw() -> None:
        report = await act(job_report.read, number)
        if shown and shown[-1] == report:
            return
        shown[:] = [report]
        actions.clear()
        body.clear()
        with actions:
            _actions(report, draw)
        with body:
            _body(visit, report)
        timer.active = not report.job.is_over

    timer = ui.timer(EVERY, draw)
    visit.subscribe(jobs.TOPIC, draw)
    await draw()


def _actions(report: Report, draw: Any) -> None:
    one = report.job
    if not one.is_over:
        if one.cancel:
            return
        if one.kind in ("import", "mass"):
            button(_("Stop and keep"), icon_name="stop").on("click", partial(_ask, draw, jobs.cancel, one.id), [])
            undo = button(_("Stop and undo"), look="danger-quiet", icon_name="undo")
            undo.on("click", partial(_ask, draw, jobs.cancel, one.id, undo=True), [])
        else:
            button(_("Stop"), icon_name="stop").on("click", partial(_ask, draw, jobs.cancel, one.id), [])
        return
    if report.can_resume:
        button(_("Go on"), look="primary", icon_name="play_arrow").on("click", partial(_ask, draw, jobs.resume, one.id), [])
    if report.can_roll_back:
        button(_("Roll back"), look="danger-quiet", icon_name="undo").on("click", partial(_roll_back, one.id), [])
    if one.kind == "export" and one.state == jobs.DONE:
        with tag("a", "cp-btn cp-btn--primary", href=f"/api/ui/exports/{one.id}/file", download=True):
            icon("download")
            tag("span", "cp-btn-label", _("Download the file"))
    if one.kind == "import":
        with tag("a", "cp-btn cp-btn--neutral", href=f"/api/ui/imports/{one.id}/mapping.json", download=True):
            icon("download")
            tag("span", "cp-btn-label", _("Mapping"))


async def _ask(draw: Any, call: Any, *args: Any, **kwargs: Any) -> None:
    await act(call, *args, **kwargs)
    await draw()


async def _roll_back(job_id: str) -> None:
    made = await act(jobs.roll_back, job_id)
    toast(_("The roll back has begun."), link=f"/jobs/{made}")


def _body(visit: Visit, report: Report) -> None:
    one = report.job
    with tag("section", "cp-card"):
        with tag("div", "cp-card-head"):
            tag("span", f"cp-chip cp-chip--{LOOKS[one.state]}", state_words()[one.state], data_state=one.state)
            tag("span", "cp-muted num", _progress_text(one))
            tag("span", "cp-spacer")
            tag("span", "cp-caption cp-faint", when(one.started_at or one.created_at, visit.actor))
        with tag("div", "cp-card-body cp-stack"):
            if not one.is_over:
                _bar(one)
            if one.cancel and not one.is_over:
                tag("p", "cp-muted", _("It stops after the rows it is working on."))
            if one.message is not None:
                banner(one.message, "da" if one.state == jobs.FAILED else "in", "error" if one.state == jobs.FAILED else "info")
            if one.kind == "import":
                try_out.counts(one.counts, read=int(one.counts.get("read", 0)))
            _notes(one)
    if report.titles:
        _made(report)
    if report.problems:
        _rejects(report)


def _notes(one: JobView) -> None:
    lines = []
    if one.counts.get("linked"):
        lines.append(_("Records made for links: %(n)s", n=one.counts["linked"]))
    if one.counts.get("undone"):
        lines.append(_("It was rolled back: %(n)s records put back.", n=one.counts.get("undone_records", 0)))
    if one.kind == "undo" and one.state == jobs.DONE:
        n = int(one.counts.get("undone_records", 0))
        lines.append(ngettext("%(n)s record put back.", "%(n)s records put back.", n))
    if one.counts.get("not_undone"):
        lines.append(_("Left as they are, because somebody changed them since: %(n)s", n=one.counts["not_undone"]))
    if one.kind == "mass" and one.counts.get("failed"):
        lines.append(_("Refused: %(n)s", n=one.counts["failed"]))
    for line in lines:
        with tag("div", "cp-inline cp-muted"):
            icon("info")
            tag("span", "", line)


def _bar(one: JobView) -> None:
    share = round(100 * one.done / one.total) if one.total else 0
    bar = tag("span", "cp-progress cp-progress--block", role="progressbar", aria_valuemin="0", aria_valuemax="100",
              aria_valuenow=str(share), aria_label=_("Progress"))  # fmt: skip
    bar.style(f"--cp-v:{share}%")


def _made(report: Report) -> None:
    spec = registry.snapshot().module(report.job.params["module"])
    with tag("section", "cp-card"):
        with tag("div", "cp-card-head"):
            tag("h2", "cp-card-title", _("Records of this import"))
            tag("span", "cp-spacer")
            tag("a", "cp-link", _("See all"), href=f"/{spec.slug}?sort=modified_at:desc")
        with tag("div", "cp-rows"):
            for number, title in report.titles:
                with tag("div", "cp-row", data_id=number):
                    tag("a", "cp-row-title", title or "—", href=f"/{spec.slug}/{number}", dir="auto")


def _rejects(report: Report) -> None:
    with tag("section", "cp-card"):
        with tag("div", "cp-card-head"):
            tag("h2", "cp-card-title", _("Rows that were refused"))
            tag("span", "cp-spacer")
            with tag(
                "a", "cp-btn cp-btn--neutral cp-btn--small", href=f"/api/ui/imports/{report.job.id}/rejects.csv", download=True
            ):
                icon("download")
                tag("span", "cp-btn-label", _("Download these rows"))
        rows = [{"cells": [str(p["line"]), p["column"], str(p["message"])]} for p in report.problems]
        PlainTable(_("Rows that were refused"), [_("Line"), _("Column"), _("Reason")], rows, numbered=True, wrap=True)


def _address(one: JobView) -> str:
    return f"/import/{one.id}" if one.kind == "import" else f"/jobs/{one.id}"


def _progress_text(one: JobView) -> str:
    done = format_number(one.done, language())
    if not one.total:
        return done if one.done else ""
    return _("%(n)s of %(total)s", n=done, total=format_number(one.total, language()))
