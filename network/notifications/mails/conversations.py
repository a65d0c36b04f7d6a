"""What the letters say that tell somebody what concerns her, at once and in the digest.

From rooms that are open to a network they carry the words; of private and direct ones only that something
waits: neither who wrote nor the name of the room (state-machines, D 16). Each is written when it leaves, for
the reader as she stands then: who left, has a break, read it meanwhile or blocked somebody is told nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_datetime

from models.notifications import HandledMail
from network import discussions, meetings
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.outbox import Letter, NotYet, composes
from network.kernel.transaction import session
from network.kernel.translation import mark as _
from network.kernel.translation import regional, translate, translate_plural
from network.meetings import local_time
from network.notifications.queries.answers import OPEN_ROOMS, answerable, reply_address_of
from network.notifications.queries.notices import NoticeView, waiting_notices
from network.notifications.queries.readers import heard_networks, reader_of
from network.notifications.queries.settings import times_of
from network.notifications.rules.answers import NOT_OPEN, REASONS, REFUSAL
from network.notifications.rules.kinds import AT_ONCE, DIGEST, MENTION
from network.notifications.rules.times import end_of_quiet

MOST_WORDS = 1000
"""Signs of one message; the rest is behind the link."""
MOST_NOTICES, MOST_TOPICS = 10, 8

_SAID = {
    True: _("%(author)s named you in “%(topic)s”, %(network)s:"),
    False: _("%(author)s answered you in “%(topic)s”, %(network)s:"),
}


_ANSWER_BY_MAIL = _(
    "You can answer this mail. Your answer then stands in “%(topic)s”, with your name, and everybody in "
    "%(network)s can read it. Files do not come along."
)


@composes(AT_ONCE, group=AT_ONCE)
def compose_notices(language: str, params: dict[str, Any]) -> Letter | None:
    """Who named or answered the reader, with the words; and how much else waits. No letter when she has
    read it all, or none of it is for her any more."""
    reader = reader_of(params["user_id"])
    networks = heard_networks(reader) if reader is not None else {}
    waiting = waiting_notices(reader, networks, params["notice_ids"]) if reader is not None else []
    if reader is None or not waiting:
        return None
    _wait_for_the_morning(reader)
    told = [each for each in waiting if each[0]["room_kind"] in OPEN_ROOMS]
    closed = [notice for notice, _body in waiting if notice["room_kind"] not in OPEN_ROOMS]
    paragraphs = [translate(language, _("Hello %(name)s,"), {"name": reader.name})]
    for notice, body in told[:MOST_NOTICES]:
        words = _words(notice, networks) | {"text": _shortened(discussions.as_typed(body))}
        sentence = _SAID[notice["kind"] == MENTION]
        paragraphs.append(translate(language, sentence, words))
        paragraphs.append(translate(language, _("“%(text)s”"), words))
    paragraphs += _closed_lines(language, closed, networks)
    notices = [notice for notice, _body in waiting]
    answered = answerable(reader, notices)
    after = [translate(language, _("You choose in your profile what we write to you, and when."))]
    if answered is not None:
        after.insert(0, translate(language, _ANSWER_BY_MAIL, _words(answered, networks)))
    return Letter(
        subject=_subject(language, notices, networks),
        paragraphs=paragraphs,
        action=_way(language, notices),
        after=after,
        reply_to=reply_address_of(answered["id"]) if answered is not None else None,
    )


@composes(REFUSAL)
def compose_answer_refused(language: str, params: dict[str, Any]) -> Letter | None:
    """Why an answer that came by mail is not there, with what it said; without a word of what it answered,
    which may be open to its sender no more."""
    mail = session().get(HandledMail, params["key"])
    reader = reader_of(mail.user_id) if mail is not None else None
    if mail is None or reader is None:
        return None
    paragraphs = [
        translate(language, _("Hello %(name)s,"), {"name": reader.name}),
        translate(language, _("A mail came as your answer to a message. It was not posted:")),
        translate(language, REASONS.get(mail.outcome, NOT_OPEN)),
    ]
    if mail.words:
        paragraphs.append(translate(language, _("So that nothing is lost, here is what it said:")))
        paragraphs.append(translate(language, _("“%(text)s”"), {"text": mail.words}))
    url = f"{_base()}/talk/m/{mail.message_id}"
    return Letter(
        subject=translate(language, _("Your answer was not posted")),
        paragraphs=paragraphs,
        action=(translate(language, _("Go to the conversation")), url),
    )


@composes(DIGEST, group=DIGEST)
def compose_digest(language: str, params: dict[str, Any]) -> Letter | None:
    """What was said since the last digest and is not read yet, by topic; no letter when there is nothing."""
    reader = reader_of(params["user_id"])
    if reader is None:
        return None
    since, networks = datetime.fromisoformat(params["since"]), heard_networks(reader)
    parts = {network_id: _news(language, reader, network_id, since) for network_id in networks}
    parts = {network_id: lines for network_id, lines in parts.items() if lines}
    if not parts:
        return None
    _wait_for_the_morning(reader)
    paragraphs = [translate(language, _("Hello %(name)s,"), {"name": reader.name})]
    for network_id, lines in parts.items():
        words = {"network": networks[network_id]}
        paragraphs += [translate(language, _("New in %(network)s:"), words), *lines]
        paragraphs += _next_meeting(language, reader, network_id)
    names = ", ".join(networks[network_id] for network_id in parts)
    url = f"{_base()}/talk?{urlencode({'network': next(iter(parts))})}"
    return Letter(
        subject=translate(language, _("New for you in %(network)s"), {"network": names}),
        paragraphs=paragraphs,
        action=(translate(language, _("Read it all")), url),
        after=[translate(language, _("You choose in your profile what we write to you, and when."))],
    )


def _wait_for_the_morning(reader: Actor) -> None:
    """What should have left before the quiet hours, and could not, leaves after them."""
    me, now = reader.user_id or "", runtime.current().clock.now()
    quiet = end_of_quiet(times_of([me])[me], reader.time_zone, now)
    if quiet is not None:
        raise NotYet(quiet)


def _news(language: str, reader: Actor, network_id: str, since: datetime) -> list[str]:
    heard = discussions.topics_at(reader, network_id, discussions.ALL)
    fresh = [
        topic
        for topic in discussions.list_conversations(reader, network_id)
        if topic["unread"] and topic["last_message_at"] > since and topic["id"] in heard
    ]
    told = [topic for topic in fresh if topic["room_kind"] in OPEN_ROOMS]
    lines = [line for topic in told[:MOST_TOPICS] for line in _topic_lines(language, topic)]
    if rest := len(told[MOST_TOPICS:]):
        lines.append(translate_plural(language, "And %(num)s more topic.", "And %(num)s more topics.", rest))
    closed = sum(topic["unread"] for topic in fresh if topic["room_kind"] not in OPEN_ROOMS)
    if closed:
        lines.append(
            translate_plural(
                language, "%(num)s message waits for you where only some read along.",
                "%(num)s messages wait for you where only some read along.", closed,
            )
        )  # fmt: skip
    return lines


def _topic_lines(language: str, topic: discussions.ConversationView) -> list[str]:
    """What is new in a topic, and how it ends; what was deleted, hidden or folded is not quoted."""
    words = {"topic": topic["title"], "room": topic["room_name"]}
    lines = [
        translate_plural(
            language, "“%(topic)s” in %(room)s: %(num)s new message",
            "“%(topic)s” in %(room)s: %(num)s new messages", topic["unread"], words,
        )
    ]  # fmt: skip
    last = topic["last_message"]
    if last is not None and last["excerpt"] is not None:
        words = {"author": last["author"]["display_name"], "text": last["excerpt"]}
        lines.append(translate(language, _("%(author)s: “%(text)s”"), words))
    return lines


def _next_meeting(language: str, reader: Actor, network_id: str) -> list[str]:
    date = meetings.next_meeting(reader, network_id)
    if date is None:
        return []
    shape = "EEEE, d. MMMM, HH:mm" if language == "de" else "EEEE, d MMMM, HH:mm"
    when = format_datetime(local_time(date["starts_at"], reader.time_zone), shape, locale=regional(language))
    words = {"title": date["title"], "when": when}
    return [translate(language, _("The next meeting: “%(title)s”, %(when)s, where you are."), words)]


def _closed_lines(language: str, notices: Sequence[NoticeView], networks: Mapping[str, str]) -> list[str]:
    lines = []
    counted = Counter((each["network_id"], each["room_kind"] == "direct") for each in notices)
    for (network_id, direct), number in sorted(counted.items()):
        words = {"network": networks[network_id]}
        if direct:
            said = translate_plural(
                language, "%(num)s direct message waits for you in “%(network)s”.",
                "%(num)s direct messages wait for you in “%(network)s”.", number, words,
            )  # fmt: skip
        else:
            said = translate_plural(
                language, "%(num)s message for you waits in a private room of “%(network)s”.",
                "%(num)s messages for you wait in private rooms of “%(network)s”.", number, words,
            )  # fmt: skip
        lines.append(said)
    return lines


def _subject(language: str, notices: Sequence[NoticeView], networks: Mapping[str, str]) -> str:
    first, number = notices[0], len(notices)
    if number > 1:
        return translate_plural(
            language, "%(num)s message is for you", "%(num)s messages are for you", number
        )
    words = _words(first, networks)
    if first["room_kind"] not in OPEN_ROOMS:
        return translate(language, _("A message waits for you in %(network)s"), words)
    if first["kind"] == MENTION:
        return translate(language, _("%(author)s named you: %(topic)s"), words)
    return translate(language, _("%(author)s answered you: %(topic)s"), words)


def _way(language: str, notices: Sequence[NoticeView]) -> tuple[str, str]:
    topics = {each["topic_id"] for each in notices}
    if len(topics) == 1:
        label = translate(language, _("Read and answer"))
        return label, f"{_base()}/talk/t/{notices[0]['topic_id']}#message-{notices[0]['message_id']}"
    return translate(language, _("See what is for you")), f"{_base()}/n"


def _words(notice: NoticeView, networks: Mapping[str, str]) -> dict[str, str]:
    return {
        "author": notice["author"]["display_name"], "topic": notice["title"],
        "network": networks[notice["network_id"]],
    }  # fmt: skip


def _shortened(body: str) -> str:
    return body if len(body) <= MOST_WORDS else body[: MOST_WORDS - 1].rstrip() + "…"


def _base() -> str:
    return runtime.current().settings.base_url
