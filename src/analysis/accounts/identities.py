"""One name for one speaker across articles: spellings of a name that may be the same person, each with its evidence.

Every article is read by itself; here its names meet. A rule on the letters proposes, what the articles say of both
decides, and `actors.csv` has the last word: an alias added there joins two names, a row of its own keeps a name apart.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

import pandas as pd

from analysis.accounts.coverage import csv_line, rank
from analysis.lexicon import read_lexicon

MERGED, OPEN = "merged", "open"
_NAMED_WITH = 2  # other names that both must stand beside, where nothing better is known of them
COLUMNS = {"name": "string", "variant": "string", "n_quotes": "Int64", "n_variant": "Int64", "rule": "string",
           "evidence": "string", "decision": "string", "line": "string"}  # fmt: skip


@dataclass
class _Person:
    """What the tables know of a name."""

    name: str
    kind: str
    n_quotes: int = 0
    sides: set[str] = field(default_factory=set)
    serves: set[str] = field(default_factory=set)
    beside: Counter[str] = field(default_factory=Counter)


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    return tuple((row["printed"], row["folded"]) for row in read_lexicon("spellings", ("printed", "folded")))


def fold_name(name: str) -> tuple[str, ...]:
    """The words of a name without case, accents and hyphens, in one of the spellings that transliterations have.

    >>> fold_name("Volodymyr Zelenskyy") == fold_name("Volodymyr Zelensky")
    True
    >>> fold_name("Daniel Hagari") == fold_name("Danielle Hagari")
    False
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    words = re.sub(r"[^\w\s]", "", plain.casefold().replace("-", " ")).split()
    return tuple(map(_fold_word, words))


def _fold_word(word: str) -> str:
    for printed, folded in _spellings():
        word = word.replace(printed, folded)
    return re.sub(r"(.)\1+", r"\1", word)


def build_identities(quotes: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Pairs of speakers' names that may be one, those that are united first.

    Columns: `name` (kept), `variant`, `n_quotes` and `n_variant` (quotes of each), `rule` (spelling, initial, surname),
    `evidence`, `decision` (merged, open), `line` (what confirms it in `actors.csv`: a row, or, where the name has one,
    the alias to add to it). A pair is merged when the variant fits one name only, nothing speaks against it, and both
    serve one body, have one side, or stand beside two of the same names. Two actors are never a pair.
    """
    known = set(mentions["actor"].dropna())
    people = _people(quotes, mentions)
    pairs = list(_pairs(people, known))
    fits: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name, variant, _ in pairs:
        fits[variant.name].add(_without_middle(fold_name(name.name)))
    rows = [
        _row(name, variant, rule, alone=len(fits[variant.name]) == 1, known=name.name in known)
        for name, variant, rule in pairs
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    return rank(table, "decision", "n_quotes", "name", "variant")


def unite_speakers(quotes: pd.DataFrame, identities: pd.DataFrame) -> pd.DataFrame:
    """The quotes with the kept name for every merged variant, and the side that is known of that name."""
    merged = identities[identities["decision"] == MERGED]
    names = dict(zip(merged["variant"], merged["name"], strict=True))
    for name in [*names]:  # "Zelenskiy" → "Zelensky" → "Volodymyr Zelensky"
        seen = {name}
        while names[name] in names and names[name] not in seen:
            seen.add(names[name])
            names[name] = names[names[name]]
    united = quotes.assign(speaker=quotes["speaker"].replace(names).astype("string"))
    sides = united.dropna(subset=["speaker", "side"]).groupby("speaker")["side"].agg(["first", "nunique"])
    known = sides.loc[sides["nunique"] == 1, "first"]
    changed = quotes["speaker"].isin(list(names))
    return united.assign(side=united["side"].mask(changed & united["side"].isna(), united["speaker"].map(known)))


def _people(quotes: pd.DataFrame, mentions: pd.DataFrame) -> list[_Person]:
    named = mentions[mentions["label"].isin(["PERSON", "ORG", "LOC"])]
    beside = named.groupby("article_id")["name"].agg(set).to_dict()
    kinds = quotes["speaker_kind"].isin(["person", "organisation"])
    # "police", "state television": a common noun may be another body in every article
    speech = quotes[kinds & quotes["speaker"].str.contains(r"[A-Z]|[^\x00-\x7f]").fillna(False)]
    found: dict[str, _Person] = {}
    for row in speech.itertuples(index=False):
        person = found.setdefault(row.speaker, _Person(row.speaker, row.speaker_kind))
        person.n_quotes += 1
        person.sides |= {row.side} if pd.notna(row.side) else set()
        person.serves |= {row.affiliation} if pd.notna(row.affiliation) else set()
    for (speaker, article_id), _ in speech.groupby(["speaker", "article_id"]):
        found[speaker].beside.update(beside.get(article_id, set()))
    return list(found.values())


def _pairs(people: Iterable[_Person], known: set[str]) -> Iterator[tuple[_Person, _Person, str]]:
    """Pairs as (kept name, variant, rule): an actor is kept, then the fuller name, then the one with more quotes."""
    by_last: defaultdict[tuple[str, str], list[_Person]] = defaultdict(list)
    for person in people:
        if words := fold_name(person.name):
            by_last[person.kind, words[-1]].append(person)
    for group in by_last.values():
        for one, other in combinations(group, 2):
            rule = _rule(fold_name(one.name), fold_name(other.name), one.kind)
            if rule and not {one.name, other.name} <= known:
                kept, variant = sorted((one, other), key=lambda p: (p.name not in known, -_length(p), -p.n_quotes))
                yield kept, variant, rule


def _length(person: _Person) -> int:
    return sum(len(word) > 1 for word in fold_name(person.name))


def _rule(one: tuple[str, ...], other: tuple[str, ...], kind: str) -> str | None:
    """The rule by which two names of one last word may be the same, or none."""
    if _without_middle(one) == _without_middle(other):
        return "spelling"
    if kind != "person":
        return None
    if len(one) == 1 or len(other) == 1:
        return "surname"
    initials = min(len(one[0]), len(other[0])) == 1
    return "initial" if initials and one[0][0] == other[0][0] and len(one) == len(other) else None


def _without_middle(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name without initials in its middle: "Jo K. Moor" is "Jo Moor"."""
    return tuple(word for n, word in enumerate(words) if len(word) > 1 or n in (0, len(words) - 1))


def _row(kept: _Person, variant: _Person, rule: str, *, alone: bool, known: bool) -> tuple:
    against = "they have different sides" if kept.sides and variant.sides and not kept.sides & variant.sides else ""
    against = against or ("" if alone else "it fits several names")
    shared = _shared(kept, variant)
    decision = MERGED if shared and not against else OPEN
    side = next(iter(kept.sides)) if len(kept.sides) == 1 else ""
    line = f"|{variant.name}" if known else csv_line(kept.name, variant.name, kept.kind, side)
    evidence = against or shared or "nothing else in common"
    return kept.name, variant.name, kept.n_quotes, variant.n_quotes, rule, evidence, decision, line


def _shared(one: _Person, other: _Person) -> str:
    """What the articles say of both, in words; empty when it is too little."""
    if bodies := sorted(one.serves & other.serves):
        return f"both speak for {bodies[0]}"
    if sides := sorted(one.sides & other.sides):
        return f"both on the side of {sides[0]}"
    counted = sorted((one.beside & other.beside).items(), key=lambda found: (-found[1], found[0]))
    names = [name for name, _ in counted if name not in (one.name, other.name)]
    if len(names) >= _NAMED_WITH:
        return "both named beside " + ", ".join(sorted(names[:3]))
    return ""
