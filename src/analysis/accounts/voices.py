"""Who is quoted, how much and with which words, counted. Tables in, new tables out.

Speech only: thoughts are no quotes. Parts of a quote count, not the cue and the speaker that stand between them.
"""

from typing import Any

import pandas as pd

from analysis.accounts import SIDE_UNKNOWN, start_of_week
from analysis.accounts.coverage import OUTLET_UNKNOWN, WORD, rank


def build_speakers(quotes: pd.DataFrame) -> pd.DataFrame:
    """Who is quoted, the most quoted first: one row per speaker and side.

    Columns: `speaker` ("not named" when the text names nobody), `side`, `n_quotes`, `n_words`, `n_direct` (direct or
    mixed), `n_articles`, `n_outlets`. Speech only; a quote inside a quote counts for both speakers.
    """
    spoken = _spoken(quotes)
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
    spoken = _spoken(quotes)
    outer = spoken[spoken["parent_id"].isna() & spoken[by].notna()]
    groups = outer.groupby([by, of])
    parts = rank(groups.agg(n_quotes=("quote_id", "size"), n_words=("n_words", "sum")).reset_index(), by, of)
    whole = parts.groupby(by)["n_words"].transform("sum")
    return parts.assign(share=(parts["n_words"] / whole.where(whole > 0)).astype("Float64"))


def build_cues(quotes: pd.DataFrame) -> pd.DataFrame:
    """The words that introduce each side's speech: `cue` (lower case), `stance`, `side`, `n_quotes`, most first."""
    spoken = _spoken(quotes[quotes["cue"].notna()])
    plain = spoken.assign(cue=spoken["cue"].str.casefold())
    counted = plain.groupby(["cue", "stance", "side"]).agg(n_quotes=("quote_id", "size")).reset_index()
    return rank(counted, "n_quotes", "cue", "side")


def _spoken(quotes: pd.DataFrame) -> pd.DataFrame:
    speech = quotes[quotes["mode"].ne("thought").fillna(True)]
    return speech.assign(
        speaker=speech["speaker"].fillna("not named"),
        side=speech["side"].fillna(SIDE_UNKNOWN),
        outlet=speech["outlet"].fillna(OUTLET_UNKNOWN),
        week=start_of_week(speech["date"]),
        n_words=pd.array([_words_of(row) for row in speech.itertuples(index=False)], dtype="Int64"),
    )


def _words_of(quote: Any) -> int:
    # Only the parts are quoted; between them stand the cue and the speaker.
    cut = (quote.text[start - quote.start_char : end - quote.start_char] for start, end in quote.parts)
    return sum(len(WORD.findall(part)) for part in cut)
