"""Whatever happens can be told: of each kind of fact in a life-like network, as it goes over the line."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import func, select

from models.event_log import Event
from network.kernel.events import entries_after, rendered
from network.kernel.transaction import session, unit_of_work
from realtime.transport import Codec
from tests.running import running

SURELY = {"message.posted", "decision.opened", "amendment.submitted", "agreement.in_force"}


def test_whatever_happens_can_be_told(filled: Path, tmp_path: Path) -> None:
    """What cannot be written as JSON would be told to nobody, nor what comes after it in its scope."""
    data = shutil.copytree(filled, tmp_path / "data")
    with running(f"sqlite:///{data / 'mentornet.db'}", data), unit_of_work():
        latest = select(func.max(Event.id)).group_by(Event.type)
        rows = session().scalars(select(Event).where(Event.id.in_(latest))).all()
        assert {row.type for row in rows} >= SURELY
        for row in rows:
            told = rendered(entries_after(row.scope, row.seq - 1, 1))
            assert Codec.loads(Codec.dumps(told))[0]["type"] == row.type
