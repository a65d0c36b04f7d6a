"""The pages of decisions: asking, answering, objecting, another round, the outcome, and a link by mail."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.decisions import Stance
from models.networks import Network
from models.people import User
from network import decisions
from network.kernel.actor import Actor
from network.kernel.paging import PageRequest
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_acceptance, make_version
from tests.factories.goals import make_goal
from tests.factories.membership import make_appointment, make_membership, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user, save, sign_in
from tests.running import HandClock


class Circle:
    """A network with a meta-mentor and four members who accepted its rules."""

    def __init__(self) -> None:
        self.network: Network = make_network(name="Lindenstadt")
        rules = make_version(self.network)
        names = ("Fatma Demir", "Uwe Lehmann", "Birgit Hoffmann", "Ruth Adler", "Lan Nguyen")
        self.people: list[Actor] = []
        for name in names:
            user = make_user(display_name=name, time_zone="Europe/Berlin")
            joined = make_membership(self.network, user)
            make_acceptance(rules, joined)
            if not self.people:
                make_appointment(joined)
            self.people.append(standing_actor(user))
        self.meta, self.uwe, self.birgit, self.ruth, self.lan = self.people

    def ask(self, clock: HandClock, by: Actor | None = None, **over: Any) -> decisions.OwnDecisionView:
        """An open decision."""
        values: dict[str, Any] = {
            "kind": "consent", "question": "We answer within two days.",
            "closes_at": clock.now() + timedelta(days=7),
        }  # fmt: skip
        made = decisions.draft_decision(by or self.meta, self.network.id, **values | over)
        return decisions.open_decision(by or self.meta, made["id"], made["version"])


@pytest.fixture
def circle(live: Runtime) -> Circle:
    return Circle()


def as_(client: FlaskClient, actor: Actor) -> FlaskClient:
    sign_in(client, actor.user_id or "")
    return client


def page_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return " ".join(unescape(answer.text).split())


class _Fields(HTMLParser):
    """What stands in the fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name") or ""
        if tag == "input" and found.get("type") not in ("checkbox", "radio", "submit"):
            self.values.setdefault(name, found.get("value") or "")
        elif tag in ("select", "textarea"):
            self._inside = name
            self.values.setdefault(name, "")
        elif tag == "option" and "selected" in found:
            self.values[self._inside] = found.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._inside and self.get_starttag_text() and self.get_starttag_text().startswith("<textarea"):  # type: ignore[union-attr]
            self.values[self._inside] += data.lstrip("\r\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._inside = ""


def send(client: FlaskClient, page: str, to: str = "", **typed: str | list[str]) -> TestResponse:
    """The form of a page, with what stands in it, as a browser sends it."""
    return client.post(to or page, data={**filled(client, page), **typed})


def filled(client: FlaskClient, page: str) -> dict[str, str]:
    """What stands in the fields of a page."""
    fields = _Fields()
    fields.feed(client.get(page).text)
    return fields.values


def text_of(answer: TestResponse) -> str:
    return " ".join(unescape(answer.text).split())


def test_a_question_is_written_looked_at_opened_and_answered(client: FlaskClient, circle: Circle) -> None:
    as_(client, circle.uwe)
    place = f"/network/{circle.network.slug}/decisions"
    assert "Nothing was decided here yet" in page_of(client, place)
    assert "Can we all live with it?" in page_of(client, f"{place}/new")

    typed = {"question": "We answer within two days.", "explanation": "Whoever asks waits.", "quorum": "1/2"}
    missing = send(client, f"{place}/new/consent", **{**typed, "question": "", "closes_on": "2030-01-01"})
    assert missing.status_code == 422 and "Whoever asks waits." in missing.text, "nothing typed is lost"
    made = send(client, f"{place}/new/consent", **typed)
    assert made.status_code == 303
    at = urlsplit(made.location).path
    assert "Open it now" in page_of(client, at)
    assert page_of(as_(client, circle.ruth), at, 404), "a draft is its writer's"
    assert "Not open yet" in page_of(as_(client, circle.uwe), place)
    send(client, at, f"{at}/opening")

    shown = page_of(client, at)
    assert "0 of 5 have spoken, at least 3 are needed." in shown
    for word in ("I agree", "I agree with a concern", "I stand aside", "I object"):
        assert word in shown
    nothing = send(client, at, f"{at}/answer", reason="Because")
    assert nothing.status_code == 422 and "Because" in nothing.text
    assert f'data-refresh="{at}"' in nothing.text, "what becomes true is fetched from the page itself"
    send(client, at, f"{at}/answer", stance="consent")
    assert "You said: I agree" in page_of(client, at)
    assert "1 of 5 has spoken, at least 3 are needed." in page_of(client, at)
    assert "You have answered" in page_of(client, place)
    assert "Waits for your answer" in page_of(as_(client, circle.ruth), place)


def test_an_objection_is_offered_a_way_and_met_in_a_next_round(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    at = f"/decide/{asked['id']}"
    as_(client, circle.ruth)
    unsaid = send(client, at, f"{at}/answer", stance="objection", would_change="A word on law.")
    assert unsaid.status_code == 422 and "A word on law." in unsaid.text
    send(client, at, f"{at}/answer", stance="objection", reason="Not for law.", would_change="A word on law.")
    shown = page_of(client, at)
    assert "(if you like)" not in shown.split("What is your concern?")[1].split("</label>")[0]
    assert "Objects: open" in shown and "Not for law." in shown and "It is settled: I agree now" in shown

    as_(client, circle.birgit)
    send(client, at, f"{at}/answer", stance="reservation", reason="Not at weekends.")
    assert "Not at weekends." in page_of(client, at)
    assert "Say how it could be met" not in page_of(client, at), "who asked it answers"

    as_(client, circle.meta)
    with unit_of_work():
        objection = decisions.list_objections(circle.meta, asked["id"], PageRequest()).items[0]
    send(client, f"{at}/objections/{objection['id']}/integration", answer="We add a sentence.")
    assert "How Fatma Demir wants to meet it" in page_of(client, at)
    follows = send(
        client, f"{at}/next-round", question="We answer within two days. On law we name an office."
    )
    new = urlsplit(follows.location).path
    shown = page_of(client, new)
    assert "<ins>" in shown and "On law we name an office." in shown and "The round before" in shown
    assert "0 of 5 have spoken" in shown, "all answers begin anew"
    before = page_of(client, at)
    assert "on Today" not in before
    assert "Objects: taken along into the next round" in before, "whose it is never called it settled"
    assert "Objects: settled" not in before
    assert "A next round replaced this question on" in before and "2 of 5 had answered." in before
    assert f'href="{new}">Go to round 2' in before
    assert "0 of 5" not in before and "counted when it is over" not in before and "Ended:" not in before


def test_whose_objection_it_is_settles_it(client: FlaskClient, circle: Circle, clock: HandClock) -> None:
    asked = circle.ask(clock)
    decisions.take_stance(circle.ruth, asked["id"], stance="objection", reason="Not for law.")
    at = f"/decide/{asked['id']}"
    with unit_of_work():
        objection = decisions.list_objections(circle.ruth, asked["id"], PageRequest()).items[0]
    as_(client, circle.ruth)
    to = f"{at}/objections/{objection['id']}/settling"
    settled = send(client, at, to, expected_version=str(objection["version"]), stance="consent")
    assert settled.status_code == 303
    shown = page_of(client, at)
    assert "You said: I agree" in shown and "Objects: taken back" in shown


def test_after_the_end_it_says_what_was_decided_and_takes_no_answer(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    for actor in circle.people[:4]:
        decisions.take_stance(actor, asked["id"], stance="consent")
    at = f"/decide/{asked['id']}"
    as_(client, circle.lan)
    hidden = filled(client, at)
    clock.forward(days=8)
    late = client.post(f"{at}/answer", data={**hidden, "stance": "objection", "reason": "I was on the bus."})
    assert "I was on the bus." in late.text, "what was typed stays"
    assert late.status_code == 409 and "has ended" in late.text

    shown = page_of(client, at)
    assert "It is agreed." in shown and "4 agree, and no objection is left." in shown
    assert "How it is counted" in shown and 'name="stance"' not in shown
    assert "Write down what comes of it" not in shown

    as_(client, circle.meta)
    assert "What comes of it is still to be written" in page_of(
        client, f"/network/{circle.network.slug}/decisions"
    )
    written = send(
        client, f"{at}/outcome", outcome="It stands in the rules now.",
        responsible_id=circle.uwe.user_id or "",
        review_on=(clock.now() + timedelta(days=90)).date().isoformat(),
    )  # fmt: skip
    assert written.status_code == 303
    shown = page_of(client, at)
    assert "It stands in the rules now." in shown and "Uwe Lehmann sees to it" in shown


def test_a_choice_takes_several_answers_and_an_anonymous_one_says_honestly_what_it_is(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(
        clock, kind="choice", question="Which evening?", options=["Tuesday", "Thursday"], anonymous=True
    )
    tuesday, thursday = (one["id"] for one in asked["options"])
    at = f"/decide/{asked['id']}"
    as_(client, circle.uwe)
    assert "then that is deleted" in page_of(client, at)
    send(client, at, f"{at}/answer", option_ids=[tuesday, thursday])
    assert "You said: Tuesday, Thursday" in page_of(client, at)
    assert "is counted when it is over" in page_of(client, at), "nobody watches the count change"
    send(client, at, f"{at}/answer", option_ids="stand_aside")
    shown = page_of(client, at)
    assert "You said: I stand aside" in shown
    assert "How many have spoken is shown when it is over." in shown and "has spoken" not in shown


def test_a_person_matter_has_a_place_for_her_own_words(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    place = f"/network/{circle.network.slug}/decisions/new/person"
    clock.forward(days=20)
    as_(client, circle.meta)
    asked = page_of(client, place).split("Until which day")[0].split("The answers")[1]
    assert "Without any: yes, no, let us talk more first." in asked
    assert "(if you like)" not in asked.split("Whom is it about?")[1], "the person has to be named"
    made = send(
        client, place, question="Does Lan lead the café?", options="Yes\nNo",
        concerned_user_id=circle.lan.user_id or "",
    )  # fmt: skip
    at = urlsplit(made.location).path
    waits = page_of(client, at)
    assert (
        "Lan Nguyen knows of it" in waits and "Open it at that time" in waits and "Open it now" not in waits
    )
    send(client, at, f"{at}/opening")
    assert "Opens later" in page_of(client, at), "she hears of it a day before"
    as_(client, circle.lan)
    send(client, at, f"{at}/statement", statement="I would like to.")
    clock.forward(days=2)
    as_(client, circle.ruth)
    shown = page_of(client, at)
    assert "What Lan Nguyen says" in shown and "I would like to." in shown
    assert "who had belonged here for two weeks" in shown
    as_(client, circle.lan)
    assert 'name="option_ids"' not in page_of(client, at)


def test_the_usual_answers_stand_in_ones_language_and_nobody_answered_is_not_taken_back(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    clock.forward(days=20)
    asked = circle.ask(
        clock, kind="person", language="de", concerned_user_id=circle.lan.user_id, anonymous=False
    )
    assert asked["options"][0]["text"] == "Ja"
    clock.forward(days=2)
    at = f"/decide/{asked['id']}"
    as_(client, circle.ruth)
    shown = page_of(client, at)
    assert "Let us talk more first" in shown and ">Ja<" not in shown
    clock.forward(days=10)
    as_(client, circle.ruth)
    shown = page_of(client, at)
    assert "Nobody answered" in shown and "taken back" not in shown.lower()
    assert f"{at}/next-round" not in shown, "who asked it asks again"
    as_(client, circle.meta)
    assert f"{at}/next-round" in page_of(client, at)
    again = send(client, f"{at}/next-round")
    shown = page_of(client, urlsplit(again.location).path)
    assert "Opens later" in shown and "The round before" in shown
    assert "What is another than before" not in shown, "her language is not another answer"


def test_what_comes_of_a_matter_about_a_person_is_read_in_ones_language(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    clock.forward(days=20)
    asked = circle.ask(
        clock, kind="person", language="de", concerned_user_id=circle.lan.user_id, threshold="0/1"
    )
    clock.forward(days=2)
    for one in (circle.uwe, circle.birgit, circle.ruth):
        decisions.take_stance(one, asked["id"], option_ids=[asked["options"][0]["id"]])
    clock.forward(days=10)
    as_(client, circle.meta)
    assert "We chose: Yes" in page_of(client, f"/decide/{asked['id']}/outcome")


def test_a_later_end_stands_in_the_history_and_a_question_is_taken_back_with_a_reason(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    decisions.take_stance(circle.uwe, asked["id"], stance="consent")
    at = f"/decide/{asked['id']}"
    with unit_of_work():
        user = session().get_one(User, circle.meta.user_id)
        session().expunge(user)
    user.time_zone = "Pacific/Honolulu"  # where the last evening of all time is in no calendar
    save(user)
    as_(client, circle.meta)
    other = send(client, f"{at}/change", question="We never answer.")
    assert other.status_code == 422 and "We never answer." in other.text
    later = (clock.now() + timedelta(days=14)).date().isoformat()
    for never in ("0001-01-01", "9999-12-31"):
        refused = send(client, f"{at}/change", question=asked["question"], closes_on=never)
        assert refused.status_code == 422 and never in refused.text
    assert send(client, f"{at}/change", question=asked["question"], closes_on=later).status_code == 303
    shown = page_of(client, at)
    assert "What was changed since the opening" in shown and "The end" in shown
    send(client, f"{at}/cancellation", reason="We talk first.")
    shown = page_of(client, at)
    assert "The reason: “We talk first.”" in shown and "This question was taken back on" in shown
    assert "1 of 5 had answered." in shown and "Ended:" not in shown


def test_what_follows_is_offered_in_plain_words_where_it_exists(client: FlaskClient, circle: Circle) -> None:
    goal = make_goal(circle.network, title="A reading evening", state="proposed")
    as_(client, circle.uwe)
    place = f"/network/{circle.network.slug}/decisions/new"
    assert "Our goal: A reading evening" in page_of(client, f"{place}/consent")
    assert 'name="effect"' not in page_of(client, f"{place}/choice")
    made = send(client, f"{place}/consent", question="We read together.", effect=f"adopt_goal:{goal.id}")
    assert made.status_code == 303, made.text
    shown = page_of(client, urlsplit(made.location).path)
    assert "Then the goal is the network's own." in shown
    assert "A reading evening" in shown, "what is decided, whatever the question says"
    other = send(client, f"{place}/consent", question="We read.", effect="adopt_goal:something")
    assert other.status_code == 422


def test_an_election_says_which_role_it_gives_and_until_when(client: FlaskClient, circle: Circle) -> None:
    circle.network.features = {"elections": True}
    save(circle.network)
    as_(client, circle.uwe)
    place = f"/network/{circle.network.slug}/decisions/new/election"
    wish: dict[str, Any] = {
        "question": "Who?", "effect": "appoint:deputy",
        "candidates": [circle.ruth.standings[circle.network.id].membership_id or ""],
    }  # fmt: skip
    assert "This day is over already." in text_of(send(client, place, until="2001-01-01", **wish))
    made = send(client, place, until="2040-01-31", **wish)
    shown = page_of(client, urlsplit(made.location).path)
    assert "Deputy · until: Tuesday, 31 January 2040" in shown
    made = send(client, place, until="", **wish)
    assert "until:" not in page_of(client, urlsplit(made.location).path)


def test_a_look_changes_nothing_and_a_tap_answers_in_her_name(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    path = urlsplit(decisions.stance_link(circle.lan.user_id or "", asked["id"])).path
    shown = page_of(client, path)
    assert "What do you say, Lan?" in shown and "I stand aside" in shown
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(Stance)) == 0
    thanks = send(client, path, stance="consent")
    assert thanks.status_code == 200 and "You said: I agree" in text_of(thanks)
    with unit_of_work():
        mine = decisions.get_decision(circle.lan, asked["id"])["mine"]
    assert mine is not None and mine["stance"] == "consent"

    other = send(client, path, stance="stand_aside")
    assert "Undo" in text_of(other)
    undone = send(client, path, stance="consent")
    assert "You said: I agree" in text_of(undone)
    assert client.get("/home").status_code == 302, "the link signs nobody in"


def test_an_objection_asks_why_and_keeps_what_was_typed(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    path = urlsplit(decisions.stance_link(circle.lan.user_id or "", asked["id"])).path
    refused = send(client, path, stance="objection", would_change="A sentence more.")
    assert refused.status_code == 422 and "A sentence more." in refused.text


def test_another_token_leads_nowhere_and_after_the_end_it_only_shows(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    asked = circle.ask(clock)
    path = urlsplit(decisions.stance_link(circle.lan.user_id or "", asked["id"])).path
    forged = path[:-4] + ("AAAA" if not path.endswith("AAAA") else "BBBB")
    for wrong in (forged, "/d/x", f"/d/{'A' * 64}"):
        page_of(client, wrong, 404)
    hidden = filled(client, path)
    clock.forward(days=8)
    assert "This question is not open any more." in page_of(client, path)
    late = client.post(path, data={**hidden, "stance": "objection", "reason": "Three days, please."})
    assert late.status_code == 409 and "Three days, please." in late.text, "what was typed is not lost"


def test_the_link_speaks_her_language_and_is_none_for_who_is_outside(
    client: FlaskClient, circle: Circle, clock: HandClock
) -> None:
    user = make_user(display_name="Olga Braun", language="de")
    make_membership(circle.network, user)
    asked = circle.ask(clock)
    assert "Was sagst du, Olga?" in page_of(
        client, urlsplit(decisions.stance_link(user.id, asked["id"])).path
    )
    page_of(client, urlsplit(decisions.stance_link(make_user().id, asked["id"])).path, 404)
