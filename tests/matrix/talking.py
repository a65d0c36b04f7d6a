"""A text that is talked about: with comments, and amendments in the states from which each step is taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.agreements import Amendment, AmendmentSponsor, Clause, ClauseComment
from models.networks import Network
from models.people import User
from network.kernel import runtime
from network.kernel.ids import new_id
from network.kernel.transaction import session, unit_of_work
from tests.factories.agreements import make_agreement, make_version
from tests.factories.people import save

AMENDMENT_OF = {
    "resubmit_amendment": "own_amendment_id", "withdraw_amendment": "own_amendment_id",
    "put_amendment_to_vote": "rejected_amendment_id", "take_over_amendment": "left_amendment_id",
}  # fmt: skip
"""Which amendment a route of `api_deliberation` is asked about; every other one about a plain member's."""
TALKED_ABOUT = ("add_comment", "list_comments", "submit_amendment", "list_amendments", "open_amendments")
"""Routes of `api_deliberation` that are asked about the text that is talked about."""


def add_talk(network_id: str, ids: dict[str, str], author: User, people: dict[str, User]) -> None:
    """A charter that is talked about, with what `author`, the member and somebody who has left propose."""
    now = runtime.current().clock.now()
    with unit_of_work():
        network = session().get_one(Network, network_id)
        session().expunge(network)
    document = make_agreement(network, kind="office_charter", title="A charter to talk about")
    version = make_version(
        network, document, state="deliberation", builtin=None, in_force_at=None, amendments_open=True,
        opened_at=now, deliberation_until=now + timedelta(days=7),
    )  # fmt: skip
    with unit_of_work():
        clause = session().scalars(
            select(Clause).where(Clause.version_id == version.id).order_by(Clause.position)
        ).first()  # fmt: skip
        assert clause is not None
        clause_id, clause_hash, before = clause.clause_id, clause.hash, clause.text
    ids |= {"debate_version_id": version.id, "clause_id": clause_id, "clause_hash": clause_hash}

    def amendment(by: User, state: str, sponsors: tuple[User, ...] = (), **over: Any) -> str:
        values = {
            "id": new_id(), "version_id": version.id, "clause_id": clause_id, "clause_hash": clause_hash,
            "before": before, "text": "We listen, and we ask.", "reason": "It says more.", "state": state,
            "submitted_by": by.id, "created_at": now, "version": 1,
        }  # fmt: skip
        row = save(Amendment(**values | over))
        for sponsor in sponsors:
            save(AmendmentSponsor(amendment_id=row.id, user_id=sponsor.id, since=now))
        return row.id

    member, meta, deputy = people["member"], people["meta_mentor"], people["deputy"]
    ids["amendment_id"] = amendment(author, "submitted")
    ids["own_amendment_id"] = amendment(member, "outdated")
    ids["rejected_amendment_id"] = amendment(author, "rejected", (member, meta, deputy), answer="We tried.")
    ids["left_amendment_id"] = amendment(people["removed"], "under_discussion", (member,))
    ids["comment_id"] = new_id()
    save(
        ClauseComment(
            id=ids["comment_id"], version_id=version.id, clause_id=clause_id, clause_hash=clause_hash,
            user_id=member.id, body="Yes, please.", created_at=now,
        )
    )  # fmt: skip
