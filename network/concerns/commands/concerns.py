"""Raising a concern, reading it, adding to it. None of it is told on a live channel or written into the
audit trail: what stands of a concern is append-only itself, and whoever it names must not find a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from models.concerns import Concern, ConcernAccount, ConcernLook, ConcernName, ConcernNote, ConcernTold
from network import networks, people
from network.concerns.policy import may_note, may_raise_concern, sees_to
from network.concerns.queries.concerns import (
    ConcernView,
    accounts_meant,
    full_view,
    is_named,
    named_in,
    safeguarding_now,
    visible_concern,
)
from network.concerns.rules.concerns import (
    ADDITION,
    KEPT,
    KEPT_LONGER,
    MOST_A_DAY,
    NOTES,
    NobodyAppointed,
    TooManyConcerns,
    clean_names,
    clean_words,
    receivers,
)
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Forbidden, Invalid
from network.kernel.ids import is_id, new_id
from network.kernel.outbox import post
from network.kernel.policy import require, require_second_factor
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _


@command
def raise_concern(
    actor: Actor, network_id: str, what: str, about: Sequence[str] = (), *, danger: bool = False
) -> ConcernView:
    """Write down that one worries about somebody's safety, in one's own words; `about` are user ids or names.
    Safeguarding lead and deputy get a letter without a word of it, unless they are named. By whoever belongs
    to the network. Raises NotFound, Forbidden, Invalid, NobodyAppointed where it can go to nobody,
    TooManyConcerns. No facts."""
    network = networks.visible_network_row(actor, network_id)
    require(may_raise_concern(actor, network.id))
    words, names = clean_words(what), clean_names(about)
    networks.lock_network(network.id)  # nobody is appointed or let go meanwhile
    meant = _meant(network.id, names)
    held = [(one["role"], one["user"]["id"]) for one in safeguarding_now(network.id)]
    goes_to = receivers(held, frozenset(user_id for user_id, _name in meant if user_id))
    if not goes_to:
        raise NobodyAppointed()
    me, now = actor.user_id or "", runtime.current().clock.now()
    today = select(func.count()).where(Concern.raised_by == me, Concern.raised_at > now - timedelta(days=1))
    if (session().scalar(today) or 0) >= MOST_A_DAY:
        raise TooManyConcerns()
    row = Concern(
        id=new_id(), network_id=network.id, raised_by=me, danger=danger, raised_at=now, state="waiting",
        waiting_since=now, first_seen_at=None, overdue_told_at=None, review_told_at=None,
        review_at=now + KEPT, version=1,
    )  # fmt: skip
    session().add(row)
    session().flush()
    session().add(ConcernAccount(id=new_id(), concern_id=row.id, author_id=me, body=words, at=now))
    _name(row, meant)
    tell(row, goes_to, "raised")
    session().flush()
    return full_view(actor, row, handles=me in {user_id for _role, user_id in goes_to})


@command
def read_concern(actor: Actor, concern_id: str) -> ConcernView:
    """One concern, for lead and deputy with all that stands of it: that they looked is written down, and with
    the first look somebody sees to it. Who raised it gets her own words and how far it is. Raises NotFound,
    SecondFactorNeeded for lead and deputy. No facts."""
    row = visible_concern(actor, concern_id)
    handles = bool(sees_to(actor, row, named=is_named(actor.user_id, row.id)))
    require(may_note(actor, row, named=not handles))
    if handles:
        require_second_factor(actor)
        row = _locked(row.id)
        _see(actor, row)
    return full_view(actor, row, handles=handles)


@command
def note_concern(
    actor: Actor, concern_id: str, what: str, kind: str | None = None, about: Sequence[str] = ()
) -> ConcernView:
    """Add to a concern; nothing that stands there changes. Lead and deputy: what they did (`action`), whom
    they told (`told`), why it is settled (`closing`), why it is kept a year longer (`keep`). Who raised it:
    an `addition`, which names further people where `about` says so and which lead and deputy get a letter
    about. Raises NotFound, Forbidden for the others' kind of note, SecondFactorNeeded, Invalid,
    NobodyAppointed where those whom it names were the last who could read it. No facts."""
    row = visible_concern(actor, concern_id)
    handles = bool(sees_to(actor, row, named=is_named(actor.user_id, row.id)))
    require(may_note(actor, row, named=not handles))
    adds = kind == ADDITION or (kind is None and not handles)
    if adds and row.raised_by != actor.user_id:
        raise Forbidden()
    if not adds and not handles:
        raise Forbidden()
    if handles:
        require_second_factor(actor)
    words = clean_words(what)
    row = _locked(row.id)
    if adds:
        _add(actor, row, words, clean_names(about))
    else:
        if about:
            raise Invalid({"about": FieldFault.of(_("Only who raised it says whom it is about."))})
        _note(actor, row, words, kind or NOTES[0])
    session().flush()
    handles = handles and not is_named(actor.user_id, row.id)
    return full_view(actor, row, handles=handles)


def tell(row: Concern, whom: Iterable[tuple[str, str]], why: str) -> None:
    """Within a command: promise a letter to each of (role, user id) and write down that they are told. Who
    raised it is not written to about it."""
    for role, user_id in whom:
        reached = None if user_id == row.raised_by else people.address_of(user_id)
        if reached is None:
            continue
        now = runtime.current().clock.now()
        session().add(
            ConcernTold(id=new_id(), concern_id=row.id, user_id=user_id, role=role, why=why, at=now)
        )
        post("duty_waits", *reached, concern_id=row.id, user_id=user_id, role=role, why=why)


def readers_now(row: Concern) -> list[tuple[str, str]]:
    """Those who see to a concern now, as (role, user id)."""
    held = [(one["role"], one["user"]["id"]) for one in safeguarding_now(row.network_id)]
    return receivers(held, named_in(row.id))


def _add(actor: Actor, row: Concern, words: str, names: Sequence[str]) -> None:
    now = runtime.current().clock.now()
    _name(row, _meant(row.network_id, names))
    session().flush()
    goes_to = readers_now(row)
    if not goes_to:
        raise NobodyAppointed()
    session().add(
        ConcernAccount(id=new_id(), concern_id=row.id, author_id=actor.user_id or "", body=words, at=now)
    )
    if row.state != "waiting":
        row.state, row.waiting_since, row.overdue_told_at = "waiting", now, None
    row.version += 1
    tell(row, goes_to, "added")


def _note(actor: Actor, row: Concern, words: str, kind: str) -> None:
    now = runtime.current().clock.now()
    if row.state == "waiting":
        _see(actor, row)
    session().add(
        ConcernNote(
            id=new_id(), concern_id=row.id, author_id=actor.user_id or "", kind=kind, body=words, at=now
        )
    )
    if kind == "keep":
        row.review_at, row.review_told_at = max(row.review_at, now) + KEPT_LONGER, None
    row.state = "closed" if kind == "closing" else "in_hand"
    row.version += 1


def _see(actor: Actor, row: Concern) -> None:
    now = runtime.current().clock.now()
    session().add(ConcernLook(id=new_id(), concern_id=row.id, user_id=actor.user_id or "", at=now))
    if row.state == "waiting":
        row.state, row.first_seen_at = "in_hand", row.first_seen_at or now
        row.version += 1
    session().flush()


def _meant(network_id: str, names: Sequence[str]) -> list[tuple[str | None, str]]:
    meant = accounts_meant(network_id, names)
    if any(user_id is None and is_id(name) for user_id, name in meant):
        raise Invalid({"about": FieldFault.of(_("Nobody here has this id. Write a name instead."))})
    return meant


def _name(row: Concern, meant: Iterable[tuple[str | None, str]]) -> None:
    clock, known = runtime.current().clock, named_in(row.id)
    for user_id, name in dict.fromkeys(meant):
        if user_id not in known:
            session().add(
                ConcernName(id=new_id(), concern_id=row.id, user_id=user_id, name=name[:200], at=clock.now())
            )


def _locked(concern_id: str) -> Concern:
    return session().get_one(Concern, concern_id, with_for_update=True, populate_existing=True)
