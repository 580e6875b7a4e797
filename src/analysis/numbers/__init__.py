"""Parses the words of a quantity into bounds and a qualifier: a grammar over strings, without spaCy.

At each token the rules for a value are tried (`amounts`), then what makes it a range, then the words that bound it.
Numbers that count nothing (dates, times of day, ordinals, codes, labels as in "Unit 504", telephone and list numbers,
ages, years) are left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.numbers.amounts import Value, find_value
from analysis.numbers.nothing import counts_nothing, is_date
from analysis.numbers.words import DASHES, SHARE, Token, glued, key_at, read_tokens, read_words, unhyphened


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity in a string."""

    start: int  # offsets in the string, of the number with its bounding words and its sign
    end: int
    text: str
    low: float | None  # inclusive bounds; None where open
    high: float | None
    qualifier: str  # one of words.QUALIFIERS
    unit: str | None  # "%", "$", "percent", "km", "share" …, when the string itself carries it


def find_numbers(text: str) -> list[Number]:
    """All quantities in `text`, left to right, without overlap: "five and six" gives two, "five to six" one.

    "No", "both", "many" and "a soldier" are no quantities here. Bounds follow data/gold/GUIDELINES.md.

    >>> [(n.text, n.low, n.high, n.qualifier) for n in find_numbers("At least 12 dead, dozens hurt on Route 6 in 2011")]
    [('At least 12', 12.0, None, 'at_least'), ('dozens', 24.0, 99.0, 'vague')]
    """
    tokens = read_tokens(text)
    return [_number(text, tokens, value) for value in _find_values(tokens)]


def parse_number(text: str) -> Number | None:
    """The quantity that the whole string is, blanks and a word of percent apart; None when it is anything else.

    >>> number = parse_number("hundreds of thousands")
    >>> number.low, number.high
    (200000.0, 999999.0)
    >>> parse_number("12 killed") is None
    True
    """
    tokens = read_tokens(text)
    values = list(_find_values(tokens))
    whole = len(values) == 1 and values[0].start == 0 and values[0].end == len(tokens)
    return _number(text, tokens, values[0]) if whole else None


def _number(text: str, tokens: Sequence[Token], value: Value) -> Number:
    start, end = tokens[value.start].start, tokens[value.stop - 1].end
    below = value.qualifier in ("at_most", "less_than")
    low = (0.0 if value.high >= 0 else None) if below else round(value.low, 6)  # "below minus 20"
    high = None if value.qualifier in ("at_least", "more_than") else round(value.high, 6)
    return Number(start, end, text[start:end], low, high, value.qualifier, value.unit)


def _find_values(tokens: Sequence[Token]) -> Iterator[Value]:
    i = 0
    while i < len(tokens):
        values, end = _quantity(tokens, i)
        yield from (value for value in values if not counts_nothing(tokens, value))
        i = max(end, i + 1)


# ---------------------------------------------------------------- bounds
def _quantity(tokens: Sequence[Token], i: int) -> tuple[list[Value], int]:
    """The values that begin at token `i`, with the words that bound them, and the token behind them."""
    words = read_words()
    if tokens[i].kind not in ("number", "sign") and tokens[i].key not in words.starters:
        return [], i
    bounds, at = [], i
    while len(bounds) < 3 and (row := words.match("bound", tokens, at)[0]) and not _leads_back(tokens, at):
        bounds.append(row["qualifier"])
        at = words.match("bound", tokens, at)[1]
    values, end = _joined(tokens, at)
    if not values:
        return [], end if at == i else i
    first = _bounded(values[0], bounds)._replace(start=i if bounds else values[0].start)
    last = _bound_behind(tokens, values[-1] if len(values) > 1 else first)
    values = [first, *values[1:-1], last] if len(values) > 1 else [last]
    return values, last.end


def _leads_back(tokens: Sequence[Token], i: int) -> bool:
    """Back *up to* 4.8, rose *up to* 30: a direction, no bound."""
    change = key_at(tokens, i - 1) == "back" or read_words().has("change", tokens, i - 1) if i else False
    return change and key_at(tokens, i) in ("up", "down") and key_at(tokens, i + 1) == "to"


def _bounded(value: Value, qualifiers: Sequence[str]) -> Value:
    """The strictest word decides: "at least some 200" is at_least; "about" leaves ranges and vague words alone."""
    strict = next((q for q in qualifiers if q != "about"), None)
    if strict is None and (not qualifiers or value.qualifier != "exact"):
        return value._replace(literal=value.literal and not qualifiers)
    return value._replace(qualifier=strict or "about", literal=False)


def _bound_behind(tokens: Sequence[Token], value: Value) -> Value:
    """Forty-*odd*, 400*+*, 20 *or more*, 20 people *or more* (where the span stays the number)."""
    words, i = read_words(), unhyphened(tokens, value.end)
    row, end = words.match("after", tokens, i)
    if row and row["form"].startswith(("and ", "at ")) and (key_at(tokens, end) == "than" or find_value(tokens, end)):
        return value  # "killed 12 *and more than* 30 were hurt"
    if row and (row["form"] not in ("+", "odd") or glued(tokens, i)):
        return _bounded(value, [row["qualifier"]])._replace(end=end, stop=end)
    for noun in (1, 2):
        row = words.match("after", tokens, i + noun)[0]
        if row and row["form"].startswith("or ") and all(t.kind == "word" for t in tokens[i : i + noun]):
            return _bounded(value, [row["qualifier"]])
    return value


# ---------------------------------------------------------------- ranges
def _joined(tokens: Sequence[Token], i: int) -> tuple[list[Value], int]:
    """A value, a range, or two values; none when there is no number, or a score such as 3-2; and the token behind."""
    opener = key_at(tokens, i) if key_at(tokens, i) in ("between", "from") else ""
    first = find_value(tokens, i + bool(opener))
    if not first:
        return [], i
    link, end = key_at(tokens, first.end), first.end
    dash = link in DASHES and glued(tokens, end) and glued(tokens, end + 1)
    joins = dash or link in (("and", "to") if opener == "between" else ("to", "or"))
    second = find_value(tokens, end + 1) if joins else None
    if not second or SHARE in (first.unit, second.unit):
        return [first], first.end
    if is_date(tokens, first) and second.low > 31:  # "from Dec. 5 to 922"
        return [first, second], second.end
    by_so_much = first.unit is not None and first.unit != second.unit  # "fell 9% to $4.1 billion"
    if by_so_much or link == "to" and _changes(tokens, i, reach=4 if opener else 1):
        return [first, second], second.end
    merged = _merged(first, second)._replace(start=i if opener else first.start)
    if merged.low < merged.high:
        return [merged], merged.end
    return ([], second.end) if dash else ([first, second], second.end)


def _changes(tokens: Sequence[Token], i: int, *, reach: int) -> bool:
    """Whether "from 30 to 42" tells a change, so two figures: "the toll *rose* from 30 to 42"."""
    return any(read_words().has("change", tokens, j) for j in range(max(0, i - reach), i))


def _merged(first: Value, second: Value) -> Value:
    shared = first.scale == 1 < second.scale and first.low < second.low / second.scale  # "six to seven thousand"
    return second._replace(
        low=first.low * (second.scale if shared else 1),
        qualifier="range",
        unit=second.unit or first.unit,
        literal=first.literal and second.literal,
    )
