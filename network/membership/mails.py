"""What the letters about belonging say: invited, decided about, appointed."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from sqlalchemy import select

from models.courses import Completion, CourseSession
from models.membership import Application, Appointment, Invitation, Membership, Poster
from models.networks import Network
from models.organisations import Organisation
from models.people import User
from network import people
from network.kernel import runtime
from network.kernel.outbox import Letter, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate
from network.membership.queries.posters import counts, show_poster
from network.membership.rules import invitation_secret

ROLE_SENTENCES = {
    "meta_mentor": _("You are now meta-mentor in “%(network)s”."),
    "deputy": _("You are now deputy of the meta-mentor in “%(network)s”."),
    "safeguarding_lead": _("You are now the person for worries about somebody's safety in “%(network)s”."),
    "safeguarding_deputy": _("You now stand in for worries about somebody's safety in “%(network)s”."),
}


MISSED = {
    "asked": (
        _("Are you still with us in %(network)s?"),
        (
            _("You have not been in %(network)s for a while. That is fine: everybody is busy at times."),
            _("Would you like to stay? Then just look in. Nobody asks why you were away."),
        ),
        _("Look in"),
    ),
    "pause_offered": (
        _("A pause in %(network)s?"),
        (
            _("You have not been in %(network)s for half a year. Would you like to pause? Then you get no "
              "mails until you come back, and your place stays yours."),
            _("If you neither look in nor pause, your membership ends in another half a year. What you wrote "
              "stays, and you can come back at any time."),
        ),
        _("Pause or stay"),
    ),
    "lapsed": (
        _("Your place in %(network)s is free again"),
        (
            _("You have not been in %(network)s for a year, so you are no member any more. What you wrote "
              "stays, and your account is yours as before."),
            _("Would you like to come back? You are welcome: just ask to join again."),
        ),
        _("Go to mentorNET"),
    ),
}  # fmt: skip
"""What is written to members who have not been here for long: subject, sentences, what the button says."""


@composes("invitation")
def compose_invitation(language: str, params: dict[str, Any]) -> Letter | None:
    """The way in, with who invites, in what words, until when, from where the address is and on what ground
    we write (GDPR, Article 14); no letter when the invitation was used, ended or renewed by now. One
    statement, for there may be thousands."""
    found = session().execute(
        select(
            Invitation, Network.name, Network.purpose, Organisation.name, User.display_name,
            CourseSession.contact_ground,
        )
        .join(Network, Network.id == Invitation.network_id)
        .join(Organisation, Organisation.id == Network.organisation_id)
        .join(User, User.id == Invitation.invited_by)
        .outerjoin(Completion, Completion.id == Invitation.completion_id)
        .outerjoin(CourseSession, CourseSession.id == Completion.course_session_id)
        .where(Invitation.id == params["invitation_id"])
    ).one_or_none()  # fmt: skip
    if found is None:
        return None
    invitation, network, purpose, organisation, inviter, ground = found
    if invitation.state != "open" or invitation.renewals != params["renewals"]:
        return None
    words = {
        "inviter": people.shown_name(inviter, language), "network": network, "organisation": organisation,
        "name": invitation.name,
    }  # fmt: skip
    words["day"] = format_date(invitation.expires_at, format="long", locale=regional(language))

    def say(message: str) -> str:
        return translate(language, message, words)

    greeting = _("Hello %(name)s,") if invitation.name else _("Hello,")
    paragraphs = [say(greeting), say(_("%(inviter)s invites you to join “%(network)s”."))]
    if invitation.message:
        paragraphs.append(say(_("%(inviter)s writes:")))
        paragraphs.append(translate(language, _("“%(text)s”"), {"text": invitation.message}))
    paragraphs.append(say(_("What the network is for:")) + f" {purpose}")
    source = (
        _("We have your address from %(organisation)s, which ran your course.")
        if invitation.completion_id
        else _("We have your address from %(inviter)s.")
    )
    grounds = []
    if ground:
        grounds.append(translate(language, _("Why they may write to you: “%(ground)s”"), {"ground": ground}))
    return Letter(
        subject=say(_("%(inviter)s invites you to %(network)s")),
        paragraphs=paragraphs,
        action=(say(_("Look at the invitation")), invitation_url(invitation)),
        after=[
            say(_("The invitation is for this mail address only, works once, and counts until %(day)s.")),
            say(source),
            *grounds,
            say(_("You need not answer. If you do nothing, nothing happens, and we forget your address.")),
        ],
    )


@composes("address_wished")
def compose_address_wished(language: str, params: dict[str, Any]) -> Letter | None:
    """Somebody who was invited would like to be written to elsewhere; none when that was settled."""
    found = session().execute(
        select(Invitation, Network.name, Network.slug)
        .join(Network, Network.id == Invitation.network_id)
        .where(Invitation.id == params["invitation_id"])
    ).one_or_none()  # fmt: skip
    if found is None or found[0].wished_email is None:
        return None
    invitation, network, slug = found
    words = {"network": network, "name": invitation.name or invitation.email or "?"}
    url = f"{network_url(slug)}/invitations?trouble=any#list"
    return Letter(
        subject=translate(language, _("%(name)s has another address"), words),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("You invited %(name)s to “%(network)s”."), words),
            translate(
                language, _("Who opened the invitation asks for it at another address. You decide."), words
            ),
        ],
        action=(translate(language, _("Look at it")), url),
    )


@composes("application_decided")
def compose_application_decided(language: str, params: dict[str, Any]) -> Letter | None:
    """What became of an application, with the reason, and what comes next."""
    found = session().execute(
        select(Application, Network.name, Network.slug, User.display_name)
        .join(Network, Network.id == Application.network_id)
        .join(User, User.id == Application.user_id)
        .where(Application.id == params["application_id"])
    ).one_or_none()  # fmt: skip
    if found is None or found[0].state not in ("accepted", "declined"):
        return None
    application, network, slug, name = found
    words = {"network": network, "name": name}
    accepted = application.state == "accepted"
    first = (
        _("Welcome! You are now a member of “%(network)s”.")
        if accepted
        else _("“%(network)s” cannot take you in right now.")
    )
    paragraphs = [translate(language, _("Hello %(name)s,"), words), translate(language, first, words)]
    if application.reason:
        paragraphs.append(translate(language, _("They write: “%(text)s”"), {"text": application.reason}))
    next_step = (
        _("Next: read the five rules, then say hello.")
        if accepted
        else _("You may ask again later, when something has changed.")
    )
    paragraphs.append(translate(language, next_step))
    return Letter(
        subject=translate(language, _("Your wish to join %(network)s"), words),
        paragraphs=paragraphs,
        action=(translate(language, _("Go to the network")), network_url(slug)) if accepted else None,
    )


@composes("application_talked")
def compose_application_talked(language: str, params: dict[str, Any]) -> Letter | None:
    """Somebody of the network wrote to an applicant; what was said stands on the page, not in the mail."""
    found = session().execute(
        select(Application, Network.name, User.display_name)
        .join(Network, Network.id == Application.network_id)
        .join(User, User.id == Application.user_id)
        .where(Application.id == params["application_id"])
    ).one_or_none()  # fmt: skip
    if found is None or found[0].state != "open":
        return None
    application, network, name = found
    words = {"network": network, "name": name}
    url = f"{runtime.current().settings.base_url}/applications/{application.id}"
    return Letter(
        subject=translate(language, _("%(network)s has written to you"), words),
        paragraphs=[
            translate(language, _("Hello %(name)s,"), words),
            translate(
                language, _("You asked to join “%(network)s”. Somebody there has written to you."), words
            ),
        ],
        action=(translate(language, _("Read and answer")), url),
    )


@composes("poster_way")
def compose_poster_way(language: str, params: dict[str, Any]) -> Letter | None:
    """The way to ask to join, for an address that stands on no list; no letter once the link is dead."""
    found = session().execute(
        select(Poster, Network.name, Network.purpose)
        .join(Network, Network.id == Poster.network_id)
        .where(Poster.network_id == params["network_id"])
    ).one_or_none()  # fmt: skip
    if found is None or found[0].renewals != params["renewals"] or not counts(found[0]):
        return None
    poster, network, purpose = found
    words, link = {"network": network}, f"{show_poster(poster)['url']}/apply"
    return Letter(
        subject=translate(language, _("Your way to %(network)s"), words),
        paragraphs=[
            translate(language, _("Hello,")),
            translate(language, _("Somebody typed this address at the poster of “%(network)s”."), words),
            translate(language, _("What the network is for:"), words) + f" {purpose}",
            translate(language, _("We have no invitation for this address. You can ask to join.")),
        ],
        action=(translate(language, _("Ask to join")), link),
        after=[translate(language, _("It was not you? Then do nothing. We keep no note of this address."))],
    )


@composes("appointed")
def compose_appointed(language: str, params: dict[str, Any]) -> Letter | None:
    """Which role somebody has now; no letter when it ended before it could be told."""
    found = session().execute(
        select(Appointment, Network.name, Network.slug, User.display_name)
        .join(Network, Network.id == Appointment.network_id)
        .join(User, User.id == Appointment.user_id)
        .where(Appointment.id == params["appointment_id"])
    ).one_or_none()  # fmt: skip
    if found is None or found[0].ended_at is not None:
        return None
    appointment, network, slug, name = found
    words = {"network": network, "name": name}
    paragraphs = [
        translate(language, _("Hello %(name)s,"), words),
        translate(language, ROLE_SENTENCES[appointment.role], words),
    ]
    if appointment.until is not None:
        day = format_date(appointment.until, format="long", locale=regional(language))
        paragraphs.append(translate(language, _("The role runs until %(day)s."), {"day": day}))
    paragraphs.append(translate(language, _("Thank you for doing this!")))
    return Letter(
        subject=translate(language, _("Your role in %(network)s"), words),
        paragraphs=paragraphs,
        action=(translate(language, _("Go to the network")), network_url(slug)),
    )


@composes("member_missed")
def compose_missed(language: str, params: dict[str, Any]) -> Letter | None:
    """To somebody who has not been here for long: that she was missed, that she can pause, or that her place
    is free again; no letter when she has paused, left or come back by now."""
    found = session().execute(
        select(Membership.state, Network.id, Network.name, Network.slug, User.display_name)
        .join(Network, Network.id == Membership.network_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.id == params["membership_id"])
    ).one_or_none()  # fmt: skip
    step = params["step"]
    if found is None or found[0] != ("lapsed" if step == "lapsed" else "active"):
        return None
    words = {"network": found[2], "name": found[4]}
    subject, sentences, label = MISSED[step]
    home = f"{runtime.current().settings.base_url}/home"
    ways = {
        "asked": f"{home}?network={found[1]}", "pause_offered": f"{network_url(found[3])}/membership",
        "lapsed": home,
    }  # fmt: skip
    said = [translate(language, sentence, words) for sentence in (_("Hello %(name)s,"), *sentences)]
    action = (translate(language, label, words), ways[step])
    return Letter(subject=translate(language, subject, words), paragraphs=said, action=action)


def invitation_url(invitation: Invitation) -> str:
    """Where the link in the letter leads."""
    base = runtime.current().settings.base_url
    return f"{base}/i/{invitation_secret(invitation.id, invitation.renewals)}"


def network_url(slug: str) -> str:
    """The page of a network."""
    return f"{runtime.current().settings.base_url}/network/{slug}"
