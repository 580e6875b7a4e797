"""Finds windows of time ("in the last 48 hours", "since Tuesday", "overnight") and dates them from the article's date.

Strings only. The weekday of an event ("on Sunday") is no window. Names of months, weekdays and spans of time are data
in `data/lexicon/quantities.csv`.
"""

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from analysis.numbers import parse_number
from analysis.numbers.words import read_words

Day = datetime.date
Window = tuple[Day | None, Day | None]
UNKNOWN: Window = (None, None)
AHEAD = frozenset({"next", "coming", "following"})


@dataclass(frozen=True, slots=True)
class Period:
    """A window of time in a text."""

    start_char: int
    end_char: int
    text: str
    start: Day | None  # first and last day; None when the words or the article's date do not tell
    end: Day | None
    cumulative: bool  # whether it usually gathers several events ("since March") or holds one ("overnight")
    ahead: bool = False  # "in the next 30 days"


def find_periods(text: str, *, date: Day | None) -> list[Period]:
    """All windows in `text`, left to right, without overlap; dates are missing where `date`, the article's, is.

    >>> [(p.text, p.start.isoformat()) for p in find_periods("12 in the last 48 hours", date=Day(2030, 5, 10))]
    [('in the last 48 hours', '2030-05-08')]
    """
    matches = [(m, resolve, cumulative) for pattern, resolve, cumulative in _patterns() for m in pattern.finditer(text)]
    found: list[Period] = []
    for match, resolve, cumulative in sorted(matches, key=lambda row: (row[0].start(), -row[0].end())):
        if not found or match.start() >= found[-1].end_char:
            window = resolve(match, date) if date else UNKNOWN
            ahead = match.groupdict().get("which", "").lower() in AHEAD
            found.append(Period(*match.span(), match[0], *window, cumulative, ahead))
    return found


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Day], Window], bool], ...]:
    month, weekday, span = (_names(kind) for kind in ("month", "weekday", "duration"))
    day_first = rf"\d{{1,2}} (?:{month})\.?(?: \d{{4}})?"
    month_first = rf"(?:{month})\.? \d{{1,2}}(?:,? \d{{4}})?(?!\d)|(?:{month})(?: \d{{4}})?"
    date = rf"(?:{day_first}|{month_first})"
    point = rf"(?:{date}|(?:{weekday})(?: (?:morning|afternoon|evening|night))?|[12]\d{{3}}|yesterday)"
    prepositions, article = "(?:in|over|during|within|for)", "(?:the |a |one |a single )"
    number = r"(?P<number>(?:[\w.,-]{1,20} ){0,4}?)"
    rows: tuple[tuple[str, Callable[[re.Match[str], Day], Window], bool], ...] = (
        (rf"{prepositions} the (?P<which>last|past|previous|next|coming|following) {number}(?P<span>{span})\b",
         _last, True),
        (rf"(?:between|from) (?P<first>{point}) (?:and|to|until|till) (?P<second>{point})\b", _between, True),
        (rf"since (?P<point>{point})\b", _since, True),
        (rf"since (?:{span}|dawn|midday|noon|midnight|[\w.]{{1,8}} o['’]clock)\b", _unknown, True),
        (rf"in the (?:{span}) (?:before|after|since) the [\w’'-]{{1,30}}", _unknown, True),
        (r"since the (?:start|beginning|outbreak|end|onset) of(?: [\w’'-]{1,30}){1,4}", _unknown, True),
        (rf"since (?:the |its |their )?(?:[\w’'-]{{1,30}} ){{0,4}}?"
         r"(?:began|started|erupted|resumed|broke out|(?:was|were) \w{1,20})"
         rf"(?: (?:in |on )?(?P<point>{point}))?", _since_event, True),
        (rf"since (?:[\w’'-]{{1,30}} ){{2,6}}?in (?P<point>{date}|[12]\d{{3}})(?!\d)", _since, True),
        (r"(?:so far )?this (?P<span>year|month|week)\b(?!['’])", _this, True),
        (r"(?:in |during )?last (?P<span>year|month|week)\b(?!['’])", _last_whole, True),
        (r"overnight\b|(?:last|during the) night\b", _overnight, False),
        (rf"in {article}(?!second )(?:{span})\b(?! (?:from|of|after|before))", _unknown, False),
        (rf"in (?P<point>{date}|[12]\d{{3}})(?!\d|[,-]\d)\b", _whole, False),
    )  # fmt: skip
    return tuple((_compiled(row), resolve, cumulative) for row, resolve, cumulative in rows)


