"""Notices on devices: who may turn them on and where they may go, what they say, when and how often they
come, and what ends them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.notifications import PushSending, PushSubscription
from models.people import User, UserSession
from network import discussions, notifications, people
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from network.kernel.ids import digest, new_id
from network.kernel.ledger import last_decisions
from network.kernel.restores import all_after_restore
from network.kernel.transaction import session, unit_of_work
from network.notifications.commands import pushing
from network.notifications.rules.push import services_of
from tests.factories.people import make_session, save
from tests.factories.push import Browser, PushService, push_service
from tests.network.discussions.conftest import Cafe
from tests.network.notifications.test_notices import SECRET, change, direct, private, say
from tests.running import HandClock
from web import push_delivery

__all__ = ["private"]
WAIT = timedelta(seconds=20)


@dataclass
class Device:
    """A person at one of her browsers."""

    person: Actor
    browser: Browser
    endpoint: str
    id: str = ""

    def turn_on(self, **over: Any) -> Device:
        given = {"endpoint": self.endpoint, "auth_secret": self.browser.keys["auth"]} | over
        key = given.pop("public_key", self.browser.keys["p256dh"])
        self.id = notifications.subscribe_to_push(self.person, public_key=key, **given)["id"]
        return self


@pytest.fixture(scope="module")
def shared_service() -> Iterator[PushService]:
    with push_service() as made:
        yield made


@pytest.fixture
def service(shared_service: PushService, live: runtime.Runtime) -> PushService:
    """One that carries pushes, which the server knows; its book and answers are empty."""
    shared_service.came.clear()
    shared_service.answers.clear()
    settings = replace(live.settings, push_services=f"known {shared_service.origin}")  # type: ignore[type-var]
    runtime.install(replace(live, settings=settings, send_push=push_delivery.choose(settings)))  # type: ignore[arg-type]
    return shared_service


@pytest.fixture
def bobs(cafe: Cafe, service: PushService) -> Device:
    """Bob's telephone, with notices on, in the middle of everybody's day."""
    change(User, User.id.is_not(None), time_zone="UTC")
    return at_device(cafe.bob, service, "phone").turn_on()


def at_device(person: Actor, service: PushService, name: str, **over: Any) -> Device:
    signed_in = make_session(User(id=person.user_id), **over)[0]
    return Device(replace(person, session_id=signed_in.id), Browser(), service.endpoint(name))


def shown(service: PushService, device: Device) -> list[dict[str, Any]]:
    """What this browser was told since it was asked last."""
    path = device.endpoint.removeprefix(service.origin)
    mine = [each for each in service.came if each[0] == path]
    service.came[:] = [each for each in service.came if each[0] != path]
    return [json.loads(device.browser.read(body)) for _path, _headers, body in mine]


def later(clock: HandClock, **by: float) -> int:
    notifications.derive_notices()
    clock.forward(**by or {"seconds": WAIT.total_seconds()})
    return notifications.send_pushes()


def test_who_is_named_sees_it_and_neither_words_nor_names(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    said = say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    assert notifications.send_pushes() == 0, "who is there reads it first"
    clock.forward(seconds=20)
    assert notifications.send_pushes() == 1
    [(_path, headers, _body)] = service.came
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "normal")
    assert 11 * 3600 < int(headers["TTL"]) < 12 * 3600, "until her quiet hours"
    assert headers["Authorization"].startswith("vapid t=")
    [told] = shown(service, bobs)
    assert told.pop("tag")
    assert told == {
        "title": "mentorNET", "body": f"{cafe.community.network.name}: somebody named you.",
        "path": f"/talk/t/{cafe.topic.id}#message-{said}", "language": "en",
    }  # fmt: skip
    assert (later(clock), service.came) == (0, []), "once"
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(PushSending)) == 0


def test_the_short_form_says_that_something_waits(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    assert notifications.choose_push_words(bobs.person, bobs.id, True)["brief"] is True
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert later(clock) == 1
    [told] = shown(service, bobs)
    assert told["body"] == "Something new waits for you."
    assert cafe.community.network.name not in str(told)


def test_of_private_and_direct_rooms_nothing_is_told_but_that_it_waits(
    cafe: Cafe, private: str, service: PushService, bobs: Device, clock: HandClock
) -> None:
    direct(cafe)
    say(cafe.ann, private, names=cafe.bob)
    assert later(clock) == 1
    [told] = shown(service, bobs)
    assert told["body"] == f"{cafe.community.network.name}: 2 messages are for you."
    assert told["path"] == "/n"
    for hidden in (SECRET, cafe.ann.name, "Hidden"):
        assert hidden not in str(told)


def test_who_has_read_it_muted_it_or_left_sees_nothing(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    discussions.mark_read(cafe.bob, cafe.topic.id, 99)
    assert later(clock) == 0
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    discussions.choose_room_level(cafe.bob, cafe.room.id, "muted")
    assert later(clock) == 0
    assert service.came == []


def test_quiet_hours_hold_it_until_they_end_and_no_service_keeps_it_into_them(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    now = runtime.current().clock.now()
    times = {"quiet": True, "quiet_from": now.hour, "quiet_until": (now.hour + 2) % 24}
    notifications.choose_settings(cafe.bob, times=times)
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert later(clock) == 0
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert later(clock, hours=2) == 1
    assert [told["body"].partition(": ")[2][0] for told in shown(service, bobs)] == ["2"]
    notifications.choose_settings(
        cafe.bob, times={"quiet_from": (now.hour + 5) % 24, "quiet_until": (now.hour + 7) % 24}
    )
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    later(clock)
    service.came.clear()
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    clock.forward(minutes=6)
    notifications.send_pushes()
    [(_path, headers, _body)] = service.came
    assert 0 < int(headers["TTL"]) < 3 * 3600


def test_many_workers_send_each_once_and_one_that_dies_takes_it_along(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = at_device(cafe.bob, service, "tablet").turn_on()
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    clock.forward(seconds=20)
    workers = [threading.Thread(target=notifications.send_pushes) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(shown(service, bobs)), len(shown(service, second))) == (1, 1)
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    with monkeypatch.context() as dying:
        dying.setattr(pushing, "settle_push", _die)  # it left, and nobody writes that down
        with pytest.raises(SystemExit):
            later(clock)
    before = len(service.came)
    clock.forward(minutes=30)
    assert notifications.send_pushes() == 1, "the other browser's"
    assert len(service.came) == before + 1
    assert notifications.send_pushes() == 0


def _die(*_arguments: object) -> None:
    raise SystemExit


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock, status: int
) -> None:
    service.answers["/push/phone"] = (status, {})
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert later(clock) == 0
    with unit_of_work():
        assert notifications.show_push(bobs.person)["items"] == []
        assert session().scalar(select(func.count()).select_from(PushSending)) == 0


@pytest.mark.parametrize("said", [(429, {"Retry-After": "600"}), (503, {})])
def test_a_busy_service_is_asked_again_later_and_not_for_ever(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock, said: tuple[int, dict[str, str]]
) -> None:
    service.answers["/push/phone"] = said
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    later(clock)
    assert len(service.came) == 1
    notifications.send_pushes()
    clock.forward(seconds=29 if said[0] == 503 else 599)
    notifications.send_pushes()
    assert len(service.came) == 1, "not before its time"
    clock.forward(seconds=2)
    notifications.send_pushes()
    assert len(service.came) == 2
    del service.answers["/push/phone"]
    clock.forward(hours=1)
    assert notifications.send_pushes() == 1
    assert len({told["tag"] for told in shown(service, bobs)}) == 1, "a twin takes the first one's place"
    service.answers["/push/phone"] = said
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    later(clock)
    for _ in range(9):
        clock.forward(hours=2)
        notifications.send_pushes()
    assert len(service.came) == pushing.ATTEMPTS


def test_a_refusal_is_not_repeated_and_costs_nobody_her_notices(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    service.answers["/push/phone"] = (403, {})
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    later(clock)
    later(clock, hours=1)
    assert len(service.came) == 1
    assert len(shown_devices(bobs)) == 1


def shown_devices(device: Device) -> list[Any]:
    with unit_of_work():
        return list(notifications.show_push(device.person)["items"])


def test_signing_out_ends_it_at_once(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    people.end_session(cafe.bob, bobs.person.session_id or "")
    with unit_of_work():
        assert session().scalar(select(func.count()).select_from(PushSubscription)) == 0
    assert later(clock) == 0


def test_a_session_that_ran_out_is_told_nothing_and_forgotten(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    notifications.derive_notices()
    over = runtime.current().clock.now() - timedelta(seconds=1)
    change(UserSession, UserSession.id == bobs.person.session_id, expires_at=over)
    assert later(clock) == 0
    assert service.came == []
    assert notifications.forget_push(system_actor("test")) == 1


def test_only_known_services_are_called(cafe: Cafe, service: PushService) -> None:
    device = at_device(cafe.bob, service, "phone")
    for wrong in (
        "https://push.evil.example/a", "http://fcm.googleapis.com/a", "https://fcm.googleapis.com:8443/a",
        "https://fcm.googleapis.com@127.0.0.1/a", "https://a@fcm.googleapis.com/", "https://127.0.0.1/a",
        "https://fcm.googleapis.com.evil.example/a", "https://x.y.push.apple.com/a", "https://[::1]/a",
        "https://evil.example\\.fcm.googleapis.com/a", "https://fcm.googleapis.com/a b", "https://push.apple.com/",
        "https://fcm.googleapis.com/#a", "file:///etc/passwd", "https://fcm.googleapis.com:99999/", "",
        "https://fcm.googleapis.com/" + "a" * 1000, "http://127.0.0.1:1/a", "https://localhost/a",
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            device.turn_on(endpoint=wrong)
        assert list(refusal.value.faults) == ["endpoint"], wrong
    for key in ("", "AAAA", "ä", Browser().keys["auth"]):
        with pytest.raises(Invalid) as refusal:
            device.turn_on(public_key=key)
        assert list(refusal.value.faults) == ["p256dh"]
    with pytest.raises(Invalid):
        device.turn_on(auth_secret="AAAA")
    for right in ("https://web.push.apple.com/Q/a", "https://FCM.googleapis.com/fcm/send/a:b-c"):
        assert device.turn_on(endpoint=right).id


def test_not_on_a_device_of_many_nor_with_a_token_nor_where_the_operator_wants_none(
    cafe: Cafe, service: PushService
) -> None:
    with pytest.raises(Conflict) as refusal:
        at_device(cafe.bob, service, "library", shared_device=True).turn_on()
    assert refusal.value.code == "push_on_shared_device"
    token = at_device(cafe.bob, service, "program")
    token.person = replace(token.person, session_id=None, token_scopes=frozenset({"read", "write"}))
    with pytest.raises(Forbidden):
        token.turn_on()
    here = at_device(cafe.bob, service, "phone")
    running = runtime.current()
    runtime.install(replace(running, settings=replace(running.settings, push_services="none")))  # type: ignore[type-var]
    with pytest.raises(Conflict) as refusal:
        here.turn_on()
    assert refusal.value.code == "push_unavailable"
    with unit_of_work():
        assert notifications.show_push(here.person)["public_key"] is None
    assert services_of("none") == ()


def test_a_browser_belongs_to_who_sits_in_it(cafe: Cafe, service: PushService, bobs: Device) -> None:
    bobs.turn_on(brief=True)
    assert [each["brief"] for each in shown_devices(bobs)] == [True], "said again, it is one"
    thief = at_device(cafe.ann, service, "phone")
    with pytest.raises(Invalid):
        thief.turn_on()
    thief.browser = bobs.browser
    thief.turn_on()
    assert (shown_devices(bobs), len(shown_devices(thief))) == ([], 1)
    for act in (
        notifications.unsubscribe_from_push,
        lambda who, what: notifications.choose_push_words(who, what, True),
    ):
        with pytest.raises(NotFound):
            act(bobs.person, thief.id)


def test_nobody_has_more_than_twenty(cafe: Cafe, service: PushService, bobs: Device) -> None:
    now = runtime.current().clock.now()
    for number in range(19):
        save(PushSubscription(
            id=new_id(), user_id=cafe.bob.user_id, session_id=new_id(), endpoint=str(number),
            endpoint_hash=digest(str(number)), public_key="", auth_secret="", brief=False, created_at=now,
        ))  # fmt: skip
    with pytest.raises(Conflict) as refusal:
        at_device(cafe.bob, service, "one-more").turn_on()
    assert refusal.value.code == "too_many_push_devices"
    assert bobs.turn_on().id, "in a browser that has them already"


def test_what_was_turned_off_no_backup_turns_on(cafe: Cafe, bobs: Device) -> None:
    with unit_of_work():
        row = session().get_one(PushSubscription, bobs.id)
        kept = {column.key: getattr(row, column.key) for column in PushSubscription.__table__.columns}
    notifications.unsubscribe_from_push(bobs.person, bobs.id)
    assert shown_devices(bobs) == []
    assert [(d.kind, d.about, d.chosen) for d in last_decisions()] == [("push", bobs.id, "off")]
    save(PushSubscription(**kept))  # as a backup of yesterday has it
    for registered in all_after_restore():
        if registered.name == "kernel.do_again":
            registered.run()
    assert shown_devices(bobs) == []


def test_services_that_do_not_answer_keep_nobody_waiting(
    cafe: Cafe, service: PushService, bobs: Device, clock: HandClock
) -> None:
    calls: list[str] = []

    def away(endpoint: str, _sealed: bytes, _headers: Any) -> Any:
        calls.append(endpoint)
        raise TimeoutError

    at_device(cafe.bob, service, "tablet").turn_on()
    runtime.install(replace(runtime.current(), send_push=away))
    say(cafe.ann, cafe.topic.id, names=cafe.bob)
    assert later(clock) == 0
    assert len(calls) == 1, "the second to the same service waits without a try"
    clock.forward(minutes=1)
    notifications.send_pushes()
    assert len(calls) == 2


def test_ends_of_sessions_are_the_systems_alone(cafe: Cafe, bobs: Device) -> None:
    with pytest.raises(Forbidden):
        notifications.end_push_of_session(cafe.ann, bobs.person.session_id or "")
    assert len(shown_devices(bobs)) == 1
