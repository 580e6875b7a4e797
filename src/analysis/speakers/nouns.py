"""Sources without a name of their own: what "the minister", "a hospital official", "its report" stand for."""

from collections import Counter
from dataclasses import replace

from spacy.tokens import Span, Token

from analysis.actors import name_key
from analysis.cues import agent_of, noun_phrase
from analysis.descriptions import office_nouns, party_words, person_nouns, role_words
from analysis.speakers.discourse import NOBODY, Speaker
from analysis.speakers.naming import COLLECTIVE, Naming, before, head_kind, noun_rows, source_kind

SEVERAL = frozenset({"they", "them", "their", "we", "you", "those", "many", "some", "both", "others",
                    "most", "several", "few", "all"})  # fmt: skip
DEFINITE = frozenset({"the", "this", "that"})


class CommonNouns(Naming):
    """Resolves common nouns; words and pronouns are for `Speakers`."""

    def _of(self, span: Span) -> Speaker:
        raise NotImplementedError

    def _pronoun(self, token: Token) -> Speaker:
        raise NotImplementedError

    def _taken_up(self, span: Span) -> Speaker | None:
        """Whom "the minister" or "the company" takes up again: the one member who is called so, else the one nearby."""
        head = span.root
        capital = head.tag_ == "NNP" and len(span) == 2 and head.lower_ in person_nouns()
        if not (head.tag_ == "NN" or capital) or span[0].lower_ not in DEFINITE and span[0].tag_ != "PRP$":
            return None
        others = [t.lower_ for t in span if t.pos_ in ("NOUN", "PROPN") and t.i < head.i]
        kind = "organisation" if head_kind(head) == "organisation" else "person"
        found = self._cast.by_role(head.lower_, others, kind)
        if len(found) > 1:
            near = {a.name for a in self._discourse.near(head, 3)}
            spoke = self._discourse.last_of({member.name for member in found}, head)
            found = [m for m in found if m.name in near and spoke in (None, m.name)] or [
                m for m in found if m.name == spoke
            ]
        if len(found) == 1:
            return self._of_name(found[0].name, kind)
        proper = all(t.pos_ == "PROPN" for t in span if t.lower_ in others)
        if span[0].tag_ == "PRP$":
            return None
        loose = not others or (proper if kind == "person" else "news" in others)
        return self._hypernym(span, kind) if not found and loose else None

    def _hypernym(self, span: Span, kind: str) -> Speaker | None:
        """Whom "the politician" or "the company" takes up although the text never says that they are one.

        A person: the one who has just spoken, unless the noun is an office or was used of somebody before. An
        organisation: the one nearby, else the one of the article, whose name does not say that it is something else.
        """
        head = span.root
        if kind == "person":
            new = head.lower_ in person_nouns() - office_nouns() and not any(
                c.dep_ in ("nmod", "acl:relcl") for c in head.children
            )
            if not new or any(t.lower_ == head.lower_ for t in self.doc[: span.start]):
                return None
            return self._discourse.only_person_near(head)
        if noun_rows().get(head.lower_, {}).get("again") != "name":
            return None
        fitting = [a for a in self._cast.appearances if a.kind == kind and a.name and _may_be(a.name, head.lower_)]
        fitting = [a for a in fitting if a.name not in self._parties.states.by_name]
        near = {a.name for a in fitting if a.token < head.i and self._discourse.distance(a.token, head) < 3}
        names = near or {a.name for a in fitting if a.token < head.i}
        often = Counter(a.name for a in fitting)
        names = {name for name in names if often[name] > 1} or names
        return self._of_name(names.pop(), kind) if len(names) == 1 else None

    def _common_noun(self, span: Span, whole: Span) -> Speaker:
        head = span.root
        if head.lower_ in SEVERAL:  # "many of his supporters"
            return Speaker(None, "group", self._one_side(span))
        kind = head_kind(head)
        side = self._one_side(span)
        plural = (
            head.tag_ in ("NNS", "NNPS")
            or head.tag_ == "CD"
            and head.lower_ != "one"
            or "Plur" in head.morph.get("Number")
        )
        if kind is None or kind == "organisation" and plural and not source_kind(head.lower_):
            kind = "group" if plural else "anonymous"
        if kind == "document":
            issuer = self._issuer(whole, head)
            if not issuer.name and span[0].lower_ in DEFINITE and span[-1] == head:
                issuer = self._issuer_before(head)
            return replace(issuer, kind=kind, affiliation=None) if issuer.name else Speaker(None, kind, side)
        if kind == "organisation":
            name = self._organisation_name(span, head)
            if not name:
                return Speaker(None, kind, side)
            found = self._of_name(name, kind)
            return replace(found, affiliation=None)
        clause = next((t.i for t in whole if t.tag_ in ("WP", "WDT", "WP$") and t.i > head.i), whole.end)
        whole = self.doc[whole.start : clause]  # not "a driver who passed the base of the brigade"
        affiliation = next(iter(self._cast.served(whole)), None) if kind in ("anonymous", "group") else None
        if affiliation is None and kind == "anonymous" and span[0].lower_ in COLLECTIVE:
            affiliation = self._discourse.collective(span[0]).name
        return Speaker(None, kind, side or self._side_of(affiliation), affiliation)

    def _issuer(self, span: Span, head: Token) -> Speaker:
        """Whose document it is: its owner ("its report"), or the name beside it ("a tally kept by the Office")."""
        owner = next((t for t in span if t.dep_ == "nmod:poss" and t.head == head), None)
        if owner is not None and owner.pos_ in ("PRON", "DET"):
            return self._pronoun(owner)
        body = next((t for t in span if t.i < head.i and t.is_lower and source_kind(t.lower_) == "organisation"), None)
        if body is not None and body.head == head and body.dep_ in ("compound", "nmod:poss"):
            issuer = self._of(self.doc[body.i : body.i + 1])  # "a ministry memorandum"
            return issuer if issuer.name and issuer.name[0].isupper() else NOBODY
        named = [ent for ent in self._entities if span.start <= ent.start and ent.end <= span.end]
        by = [ent for ent in named if ent.start > head.i and before(ent).lower() in ("by", "from", "of", "the")]
        by = [ent for ent in by if _made(ent)]
        first = [ent for ent in named if ent.start < head.i and ent.label_ in ("PERSON", "ORG")] + by
        if first:
            return self._of_entity(first[0]) if first[0].label_ in ("PERSON", "ORG") else NOBODY
        makers = (agent_of(clause) for clause in head.rights if clause.lemma_ in role_words("makes"))
        maker = next((token for token in makers if token is not None), None)
        known = maker is not None and source_kind(maker.lower_) == "organisation"
        return self._of(noun_phrase(maker)) if maker is not None and known else NOBODY

    def _issuer_before(self, head: Token) -> Speaker:
        """Whose document it was when the text spoke of it before: "a report by the Office" … "the report"."""
        for token in reversed(self.doc[: head.i]):
            if token.lower_ == head.lower_ and token.pos_ == "NOUN":
                phrase = self.doc[token.left_edge.i : token.right_edge.i + 1]
                clause = next((t.i for t in phrase if t.i > token.i and t.tag_ in ("WDT", "WP")), phrase.end)
                issuer = self._issuer(self.doc[phrase.start : clause], token)
                if issuer.name:
                    return issuer
        return NOBODY

    def _organisation_name(self, span: Span, head: Token) -> str | None:
        """The one fuller name of the article that ends in this noun ("the ministry"), else the words themselves.

        A noun in lower case after a name is not part of it: "the RiverAid charity" is RiverAid.
        """
        owned = [e for e in self._entities if e.label_ == "ORG" and e.start >= span.start and e.end == head.i]
        owned = [ent for ent in owned if ent.text not in self._parties.states.by_name]
        if owned and head.is_lower and owned[0].text[0].isupper() and not owned[0][-1].is_punct:
            return self._of_entity(owned[0]).name
        full = self._names.spelled_out(head.text) if len(span) <= 2 else head.text
        if full != head.text and not (head.lower_ in party_words("state") and self._parties.groups.get(name_key(full))):
            return full
        if len(span) <= 2 and (just := self._just_named(head)):
            return just
        comma = next((t.i for t in span if t.text == "," or t.tag_ in ("WP", "WDT")), span.end)
        span = span.doc[span.start : comma] if comma > head.i else span
        words = span.text.split()
        if span[0].is_sent_start and span[0].pos_ in ("NOUN", "ADJ"):  # "Police said": the capital is the sentence's
            words[0] = words[0].lower()
        return " ".join(words[1:] if len(words) > 1 and span[0].tag_ in ("DT", "PRP$") else words)

    def _just_named(self, head: Token) -> str | None:
        """Of two ministries the one of the nearest sentence that names one; none where it names both."""
        named: dict[int, set[str]] = {}
        near = [(other.token, other.name or "") for other in self._discourse.near(head, 4)]
        near += [(at, speaker.name or "") for at, speaker in self._discourse.heard.items() if at < head.i]
        for at, printed in near:
            name = printed.lower()
            if name.endswith(f" {head.lower_}") or name.startswith(f"{head.lower_} of "):
                named.setdefault(self._discourse.distance(at, head), set()).add(printed)
        nearest = named[min(named)] if named else set()
        return nearest.pop() if len(nearest) == 1 else None


def _may_be(name: str, noun: str) -> bool:
    """Whether nothing in an organisation's name says that it is something else than the noun."""
    words = [word.lower() for word in name.split()]
    return noun in words or not any(source_kind(word) == "organisation" for word in words)


def _made(ent: Span) -> bool:
    """Whether a name after a participle is that of a document's maker: "kept by the Office", not "seen by the Post"."""
    words = [token for token in ent.doc[max(0, ent.start - 3) : ent.start] if token.lower_ not in ("the", "by")]
    return not words or words[-1].tag_ != "VBN" or words[-1].lemma_ in role_words("makes")
