"""Loading a list in three steps: choose it, look at what it says, take it in; inviting comes after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import gettext as _

from network import courses
from network.kernel.actor import Actor
from network.kernel.errors import Invalid, NotFound
from web.courses import held_course
from web.forms.courses import TakeInForm
from web.pages import page
from web.previews import PER_PAGE, Preview, chosen_mapping
from web.spreadsheets import csv_response

blueprint = Blueprint("loading", __name__)

ALL = 500
PART = 2000
"""So many people are taken in at a time, so that the page can say how far it is."""


@page(blueprint, "/org/courses/<id:course_session_id>/load/<id:uploaded_list_id>")
def check(actor: Actor, course_session_id: str, uploaded_list_id: str) -> Any:
    """The second step: is that right?"""
    course = held_course(actor, course_session_id)
    uploaded = _uploaded(actor, course_session_id, uploaded_list_id)
    if uploaded["state"] == "running":
        return redirect(_url("progress", uploaded))
    if uploaded["state"] == "finished":
        return redirect(url_for("courses.invite", course_session_id=course_session_id))
    preview, refusal = _preview(actor, uploaded_list_id, request.args)
    body = render_template(
        "courses/check.html",
        form=TakeInForm(),
        course=course,
        uploaded=uploaded,
        preview=preview,
        refusal=refusal,
        all_shown="all" in request.args,
    )
    return body, 422 if refusal else 200


@page(blueprint, "/org/courses/<id:course_session_id>/load/<id:uploaded_list_id>/choice", methods=("POST",))
def choose(actor: Actor, course_session_id: str, uploaded_list_id: str) -> Any:
    """The columns were looked at: show the list again with them, or take it in."""
    held_course(actor, course_session_id)
    uploaded = _uploaded(actor, course_session_id, uploaded_list_id)
    chosen = {name: value for name, value in request.form.items() if name.startswith("column_") and value}
    order = {"date_order": request.form["date_order"]} if request.form.get("date_order") else {}
    if request.form.get("go") != "take_in" or _as_seen(chosen) != request.form.get("seen"):
        if request.form.get("go") == "take_in":
            flash(_("You changed the columns. Please look once more."), "ok")
        return redirect(_url("check", uploaded, **chosen, **order))
    mapping, doubled = chosen_mapping(chosen)
    if mapping is None or doubled:
        return redirect(_url("check", uploaded, **chosen, **order))
    try:
        after = courses.take_in_uploaded_list(
            actor, uploaded_list_id, mapping, order.get("date_order"), most=PART
        )
    except Invalid:
        return redirect(_url("check", uploaded, **chosen, **order))
    return redirect(_url("progress", uploaded)) if after["state"] == "running" else _done(after)


@page(
    blueprint,
    "/org/courses/<id:course_session_id>/load/<id:uploaded_list_id>/progress",
    methods=("GET", "POST"),
)
def progress(actor: Actor, course_session_id: str, uploaded_list_id: str) -> Any:
    """How far a long list is. With a script the page asks for part after part; without one, one press of the
    button takes in all that is left."""
    course = held_course(actor, course_session_id)
    uploaded = _uploaded(actor, course_session_id, uploaded_list_id)
    by_script = "HX-Request" in request.headers
    if request.method == "POST" and uploaded["state"] == "running":
        most = PART if by_script else None
        uploaded = courses.take_in_uploaded_list(actor, uploaded_list_id, most=most)
    if uploaded["state"] == "waiting":
        return redirect(_url("check", uploaded))
    if uploaded["state"] == "finished":
        return _done(uploaded)
    template = "courses/_progress.html" if by_script else "courses/progress.html"
    return render_template(template, course=course, uploaded=uploaded, form=TakeInForm())


@page(blueprint, "/org/courses/<id:course_session_id>/load/<id:uploaded_list_id>/left-out.csv")
def left_out(actor: Actor, course_session_id: str, uploaded_list_id: str) -> Response:
    """The lines that do not work, to be mended and loaded again."""
    held_course(actor, course_session_id)
    uploaded = _uploaded(actor, course_session_id, uploaded_list_id)
    preview, _refusal = _preview(actor, uploaded_list_id, request.args)
    rows = [(_("Line"), _("Name"), _("Email"), _("What is wrong"))]
    for finding in preview.report["rejected"]:
        params = finding["params"]
        said = gettext(finding["message"], **params)
        rows.append((str(finding["line"]), params.get("name", ""), params.get("value", ""), said))
    stem = uploaded["file_name"].rpartition(".")[0] or uploaded["file_name"]
    what = _("left out")
    return csv_response(f"{stem} - {what}.csv", rows)


def _preview(actor: Actor, uploaded_list_id: str, arguments: Mapping[str, str]) -> tuple[Preview, str | None]:
    mapping, doubled = chosen_mapping(arguments)
    order = arguments.get("date_order")
    order = order if order in courses.DATE_ORDERS else None
    shown = ALL if "all" in arguments else PER_PAGE
    refusal = _("Please choose each of these only once: mail address, finished on.") if doubled else None
    try:
        report = courses.preview_uploaded_list(actor, uploaded_list_id, mapping, order, shown)
    except Invalid as error:
        fault = next(iter(error.faults.values()))
        refusal = gettext(fault.message, **fault.params)
        report = courses.preview_uploaded_list(actor, uploaded_list_id, None, order, shown)
    return Preview(report, order, shown), refusal


def _as_seen(chosen: Mapping[str, str]) -> str:
    return " ".join(f"{name}={chosen[name]}" for name in sorted(chosen))


def _uploaded(actor: Actor, course_session_id: str, uploaded_list_id: str) -> courses.UploadedListView:
    uploaded = courses.get_uploaded_list(actor, uploaded_list_id)
    if uploaded["course_session_id"] != course_session_id:
        raise NotFound()
    return uploaded


def _url(name: str, uploaded: courses.UploadedListView, **query: Any) -> str:
    return url_for(
        f"loading.{name}",
        course_session_id=uploaded["course_session_id"],
        uploaded_list_id=uploaded["id"],
        **query,
    )


def _done(uploaded: courses.UploadedListView) -> Any:
    changed = uploaded["created"] + uploaded["updated"]
    said = ngettext("%(num)s person is taken in.", "%(num)s people are taken in.", changed)
    flash(said if changed else _("Everybody on this list was there already."), "ok")
    target = url_for("courses.invite", course_session_id=uploaded["course_session_id"])
    if "HX-Request" in request.headers:
        answer = make_response("")
        answer.headers["HX-Redirect"] = target
        return answer
    return redirect(target)
