"""Carries a speaker's party from the articles that tell it to those on the same events that do not.

One article says "Zhemera's foreign minister, Anton Rusk", the next one only "Anton Rusk". A full name of a person is
enough; another name ("the Interior Ministry", "army") counts only between articles that share two further names. Where
articles tell different parties, and for whom `actors.csv` knows and leaves neutral, nothing is carried.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

SHARED = 2  # further names that two articles on the same events have in common

Row = dict[str, Any]


def carry_sides(rows: Mapping[str, Sequence[Row]]) -> None:
    """Fill in, where they are missing, `side` of quotes and `reporter_side` of figures; the rows are changed.

    >>> told, untold = ({"article_id": n, "speaker": "Ana Reyes", "speaker_kind": "person", "side": s}
    ...                 for n, s in (("1", "Velmark"), ("2", None)))
    >>> carry_sides({"quotes": [told, untold], "figures": [], "mentions": []})
    >>> untold["side"]
    'Velmark'
    """
    neutral = {m["actor"] for m in rows["mentions"] if m["actor"] and not m["side"]}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for mention in rows["mentions"]:
        if mention["label"] in ("PERSON", "ORG", "LOC") and " " in mention["name"]:
            names[mention["article_id"]].add(mention["name"])
    told: defaultdict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for quote in rows["quotes"]:
        if quote["speaker"] and quote["side"]:
            told[quote["speaker"]][quote["article_id"]].add(quote["side"])
    people = {q["speaker"] for q in rows["quotes"] if q["speaker_kind"] == "person" and " " in (q["speaker"] or "")}
    for table, name, side in (("quotes", "speaker", "side"), ("figures", "reporter", "reporter_side")):
        for row in rows[table]:
            if row[name] and not row[side] and row[name] not in neutral:
                here = names[row["article_id"]] - {row[name]}
                near = (
                    sides
                    for article, sides in told[row[name]].items()
                    if row[name] in people or len(here & names[article]) >= SHARED
                )
                found = set().union(*near)
                row[side] = found.pop() if len(found) == 1 else None
