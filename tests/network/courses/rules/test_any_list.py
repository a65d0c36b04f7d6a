"""Whatever is uploaded: it is read or refused, and what was written is what is read."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from network.courses.rules import ColumnMapping, ListError, is_address
from tests.network.courses.rules.steward import ENDS, STARTS, read

NAMES = st.sampled_from(
    "Amara Okafor|Bogdan Wiśniewski|Δήμητρα Παπαδοπούλου|Олена Шевченко|Fatma Yıldız|Lorenzo,"
    ' Bianchi|Kasia "K" Nowak|'
    "Jörg; Müller|李 小龍|محمد علي|=1+1 Maria|Anna\nBerg|O'Connor|Zoë|Tab\tStop|Pipe|Line".split("|")
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%y, 18:21", "%Y-%m-%dT%H:%M:%SZ", "%d %B %Y, %H:%M"]


@given(st.binary(max_size=400))
@example(b"\xff")
@example(b"\xff\xfea")
@example(b'"')
@example(b"a@b.example\x00\r")
@settings(max_examples=400, deadline=None)
def test_n2_any_bytes_are_read_or_refused(data):
    try:
        result = read(data)
    except ListError as error:
        refused = error.code
    else:
        refused = ""
        assert all(is_address(row.email) and row.name for row in result.rows)
    assert refused in {"", "empty_file", "unreadable_file"}


@given(st.text(alphabet='",;|\t\r\n@.ab ä1=\x00\u202e', max_size=120), ENCODINGS)
@settings(max_examples=400, deadline=None)
def test_n2_any_text_like_a_list_is_read_or_refused(text, encoding):
    try:
        result = read(text, encoding)
    except ListError:
        return
    physical = len(list(io.StringIO(text, newline="")))
    found = [row.line for row in result.rows] + [each.line for each in result.rejected]
    assert len(set(found)) == len(found)
    assert all(1 <= line <= physical for line in found)


@pytest.mark.parametrize(
    "data",
    [
        b'"' * 300_000,
        b'"\n' * 20_000,
        b'"' + b"x" * 200_000,
        b'Name;Email\n"' + b"x" * 200_000 + b'";m@mail.example\n',
        b"a@a." * 50_000,
        b"<" * 200_000,
        b"\xe4\xd6" * 200_000,
        b"sep=;" + b";" * 100_000,
    ],
    ids=range(8),
)
@pytest.mark.timeout(10)
def test_what_is_made_to_take_long_does_not(data):
    try:
        result = read(data)
    except ListError as error:
        assert error.code in {"empty_file", "unreadable_file", "too_many_rows"}  # noqa: PT017 (either will do)
    else:
        assert len(result.rows) <= 1


def test_stray_quotes_on_every_line_lose_nobody():
    for quotes in ['"', '"""', '""']:
        text = "".join(f"{quotes}Maria Rossi;m{place}@mail.example;1\n" for place in range(20_000))
        assert len(read(text).rows) == 20_000


@st.composite
def tables(draw):
    count = draw(st.integers(2, 8))
    day = st.dates(STARTS, ENDS)
    people = [(draw(NAMES), f"person{place}@mail.example", draw(st.none() | day)) for place in range(count)]
    people[0] = ("Maria Rossi", "person0@mail.example", draw(day))
    return people


@given(
    people=tables(),
    delimiter=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=ENCODINGS,
    form=st.sampled_from(FORMS),
    heading=st.sampled_from([None, "Name Email Completed", "Imię E-mail Ukończono", "a b c"]),
    everything=st.booleans(),
    order=st.permutations([0, 1, 2]),
)
@settings(max_examples=300, deadline=None)
def test_n2_what_was_written_is_what_is_read(
    people, delimiter, ending, encoding, form, heading, everything, order
):
    target = io.StringIO()
    # Python's writer leaves LF bare where lines end with CR.
    quoting = csv.QUOTE_ALL if everything or ending == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(target, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    if heading:
        writer.writerow([heading.split()[index] for index in order])
    for name, email, day in people:
        cells = [name, email, day.strftime(form) if day else ""]
        writer.writerow([cells[index] for index in order])
    mapping = ColumnMapping((order.index(0),), order.index(1), (), order.index(2))
    result = read(target.getvalue(), encoding, mapping=mapping, date_order="day_first")
    assert [(row.name, row.email, row.completed, row.completed_on) for row in result.rows] == [
        (" ".join(name.split()), email, day is not None, day) for name, email, day in people
    ]
    assert (result.rejected, result.warnings, result.has_heading) == ([], [], heading is not None)
    proposed = read(target.getvalue(), encoding, date_order="day_first").mapping
    assert (proposed.email, proposed.completed_on) == (mapping.email, mapping.completed_on)
