"""What the letters to hosts say: the week with its five things, given and taken back, the end of a term."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date

from models.hosting import HostRound
from models.membership import Appointment
from models.networks import Network
from models.people import User
from network import people
from network.hosting.queries.leading import day_of, person
from network.hosting.queries.things import ThingView, first_name, list_things
from network.hosting.rules.weeks import until_day
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate
from network.networks import is_host

LINES = {
    "hello": _("Welcome %(name)s, who has said hello and got no answer yet."),
    "newcomer": _("Welcome %(name)s, who is new and has not written yet."),
    "question": _("Answer %(name)s: “%(title)s”"),
    "meeting": _("Announce the meeting “%(title)s” on %(day)s."),
    "decision": _("Remind of the decision “%(title)s”, which ends on %(day)s."),
    "term": _("Say that the role of %(title)s ends on %(day)s."),
}

ROLE_ENDS = {
    "meta_mentor": _("The role of %(name)s as meta-mentor in “%(network)s” ends on %(day)s."),
    "deputy": _("The role of %(name)s as deputy in “%(network)s” ends on %(day)s."),
    "safeguarding_lead": _(
        "The role of %(name)s as the person for worries about somebody's safety in “%(network)s” ends on "
        "%(day)s."
    ),
    "safeguarding_deputy": _(
        "The role of %(name)s, who stands in for worries about somebody's safety in “%(network)s”, ends on "
        "%(day)s."
    ),
}


@composes("host_round")
def compose_round(language: str, params: dict[str, Any]) -> Letter | None:
    """Her week: at most five things with the words that lie ready; no letter when nothing waits any more or
    somebody else has the week."""
    week = session().get(HostRound, params["round_id"])
    if week is None or week.deputy_id is not None:
        return None
    return _week(language, week, params["user_id"], None)


@composes("week_given")
def compose_given(language: str, params: dict[str, Any]) -> Letter | None:
    """The deputy has the week from now on; no letter when it was taken back since."""
    week = session().get(HostRound, params["round_id"])
    if week is None or week.deputy_id != params["user_id"] or week.version != params["version"]:
        return None
    return _week(language, week, params["user_id"], people.people_by_id([week.user_id])[week.user_id])


@composes("week_taken_back")
def compose_taken_back(language: str, params: dict[str, Any]) -> Letter | None:
    """The deputy does not have the week any more; no letter when it was given again since."""
    week = session().get(HostRound, params["round_id"])
    if week is None or week.version != params["version"]:
        return None
    network, reader = session().get_one(Network, week.network_id), session().get_one(User, params["user_id"])
    host = people.people_by_id([week.user_id])[week.user_id]
    words = {"name": reader.display_name, "host": host["display_name"], "network": network.name}
    return Letter(
        subject=translate(language, _("%(host)s looks after this week again"), words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(
                language,
                _("%(host)s looks after “%(network)s” again this week. There is nothing for you to do."),
                words,
            ),
        ],
        action=(translate(language, _("Go to the network")), _url(f"/host?network={network.id}")),
    )


@composes("term_ends")
def compose_term(language: str, params: dict[str, Any]) -> Letter | None:
    """The last day of a role is near: to its holder and to the founding organisation; no letter when it was
    ended, handed over or made longer since, or is over."""
    role, reader = (
        session().get(Appointment, params["appointment_id"]),
        session().get(User, params["user_id"]),
    )
    if role is None or reader is None or role.ended_at is not None or role.until is None:
        return None
    if role.until.isoformat() != params["until"] or role.until < runtime.current().clock.today():
        return None
    network = session().get_one(Network, role.network_id)
    holder = people.people_by_id([role.user_id])[role.user_id]
    words = {
        "name": holder["display_name"], "network": network.name, "day": _day(role.until, language),
        "reader": reader.display_name,
    }  # fmt: skip
    own, said = role.user_id == reader.id, ROLE_ENDS[role.role]
    further = _("Please talk with your organisation: who goes on? On this page is what is still open.")
    if not own:
        further = _(
            "Please make it longer, or find somebody who goes on. On this page is what is still open."
        )
    return Letter(
        subject=translate(language, _("A role in %(network)s ends on %(day)s"), words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), {"name": words["reader"]}),
            translate(language, said, words),
            translate(language, further),
        ],
        action=(translate(language, _("What is still open")), _url(f"/network/{network.slug}/handover")),
    )


def _week(language: str, week: HostRound, user_id: str, giver: Any) -> Letter | None:
    actor = person(user_id)
    if not is_host(actor, week.network_id):
        return None
    left = [one for one in list_things(actor, week.network_id) if one["key"] in week.things]
    if not left and giver is None:
        return None
    network = session().get_one(Network, week.network_id)
    words = {"name": actor.name, "network": network.name, "host": giver["display_name"] if giver else ""}
    subject, said = (
        _("Your round in %(network)s"),
        _("These things wait in “%(network)s”. The words are ready for you."),
    )
    if giver is not None:
        subject = _("%(host)s gives you this week in %(network)s")
        said = _("%(host)s asks you to look after “%(network)s” this week. These things wait.")
    if not left:
        said = _("%(host)s asks you to look after “%(network)s” this week. Nothing waits now.")
    until = until_day(week.day, day_of(week.network_id, week.user_id))
    end = {"day": format_date(until, "EEEE", locale=regional(language))}
    return Letter(
        subject=translate(language, subject, words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(language, said, words),
            *(line for thing in left for line in _lines(language, thing)),
        ],
        action=(translate(language, _("To your round")), _url(f"/host/{week.id}")),
        after=[translate(language, _("That is all until %(day)s."), end)],
    )


def _lines(language: str, thing: ThingView) -> list[str]:
    who, line = thing["person"], LINES[thing["what"]]
    words = {
        "name": first_name(who) if who else "", "title": thing["title"],
        "day": _day(thing["since"].date(), language),
    }  # fmt: skip
    return [
        "• " + translate(language, line, words),
        translate(language, _("“%(text)s”"), {"text": thing["draft"]}),
    ]


def _day(day: date, language: str) -> str:
    return format_date(day, format="long", locale=regional(language))


def _url(path: str) -> str:
    return f"{runtime.current().settings.base_url}{path}"
