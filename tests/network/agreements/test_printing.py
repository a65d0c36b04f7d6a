"""Versions on paper: the same bytes for the same state, in time, tagged, and nobody's text is markup."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime

from network.agreements.rules.printing import (
    CarriedSignatures,
    PrintedSignature,
    PrintedVersion,
    print_version,
    said_on_paper,
)

THEN = datetime(2026, 5, 2, 23, 30, tzinfo=UTC)
PAPER = PrintedVersion(
    network="Netzwerk Lindenstadt", title="Our agreement", language="en", number=3,
    clauses=[("Purpose", "We #strong[listen] before *we* answer.\n\n$x$ <a> \\ `b`")],
    text_hash="ab" * 32, check_url="https://mentors.example/check", members="2/3",
    organisations=["VHS Lindenstadt"], in_force_at=THEN, signing_until=None, ended_at=None,
    valid_until=date(2028, 5, 3), review_on=None, requested=9,
    signatures=[
        PrintedSignature("Olena #set Ковальчук", "", THEN),
        PrintedSignature("Ruth", "VHS Lindenstadt", THEN, datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)  # fmt: skip


def inside(content: bytes) -> bytes:
    """The file with its compressed parts opened."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    opened = []
    for part in parts:
        try:
            opened.append(zlib.decompress(part))
        except zlib.error:
            opened.append(part)
    return content + b"".join(opened)


def test_the_same_state_gives_the_same_bytes_and_another_others() -> None:
    first = print_version(PAPER)
    assert first == print_version(PAPER)
    assert first.startswith(b"%PDF-")
    assert b"CreationDate" not in inside(first)
    for other in (
        replace(PAPER, clauses=[("Purpose", PAPER.clauses[0][1].replace("*we*", "*we*,"))]),
        replace(PAPER, signatures=PAPER.signatures[:1]),
        replace(PAPER, text_hash="cd" * 32),
        replace(PAPER, language="de"),
    ):
        assert print_version(other) != first


def test_it_is_tagged_and_says_its_language_and_title() -> None:
    said = inside(print_version(replace(PAPER, language="de")))
    assert b"/MarkInfo" in said and b"/StructTreeRoot" in said and b"/Lang(de)" in said
    assert b"/TH" in said and b"/H2" in said, "headings and a table's head"


def test_a_name_that_ends_with_a_stop_ends_its_sentence() -> None:
    said = str(said_on_paper(replace(PAPER, organisations=["Haus e. V."])))
    assert "and also: Haus e. V." in said and ".." not in said


def test_signatures_that_are_carried_over_say_under_which_words_they_were_given() -> None:
    carried = CarriedSignatures(2, "cd" * 32, PAPER.signatures)
    paper = replace(PAPER, signatures=[], carried=[carried])
    (table,) = said_on_paper(paper)["tables"]
    assert table["title"] == "Signatures carried over from version 2 (digest cdcdcdcd…)"
    assert len(table["rows"]) == 2 and table["said"][0] == "1 signature."
    assert "to which nobody objected in seven days" in table["said"][1] and "cd" * 32 in table["said"][2]
    assert print_version(paper) != print_version(PAPER)
    both = said_on_paper(replace(PAPER, carried=[carried]))["tables"]
    assert [one["title"] for one in both][1] == "Signatures under this version"


def test_a_language_that_the_product_does_not_speak_is_printed_all_the_same() -> None:
    for language in ("pl", "zh-Hant", "ar", "uk"):
        assert print_version(replace(PAPER, language=language)).startswith(b"%PDF-")


def test_sixty_clauses_and_a_thousand_signatures_are_all_on_it() -> None:
    """How long that takes: `python -m bench agreements`."""
    large = replace(
        PAPER, clauses=[(f"Clause {n}", "We listen.") for n in range(60)],
        signatures=[PrintedSignature("Olena", "", THEN)] * 1000,
    )  # fmt: skip
    printed = inside(print_version(large))
    headings, rows = (len(re.findall(rb"/S ?/%s\b" % tag, printed)) for tag in (b"H2", b"TR"))
    assert (headings, rows) == (61, 1001), "with the heading and the head of the table"
