"""docs/asvs.csv: each row of ASVS 5.0 that is said to be met names tests and documents that exist."""

from __future__ import annotations

import ast
import csv
import re

from tests.architecture.source import ROOT
from tests.architecture.test_promises import names_of_tests

ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text(encoding="utf-8").splitlines()))
STATES = {("yes", "met"), ("yes", "not yet"), ("no", "")}
ASKED_OF_SECTIONS = (
    "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 "
    "4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 "
    "7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 "
    "12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 "
    "16.2:5 16.3:4 16.4:3 16.5:3"
).split()
ASKED = [
    f"{section}.{number}"
    for section, _, count in (each.partition(":") for each in ASKED_OF_SECTIONS)
    for number in range(1, int(count) + 1)
]
"""Every row of levels 1 and 2 of ASVS 5.0 but those of chapters 10 (other sign-ins) and 17 (WebRTC): the
first so many of each section. None may be left out; rows of level 3 may stand beside them."""


def test_each_row_stands_once_in_a_known_state() -> None:
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda one: [int(part) for part in one.split(".")])
    for row in ROWS:
        assert re.fullmatch(r"\d+\.\d+\.\d+", row["id"]), row
        assert (row["applies"], row["state"]) in STATES, row
        assert row["area"], row
        assert row["state"] == "met" or not row["evidence"], f"{row['id']}: evidence for what is not met"
        assert row["applies"] == "yes" or row["note"], f"{row['id']}: why does it not apply?"
    assert len(ASKED) == 217
    assert set(ASKED) <= set(ids), sorted(set(ASKED) - set(ids))


def test_what_is_met_names_tests_and_documents_that_exist() -> None:
    wrong = []
    for row in ROWS:
        if row["state"] != "met":
            continue
        named = row["evidence"].split()
        if not named:
            wrong.append(f"{row['id']}: names neither test nor document")
        for one in named:
            path, _, test = one.partition("::")
            if test and test not in names_of_tests(path):
                wrong.append(f"{row['id']}: {one} is gone")
            elif not test and not (ROOT / path).is_file():
                wrong.append(f"{row['id']}: {path} is gone")
    assert not wrong, "Name what shows it now, or say `not yet`:\n" + "\n".join(wrong)


def test_the_names_of_tests_are_read_from_their_files() -> None:
    own = ast.parse((ROOT / "tests/architecture/test_asvs.py").read_text(encoding="utf-8"))
    assert {n.name for n in own.body if isinstance(n, ast.FunctionDef)} == names_of_tests(
        "tests/architecture/test_asvs.py"
    )
