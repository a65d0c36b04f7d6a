"""The lists that course platforms really export, line by line."""

from pathlib import Path

import pytest

from network.courses.rules import ColumnMapping
from tests.network.courses.rules.steward import days, done, people, read, told

SAMPLES = Path(__file__).parents[3] / "samples"
PEOPLE = [
    ("Amara Okafor", "amara.okafor@mail.example", True),
    ("Bogdan Wiśniewski", "bogdan.w@mail.example", True),
    ("Chiara De Luca", "chiara.deluca@mail.example", False),
    ("Dimitra Παπαδοπούλου", "dimitra.p@mail.example", True),
    ("Émile Lefèvre", "emile.lefevre@mail.example", True),
    ("Fatma Yıldız", "FATMA.YILDIZ@mail.example", True),
    ("Gerd Müller-Lüdenscheidt", "gerd.ml@mail.example", False),
    ("Hala Al-Sayed", "hala.alsayed@mail.example", True),
    ("Ivana Kovač", "ivana.kovac@mail.example", True),
    ("Jonas Groß", "jonas.gross@mail.example", True),
    ('Katarzyna "Kasia" Nowak', "kasia.nowak@mail.example", True),
    ("Lorenzo, Bianchi", "lorenzo.bianchi@mail.example", True),
]


def sample(name):
    return (SAMPLES / name).read_bytes()


def test_n2_moodle_course_completion():
    result = read(sample("moodle-course-completion-en.csv"))
    assert people(result) == PEOPLE
    assert result.mapping == ColumnMapping(name=(1,), email=2, completed=(), completed_on=9)
    assert days(result) == ["2026-05-12" if is_done else None for _, _, is_done in PEOPLE]
    assert [row.line for row in result.rows] == list(range(2, 14))
    assert (result.encoding, result.delimiter, result.has_heading) == ("utf-8", ",", True)
    assert result.columns[2].heading == "Email address"
    assert result.columns[2].samples[0] == "amara.okafor@mail.example"
    assert result.columns[9].samples == ("12/05/26, 18:21", "12/05/26, 18:22", "12/05/26, 18:24")
    assert told(result) == [(2, 9, "ambiguous_date")]
    assert result.warnings[0].params == {
        "value": "12/05/26, 18:21",
        "day_first": "2026-05-12",
        "month_first": "2026-12-05",
        "chosen": "day_first",
    }


def test_n2_moodle_activity_progress():
    result = read(sample("moodle-activity-progress-de-excel.csv"))
    assert people(result) == PEOPLE[:9]
    assert result.mapping == ColumnMapping(name=(0,), email=1, completed=(2, 4, 6), completed_on=None)
    assert (result.encoding, result.delimiter, result.has_heading) == ("utf-16-le", "\t", True)
    assert [column.heading for column in result.columns] == [
        "", "E-Mail-Adresse", "Einheit 1", "", "Einheit 2", "", "Abschlussreflexion", "",
    ]  # fmt: skip
    assert told(result) == []


def test_n2_plain_list_with_one_fault_of_each_kind():
    result = read(sample("plain-list-with-faults.csv"))
    assert [(row.line, row.name, row.address, row.repeats) for row in result.rows] == [
        (2, "Maria Rossi", "maria.rossi@mail.example", None),
        (3, "nobody", "nobody@mail.example", None),
        (6, "Maria Rossi", "maria.rossi@mail.example", 2),
        (7, '=HYPERLINK("x")', "formula@mail.example", None),
        (8, "Future Person", "future@mail.example", None),
        (9, "Zoë Ångström", "zoe@xn--bcher-kva.example", None),
    ]
    assert result.rows[2].email == "MARIA.ROSSI@mail.example"
    assert result.rows[5].email == "zoe@bücher.example"
    assert days(result) == ["2026-05-12", "2026-05-12", "2026-05-13", "2026-05-12", None, "2026-05-12"]
    assert all(done(result))
    assert told(result) == [
        (4, 1, "missing_email"), (5, 1, "invalid_email"), (3, 0, "missing_name"), (8, 2, "unreadable_date"),
    ]  # fmt: skip
    assert [each.params for each in result.rejected] == [
        {"name": "No Address"}, {"name": "Broken Address", "value": "broken@@mail"},
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["moodle-course-completion-en.csv", "moodle-activity-progress-de-excel.csv"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_n2_the_same_list_however_it_was_saved_again(name, delimiter, ending, encoding):
    original = read(sample(name))
    text = sample(name).decode("utf-16" if name.endswith("excel.csv") else "utf-8")
    cells = [
        [cell.replace("~", ",").strip('"').replace('""', '"') for cell in line]
        for line in (_protect(line).split(original.delimiter) for line in text.splitlines())
    ]
    saved = ending.join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells)
    again = read(saved, encoding)
    assert again.rows == original.rows
    assert again.mapping == original.mapping
    assert again.delimiter == delimiter


def _protect(line):
    """Hide commas in quotes from split."""
    parts = line.split('"')
    return '"'.join(part.replace(",", "~") if place % 2 else part for place, part in enumerate(parts))


def test_n2_columns_chosen_by_hand():
    data = sample("moodle-course-completion-en.csv")
    activities = read(data, mapping=ColumnMapping((1,), 2, (3, 5, 7), None))
    assert people(activities) == PEOPLE
    assert set(days(activities)) == {None}
    assert told(activities) == []
    dates = read(data, mapping=ColumnMapping((1,), 2, (9,), 9))
    assert people(dates) == PEOPLE
    assert days(dates).count("2026-05-12") == 10
    first_unit = read(data, mapping=ColumnMapping((1,), 2, (3,), 4))
    assert all(done(first_unit))
    everybody = read(data, mapping=ColumnMapping((1,), 2))
    assert all(done(everybody))
    number_as_name = read(data, mapping=ColumnMapping((0, 1), 2, (), 9))
    assert number_as_name.rows[0].name == "1041 Amara Okafor"
