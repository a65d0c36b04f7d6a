"""What can be seen of the talk about a version: comments at its clauses, other words that are proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import func, select

from models.agreements import Amendment, AmendmentSponsor, Clause, ClauseComment
from network import people
from network.agreements.policy.deliberation import may_see_deliberation, visible_amendments
from network.agreements.queries.versions import visible_version
from network.agreements.rules.amendments import DRAFT
from network.agreements.rules.differences import Span, text_spans
from network.kernel.actor import Actor
from network.kernel.errors import NotFound
from network.kernel.events import renders
from network.kernel.paging import PageOf, PageRequest, page
from network.kernel.policy import require
from network.kernel.transaction import session

SHOWN_COMMENTS = 5
"""So many of a clause's comments stand at it, the newest; the others are in its list."""


class CommentView(TypedDict):
    """A comment at a clause. `body` is None when its author took it back; `on_earlier_wording` when the
    clause has other words by now."""

    id: str
    version_id: str
    clause_id: str
    clause_hash: str
    on_earlier_wording: bool
    person: Mapping[str, Any]
    body: str | None
    created_at: datetime
    deleted_at: datetime | None


class AmendmentView(TypedDict):
    """An amendment as everybody sees it. `before` is what the clause said; `difference` shows what changes
    from there, to the accepted words where those are others."""

    id: str
    version_id: str
    clause_id: str
    clause_hash: str
    before: str
    text: str
    reason: str
    difference: list[Span]
    state: str
    submitted_by: Mapping[str, Any]
    co_sponsors: list[Mapping[str, Any]]
    accepted_text: str | None
    answer: str | None
    answered_by: Mapping[str, Any] | None
    answered_at: datetime | None
    decision_id: str | None
    created_at: datetime
    version: int


class OwnAmendmentView(AmendmentView):
    """An amendment as one person sees it: whether it is hers, and whether she stands behind it."""

    mine: bool
    co_sponsored: bool


class ClauseTalk(TypedDict):
    """What was said at one clause: its newest comments, the oldest of them first, how many there are, and its
    amendments in the order in which they came."""

    comments: list[CommentView]
    comments_count: int
    amendments: list[OwnAmendmentView]


def list_comments(
    actor: Actor, version_id: str, request: PageRequest, clause_id: str | None = None
) -> PageOf[CommentView]:
    """The comments about a version, or about one of its clauses, the oldest first. Raises NotFound where the
    version is not open to the actor, Forbidden to who is no member."""
    version, document = visible_version(actor, version_id)
    require(may_see_deliberation(actor, document.network_id))
    wanted = select(ClauseComment).where(ClauseComment.version_id == version.id)
    if clause_id is not None:
        wanted = wanted.where(ClauseComment.clause_id == clause_id)
    rows = page(wanted, [ClauseComment.id.expression], request, lambda row: row)
    return PageOf(show_comments(rows.items), rows.next)


def talk_by_clause(actor: Actor, version_id: str) -> dict[str, ClauseTalk]:
    """What was said about a version, by the ids of its clauses: for its page, in as many statements for five
    hundred comments as for one. Raises as `list_comments`."""
    version, document = visible_version(actor, version_id)
    require(may_see_deliberation(actor, document.network_id))
    newest = func.row_number().over(
        partition_by=ClauseComment.clause_id, order_by=ClauseComment.id.desc()
    ).label("newest")  # fmt: skip
    many = func.count().over(partition_by=ClauseComment.clause_id).label("many")
    ranked = (
        select(ClauseComment.id.label("id"), newest, many)
        .where(ClauseComment.version_id == version.id)
        .subquery()
    )
    found = session().execute(
        select(ClauseComment, ranked.c.many, Clause.hash)
        .join(ranked, ranked.c.id == ClauseComment.id)
        .outerjoin(
            Clause,
            (Clause.version_id == ClauseComment.version_id) & (Clause.clause_id == ClauseComment.clause_id),
        )
        .where(ranked.c.newest <= SHOWN_COMMENTS)
        .order_by(ClauseComment.id)
    ).all()  # fmt: skip
    counts = {row[0].clause_id: row[1] for row in found}
    amendments = session().scalars(
        visible_amendments(actor).where(Amendment.version_id == version.id).order_by(Amendment.id)
    ).all()  # fmt: skip
    talk: dict[str, ClauseTalk] = {}

    def at(clause_id: str) -> ClauseTalk:
        return talk.setdefault(
            clause_id, {"comments": [], "comments_count": counts.get(clause_id, 0), "amendments": []}
        )

    said, sponsors = [row[0] for row in found], _sponsors(amendments)
    faces = people.people_by_id({row.user_id for row in said} | _involved(amendments, sponsors))
    now = {(row[0].version_id, row[0].clause_id): row[2] for row in found}
    for comment in _comments(said, faces, now):
        at(comment["clause_id"])["comments"].append(comment)
    for amendment in _own(actor, _show(amendments, sponsors, faces), sponsors):
        at(amendment["clause_id"])["amendments"].append(amendment)
    return talk


