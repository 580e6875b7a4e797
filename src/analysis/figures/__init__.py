"""Finds reported figures: how many, of whom, what befell them, when, and on whose word.

`counts` says what a number counts, `measures` what it measures, `periods` over which window; `attribution` says who
gives it. Every quantity becomes a row: people are what the tables are for, other quantities have the measure `other`,
and a low confidence in the outlet's own voice. Leaving those out was measured on data/gold: it loses figures whose
quote was missed and gains nothing, while business news would lose nearly all of its quantities.

Source of the idea: the figure of IDMC's Helix (quantifier, unit, term, source); who suffered after UCDP GED.
"""

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from analysis.attribution import attribute
from analysis.cues import agent_of
from analysis.figures.assertion import is_asserted
from analysis.figures.count import Count
from analysis.figures.counts import find_counts
from analysis.figures.events import Measured
from analysis.figures.givers import OWNER, find_giver, find_loser, is_own, resolve_giver
from analysis.figures.measures import OTHER, find_measures
from analysis.figures.nouns import people
from analysis.figures.periods import Period, find_periods
from analysis.figures.reports import (
    claimant,
    find_claim,
    find_inner_giver,
    first_person,
    is_asked,
    speaks_for,
)
from analysis.figures.standing import find_standing
from analysis.figures.subsets import find_wholes
from analysis.figures.windows import covers, find_scopes, find_windows
from analysis.mentions import Mention
from analysis.numbers.amounts import SHARE
from analysis.quotes import Quote
from analysis.speakers import NOBODY, Speaker

# how far a rule can be trusted: the share of its figures that are right in data/gold, rounded down
CONFIDENCE = {"verb": 0.95, "nominal": 0.95, "state": 0.9, "state_behind": 0.9, "noun": 0.9, "victims": 0.85,
              "toll": 0.85, "trait": 0.8, "condition": 0.8, "part": 0.8, "coordinated": 0.8, "fate": 0.8,
              "neighbour": 0.75, "ellipsis": 0.5, "kind": 0.6, "bare": 0.6, "none": 0.8}  # fmt: skip
UNREPORTED = 0.4  # a quantity of things in the outlet's own voice
FOR_ONE = (
    "verb",
    "state",
    "fate",
    "nominal",
    "part",
    "coordinated",
    "neighbour",
    "condition",
)  # rules that count "a teacher"
FOR_NAMED = ("verb", "fate", "coordinated")  # and those that count "Ana Reyes"
HARM = frozenset({"killed", "injured"})
LOCATIVE = frozenset({"in", "at", "near", "on", "outside", "inside", "around", "across", "from"})
PERSON = "person"


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


