"""The record of a count: a number of a parsed `Doc` and what it counts."""

from dataclasses import dataclass

from spacy.tokens import Span, Token

from analysis.figures.nouns import is_person
from analysis.numbers import Number
from analysis.numbers.words import read_words

CORE = frozenset({"nsubj", "nsubj:pass", "obj", "iobj", "root", "ROOT", "ccomp", "conj", "parataxis"})
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM", "ADJ"})


@dataclass(frozen=True, slots=True)
class Count:
    """A number and what it counts."""

    number: Number  # offsets into the text of the Doc
    span: Span
    anchor: Token  # the word of the number that hangs highest in the tree
    noun: Token | None  # what is counted; None when the sentence leaves it out
    top: Token  # the number or its noun, whichever the rest of the sentence hangs on
    end: int  # token behind number and noun
    partitive: bool  # "of them": a part of what was counted before
    implicit: bool  # "a teacher"

    @property
    def lemma(self) -> str:
        """The noun in the singular, lower case; "" without a noun."""
        return self.noun.lemma_.lower() if self.noun is not None else ""

    @property
    def named(self) -> bool:
        """Whether it is one person by name."""
        return self.implicit and self.noun is None and self.anchor.pos_ == "PROPN"

    @property
    def definite(self) -> bool:
        """Whether it is "the victim": it counts where an article tells of nobody else who was harmed."""
        return self.implicit and self.span[0].lower_ == "the"

    @property
    def is_subject_of_noun(self) -> bool:
        """Whether the noun is what is said of it: "Nine are children"."""
        return self.noun is not None and self.anchor.dep_ == "nsubj" and self.anchor.head == self.noun

    @property
    def of_people(self) -> bool:
        """Whether what is counted is known to be people."""
        return self.noun is not None and is_person(self.noun) and self.number.unit is None

    @property
    def of_things(self) -> bool:
        """Whether what is counted is known not to be people: a noun that is not listed, a sum of money, a share."""
        return self.number.unit is not None or (self.noun is not None and not is_person(self.noun))

    @property
    def of_time(self) -> bool:
        """Whether it counts hours, days, times."""
        if self.noun is None or self.number.unit is not None or self.noun.i < self.span.end or is_person(self.noun):
            return False
        after = self.span.doc[self.span.end : self.noun.i + 1]
        return any((token.lower_,) in read_words().rows["duration"] for token in after) or self.lemma == "time"
