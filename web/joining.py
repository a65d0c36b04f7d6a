"""What the way from an invitation to the first hello keeps between its steps, and where it ends."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from flask import session as form_session
from flask_babel import gettext as _

from network import agreements, discussions, meetings, membership, networks, people
from network.kernel.actor import Actor
from network.kernel.errors import DomainError, NotFound
from network.kernel.ids import digest
from network.meetings import WhenView
from network.membership import Acceptance, InvitationExpired, OpenInvitationView
from web import cookies
from web.cookies import remember
from web.languages import COOKIE, choose_language
from web.places import guessed_time_zone
from web.shell import NETWORK_COOKIE

DRAFT = "joining"


def of_link(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page behind the link of an invitation: where the link leads no further it says so, alike for used,
    revoked and unknown ones; and the link's secret goes to no other address."""

    @functools.wraps(view)
    def called(actor: Actor, token: str) -> Any:
        try:
            response = make_response(view(actor, token))
        except NotFound:
            response = make_response(render_template("invitations/over.html"), 404)
        except InvitationExpired:
            response = make_response(render_template("invitations/expired.html", token=token), 410)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return called


class OpenedLink(OpenInvitationView):
    """What the link opens, and when the network meets next."""

    first_meeting: WhenView | None


def open_link(token: str, actor: Actor) -> OpenedLink:
    """Open the link of an invitation. Raises NotFound and InvitationExpired."""
    found = membership.find_invitation(token, actor)
    return {**found, "first_meeting": meetings.next_date(found["network"]["id"])}


def way_in(actor: Actor, found: OpenInvitationView) -> str:
    """How this visitor can accept: `new` without an account, `account` after signing in, `mine` as she is, or
    not at all as `other`."""
    if not actor.is_person:
        return "account" if found["account_exists"] else "new"
    return "mine" if found["for_you"] else "other"


def draft_of(token: str) -> dict[str, Any]:
    """What the holder of this link typed so far; it lives in the cookie of the forms."""
    kept = form_session.get(DRAFT)
    return dict(kept) if isinstance(kept, dict) and kept.get("link") == _mark(token) else {}


def keep_draft(token: str, typed: Mapping[str, Any]) -> None:
    """Keep what was typed for the next step and for the way back."""
    form_session[DRAFT] = {"link": _mark(token), **typed}


def speak(response: Any, language: str) -> Any:
    """Let the pages speak the language that was just chosen."""
    return remember(response, COOKIE, language)


def first_guess(found: OpenInvitationView) -> dict[str, Any]:
    """What the form about oneself shows at first: the name of the course's list, the page's language, the
    time of the country that the browser names, else of the network's."""
    network = networks.network_row(found["network"]["id"])
    return {
        "display_name": found["name"] or "", "language": choose_language(), "stay": True,
        "time_zone": guessed_time_zone(network.country) or people.default_time_zone(choose_language()),
    }  # fmt: skip


def accept(actor: Actor, token: str, version_id: str) -> Any:
    """Join, accept the rules that were read, and go on to saying hello, signed in."""
    kept = draft_of(token)
    here = cookies.visit(shared_device=kept.get("stay") is False)
    taken = membership.accept_invitation(
        actor, token, display_name=kept.get("display_name"), language=kept.get("language"),
        time_zone=kept.get("time_zone"), device=people.device_name(here.user_agent),
        device_token=here.device_token, shared_device=here.shared_device,
    )  # fmt: skip
    _accept_rules(actor, taken, version_id)
    form_session.pop(DRAFT, None)
    response = redirect(_first_place(taken))
    if taken.signed_in is not None:
        cookies.keep_signed_in(response, taken.signed_in)
    if taken.membership["state"] == "active":
        flash(_("Welcome! Say hello: two sentences are enough."), "ok")
    return remember(response, NETWORK_COOKIE, taken.network_id)


def _accept_rules(actor: Actor, taken: Acceptance, version_id: str) -> None:
    person: Actor | None = actor
    if taken.signed_in is not None:
        person = people.find_session(taken.signed_in.token)
    if person is None:
        return
    person = membership.with_standings(person)
    if agreements.may_accept_rules(person, taken.network_id):
        try:
            agreements.accept_rules(person, taken.network_id, version_id)
        except DomainError:
            # She has joined; if the rules changed at this very moment, she is asked before she writes.
            return


def _first_place(taken: Acceptance) -> str:
    welcome = discussions.first_rooms(taken.network_id).get("welcome")
    if taken.membership["state"] == "active" and welcome is not None:
        return url_for("discussions.room", room_id=welcome, _anchor="new")
    return url_for("home.home", network=taken.network_id)


def _mark(token: str) -> str:
    return digest(token)[:16]
