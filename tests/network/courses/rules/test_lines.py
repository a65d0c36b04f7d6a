"""How a list falls into lines and cells, and what is told about each line."""

import time
import tracemalloc

import pytest

from network.courses.rules import ColumnMapping, TooLargeList
from tests.network.courses.rules.steward import days, done, people, read, told

MARIA, JAN = ("Maria Rossi", "m@mail.example", True), ("Jan Nowak", "j@mail.example", True)


def lines(result):
    return [row.line for row in result.rows]


def test_n2_physical_lines_with_line_ends_inside_quotes_and_blank_lines():
    text = (
        '"Na\nme",Email,Note\n'  # 1 and 2
        "\n"  # 3
        'Maria Rossi,m@mail.example,"one\ntwo\nthree"\n'  # 4 to 6
        ",,\n"  # 7
        "No Address,,\n"  # 8
        '"Jan\r\nNowak",j@mail.example,""\n'  # 9 and 10
        "   \n"  # 11
        "Broken,broken@,\n"  # 12
    )
    result = read(text)
    assert (people(result), lines(result)) == ([MARIA, JAN], [4, 9])
    assert told(result) == [(8, 1, "missing_email"), (12, 1, "invalid_email")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_n2_line_ends(ending, quote):
    rows = ["Name,Email", "Maria Rossi,m@mail.example", "", "Jan Nowak,j@mail.example"]
    text = ending.join(
        ",".join(quote + cell + quote for cell in row.split(",")) if row else "" for row in rows
    )
    result = read(text)
    assert (people(result), lines(result)) == ([MARIA, JAN], [2, 4])


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_n2_the_line_of_excel_that_names_the_delimiter(line):
    result = read(f"{line}\r\nName;Email\r\nMaria Rossi;m@mail.example\r\n", "utf-8-sig")
    assert (people(result), lines(result), result.delimiter) == ([MARIA], [3], ";")


def test_any_delimiter_that_is_named():
    assert people(read("sep=^\nName^Email\nMaria Rossi^m@mail.example\n")) == [MARIA]


def test_n2_delimiters_inside_cells():
    text = "Name;Email;Note\nRossi, Maria;m@mail.example;a, b, c, d\nNowak, Jan;j@mail.example;1,5\n"
    assert [row.name for row in read(text).rows] == ["Rossi, Maria", "Nowak, Jan"]
    text = 'Name,Email,Note\n"Rossi; Maria",m@mail.example,a; b; c; d; e\n'
    assert [row.name for row in read(text).rows] == ["Rossi; Maria"]


def test_n2_lines_of_unequal_length():
    text = (
        "Name,Email,Completed\nMaria Rossi,m@mail.example\n"
        "Jan Nowak,j@mail.example,2026-05-12,,,extra\nalone\n"
    )
    result = read(text)
    assert people(result) == [("Maria Rossi", "m@mail.example", False), JAN]
    assert told(result) == [(4, 1, "missing_email")]
    assert len(result.columns) == 6


def test_n2_a_stray_quote_does_not_swallow_the_people_after_it():
    text = (
        'Name;Email;Completed\n"Maria Rossi;m@mail.example;yes\nJan Nowak;j@mail.example;no\n'
        '"Ola ""O"" Li";o@mail.example;yes\n'
    )
    result = read(text)
    assert people(result) == [
        MARIA,
        ("Jan Nowak", "j@mail.example", False),
        ('Ola "O" Li', "o@mail.example", True),
    ]
    assert lines(result) == [2, 3, 4]


def test_a_stray_quote_in_the_last_line_and_far_from_any_other():
    assert people(read('Name;Email\nJan Nowak;j@mail.example\n"Maria Rossi;m@mail.example')) == [JAN, MARIA]
    many = "".join(f"Anna Berg;a{place}@mail.example\n" for place in range(9000))
    result = read(f'Name;Email\n"Maria Rossi;m@mail.example\n{many}')
    assert (len(result.rows), people(result)[0]) == (9001, MARIA)


def test_lines_that_a_spreadsheet_put_in_quotes_as_a_whole():
    text = '"Name,Email,Completed"\n"Maria Rossi,m@mail.example,yes"\n"""Nowak, Jan"",j@mail.example,no"\n'
    assert people(read(text)) == [MARIA, ("Nowak, Jan", "j@mail.example", False)]


@pytest.mark.parametrize(
    "titles", ["Report of the course\n\n", "Report;;\n;;\n", "Report\nDrawn on Monday\n"]
)
def test_titles_above_the_heading(titles):
    result = read(
        f"{titles}Name;Email;Completed on\nMaria Rossi;m@mail.example;2026-05-12\nOla Li;o@mail.example;\n"
    )
    assert done(result) == [True, False]
    assert result.columns[0].heading == "Name"
    assert lines(result)[0] == titles.count("\n") + 2


def test_n2_no_heading():
    result = read("Maria Rossi;m@mail.example;2026-05-12\nJan Nowak;j@mail.example;2026-05-13\n")
    assert (people(result), lines(result), result.has_heading) == ([MARIA, JAN], [1, 2], False)
    assert [column.heading for column in result.columns] == ["", "", ""]
    assert days(result) == ["2026-05-12", "2026-05-13"]


def test_n2_no_heading_and_a_fault_in_the_first_line():
    for first, code in [
        ("No Address;;2026-05-12", "missing_email"),
        ("Broken;a@@b;2026-05-12", "invalid_email"),
    ]:
        result = read(
            f"{first}\nMaria Rossi;m@mail.example;2026-05-12\nJan Nowak;j@mail.example;2026-05-13\n"
        )
        assert told(result) == [(1, 1, code)]
        assert len(result.rows) == 2


def test_n2_headings_that_are_empty_or_repeat():
    result = read("Name;Name;Name\nMaria Rossi;m@mail.example;2026-05-12\n")
    assert (people(result), [column.heading for column in result.columns]) == (
        [MARIA],
        ["Name", "Name", "Name"],
    )
    assert people(read(";;\nMaria Rossi;m@mail.example;2026-05-12\n")) == [MARIA]


def test_n2_addresses_alone():
    result = read("m@mail.example\nj@mail.example\n")
    assert [row.name for row in result.rows] == ["m", "j"]
    assert told(result) == [(1, None, "missing_name"), (2, None, "missing_name")]


def test_addresses_as_mail_programs_write_them():
    result = read('Maria Rossi <m@mail.example>\n"Nowak, Jan" <j@mail.example>\nmailto:x@mail.example\n')
    assert [row.email for row in result.rows] == ["m@mail.example", "j@mail.example", "x@mail.example"]
    assert [row.name for row in result.rows] == ["Maria Rossi", "Nowak, Jan", "x"]


def test_n2_the_same_address_twice():
    text = (
        "Name;Email;Completed\nMaria;MARIA@mail.example;no\nJan;jan@bücher.example;yes\n"
        "Maria Rossi;maria@mail.example;yes\n"
        "J. N.;Jan@XN--BCHER-KVA.example;yes\nM. R.; maria@MAIL.example ;yes\n"
    )
    result = read(text)
    assert [(row.line, row.repeats) for row in result.rows] == [(2, None), (3, None), (4, 2), (5, 3), (6, 2)]
    assert len({row.address for row in result.rows}) == 2
    assert done(result) == [False, True, True, True, True]


def test_a_rejected_line_is_no_first_line():
    result = read("Name;Email\na;b@\nMaria;m@mail.example\na;b@\nMaria;m@mail.example\n")
    assert [(row.line, row.repeats) for row in result.rows] == [(3, None), (5, 3)]


@pytest.mark.parametrize(
    "cell", ["=1+1", '=HYPERLINK("x")', "+49 Maria", "-Maria", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1"]
)
def test_n2_cells_that_begin_like_a_formula_stay_text(cell):
    quoted = cell.replace('"', '""')
    result = read(f'Name;Email\n"{quoted}";m@mail.example\nJan Nowak;j@mail.example\n')
    assert result.rows[0].name == cell.strip()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Maria   Rossi ", "Maria Rossi"),
        ("\u202eMaria\u200b Rossi\x07", "Maria Rossi"),
        ("Maria\u00a0Rossi", "Maria Rossi"),
        ("\ufeffMaria\u2066 Rossi\u2069", "Maria Rossi"),
        ("Zoe\u0308", "Zoë"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200cMaria\u200d", "Maria"),
        ("Jan\nNowak", "Jan Nowak"),
        ("O’Connor-Şahin Jr.", "O’Connor-Şahin Jr."),
        ("王", "王"),
        ("X Æ A-12", "X Æ A-12"),
    ],
)
def test_n2_names_without_signs_that_nobody_sees(written, kept):
    result = read(f'Name;Email\n"{written}";m@mail.example\nJan Nowak;j@mail.example\n')
    assert result.rows[0].name == kept


@pytest.mark.parametrize("nothing", ["", " ", "-", "?", "#NAME?", "\u200b", "\u202e", "N/A", "\u00a0"])
def test_n2_no_name(nothing):
    result = read(f"Name;Email\n{nothing};m.rossi@mail.example\nJan Nowak;j@mail.example\n")
    assert result.rows[0].name == "m.rossi"
    assert told(result) == [(2, 0, "missing_name")]


def test_n2_a_name_that_never_ends():
    result = read(f"Name;Email\n{'Maria ' * 60};m@mail.example\nJan Nowak;j@mail.example\n")
    assert len(result.rows[0].name) <= 200
    assert result.rows[0].name.startswith("Maria Maria")
    assert told(result) == [(2, 0, "name_too_long")]


def test_n2_flag_and_date_side_by_side():
    text = (
        "Name;Email;Completed;Completed on\nA Rossi;a@mail.example;yes;2026-05-12\n"
        "B Rossi;b@mail.example;yes;\n"
        "C Rossi;c@mail.example;no;2026-05-12\nD Rossi;d@mail.example;no;rubbish\n"
        "E Rossi;e@mail.example;yes;rubbish\n"
    )
    result = read(text, mapping=ColumnMapping((0,), 1, (2,), 3))
    assert done(result) == [True, True, False, False, True]
    assert days(result) == ["2026-05-12", None, None, None, None]
    assert told(result) == [(6, 3, "unreadable_date")]


def test_n2_no_column_of_completion_means_that_all_have_completed():
    assert people(read("Name;Email\nMaria Rossi;m@mail.example\nJan Nowak;j@mail.example\n")) == [MARIA, JAN]


def test_no_address_anywhere():
    result = read("Name;City\nMaria Rossi;Roma\nJan Nowak;Poznań\n")
    assert result.mapping.email is None
    assert told(result) == [(2, None, "missing_email"), (3, None, "missing_email")]
    assert read("name;email;date\n").rows == []


def test_n2_limits():
    heading = ";".join(["Name", "Email", *(f"c{place}" for place in range(998))])
    assert people(read(f"{heading}\nMaria Rossi;m@mail.example\n")) == [MARIA]
    with pytest.raises(TooLargeList) as refused:
        read(f"{heading};one more\nMaria Rossi;m@mail.example\n")
    assert (refused.value.code, refused.value.params) == ("too_many_columns", {"limit": "1000"})
    assert len(read(f"{heading}\nMaria Rossi;m@mail.example{';x' * 5000}\n").columns) == 1000

    line = "Maria Rossi;m@mail.example\n"
    assert len(read("Name;Email\n" + line * 50_000).rows) == 50_000
    assert len(read(line * 50_000 + "\n" * 10 + ";\n" * 10).rows) == 50_000
    for text in ["Name;Email\n" + line * 50_001, line * 50_001]:
        with pytest.raises(TooLargeList) as refused:
            read(text)
        assert (refused.value.code, refused.value.params) == ("too_many_rows", {"limit": "50000"})


def test_a_progress_report_of_300_activities():
    """Two columns for each, as Moodle has them; the last one is the course."""
    heading = ["Name", "Email"]
    for place in range(300):
        heading += [f"Activity {place}", f"Activity {place} - Completion date"]
    heading += ["Course complete", "Course complete - Completion date"]
    lines = [",".join(heading)]
    for person in range(2000):
        cells = [f"Person {person}", f"p{person}@mail.example"]
        for place in range(301):
            # Nobody has done all, everybody has done some.
            cells += ["Completed", "12/05/26"] if (person + place) % 3 else ["Not completed", ""]
        lines.append(",".join(cells))
    data = "\n".join(lines).encode()
    tracemalloc.start()
    started = time.process_time()
    result = read(data)
    took, (_now, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(result.rows), len(result.columns)) == (2000, 604)
    assert (result.mapping.name, result.mapping.email) == ((0,), 1)
    assert (result.mapping.completed, result.mapping.completed_on) == ((602,), 603)
    assert done(result) == [bool((person + 300) % 3) for person in range(2000)]
    assert peak < 20 * len(data)
    assert took < 30, "measured: 4 s while the memory is watched, 1 s else"


def test_short_lines_in_a_wide_list_take_no_room():
    heading = ";".join(["Name", *(f"c{place}" for place in range(998)), "Email"])
    data = f"{heading}\n" + "Maria;\n" * 20_000
    tracemalloc.start()
    result = read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(result.rejected) == 20_000
    assert peak < 50_000_000
