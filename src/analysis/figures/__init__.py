"""Finds reported figures: how many, of whom, what befell them, when, and on whose word.

`counts` says what a number counts, `measures` what it measures, `periods` over which window; `attribution` says who
gives it. Every quantity becomes a row: people are what the tables are for, other quantities have the measure `other`,
and a low confidence in the outlet's own voice. Leaving those out was measured on data/gold: it loses figures whose
quote was missed and gains nothing, while business news would lose nearly all of its quantities.

Source of the idea: the figure of IDMC's Helix (quantifier, unit, term, source); who suffered after UCDP GED.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc

from analysis.actors import read_actors
from analysis.attribution import attribute
from analysis.cues import agent_of
from analysis.figures.assertion import is_asserted
from analysis.figures.count import Count
from analysis.figures.counts import find_counts
from analysis.figures.events import Measured
from analysis.figures.givers import find_author, find_giver, is_own, resolve_giver
from analysis.figures.groups import Groups
from analysis.figures.kept import counts_as_figure
from analysis.figures.leaning import HARM
from analysis.figures.learned import TRUSTED
from analysis.figures.measures import find_measures
from analysis.figures.periods import Period, find_periods
from analysis.figures.reports import (
    claimant,
    find_claim,
    find_inner_giver,
    first_person,
    is_asked,
    speaks_for,
)
from analysis.figures.severity import find_severity
from analysis.figures.standing import find_standing
from analysis.figures.subsets import find_wholes
from analysis.figures.triggers import OTHER
from analysis.figures.windows import covers, find_scopes, find_windows
from analysis.mentions import Mention
from analysis.quotes import Quote
from analysis.speakers import NOBODY, Speaker, Speakers

UNREPORTED = 0.4  # a quantity of things in the outlet's own voice
LOCATIVE = frozenset({"in", "at", "near", "on", "outside", "inside", "around", "across", "from"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A reported quantity."""

    start_char: int  # of the number with its bounding words
    end_char: int
    text: str
    low: float | None  # inclusive bounds; None where open
    high: float | None
    qualifier: str  # exact, about, at_least, more_than, at_most, less_than, range, vague
    unit: str | None  # singular noun, or the sign as printed
    measure: str  # from measures.csv, or other
    group: str | None  # who is counted, as printed; None for people, others, bodies and things
    group_side: str | None  # the party they belong to
    reporter: str | None  # on whose word; None when the outlet says it itself, or nobody is named
    reporter_kind: str | None
    reporter_side: str | None
    quote: int | None  # index of the quote that reports it
    period: str | None  # the window as printed
    period_start: datetime.date | None
    period_end: datetime.date | None
    scope: str | None  # incident, cumulative
    place: str | None
    subset_of: int | None  # index of the figure that this one is a part of
    standing: str  # whole; part ("another six"), former ("up from 38"): neither says how many in all
    asserted: bool  # False when the sentence denies, questions or imagines it
    confidence: float
    rule: str
    severity: str | None  # critical, serious, light; of the injured, where the sentence says


def find_figures(
    doc: Doc,
    quotes: Sequence[Quote],
    mentions: Sequence[Mention],
    *,
    date: datetime.date | None,
    speakers: Speakers | None = None,
) -> list[Figure]:
    """All figures of a parsed `Doc`, in order of the text.

    `quotes` and `mentions` are those of the same `Doc`, `speakers` those whom `find_quotes` heard; `date` is the
    article's, from which windows such as "in the last 48 hours" get their dates. One row per number and measure;
    conventions of data/gold/GUIDELINES.md.
    """
    periods = find_periods(doc.text, date=date)
    found = [count for count in find_counts(doc) if not (count.of_time and any(covers(p, count) for p in periods))]
    counts = [count for count in found if not count.definite]
    measured = find_measures(counts)
    if len(counts) < len(found) and not any(told.measure in HARM for told in measured):
        counts, measured = found, find_measures(found)
    windows = find_windows(doc, counts, measured, periods)
    wholes = find_wholes(counts, measured)
    scopes = find_scopes(counts, measured, windows, wholes)
    scene = _Scene(
        counts,
        measured,
        windows,
        scopes,
        wholes,
        quotes,
        mentions,
        _places(doc, mentions),
        speakers or Speakers(doc, mentions, read_actors()),
    )
    kept = [i for i in range(len(counts)) if counts_as_figure(i, counts, measured)]
    place: dict[int | None, int] = {i: n for n, i in enumerate(kept)}
    return [replace(scene.figure(i), subset_of=place.get(wholes[i])) for i in kept]


