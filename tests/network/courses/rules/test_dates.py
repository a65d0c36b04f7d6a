"""Which day a cell means."""

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from network.courses.rules.dates import TwoWayDate, choose_order, read_date
from network.courses.rules.states import known_state
from tests.network.courses.rules.steward import days, done, read, told

TWELFTH_OF_MAY = """2026-05-12
2026-05-12 18:21:07
2026-05-12T18:21:07Z
2026-05-12T18:21:07.123+02:00
2026-05-12T23:59:59-11:00
2026-05-12 18:21:07 UTC
2026-05-12 18:21:07 +0000
2026/05/12
2026/05/12 6:21:07 PM GMT+2
2026.05.12
2026. 05. 12.
20260512
20260512182107
46154
46154.7646
46154,7646
1778610067
1778610067123
Tuesday, 12 May 2026, 6:21 PM
Tuesday, 12 May 2026, 6:21\u202fPM
Tuesday, May 12, 2026, 6:21 PM
6:21 PM, May 12 2026
Tue May 12 18:21:07 UTC 2026
Tue, 12 May 2026 18:21:07 +0200
12-May-26
12-mai-2026
12th of May, 2026
Dienstag, 12. Mai 2026, 18:21
mardi 12 mai 2026, 18:21
mar. 12 mai 2026 18h21
mar 12 mag 2026
martes, 12 de mayo de 2026, 18:21
12 de maio de 2026 às 18:21
wtorek, 12 maj 2026, 18:21
12 maja 2026
Τρίτη, 12 Μαΐου 2026, 6:21 μμ
12 ΜΑΪΟΥ 2026
вівторок, 12 травня 2026 р., 18:21
вторник, 12 мая 2026 г., 18:21
12 Mayıs 2026 Salı, 18:21
dinsdag, 12 mei 2026, 18:21
marți, 12 mai 2026, 18:21
úterý, 12. května 2026, 18.21
2026. május 12., kedd, 18:21
2026 m. gegužės 12 d.
2026. gada 12. maijs
tiistai, 12. toukokuuta 2026, 18.21
الثلاثاء، 12 مايو 2026، 6:21 م
٢٠٢٦/٠٥/١٢
2026年5月12日""".split("\n")
OPEN = """12/05/26, 18:21
12/05/2026
12/5/2026 6:21:07 PM
12-05-2026
12 / 05 / 2026
Tue 12/05/2026
12\u200f/05\u200f/2026
١٢/٠٥/٢٠٢٦
12.05.2026
12. 5. 2026
12.05.26 18:21
12.05.2026 18.21
12.5.2026 klo 18.21
Di., 12.05.2026
18:21, 12 tháng 5 2026""".split("\n")
NO_DAY = """2031-13-45
31/02/2026
45.13.2031
00/00/0000
0000-00-00 00:00:00
2026-05
May 2026
12/12
100%
12
1041
0171-123-4567
192.168.1.12
Unit 1
Completed
soon""".split("\n")


@pytest.mark.parametrize("cell", TWELFTH_OF_MAY)
def test_n2_days_that_are_clear(cell):
    assert read_date(cell) == date(2026, 5, 12)


@pytest.mark.parametrize("cell", OPEN)
def test_n2_days_whose_order_is_open(cell):
    written = read_date(cell)
    assert isinstance(written, TwoWayDate)
    assert (written.a, written.b, written.c % 100) == (12, 5, 26)


@pytest.mark.parametrize("cell", NO_DAY)
def test_no_days(cell):
    assert read_date(cell) is None


@given(st.text(alphabet="0123456789²٣.:/-, TZPMaymi年\u202f", max_size=40) | st.text(max_size=40))
@example("May 99999999999999999999 5")
@example("² May 2026")
@settings(max_examples=500)
def test_any_cell_is_a_day_or_none(cell):
    written = read_date(cell)
    assert written is None or isinstance(written, date | TwoWayDate)
    assert known_state(cell) in {True, False, None}


def test_months_are_known_in_every_language_of_the_house():
    from_babel = (
        "January|Januar|janvier|enero|gennaio|janeiro|stycznia|Ιανουαρίου|січня|января|Ocak|"
        "januari|ianuarie|ledna"
    )
    for month in from_babel.split("|"):
        assert read_date(f"3 {month} 2026") == date(2026, 1, 3), month


def a_column(*cells, **asked):
    lines = [f"Anna Berg,a{place}@mail.example,{cell}" for place, cell in enumerate(cells)]
    return read("\n".join(["Name,Email,Completed", *lines, ""]), **asked)