def _compiled(row: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{row})".replace(" ", r"\s"), re.IGNORECASE)  # lines may be wrapped


def _names(kind: str) -> str:
    return "|".join(sorted((form[0] for form in read_words().rows[kind]), key=len, reverse=True))


def _factor(kind: str, name: str) -> float:
    return float(read_words().rows[kind][(name.lower(),)]["factor"])


# ---------------------------------------------------------------- dates
def _unknown(match: re.Match[str], date: Day) -> Window:
    return UNKNOWN


def _last(match: re.Match[str], date: Day) -> Window:
    number = parse_number(match["number"].strip())
    if match["number"].strip() and (number is None or number.qualifier in ("vague", "range")):
        return UNKNOWN  # "in the last few days"
    amount = (number.low if number else None) or 1.0
    ahead = match["which"].lower() in AHEAD
    other = _moved(date, _singular(match["span"].lower()), amount if ahead else -amount)
    return (date, other) if ahead else (other, date)


def _singular(span: str) -> str:
    return f"{span[:-3]}y" if span.endswith("ies") else span.removesuffix("s")


def _moved(date: Day, span: str, amount: float) -> Day | None:
    """`amount` spans away; months and years keep the day of the month where there is one."""
    months = {"month": 1, "year": 12, "decade": 120}.get(span)
    try:
        if months is None:
            return date + datetime.timedelta(hours=_factor("duration", span) * amount)
        year, month = divmod(date.year * 12 + date.month - 1 + round(months * amount), 12)
        return Day(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))
    except (OverflowError, ValueError):  # "in the last 90,000 years"
        return None


def _since(match: re.Match[str], date: Day) -> Window:
    start = _points(match["point"], date)[0]
    return (start, date) if start and start <= date else UNKNOWN


def _since_event(match: re.Match[str], date: Day) -> Window:
    return _since(match, date) if match["point"] else UNKNOWN


def _between(match: re.Match[str], date: Day) -> Window:
    start, end = _points(match["first"], date)[0], _points(match["second"], date)[1]
    return (start, end) if start and end and start <= end else UNKNOWN


def _this(match: re.Match[str], date: Day) -> Window:
    starts = {"year": date.replace(month=1, day=1), "month": date.replace(day=1)}
    return starts.get(match["span"].lower(), date - datetime.timedelta(days=date.weekday())), date


def _last_whole(match: re.Match[str], date: Day) -> Window:
    first = _this(match, date)[0]
    if first is None or first.toordinal() <= 366:
        return UNKNOWN
    end = first - datetime.timedelta(days=1)
    return _this(match, end)[0], end


def _overnight(match: re.Match[str], date: Day) -> Window:
    return _moved(date, "day", -1), date


def _whole(match: re.Match[str], date: Day) -> Window:
    return _points(match["point"], date)


def _points(words: str, date: Day) -> Window:
    """First and last day that a point in time covers: the latest one that is not after the article's date."""
    names = re.findall(r"[^\W\d_]+", words)
    numbers = [int(n) for n in re.findall(r"\d+", words)]
    year = next((n for n in numbers if n > 31), None)
    day = next((n for n in numbers if n <= 31), None)
    try:
        return next(iter(_resolved(names, day, year, date)), UNKNOWN)
    except ValueError:  # 31 June
        return UNKNOWN


def _resolved(names: list[str], day: int | None, year: int | None, date: Day) -> Iterator[Window]:
    words = read_words().rows
    if names and (names[0].lower(),) in words["weekday"]:
        ago = (date.weekday() - int(_factor("weekday", names[0]))) % 7
        yield (date - datetime.timedelta(days=ago),) * 2
    elif names and names[0].lower() == "yesterday":
        yield (_moved(date, "day", -1),) * 2
    elif names and (names[0].lower(),) in words["month"]:
        month = int(_factor("month", names[0]))
        own = year or date.year - (Day(date.year, month, day or 1) > date)
        last = calendar.monthrange(own, month)[1]
        yield Day(own, month, day or 1), Day(own, month, day or last)
    elif year:
        yield Day(year, 1, 1), Day(year, 12, 31)
