"""What a host did in the last seven days, as numbers by kind: hers alone, told to her alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func, select

from models.hosting import HostDeed
from models.membership import Application
from models.moderation import Case, CaseDecision
from network.hosting.rules.things import kind_of
from network.hosting.rules.weeks import WEEK
from network.kernel import runtime
from network.kernel.transaction import session


def deeds_lately(network_id: str, user_id: str) -> Sequence[HostDeed]:
    """What a host did about what waited, the latest first."""
    wanted = select(HostDeed).where(
        HostDeed.network_id == network_id, HostDeed.user_id == user_id,
        HostDeed.at > runtime.current().clock.now() - WEEK,
    )  # fmt: skip
    return session().scalars(wanted.order_by(HostDeed.at.desc())).all()


def done_lately(network_id: str, user_id: str, deeds: Sequence[HostDeed]) -> dict[str, int]:
    """How much of each kind in `rules.load.MINUTES`: what was sent, applications and cases decided. One
    statement; `deeds` are hers of the same time."""
    since = runtime.current().clock.now() - WEEK
    sent = (kind_of(deed.key) for deed in deeds if deed.message_id is not None)
    done = Counter(kind for kind in sent if kind is not None)
    applications = select(func.count(Application.id)).where(
        Application.network_id == network_id, Application.decided_by == user_id,
        Application.decided_at > since,
    )  # fmt: skip
    cases = (
        select(func.count(CaseDecision.id))
        .join(Case, Case.id == CaseDecision.case_id)
        .where(Case.network_id == network_id, CaseDecision.decided_by == user_id)
        .where(CaseDecision.decided_at > since, CaseDecision.undone_at.is_(None))
    )
    row = session().execute(select(applications.scalar_subquery(), cases.scalar_subquery())).one()
    return {**done, "application": int(row[0]), "case": int(row[1])}
