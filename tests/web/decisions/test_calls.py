"""A decision that was taken on a call, from the page of the meeting until it stands."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from network import decisions, meetings
from network.kernel.errors import Forbidden, Invalid, NotFound
from network.kernel.runtime import Runtime
from network.kernel.transaction import unit_of_work
from network.meetings import MeetingAhead
from tests.factories.meetings import make_meeting
from tests.factories.membership import make_membership, member_of, standing_actor
from tests.factories.networks import make_network
from tests.factories.people import make_user
from tests.recorded import facts
from tests.running import HandClock
from tests.web.decisions.test_pages import Circle, as_, page_of, send

WORDING = "We meet on Tuesdays."


@pytest.fixture
def circle(live: Runtime) -> Circle:
    return Circle()


@pytest.fixture
def meeting(circle: Circle, clock: HandClock) -> str:
    """A meeting an hour ago."""
    begun = clock.now() - timedelta(hours=1)
    return make_meeting(circle.network, starts_at=begun).id


def written(circle: Circle, meeting_id: str, **over: object) -> decisions.OwnDecisionView:
    there = [circle.meta.user_id, circle.uwe.user_id, circle.ruth.user_id]
    values = {"meeting_id": meeting_id, "wording": WORDING, "present": there, "consents": there[:2]}
    return meetings.decide_at_meeting(circle.uwe, circle.network.id, **values | over)  # type: ignore[arg-type]


def test_it_is_written_down_from_the_meetings_page_and_stands_after_seven_days(
    client: FlaskClient, circle: Circle, meeting: str, clock: HandClock
) -> None:
    as_(client, circle.uwe)
    assert "Write down what we decided" in page_of(client, f"/meetings/{meeting}")
    path = f"/meetings/{meeting}/decision"
    nobody = send(client, path, wording=WORDING)
    assert nobody.status_code == 422 and WORDING in nobody.text
    agreed = [circle.meta.user_id or "", circle.uwe.user_id or ""]
    made = send(client, path, wording=WORDING, consents=agreed, present=[circle.ruth.user_id or ""])
    assert made.status_code == 303, made.text
    at = urlsplit(made.location).path
    shown = page_of(as_(client, circle.lan), at)
    assert "Agreed there: Fatma Demir, Uwe Lehmann" in shown and "Also there: Ruth Adler" in shown
    assert "Who says nothing agrees" in shown and "I object" in shown, "who was not there can object"
    assert "2 of 5 have spoken." in shown and "needed" not in shown.split("2 of 5")[1].split("How it is")[0]
    clock.forward(days=7, minutes=2)
    assert "It is agreed. 5 agree, and no objection is left." in page_of(client, at).replace("</p> <p>", " ")


def test_an_objection_of_somebody_who_was_not_there_stops_it(
    circle: Circle, meeting: str, clock: HandClock
) -> None:
    made = written(circle, meeting)
    assert (made["silence"], made["meeting_id"], made["taken_count"]) == ("announced", meeting, 2)
    assert made["closes_at"] - clock.now() >= timedelta(days=7)
    assert facts(f"network:{circle.network.id}")[-3:] == ["decision.opened", "stance.taken", "stance.taken"]
    decisions.take_stance(circle.lan, made["id"], stance="objection", reason="I work on Tuesdays.")
    clock.forward(days=8)
    with unit_of_work():
        over = decisions.get_decision(circle.uwe, made["id"])
    assert over["result"] is not None and over["result"]["outcome"] == "not_passed"
    again = decisions.next_round(
        circle.uwe, made["id"], over["version"],
        question="We meet on Wednesdays.", closes_at=clock.now() + timedelta(days=8),
    )  # fmt: skip
    assert again["state"] == "open", "it is asked anew"


def test_who_agreed_there_can_still_say_something_else(circle: Circle, meeting: str) -> None:
    made = written(circle, meeting)
    with unit_of_work():
        mine = decisions.get_decision(circle.meta, made["id"])["mine"]
    assert mine is not None and mine["stance"] == "consent"
    decisions.take_stance(circle.meta, made["id"], stance="objection", reason="I misheard.")


def test_what_cannot_be_written_down(circle: Circle, meeting: str, clock: HandClock) -> None:
    stranger = make_user()
    make_membership(make_network(), stranger)
    ruth, meta = circle.ruth.user_id or "", circle.meta.user_id or ""
    for field, over in (
        ("wording", {"wording": " "}), ("present", {"present": []}), ("consents", {"consents": []}),
        ("consents", {"present": [meta], "consents": [ruth]}),
        ("present", {"present": [stranger.id], "consents": [stranger.id]}),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            written(circle, meeting, **over)
        assert field in refused.value.faults
    before = len(facts(f"network:{circle.network.id}"))
    ahead = clock.now() + timedelta(days=1)
    later = make_meeting(circle.network, starts_at=ahead).id
    with pytest.raises(MeetingAhead):
        written(circle, later)
    elsewhere = make_meeting(make_network(), starts_at=clock.now()).id
    with pytest.raises(Invalid):
        written(circle, elsewhere)
    with pytest.raises(NotFound):
        meetings.decide_at_meeting(
            standing_actor(stranger), circle.network.id, meeting_id=meeting, wording=WORDING,
            present=[meta], consents=[meta],
        )  # fmt: skip
    with pytest.raises(Forbidden):
        meetings.decide_at_meeting(
            member_of(circle.network), circle.network.id, meeting_id=meeting, wording=WORDING,
            present=[meta], consents=[meta],
        )  # fmt: skip
    assert len(facts(f"network:{circle.network.id}")) == before, "a refusal records nothing"
