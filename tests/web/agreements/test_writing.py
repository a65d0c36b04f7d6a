"""The pages on which documents are written part by part, talked about and brought forward."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from models.membership import Appointment
from network import agreements, decisions, membership, people
from network.kernel.paging import MAX_LIMIT, PageRequest
from network.kernel.transaction import session, unit_of_work
from tests.factories.membership import again, make_membership, member_of, proven
from tests.factories.people import make_user, save, together
from tests.running import HandClock
from tests.web.agreements.circle import WORDS, Circle, as_, make_circle, page_of, send

TERMS = {"members": "2/3", "deliberation_until": "2026-12-20", "signing_until": "2027-01-20"}

WEEK = timedelta(days=7)


def test_from_the_template_to_the_talk(client: FlaskClient, circle: Circle) -> None:
    as_(client, circle.meta)
    begun = send(client, f"{circle.here}/new", kind="network_agreement", title="", language="en")
    assert begun.status_code == 422 and "Please give it a name." in begun.text
    begun = send(client, f"{circle.here}/new", kind="network_agreement", title="Ours", language="en")
    drafted = send(client, begun.location, start="template:network_agreement_small", **TERMS)
    assert drafted.status_code == 302, drafted.text
    page = page_of(client, drafted.location)
    assert page.count('class="card" id="clause-') == 7 and "two thirds of the members" in page
    opened = send(client, drafted.location.replace("/draft", "/steps/opening"))
    assert opened.status_code == 302
    page = page_of(client, opened.location)
    assert "What do you think about it?" in page and "Fix the text" in page


def test_parts_are_added_moved_changed_and_taken_out(client: FlaskClient, circle: Circle) -> None:
    made = circle.drafted()
    here = f"{circle.here}/v/{made['id']}"
    first, second = (one["id"] for one in made["clauses"])
    as_(client, circle.meta)
    kept = send(client, f"{here}/parts/new", heading="", text="We listen.", short="")
    assert kept.status_code == 422 and "We listen." in kept.text
    send(client, f"{here}/parts/new?after={first}", heading="Ears", text="We listen.", short="Listen")
    send(client, f"{here}/parts/{second}", heading="Trust", text="It stays here.", short="")
    draft = f"{here}/draft"
    send(client, draft, f"{here}/parts/{second}/place", act="up")
    send(client, draft, f"{here}/parts/{first}/place", act="out")
    said = [(one["heading"], one["text"]) for one in circle.read(made["id"])["clauses"]]
    assert said == [("Trust", "It stays here."), ("Ears", "We listen.")]


def test_of_two_who_write_at_once_nobody_loses_a_word(client: FlaskClient, circle: Circle) -> None:
    made = circle.drafted()
    clause = made["clauses"][0]["id"]
    way = f"{circle.here}/v/{made['id']}/parts/{clause}"
    as_(client, circle.meta)
    typed = {"heading": "Time", "text": "Everybody comes when she can.", "short": ""}
    assert send(client, way, **typed, text_of_another="").status_code == 302
    stale = send(client, way, heading="Time", text="Everybody comes twice a month.", expected_version="1")
    page = " ".join(stale.text.split())
    assert stale.status_code == 422 and "twice a month.</textarea>" in page
    assert "This is how yours differs from what stands there now" in page and "<del>" in page
    version = re.search(r'name="expected_version"[^>]*value="(\d+)"', page)
    assert version is not None and version[1] == "2", "the next time it is taken"


def hidden_draft(circle: Circle, effect: str, version_id: str) -> None:
    """Somebody writes a question down that only she sees."""
    decisions.draft_decision(
        again(circle.members[1]), circle.network.id, kind="consent", question="Shall we?",
        effect={"type": effect, "id": version_id, "value": None}, closes_at=circle.clock.now() + WEEK,
    )  # fmt: skip


def test_fixing_shows_who_is_missing_and_everybody_is_asked(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    made = circle.talked_about()
    here = f"{circle.here}/v/{made['id']}"
    as_(client, circle.meta)
    early = send(client, f"{here}/steps/freeze")
    assert early.status_code == 409 and "Everybody may still talk about the text." in early.text
    clock.forward(days=8)
    as_(client, circle.meta)
    assert send(client, f"{here}/steps/freeze").status_code == 302
    page = page_of(client, here)
    said = "A meta-mentor has said that the text may be fixed. The contact of the organisation is missing."
    assert said in page and said in page_of(client, circle.here)
    assert "steps/freeze" not in page + page_of(client, circle.here), "who has said it is not asked again"
    as_(client, circle.steward)
    assert said in page_of(client, here) and "steps/freeze" in page_of(client, here)
    page = page_of(client, f"{here}/steps/freeze")
    assert "A meta-mentor says: fix it." in page
    assert "The contact of the organisation has not said so yet." in page
    assert send(client, f"{here}/steps/freeze").status_code == 302
    hidden_draft(circle, "activate_agreement", made["id"])
    as_(client, circle.meta)
    assert "Nobody has been asked yet whether it should hold." in page_of(client, circle.here)
    as_(client, circle.members[0])
    page = page_of(client, here)
    assert "Now the members decide whether they want it." in page and "Ask everybody" in page
    asked = send(client, f"{here}/steps/consent", answers_until="2027-01-05")
    assert asked.status_code == 302
    with unit_of_work():
        found = decisions.open_decision_about("activate_agreement", made["id"])
    assert found is not None and f"/decide/{found}" in page_of(client, here)
    assert client.get(f"{here}/steps/consent").status_code == 302, "one question is enough"


def test_without_a_meta_mentor_the_page_says_that_one_comes_first(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    made = circle.talked_about()
    clock.forward(days=8)
    here, roles = f"{circle.here}/v/{made['id']}", f'href="/network/{circle.network.slug}/roles"'
    first = "There is no meta-mentor here yet. Somebody has to be appointed first."
    as_(client, circle.steward)
    assert first not in page_of(client, here) + page_of(client, f"{here}/steps/freeze")
    with unit_of_work():
        held = session().scalars(select(Appointment).where(Appointment.role == "meta_mentor")).one()
    held.ended_at = clock.now()
    save(held)
    fixing = page_of(client, f"{here}/steps/freeze")
    assert first in fixing and roles in fixing, "the step itself says so, too"
    assert send(client, f"{here}/steps/freeze").status_code == 302
    page = page_of(client, here)
    said = "The contact of the organisation has said that the text may be fixed. A meta-mentor is missing."
    assert said in page and first in page and roles in page and "steps/freeze" not in page
    as_(client, circle.members[0])
    page = page_of(client, here)
    assert said in page and first in page and roles not in page, "only the steward appoints"


def test_rules_adopted_by_silence_ask_nobody_to_sign(client: FlaskClient, clock: HandClock) -> None:
    small = make_circle(clock, name="Small", size="small")
    terms = {"members": "0/1", "silence": "announced"}
    made = small.drafted(small.document("communication_rules"), **terms)
    as_(client, small.meta)
    announced = "When everybody is asked, silence is a yes, and nobody has to sign."
    draft = page_of(client, f"{small.here}/v/{made['id']}/draft")
    assert announced in draft and "Can be signed until" not in draft
    assert announced in page_of(client, f"{small.here}/v/{made['id']}/steps/opening"), "before it is opened"
    agreements.abandon_version(again(small.meta), made["id"], made["version"])
    fixed = small.frozen(made["agreement_id"], **terms)
    here = f"{small.here}/v/{fixed['id']}"
    as_(client, small.members[0])
    assert announced in page_of(client, here) and announced in page_of(client, f"{here}/talk")
    page = page_of(client, f"{here}/steps/consent")
    assert "it holds for everybody. Nobody has to sign." in page and "asked to sign" not in page
    question = small.ask(fixed["id"], silence="announced")
    page = page_of(client, f"/decide/{question}")
    assert "Then it holds for everybody. Nobody has to sign." in page and "asked to sign" not in page
    small.close(question)
    as_(client, small.members[0])
    page = page_of(client, here)
    assert "Adopted without signatures." in page and "Your signature is missing" not in page
    assert client.get(f"{here}/sign").status_code == 302
    page = page_of(client, "/home")
    assert "These are our rules now. Read them, then you can write." in page and "Five sentences" not in page
    for other in (f"/decide/{question}", small.here, "/home"):
        page = page_of(client, other)
        assert "asked to sign" not in page and "our signature" not in page and f"{here}/sign" not in page


def test_the_last_day_of_an_agreement(client: FlaskClient, circle: Circle, clock: HandClock) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    here = f"{circle.here}/v/{held['id']}"
    as_(client, circle.meta)
    again_ = page_of(client, here)
    assert "Change something" in again_ and "Correct a mistake in the wording" in again_
    begun = send(client, f"{here}/steps/correction")
    assert begun.status_code == 302 and begun.location.endswith("/draft")
    corrected = begun.location.split("/v/")[1].split("/")[0]
    assert circle.read(corrected)["is_correction"]
    written = page_of(client, begun.location)
    assert "A new part" not in written and "Take it out" not in written and "Move up" not in written
    assert "Show it to everybody" not in written and "/steps/freeze" not in written, "nothing differs yet"
    clause = circle.read(corrected)["clauses"][0]
    part = f"{circle.here}/v/{corrected}/parts/{clause['id']}"
    send(client, part, heading=clause["heading"], text="Everybody comes to each meeting.", short="")
    written = page_of(client, begun.location)
    assert "Show it to everybody" in written and "Open the talk" not in written
    page = page_of(client, begun.location.replace("/draft", "/steps/opening"))
    assert "If no signer wants to talk about it within a week, it holds." in page and "a notice" not in page
    as_(client, circle.members[0])
    hidden_draft(circle, "end_agreement", held["id"])
    way, why = f"{here}/steps/termination", {"reason": "We start anew."}
    assert "Until then it holds." in page_of(client, way)
    early = send(client, way, ends_on="2026-12-25", answers_until="2026-12-10", **why)
    assert early.status_code == 422 and "We start anew.</textarea>" in early.text
    assert "at least 30 days" in early.text
    for typed, said in (
        ({"answers_until": "9999-12-31"}, "Not a valid date"),
        ({"ends_on": "0001-01-01"}, "Not a valid date"),
        ({"answers_until": "9998-12-31", "ends_on": "9999-01-30"}, "valid date"),
        ({"answers_until": "2028-01-05", "ends_on": "2028-03-01"}, "A decision takes a year at most."),
        ({"ends_on": "2999-03-01"}, "Please choose a day in the next 50 years."),
    ):  # fmt: skip
        far = send(client, way, **{"ends_on": "2027-03-01", "answers_until": "2027-01-05", **why, **typed})
        assert far.status_code == 422 and said in far.text
    asked = send(client, way, ends_on="2027-03-01", answers_until="2027-01-05", **why)
    assert asked.status_code == 302
    with unit_of_work():
        found = decisions.open_decision_about("end_agreement", held["id"])
    page = page_of(client, here)
    assert "Somebody proposes to end it. Until that is decided it holds." in page
    assert f"/decide/{found}" in page and client.get(way).status_code == 302, "one question is enough"
    question = page_of(client, f"/decide/{found}")
    assert "Shall “Our agreement” end? Its last day would be: 1 March 2027" in question
    for actor in (circle.meta, circle.members[0], circle.members[1]):
        decisions.take_stance(again(actor), str(found), stance="consent")
    clock.forward(days=45)
    as_(client, circle.members[0])
    page = page_of(client, here)
    assert "It ends. Its last day: Monday, 1 March" in page and "We start anew." in page
    assert "Propose to end it" not in page


def test_the_same_words_for_another_term_are_fixed_without_a_talk(
    client: FlaskClient, circle: Circle
) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    made = agreements.draft_version(again(circle.meta), held["agreement_id"], from_version=held["id"])
    as_(client, circle.meta)
    draft = page_of(client, f"{circle.here}/v/{made['id']}/draft")
    assert "nobody has to talk about them again" in draft and "/steps/opening" not in draft
    fixed = send(client, f"{circle.here}/v/{made['id']}/steps/freeze")
    assert fixed.status_code == 302 and circle.read(made["id"])["frozen_by"]["meta_mentor"]


def test_a_correction_says_that_the_end_of_what_it_corrects_is_being_decided(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    words = [agreements.ClauseIn(c["heading"], c["text"] + "!", c["short"], c["id"]) for c in held["clauses"]]
    made = agreements.draft_version(
        again(circle.meta), held["agreement_id"], from_version=held["id"], clauses=words, is_correction=True
    )
    agreements.open_deliberation(proven(circle.meta), made["id"], made["version"])
    clock.forward(days=3)
    as_(client, circle.members[0])
    until = str((clock.now() + timedelta(days=20)).date())
    way = f"{circle.here}/v/{held['id']}/steps/termination"
    assert send(client, way, ends_on="2027-03-01", answers_until=until).status_code == 302
    clock.forward(days=5)
    as_(client, circle.members[0])
    here = f"{circle.here}/v/{made['id']}"
    page = page_of(client, here)
    assert circle.read(made["id"])["state"] == "in_force" and "/decide/" in page
    assert "Somebody proposes to end it. Until that is decided it holds." in page
    assert "Propose to end it" not in page and client.get(f"{here}/steps/termination").status_code == 302


def test_the_last_day_that_was_announced_is_the_one_that_comes(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    held = circle.in_force(signers=[circle.meta, circle.members[0]])
    people.change_me(again(circle.members[0]), time_zone="America/Los_Angeles")
    as_(client, circle.members[0])
    way = f"{circle.here}/v/{held['id']}/steps/termination"
    usual = re.search(r'name="ends_on"[^>]*value="([^"]+)"', page_of(client, way))
    until = (clock.now() + WEEK).date()
    early = send(client, way, ends_on=str(until + timedelta(days=30)), answers_until=str(until))
    assert early.status_code == 422 and "Then everybody has at least 30 days" in early.text
    assert usual is not None
    assert send(client, way, ends_on=usual[1], answers_until=str(until)).status_code == 302
    with unit_of_work():
        found = decisions.open_decision_about("end_agreement", held["id"])
    for actor in (circle.meta, circle.members[0], circle.members[1]):
        decisions.take_stance(again(actor), str(found), stance="consent")
    clock.forward(days=8, hours=8)
    assert str(circle.read(held["id"])["valid_until"]) == usual[1]


def test_talking_at_a_part(client: FlaskClient, circle: Circle) -> None:
    made = circle.talked_about()
    here = f"{circle.here}/v/{made['id']}"
    part = f"{here}/parts/{made['clauses'][0]['id']}"
    as_(client, circle.members[0])
    refused = send(client, f"{here}/talk", f"{part}/comments", body=" ")
    assert refused.status_code == 422 and "Please write something." in refused.text
    assert send(client, f"{here}/talk", f"{part}/comments", body="Every one? Really?").status_code == 302
    page = page_of(client, f"{here}/talk")
    assert "Every one? Really?" in page and "Amina" in page
    assert 'data-live="list"' in page and 'data-region="clause-' in page


def test_other_words_are_shown_before_they_are_sent_and_answered(client: FlaskClient, circle: Circle) -> None:
    made = circle.talked_about()
    here = f"{circle.here}/v/{made['id']}"
    way = f"{here}/parts/{made['clauses'][0]['id']}/proposal"
    as_(client, circle.members[0])
    same = send(client, way, text=WORDS[0][1], reason="Because", go="look")
    assert same.status_code == 422 and "These are the words that stand there now." in same.text
    other = {"text": "Everybody comes to two of three meetings.", "reason": "I have three children."}
    looked = send(client, way, go="look", **other)
    assert "This is what would change" in looked.text and "<del>" in looked.text
    with unit_of_work():
        assert not agreements.list_amendments(again(circle.members[0]), made["id"], PageRequest()).items
    sent = send(client, way, go="send", **other)
    assert sent.status_code == 302
    page = page_of(client, sent.location)
    assert "waits for an answer" in page and "Take it back" in page and "Your answer" not in page
    as_(client, circle.members[1])
    assert send(client, sent.location, f"{sent.location}/support").status_code == 302
    assert "1 person stands behind it" in page_of(client, sent.location)
    as_(client, circle.meta)
    silent = send(client, sent.location, f"{sent.location}/answer", outcome="reject", reason="")
    assert silent.status_code == 422 and 'id="reason-error"' in silent.text
    words = "Everybody comes to two of three meetings, there or by video."
    assert 'value="Every meeting"' in page_of(client, sent.location), "what reports call it can follow"
    answer = {"outcome": "modify", "text": words, "short": "Two of three"}
    taken = send(client, sent.location, f"{sent.location}/answer", **answer)
    assert taken.status_code == 302
    assert "taken in other words" in page_of(client, sent.location)
    assert words in page_of(client, here)
    assert circle.read(made["id"])["clauses"][0]["short"] == "Two of three"


def test_c22_a_proposal_that_the_text_has_passed_by_is_written_anew(
    client: FlaskClient, circle: Circle
) -> None:
    made = circle.talked_about()
    clause = made["clauses"][0]
    proposed = [
        agreements.submit_amendment(again(actor), made["id"], clause["id"], clause["hash"], text, "Because")
        for actor, text in (
            (circle.members[0], "Come when you can."),
            (circle.members[1], "Come every week."),
        )
    ]
    agreements.accept_amendment(again(circle.meta), proposed[1]["id"], proposed[1]["version"])
    as_(client, circle.members[0])
    page = page_of(client, f"/network/{circle.network.slug}/proposals/{proposed[0]['id']}")
    assert "The part has changed meanwhile." in page and "Write it anew" in page
    way = f"{circle.here}/v/{made['id']}/parts/{clause['id']}/proposal?again={proposed[0]['id']}"
    page = page_of(client, way)
    assert "Come when you can.</textarea>" in page
    assert "This is what would change" in page and "every week<" in page, "the words of now are shown"
    stale = send(client, way, text="Come.", reason="Short", clause_hash=clause["hash"], go="send")
    assert stale.status_code == 422 and "Come.</textarea>" in stale.text, "nothing that was typed is lost"
    sent = send(client, way, text="Come when you can.", reason="Because", go="send")
    assert sent.status_code == 302 and "waits for an answer" in page_of(client, sent.location)


def test_everybody_who_is_here_can_be_chosen_to_write_together(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    @together
    def many() -> None:
        for _ in range(MAX_LIMIT):
            make_membership(circle.network)

    many()
    absent = make_user(display_name="Paula Pause")
    away = (clock.now() + WEEK).date()
    member_of(circle.network, user=absent, state="paused", paused_until=away)
    late = member_of(circle.network, user=make_user(display_name="Zoe Zuletzt"))
    as_(client, circle.meta)
    page = page_of(client, f"{circle.here}/new")
    assert str(late.user_id) in page and "Zoe Zuletzt" in page
    assert "Paula Pause" not in page


def test_what_is_off_is_not_to_be_seen(client: FlaskClient, clock: HandClock) -> None:
    small = make_circle(clock, name="Small", size="small")
    made = small.talked_about()
    as_(client, small.members[0])
    page = page_of(client, f"{small.here}/v/{made['id']}/talk")
    assert "Say something" in page and "Propose other words" not in page
    way = f"{small.here}/v/{made['id']}/parts/{made['clauses'][0]['id']}/proposal"
    assert client.get(way).location.endswith("/talk")


def test_who_stands_behind_a_proposal_takes_it_over_when_its_author_left(
    client: FlaskClient, circle: Circle
) -> None:
    made = circle.talked_about()
    part = made["clauses"][0]
    asked = agreements.submit_amendment(
        again(circle.members[1]), made["id"], part["id"], part["hash"], "We come when we can.", "We work."
    )
    agreements.co_sponsor_amendment(again(circle.members[0]), asked["id"])
    here = f"/network/{circle.network.slug}/proposals/{asked['id']}"
    as_(client, circle.members[0])
    assert "Take it over" not in page_of(client, here)
    with unit_of_work():
        row = membership.running_membership(circle.network.id, str(circle.members[1].user_id))
        assert row is not None
        own = (row.id, row.version)
    membership.leave_membership(proven(circle.members[1]), *own)
    assert "Take it over" in page_of(client, here)
    assert send(client, here, f"{here}/takeover").status_code == 302
    assert "Take it back" in page_of(client, here)


def test_an_agreement_can_say_that_who_has_not_signed_reads_only(client: FlaskClient, circle: Circle) -> None:
    made = circle.drafted()
    here = f"{circle.here}/v/{made['id']}"
    as_(client, circle.meta)
    assert send(client, f"{here}/terms", **TERMS, read_only_after="400").status_code == 422
    assert send(client, f"{here}/terms", **TERMS, read_only_after="14").status_code == 302
    assert circle.read(made["id"])["read_only_after"] == 14
    assert send(client, f"{here}/terms", **TERMS, read_only_after="").status_code == 302
    assert circle.read(made["id"])["read_only_after"] is None


def test_what_was_said_long_ago_is_read_and_ones_own_taken_back(client: FlaskClient, circle: Circle) -> None:
    made = circle.talked_about()
    here, part = f"{circle.here}/v/{made['id']}", made["clauses"][0]["id"]
    first = agreements.add_comment(again(circle.members[0]), made["id"], part, "The very first.")
    circle.clock.forward(minutes=1)
    for number in range(20):
        agreements.add_comment(again(circle.members[1]), made["id"], part, f"Number {number}.")
    as_(client, circle.members[0])
    talk = page_of(client, f"{here}/talk")
    assert "The very first." not in talk and f"{here}/parts/{part}/said" in talk
    assert "Take it back" not in talk, "these are words of others"
    said = page_of(client, f"{here}/parts/{part}/said")
    assert "The very first." in said and said.count("Take it back") == 1
    gone = f"{circle.here}/comments/{first['id']}/deletion"
    assert send(client, f"{here}/parts/{part}/said", gone).status_code == 302
    assert "The very first." not in page_of(client, f"{here}/parts/{part}/said")
    as_(client, circle.members[1])
    assert send(client, f"{here}/talk", gone).status_code == 403


def test_the_question_about_a_text_is_asked_in_the_language_of_the_text(
    client: FlaskClient, circle: Circle
) -> None:
    document = agreements.found_agreement(
        again(circle.meta), circle.network.id, "network_agreement", "Was wir versprechen", "de"
    )
    made = circle.talked_about(document=document["id"])
    circle.clock.forward(days=8)
    for actor in (circle.meta, circle.steward):
        agreements.freeze_version(again(actor), made["id"], circle.read(made["id"])["version"])
    as_(client, circle.meta)
    send(client, f"{circle.here}/v/{made['id']}/steps/consent", answers_until="2027-01-05")
    with unit_of_work():
        asked = decisions.open_decision_about("activate_agreement", made["id"])
        assert asked is not None
        found = decisions.get_decision(again(circle.meta), asked)
    assert found["language"] == "de" and "Version 1" not in found["question"]
    assert "Was wir versprechen" in found["question"] and "Fassung 1" in found["question"]


def test_rules_of_our_own_begin_with_our_template(client: FlaskClient, circle: Circle) -> None:
    as_(client, circle.meta)
    way = re.search(r'href="([^"]+/begin)"', page_of(client, circle.here))
    assert way is not None and "Write rules of our own" in page_of(client, circle.here)
    chosen = re.search(r'value="(template:[^"]+)" checked', page_of(client, way[1]))
    assert chosen is not None
    as_(client, circle.members[0])
    assert "Write rules of our own" in page_of(client, circle.here), "three members together do so too"
    as_(client, member_of(circle.network, suspended_until=circle.clock.now() + timedelta(days=3)))
    assert "Write rules of our own" not in page_of(client, circle.here)
