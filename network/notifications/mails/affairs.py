"""A letter about something that a network settles, written when it leaves: for the reader as she stands then,
and only while it still holds."""

from __future__ import annotations

from typing import Any

from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import Letter, NotYet, composes
from network.kernel.translation import mark as _
from network.kernel.translation import translate
from network.notifications.mails.decisions import say_of_decision
from network.notifications.mails.documents import say_of_document
from network.notifications.queries.affairs import waiting_affairs
from network.notifications.queries.readers import affair_networks, reader_of
from network.notifications.queries.settings import times_of
from network.notifications.rules.affairs import OF_DECISIONS
from network.notifications.rules.kinds import AFFAIR, AFFAIR_OF_HERS, AT_ONCE
from network.notifications.rules.times import end_of_quiet


@composes(AFFAIR, group=AT_ONCE)
@composes(AFFAIR_OF_HERS)
def compose_affair(language: str, params: dict[str, Any]) -> Letter | None:
    """What is asked of the reader, or what came of it; no letter when she has seen it, has answered or
    signed, may not hear of it any more, or it is over."""
    reader = reader_of(params["user_id"])
    networks = affair_networks(reader) if reader is not None else {}
    waiting = waiting_affairs(reader, networks, [params["notice_id"]]) if reader is not None else []
    if reader is None or not waiting:
        return None
    _wait_for_the_morning(reader)
    affair = waiting[0]
    words = {"network": networks[affair["network_id"]], "title": affair["title"]}
    say = say_of_decision if affair["kind"] in OF_DECISIONS else say_of_document
    said = say(language, reader, affair, words)
    if said is None:
        return None
    hello = translate(language, _("Hello %(name)s,"), {"name": reader.name})
    choice = translate(language, _("You choose in your profile what we write to you, and when."))
    return Letter(
        subject=said.subject, paragraphs=[hello, *said.paragraphs], answers=said.answers,
        action=(said.label, runtime.current().settings.base_url + affair["path"]), after=[choice],
    )  # fmt: skip


def _wait_for_the_morning(reader: Actor) -> None:
    me, now = reader.user_id or "", runtime.current().clock.now()
    quiet = end_of_quiet(times_of([me])[me], reader.time_zone, now)
    if quiet is not None:
        raise NotYet(quiet)
