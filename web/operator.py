"""Pages of who runs the platform: what waits for her and how the server is, and no word from any network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import format_timedelta, get_locale
from flask_babel import gettext as _

from config import Settings
from network import membership, networks, organisations, privacy
from network.kernel import jobs as registry
from network.kernel import undelivered
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.policy import require, sees_platform
from web import jobs
from web.job_runs import last_runs
from web.pages import page
from web.phases import PHASE_NAMES
from web.upkeep.doctor import JOBS_LATE
from web.upkeep.inventory import stored, versions

blueprint = Blueprint("operator", __name__)

UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")


@page(blueprint, "/admin")
def overview(actor: Actor) -> Any:
    """What waits for the operator, what lies on the server, what runs there."""
    require(sees_platform(actor, None))
    settings: Settings = current_app.config["SETTINGS"]
    runs = last_runs(settings.data_dir / "jobs")
    age = jobs.seconds_since_beat()
    return render_template(
        "operator/overview.html",
        sections=sections(),
        waiting=organisations.count_waiting(),
        overdue=organisations.count_overdue(),
        networks=networks.count_networks(),
        objections=privacy.count_open_objections(),
        late_objections=privacy.count_overdue_objections(),
        undelivered=undelivered.count_undelivered(),
        failing=sum(bool(run.failed_in_a_row) for run in runs),
        jobs_age=None if age is None else _ago(age),
        jobs_late=age is None or age > JOBS_LATE,
        stored=stored(settings),
        versions=versions(settings),
        size=size,
    )


@page(blueprint, "/admin/networks")
def all_networks(actor: Actor) -> Any:
    """Which networks there are: name, organisation, phase, how many people; nothing of what is in them."""
    found = networks.list_all_networks(actor, PageRequest(cursor=request.args.get("cursor")))
    counts = membership.active_by_network(row["id"] for row in found.items)
    names = organisations.organisations_by_id(row["organisation_id"] for row in found.items)
    return render_template(
        "operator/networks.html",
        sections=sections(),
        networks=[
            {
                **row,
                "members": counts.get(row["id"], 0),
                "organisation": names[row["organisation_id"]]["name"],
                "phase_name": PHASE_NAMES[row["phase"]],
            }
            for row in found.items
        ],
        older_url=url_for("operator.all_networks", cursor=found.next) if found.next else None,
    )


@page(blueprint, "/admin/jobs")
def all_jobs(actor: Actor) -> Any:
    """What is done when nobody asks: how often, when it ran last, how that went."""
    require(sees_platform(actor, None))
    settings: Settings = current_app.config["SETTINGS"]
    runs = {run.name: run for run in last_runs(settings.data_dir / "jobs")}
    age = jobs.seconds_since_beat()
    return render_template(
        "operator/jobs.html",
        sections=sections(),
        jobs_age=None if age is None else _ago(age),
        jobs_late=age is None or age > JOBS_LATE,
        jobs=[
            {
                "name": job.name,
                "every": _span(timedelta(minutes=job.every_minutes)),
                "run": runs.get(job.name),
            }
            for job in registry.all_jobs()
        ],
    )


@page(blueprint, "/admin/mail")
def mails(actor: Actor) -> Any:
    """Letters that were given up: to which mail server, why, and sending them once more."""
    found = undelivered.list_undelivered(actor, PageRequest(cursor=request.args.get("cursor")))
    return render_template(
        "operator/mails.html",
        sections=sections(),
        mails=found.items,
        older_url=url_for("operator.mails", cursor=found.next) if found.next else None,
    )


@page(blueprint, "/admin/mail/<id:mail_id>/again", methods=("POST",))
def send_again(actor: Actor, mail_id: str) -> Any:
    """Try a letter once more."""
    undelivered.send_again(actor, mail_id)
    flash(_("It leaves within a minute."), "ok")
    return redirect(url_for("operator.mails"))


def sections() -> list[dict[str, Any]]:
    """The pages of the platform, as the macro `filters` takes them."""
    pages = (
        ("operator.overview", _("Overview")),
        ("organisations.verify", _("Organisations")),
        ("rights.answer", _("Objections")),
        ("operator.all_networks", _("Networks")),
        ("operator.all_jobs", _("Jobs")),
        ("operator.mails", _("Mail")),
    )
    return [
        {"label": label, "url": url_for(endpoint), "current": request.endpoint == endpoint}
        for endpoint, label in pages
    ]


def size(number: int) -> str:
    """Bytes as people read them, in their language: `1.2 MB`."""
    power, value = 0, float(number)
    while value >= 1024 and power < len(UNITS) - 1:
        power, value = power + 1, value / 1024
    short = ("B", "kB", "MB", "GB", "TB")[power]
    locale = get_locale()
    point = locale.number_symbols["latn"]["decimal"] if locale is not None else "."
    return (
        f"{value:.0f} {short}" if power == 0 or value >= 100 else f"{value:.1f} {short}".replace(".", point)
    )


def _ago(seconds: float) -> str:
    return str(format_timedelta(-timedelta(seconds=seconds), add_direction=True))


def _span(span: timedelta) -> str:
    return str(format_timedelta(span, threshold=1.2))
