"""Carries a speaker's party from the articles that tell it to those on the same events that do not.

One article says "Zhemera's foreign minister, Anton Rusk", the next one only "Anton Rusk". A full name of a person is
enough; another name ("the Interior Ministry", "army") counts only between articles that share two further names. Where
articles tell different parties, and for whom `actors.csv` knows and leaves neutral, nothing is carried.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.actors import name_key

SHARED = 2  # names, besides actors of the table, that articles on the same events have in common

Row = dict[str, Any]


def carry_sides(rows: Mapping[str, Sequence[Row]]) -> None:
    """Fill in, where they are missing, `side` of quotes and `reporter_side` of figures; the rows are changed.

    >>> about = {"speaker": "Ana Reyes", "speaker_kind": "person", "domestic": False}
    >>> told, untold = {**about, "article_id": "1", "side": "Velmark"}, {**about, "article_id": "2", "side": None}
    >>> carry_sides({"quotes": [told, untold], "figures": [], "mentions": []})
    >>> untold["side"]
    'Velmark'
    """
    known = {m["actor"] for m in rows["mentions"] if m["actor"]}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for mention in rows["mentions"]:
        if mention["label"] in ("PERSON", "ORG", "LOC") and not mention["actor"]:
            names[mention["article_id"]].add(mention["name"])
    home = _homes(rows["quotes"], names)
    told: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quote in rows["quotes"]:
        if quote["domestic"] and not quote["side"]:
            quote["side"] = home.get(quote["article_id"])
        if quote["speaker"] and quote["side"]:
            told[name_key(quote["speaker"])][quote["article_id"]].add(quote["side"])
    people = {q["speaker"] for q in rows["quotes"] if q["speaker_kind"] == "person" and " " in (q["speaker"] or "")}
    for table, name, side in (("quotes", "speaker", "side"), ("figures", "reporter", "reporter_side")):
        for row in rows[table]:
            if row[name] and not row[side] and row[name] not in known:
                near = (
                    sides
                    for article, sides in told[name_key(row[name])].items()
                    if row[name] in people or _alike(names[row["article_id"]] - {row[name]}, names[article])
                )
                found = set().union(*near)
                row[side] = found.pop() if len(found) == 1 else None


def _homes(quotes: Sequence[Row], names: Mapping[str, set[str]]) -> dict[str, str]:
    """For each article the state where it is set: its own, else the one of all articles on the same events."""
    own: defaultdict[str, set[str]] = defaultdict(set)
    for quote in quotes:
        if quote["domestic"] and quote["side"]:
            own[quote["article_id"]].add(quote["side"])
    homes = {}
    for article, mine in names.items():
        near = (
            [own[article]] if article in own else [own[other] for other in own if _alike(mine, names.get(other, set()))]
        )
        told = Counter(side for sides in near for side in sides).most_common(2)
        if len(told) == 1 or told and told[0][1] > told[1][1]:  # where it happened, not whence one of them looks on
            homes[article] = told[0][0]
    return homes


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= SHARED
