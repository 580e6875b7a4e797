"""What the figures of one story count, in one form: the same people under other words, the same toll told as rising."""

from functools import cache

import pandas as pd

from analysis.accounts.naming import SIDE_UNKNOWN, name_figures
from analysis.lexicon import read_lexicon

LOSSES = ("killed", "injured")  # of a side, whoever tells of them; those detained are often told as the captor's
BEFORE = 7  # days before its first article in which the event of a story may have begun


def align_counts(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of stories (`story_id`), named, with those that count the same thing under one name.

    By these rules, in this order:
    - a number without a noun ("the Front still says nine") counts whom its side counts with that number elsewhere;
    - words that say no more than "people" ("men", "members": `broad.csv`), and people of a known side, count with the
      only group that the story tells of for this measure and side, else as people;
    - where all people of one kind whose side is told are of one side, the rest are too: "nine fighters" and "five
      fighters of the Front" are one count. People without a kind keep what the text says;
    - a running total without a period ("the toll has risen to 54"), or since a day in the week before the first
      article, is the toll of the event itself; one since an earlier day stays apart. `is_total` keeps what it was.

    Figures that are aligned already stay as they are: the second rule could not see the windows that the last took.
    """
    if "is_total" in figures:
        return figures
    named = _same_number(name_figures(figures))
    named = _total(_side(_broad(named)))
    return name_figures(named)


def _same_number(named: pd.DataFrame) -> pd.DataFrame:
    """With whom a bare number counts, the group that its side counts with that number for that measure."""
    bare = named["group"].isna() & named["counted"].eq("people") & named["low"].gt(1) & ~named["is_part"]
    known = named["reporter_side"].ne(SIDE_UNKNOWN)
    teller = named["reporter_side"].where(known, named["voice_id"])
    kind = named["counted"] + "\n" + named["group_side"]
    sided = named["group_side"].ne(SIDE_UNKNOWN) & named["measure"].isin(LOSSES)
    told = kind.mask(_is_broad(named) | (named["counted"].eq("people") & ~sided))
    groups = told.groupby([named["story_id"], named["measure"], teller, named["low"], named["high"]], dropna=False)
    often = groups.transform("count") * 2 >= groups.transform("size")  # or else the group is the slip
    return _adopt(named, groups.transform("last").where(bare.fillna(False) & often))


def _broad(named: pd.DataFrame) -> pd.DataFrame:
    """With whom a broad word counts: the only group of the measure, of its side where that is known; else people."""
    sided = named["group_side"].ne(SIDE_UNKNOWN)
    loose = (_is_broad(named) | (named["counted"].eq("people") & sided)).astype(bool)
    kind = named["counted"] + "\n" + named["group_side"]
    told = kind.mask(loose | named["counted"].eq("people") | named["is_part"] | named["window"].notna())
    measure = [named["story_id"], named["measure"]]
    of_side = told.groupby([*measure, named["group_side"]])
    of_any = told.groupby(measure)
    only = of_side.transform("first").where(of_side.transform("nunique").eq(1))
    only = only.where(sided, of_any.transform("first").where(of_any.transform("nunique").eq(1)))
    none = of_side.transform("nunique").eq(0) & (sided | of_any.transform("nunique").eq(0))
    return _adopt(named, only.fillna(("people\n" + named["group_side"]).where(none)).where(loose))


def _adopt(named: pd.DataFrame, kinds: pd.Series) -> pd.DataFrame:
    """With the kinds ("soldiers", line break, "Oranda") in place of what is counted; a missing kind: as before."""
    parts = kinds.astype("string").str.split("\n", expand=True).reindex(columns=[0, 1])
    return named.assign(
        counted=parts[0].fillna(named["counted"]).astype("string"),
        group_side=parts[1].fillna(named["group_side"]).astype("string"),
    )


def _side(named: pd.DataFrame) -> pd.DataFrame:
    told = named["group_side"].mask(named["group_side"].eq(SIDE_UNKNOWN) | named["counted"].eq("people"))
    groups = named.assign(told=told).groupby(["story_id", "counted"], dropna=False)["told"]
    only = groups.transform("first").where(groups.transform("nunique").eq(1) & named["counted"].ne("people"))
    return named.assign(group_side=only.fillna(named["group_side"]))


def _total(named: pd.DataFrame) -> pd.DataFrame:
    """With running totals of the event itself as counts of one incident, without a window."""
    begun = named["date"].groupby(named["story_id"]).transform("min")
    start = pd.to_datetime(named["period_start"])
    within = start.ge(begun - pd.Timedelta(days=BEFORE)) & start.le(begun)
    plain = named["window"].isna()
    whole = (named["scope"].eq("cumulative") & (plain | within)).fillna(False).astype(bool)
    total = named["scope"].eq("cumulative") | named.get("is_total", False)
    return named.assign(
        scope=named["scope"].mask(whole, "incident"), window=named["window"].mask(whole), is_total=total
    )


def _is_broad(named: pd.DataFrame) -> pd.Series:
    return named["unit"].str.casefold().isin(_broad_words()).fillna(False)


@cache
def _broad_words() -> frozenset[str]:
    return frozenset(row["label"] for row in read_lexicon("broad", ("label",)))
