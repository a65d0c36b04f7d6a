"""What becomes of the lists when somebody is erased. Within the command of who erases her."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import select, update

from models.courses import Completion, UploadedList
from network.courses.queries.uploads import uploads_folder
from network.kernel.transaction import after_commit, session


def let_go_of_graduate(addresses: Collection[str], until: datetime) -> None:
    """Nobody invites her any more from a list that is not newer than `until`. Her name and address go by the
    register's rule."""
    waiting = update(Completion).where(
        Completion.address.in_(list(addresses)), Completion.state == "ready", Completion.created_at <= until
    )
    session().execute(waiting.values(state="invited"))


def remove_lists_of(user_id: str) -> None:
    """Delete the files of the lists that she chose and did not finish with."""
    for list_id in session().scalars(select(UploadedList.id).where(UploadedList.user_id == user_id)):
        after_commit(partial((uploads_folder() / list_id).unlink, missing_ok=True))
