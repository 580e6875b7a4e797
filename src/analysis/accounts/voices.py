"""Who is quoted, how much and with which words, counted. Tables in, new tables out.

Speech only: thoughts are no quotes. Parts of a quote count, not the cue and the speaker that stand between them.
"""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.accounts import SIDE_UNKNOWN, start_of_week
from analysis.accounts.coverage import OUTLET_UNKNOWN, WORD, rank


def build_spoken(quotes: pd.DataFrame) -> pd.DataFrame:
    """What was said, thoughts left out: the quotes by day, their speaker, side and outlet named even where unknown.

    `cue` is in lower case; adds `week` (its Monday) and `n_words` (of the parts). What this module counts, it counts
    here: `link` leads from a count to these quotes.
    """
    speech = quotes[quotes["mode"].ne("thought").fillna(True)].sort_values("date", kind="stable")
    return speech.assign(
        speaker=speech["speaker"].fillna("not named"),
        side=speech["side"].fillna(SIDE_UNKNOWN),
        outlet=speech["outlet"].fillna(OUTLET_UNKNOWN),
        cue=speech["cue"].str.casefold(),
        week=start_of_week(speech["date"]),
        n_words=pd.array([_words_of(row) for row in speech.itertuples(index=False)], dtype="Int64"),
    )


def build_speakers(quotes: pd.DataFrame) -> pd.DataFrame:
    """Who is quoted, the most quoted first: one row per speaker and side.

    Columns: `speaker` ("not named" when the text names nobody), `side`, `n_quotes`, `n_words`, `n_direct` (direct or
    mixed), `n_articles`, `n_outlets`. Speech only; a quote inside a quote counts for both speakers.
    """
    spoken = build_spoken(quotes)
    spoken = spoken.assign(in_marks=spoken["kind"].isin(["direct", "mixed"]).astype("Int64"))
    return rank(
        spoken.groupby(["speaker", "side"])
        .agg(
            n_quotes=("quote_id", "size"),
            n_words=("n_words", "sum"),
            n_direct=("in_marks", "sum"),
            n_articles=("article_id", "nunique"),
            n_outlets=("outlet", "nunique"),
        )
        .reset_index(),
        "n_quotes",
        "n_words",
        "speaker",
    )


def build_shares(quotes: pd.DataFrame, *, by: str, of: str = "side") -> pd.DataFrame:
    """How the quoted words of each `by` ("week", "outlet", "side" …) are divided among `of` ("side", "kind", "stance").

    Columns: `by`, `of`, `n_quotes`, `n_words`, `share` (of the words of that `by`, 0 to 1). Speech only; a quote inside
    a quote is left out, its words are counted with the outer one. Unknown sides are a part of their own.
    """
    spoken = build_spoken(quotes)
    outer = spoken[spoken["parent_id"].isna() & spoken[by].notna()]
    groups = outer.groupby([by, of])
    parts = rank(groups.agg(n_quotes=("quote_id", "size"), n_words=("n_words", "sum")).reset_index(), by, of)
    whole = parts.groupby(by)["n_words"].transform("sum")
    return parts.assign(share=(parts["n_words"] / whole.where(whole > 0)).astype("Float64"))


def build_cues(quotes: pd.DataFrame) -> pd.DataFrame:
    """The words that introduce each side's speech: `cue` (lower case), `stance`, `side`, `n_quotes`, most first."""
    spoken = build_spoken(quotes[quotes["cue"].notna()])
    counted = spoken.groupby(["cue", "stance", "side"]).agg(n_quotes=("quote_id", "size")).reset_index()
    return rank(counted, "n_quotes", "cue", "side")


def count_speakers(quotes: pd.DataFrame, speakers: Sequence[str], *, by: str) -> pd.DataFrame:
    """Quotes of these speakers per "week" or "outlet", in their order: `speaker`, that, `n_quotes`. Speech only."""
    spoken = build_spoken(quotes)
    chosen = spoken[spoken["speaker"].isin(list(speakers))]
    counted = chosen.groupby(["speaker", by]).agg(n_quotes=("quote_id", "size")).reset_index()
    ordered = counted.assign(place=counted["speaker"].map({name: n for n, name in enumerate(speakers)}).astype("Int64"))
    return rank(ordered, "place", by).drop(columns="place")


def build_unnamed(quotes: pd.DataFrame) -> pd.DataFrame:
    """How much of an outlet's speech comes from people who are not named: one row per outlet and kind of speaker.

    Columns: `outlet`, `speaker_kind` (anonymous: one unnamed person; group: several, "officials", "residents"),
    `n_quotes`, `n_all` (of the outlet), `share` with the 95 % interval `low`, `high` (Wilson). Speech only.
    """
    spoken = build_spoken(quotes)
    whole = spoken.groupby("outlet").agg(n_all=("quote_id", "size")).reset_index()
    kinds = pd.DataFrame({"speaker_kind": ["anonymous", "group"]}, dtype="string")
    counted = spoken.groupby(["outlet", "speaker_kind"]).agg(n_quotes=("quote_id", "size")).reset_index()
    parts = whole.merge(kinds, how="cross").merge(counted, on=["outlet", "speaker_kind"], how="left")
    return rank(_with_interval(parts.assign(n_quotes=parts["n_quotes"].fillna(0))), "outlet", "speaker_kind")


def build_claimed(quotes: pd.DataFrame) -> pd.DataFrame:
    """How often a side "claims" where it might "say": one row per side.

    Columns: `side`, `n_quotes` (stance claim), `n_all` (stance claim or report), `share` with the 95 % interval `low`,
    `high` (Wilson). Speech with a cue only: a block quote chooses no verb.
    """
    spoken = build_spoken(quotes[quotes["cue"].notna()])
    chosen = spoken[spoken["stance"].isin(["claim", "report"])]
    claimed = chosen.assign(claimed=(chosen["stance"] == "claim").astype("Int64"))
    parts = claimed.groupby("side").agg(n_quotes=("claimed", "sum"), n_all=("claimed", "size")).reset_index()
    return rank(_with_interval(parts), "side")


def wilson(part: float, whole: float) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927): honest for small counts, never below 0 or above 1.

    >>> [round(bound, 2) for bound in wilson(3, 12)]
    [0.09, 0.53]
    >>> [round(bound, 2) for bound in wilson(0, 10)]
    [0.0, 0.28]
    """
    z = 1.96
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / whole + spread / (4 * whole))
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)


def _with_interval(parts: pd.DataFrame) -> pd.DataFrame:
    bounds = [wilson(part, whole) for part, whole in zip(parts["n_quotes"], parts["n_all"], strict=True)]
    columns = {"low": [low for low, _ in bounds], "high": [high for _, high in bounds]}
    typed = {name: pd.array(values, dtype="Float64") for name, values in columns.items()}
    return parts.assign(share=(parts["n_quotes"] / parts["n_all"]).astype("Float64"), **typed)


def _words_of(quote: Any) -> int:
    # Only the parts are quoted; between them stand the cue and the speaker.
    cut = (quote.text[start - quote.start_char : end - quote.start_char] for start, end in quote.parts)
    return sum(len(WORD.findall(part)) for part in cut)
