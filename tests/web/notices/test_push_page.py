"""Notices on devices without a script: what the page says, where they are shown, turned off; that the jobs
show what they have just derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from models.discussions import MessageMention
from network import discussions
from network.kernel import runtime
from network.kernel.ids import new_untimed_id
from tests.factories.people import save
from tests.factories.push import Browser
from tests.web.discussions.conftest import Cafe
from tests.web.discussions.visiting import Visitor
from web import jobs

Visits = Callable[..., Visitor]
SHOWS = "It shows: “"


def given(endpoint: str = "https://web.push.apple.com/a") -> dict[str, str]:
    return {"endpoint": endpoint, **Browser().keys}


def test_a_device_is_shown_made_brief_and_turned_off(cafe: Cafe, visitor: Visits) -> None:
    bob = visitor(cafe.bob)
    page = bob.see("/me/mails")
    assert "This browser shows no notices, or not with scripts off." in page.text
    page = bob.send(page.form("endpoint"), "/me/mails", **given())
    assert "This device shows you notices from now on." in page.text
    assert f"{SHOWS}{cafe.community.network.name}: somebody answered you.”" in page.text
    assert "Shows you notices" in bob.see("/me/devices").text
    page = bob.send(page.form("brief"), "/me/mails", brief="y")
    assert "It shows: “Something new waits for you.”" in page.text
    ends = next(form for form in page.forms if form.action.endswith("/end"))
    page = bob.send(ends, "/me/mails")
    assert "That device shows no more notices." in page.text
    assert SHOWS not in page.text
    assert "Shows you notices" not in bob.see("/me/devices").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "That did not work. You can try once more."),
        ({**given(), "endpoint": "https://evil.example/a"}, "Please look at the marked fields again."),
    ],
)
def test_what_is_no_browsers_is_not_taken(
    cafe: Cafe, visitor: Visits, sent: dict[str, str], said: str
) -> None:
    bob = visitor(cafe.bob)
    page = bob.send(bob.see("/me/mails").form("endpoint"), "/me/mails", **sent)
    assert said in page.text
    assert SHOWS not in page.text


def test_where_the_operator_wants_none_nothing_is_offered(cafe: Cafe, visitor: Visits) -> None:
    running = runtime.current()
    runtime.install(replace(running, settings=replace(running.settings, push_services="none")))  # type: ignore[type-var]
    assert "Notices on my devices" not in visitor(cafe.bob).see("/me/mails").text


def test_the_worker_is_asked_for_anew_each_time_and_loads_nothing(cafe: Cafe, visitor: Visits) -> None:
    answer = visitor().client.get("/push-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "showNotification" in answer.text
    assert "import" not in answer.text


def test_the_jobs_show_a_moment_later_what_they_derived(cafe: Cafe) -> None:
    huey = jobs.create_huey(runtime.current().settings)  # type: ignore[arg-type]
    derive = jobs._notices(huey)
    derive.call_local()
    assert huey.scheduled() == [], "nothing new concerns anybody"
    said = discussions.post_message(cafe.ann, cafe.topic.id, "Could you?", new_untimed_id()).message["id"]
    save(MessageMention(message_id=said, user_id=cafe.bob.user_id or "", kind="person"))
    derive.call_local()
    assert [task.name for task in huey.scheduled()] == ["show_on_devices"]
