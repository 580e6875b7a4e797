"""Values of a quantity: the inner grammar of `numbers`, over tokens alone.

The words are data in `data/lexicon/quantities.csv`; the code knows only how they combine.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import NamedTuple

from analysis.numbers.words import (
    MINUS,
    SHARE,
    Token,
    convention_in_use,
    glued,
    key_at,
    past,
    read_words,
    unhyphened,
)

PERCENT = "percent"


class Value(NamedTuple):
    """A number as read so far; token indices are half-open."""

    low: float
    high: float
    start: int  # its first token
    end: int  # the token behind it, "percent" included
    stop: int  # the token behind its span, "percent" left out
    scale: float = 1.0  # what its last word multiplied by
    qualifier: str = "exact"  # or vague, or range
    unit: str | None = None
    literal: bool = False  # bare digits, so it may be a year, a label, a page …


def _digits(tokens: Sequence[Token], i: int) -> Value | None:
    if tokens[i].kind != "number":
        return None
    text = tokens[i].text
    amount = _float(text)
    if amount is None or re.match(r"0\d", text):  # 007 and 0142 count nothing
        return None
    value = Value(amount, amount, i, i + 1, i + 1, literal=text.isdecimal())
    letters = i + 1 < len(tokens) and tokens[i + 1].kind in ("word", "letters") and glued(tokens, i + 1)
    return _lettered(tokens, value) if letters else value


def _float(text: str) -> float | None:
    plain = re.sub(r"[, \u00a0\u202f]", "", text[:-1] if text[-1] in "¼½¾" or "⅐" <= text[-1] <= "⅞" else text)
    vulgar = unicodedata.numeric(text[-1]) if not text[-1].isdecimal() else 0.0
    amount = float(plain or 0) + vulgar
    return amount if math.isfinite(amount) else None


def _lettered(tokens: Sequence[Token], value: Value) -> Value | None:
    """Digits with letters written onto them: 1.2m, 40k, 300km; nothing for 74th, 90s, 5G."""
    words, i = read_words(), value.end
    mark, _ = words.match("mark", tokens, i)
    unit, end = words.match("unit", tokens, i)
    if unit and len(tokens[i].text) == 1 and tokens[i].text.isupper():  # 5G
        unit = None
    # "m" alone is metres in "300m", a million in "$2m", "1.2m people"
    if mark and (
        not unit
        or tokens[i - 2 : i - 1]
        and tokens[i - 2].kind == "sign"
        or not value.literal
        or words.has("plural", tokens, i + 1)
    ):
        factor = float(mark["factor"])
        return value._replace(
            low=value.low * factor, high=value.high * factor, scale=factor, end=i + 1, stop=i + 1, literal=False
        )
    return value._replace(unit=unit["form"], end=end, literal=False) if unit else None


def _cardinal(tokens: Sequence[Token], i: int) -> Value | None:
    words = read_words()
    row, end = words.match("cardinal", tokens, i)
    if not row:
        return None
    amount = float(row["low"])
    unit_row, unit_end = words.match("cardinal", tokens, unhyphened(tokens, end))
    if amount >= 20 and unit_row and 0 < float(unit_row["low"]) < 10:
        amount, end = amount + float(unit_row["low"]), unit_end
    return Value(amount, amount, i, end, end)


def _vague(tokens: Sequence[Token], i: int) -> Value | None:
    row, end = read_words().match("vague", tokens, i)
    if not row:
        return None
    chosen = convention_in_use.get()
    low, high = row.get(f"{chosen}_low") or row["low"], row.get(f"{chosen}_high") or row["high"]
    return Value(float(low), float(high), i, end, end, float(row["factor"] or 1), row["qualifier"])


def _multiple(tokens: Sequence[Token], i: int) -> Value | None:
    """What stands before a scale without being a number: a dozen, half a million, hundred, a score of."""
    words = read_words()
    for keys, amount in (
        (("a", "quarter", "of", "a"), 0.25), (("a", "quarter"), 0.25), (("half", "a"), 0.5), (("a", "half"), 0.5),
        (("half",), 0.5), (("a",), 1.0), (("an",), 1.0), ((), 1.0),
    ):  # fmt: skip
        end = past(tokens, i, *keys)
        scale = words.match("scale", tokens, unhyphened(tokens, end))[0] if end is not None else None
        if end is not None and scale:
            counted = scale["form"] != "score" or keys and words.has("partitive", tokens, end + 1)
            return Value(amount, amount, i, end, end, scale=0.0) if counted else None
    return None


def _half(tokens: Sequence[Token], value: Value) -> Value | None:
    """Four *and a half* thousand, a million *and a half*."""
    end = past(tokens, value.end, "and", "a", "half")
    if end is None or value.qualifier != "exact":
        return None
    amount = value.low + value.scale / 2
    return value._replace(low=amount, high=amount, end=end, stop=end, literal=False)


def _times(tokens: Sequence[Token], value: Value, below: float) -> Value | None:
    """Four *hundred*, several *dozen*, hundreds *of thousands*."""
    words, i = read_words(), unhyphened(tokens, value.end)
    if key_at(tokens, i) == "of" and (value.qualifier == "vague" or value.scale > 1):
        i += 1
    row = words.match("scale", tokens, i)[0] or words.match("vague", tokens, i)[0]
    factor = float(row["factor"] or 0) if row else 0.0
    if not value.scale < factor < below or (value.literal and factor < 100 and glued(tokens, i)):
        return None
    slack = factor - 1 if value.high > value.low else 0  # "several hundred" reaches to 999
    return value._replace(
        low=value.low * factor, high=value.high * factor + slack, end=i + 1, stop=i + 1, scale=factor, literal=False
    )


def _plus(tokens: Sequence[Token], value: Value) -> Value | None:
    """Two hundred *and five*, 2 lakh *50 thousand*."""
    if value.scale < 100 or value.qualifier != "exact":
        return None
    joined = past(tokens, value.end, "and")
    part = _amount(tokens, value.end if joined is None else joined, below=value.scale)
    if (
        part is None
        or part.qualifier != "exact"
        or part.literal
        or (part.scale == 1 and tokens[part.start].kind != "word")
    ):
        return None
    amount = value.low + part.low
    return value._replace(low=amount, high=amount, end=part.end, stop=part.stop)


def _amount(tokens: Sequence[Token], i: int, *, below: float = math.inf) -> Value | None:
    """A number without unit; `below` is the scale it must stay under as a part of a longer one."""
    if i >= len(tokens):
        return None
    rules: tuple[Callable[[Sequence[Token], int], Value | None], ...] = (_digits, _vague, _cardinal, _multiple)
    value = next((found for rule in rules if (found := rule(tokens, i))), None)
    while value and value.low < below:
        longer = _half(tokens, value) or _times(tokens, value, below) or _plus(tokens, value)
        if not longer:
            return value if value.scale else None  # "a" without its hundred is no number
        value = longer
    return None


def _share(tokens: Sequence[Token], i: int) -> Value | None:
    """A third of, two thirds, half the …; one in five, three out of every ten."""
    words = read_words()
    part = _cardinal(tokens, i) or _digits(tokens, i)
    end = part.end if part else i + (key_at(tokens, i) in ("a", "an"))
    row, after = words.match("fraction", tokens, unhyphened(tokens, end))
    amount = part.low if part else 1.0
    if row and (amount > 1 or words.has("partitive", tokens, after)):
        return Value(amount * float(row["factor"]), amount * float(row["factor"]), i, after, after, unit=SHARE)
    of = past(tokens, end, "out", "of") or (past(tokens, end, "in") if amount == 1 else None)
    if not part or of is None:
        return None
    of = past(tokens, of, "every") or of
    whole = _cardinal(tokens, of) or (_digits(tokens, of) if of < len(tokens) else None)
    if not whole or not 0 < amount < whole.low <= 100 or words.has("duration", tokens, whole.end):
        return None
    return Value(amount / whole.low, amount / whole.low, i, whole.end, whole.end, unit=SHARE)


def find_value(tokens: Sequence[Token], i: int) -> Value | None:
    """A number with its currency or percent sign, if any, and with its minus."""
    if i >= len(tokens):
        return None
    if tokens[i].key in MINUS:
        return _negative(tokens, i)
    sign = tokens[i].kind == "sign"
    found = [value for value in (_amount(tokens, i + sign), _share(tokens, i)) if value]
    if not found:
        return None
    value = _repeated(tokens, max(found, key=lambda value: value.end))
    if sign:
        return value._replace(start=i, unit=tokens[i].text.replace(" ", ""), literal=False)
    return _with_unit(tokens, value)


def _with_unit(tokens: Sequence[Token], value: Value) -> Value:
    """12 *%*, 40 *percent*, 300 *km*, 110 *USD*."""
    words, i = read_words(), unhyphened(tokens, value.end)
    row, end = words.match("sign", tokens, i)
    code = row is not None and row["form"].isalpha() and tokens[i].text.isupper() and end == i + 1
    if row and (row["form"] == "%" or glued(tokens, i) or code):
        stop = end if row["form"] == "%" or glued(tokens, i) else value.stop
        return value._replace(end=end, stop=stop, unit=row["form"], literal=False)
    row, end = words.match("unit", tokens, i)
    if row and value.unit is None:
        percent = row["form"].startswith("p") and len(row["form"]) > 1
        return value._replace(end=end, unit=PERCENT if percent else row["form"], literal=False)
    return value


def _negative(tokens: Sequence[Token], i: int) -> Value | None:
    """-1.3%, minus 20 degrees; but a dash that begins a list item, or joins two words, is none."""
    word = tokens[i].kind == "word"
    apart = i == 0 or bool(tokens[i].gap)
    if not apart or (not word and not glued(tokens, i + 1)):
        return None
    value = find_value(tokens, unhyphened(tokens, i + 1))
    measured = value is not None and (value.unit is not None or word or value.low % 1)
    if value is None or value.qualifier != "exact" or not measured:
        return None
    return value._replace(low=-value.high, high=-value.low, start=i, literal=False)


def _repeated(tokens: Sequence[Token], value: Value) -> Value:
    """Four (4)."""
    i = value.end
    same = [t.kind for t in tokens[i : i + 3]] == ["mark", "number", "mark"] and _float(tokens[i + 1].text) == value.low
    return (
        value._replace(end=i + 3, stop=i + 3) if same and key_at(tokens, i) + key_at(tokens, i + 2) == "()" else value
    )
