"""What the letters about organisations say."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date

from models.organisations import StewardInvitation
from network import people
from network.kernel import runtime
from network.kernel.errors import NotFound
from network.kernel.ids import derived_secret
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate
from network.organisations.queries.organisations import organisation_row
from network.organisations.queries.stewards import stewards_of
from network.organisations.rules import INVITATION, answer_day, invitation_path


@composes("organisation_waits")
def compose_waits(language: str, params: dict[str, Any]) -> Letter | None:
    """The operator learns that somebody waits for her; no letter when it was decided meanwhile."""
    row = organisation_row(params["organisation_id"])
    if row.state != "pending":
        return None
    person = people.find_person(params["by"])
    told = {"organisation": row.name, "name": person["display_name"] if person else "?"}
    day = answer_day(row.asked_at, row.time_zone, row.country)
    told["day"] = format_date(day, format="long", locale=regional(language))
    what = (
        _("%(name)s has answered you about “%(organisation)s”.")
        if row.answer
        else _("%(name)s has entered an organisation: “%(organisation)s”.")
    )
    return Letter(
        translate(language, _("%(organisation)s waits for you"), told),
        [
            translate(language, _("Hello,")),
            translate(language, what, told),
            translate(language, _("Nobody can be invited there before you have looked at it.")),
            translate(language, _("We promise an answer by %(day)s."), told),
        ],
        action=(translate(language, _("Look at it")), _url("/admin/organisations")),
    )


@composes("organisation_decided")
def compose_decided(language: str, params: dict[str, Any]) -> Letter | None:
    """Verified or refused, and what can be done now; no letter when it was decided anew meanwhile."""
    row = organisation_row(params["organisation_id"])
    if row.version != params["version"]:
        return None
    name, link = {"organisation": row.name}, _url(f"/org/{row.id}")
    if row.state == "verified":
        paragraphs = [
            translate(language, _("Hello,")),
            translate(language, _("%(organisation)s is verified now."), name),
            translate(language, _("Now your invitations go out; those that you have prepared leave now.")),
        ]
        subject = translate(language, _("%(organisation)s is verified"), name)
    else:
        paragraphs = [
            translate(language, _("Hello,")),
            translate(language, _("We have looked at %(organisation)s and had to decline."), name),
        ]
        subject = translate(language, _("%(organisation)s was declined"), name)
    if row.decided_reason:
        reason = {"reason": row.decided_reason}
        paragraphs.append(translate(language, _("The reason: %(reason)s"), reason))
    if row.state == "refused":
        paragraphs.append(translate(language, _("You can answer on the page of your organisation.")))
    return Letter(subject, paragraphs, action=(translate(language, _("To your organisation")), link))


@composes("steward_added")
def compose_added(language: str, params: dict[str, Any]) -> Letter | None:
    """A person learns that she acts for an organisation now; no letter when that is over already."""
    row = organisation_row(params["organisation_id"])
    if params["user_id"] not in stewards_of(row.id):
        return None
    person = people.find_person(params["by"])
    told = {"organisation": row.name, "name": person["display_name"] if person else "?"}
    return Letter(
        translate(language, _("You now act for %(organisation)s"), told),
        [
            translate(language, _("Hello,")),
            translate(
                language,
                _("%(name)s has entered you as a contact of “%(organisation)s”. You can load course lists, "
                  "invite graduates and appoint meta-mentors."),
                told,
            ),
        ],
        action=(translate(language, _("To your organisation")), _url(f"/org/{row.id}")),
        after=[translate(language, _("You do not want this? On that page you can take yourself out again."))],
    )  # fmt: skip


@composes("steward_removed")
def compose_removed(language: str, params: dict[str, Any]) -> Letter | None:
    """A person learns that she no longer acts for an organisation."""
    row = organisation_row(params["organisation_id"])
    if params["user_id"] in stewards_of(row.id):
        return None
    told = {"organisation": row.name}
    return Letter(
        translate(language, _("You no longer act for %(organisation)s"), told),
        [
            translate(language, _("Hello,")),
            translate(language, _("You are no longer entered as a contact of “%(organisation)s”."), told),
            translate(language, _("Your account and your networks stay as they are.")),
        ],
    )


@composes("steward_invited")
def compose_invited(language: str, params: dict[str, Any]) -> Letter | None:
    """The question whether somebody will act for an organisation; none when it was taken back."""
    row = session().get(StewardInvitation, params["invitation_id"])
    if row is None or row.ended_at is not None or row.expires_at <= runtime.current().clock.now():
        return None
    try:
        organisation = organisation_row(row.organisation_id)
    except NotFound:
        return None
    person = people.find_person(row.invited_by)
    told = {"organisation": organisation.name, "name": person["display_name"] if person else "?"}
    return Letter(
        translate(language, _("%(name)s asks: will you act for %(organisation)s?"), told),
        [
            translate(language, _("Hello,")),
            translate(
                language,
                _("%(name)s would like you to be a contact of %(organisation)s on mentorNET, where people "
                  "who finished a mentoring course stay in touch."),
                told,
            ),
        ],
        action=(
            translate(language, _("Look at it")),
            _url(invitation_path(derived_secret(INVITATION, row.id))),
        ),
        after=[translate(language, _("You do not want this? Then you need not do anything."))],
    )  # fmt: skip


def _url(path: str) -> str:
    return runtime.current().settings.base_url + path
