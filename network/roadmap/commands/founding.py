"""How a network comes into being: the draft that is kept while somebody types, and the founding itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypedDict

from sqlalchemy.exc import IntegrityError

from models.roadmap import FoundingDraft
from network import agreements, discussions, goals, meetings, membership, networks, organisations
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Invalid
from network.kernel.jobs import job
from network.kernel.policy import is_system, require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command, session
from network.networks import NetworkView
from network.roadmap.policy import DraftGone

DRAFT_KEPT = timedelta(days=91)


class FirstGoal(TypedDict, total=False):
    """The goal with which a network begins; `title` is needed."""

    title: str
    why: str
    review_on: date | None


class FirstMeeting(TypedDict, total=False):
    """The first get-together; `title`, `starts_at` and `time_zone` are needed."""

    title: str
    starts_at: datetime
    time_zone: str
    duration_minutes: int
    place: str | None
    link: str | None


@command
def found_network(
    actor: Actor,
    *,
    name: str,
    purpose: str,
    organisation_id: str,
    languages: Sequence[str],
    country: str,
    visibility: str = "private",
    course_session_id: str | None = None,
    features: str = "small",
    first_goal: FirstGoal | None = None,
    first_meeting: FirstMeeting | None = None,
    rules_accepted: bool = False,
    from_draft: bool = False,
) -> NetworkView:
    """Found a network, whole or not at all: the network itself, its founder as a member, the built-in rules,
    the welcome room and the café, the first goal, adopted, the date of the first get-together.
    `rules_accepted` says that the founder read the rules and accepts them; `from_draft` that her draft is
    used up, so that asking twice founds one network. Refused to who is no steward of the organisation,
    verified or not; Invalid by field, a goal's as `first_goal.title`, a meeting's as
    `first_meeting.starts_at` and so on; OrganisationRefused; DraftGone."""
    if from_draft:
        _use_up_draft(actor, organisation_id)
    network = networks.create_network(
        actor, name=name, purpose=purpose, organisation_id=organisation_id, languages=languages,
        country=country, visibility=visibility, course_session_id=course_session_id, features=features,
    )  # fmt: skip
    network_id, language = network["id"], network["languages"][0]
    # What follows asks how she stands in the network, which she does only since a moment ago.
    founder = membership.join_founder(actor, network_id)
    version_id = agreements.adopt_builtin_rules(founder, network_id, language)
    discussions.open_first_rooms(founder, network_id, language)
    if first_goal is not None:
        with _named("first_goal"):
            goals.adopt_first_goal(
                founder, network_id, first_goal["title"], first_goal.get("why") or "",
                first_goal.get("review_on"),
            )  # fmt: skip
    if first_meeting is not None:
        with _named("first_meeting"):
            meetings.plan_first_meeting(founder, network_id, **first_meeting)
    if rules_accepted:
        agreements.accept_rules(founder, network_id, version_id)
    return networks.network_view(networks.network_row(network_id))


@command
def save_founding_draft(actor: Actor, organisation_id: str, fields: Mapping[str, Any]) -> None:
    """Keep what the actor typed so far of a network that she wants to found, whatever it is; one draft a
    person and organisation. Refused to who is no steward of it."""
    require(networks.may_found_network(actor, organisations.organisation_row(organisation_id)))
    work, now = session(), runtime.current().clock.now()
    key = (actor.id, organisation_id)
    draft = work.get(FoundingDraft, key, with_for_update=True)
    if draft is None:
        made = FoundingDraft(
            user_id=actor.id, organisation_id=organisation_id, fields=dict(fields), saved_at=now
        )
        try:
            with work.begin_nested():
                work.add(made)
                work.flush()
            return
        except IntegrityError:
            # Two tabs at the same moment: the later one is what she sees last.
            draft = work.get_one(FoundingDraft, key, with_for_update=True)
    draft.fields, draft.saved_at = dict(fields), now


@job("roadmap.tidy", every_minutes=24 * 60)
def tidy_founding_drafts() -> int:
    """Forget drafts that nobody touched for a quarter of a year; returns how many."""
    return in_steps(lambda: _tidy(system_actor("roadmap.tidy")))


@tidies
@command
def _tidy(actor: Actor) -> int:
    require(is_system(actor, None))
    before = runtime.current().clock.now() - DRAFT_KEPT
    return forget(actor, FoundingDraft, FoundingDraft.saved_at <= before)


@contextmanager
def _named(part: str) -> Iterator[None]:
    """Let what is wrong with a part be told by the part's name and the field's."""
    try:
        yield
    except Invalid as refused:
        raise Invalid({f"{part}.{field}": fault for field, fault in refused.faults.items()}) from None


def _use_up_draft(actor: Actor, organisation_id: str) -> None:
    draft = session().get(FoundingDraft, (actor.id, organisation_id), with_for_update=True)
    if draft is None:
        raise DraftGone()
    session().delete(draft)
    session().flush()
