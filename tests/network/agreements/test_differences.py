"""What differs between two versions: formatting is nothing, every other word is something."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from network.agreements.rules.differences import (
    ADDED,
    CHANGED,
    REMOVED,
    SAME,
    ClauseWords,
    Span,
    compare,
    side_by_side,
    text_spans,
)
from network.agreements.rules.texts import canonical, clause_hash, text_hash


def clause(
    key: str, text: str = "We listen.", *, heading: str = "Listening", short: str | None = None
) -> ClauseWords:
    return {"id": key, "heading": heading, "text": text, "short": short}


def test_words_that_changed_stand_between_words_that_stayed() -> None:
    assert text_spans("We answer within two days.", "We answer within three working days.") == (
        Span(SAME, "We answer within "),
        Span(REMOVED, "two"),
        Span(ADDED, "three working"),
        Span(SAME, " days."),
    )


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("We answer, always.", "We answer always.", [Span(REMOVED, ",")]),
        ("Nobody pays.", "Nobody pays!", [Span(REMOVED, "."), Span(ADDED, "!")]),
        ("one two", "one  two", [Span(REMOVED, " "), Span(ADDED, "  ")]),
        ("You may not sell.", "You may sell.", [Span(REMOVED, "not ")]),
        ("", "New words.", [Span(ADDED, "New words.")]),
        ("Old words.", "", [Span(REMOVED, "Old words.")]),
        ("we meet", "we\u200b meet", [Span(REMOVED, "we"), Span(ADDED, "we\u200b")]),
    ],
)
def test_c19_every_real_change_shows(before: str, after: str, changed: list[Span]) -> None:
    assert [span for span in text_spans(before, after) if span.kind != SAME] == changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one\r\ntwo", "one\ntwo"),
        ("one  \ntwo\t", "one\ntwo"),
        ("Gr\u00fc\u00dfe", "Gru\u0308\u00dfe"),
    ],
)
def test_c19_formatting_shows_as_nothing(before: str, after: str) -> None:
    found = compare([clause("a", before)], [clause("a", after)])
    assert found.same_text
    assert [(one.change, one.moved) for one in found.clauses] == [(SAME, False)]


def test_c19_blanks_within_a_line_change_the_hash_and_are_named_as_such() -> None:
    found = compare([clause("a", "one two")], [clause("a", "one\ntwo")])
    assert not found.same_text
    assert (found.clauses[0].change, found.clauses[0].only_spacing) == (CHANGED, True)


def test_another_short_form_shows_though_it_is_not_in_the_hash() -> None:
    found = compare([clause("a", short="Kind")], [clause("a", short="Kind tone")])
    assert found.same_text and found.clauses[0].change == CHANGED


def test_other_words_altogether_are_shown_whole() -> None:
    assert text_spans("Nobody has to answer at night.", "The office opens on Mondays, for all.") == (
        Span(REMOVED, "Nobody has to answer at night."),
        Span(ADDED, "The office opens on Mondays, for all."),
    )


def test_clauses_come_go_and_move_by_their_ids() -> None:
    before = [clause(key, f"Text of {key}.") for key in "abcdef"]
    after = [before[0], clause("x", "A new one."), before[4], clause("c", "Text of c, longer."), before[3]]
    found = compare(before, after)
    assert [
        (one.id, one.change, one.moved, one.number_before, one.number_after) for one in found.clauses
    ] == [
        ("a", SAME, False, 1, 1),
        ("x", ADDED, False, None, 2),
        ("e", SAME, True, 5, 3),
        ("b", REMOVED, False, 2, None),
        ("c", CHANGED, False, 3, 4),
        ("d", SAME, False, 4, 5),
        ("f", REMOVED, False, 6, None),
    ]


def test_two_columns_hold_a_wording_each() -> None:
    left, right = side_by_side(text_spans("We meet once a month.", "We meet twice a month."))
    assert "".join(span.text for span in left) == "We meet once a month."
    assert "".join(span.text for span in right) == "We meet twice a month."


words = st.text(st.sampled_from("aab ,.\n\tüé漢字"), max_size=60)


@settings(max_examples=150, deadline=None)
@given(words, words)
def test_spans_give_both_wordings_back(before: str, after: str) -> None:
    left, right = side_by_side(spans := text_spans(before, after))
    assert "".join(span.text for span in left) == canonical(before)
    assert "".join(span.text for span in right) == canonical(after)
    assert all(span.text for span in spans)


documents = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), words), unique_by=lambda pair: pair[0], max_size=8
)


@settings(max_examples=150, deadline=None)
@given(documents, documents)
def test_c19_a_difference_shows_exactly_where_a_hash_differs(
    old: list[tuple[str, str]], new: list[tuple[str, str]]
) -> None:
    before, after = [clause(*pair) for pair in old], [clause(*pair) for pair in new]
    found = compare(before, after)
    assert {one.id for one in found.clauses} == {key for key, _ in old} | {key for key, _ in new}
    assert len(found.clauses) == len({one.id for one in found.clauses})
    for one in found.clauses:
        if one.change in (SAME, CHANGED):
            hashes = {clause_hash("Listening", dict(side)[one.id]) for side in (old, new)}
            assert (one.change == CHANGED) == (len(hashes) == 2)
    seen_as_same = all(one.change == SAME and not one.moved for one in found.clauses)
    text_of = [text_hash((item["heading"], item["text"]) for item in side) for side in (before, after)]
    assert found.same_text == (text_of[0] == text_of[1])
    if seen_as_same:
        assert found.same_text


def test_nobody_writes_a_clause_that_takes_long_to_compare() -> None:
    started = time.process_time()
    for before, after in (("a " * 5000, "a b " * 2500), ("ab, " * 2500, ", ba" * 2500)):
        left, _right = side_by_side(text_spans(before, after))
        assert "".join(span.text for span in left) == canonical(before)
    assert time.process_time() - started < 1
