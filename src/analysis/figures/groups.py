"""Who is counted: the unit in the singular, the group as printed, and the party that the people belong to."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Token

from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.givers import OWNER, find_loser, find_owner, resolve_giver
from analysis.figures.nouns import people_kind
from analysis.figures.triggers import OTHER
from analysis.mentions import Mention
from analysis.numbers.words import SHARE
from analysis.quotes import Quote
from analysis.speakers import Speakers

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Groups:
    """The people of all counts of an article."""

    counts: Sequence[Count]
    measured: Sequence[Measured]
    wholes: Sequence[int | None]  # for each count the index of the one it is a part of
    mentions: Sequence[Mention]
    speakers: Speakers

    def noun(self, i: int) -> Token | None:
        """The noun of the count, or the one that the words before lend it ("14 were injured": patients)."""
        count, told = self.counts[i], self.measured[i]
        if count.noun is not None:
            return count.noun
        lent = self.noun(told.like) if told.noun is None and told.like is not None else told.noun
        if lent is None:
            return self._noun_before(i)
        return None if told.rule != "part" and self._is_of_several(lent, count) else lent

    def _is_of_several(self, noun: Token, count: Count) -> bool:
        """Whether a noun before is one of several: "371 fighters and 181 civilians. The Front claims 2,900" of both."""
        if noun.sent == count.anchor.sent:
            return False
        near = [n for n, c in enumerate(self.counts) if c.of_people and not c.implicit and c.anchor.sent == noun.sent]
        return len({self.counts[n].lemma for n in near if self.wholes[n] is None}) > 1

    def _noun_before(self, i: int) -> Token | None:
        """The noun of all other people in the sentence before: "one patient was killed and 14 were injured"."""
        count = self.counts[i]
        if count.number.unit is not None or count.implicit or self.measured[i].measure == OTHER:
            return None
        nouns: list[Token] = []
        for j in range(i - 1, max(-1, i - 21), -1):
            earlier = self.counts[j]
            if self.wholes[j] is not None:  # "four children were among the 12 dead", "31, including nine children"
                continue
            if earlier.of_people and count.partitive:  # "200 suspects … Dozens of them were handed over"
                return earlier.noun
            if earlier.anchor.sent != count.anchor.sent:
                break
            nouns += [earlier.noun] if earlier.of_people and earlier.noun is not None else []
        return nouns[0] if len({noun.lemma_.lower() for noun in nouns}) == 1 else None

    def unit(self, i: int) -> tuple[str | None, str | None]:
        """The unit in the singular, and the group as printed."""
        count, noun = self.counts[i], self.noun(i)
        if count.number.unit == SHARE and count.noun is not None:
            return f"{SHARE} of {count.lemma}", None
        if count.number.unit is not None:
            return count.number.unit, None
        if noun is None and self._runs_to_next(i):
            following = self.counts[i + 1]
            return following.number.unit or following.lemma or None, None
        if noun is None:
            like = self.measured[i].like
            known = self.measured[i].measure != OTHER or (like is not None and self.unit(like)[0] == PERSON)
            return (PERSON if known else None), None
        kind = people_kind(noun)
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

    def side(self, i: int, quote: Quote | None) -> str | None:
        """The party named beside the counted people, or the reporter's own ("our boys")."""
        count, told = self.counts[i], self.measured[i]
        if count.of_things:
            return None
        owner = find_owner(count, told)
        if owner is not None:
            return side_at(self.mentions, owner.idx) or resolve_giver(owner, self.speakers).side
        roots = [t for t in (count.top, self.noun(i), told.trigger) if t is not None and t.pos_ not in ("VERB", "AUX")]
        near = [t for root in roots for t in root.doc[max(0, root.i - 8) : root.i + 8] if root.is_ancestor(t)]
        for token in near:
            side = side_at(self.mentions, token.idx) if token.i < count.end + 8 else None
            if side:
                return side
        loser = find_loser(count, told)
        if loser is not None and loser.pos_ == "PRON" and quote is not None:
            return quote.side
        if loser is not None and side_at(self.mentions, loser.idx):
            return side_at(self.mentions, loser.idx)
        owned = any(token.lower_ in OWNER and token.dep_ == "nmod:poss" for token in near)
        if owned and quote is not None:
            return quote.side
        like = self.side(told.like, quote) if told.like is not None else None
        return like or self._side_of_kind(i)

    def _side_of_kind(self, i: int) -> str | None:
        """The party that the noun alone tells, as for a source: soldiers are those of the only state at home."""
        noun = self.noun(i)
        if noun is None or people_kind(noun) not in ("person", "group"):
            return None
        traits = [c.i for c in noun.lefts if c.dep_ in ("compound", "amod", "nmod:poss")]
        return self.speakers.resolve((min([*traits, noun.i]), noun.i + 1)).side


def side_at(mentions: Sequence[Mention], char: int) -> str | None:
    """The party of the mention at an offset."""
    n = bisect_right(mentions, char, key=lambda mention: mention.start_char) - 1
    return mentions[n].side if n >= 0 and char < mentions[n].end_char else None