def test_n2_one_day_above_12_decides_for_the_column():
    result = a_column("05/06/2026", "05/13/2026")
    assert days(result) == ["2026-05-06", "2026-05-13"]
    assert (result.date_order, result.date_order_ambiguous, told(result)) == ("month_first", False, [])
    result = a_column("05/06/2026", "13/05/2026")
    assert days(result) == ["2026-06-05", "2026-05-13"]
    assert (result.date_order, told(result)) == ("day_first", [])


def test_n2_the_dates_of_the_session_decide_and_the_steward_is_asked():
    result = a_column("", "05/12/2026", "05/11/2026")
    assert days(result) == [None, "2026-05-12", "2026-05-11"]
    assert told(result) == [(3, 2, "ambiguous_date")]
    assert result.warnings[0].params["chosen"] == "month_first"
    assert days(a_column("12/05/2026")) == ["2026-05-12"]


def test_n2_without_dates_of_a_session_the_day_comes_first():
    result = a_column("05/06/2026", starts_on=None, ends_on=None)
    assert days(result) == ["2026-06-05"]
    assert told(result) == [(2, 2, "ambiguous_date")]
    assert days(a_column("04/05/2026", starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 1))) == [
        "2026-05-04"
    ]


def test_n2_an_order_given_by_hand_wins_and_nothing_more_is_asked():
    for order, expected in [("day_first", "2026-05-04"), ("month_first", "2026-04-05")]:
        result = a_column("04/05/2026", date_order=order)
        assert (days(result), told(result), result.date_order) == ([expected], [], order)
        assert result.date_order_ambiguous
    assert days(a_column("25/04/2026", date_order="month_first")) == ["2026-04-25"]


def test_both_readings_alike_and_full_stops_are_not_asked_about():
    assert told(a_column("05/05/2026")) == []
    result = a_column("04.05.2026", "12.05.2026")
    assert (days(result), told(result)) == (["2026-05-04", "2026-05-12"], [])
    assert days(a_column("04.05.2026", date_order="month_first")) == ["2026-04-05"]


def test_a_reading_ahead_of_today_gives_way():
    result = a_column("05/12/2026", starts_on=None, ends_on=None)
    assert days(result) == ["2026-05-12"]
    assert told(result) == [(2, 2, "ambiguous_date")]


def test_a_short_year_in_front():
    result = a_column("26-05-12", "26-05-10")
    assert (days(result), result.date_order) == (["2026-05-12", "2026-05-10"], "year_first")


@pytest.mark.parametrize(
    "cell", ["2031-13-45", "2027-01-01", "2026-06-16", "soon", "1970-01-01", "31.02.2026", "0000-00-00"]
)
def test_n2_nobody_is_lost_for_a_date(cell):
    result = a_column("2026-05-12", cell)
    assert done(result) == [True, True]
    assert days(result) == ["2026-05-12", None]
    assert told(result) == [(3, 2, "unreadable_date")]


def test_today_is_not_ahead():
    assert days(a_column("2026-06-15")) == ["2026-06-15"]


@pytest.mark.parametrize("cell", ["", "-", "–", "n/a", "Not completed", "Nie", "never", "  "])
def test_no_date_means_not_completed(cell):
    result = a_column("2026-05-12", "2026-05-13", cell)
    assert done(result) == [True, True, False]
    assert told(result) == []


def test_choose_order_without_any_date():
    assert choose_order([], today=date(2026, 6, 15), starts_on=None, ends_on=None) == "day_first"


def test_most_lists_load_the_months_of_a_few_languages_only():
    """Each language takes some milliseconds to load; nobody should wait for forty of them."""
    ran = subprocess.run(
        [sys.executable, "-c", (
            "from network.courses.rules import dates\n"
            "for cell in ('Dienstag, 12. Mai 2026', 'Tuesday, 12 May 2026', '12 juin 26'):\n"
            "    assert dates.read_date(cell), cell\n"
            "print(dates._months.cache_info().currsize)\n"
        )],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert int(ran.stdout) <= 3


@pytest.mark.parametrize(
    ("cell", "day"),
    [("mar. 12 mai 2026", 12), ("mar. maio 12 2026", 12), ("mar 12 mag 2026", 12), ("mar maj 12 2026", 12)],
)
def test_tuesday_is_not_march(cell, day):
    assert read_date(cell) == date(2026, 5, day)


@pytest.mark.parametrize(
    ("written", "order"),
    # The course ended three days ago. 12 May lies far before it, but 5 December lies ahead.
    [((12, 5, 2026), "day_first"), ((5, 12, 2026), "month_first"), ((11, 12, 2026), "month_first")],
)
def test_n2_no_order_is_chosen_for_days_that_lie_ahead(written, order):
    column = [TwoWayDate(*written, dotted=False)]
    course = {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 11, 20)}
    assert choose_order(column, today=date(2026, 11, 23), **course) == order
