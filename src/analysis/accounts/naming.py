"""Which figures may stand side by side: whose word each is, what it counts, and whether it says how many in all."""

from functools import cache

import pandas as pd

from analysis.lexicon import read_lexicon

COMPARABLE = ("measure", "counted", "group_side", "scope", "window")
"""What two figures must share before they may be compared: so a running total never meets the toll of one incident,
children never meet people, and a window ("since Monday") never meets another or none."""

TIMES = 20
"""Numbers further apart than so many times are not taken for one count: an incident's dead and a war's dead."""

SIDE_UNKNOWN = "side not known"
NOT_NAMED = "not named"  # the voice of somebody quoted without a name
OWN_VOICE = ", own voice"  # how the voice of an outlet ends


def name_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with what makes them readable and comparable.

    Adds `voice` (on whose word), `voice_id`, `whose` (the voice with its side), `counted` (who or what is counted),
    `window` (the period, missing when the text gives none), `what` (all that `COMPARABLE` holds, in words), `bounds`
    (the number in words), `is_former` (told as replaced: "up from 38") and `is_part`: says less than how many in all,
    as part of a figure of the same people ("two of them badly", "another six"), as a step to a toll beside it, or as
    one person without a number ("a nurse"). A missing `group_side` or `reporter_side` becomes "side not known", a
    missing scope "scope not known". Nobody is guessed: an unnamed reporter is a voice of that one article.

    >>> columns = "figure_id article_id outlet reporter reporter_kind reporter_side quote_id measure group group_side"
    >>> columns = (columns + " unit text scope period period_start period_end subset_of standing").split()
    >>> frame = pd.DataFrame([["f1", "a1", "Coast Wire"] + [None] * 15], columns=columns, dtype="string")
    >>> frame = frame.assign(measure="killed", low=31.0, high=float("nan"), qualifier="at_least")
    >>> name_figures(frame)[["whose", "what", "bounds"]].iloc[0].tolist()
    ['Coast Wire, own voice', 'killed: people, scope not known', '31 or more']
    """
    figures = figures if "voice" in figures else _full_names(figures)
    named = figures.assign(
        voice=_voice(figures),
        voice_id=_voice(figures, place=" in " + figures["article_id"].astype("string")),
        counted=figures["counted"] if "counted" in figures else _counted(figures),
        window=figures["window"] if "window" in figures else _window(figures),
        group_side=figures["group_side"].fillna(SIDE_UNKNOWN),
        reporter_side=figures["reporter_side"].fillna(SIDE_UNKNOWN),
        scope=figures["scope"].fillna("scope not known"),
        figure_id=figures["figure_id"].astype(object),  # so that lists of them stay plain lists
    )
    rows = zip(figures["low"], figures["high"], figures["qualifier"], strict=True)
    return named.assign(
        is_part=_is_part(named) | figures.get("is_part", False),
        is_former=named["standing"].eq("former").fillna(False),
        whose=[with_side(voice, side) for voice, side in zip(named["voice"], named["reporter_side"], strict=True)],
        what=name_counts(named),
        bounds=[format_bounds(low, high, about=said == "about", vague=said == "vague") for low, high, said in rows],
    )


def name_counts(table: pd.DataFrame) -> pd.Series:
    """What each row counts, in words, read from the columns of `COMPARABLE`.

    >>> row = ["killed", "soldiers", "Ulvania", "cumulative", "since 2031-05-07"]
    >>> name_counts(pd.DataFrame([row], columns=COMPARABLE)).item()
    'killed: soldiers (Ulvania), cumulative, since 2031-05-07'
    """
    rows = table[list(COMPARABLE)].itertuples(index=False)
    words = [f"{row.measure}: {with_side(row.counted, row.group_side)}, {row.scope}" for row in rows]
    windows = [f", {window}" if pd.notna(window) else "" for window in table["window"]]
    return pd.Series(words, index=table.index, dtype="string") + pd.Series(windows, index=table.index, dtype="string")


def with_side(name: str, side: str) -> str:
    """The name with its side, unless the side is unknown or the name itself.

    >>> with_side("Idris Vane", "Saltmarsh Front"), with_side("Ulvania", "Ulvania")
    ('Idris Vane (Saltmarsh Front)', 'Ulvania')
    """
    return name if side in (SIDE_UNKNOWN, name) else f"{name} ({side})"


def format_bounds(low: float | None, high: float | None, *, about: bool = False, vague: bool = False) -> str:
    """The two bounds in words; `about` and `vague` say how the text put it.

    >>> [format_bounds(*b) for b in ((12, 12), (20, 30), (31, None), (0, 120), (None, 9), (None, None))]
    ['12', '20–30', '31 or more', 'up to 120', 'up to 9', 'no number']
    >>> format_bounds(200, 200, about=True), format_bounds(24, 99, vague=True)
    ('about 200', '24–99 (vague)')
    """
    if about or vague:
        return f"{'about ' if about else ''}{format_bounds(low, high)}{' (vague)' if vague else ''}"
    low, high = (None if pd.isna(x) else x for x in (low, high))
    if low is None and high is None:
        return "no number"
    if high is None:
        return f"{_plain(low)} or more"
    if low is None or (low == 0 and high > 0):
        return f"up to {_plain(high)}"
    return _plain(low) if low == high else f"{_plain(low)}–{_plain(high)}"


def _full_names(figures: pd.DataFrame) -> pd.DataFrame:
    """With "the army" as "Orandan army" where one such reporter, and only one, stands in the same article or story."""
    for place in [name for name in ("article_id", "story_id") if name in figures]:
        figures = _full_names_in(figures, figures[place])
    return figures


def _full_names_in(figures: pd.DataFrame, places: pd.Series) -> pd.DataFrame:
    full: dict[tuple[str, str], str] = {}
    for place, found in figures["reporter"].dropna().groupby(places):
        folded = {name: f" {name.casefold()}" for name in found.unique()}
        for name, ending in folded.items():
            longer = [other for other, whole in folded.items() if other != name and whole.endswith(ending)]
            if len(longer) == 1:
                full[place, name] = longer[0]
    keys = list(zip(places, figures["reporter"].fillna(""), strict=True))
    names = pd.Series([full.get(key, key[1]) for key in keys], index=figures.index, dtype="string").replace("", pd.NA)
    sides = figures["reporter_side"].groupby([places, names]).transform("first")
    return figures.assign(reporter=names, reporter_side=figures["reporter_side"].fillna(sides))


def _voice(figures: pd.DataFrame, *, place: str | pd.Series = "") -> pd.Series:
    # Reported speech without a name is somebody's word, though nobody's name; only the rest is the outlet's own.
    reported = figures["quote_id"].notna() | figures["reporter_kind"].fillna("none").ne("none")
    outlet = figures["outlet"].astype("string")
    own = (outlet + OWN_VOICE).fillna("outlet not known" + OWN_VOICE + pd.Series(place, index=figures.index))
    return (
        figures["reporter"]
        .astype("string")
        .fillna(own.mask(reported, NOT_NAMED + pd.Series(place, index=figures.index)))
    )


def _counted(figures: pd.DataFrame) -> pd.Series:
    """Who or what, in one form: by `labels.csv`, else as the figures print it most often when there are several."""
    units = figures["unit"].astype("string").str.casefold()
    groups = figures["group"].astype("string").str.casefold()
    several = groups[groups.ne(units).fillna(False)].groupby(units).agg(lambda forms: forms.mode().iloc[0])
    labels = pd.Series(
        [_labels().get((unit, measure)) for unit, measure in zip(units, figures["measure"], strict=True)],
        index=figures.index,
        dtype="string",
    )
    people = labels.fillna(units.map(several).astype("string")).where(groups.notna())
    # Of people the noun is enough; money and rockets are told apart by their unit.
    things = units.where(figures["measure"].eq("other").fillna(False))
    return people.fillna(groups).fillna(things).fillna("people")


@cache
def _labels() -> dict[tuple[str, str], str]:
    rows = read_lexicon("labels", ("label", "counted", "measures"))
    known = {row["measure"] for row in read_lexicon("measures", ("measure",))}
    return {
        (row["label"], measure): row["counted"] for row in rows for measure in row["measures"].split("|") if measure
    } | {(row["label"], measure): row["counted"] for row in rows if not row["measures"] for measure in known}


def _is_part(named: pd.DataFrame) -> pd.Series:
    """Whether a figure says less than how many in all: it must neither be added to the whole nor dispute it."""
    of_whole = named.drop_duplicates("figure_id").set_index("figure_id")["counted"]
    wholes = named["subset_of"].map(of_whole)
    vague = wholes.notna() & named["counted"].eq("people").fillna(False)  # "one of them" of two engineers
    alike = wholes.eq(named["counted"]).fillna(False).astype(bool)
    return _is_single(named) | vague | alike | named["standing"].eq("part").fillna(False) | _is_step(named)


def _is_step(named: pd.DataFrame) -> pd.Series:
    """Whether the same voice tells a higher toll beside it: "two more died, bringing the toll to six"."""
    tolls = named["scope"].eq("cumulative") & named["window"].isna() & named["counted"].eq("people")
    tolls &= ~named["standing"].eq("former").fillna(False)
    told = named.assign(toll=named["low"].where(tolls.fillna(False)))
    highest = told.groupby(["article_id", "voice_id", "measure"], dropna=False)["toll"].transform("max")
    step = named["scope"].eq("incident") & named["high"].lt(highest) & (named["low"] * TIMES > highest)
    step &= named["subset_of"].isna()
    return step.fillna(False).astype(bool)


def _is_single(named: pd.DataFrame) -> pd.Series:
    """Whether a figure is one person without a number, "a soldier": what befell them says nothing of how many."""
    one = named["low"].eq(1) & named["high"].eq(1)
    return (one & ~named["text"].str.contains(r"\d|\bone\b", case=False, regex=True)).fillna(False).astype(bool)


def _window(figures: pd.DataFrame) -> pd.Series:
    start, end = (pd.to_datetime(figures[name]).dt.strftime("%Y-%m-%d") for name in ("period_start", "period_end"))
    # A running total moves its end every day; what makes it the same total is where it began.
    running = figures["scope"].eq("cumulative").fillna(False) & start.notna()
    dated = ("since " + start).where(running, start + " to " + end)
    return dated.astype("string").fillna(figures["period"].astype("string").str.casefold())


def _plain(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.10g}"
