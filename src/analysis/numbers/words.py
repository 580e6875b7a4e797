"""The words of `data/lexicon/quantities.csv` and the tokens of a string, on which the grammar of `numbers` works."""

import math
import re
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from analysis.lexicon import LEXICON, LexiconError, choose, read_lexicon

KINDS = ("cardinal", "scale", "mark", "vague", "fraction", "bound", "after", "sign", "unit", "month", "weekday",
         "clock", "label", "calendar", "plural", "change", "duration", "partitive", "pronoun", "times",
         "measurement", "code", "running", "hour", "added", "telling", "earlier")  # fmt: skip
QUALIFIERS = ("exact", "about", "at_least", "more_than", "at_most", "less_than", "range", "vague")
# what a row of a kind must say for the grammar to read it; elsewhere a cell may be empty
REQUIRED = {"cardinal": ("low",), "vague": ("low", "high", "qualifier"), "bound": ("qualifier",),
            "after": ("qualifier",), "scale": ("factor",), "mark": ("factor",), "fraction": ("factor",),
            "month": ("factor",), "weekday": ("factor",), "duration": ("factor",), "times": ("factor",)}  # fmt: skip
# set only while `accounts.conventions` restates vague words; everything else reads our own bounds
convention_in_use: ContextVar[str] = ContextVar("convention_in_use", default="ours")
SHARE = "share"  # unit of "a third of", "one in five": the bounds then lie between 0 and 1
HYPHENS, DASHES = ("-", "‑"), ("-", "‑", "–", "—")
MINUS = frozenset({"-", "‑", "–", "−", "minus"})


class Token(NamedTuple):
    """A word, numeral, sign or mark of the string."""

    text: str
    key: str  # lower case
    kind: str  # code, sign, number, letters, word, break, mark
    start: int
    end: int
    gap: str  # white space before it


@dataclass(frozen=True)
class Words:
    """The rows of quantities.csv, by kind and by words."""

    rows: dict[str, dict[tuple[str, ...], dict[str, str]]]
    longest: dict[str, int]  # words in the longest form of each kind
    starters: frozenset[str]  # words that a quantity may begin with
    lexer: re.Pattern[str]

    def match(self, kind: str, tokens: Sequence[Token], i: int) -> tuple[dict[str, str] | None, int]:
        """The row with the longest form that stands at token `i`, and the token behind it."""
        for n in range(min(self.longest[kind], len(tokens) - i), 0, -1):
            row = self.rows[kind].get(tuple(token.key for token in tokens[i : i + n]))
            if row:
                return row, i + n
        return None, i

    def before(self, kind: str, tokens: Sequence[Token], i: int) -> bool:
        """Whether a form stands right before token `i`."""
        return any(tuple(t.key for t in tokens[max(0, i - n) : i]) in self.rows[kind] for n in (1, 2))

    def has(self, kind: str, tokens: Sequence[Token], i: int) -> bool:
        """Whether a form of the kind stands at token `i`."""
        return self.match(kind, tokens, i)[0] is not None


_SHAPES = r"""
(?P<break> \n[ \t\r]{{0,80}}\n )
| (?P<code> (?:https?://|www\.|pic\.)\S+ | [@\#]\w+ | \+\d[\d\ ()./-]{{5,24}}\d
    | \d{{3}}[-.]\d{{3}}[-.]\d{{4}} | \(\d{{3}}\)\s?-?\d{{3}}[-.\ ]\d{{4}}(?!\d)
    | \d{{1,2}}(?:[.:]\d\d)?\s?(?:[AaPp]\.\s?[Mm]\b\.?|[AaPp][Mm]\b) | \d{{1,2}}:\d\d(?::\d\d)?
    | \d+(?:\.\d+)?\ ?×\ ?10[-−^\d]+
    | \d{{4}}-\d\d(?:-\d\d)?(?!\d)(?:T[\d:.Z+-]+)? | \d{{1,4}}[/.]\d{{1,2}}[/.]\d{{2,4}}
    | (?:1[5-9]|20)\d\d\s?[-–/]\s?(?:(?:1[5-9]|20)\d\d|\d\d)(?!\d) )
| (?P<sign> (?:{signs})(?=[ \u00a0]?\.?\d) )
| (?P<letters> [^\W\d_]++\d\w* )
| (?P<number> \d{{1,3}}(?:,\d{{3}}){{1,7}}(?!\d)(?:\.\d+)? | \d{{1,2}}(?:,\d\d){{1,5}},\d{{3}}(?!\d)
    | \d{{1,3}}(?:[ \u00a0\u202f]\d{{3}}){{1,5}}(?!\d) | (?:\d{{1,9}}\ ?)?[¼-¾⅐-⅞] | \d+(?:\.\d+)? | \.\d+ )
| (?P<word> [^\W\d_]+(?:['’]clock)? )
| (?P<mark> \S )
"""


