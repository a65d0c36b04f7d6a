"""How members talk about one clause of a version, and take back what they said."""

from __future__ import annotations

from sqlalchemy import select

from models.agreements import Agreement, AgreementVersion, Clause, ClauseComment
from network.agreements.events import ClauseCommentAdded, ClauseCommentDeleted
from network.agreements.policy.deliberation import may_comment, may_delete_comment, may_see_deliberation
from network.agreements.queries.deliberation import CommentView, show_comments
from network.agreements.queries.versions import visible_version
from network.agreements.rules.amendments import MAX_COMMENT, NotInDeliberation, clean_words
from network.agreements.rules.versions import DELIBERATION
from network.kernel import runtime
from network.kernel.actor import Actor
from network.kernel.errors import FieldFault, Invalid, NotFound
from network.kernel.events import record
from network.kernel.ids import new_id
from network.kernel.policy import require
from network.kernel.transaction import command, session
from network.kernel.translation import mark as _


@command
def add_comment(actor: Actor, version_id: str, clause_id: str, body: str) -> CommentView:
    """Say something about a clause while its version is talked about; the comment remembers which words it
    was made on. Raises NotFound, Forbidden to who is neither active member nor steward, RulesNotAccepted,
    NotInDeliberation, Invalid by field."""
    version, document = visible_version(actor, version_id)
    require(may_comment(actor, document.network_id))
    # Read with a lock that others share: whoever fixes the text at this moment waits, or we see it fixed.
    session().refresh(version, with_for_update={"read": True})
    if version.state != DELIBERATION:
        raise NotInDeliberation(state=version.state)
    body = clean_words("body", body, MAX_COMMENT)
    comment = ClauseComment(
        id=new_id(), version_id=version.id, clause_id=clause_id,
        clause_hash=clause_of(version, clause_id).hash, user_id=actor.id, body=body,
        created_at=runtime.current().clock.now(), deleted_at=None,
    )  # fmt: skip
    session().add(comment)
    session().flush()
    record(
        ClauseCommentAdded(
            scope=f"network:{document.network_id}", entity_id=comment.id, version_id=version.id,
            clause_id=clause_id,
        )
    )  # fmt: skip
    return show_comments([comment])[0]


@command
def delete_comment(actor: Actor, comment_id: str) -> CommentView:
    """Take one's own comment back: its words go at once, that there was one stays. A second time changes
    nothing. Raises NotFound, Forbidden to everybody but who wrote it."""
    found = session().execute(
        select(ClauseComment, Agreement.network_id)
        .join(AgreementVersion, AgreementVersion.id == ClauseComment.version_id)
        .join(Agreement, Agreement.id == AgreementVersion.agreement_id)
        .where(ClauseComment.id == comment_id)
    ).one_or_none()  # fmt: skip
    if found is None or not may_see_deliberation(actor, found[1]):
        raise NotFound()
    comment, network_id = found[0], found[1]
    require(may_delete_comment(actor, comment.user_id))
    session().refresh(comment, with_for_update=True)
    if comment.deleted_at is None:
        comment.body, comment.deleted_at = "", runtime.current().clock.now()
        session().flush()
        record(
            ClauseCommentDeleted(
                scope=f"network:{network_id}", entity_id=comment.id, entity_version=2,
                version_id=comment.version_id, clause_id=comment.clause_id,
            )
        )  # fmt: skip
    return show_comments([comment])[0]


def clause_of(version: AgreementVersion, clause_id: str) -> Clause:
    """A clause of the version as it is now. Raises Invalid where it has none with this id."""
    clause = session().get(Clause, (version.id, clause_id), populate_existing=True)
    if clause is None:
        raise Invalid({"clause_id": FieldFault.of(_("This text has no such part."))})
    return clause