def visible_amendment(actor: Actor, amendment_id: str) -> Amendment:
    """The row of one amendment, the only door to it. Raises NotFound."""
    row = session().scalars(visible_amendments(actor).where(Amendment.id == amendment_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def show_comments(rows: Sequence[ClauseComment]) -> list[CommentView]:
    """Rows as views, with who wrote them and whether their clause has moved on."""
    now = _hashes({row.version_id for row in rows})
    return _comments(rows, people.people_by_id({row.user_id for row in rows}), now)


def _comments(
    rows: Sequence[ClauseComment], writers: Mapping[str, Any], now: Mapping[tuple[str, str], str | None]
) -> list[CommentView]:
    return [
        {
            "id": row.id, "version_id": row.version_id, "clause_id": row.clause_id,
            "clause_hash": row.clause_hash,
            "on_earlier_wording": now.get((row.version_id, row.clause_id)) != row.clause_hash,
            "person": writers[row.user_id], "body": None if row.deleted_at else row.body,
            "created_at": row.created_at, "deleted_at": row.deleted_at,
        }
        for row in rows
    ]  # fmt: skip


def show_amendments(actor: Actor, rows: Sequence[Amendment]) -> list[OwnAmendmentView]:
    """Rows as views for one person."""
    sponsors = _sponsors(rows)
    faces = people.people_by_id(_involved(rows, sponsors))
    return _own(actor, _show(rows, sponsors, faces), sponsors)


def shown_amendment(row: Amendment) -> AmendmentView:
    """One amendment as everybody sees it."""
    return _everybodys([row])[0]


@renders("amendment")
def render_amendments(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The amendments as events show them."""
    rows = (
        session()
        .scalars(select(Amendment).where(Amendment.id.in_(list(ids)), Amendment.state != DRAFT))
        .all()
    )
    return {
        view["id"]: {**view, "difference": [span._asdict() for span in view["difference"]]}
        for view in _everybodys(rows)
    }


@renders("clause_comment")
def render_comments(ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The comments as events show them."""
    rows = session().scalars(select(ClauseComment).where(ClauseComment.id.in_(list(ids)))).all()
    return {view["id"]: view for view in show_comments(rows)}


def _sponsors(rows: Sequence[Amendment]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    wanted = select(AmendmentSponsor).where(AmendmentSponsor.amendment_id.in_([row.id for row in rows]))
    for sponsor in session().scalars(wanted.order_by(AmendmentSponsor.since, AmendmentSponsor.user_id)):
        found.setdefault(sponsor.amendment_id, []).append(sponsor.user_id)
    return found


def _involved(rows: Sequence[Amendment], sponsors: Mapping[str, Sequence[str]]) -> set[str]:
    ids = {row.submitted_by for row in rows} | {row.answered_by for row in rows if row.answered_by}
    return ids | {one for some in sponsors.values() for one in some}


def _everybodys(rows: Sequence[Amendment]) -> list[AmendmentView]:
    sponsors = _sponsors(rows)
    return _show(rows, sponsors, people.people_by_id(_involved(rows, sponsors)))


def _own(
    actor: Actor, views: Sequence[AmendmentView], sponsors: Mapping[str, Sequence[str]]
) -> list[OwnAmendmentView]:
    return [
        {
            **view, "mine": view["submitted_by"]["id"] == actor.user_id,
            "co_sponsored": actor.user_id in sponsors.get(view["id"], ()),
        }
        for view in views
    ]  # fmt: skip


def _show(
    rows: Sequence[Amendment], sponsors: Mapping[str, Sequence[str]], faces: Mapping[str, Any]
) -> list[AmendmentView]:
    return [
        {
            "id": row.id, "version_id": row.version_id, "clause_id": row.clause_id,
            "clause_hash": row.clause_hash, "before": row.before, "text": row.text, "reason": row.reason,
            "difference": list(text_spans(row.before, row.accepted_text or row.text)), "state": row.state,
            "submitted_by": faces[row.submitted_by],
            "co_sponsors": [faces[one] for one in sponsors.get(row.id, ())],
            "accepted_text": row.accepted_text, "answer": row.answer,
            "answered_by": faces[row.answered_by] if row.answered_by else None,
            "answered_at": row.answered_at, "decision_id": row.decision_id,
            "created_at": row.created_at, "version": row.version,
        }
        for row in rows
    ]  # fmt: skip


def _hashes(version_ids: set[str]) -> Mapping[tuple[str, str], str]:
    wanted = select(Clause.version_id, Clause.clause_id, Clause.hash).where(
        Clause.version_id.in_(version_ids)
    )
    return {(row[0], row[1]): row[2] for row in session().execute(wanted)}
