"""From a draft to its end: what is true after each step, what is recorded, and what a refusal leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.agreements import AgreementVersion, RulesAcceptance, Signature, SignatureRequest
from models.event_log import Event
from models.membership import Appointment
from models.networks import Network
from models.organisations import Steward
from network import agreements, decisions
from network.agreements import (
    AnotherVersionRunning,
    ClauseIn,
    ConsentRequired,
    DeliberationRunning,
    MoreMembersNeeded,
    NotADraft,
    NotFrozen,
    NotOpenForSigning,
    RuleNotMet,
    VersionView,
)
from network.agreements.queries.due import due_versions
from network.agreements.rules.texts import text_hash
from network.agreements.rules.versions import RulesAreNeeded
from network.kernel.actor import system_actor
from network.kernel.errors import (
    DomainError,
    FeatureOff,
    Forbidden,
    Invalid,
    InvalidTransition,
    NotFound,
    VersionConflict,
)
from network.kernel.ids import new_id
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import again, member_of, proven, steward_of_network
from tests.factories.networks import make_network
from tests.factories.people import make_user, save
from tests.factories.stories import WORDS, Story, make_story
from tests.running import HandClock


@pytest.fixture
def story(live: Runtime, clock: HandClock) -> Story:
    return make_story(clock)


def told(story: Story) -> list[str]:
    with unit_of_work():
        rows = select(Event.type).where(Event.scope == f"network:{story.network.id}").order_by(Event.seq)
        return [each for each in session().scalars(rows) if each.startswith(("agreement.", "signature."))]


def refused(story: Story, error: type[DomainError], deed: Callable[[], Any]) -> DomainError:
    """The deed is refused, and nothing is recorded of it."""
    with unit_of_work():
        before = session().scalar(select(func.count()).select_from(Event))
    with pytest.raises(error) as refusal:
        deed()
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Event)) == before
    return refusal.value


def test_the_whole_way(story: Story, clock: HandClock) -> None:
    document = story.document()
    draft = story.drafted(document, signing_until=clock.now() + timedelta(days=30))
    assert (draft["state"], draft["number"], draft["version"]) == ("draft", 1, 1)
    assert draft["text_hash"] == text_hash((c.heading, c.text) for c in WORDS)
    assert draft["activation_rule"] == {"members": "2/3", "organisations": []}

    talk = agreements.open_deliberation(story.meta, draft["id"], 1)
    assert (talk["state"], talk["amendments_open"]) == ("deliberation", True)
    assert talk["deliberation_until"] >= talk["opened_at"] + timedelta(days=7)
    refused(story, DeliberationRunning, lambda: agreements.freeze_version(story.meta, draft["id"], 2))

    clock.forward(days=7, seconds=1)
    once = agreements.freeze_version(story.steward, draft["id"], talk["version"])
    assert (once["state"], once["frozen_by"]) == ("deliberation", {"meta_mentor": False, "steward": True})
    frozen = agreements.freeze_version(story.meta, draft["id"], once["version"])
    assert (frozen["state"], frozen["amendments_open"]) == ("frozen", False)

    needs = lambda: agreements.request_signatures(story.meta, draft["id"], frozen["version"])  # noqa: E731
    assert refused(story, ConsentRequired, needs).code == "decision_required"
    story.decide(story.ask(draft["id"]))
    signing = story.read(draft["id"])
    assert signing["state"] == "signing"
    assert signing["counts"] == {"requested": 4, "signed": 0, "declined": 0}

    early = refused(
        story, RuleNotMet, lambda: agreements.activate_version(story.meta, draft["id"], signing["version"])
    )
    assert (early.params["need"], early.params["signed"]) == (3, 0)
    story.sign(signing, story.members)
    now = story.read(draft["id"])
    assert (now["state"], now["counts"]["signed"]) == ("signing", 3)
    holds = agreements.activate_version(story.meta, draft["id"], now["version"])
    assert (holds["state"], holds["in_force_at"] is not None) == ("in_force", True)
    with unit_of_work():
        assert agreements.get_agreement(story.meta, document)["in_force"] == draft["id"]
        standing = agreements.agreement_standing(story.network.id)
        assert (standing.state, standing.version_id) == ("in_force", draft["id"])
        assert agreements.has_signed(str(story.members[0].user_id), story.network.id)
        assert not agreements.has_signed(str(story.meta.user_id), story.network.id)
        assert agreements.agreement_due(str(story.members[0].user_id), story.network.id) is None
        due = agreements.agreement_due(str(story.meta.user_id), story.network.id)
        assert due is not None
        assert holds["in_force_at"] + timedelta(days=29) < due
    assert told(story) == [
        "agreement.founded", "agreement.drafted", "agreement.deliberation", "agreement.changed",
        "agreement.frozen", "agreement.signing", "signature.signed", "signature.signed", "signature.signed",
        "agreement.in_force",
    ]  # fmt: skip


MAKES: dict[str, Callable[[Story], VersionView]] = {
    "draft": lambda story: story.drafted(),
    "deliberation": lambda story: story.talked_about(),
    "frozen": lambda story: story.frozen(),
    "signing": lambda story: story.signing(),
    "in_force": lambda story: story.in_force(),
}
ACTS: dict[str, Callable[[Story, VersionView], Any]] = {
    "change": lambda s, v: agreements.change_version(s.meta, v["id"], v["version"], {"members": "1/2"}),
    "deliberation": lambda s, v: agreements.open_deliberation(s.meta, v["id"], v["version"]),
    "rework": lambda s, v: agreements.rework_version(s.meta, v["id"], v["version"]),
    "freeze": lambda s, v: agreements.freeze_version(s.meta, v["id"], v["version"]),
    "signing": lambda s, v: agreements.request_signatures(s.meta, v["id"], v["version"]),
    "sign": lambda s, v: s.sign(v, s.members[:1]),
    "decline": lambda s, v: agreements.decline_version(s.members[1], v["id"]),
    "activation": lambda s, v: agreements.activate_version(s.meta, v["id"], v["version"]),
    "abandonment": lambda s, v: agreements.abandon_version(s.meta, v["id"], v["version"]),
    "termination": lambda s, v: agreements.terminate_version(proven(s.steward), v["id"], v["version"]),
}
POSSIBLE = {
    "draft": {"change", "deliberation", "abandonment"},
    "deliberation": {"rework", "abandonment"},
    "frozen": set(),
    "signing": {"sign", "decline"},
    "in_force": {"sign"},
}
REFUSALS = (
    InvalidTransition, NotADraft, NotOpenForSigning, ConsentRequired, RuleNotMet, DeliberationRunning,
    agreements.AlreadySigned,
)  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", list(MAKES))
def test_what_is_possible_in_each_state(story: Story, state: str) -> None:
    """Edge case 17 among them: what waits for signatures is not given up under those who sign."""
    version = MAKES[state](story)
    assert version["state"] == state
    for name, act in ACTS.items():
        if name in POSSIBLE[state]:
            continue
        refusal = refused(story, DomainError, lambda act=act: act(story, version))
        assert isinstance(refusal, REFUSALS), (name, refusal)
    assert story.read(version["id"]) == version
    for name in sorted(POSSIBLE[state]):
        with unit_of_work():
            now = story.read(version["id"])
        if now["state"] == state:
            ACTS[name](story, now)


def test_every_transition_takes_the_version_that_was_seen(story: Story) -> None:
    draft = story.drafted()
    for act in ("change", "deliberation", "freeze", "rework", "activation", "abandonment"):
        stale = {**draft, "version": 9}
        refusal = refused(story, VersionConflict, lambda act=act, v=stale: ACTS[act](story, v))
        assert refusal.current["id"] == draft["id"]  # type: ignore[attr-defined]


def test_each_kind_of_document(story: Story) -> None:
    made = []
    for kind in agreements.KINDS:
        made.append(agreements.found_agreement(story.steward, story.network.id, kind, " Ours ", "de"))
        assert (made[-1]["kind"], made[-1]["title"], made[-1]["in_force"], made[-1]["versions"]) == (
            kind, "Ours", None, [],
        )  # fmt: skip
    with unit_of_work():
        listed = agreements.list_agreements(story.members[0], story.network.id, PageRequest())
    assert {one["id"] for one in made} <= {one["id"] for one in listed.items}


def test_no_day_lies_further_ahead_than_fifty_years(story: Story, clock: HandClock) -> None:
    document, far = story.document(), clock.now() + timedelta(days=51 * 365 + 13)
    last = datetime.max.replace(tzinfo=UTC)
    for over in (
        {"valid_until": far.date()}, {"review_on": date.max}, {"signing_until": last},
        {"deliberation_until": far, "signing_until": last},
    ):  # fmt: skip
        fault = refused(story, Invalid, lambda over=over: story.drafted(document, **over))
        assert isinstance(fault, Invalid) and set(fault.faults) == set(over)
    held = (clock.now() + timedelta(days=50 * 365)).date()
    assert story.drafted(document, valid_until=held)["valid_until"] == held


def test_some_kinds_take_a_feature(live: Runtime, clock: HandClock) -> None:
    story = make_story(clock, size="small")
    for kind in ("office_charter", "affiliation"):
        refused(
            story, FeatureOff, lambda kind=kind: agreements.found_agreement(
                story.meta, story.network.id, kind, "Ours", "en"
            ),
        )  # fmt: skip
    document = story.document()
    refused(story, FeatureOff, lambda: story.drafted(document, organisations=[story.network.organisation_id]))


def test_clauses_keep_their_ids(story: Story) -> None:
    document = story.document()
    first = story.drafted(document)
    one, two = first["clauses"]
    second = agreements.draft_version(
        story.meta, document, from_version=first["id"], organisations=[],
        clauses=[ClauseIn("New", "A new one."), ClauseIn(one["heading"], "Other words.", None, one["id"])],
    )  # fmt: skip
    assert [c["id"] for c in second["clauses"]][1] == one["id"]
    assert second["clauses"][0]["id"] not in (one["id"], two["id"])
    assert (second["number"], second["based_on"], second["base_hash"]) == (
        2, first["id"], first["text_hash"],
    )  # fmt: skip
    copied = agreements.draft_version(story.meta, document, from_version=first["id"], organisations=[])
    assert copied["clauses"] == first["clauses"]
    assert copied["is_renewal"]
    for wrong in (
        {"clauses": [ClauseIn("A", "B", None, new_id())]},
        {"clauses": [ClauseIn("A", "B", None, one["id"]), ClauseIn("C", "D", None, one["id"])]},
        {"from_version": first["id"], "template": "network_agreement"},
        {"from_version": new_id()}, {"template": "communication_rules"}, {"members": "3/2"},
        {"members": "most"}, {"members": "0/1"}, {"organisations": [new_id()]},
        {"deliberation_until": story.clock.now() + timedelta(days=3)},
        {"valid_until": story.clock.now().date()}, {"silence": "announced"}, {"together_with": [new_id()]},
    ):  # fmt: skip
        values = {"clauses": WORDS, "organisations": []} | wrong
        refused(story, Invalid, lambda v=values: agreements.draft_version(story.meta, document, **v))


def test_a_template_and_a_blank_page(story: Story) -> None:
    document = story.document()
    drafted = story.drafted(document, template="network_agreement")
    assert len(drafted["clauses"]) > 8
    blank = agreements.draft_version(story.meta, document, organisations=[])
    assert blank["clauses"] == []
    refused(story, Invalid, lambda: agreements.open_deliberation(story.meta, blank["id"], 1))
    changed = agreements.change_version(story.meta, blank["id"], 1, {"clauses": WORDS, "members": "1/2"})
    assert (changed["version"], changed["activation_rule"]["members"]) == (2, "1/2")
    assert changed["text_hash"] != blank["text_hash"]


def test_the_founding_organisation_is_a_party_where_organisations_sign(story: Story) -> None:
    drafted = agreements.draft_version(story.meta, story.document(), clauses=WORDS)
    assert drafted["activation_rule"]["organisations"] == [story.network.organisation_id]


def test_members_draft_together_or_not_at_all(story: Story) -> None:
    document, (one, two, three) = story.document(), story.members
    for others in ([], [two.id], [one.id, two.id]):
        refused(
            story, MoreMembersNeeded,
            lambda o=others: agreements.draft_version(one, document, clauses=WORDS, together_with=o),
        )  # fmt: skip
    made = agreements.draft_version(
        one, document, clauses=WORDS, together_with=[two.id, three.id], organisations=[]
    )
    assert agreements.change_version(one, made["id"], 1, {"members": "1/1"})["version"] == 2
    assert made["drafters"] == [one.id, *sorted([two.id, three.id])]
    assert agreements.change_version(two, made["id"], 2, {"members": "1/2"})["version"] == 3, (
        "they write together"
    )
    fourth = member_of(story.network, rules_version_id=story.network.rules_version_id)
    refused(story, Forbidden, lambda: agreements.change_version(fourth, made["id"], 3, {"members": "1/2"}))
    assert story.read(made["id"], fourth)["state"] == "draft", "who does not write it reads it"
    refused(story, Forbidden, lambda: agreements.open_deliberation(one, made["id"], 2))


def test_strangers_find_nothing_and_who_is_coming_reads_what_holds(story: Story) -> None:
    holds, drafted = story.in_force(), story.drafted()
    stranger = member_of(make_network())
    coming = member_of(story.network, state="applied")
    for who, version in ((stranger, holds), (stranger, drafted), (coming, drafted)):
        with unit_of_work(), pytest.raises(NotFound):
            agreements.get_agreement_version(who, version["id"])
    assert story.read(holds["id"], coming)["state"] == "in_force"


def test_an_objection_that_stands_opens_the_text_again(story: Story) -> None:
    frozen = story.frozen()
    decision = story.ask(frozen["id"])
    for who in [story.meta, *story.members[1:]]:
        decisions.take_stance(who, decision, stance="consent")
    decisions.take_stance(
        story.members[0], decision, stance="objection", reason="Too long.", would_change="Fewer words."
    )
    story.close(decision)
    back = story.read(frozen["id"])
    assert (back["state"], back["frozen_by"]["steward"], back["amendments_open"]) == (
        "deliberation", False, True,
    )  # fmt: skip
    assert told(story)[-1] == "agreement.deliberation"


def test_consent_is_about_fixed_words(story: Story) -> None:
    talked = story.talked_about()
    refused(story, NotFrozen, lambda: story.ask(talked["id"]))


def test_one_version_at_a_time_waits_for_signatures(story: Story, clock: HandClock) -> None:
    document = story.document()
    frozen = story.frozen(document)
    second = story.talked_about(document)
    clock.forward(days=8)
    refusal = refused(
        story, AnotherVersionRunning,
        lambda: agreements.freeze_version(story.meta, second["id"], second["version"]),
    )  # fmt: skip
    assert refusal.params["version_id"] == frozen["id"]


def test_who_is_both_fixes_the_text_alone(story: Story, clock: HandClock) -> None:
    talked = story.talked_about()
    person = make_user()
    save(
        Steward(
            id=new_id(), organisation_id=story.network.organisation_id, user_id=person.id,
            since=clock.now(), ended_at=None,
        )
    )  # fmt: skip
    both = member_of(story.network, "meta_mentor", user=person)
    clock.forward(days=8)
    assert agreements.freeze_version(both, talked["id"], talked["version"])["state"] == "frozen"


@pytest.mark.parametrize("role", ["meta_mentor", "steward"])
def test_who_lost_her_role_has_not_said_that_it_may_be_fixed(
    story: Story, clock: HandClock, role: str
) -> None:
    talked = story.talked_about()
    clock.forward(days=8)
    first, other = (story.meta, story.steward) if role == "meta_mentor" else (story.steward, story.meta)
    once = agreements.freeze_version(first, talked["id"], talked["version"])
    assert once["frozen_by"][role]  # type: ignore[literal-required]
    table, mine = (Appointment, Appointment.network_id == story.network.id) if role == "meta_mentor" else (
        Steward, Steward.organisation_id == story.network.organisation_id
    )  # fmt: skip
    with unit_of_work():
        rows = session().scalars(select(table).where(mine)).all()
    for row in rows:
        row.ended_at = clock.now()
        save(row)
    assert not story.read(talked["id"], story.members[0])["frozen_by"][role]  # type: ignore[literal-required]
    alone = agreements.freeze_version(again(other), talked["id"], once["version"])
    assert alone["state"] == "deliberation", "one role has said it, not two"
    heir = (
        member_of(story.network, "meta_mentor")
        if role == "meta_mentor"
        else steward_of_network(story.network)
    )
    assert agreements.freeze_version(heir, talked["id"], alone["version"])["state"] == "frozen"


def test_the_clock_decides_at_the_end_of_signing(story: Story, clock: HandClock) -> None:
    failing = story.signing()
    clock.forward(days=31)
    assert story.read(failing["id"])["state"] == "failed"
    met = story.signing()
    story.sign(met, [story.meta, *story.members[:2]])
    clock.forward(days=31)
    with unit_of_work():
        assert agreements.list_agreements(story.meta, story.network.id, PageRequest()) is not None
    assert story.read(met["id"])["state"] == "in_force"
    assert told(story).count("agreement.in_force") == 1


def test_nobody_answers_a_fixed_text(story: Story, clock: HandClock) -> None:
    frozen = story.frozen(signing_until=clock.now() + timedelta(days=20))
    clock.forward(days=20)
    assert story.read(frozen["id"])["state"] == "failed"


@pytest.mark.parametrize(("signing_until", "waits"), [(None, 30), (8, 7), (20, 13)])
def test_a_fixed_text_waits_for_a_question_and_not_for_ever(
    story: Story, clock: HandClock, signing_until: int | None, waits: int
) -> None:
    """It is fixed after seven days of talk, and `signing_until` counts from the draft."""
    until = None if signing_until is None else clock.now() + timedelta(days=signing_until)
    frozen = story.frozen(signing_until=until)
    assert frozen["consent_until"] is not None
    assert round((frozen["consent_until"] - clock.now()) / timedelta(days=1)) == waits
    clock.forward(seconds=(frozen["consent_until"] - clock.now()).total_seconds() - 1)
    assert story.read(frozen["id"])["state"] == "frozen"
    clock.forward(seconds=1)
    with unit_of_work():
        listed = agreements.list_agreements(story.members[0], story.network.id, PageRequest()).items
    assert [line["state"] for one in listed for line in one["versions"] if not line["builtin"]] == ["failed"]
    now = story.read(frozen["id"])
    assert (now["state"], now["consent_until"], told(story)[-1]) == ("failed", None, "agreement.ended")
    again_ = story.drafted(now["agreement_id"], from_version=frozen["id"])
    assert again_["clauses"] == frozen["clauses"], "what was written is not lost"


def test_whoever_was_asked_is_heard_before_the_time_for_signing_counts(
    story: Story, clock: HandClock
) -> None:
    """The round may take longer than was thought at the draft; then there is still time to sign."""
    frozen = story.frozen(signing_until=clock.now() + timedelta(days=9))
    asked = story.ask(frozen["id"])
    clock.forward(days=3)
    agreements.settle_versions(system_actor("clock"))
    assert story.read(frozen["id"])["state"] == "frozen"
    story.decide(asked)
    signing = story.read(frozen["id"])
    assert signing["state"] == "signing"
    assert signing["signing_until"] >= clock.now() + timedelta(days=7)


@pytest.mark.parametrize("signing_until", [None, 9])
def test_nobody_waits_to_read_what_is_asked_about(
    story: Story, clock: HandClock, signing_until: int | None
) -> None:
    until = None if signing_until is None else clock.now() + timedelta(days=signing_until)
    frozen = story.frozen(signing_until=until)
    asked = story.ask(frozen["id"], closes_at=clock.now() + timedelta(days=40))
    clock.forward(days=31)
    with unit_of_work():
        assert due_versions(story.network.id) == [], "there is nothing to write"
    decisions.cancel_decision(story.meta, asked, 2, "We wait.")
    with unit_of_work():
        assert due_versions(story.network.id) == [(frozen["agreement_id"], frozen["id"])]
    assert story.read(frozen["id"])["state"] == "failed"


def test_the_next_version_takes_the_place_of_the_first(story: Story) -> None:
    document = story.document()
    first = story.in_force(document)
    second = story.signing(document, from_version=first["id"], members="1/2")
    assert second["is_renewal"]
    with unit_of_work():
        asked = session().scalars(
            select(SignatureRequest.signed_before).where(SignatureRequest.version_id == second["id"])
        )
        assert set(asked) == {first["id"]}, "who signed the first is shown what differs from that"
        assert agreements.own_signing(story.meta, second["id"])["signed_before"] == first["id"]
    assert second["counts"]["signed"] == 0, "renewing is confirming anew"
    story.sign(second, story.members[:2])
    now = agreements.activate_version(story.meta, second["id"], story.read(second["id"])["version"])
    assert (now["state"], story.read(first["id"])["state"]) == ("in_force", "superseded")


def test_a_term_is_renewed_unchanged_without_talking_anew(story: Story) -> None:
    document = story.document()
    first = story.in_force(document)
    same = story.drafted(document, from_version=first["id"])
    once = agreements.freeze_version(story.meta, same["id"], 1)
    assert agreements.freeze_version(story.steward, same["id"], once["version"])["state"] == "frozen"
    other = story.drafted(document)
    refused(story, InvalidTransition, lambda: agreements.freeze_version(story.meta, other["id"], 1))


def test_an_agreement_expires_for_real(story: Story, clock: HandClock) -> None:
    holds = story.in_force(valid_until=clock.now().date() + timedelta(days=90))
    clock.forward(days=91)
    with unit_of_work():
        standing = agreements.agreement_standing(story.network.id)
    assert standing.state == "expired", "by the calendar, whether a job ran or not"
    assert story.read(holds["id"])["state"] == "expired"
    assert told(story)[-1] == "agreement.ended"
    with unit_of_work():
        assert session().scalar(select(AgreementVersion.state).where(AgreementVersion.id == holds["id"])) == (
            "expired"
        )


def ends(version_id: str, value: str | None = None) -> dict[str, Any]:
    return {"type": "end_agreement", "id": version_id, "value": value}


def test_nobody_ends_an_agreement_alone(story: Story, clock: HandClock) -> None:
    holds = story.in_force()
    for who in (story.steward, story.meta):
        refused(
            story, ConsentRequired,
            lambda who=who: agreements.terminate_version(proven(who), holds["id"], holds["version"]),
        )  # fmt: skip
    member = proven(story.members[0])
    refused(story, Forbidden, lambda: agreements.terminate_version(member, holds["id"], holds["version"]))
    assert story.read(holds["id"]) == holds


@pytest.mark.parametrize(("days", "held"), [(None, 37), (10, 37), (90, 90)])
def test_an_end_is_decided_together_and_has_its_notice(
    story: Story, clock: HandClock, days: int | None, held: int
) -> None:
    """`days` until the wished last day, `held` until the one it gets: 30 after a week of answers."""
    holds, today = story.in_force(), clock.now().date()
    value = None if days is None else (today + timedelta(days=days)).isoformat()
    asked = story.ask(
        holds["id"], question="Do we end it?", explanation="We part.", effect=ends(holds["id"], value)
    )
    story.decide(asked)
    announced = story.read(holds["id"])
    assert (announced["state"], announced["valid_until"], announced["end_reason"]) == (
        "in_force", today + timedelta(days=held), "We part.",
    )  # fmt: skip
    assert told(story)[-1] == "agreement.termination"
    refused(story, InvalidTransition, lambda: story.ask(holds["id"], effect=ends(holds["id"])))
    clock.forward(days=held - 7)
    assert story.read(holds["id"])["state"] == "in_force", "its last day counts"
    clock.forward(days=1)
    assert story.read(holds["id"])["state"] == "terminated"


def test_an_end_that_found_no_consent_is_none(story: Story) -> None:
    holds = story.in_force()
    asked = story.ask(holds["id"], effect=ends(holds["id"]))
    story.decide(asked, "objection", reason="Why?", would_change="Let us keep it.")
    assert story.read(holds["id"]) == holds


def test_what_can_be_ended_by_decision(story: Story, clock: HandClock) -> None:
    holds, talked = story.in_force(), story.talked_about()
    other = story.in_force(story.document("communication_rules"))
    today = clock.now().date().isoformat()
    for error, effect in (
        (InvalidTransition, ends(talked["id"])), (RulesAreNeeded, ends(other["id"])),
        (Invalid, ends(new_id())), (Invalid, ends(holds["id"], today)), (Invalid, ends(holds["id"], "soon")),
        (Invalid, ends(holds["id"], "9999-12-31")),
        (Invalid, ends(holds["id"]) | {"value": 7}), (Invalid, ends(holds["id"]) | {"id": None}),
    ):  # fmt: skip
        refused(story, error, lambda effect=effect: story.ask("", effect=effect))


def test_an_end_decided_twice_comes_once(story: Story) -> None:
    holds = story.in_force()
    first, second = (story.ask(holds["id"], effect=ends(holds["id"])) for _ in range(2))
    for who in (story.meta, *story.members):
        decisions.take_stance(who, second, stance="consent")
    story.decide(first)
    story.close(second)
    with unit_of_work():
        effects = [decisions.get_decision(story.meta, one)["effect"] for one in (first, second)]
    assert [(one["state"], one["code"]) for one in effects if one] == [
        ("done", None), ("refused", "invalid_transition"),
    ]  # fmt: skip
    assert told(story).count("agreement.termination") == 1


def test_a_small_correction_keeps_no_end_away(story: Story) -> None:
    first = holds = story.in_force()
    asked = story.ask(holds["id"], effect=ends(holds["id"]), closes_at=story.clock.now() + timedelta(days=20))
    for heading in ("What we want.", "What we wish."):
        clauses = [
            ClauseIn(each["heading"], each["text"], each["short"], each["id"]) for each in holds["clauses"]
        ]
        clauses[0] = replace(clauses[0], heading=heading)
        made = agreements.draft_version(
            story.meta, first["agreement_id"], from_version=holds["id"], clauses=clauses, is_correction=True
        )
        agreements.open_deliberation(story.meta, made["id"], made["version"])
        story.clock.forward(days=7, seconds=1)
        holds = story.read(made["id"])
        assert holds["state"] == "in_force"
    story.decide(asked)
    assert story.read(first["id"])["end_reason"] is None
    held = story.read(holds["id"])
    assert (held["state"], held["valid_until"]) == (
        "in_force", story.clock.now().date() + timedelta(days=30),
    )  # fmt: skip


def test_the_network_ends_what_it_asked_about_and_nothing_by_another_question(
    story: Story, clock: HandClock
) -> None:
    def asked_about(question: str, **over: Any) -> str:
        one = story.ask("", question=question, effect=None, **over)
        if "options" not in over:
            story.decide(one)
        return one

    earlier = asked_about("Do we like tea?")
    holds = story.in_force()
    clock.forward(minutes=1)
    no = asked_about("End it?", kind="choice", options=["Yes", "No"])
    with unit_of_work():
        options = decisions.get_decision(story.meta, no)["options"]
    for who in (story.meta, *story.members):
        decisions.take_stance(who, no, option_ids=[options[1]["id"]])
    story.close(no)
    later = asked_about("Do we end our agreement?")
    for wrong in (earlier, no, None):
        refused(
            story, ConsentRequired, lambda wrong=wrong: agreements.terminate_version(
                proven(story.meta), holds["id"], holds["version"], decision_id=wrong
            ),
        )  # fmt: skip
    steward, soon = proven(story.steward), clock.now().date()
    refused(
        story, Invalid, lambda: agreements.terminate_version(
            steward, holds["id"], holds["version"], ends_on=soon, decision_id=later
        ),
    )  # fmt: skip
    ends = agreements.terminate_version(steward, holds["id"], holds["version"], decision_id=later)
    assert ends["valid_until"] == clock.now().date() + timedelta(days=30)


def test_no_that_won_is_no_yes(story: Story) -> None:
    frozen = story.frozen()
    asked = story.ask(frozen["id"], kind="choice", options=["Yes, this is it", "No, not yet"])
    with unit_of_work():
        options = decisions.get_decision(story.meta, asked)["options"]
    for who in (story.meta, *story.members):
        decisions.take_stance(who, asked, option_ids=[options[1]["id"]])
    story.close(asked)
    now = story.read(frozen["id"])
    assert now["state"] == "frozen"
    needs = lambda: agreements.request_signatures(story.meta, now["id"], now["version"])  # noqa: E731
    refused(story, ConsentRequired, needs)


def test_a_draft_that_nobody_was_asked_keeps_no_text_waiting(story: Story, clock: HandClock) -> None:
    frozen = story.frozen(signing_until=clock.now() + timedelta(days=20))
    effect = {"type": "activate_agreement", "id": frozen["id"], "value": None}
    decisions.draft_decision(
        story.members[0], story.network.id, kind="consent", question="Is it?", effect=effect,  # type: ignore[arg-type]
        closes_at=clock.now() + timedelta(days=60),
    )  # fmt: skip
    clock.forward(days=20)
    assert story.read(frozen["id"])["state"] == "failed"


def test_communication_rules_change_hands(live: Runtime, clock: HandClock) -> None:
    story = make_story(clock, phase="initiation")
    before = story.network.rules_version_id
    holds = story.in_force(story.document("communication_rules"), members="1/2")
    with unit_of_work():
        assert session().get_one(Network, story.network.id).rules_version_id == holds["id"]
        assert agreements.rules_of_network(story.network.id)["id"] == holds["id"]
        assert agreements.document_evidence(story.network.id).own_rules == 1
    assert story.read(str(before))["state"] == "superseded", "a network has one set of rules"
    assert again(story.members[0]).standings[story.network.id].rules_accepted, "who signed has accepted"
    late = member_of(story.network)
    assert not again(late).standings[story.network.id].rules_accepted
    agreements.sign_version(proven(late), holds["id"], holds["text_hash"], "member")
    assert again(late).standings[story.network.id].rules_accepted
    refused(
        story, RulesAreNeeded,
        lambda: agreements.terminate_version(proven(story.steward), holds["id"], holds["version"]),
    )  # fmt: skip


def test_rules_outlive_their_term(story: Story, clock: HandClock) -> None:
    until = clock.now().date() + timedelta(days=90)
    holds = story.in_force(story.document("communication_rules"), valid_until=until)
    clock.forward(days=91)
    now = story.read(holds["id"])
    assert (now["state"], now["last_rules"]) == ("in_force", True)
    assert told(story)[-1] == "agreement.ended"
    again_read = story.read(holds["id"])
    assert (again_read["version"], told(story).count("agreement.ended")) == (now["version"], 2)
    with unit_of_work():
        assert agreements.rules_of_network(story.network.id)["id"] == holds["id"]


def test_a_small_network_adopts_its_rules_by_silence(live: Runtime, clock: HandClock) -> None:
    story = make_story(clock, size="small")
    frozen = story.frozen(story.document("communication_rules"), members="0/1", silence="announced")
    decision = story.ask(frozen["id"], silence="announced")
    story.close(decision)
    holds = story.read(frozen["id"])
    assert holds["state"] == "in_force", "nobody has to put into force what asks for no signature"
    assert holds["counts"] == {"requested": 0, "signed": 0, "declined": 0}, "silence signs nothing"
    with unit_of_work():
        assert agreements.rules_of_network(story.network.id)["id"] == holds["id"]
    for one in (story.meta, *story.members):
        with unit_of_work():
            assert agreements.my_signatures(again(one), holds["id"]) == []
            assert agreements.waiting_signatures(again(one), story.network.id) == []
    seen = told(story)
    assert "agreement.signing" not in seen, "nobody is told to sign"
    assert seen[-1] == "agreement.in_force"
    refused(
        story, NotOpenForSigning,
        lambda: agreements.sign_version(proven(story.meta), holds["id"], holds["text_hash"], "member"),
    )  # fmt: skip
    with unit_of_work():
        for nothing in (Signature, SignatureRequest, RulesAcceptance):
            assert session().scalar(select(func.count()).select_from(nothing)) == 0
    agreements.accept_rules(again(story.members[0]), story.network.id, holds["id"])
    with unit_of_work():
        assert agreements.has_accepted(again(story.members[0]), holds["id"]), "accepted as ever"


def test_newcomers_have_thirty_days(story: Story, clock: HandClock) -> None:
    holds = story.in_force(read_only_after=14)
    newcomer = member_of(story.network)
    system = system_actor("tests")
    asked = agreements.request_of_newcomer(system, story.network.id, str(newcomer.user_id))
    assert asked == [holds["id"]]
    assert agreements.request_of_newcomer(system, story.network.id, str(newcomer.user_id)) == []
    with unit_of_work():
        due = agreements.agreement_due(str(newcomer.user_id), story.network.id)
        assert due is not None
        assert timedelta(days=29) < due - clock.now() < timedelta(days=31)
        assert not agreements.must_read_only(newcomer, story.network.id)
    clock.forward(days=31)
    with unit_of_work():
        assert agreements.must_read_only(newcomer, story.network.id)
        assert not agreements.must_read_only(story.members[0], story.network.id)
    story.sign(holds, [newcomer])
    with unit_of_work():
        assert not agreements.must_read_only(newcomer, story.network.id)
        assert agreements.agreement_due(str(newcomer.user_id), story.network.id) is None
