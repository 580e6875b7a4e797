"""What a chart says, in words: for readers who do not see it, and printed under it for all.

Each function takes the table that the chart was drawn from and names its main values. An empty table is "no data".
"""

import pandas as pd

from analysis.axes import write_label


def describe_ranking(table: pd.DataFrame, *, what: str, name: str, value: str, unit: str) -> str:
    """The number of rows, the first three, the last; `table` in the order of the chart.

    >>> table = pd.DataFrame({"speaker": ["Rana Ost", "Ilko Stane"], "n_quotes": [9, 4]})
    >>> describe_ranking(table, what="Speakers", name="speaker", value="n_quotes", unit="quotes")
    'Speakers by quotes: Rana Ost 9, Ilko Stane 4.'
    """
    if table.empty:
        return f"{what} by {unit}: no data."
    pairs = [f"{write_label(label)} {number:,}" for label, number in zip(table[name], table[value], strict=True)]
    rest = f"; {len(pairs) - 3:,} more follow, down to {pairs[-1]}" if len(pairs) > 3 else ""
    return f"{what} by {unit}: {', '.join(pairs[:3])}{rest}."


def describe_matrix(table: pd.DataFrame, *, what: str, row: str, column: str, value: str, percent: bool = False) -> str:
    """The size of the grid, its largest value, and how many of its places are empty.

    >>> table = pd.DataFrame({"outlet": ["Coast Wire", "Oldra Watch"], "kind": ["direct", "mixed"], "n": [3, 1]})
    >>> describe_matrix(table, what="Quotes", row="outlet", column="kind", value="n")
    'Quotes, 2 rows by 2 columns: most for Coast Wire, direct (3); 2 of 4 places are empty.'
    """
    shown = table[table[value].notna()]
    if shown.empty:
        return f"{what}: no data."
    top = shown.loc[shown[value].astype(float).idxmax()]
    most = f"{top[value]:.0%}" if percent else f"{top[value]:,}"
    rows, columns = shown[row].nunique(), shown[column].nunique()
    empty = rows * columns - len(shown.drop_duplicates([row, column]))
    labels = f"{write_label(top[row])}, {write_label(top[column])}"
    return (
        f"{what}, {rows} rows by {columns} columns: most for {labels} ({most}); "
        f"{empty:,} of {rows * columns:,} places are empty."
    )


def describe_lines(table: pd.DataFrame, *, what: str, date: str, value: str, name: str, percent: bool = False) -> str:
    """The lines, the time they cover, and the highest point of each of the first three.

    >>> days = pd.to_datetime(["2031-05-11", "2031-05-18"])
    >>> table = pd.DataFrame({"week": days, "side": ["Ulvania"] * 2, "n": [3, 5]})
    >>> describe_lines(table, what="Mentions", date="week", value="n", name="side")
    'Mentions from 11 May 2031 to 18 May 2031; at their highest: Ulvania 5 (18 May 2031).'
    """
    shown = table[table[date].notna() & table[value].notna()]
    if shown.empty:
        return f"{what}: no data."
    tops = shown.loc[shown.groupby(name)[value].idxmax()].sort_values(value, ascending=False, kind="stable")
    peaks = [
        f"{write_label(row[name])} {f'{row[value]:.0%}' if percent else f'{row[value]:,}'} ({write_label(row[date])})"
        for row in tops.head(3).to_dict("records")
    ]
    rest = f", and {len(tops) - 3:,} more" if len(tops) > 3 else ""
    span = f"from {write_label(shown[date].min())} to {write_label(shown[date].max())}"
    return f"{what} {span}; at their highest: {', '.join(peaks)}{rest}."


def describe_figures(series: pd.DataFrame, *, what: str) -> str:
    """The number of claims and reporters, the lowest and the highest asserted claim with who made it.

    `series` is a table of `analysis.accounts.build_series`.
    """
    asserted = series[series["asserted"].fillna(False)]
    numbers = asserted["high"].fillna(asserted["low"]).astype("Float64").dropna()
    if numbers.empty:
        return f"{what}: no asserted figure with a number."
    least, most = asserted.loc[numbers.idxmin()], asserted.loc[numbers.idxmax()]
    denied = len(series) - len(asserted)
    return (
        f"{what}: {len(asserted):,} claims by {asserted['voice'].nunique():,} reporters; lowest {_claim(least)}, "
        f"highest {_claim(most)}" + (f"; {denied:,} more are denied or questioned." if denied else ".")
    )


def describe_scores(scores: pd.DataFrame, *, what: str, name: str) -> str:
    """The range of precision and of recall, and the row where each is lowest."""
    parts = [_score_range(scores, score, name) for score in ("precision", "recall")]
    return f"{what}: " + ("; ".join(part for part in parts if part) or "no data") + "."


def _score_range(scores: pd.DataFrame, score: str, name: str) -> str:
    known = scores[scores[score].notna()]
    if known.empty:
        return ""
    values = known[score].astype(float)
    worst = write_label(known.loc[values.idxmin(), name])
    return f"{score} from {values.min():.2f} ({worst}) to {values.max():.2f}"


def _claim(row: pd.Series) -> str:
    day = "" if pd.isna(row["date"]) else f", {write_label(row['date'])}"
    return f"{row['bounds']} ({write_label(row['voice'])}{day})"
