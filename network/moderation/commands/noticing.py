"""Notices of people without an account (DSA, Article 16): a report where the address leads to something that
can be reported, else the operator's to answer. The receipt leaves at once."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from models.moderation import OutsideNotice
from network import networks
from network.kernel import runtime
from network.kernel.actor import ANONYMOUS, Actor
from network.kernel.addresses import check_email
from network.kernel.errors import FieldFault, Invalid
from network.kernel.ids import is_id, new_id
from network.kernel.outbox import post
from network.kernel.policy import anyone, require
from network.kernel.throttle import TokenBuckets, subscriber_of
from network.kernel.transaction import command, session
from network.kernel.transitions import check_version
from network.kernel.translation import mark as _
from network.kernel.translation import supported
from network.moderation.commands.opening import Words
from network.moderation.commands.reporting import take_report
from network.moderation.queries.notices import NoticeView, notice_row, notice_view
from network.moderation.queries.targets import Target, rules_version_at, target_row
from network.moderation.rules.cases import ANSWERED, MOST_REASON, SUBMITTED

LONGEST_URL, LONGEST_NAME = 2000, 200
A_MINUTE, AT_ONCE = 1.0, 5
"""So many notices from one connection: five at once, then one a minute."""

_PLACES = (
    (re.compile(r"/(?:api/v1/messages|talk/m)/([0-9a-f-]{36})"), "message"),
    (re.compile(r"/(?:api/v1/topics|talk/t)/([0-9a-f-]{36})"), "topic"),
    (re.compile(r"/(?:api/v1/)?files/([0-9a-f-]{36})"), "file"),
    (re.compile(r"/(?:api/v1/)?meetings/([0-9a-f-]{36})"), "meeting"),
    (re.compile(r"/(?:api/v1/)?people/([0-9a-f-]{36})"), "user"),
)
_buckets: list[tuple[runtime.Runtime, TokenBuckets]] = []


def notice(
    caller: str | None, *, url: str, why: str, good_faith: bool, name: str = "", email: str = "",
    language: str | None = None,
) -> str:  # fmt: skip
    """Tell of something without an account: what, why, and that one means it honestly; name and address are
    free. `caller` is where it comes from, for counting how often. Who gave an address gets a receipt. Records
    CaseOpened or CaseChanged, QueueChanged where a report comes of it. Returns the notice's id. Raises
    TooMany, Invalid."""
    faults: dict[str, FieldFault] = {}
    url, why, name, email = url.strip(), why.strip(), name.strip(), email.strip()
    if not 1 <= len(url) <= LONGEST_URL:
        faults["url"] = FieldFault.of(_("Please give the address of the page."))
    if not 1 <= len(why) <= MOST_REASON:
        faults["why"] = FieldFault.of(_("Please say in a few words what is wrong."))
    if not good_faith:
        faults["good_faith"] = FieldFault.of(_("Please confirm that you mean this honestly."))
    if len(name) > LONGEST_NAME:
        faults["name"] = FieldFault.of(_("This is too long."))
    if faults:
        raise Invalid(faults)
    written, address = check_email(email) if email else (None, None)
    _count(caller)
    return _take(url, why, name or None, written, address, supported(language or "en"))


def _count(caller: str | None) -> None:
    running = runtime.current()
    if running.settings.rate_limits == "off":
        return
    if not _buckets or _buckets[0][0] is not running:
        _buckets[:] = [(running, TokenBuckets(A_MINUTE, AT_ONCE))]
    _buckets[0][1].take(subscriber_of(caller))


@command
def _take(url: str, why: str, name: str | None, email: str | None, address: str | None, language: str) -> str:
    require(anyone(ANONYMOUS, None))
    now = runtime.current().clock.now()
    row = OutsideNotice(
        id=new_id(), url=url, why=why, name=name, email=email, address=address, language=language,
        state=SUBMITTED, created_at=now, version=1,
    )  # fmt: skip
    target = target_at(url)
    if target is not None:
        networks.lock_network(target.network_id)
        words = Words(why, None, rules_version_at(target.network_id, target.posted_at))
        row.report_id = take_report(None, target, words, frozenset(), False).report["id"]
    session().add(row)
    session().flush()
    if email is not None:
        post("notice_receipt", email, language, notice_id=row.id)
    return row.id


def target_at(url: str) -> Target | None:
    """What an address of ours leads to, however it is open to whom; None for everything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.netloc and parts.netloc != urlsplit(runtime.current().settings.base_url).netloc:
        return None
    whole = f"{parts.path}#{parts.fragment}"
    said = re.search(r"#m-([0-9a-f-]{36})", whole)
    if said is not None and is_id(said[1]):
        return target_row("message", said[1])
    for pattern, kind in _PLACES:
        found = pattern.match(parts.path)
        if found is not None and is_id(found[1]):
            return target_row(kind, found[1])
    return None


@command
def answer_notice(actor: Actor, notice_id: str, *, answer: str, expected_version: int) -> NoticeView:
    """Answer a notice that led to nothing of a network; who gave an address gets the answer by mail. Refused,
    as NotFound, to all but who runs the platform. Raises NotFound, VersionConflict, Invalid."""
    row = notice_row(actor, notice_id)
    session().refresh(row, with_for_update=True)
    check_version(row, expected_version, lambda now: dict(notice_view(now)))
    if not answer.strip():
        raise Invalid({"answer": FieldFault.of(_("Please write your answer."))})
    row.answer, row.state = answer.strip(), ANSWERED
    row.answered_at = runtime.current().clock.now()
    row.version += 1
    session().flush()
    if row.email is not None:
        post("notice_answered", row.email, row.language, notice_id=row.id)
    return notice_view(row)