_FORM = re.compile(r"\d+|[^\W\d_]+(?:['’]clock)?|\S")


@cache
def read_words() -> Words:
    """The words of quantity; `LexiconError` names the line of quantities.csv that cannot be used."""
    rows: dict[str, dict[tuple[str, ...], dict[str, str]]] = {kind: {} for kind in KINDS}
    for row in read_lexicon("quantities", ("form", "kind", "factor", "low", "high", "qualifier")):
        kind = choose(row, "kind", KINDS, name="quantities")
        required = REQUIRED.get(kind, ())
        for field in ("factor", "low", "high", *(name for name in row if name.endswith(("_low", "_high")))):
            _check_number(row, field, required=field in required)
        if row["qualifier"] or "qualifier" in required:
            choose(row, "qualifier", QUALIFIERS, name="quantities")
        form = row["form"].lower()
        rows[kind][(form,) if kind == "unit" and form[-1] == "2" else tuple(_FORM.findall(form))] = row  # "m2"
    signs = sorted((row["form"] for row in rows["sign"].values()), key=len, reverse=True)
    escaped = "|".join(re.sub(r"(?<=[A-Z])\\\$", r"\\ ?\\$", re.escape(sign)) for sign in signs)
    longest = {kind: max(map(len, forms), default=1) for kind, forms in rows.items()}
    kinds = ("cardinal", "vague", "scale", "fraction", "bound")
    starters = {form[0] for kind in kinds for form in rows[kind]} | {"a", "an", "between", "from"} | MINUS
    return Words(rows, longest, frozenset(starters), re.compile(_SHAPES.format(signs=escaped), re.VERBOSE))


def _check_number(row: dict[str, str], field: str, *, required: bool) -> None:
    try:
        usable = math.isfinite(float(row[field])) if row[field] else not required
    except ValueError:
        usable = False
    if not usable:
        fix = f"; every row of kind {row['kind']} needs one" if required else " or leave it empty"
        raise LexiconError(
            f"{LEXICON / 'quantities'}.csv: line {row['line']}: {field} is {row[field]!r}; give a number{fix}"
        )


def read_tokens(text: str) -> list[Token]:
    """The tokens of a string; every character that is not white space is in one."""
    found, at = [], 0
    for match in read_words().lexer.finditer(text):
        found.append(
            Token(
                match[0], match[0].lower(), match.lastgroup or "", match.start(), match.end(), text[at : match.start()]
            )
        )
        at = match.end()
    return found


def key_at(tokens: Sequence[Token], i: int) -> str:
    """The word at `i` in lower case; "" outside."""
    return tokens[i].key if 0 <= i < len(tokens) else ""


def glued(tokens: Sequence[Token], i: int) -> bool:
    """Whether token `i` follows its neighbour without a blank."""
    return 0 < i < len(tokens) and not tokens[i].gap


def past(tokens: Sequence[Token], i: int, *keys: str) -> int | None:
    """The token behind `keys` when they stand at `i`, each perhaps after a glued hyphen."""
    for key in keys:
        i = unhyphened(tokens, i)
        if key_at(tokens, i) != key:
            return None
        i += 1
    return i


def unhyphened(tokens: Sequence[Token], i: int) -> int:
    """The token behind a glued hyphen at `i`, else `i`."""
    return i + 1 if key_at(tokens, i) in HYPHENS and glued(tokens, i) and glued(tokens, i + 1) else i
