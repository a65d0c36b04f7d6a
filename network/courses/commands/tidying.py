"""What is forgotten of courses: people on a list who were never invited."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_

from models.courses import Completion
from network.courses.policy import may_tidy
from network.kernel import runtime
from network.kernel.actor import Actor, system_actor
from network.kernel.jobs import job
from network.kernel.policy import require
from network.kernel.tidying import forget, in_steps, tidies
from network.kernel.transaction import command


@job("courses.forget_uninvited", every_minutes=24 * 60)
def tidy() -> int:
    """Delete whom nobody invited in time; how many."""
    return in_steps(lambda: forget_uninvited(system_actor("courses.forget_uninvited")))


@tidies
@command
def forget_uninvited(actor: Actor) -> int:
    """Delete people of a course's list who were not invited within 90 days of their first list: whoever did
    not come to us herself is kept no longer than there is a use for it (GDPR, Article 5(1)(e); issue 3). At
    most a thousand, how many. Refused to everybody but the system."""
    require(may_tidy(actor))
    kept = timedelta(days=runtime.current().settings.uninvited_graduates_kept_days)
    past = runtime.current().clock.now() - kept
    never = and_(Completion.state.in_(("not_completed", "ready")), Completion.created_at <= past)
    return forget(actor, Completion, never)
