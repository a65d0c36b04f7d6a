"""The ledger beside the database: whole lines, the last word counts, nothing stays longer than backups."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from network import blocks
from network.kernel.ledger import (
    Decision,
    append_line,
    forget_decisions,
    last_decisions,
    lines_of,
    merged,
    note_decision,
)
from network.kernel.runtime import Runtime
from tests.factories.membership import member_of
from tests.factories.networks import make_network
from tests.running import HandClock


def said() -> list[tuple[str, str, str]]:
    return [(one.kind, one.about, one.chosen) for one in last_decisions()]


def test_the_last_word_counts_and_what_is_rolled_back_is_not_said(live: Runtime, clock: HandClock) -> None:
    circle = make_network()
    me, other, third = (member_of(circle) for _ in range(3))
    blocks.block(me, other.user_id or "")
    clock.forward(minutes=1)
    blocks.block(me, third.user_id or "")
    clock.forward(minutes=1)
    blocks.unblock(me, other.user_id or "")
    with pytest.raises(blocks.SelfBlocked):
        blocks.block(me, me.user_id or "")
    assert said() == [("block", third.user_id, "yes"), ("block", other.user_id, "no")]
    with pytest.raises(RuntimeError):
        note_decision("block", "x")  # without a command nothing commits


def test_what_every_backup_knows_is_forgotten(live: Runtime, clock: HandClock) -> None:
    circle = make_network()
    me, other = member_of(circle), member_of(circle)
    blocks.choose_contact(me, False)
    clock.forward(days=35)
    blocks.block(me, other.user_id or "")
    assert forget_decisions() == 0
    clock.forward(days=2)
    assert forget_decisions() == 1
    assert said() == [("block", other.user_id, "yes")]
    clock.forward(days=36)
    assert (forget_decisions(), forget_decisions(), said()) == (1, 0, [])


def test_many_write_at_the_same_moment(live: Runtime) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append_line("many.jsonl", b'{"n": %d}\n' % number), range(200)))
    assert sorted(lines_of("many.jsonl")) == sorted(b'{"n": %d}' % number for number in range(200))


def test_two_ledgers_become_one_without_what_was_torn() -> None:
    ours, theirs = b'{"a"}\n{"b"}\n{"to', b'{"b"}\n{"c"}\nrn"\n'
    assert merged(ours, theirs) == b'{"a"}\n{"b"}\n{"to\n{"c"}\n'
    assert merged(ours, b"") == ours
    assert merged(b"", theirs) == b'{"b"}\n{"c"}\n'


def test_a_decision_is_numbers_and_codes(live: Runtime, clock: HandClock) -> None:
    me = member_of(make_network())
    blocks.choose_contact(me, False)
    (only,) = last_decisions()
    assert only == Decision("contact", me.user_id or "", "", "no", only.at) and only.at < clock.now()
    assert (live.settings.data_dir / "ledger" / "decisions.jsonl").stat().st_mode & 0o077 == 0
