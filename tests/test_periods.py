"""Windows of time and their dates. The article is of Wednesday, 18 September 2030, unless a case says otherwise."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.figures.periods import find_periods
from analysis.numbers.words import read_words

Day = datetime.date
WEDNESDAY = Day(2030, 9, 18)


def day(text: str | None) -> Day | None:
    return Day.fromisoformat(text) if text else None


# the window, its first and last day, whether it usually gathers several events
WINDOWS = [
    ("in the last 48 hours", "2030-09-16", "2030-09-18", True),
    ("in the past two weeks", "2030-09-04", "2030-09-18", True),
    ("over the past week", "2030-09-11", "2030-09-18", True),
    ("in the past year", "2029-09-18", "2030-09-18", True),
    ("within the last three months", "2030-06-18", "2030-09-18", True),
    ("during the previous 24 hours", "2030-09-17", "2030-09-18", True),
    ("in the next 30 days", "2030-09-18", "2030-10-18", True),
    ("in the last few days", None, None, True),  # how many is not said
    ("in the last several weeks", None, None, True),
    ("since Tuesday", "2030-09-17", "2030-09-18", True),
    ("Since Monday", "2030-09-16", "2030-09-18", True),
    ("since Thursday", "2030-09-12", "2030-09-18", True),
    ("since March", "2030-03-01", "2030-09-18", True),
    ("since December", "2029-12-01", "2030-09-18", True),
    ("since 7 August", "2030-08-07", "2030-09-18", True),
    ("since October 7", "2029-10-07", "2030-09-18", True),
    ("since October 7, 2023", "2023-10-07", "2030-09-18", True),
    ("since 2024", "2024-01-01", "2030-09-18", True),
    ("since yesterday", "2030-09-17", "2030-09-18", True),
    ("since the beginning of the siege", None, None, True),
    ("since the war began", None, None, True),
    ("since the war began in 2027", "2027-01-01", "2030-09-18", True),
    ("since the truce was signed in January", "2030-01-01", "2030-09-18", True),
    ("since the Front took up arms in October 2029", "2029-10-01", "2030-09-18", True),
    ("since dawn", None, None, True),
    ("this year", "2030-01-01", "2030-09-18", True),
    ("so far this year", "2030-01-01", "2030-09-18", True),
    ("this month", "2030-09-01", "2030-09-18", True),
    ("this week", "2030-09-16", "2030-09-18", True),
    ("last year", "2029-01-01", "2029-12-31", True),
    ("last month", "2030-08-01", "2030-08-31", True),
    ("last week", "2030-09-09", "2030-09-15", True),
    ("between 7 May and 12 May", "2030-05-07", "2030-05-12", True),
    ("from June to August", "2030-06-01", "2030-08-31", True),
    ("between 2014 and 2017", "2014-01-01", "2017-12-31", True),
    ("overnight", "2030-09-17", "2030-09-18", False),
    ("last night", "2030-09-17", "2030-09-18", False),
    ("in 2011", "2011-01-01", "2011-12-31", False),
    ("in March", "2030-03-01", "2030-03-31", False),
    ("in March 2027", "2027-03-01", "2027-03-31", False),
    ("in a single morning", None, None, False),
    ("in one night", None, None, False),
]

NO_WINDOW = ["on Sunday", "at noon", "in last week’s storm", "the year", "in the town", "in 2,011 houses",
             "a day later", "in a second strike", "Wednesday's assault", "on 17 September"]  # fmt: skip


@pytest.mark.parametrize(("words", "start", "end", "cumulative"), WINDOWS)
def test_windows_have_dates(words, start, end, cumulative):
    text = f"He says 12 people died {words}, not more."
    period = next(p for p in find_periods(text, date=WEDNESDAY) if p.text == words)
    assert text[period.start_char : period.end_char] == words
    assert (period.start, period.end, period.cumulative) == (day(start), day(end), cumulative)


@pytest.mark.parametrize("text", NO_WINDOW)
def test_days_of_an_event_are_no_windows(text):
    assert find_periods(text, date=WEDNESDAY) == []


def test_a_missing_date_leaves_the_window_without_dates():
    (period,) = find_periods("12 dead in the last 48 hours", date=None)
    assert (period.text, period.start, period.end) == ("in the last 48 hours", None, None)


def test_the_same_weekday_is_the_day_of_the_article():
    (period,) = find_periods("since Wednesday", date=WEDNESDAY)
    assert period.start == WEDNESDAY


def test_months_end_where_the_calendar_says():
    (period,) = find_periods("in the last month", date=Day(2031, 3, 31))
    assert period.start == Day(2031, 2, 28)


@pytest.mark.parametrize("text", ["since 31 June", "in the last 90,000 years", "since 9999", "in the next 9999 years"])
def test_dates_that_do_not_exist_are_missing(text):
    assert all(period.start is None or period.end is None for period in find_periods(text, date=WEDNESDAY))


def test_a_window_may_run_over_a_line():
    assert [p.text for p in find_periods("in the\nlast 48\nhours", date=WEDNESDAY)] == ["in the\nlast 48\nhours"]


WORDS = st.lists(
    st.sampled_from([
        "in", "the", "last", "next", "48", "9999", "hours", "years", "since", "March", "May", "31", "2030", "between",
        "and", "this", "week", "from", "to", "overnight", "one", "night", ",", "June", "7", "Monday", "yesterday",
    ])
).map(" ".join)  # fmt: skip


@given(st.one_of(st.text(), WORDS), st.one_of(st.none(), st.dates()))
def test_no_text_and_no_date_raise(text, date):
    for period in find_periods(text, date=date):
        assert text[period.start_char : period.end_char] == period.text
        assert period.start is None or period.end is None or period.start <= period.end


@pytest.mark.parametrize("unit", sorted(form[0] for form in read_words().rows["duration"]))
def test_every_unit_of_the_lexicon_makes_a_window(unit):
    (window,) = find_periods(f"in the last two {unit}", date=WEDNESDAY)
    assert window.start < window.end
