"""Numbers that count nothing, as the string shows: dates, times of day, labels, codes, ages, list numbers, years."""

from collections.abc import Callable, Sequence

from analysis.numbers.amounts import Value
from analysis.numbers.words import Token, glued, key_at, past, read_words, unhyphened

CLOCKED = frozenset({"at", "since", "until", "till"})
POINTERS = frozenset({"the", "a", "this", "that", "last", "next", "same", "first", "second", "third", "every", "each"})
SINGULAR = frozenset({"this", "thus", "does", "less", "plus", "says"})


def is_date(tokens: Sequence[Token], value: Value) -> bool:
    """17 September, Sept. 17, May 2030; but "on 6 March 12 people", "in March. Twelve people"."""
    stopped = value.literal and key_at(tokens, value.start - 1) == "." and not _has_plural(tokens, value.end)
    before = value.start - 1 - stopped
    dated = value.high <= 31 and before > 0 and tokens[before - 1].kind == "number"
    return any(
        0 <= i < len(tokens) and tokens[i].text[0].isupper() and read_words().has("month", tokens, i)
        for i in ((before, value.end) if value.high <= 31 else (before,))
        if i == value.end or not dated
    )


def _is_labelled(tokens: Sequence[Token], value: Value) -> bool:
    """Unit 504, aged 11 to 17, No. 3; but "the sector 12 percent lower", "last week 12 people", "said no. Twelve"."""
    i = value.start - 1
    if key_at(tokens, i) == "." and not value.literal:
        return False
    if i > 0 and tokens[i].text.islower() and key_at(tokens, i - 1) in POINTERS:
        return False
    return value.unit is None and read_words().before("label", tokens, value.start)


def _is_clock(tokens: Sequence[Token], value: Value) -> bool:
    """0401 GMT, five o'clock, half past 12, at ten to three, since ten this morning."""
    words, i = read_words(), value.start
    ahead = key_at(tokens, i - 1) == "past" and i > 1 and _is_minutes(tokens, i - 2)
    ahead = ahead or (key_at(tokens, i - 1) == "to" and key_at(tokens, i - 2) == "quarter")
    minutes = any(
        key_at(tokens, at - 1) in CLOCKED and key_at(tokens, at + 1) == "to" and words.has("cardinal", tokens, at + 2)
        for at in (i, i - 2)
        if at > 0 and tokens[at].kind == "word" and value.end in (at + 1, at + 3)
    )
    row, _ = words.match("clock", tokens, value.end)
    # "killed 12 this morning" is no time of day
    spoken = row is not None and (row["form"] == "tonight" or len(row["form"].split()) > 1)
    return ahead or minutes or (row is not None and (not spoken or words.before("hour", tokens, i)))


def _is_minutes(tokens: Sequence[Token], i: int) -> bool:
    """Half past, a quarter past, ten past."""
    return key_at(tokens, i) in ("half", "quarter") or read_words().has("cardinal", tokens, i)


def _is_stamp(tokens: Sequence[Token], value: Value) -> bool:
    """17.40 | That is all from us: the time an entry of a live blog begins with."""
    hour, point, minute = tokens[value.start].text.partition(".")
    clock = bool(point) and len(minute) == 2 and minute.isdigit() and int(minute) < 60
    fresh = value.start == 0 or "\n" in tokens[value.start].gap or tokens[value.start - 1].kind == "break"
    alone = value.end == len(tokens) or "\n" in tokens[value.end].gap or tokens[value.end].kind in ("break", "mark")
    return fresh and clock and alone and value.unit is None and hour.isdigit() and int(hour) < 24


def _is_age(tokens: Sequence[Token], value: Value) -> bool:
    """A 15-year-old, two months old."""
    row, end = read_words().match("duration", tokens, unhyphened(tokens, value.end))
    return row is not None and past(tokens, end, "old") is not None


def _is_code(tokens: Sequence[Token], value: Value) -> bool:
    """P-19, COVID-19, 7/9, 192.168.1.1, ’11, XK.7, "call 911"."""
    start, end = value.start, value.end
    if read_words().match("code", tokens, start)[1] == end and not _has_plural(tokens, end):
        return True
    if glued(tokens, start) and tokens[start - 1].kind in ("letters", "word", "number"):
        return True
    if value.literal and value.high >= 1e9:  # nobody prints a count without commas
        return True
    sentence = tokens[start].kind == "word" and tokens[start].text[0].isupper() and key_at(tokens, start - 1) == "."
    before = key_at(tokens, start - 1) if glued(tokens, start) and not sentence else ""  # "… he said.One person"
    after = key_at(tokens, end) if glued(tokens, end) and glued(tokens, end + 1) else ""
    joined = before and before in "-‑/.:_&’'=" and (glued(tokens, start - 1) or before == "’")
    if glued(tokens, end) and tokens[end].kind == "number":
        return True
    return bool(joined) or bool(after) and after in "/.:_" and tokens[end + 1].kind in ("number", "letters")


def _is_list_number(tokens: Sequence[Token], value: Value) -> bool:
    """1. or 2) at the beginning of a line, with more behind it."""
    fresh = value.start == 0 or "\n" in tokens[value.start].gap or tokens[value.start - 1].kind == "break"
    marked = key_at(tokens, value.end) in (".", ")") and glued(tokens, value.end)
    more = value.end + 1 < len(tokens) and tokens[value.end + 1].kind != "break"
    return fresh and marked and more and value.literal and value.high < 100


def _is_pronoun(tokens: Sequence[Token], value: Value) -> bool:
    """No one, every one, one another, one at a time, one by one."""
    one = value.end == value.start + 1 and tokens[value.start].key == "one"
    behind = [key_at(tokens, value.end + n) for n in range(3)]
    paired = behind[0] == "another" or behind[:2] == ["by", "one"] or behind == ["at", "a", "time"]
    paired = paired or [key_at(tokens, value.start - n) for n in (2, 1)] == ["one", "by"]
    return one and (read_words().before("pronoun", tokens, value.start) or paired)


def _is_year(tokens: Sequence[Token], value: Value) -> bool:
    """1987, between 2014 and 2017; but 2000 hostages, unless "in 2000"."""
    year = value.literal and value.low >= 1500 and value.high < 2200
    if not year or value.qualifier not in ("exact", "range"):
        return False
    if value.qualifier == "range":
        return not read_words().has("plural", tokens, value.end)
    return read_words().before("calendar", tokens, value.start) or not _has_plural(tokens, value.end)


def _has_plural(tokens: Sequence[Token], i: int) -> bool:
    noun = key_at(tokens, i)
    return read_words().has("plural", tokens, i) or len(noun) > 3 and noun.endswith("s") and noun not in SINGULAR


COUNTS_NOTHING: tuple[Callable[[Sequence[Token], Value], bool], ...] = (
    is_date, _is_labelled, _is_clock, _is_stamp, _is_age, _is_code, _is_list_number, _is_pronoun, _is_year,
)  # fmt: skip


def counts_nothing(tokens: Sequence[Token], value: Value) -> bool:
    """Whether the number is no quantity: a date, a time of day, a label, a code, an age, a year."""
    return any(rule(tokens, value) for rule in COUNTS_NOTHING)
