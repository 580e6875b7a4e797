"""The bounds of vague words under another convention: what "dozens" is for Airwars or ACLED, beside our own reading.

The tables keep ours; a notebook restates them, so that one extraction serves every convention. The values and their
sources are columns of `data/lexicon/quantities.csv`; a word without a value there keeps ours.
"""

import pandas as pd

from analysis.numbers import parse_number
from analysis.numbers.words import convention_in_use

OURS = "ours"
CONVENTIONS = (OURS, "airwars", "acled")


def restate_vague(figures: pd.DataFrame, *, convention: str) -> pd.DataFrame:
    """The figures with `low` and `high` of vague words as `convention` has them, as a new table.

    `figures` need `text`, `qualifier`, `low`, `high`. Raises ValueError for a convention that is none of `CONVENTIONS`.

    >>> table = pd.DataFrame({"text": ["dozens", "12"], "qualifier": ["vague", "exact"], "low": [24.0, 12.0],
    ...                       "high": [99.0, 12.0]})
    >>> restate_vague(table, convention="airwars")[["low", "high"]].to_numpy().tolist()
    [[12.0, 24.0], [12.0, 12.0]]
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"parameter convention is {convention!r}; choose one of {', '.join(CONVENTIONS)}")
    restated = figures.copy()
    if convention == OURS:
        return restated
    token = convention_in_use.set(convention)
    try:
        for index in figures.index[figures["qualifier"].eq("vague").fillna(False)]:
            number = parse_number(str(figures.at[index, "text"]))
            if number is not None:
                restated.loc[index, ["low", "high"]] = [number.low, number.high]
    finally:
        convention_in_use.reset(token)
    return restated
