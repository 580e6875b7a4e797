"""Dates as they are written, in explicit formats only: nothing here knows today, and 10/11/12 is not a date."""

import datetime
import re

YEARS = range(1800, 2101)  # a date outside is a mistake
_MONTHS = re.findall("[a-z]+", "january february march april may june july august september october november december")
_MONTH_NUMBERS = {month: i for i, name in enumerate(_MONTHS, 1) for month in (name, name[:3])} | {"sept": 9}
_WEEKDAY = r"(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,? )?"
_DAY, _MONTH, _YEAR = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?P<month>[a-z]{3,9})\.?", r"(?P<year>[0-9]{4})"
_MM, _DD = r"(?P<month>[0-9]{2})", r"(?P<day>[0-9]{2})"
_ZONE = r"(?: ?(?:\(?[a-z]{1,5}\)?|[+-][0-9]{2}(?::?[0-9]{2})?))?"
_CLOCK = rf"[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:[.,][0-9]{{1,9}})?)?(?: ?[ap]\.?m\.?)?{_ZONE}"
_DATES = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"{_YEAR}(?P<mark>[-/]){_MM}(?P=mark){_DD}(?:[t ]{_CLOCK})?",
        rf"{_YEAR}{_MM}{_DD}(?:t?[0-9]{{6}}z?)?",
        rf"{_WEEKDAY}{_DAY} {_MONTH},? {_YEAR}(?:,?(?: at| -)? {_CLOCK})?",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}(?:,?(?: at| -)? {_CLOCK})?",
        rf"{_WEEKDAY}{_MONTH} {_DAY} {_CLOCK} {_YEAR}",
    )
]
_NAME_DATE = re.compile(r"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|(?<![0-9A-Za-z])[0-9]{8}(?![0-9A-SU-Za-z])")


def parse_date(value: str) -> datetime.date | None:
    """The day that `value` names, None when it names none: ISO 8601, RFC 2822, "8 December 2023", "December 8, 2023", …

    The day is the one printed: no time zone is applied. Years outside 1800–2100 are taken for mistakes.

    >>> str(parse_date("Fri, 08 Dec 2023 23:10:00 -0500")), str(parse_date("20231208"))
    ('2023-12-08', '2023-12-08')
    >>> parse_date("12/08/2023"), parse_date("today"), parse_date("0001-05-01")
    (None, None, None)
    """
    matches = (pattern.fullmatch(" ".join(value.split())) for pattern in _DATES)
    found = next((match.groupdict() for match in matches if match), None)
    if not found or int(found["year"]) not in YEARS:
        return None
    month = found["month"].lower()
    number = int(month) if month.isdigit() else _MONTH_NUMBERS.get(month, 0)
    try:
        return datetime.date(int(found["year"]), number, int(found["day"]))
    except ValueError:
        return None


def name_date(name: str) -> str | None:
    """The date in the name of a file; None when there are two, or none."""
    days = {day for value in _NAME_DATE.findall(name) if (day := parse_date(value))}
    return str(days.pop()) if len(days) == 1 else None
