"""What is found in a text, and what a network may look for."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from models.audit import AuditRow
from network import hints
from network.hints.rules.detecting import MOST_HINTS, find
from network.hints.rules.lists import check_entries, finders_of
from network.kernel.errors import Forbidden, Invalid, NotFound, VersionConflict
from network.kernel.runtime import Runtime
from network.kernel.transaction import session, unit_of_work
from tests.factories.discussions import make_community
from tests.recorded import facts

PHONE, MAIL, NUMBER, NAME = "phone", "mail", "identity_number", "name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call 0176 1234567 or +49 (30) 123-4567.", [(PHONE, "0176 1234567"), (PHONE, "+49 (30) 123-4567")]),
        ("030/1234567, 555-123-4567", [(PHONE, "030/1234567"), (PHONE, "555-123-4567")]),
        ("Write to anna.b+x@mail.example.org!", [(MAIL, "anna.b+x@mail.example.org")]),
        ("DE89 3704 0044 0532 0130 00 danke", [(NUMBER, "DE89 3704 0044 0532 0130 00")]),
        ("GB82WEST12345698765432.", [(NUMBER, "GB82WEST12345698765432")]),
        ("Aktenzeichen: 12/345, pass C01X00T47, 5 K 123/24",
         [(NUMBER, "Aktenzeichen: 12/345"), (NUMBER, "C01X00T47"), (NUMBER, "5 K 123/24")]),
        ("Pension 65 170839 J 003, file number: AB-1234", [
            (NUMBER, "65 170839 J 003"), (NUMBER, "file number: AB-1234")]),
        ("Frau Müller und Herr Dr. Ali Yılmaz", [(NAME, "Frau Müller"), (NAME, "Herr Dr. Ali Yılmaz")]),
        ("Ask Mrs. O’Neil or Mr Smith now", [(NAME, "Mrs. O’Neil"), (NAME, "Mr Smith")]),
        # What looks a little like it, and is not.
        ("Am 01.02.2026 um 18:30, 2026-01-02, 01.02.-03.02.2026; 10115 Berlin; 1.000.000 Euro", []),
        ("DE89 3704 4044 5532 9130 01", []),
        ("Die Frau kommt. Der Herr ist da. Frau Präsidentin", []),
        ("@[Frau Meier](user:0123) https://example.org/0301234567", []),
        ("Room 12, 20 people, 50 %, 3:1, v2.10.11, #1234567", []),
    ],
)  # fmt: skip
def test_what_is_found_in_a_text(text: str, expected: list[tuple[str, str]]) -> None:
    found = find(text)
    assert [(one.kind, one.text) for one in found] == expected
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("BG-####*", ["(bg-1234567)", "BG-1234."], ["BG-123", "xBG-1234"]),
        ("*@caritas.de", ["anna@caritas.de,"], ["anna@caritas.de.org"]),
        ("a*b*c*d", ["abcd", "axxbyyczzd"], ["axxbyyd", "abcde"]),
        ("fall-?-#", ["Fall-X-1"], ["Fall-XX-1", "Fall-X-y"]),
        ("a(.+)+b", ["a(.+)+b"], ["aaab"]),  # it is no regular expression
    ],
)
def test_a_pattern_fits_whole_words(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    own = finders_of([], check_entries("patterns", [{"text": pattern, "note": "why"}]))
    for word, expected in [*((one, 1) for one in fits), *((one, 0) for one in fits_not)]:
        found = [one for one in find(f"so {word} so", own) if one.kind == "pattern"]
        assert len(found) == expected, word
        assert all(one.note == "why" for one in found)


def test_words_are_found_whole_however_they_are_written() -> None:
    own = finders_of(check_entries("words", [{"text": "Camp  Nord", "note": "n"}, {"text": "Öl"}]), [])
    found = find("camp\nNORD, Kamp nord, ÖL, Ölbad", own)
    assert [(one.text, one.note) for one in found] == [("camp\nNORD", "n"), ("ÖL", "")]
    assert found[0].key == hints.key_of("word", "Camp Nord")


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "0" * 10_000, "+1 " * 3_300, "a@" * 5_000, "Frau " * 2_000, "DE89 " * 2_000, "@[" * 5_000,
     "ab" * 5_000, ("ab" * 50 + " ") * 99, "Az. 1 2 3 " * 1_000],
)  # fmt: skip
def test_no_text_and_no_pattern_keeps_anybody_waiting(text: str) -> None:
    patterns = [{"text": f"a*b*a*b*a*b*{number}*b*c"} for number in range(200)]
    own = finders_of(check_entries("words", patterns), check_entries("patterns", patterns))
    began = time.process_time()
    assert len(find(text, own)) <= MOST_HINTS
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("field", "entries"),
    [
        ("words", [{"text": " "}]),
        ("words", [{"text": "!?"}]),
        ("words", [{"text": "x" * 61}]),
        ("words", [{"text": "x", "note": "y" * 201}]),
        ("words", [{"text": f"w{n}"} for n in range(201)]),
        ("patterns", [{"text": "a*"}]),
        ("patterns", [{"text": "***"}]),
        ("patterns", [{"text": "ab cd"}]),
    ],
)
def test_what_cannot_be_looked_for(field: str, entries: list[dict[str, str]]) -> None:
    with pytest.raises(Invalid) as refused:
        check_entries(field, entries)
    assert set(refused.value.faults) == {field}


def test_who_changes_what_a_network_asks_about(live: Runtime) -> None:
    community, other = make_community(), make_community()
    here = community.network.id
    meta, deputy, ann = community.member("meta_mentor"), community.member("deputy"), community.member()
    words = [{"text": "Jugendamt", "note": "No offices."}]
    made = hints.change_hints(meta, here, words=words, expected_version=0)
    assert (made["words"], made["version"], made["holds_first"]) == (words, 1, False)
    changed = hints.change_hints(deputy, here, holds_first=True, expected_version=1)
    assert (changed["words"], changed["holds_first"]) == (words, True)
    assert facts(f"network:{here}") == ["hints.changed", "hints.changed"]
    with unit_of_work():
        assert hints.get_hints(ann, here) == changed
        assert hints.get_hints(community.steward(), here) == changed
        roles = session().scalars(select(AuditRow.acting_role).where(AuditRow.action == "hints.changed"))
        assert list(roles) == ["meta_mentor", "deputy"]
        with pytest.raises((NotFound, Forbidden)):
            hints.get_hints(other.member(), here)
    for actor, refusal in (
        (ann, Forbidden), (community.steward(), Forbidden), (other.member("meta_mentor"), Forbidden),
        (meta, VersionConflict),
    ):  # fmt: skip
        with pytest.raises((refusal, NotFound)):
            hints.change_hints(actor, here, words=[], expected_version=1)
    with unit_of_work():
        assert hints.get_hints(ann, here)["version"] == 2
