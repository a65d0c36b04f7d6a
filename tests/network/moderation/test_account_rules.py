"""What is told in numbers tells nobody about one person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.kernel.errors import Invalid
from network.moderation.rules import accounts


@pytest.mark.parametrize(
    ("cells", "shown", "total"),
    [
        ([0, 0], [0, 0], 0),
        ([5, 0, 9], [5, 0, 9], 14),
        ([3, 7, 9], [None, None, 9], None),
        ([3, 0, 9], [None, 0, None], None),
        ([3, 0, 0], [None, None, 0], None),
        ([1, 1, 9, 20], [None, None, None, 20], None),
        ([4, 4, 9], [None, None, None], None),
        ([1, 4, 9], [None, None, 9], None),
        ([2], [None], None),
    ],
)
def test_what_is_hidden(cells: list[int], shown: list[int | None], total: int | None) -> None:
    found = accounts.shown_cells({f"c{n}": count for n, count in enumerate(cells)})
    assert (list(found[0].values()), found[1]) == (shown, total)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=6))
def test_no_hidden_count_follows_from_the_sum(counts: list[int]) -> None:
    """Whoever knows the true sum from elsewhere, and the rule, has a choice left for each hidden count."""
    cells = {f"c{n}": count for n, count in enumerate(counts)}
    shown, total = accounts.shown_cells(cells)
    hidden = [cells[name] for name, count in shown.items() if count is None]
    assert all(count is None for name, count in shown.items() if 0 < cells[name] < accounts.FEWEST)
    if not hidden:
        assert total is None or total == sum(counts)
        return
    assert total is None
    assert len(hidden) >= 2
    most = len([count for count in hidden if 0 < count < accounts.FEWEST])
    if most == len(hidden):  # all of them lie between one and four
        assert len(hidden) < sum(hidden) < 4 * len(hidden) or len(hidden) == len(cells)


def test_a_share_tells_no_hidden_count() -> None:
    assert accounts.share(5, 15) == "1/3"
    assert accounts.share(0, 7) == "0/1"
    assert accounts.share(None, 15) is None
    assert accounts.share(5, None) is None
    assert accounts.share(0, 0) is None


def test_the_middle_of_at_least_five() -> None:
    hours = [timedelta(hours=n) for n in (9, 1, 5, 3, 7)]
    assert accounts.median_seconds(hours) == 5 * 3600
    assert accounts.median_seconds([*hours, timedelta(hours=6)]) == 5.5 * 3600
    assert accounts.median_seconds(hours[:4]) is None


def test_the_days_of_a_report() -> None:
    first, end = accounts.span_of(date(2026, 1, 1), date(2026, 12, 31), "UTC")
    assert (first, end) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    for last in (date(2025, 12, 31), date(2036, 1, 1)):
        with pytest.raises(Invalid):
            accounts.span_of(date(2026, 1, 1), last, "UTC")


def test_no_names_in_a_reason() -> None:
    names = ["Ana María Silva-Ruiz", "Jo", "Li Öz"]
    said = "Ana, you wrote to María SILVA-RUIZ that Anabel and Jo are slow."
    assert accounts.without_names(said, names) == "…, you wrote to … … that Anabel and Jo are slow."
    assert accounts.without_names(said, []) == said


def test_how_long() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert accounts.days_between(start, start + timedelta(days=7)) == 7
    assert accounts.days_between(start, start + timedelta(hours=1)) == 1
    assert accounts.days_between(start, None) is None
