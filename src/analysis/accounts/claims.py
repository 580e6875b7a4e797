"""What each voice says of each thing counted on each day, ready to be set against what the others say."""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from analysis.accounts.naming import COMPARABLE, NOT_NAMED, OWN_VOICE, SIDE_UNKNOWN, TIMES

KEYS = ("story_id", "story", *COMPARABLE)

Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one voice says of one thing on one day, as the interval that contains every number it gave."""

    voice: str  # readable: the reporter, or "Coast Wire, own voice"
    voice_id: str  # unnamed people of two quotes are two voices
    side: str
    places: frozenset[str]  # lower case; empty when the text names none
    date: pd.Timestamp  # NaT when the article has none
    former: bool  # told as replaced: "up from 38"
    articles: frozenset[str]
    told: tuple[str, ...]  # its numbers in words, as reported
    low: float  # the lowest and the highest number it gave
    high: float
    floor: float  # for comparing: -inf and inf where open, "about" widened, bodies counted open above
    ceiling: float
    limit: float  # the ceiling if bodies were not open above, as when two count bodies
    is_total: bool  # a running total: what the voice says later replaces it
    is_found: bool  # whether some of its numbers are bodies

    @property
    def is_scattered(self) -> bool:
        """Whether one voice gives several numbers and names several places: then they are of several things."""
        return len(self.places) > 1 and self.low != self.high

    @property
    def is_own(self) -> bool:
        """Whether an outlet says it in its own voice."""
        return self.voice.endswith(OWN_VOICE)

    @property
    def is_nobody(self) -> bool:
        """Whether it is somebody's of whom neither name nor side is known: a nurse may tell of a part only."""
        return self.voice == NOT_NAMED and self.side == SIDE_UNKNOWN

    def gap(self, other: "Claim") -> float:
        """How far two intervals miss each other; not above 0 when they share a number."""
        ends = [claim.limit if self.is_found and other.is_found else claim.ceiling for claim in (self, other)]
        return max(self.floor - ends[1], other.floor - ends[0])

    def beside(self, other: "Claim") -> bool:
        """Whether both are told at one time: in one article, or in articles of one day."""
        return bool(self.articles & other.articles) or self.date == other.date

    def is_comparable(self, other: "Claim", *, days: int) -> bool:
        """Whether both may speak of one thing at one time, by the rules of `analysis.accounts.verdicts`."""
        if self.is_scattered or other.is_scattered:
            return False
        if self.places and other.places and self.places.isdisjoint(other.places):
            return False
        if _times(self, other) > TIMES or _is_one_voice(self, other):
            return False
        if self.gap(other) > 0 and (self.is_own or other.is_own or min(self, other, key=_low).is_nobody):
            return False
        if self.articles & other.articles:
            return not (self.is_own or other.is_own)
        if pd.isna(self.date) or pd.isna(other.date):
            return False
        return not self.side == other.side != SIDE_UNKNOWN and abs((self.date - other.date).days) <= days

    def is_of_other_side(self, other: "Claim") -> bool:
        """Whether the two voices are of two known sides."""
        return self.side != other.side and SIDE_UNKNOWN not in (self.side, other.side)


def read_claims(named: pd.DataFrame, margin: float) -> dict[Key, list[Claim]]:
    """The claims of each thing counted, in the order of the days, the undated first; see `build_verdicts`."""
    low, high = named["low"].astype("Float64"), named["high"].astype("Float64")
    slack = low.where(named["qualifier"].eq("about").fillna(False), 0) * margin
    found = named["unit"].eq("body").fillna(False)
    quote = named["quote_id"].fillna(named["figure_id"].astype("string"))
    stated = named.assign(
        floor=(low - slack).fillna(-math.inf),
        ceiling=(high + slack).mask(found | named["qualifier"].eq("vague").fillna(False)).fillna(math.inf),
        top=(high + slack).fillna(math.inf),
        stated_low=low.fillna(high),
        stated_high=high.fillna(low),
        found=found,
        spot=named["place"].str.casefold().str.strip(" ,.;"),
        later=~named["is_former"],
        voice_id=named["voice_id"].mask(named["voice"].eq(NOT_NAMED), named["voice_id"] + " " + quote),
    )[named["asserted"].fillna(False) & ~named["is_part"] & (low.notna() | high.notna()) & named["rule"].ne("learned")]
    stated = stated[~_is_vaguer(stated)]
    days = stated.groupby([*KEYS, "date", "later", "voice", "voice_id"], dropna=False, sort=True).agg(
        told=("bounds", lambda bounds: tuple(dict.fromkeys(bounds))),
        low=("stated_low", "min"),
        high=("stated_high", "max"),
        floor=("floor", "min"),
        ceiling=("ceiling", "max"),
        limit=("top", "max"),
        is_total=("is_total", "any"),
        is_found=("found", "any"),
        articles=("article_id", frozenset),
        side=("reporter_side", "first"),
        places=("spot", lambda spots: frozenset(spots.dropna())),
    )
    claims: dict[Key, list[Claim]] = {}
    for row in days.reset_index().sort_values(["date", "later"], na_position="first", kind="stable").to_dict("records"):
        claims.setdefault(hashable(row[key] for key in KEYS), []).append(_claim(row))
    return claims


def hashable(key: Iterable[object]) -> Key:
    """The key with one kind of missing value; else they would not be equal to each other, nor to themselves."""
    return tuple(None if pd.isna(part) else part for part in key)


def widen(said: list[Claim]) -> list[Claim]:
    """One voice's claims: a later lower number, unless a total, may be a part: it stands for all up to the highest."""
    widened: list[Claim] = []
    for claim in said:
        most = max((*widened, claim), key=lambda one: one.high)
        both = {"high": most.high, "ceiling": most.ceiling, "limit": most.limit, "told": (*most.told, *claim.told)}
        widened.append(replace(claim, **both) if most.high > claim.high and not claim.is_total else claim)
    return widened


def _claim(row: dict[Hashable, Any]) -> Claim:
    numbers = {name: float(row[name]) for name in ("low", "high", "floor", "ceiling", "limit")}
    same = {field.name: row[field.name] for field in fields(Claim) if field.name in row}
    return Claim(**{**same, **numbers}, former=not row["later"])


def _is_vaguer(stated: pd.DataFrame) -> pd.Series:
    """Whether a voice gives a vague word beside a higher number: "the bodies of several" of the twenty."""
    vague = stated["qualifier"].eq("vague").fillna(False).astype(bool)
    keys = [stated[name] for name in (*KEYS, "date", "voice_id")]
    most = stated["stated_high"].mask(vague).groupby(keys, dropna=False).transform("max")
    return vague & stated["stated_high"].lt(most).fillna(False)


def _low(claim: Claim) -> float:
    return claim.low


def _times(a: Claim, b: Claim) -> float:
    """How many times the larger number is the smaller; an interval of both counts with its nearer end."""
    near, far = sorted((a, b), key=lambda claim: claim.high)
    return far.low / max(near.high, 1.0)


def _is_one_voice(a: Claim, b: Claim) -> bool:
    """Whether all words of one name stand in the other: "army" and "Orandan army" do not dispute each other.

    Nor do two whom nobody names, unless they are of two sides.
    """
    if a.voice == b.voice == NOT_NAMED:
        return not a.is_of_other_side(b)
    one, other = (set(claim.voice.casefold().split()) for claim in (a, b))
    return one <= other or other <= one