@dataclass
class _Scene:
    """All that the figures of one article are made of."""

    counts: list[Count]
    measured: list[Measured]
    windows: list[Period | None]
    scopes: list[str | None]
    wholes: list[int | None]
    quotes: Sequence[Quote]
    mentions: Sequence[Mention]
    places: dict[int, list[Mention]]  # by the first token of their sentence
    speakers: Speakers
    index: dict[int, int] = field(init=False)
    groups: Groups = field(init=False)

    def __post_init__(self) -> None:
        self.index = {id(quote): n for n, quote in enumerate(self.quotes)}
        self.groups = Groups(self.counts, self.measured, self.wholes, self.mentions, self.speakers)

    def figure(self, i: int) -> Figure:
        """The record of one count."""
        count, told, window = self.counts[i], self.measured[i], self.windows[i]
        number = count.number
        quote, giver = self._reporter(i)
        unit, group = self.groups.unit(i)
        unreported = told.measure == OTHER and quote is None and not count.of_people
        return Figure(
            start_char=number.start, end_char=number.end, text=number.text,
            low=number.low, high=number.high, qualifier=number.qualifier,
            unit=unit, measure=told.measure, group=group,
            group_side=self.groups.side(i, quote) or (giver.side if is_own(count, told) else None),
            reporter=giver.name, reporter_kind=giver.kind if quote or giver != NOBODY else None,
            reporter_side=giver.side,
            quote=self.index[id(quote)] if quote else None,
            period=window.text if window else None,
            period_start=window.start if window else None,
            period_end=window.end if window else None,
            scope=self.scopes[i], place=self._place(count), subset_of=None,
            standing=find_standing(count, told, self.measured[:i]),
            asserted=is_asserted(count, told, quote, self.quotes),
            confidence=UNREPORTED if unreported else TRUSTED[told.rule], rule=told.rule,
            severity=find_severity(count, told),
        )  # fmt: skip

    # ------------------------------------------------------------ on whose word
    def _reporter(self, i: int) -> tuple[Quote | None, Speaker]:
        """The quote that a figure stands in, and who gives it: the innermost giver, NOBODY where nobody is named."""
        count, told = self.counts[i], self.measured[i]
        quote = self._quote(i)
        claim = find_claim(count, quote)
        word = claimant(claim) if claim is not None else find_inner_giver(count)
        if word is None and claim is None and (quote is None or quote.speaker is None):
            word = find_giver(count, told)
        if word is not None:
            giver = resolve_giver(word, self.speakers)
            author = agent_of(word) if giver.name is None else None  # "a survey by Okno arrived at 12"
            return quote, resolve_giver(author, self.speakers) if author is not None else giver
        if quote is None or claim is not None or is_asked(quote, count):
            return quote, NOBODY
        author = find_author(quote, count.span.doc) if quote.speaker is None else None
        if author is not None:
            return quote, resolve_giver(author, self.speakers)
        said = first_person(quote, self.quotes)
        return quote, Speaker(said.speaker, said.speaker_kind, said.side, said.affiliation)

    def _quote(self, i: int) -> Quote | None:
        """The innermost quote around a figure, or that of what it leans on: "26 wounded, eight of them shot"."""
        former = i - 1 if i and find_standing(self.counts[i], self.measured[i], self.measured[:i]) == "former" else None
        for n in (i, self.wholes[i], self.measured[i].like, former):
            count = self.counts[n] if n is not None else None
            if count is not None and count.anchor.sent == self.counts[i].anchor.sent:
                quote = attribute(count.number.start, count.number.end, self.quotes)
                quote = quote or next((quote for quote in self.quotes if speaks_for(quote, count)), None)
                if quote is not None:
                    return quote
        return None

    # ------------------------------------------------------------ when and where
    def _place(self, count: Count) -> str | None:
        """The nearest place of the sentence that a preposition of place leads in."""
        found = self.places.get(count.anchor.sent.start, [])
        nearest = min(found, key=lambda m: abs(m.start_char - count.number.end), default=None)
        return nearest.text if nearest else None


def _places(doc: Doc, mentions: Sequence[Mention]) -> dict[int, list[Mention]]:
    found: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        span = doc.char_span(mention.start_char, mention.end_char, alignment_mode="expand")
        before = doc[max(0, span.start - 2) : span.start] if span is not None else ()
        if mention.label in ("LOC", "FAC") and any(token.lower_ in LOCATIVE for token in before):
            found[span.sent.start].append(mention)
    return found