def find_figures(
    doc: Doc, quotes: Sequence[Quote], mentions: Sequence[Mention], *, date: datetime.date | None
) -> list[Figure]:
    """All figures of a parsed `Doc`, in order of the text.

    `quotes` and `mentions` are those of the same `Doc`; `date` is the article's, from which windows such as "in the
    last 48 hours" get their dates. One row per number and measure; conventions of data/gold/GUIDELINES.md.
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
    scene = _Scene(counts, measured, windows, scopes, wholes, quotes, mentions, _places(doc, mentions))
    kept = [i for i in range(len(counts)) if scene.counts_as_figure(i)]
    place: dict[int | None, int] = {i: n for n, i in enumerate(kept)}
    return [replace(scene.figure(i), subset_of=place.get(wholes[i])) for i in kept]


@dataclass(frozen=True)
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
    index: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {id(quote): n for n, quote in enumerate(self.quotes)})

    def counts_as_figure(self, i: int) -> bool:
        """Whether a count is a figure; one person is when something befell them."""
        count, told = self.counts[i], self.measured[i]
        if count.definite:
            return told.measure in HARM and told.rule in FOR_ONE and self._is_first_harmed(i)
        if count.implicit:
            return told.measure != OTHER and told.rule in (FOR_NAMED if count.named else FOR_ONE)
        if _is_one_of(count):
            return told.measure != OTHER and told.rule == "verb"  # not "one of the most …"
        return told.measure != OTHER or not _is_clock(count)

    def _is_first_harmed(self, i: int) -> bool:
        return all(told.measure not in HARM for told in self.measured[:i])

    def figure(self, i: int) -> Figure:
        """The record of one count."""
        count, told, window = self.counts[i], self.measured[i], self.windows[i]
        number = count.number
        quote, giver = self._reporter(i)
        unit, group = self._unit(i)
        side = self._group_side(i, quote)
        unreported = told.measure == OTHER and quote is None and not count.of_people
        return Figure(
            start_char=number.start, end_char=number.end, text=number.text,
            low=number.low, high=number.high, qualifier=number.qualifier,
            unit=unit, measure=told.measure, group=group,
            group_side=side or (giver.side if is_own(count, told) else None),
            reporter=giver.name, reporter_kind=giver.kind if quote or giver != NOBODY else None,
            reporter_side=giver.side,
            quote=self.index[id(quote)] if quote else None,
            period=window.text if window else None,
            period_start=window.start if window else None,
            period_end=window.end if window else None,
            scope=self.scopes[i], place=self._place(count), subset_of=None,
            standing=find_standing(count, told, self.measured[:i]),
            asserted=is_asserted(count, told, quote, self.quotes),
            confidence=UNREPORTED if unreported else CONFIDENCE[told.rule], rule=told.rule,
        )  # fmt: skip

    # ------------------------------------------------------------ who is counted
    def _noun(self, i: int) -> Token | None:
        """The noun of the count, or the one that the words before lend it ("14 were injured": patients)."""
        count, told = self.counts[i], self.measured[i]
        noun = count.noun if count.noun is not None else told.noun
        if noun is None and told.like is not None:
            return self._noun(told.like)
        return noun if noun is not None else self._noun_before(i)

    def _noun_before(self, i: int) -> Token | None:
        """The noun of all other people in the sentence before: "one patient was killed and 14 were injured"."""
        count = self.counts[i]
        if count.number.unit is not None or count.implicit or self.measured[i].measure == OTHER:
            return None
        nouns: list[Token] = []
        for j in range(i - 1, max(-1, i - 21), -1):
            earlier = self.counts[j]
            if self.wholes[j] == i:  # "four children were among the 12 dead"
                continue
            if earlier.of_people and count.partitive:  # "200 suspects … Dozens of them were handed over"
                return earlier.noun
            if earlier.anchor.sent != count.anchor.sent:
                break
            nouns += [earlier.noun] if earlier.of_people and earlier.noun is not None else []
        return nouns[0] if len({noun.lemma_.lower() for noun in nouns}) == 1 else None

    def _unit(self, i: int) -> tuple[str | None, str | None]:
        """The unit in the singular, and the group as printed."""
        count, noun = self.counts[i], self._noun(i)
        if count.number.unit == SHARE and count.noun is not None:
            return f"{SHARE} of {count.lemma}", None
        if count.number.unit is not None:
            return count.number.unit, None
        if noun is None and self._runs_to_next(i):
            following = self.counts[i + 1]
            return following.number.unit or following.lemma or None, None
        if noun is None:
            like = self.measured[i].like
            known = self.measured[i].measure != OTHER or (like is not None and self._unit(like)[0] == PERSON)
            return (PERSON if known else None), None
        kind = people().get(noun.lemma_.lower()) or people().get(noun.lower_)
        if kind == "plain" or (kind is None and self.measured[i].rule == "noun"):
            return PERSON, None
        parts = [t for t in noun.doc[max(0, noun.i - 2) : noun.i] if t.head == noun and t.dep_ == "compound"]
        compound = [t.lower_ for t in parts if t.pos_ == "NOUN" and t.i >= count.span.end]
        grouped = kind in ("person", "group") or self.measured[i].measure not in (OTHER, "killed")
        group = " ".join([*compound, noun.lower_]) if grouped and kind != "body" and not count.of_things else None
        return " ".join([*compound, noun.lemma_.lower()]), group

    def _runs_to_next(self, i: int) -> bool:
        """From 4.8 to 4.7 percent: the first has the unit of the second."""
        if i + 1 >= len(self.counts):
            return False
        count, following = self.counts[i], self.counts[i + 1]
        doc, start = count.span.doc, count.span.start
        led = start > 0 and doc[start - 1].lower_ == "from" and doc[count.span.end : following.span.start].text == "to"
        return led and self.measured[i].measure == OTHER

    def _group_side(self, i: int, quote: Quote | None) -> str | None:
        """The party named beside the counted people, or the reporter's own ("our boys")."""
        count, told = self.counts[i], self.measured[i]
        if count.of_things:
            return None
        roots = [t for t in (count.top, self._noun(i), told.trigger) if t is not None and t.pos_ not in ("VERB", "AUX")]
        near = [t for root in roots for t in root.doc[max(0, root.i - 8) : root.i + 8] if root.is_ancestor(t)]
        for token in near:
            side = self._side_at(token.idx) if token.i < count.end + 8 else None
            if side:
                return side
        loser = find_loser(count, told)
        if loser is not None and loser.pos_ == "PRON" and quote is not None:
            return quote.side
        if loser is not None and self._side_at(loser.idx):
            return self._side_at(loser.idx)
        owned = any(token.lower_ in OWNER and token.dep_ == "nmod:poss" for token in near)
        if owned and quote is not None:
            return quote.side
        return self._group_side(told.like, quote) if told.like is not None else None

    # ------------------------------------------------------------ on whose word
    def _reporter(self, i: int) -> tuple[Quote | None, Speaker]:
        """The quote that a figure stands in, and who gives it: the innermost giver, NOBODY where nobody is named."""
        count, told = self.counts[i], self.measured[i]
        quote = self._quote(i)
        claim = find_claim(count, quote)
        word = claimant(claim) if claim is not None else find_inner_giver(count)
        if word is None and quote is None:
            word = find_giver(count, told)
        if word is not None:
            giver = resolve_giver(word, self.quotes, self.mentions)
            author = agent_of(word) if giver.name is None else None  # "a survey by Okno arrived at 12"
            return quote, resolve_giver(author, self.quotes, self.mentions) if author is not None else giver
        if quote is None or claim is not None or is_asked(quote, count):
            return quote, NOBODY
        said = first_person(quote, self.quotes)
        return quote, Speaker(said.speaker, said.speaker_kind, said.side, said.affiliation)

    def _quote(self, i: int) -> Quote | None:
        """The innermost quote around a figure, or the one of its whole: "26 wounded, eight of whom had been shot"."""
        for n in (i, self.wholes[i]):
            count = self.counts[n] if n is not None else None
            if count is not None and count.anchor.sent == self.counts[i].anchor.sent:
                quote = attribute(count.number.start, count.number.end, self.quotes)
                quote = quote or next((quote for quote in self.quotes if speaks_for(quote, count)), None)
                if quote is not None:
                    return quote
        return None

    def _side_at(self, char: int) -> str | None:
        mention = self._mention_at(char)
        return mention.side if mention is not None else None

    def _mention_at(self, char: int) -> Mention | None:
        n = bisect_right(self.mentions, char, key=lambda mention: mention.start_char) - 1
        return self.mentions[n] if n >= 0 and char < self.mentions[n].end_char else None

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


def _is_one_of(count: Count) -> bool:
    """One of the nurses; but "one of them critically"."""
    behind = count.span.doc[count.span.end : count.span.end + 2]
    of = bool(behind) and behind[0].lower_ == "of" and behind[-1].tag_ not in ("PRP", "WP")
    return of and count.span.text.lower() == "one"


def _is_clock(count: Count) -> bool:
    """School starts at eight."""
    before = count.span.doc[max(0, count.span.start - 1) : count.span.start].text.lower()
    behind = count.span.doc[count.span.end : count.span.end + 1]
    free = not behind or behind[0].is_space or behind[0].pos_ in ("PUNCT", "CCONJ", "SCONJ", "ADP", "ADV")
    bare = free and count.noun is None and count.number.unit is None and count.span.text.isalnum()
    governed = any(child.dep_ == "obj" for child in count.anchor.head.children)  # "puts the total at eight"
    return bare and not governed and before in ("at", "by", "until", "till") and (count.number.high or 0) <= 24
