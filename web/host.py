"""The pages of a host: what waits for her, her round of the week, and what she does about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from network import hosting, moderation, networks
from network.hosting import RoundView
from network.kernel.actor import Actor
from network.kernel.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from network.networks import NetworkView
from web import case_words
from web.forms.base import PageForm
from web.hosting import matters_of
from web.pages import page, safe_next
from web.roadmap import open_network
from web.shell import Place, Shell

blueprint = Blueprint("host", __name__)
SHOWN = 12
CASES = 3
HEADS = {
    "welcome": (_l("Welcome somebody"), "door"),
    "answer": (_l("Answer"), "talk"),
    "announce": (_l("Announce"), "news"),
}
LINES = {
    "hello": _l("has said hello. Nobody has answered yet."),
    "newcomer": _l("is new and has not written yet. Only the two of you will read this."),
    "question": _l("asks. Nobody has answered yet."),
    "meeting": _l("This meeting is coming up."),
    "decision": _l("This decision ends soon."),
    "term": _l("This role ends soon."),
}
SENT = {
    "welcome": _l("Your greeting is sent."),
    "answer": _l("Your answer is sent."),
    "announce": _l("Your announcement is sent."),
}
DEEDS = ("send", "skip", "undo", "day", "give", "back")


@page(blueprint, "/host")
def host(actor: Actor) -> Any:
    """Whom to welcome, what to answer, what to announce; then cases and applications, how much it is."""
    g.shell = shell = Shell(actor)
    place = _place(actor, shell)
    g.network_id = place.id
    return host_page(actor, networks.get_network(actor, place.id))


@page(blueprint, "/host/<id:round_id>")
def round(actor: Actor, round_id: str) -> Any:
    """One week: at most five things, and then that is all."""
    week = hosting.get_round(actor, round_id)
    row = networks.get_network(actor, week["network_id"])
    g.network_id = row["id"]
    return round_page(actor, row, week)


@page(blueprint, "/network/<slug>/host/<deed>", methods=("POST",))
def do(actor: Actor, slug: str, deed: str) -> Any:
    """Send the words, say that none are needed, undo it, choose a day, give the week away or take it back."""
    row = open_network(actor, slug)
    if deed not in DEEDS:
        abort(404)
    if not PageForm().validate_on_submit():
        abort(400)
    key, body = request.form.get("key", ""), request.form.get("body", "")
    try:
        said = _done(actor, row["id"], deed, key, body)
    except NotFound:
        if deed not in ("send", "skip") or not hosting.may_host(actor, row["id"]):
            raise
        said = _("This does not wait any more.")
    except Conflict as refusal:
        flash(_(refusal.message), "error")
        return redirect(_back(row), 303)
    except DomainError as refusal:
        if not hosting.may_host(actor, row["id"]):
            raise
        return _once_more(actor, row, key, body, refusal)
    if said:  # of what can be undone the page itself tells
        flash(said, "ok")
    return redirect(_back(row), 303)


def host_page(
    actor: Actor, row: NetworkView, typed: Mapping[str, str] | None = None, refused: str = ""
) -> str:
    """The page of a host, with words that were typed and have to be mended, if there are some."""
    leads = bool(hosting.may_host(actor, row["id"]))
    found = hosting.get_hosting(actor, row["id"]) if leads else None
    matters = matters_of(actor, row, found)
    names = _days()
    return render_template(
        "host/host.html", network=row, found=found, matters=matters, typed=typed or {}, refused=refused,
        things=found["things"][:SHOWN] if found else [], more=len(found["things"]) - SHOWN if found else 0,
        heads=HEADS, lines=LINES, undone=_undoable(found["deeds"]) if found else [], days=names,
        week=_week(actor, found["round"]) if found else None, case_words=case_words,
        cases=moderation.list_open(actor, row["id"], CASES) if matters.cases else [],
        until=names[found["day"]] if found else "",
    )  # fmt: skip


def round_page(
    actor: Actor, row: NetworkView, week: RoundView, typed: Mapping[str, str] | None = None, refused: str = ""
) -> str:
    """The page of a week."""
    mine = week["host"]["id"] == actor.user_id
    return render_template(
        "host/round.html", network=row, week=_week(actor, week), things=week["things"], heads=HEADS,
        lines=LINES, typed=typed or {}, refused=refused, undone=_undoable(week["deeds"]),
        done=[one for one in week["deeds"] if one["undo_until"] is None],
        deputy=hosting.who_could_take(actor, row["id"]) if mine and not week["deputy"] else None,
    )  # fmt: skip


def _done(actor: Actor, network_id: str, deed: str, key: str, body: str) -> str:
    """Do it; what is said afterwards."""
    if deed == "send":
        hosting.send_words(actor, network_id, key, body)
        return ""
    if deed == "skip":
        hosting.skip_thing(actor, network_id, key)
        return ""
    if deed == "undo":
        hosting.undo_deed(actor, network_id, key)
        return _("It is undone.")
    if deed == "day":
        chosen = request.form.get("day", "")
        if chosen not in "0123456" or len(chosen) != 1:
            abort(400)
        day = hosting.choose_day(actor, network_id, int(chosen))
        return _("Your round comes on this day now: %(day)s.", day=_days()[day])
    if deed == "give":
        given = hosting.give_week(actor, network_id)["deputy"]
        name = given["display_name"] if given else ""
        return _("%(name)s has this week now and gets a mail about it.", name=name)
    hosting.take_week_back(actor, network_id)
    return _("You have this week again.")


def _once_more(actor: Actor, row: NetworkView, key: str, body: str, refusal: DomainError) -> Any:
    """The page from which it was sent, with the words as they were typed and what is wrong with them."""
    said = _(refusal.message)
    if isinstance(refusal, Invalid) and refusal.faults:
        fault = next(iter(refusal.faults.values()))
        said = _(fault.message, **fault.params) if fault.params else _(fault.message)
    status = 403 if isinstance(refusal, Forbidden) else 422
    week_id, typed = request.form.get("round", ""), {key: body}
    if week_id:
        return round_page(actor, row, hosting.get_round(actor, week_id), typed, said), status
    return host_page(actor, row, typed, said), status


def _back(row: NetworkView) -> str:
    return safe_next(url_for("host.host", network=row["id"]))


def _place(actor: Actor, shell: Shell) -> Place:
    """The network of the page: that of the frame where she leads it, else the first that she leads."""
    found = [shell.network] if shell.network is not None else []
    for place in (*found, *shell.networks):
        if hosting.may_see_handover(actor, place.id):
            return place
    if found:
        raise Forbidden()
    raise NotFound()


def _week(actor: Actor, week: RoundView | None) -> dict[str, Any] | None:
    if week is None:
        return None
    return {
        **week, "is_mine": week["host"]["id"] == actor.user_id, "left": len(week["things"]),
        "day_name": _days()[week["day"].weekday()], "until_name": _days()[week["until"].weekday()],
    }  # fmt: skip


def _undoable(deeds: Any) -> list[dict[str, Any]]:
    return [
        {"key": one["key"], "said": SENT[one["kind"]] if one["sent"] else _("It is off your list.")}
        for one in deeds
        if one["undo_until"] is not None
    ]


def _days() -> list[str]:
    names = get_day_names("wide", context="stand-alone", locale=get_locale())
    return [str(names[number]) for number in range(7)]
