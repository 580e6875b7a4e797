"""Says who a source stands for: a person, an organisation, a group, somebody unnamed, a document; for whom they speak;
and their side.

Reads the words of the source, the cast of the article and what was said before. Never guesses: a pronoun with two
equally good people before it, or a surname that two people share, has no speaker.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile

from spacy.tokens import Doc, Span, Token

from analysis.actors import POSSESSIVE, Actor, Actors, bare_name, name_key
from analysis.cast import GENDERS, Cast, Member
from analysis.cues import agent_of, noun_phrase
from analysis.descriptions import head_noun, is_title, office_nouns, person_nouns, role_words
from analysis.discourse import NOBODY, Discourse, Speaker
from analysis.lexicon import choose, read_lexicon
from analysis.mentions import Mention
from analysis.names import Names
from analysis.parties import HOME, Parties, serves_state

KINDS = ("person", "organisation", "group", "anonymous", "document", "none")
COLLECTIVE = frozenset({"it", "its"})
PLURAL = frozenset({"they", "them", "their", "we", "i", "you", "those", "many", "some", "both", "others",
                    "most", "several", "few", "all"})  # fmt: skip
_THEIRS = frozenset({"its", "their"})
EACH = frozenset({"each", "both", "either"})
RELATIVE = frozenset({"who", "which", "that", "whom"})
DEFINITE = frozenset({"the", "this", "that"})
_ENTITY_KINDS = {
    "PERSON": "person",
    "ORG": "organisation",
    "LOC": "organisation",
    "FAC": "organisation",
    "NORP": "group",
}
_ACTOR_KINDS = {"person": "person", "organisation": "organisation", "group": "organisation", "place": "organisation",
                "document": "document"}  # fmt: skip


@cache
def _noun_rows() -> dict[str, dict[str, str]]:
    rows = read_lexicon("sources", ("noun", "kind", "again"))
    return {row["noun"]: {**row, "kind": choose(row, "kind", KINDS, name="sources")} for row in rows}


def _kind_of(noun: str) -> str | None:
    return _noun_rows()[noun]["kind"] if noun in _noun_rows() else None


@dataclass
class Speakers:
    """Resolves the sources of one article from left to right; remembers who was named and who spoke last."""

    doc: Doc
    mentions: Sequence[Mention]
    actors: Actors
    headline: str = ""
    _names: Names = field(init=False)
    _cast: Cast = field(init=False)
    _entities: list[Span] = field(init=False)
    _discourse: Discourse = field(init=False)
    _parties: Parties = field(init=False)

    def __post_init__(self) -> None:
        self._names = Names(self.doc, self.actors)
        self._parties = Parties(self.doc, self._names, self.headline)
        self._entities = self._parties.entities()
        self._cast = Cast(
            self.doc,
            self.mentions,
            self._names,
            self.actors,
            entities=self._entities,
            states=self._parties.states,
        )
        self._discourse = Discourse(self.doc, self._cast, self._of_name)

    def resolve(self, source: tuple[int, int] | None) -> Speaker:
        """The speaker of a source, given as a half-open token span; remembered for pronouns that follow."""
        if source is None:
            return NOBODY
        span = self.doc[source[0] : source[1]]
        speaker = self._placed(self._of(span), span)
        if speaker.name or self._is_somebody(span):
            self._discourse.heard[span.root.i] = speaker
        return speaker

    def _placed(self, speaker: Speaker, span: Span | None = None) -> Speaker:
        """The speaker with the party that the words of the article give them, where the table of actors is silent."""
        group = self._parties.group(speaker.name) if speaker.kind == "organisation" else None
        speaker = replace(speaker, name=group) if group else speaker
        known = any(self._names.actor(name) for name in (speaker.name, speaker.affiliation) if name)
        if speaker.side or known or speaker.kind == "none":
            return speaker
        told = self._cast.told(speaker.name) if speaker.name and speaker.kind == "person" else []
        phrases = [*told, span] if span is not None else told
        phrases = [phrase for phrase in phrases if phrase[0].lower_ in _THEIRS] or phrases
        named = None
        if speaker.name and speaker.kind != "person":
            named = self._parties.of_name(speaker.name)
            phrases = [phrase for phrase in phrases if any(map(serves_state, phrase))]
        if speaker.affiliation and not is_title(speaker.affiliation):
            named = self._parties.of_name(speaker.affiliation)
            phrases = []
        elif any(self._speaks_for_another(phrase) for phrase in phrases):
            return speaker
        sides = {named} if named is not None else {self._of_phrase(phrase) for phrase in phrases} - {None}
        if not sides and span is not None and any(t.lower_ in role_words("voice") for t in span):
            sides = {self._discourse.side_before(span.root)} - {None}
        sides = sides & set(self._parties.groups.values()) or sides  # a sergeant who speaks for mutineers
        if len(sides) != 1:
            return speaker
        side = sides.pop()
        return replace(speaker, side=side or None, domestic=side in (HOME, self._parties.home))

    def _speaks_for_another(self, phrase: Span) -> bool:
        """Whether it makes somebody the voice of a named body that is no known party: their rank tells no side."""
        voice = any(t.lower_ in role_words("voice") for t in phrase) and phrase[0].lower_ not in _THEIRS
        return voice and phrase[-1].pos_ == "PROPN" and phrase[-1].ent_type_ != "PERSON" and not self._of_phrase(phrase)

    def _of_phrase(self, phrase: Span) -> str | None:
        owner = next((t for t in phrase[:1] if t.lower_ in _THEIRS), None)
        if owner is not None:
            speaks = any(t.lower_ in office_nouns() | role_words("voice").keys() or serves_state(t) for t in phrase)
            name = self._discourse.collective(owner).name if owner.lower_ in COLLECTIVE and speaks else None
            return self._parties.of_name(name) if name and not self._another_between(name, owner) else None
        full = self._names.spelled_out(phrase[0].text) if len(phrase) > 1 else phrase[0].text
        if full != phrase[0].text and phrase[0].text[0].isupper():  # "Committee chairman Jo Moor"
            return self._parties.of_name(full)
        if phrase[0].lower_ in GENDERS and any(t.lower_ in role_words("aide") for t in phrase):
            return self._placed(self._discourse.person_before(phrase[0], GENDERS[phrase[0].lower_])).side
        return self._parties.of_phrase(phrase)

    def _another_between(self, name: str, owner: Token) -> bool:
        """Whether a body without a name is the nearer one that "its" may stand for: "a hospital … its director"."""
        words = {word.lower() for word in name.split()}
        for token in reversed(self.doc[: owner.i]):
            if token.lower_ in words or self._discourse.distance(token.i, owner) > 1:
                return False
            if _kind_of(token.lower_) == "organisation":
                return True
        return False

    def _is_somebody(self, span: Span) -> bool:
        """Whether an unnamed source is somebody of their own, and not another word for a person named before."""
        head = span.root
        known = head.lower_ in person_nouns() or any(t.lower_ == head.lower_ for t in self.doc[: span.start])
        return span[0].lower_ not in DEFINITE or known

    def named(self, text: str, at: int) -> Speaker:
        """The speaker that a line of its own names: the introduction of a block quote, the signature of a post."""
        people = [
            e for e in self._entities if e.label_ == "PERSON" and at <= e.start_char and e.end_char <= at + len(text)
        ]
        name = self._cast.name_of(people[0]) if len(people) == 1 else None
        actor = self._names.actor(text) or self._names.actor(bare_name(text))
        kind = "organisation" if not name and self._is_organisation(text, at) else "person"
        speaker = self._of_actor(actor) if actor else self._of_name(name or self._names.full(bare_name(text)), kind)
        token = next((token.i for token in self.doc if token.idx >= at), 0)
        speaker = self._placed(speaker)
        self._discourse.heard[token] = speaker
        return speaker

    def _is_organisation(self, text: str, at: int) -> bool:
        organisations = (ent for ent in self._entities if ent.label_ == "ORG")
        return text.startswith("The ") or any(at <= ent.start_char < at + len(text) for ent in organisations)

    def is_quoted(self, token: int) -> bool:
        """Whether a token stands within quotation marks."""
        return token in self._discourse.quoted

    # ------------------------------------------------------------------ words of the source
    def _of(self, span: Span) -> Speaker:
        while len(span) > 1 and (
            span[-1].text in (",", ";", ":", "–", "—") or span[-1].is_lower and span[-1].pos_ in ("CCONJ", "ADV")
        ):
            span = span[:-1]
        if len(span) == 1 and span[0].pos_ in ("PRON", "DET"):
            return self._pronoun(span[0])
        if span.root.dep_ == "appos" and span.root.head not in span and not self._cast.inside(span):
            span = noun_phrase(span.root.head)  # "Open Classroom, a rights group, says"
        ending = self._ending(span)  # "the Mayor of Kell (KMA), Ana Lenk"
        if ending is not None and (name := self._cast.name_of(ending)):
            return self._of_name(name, "person", self._one_side(span))
        bracket = next((token.i for token in span if token.text == "(" and token.i > span.start), span.end)
        if any(ent.label_ == "PERSON" for ent in self._cast.inside(self.doc[span.start : bracket])):
            span = self.doc[span.start : bracket]  # "Paul Rhyn (R-Wis.)"
        if span[0].lower_ in EACH:
            return Speaker(None, "group")
        acronym = self.doc[bracket + 1 : bracket + 2].text
        if bracket < span.end and acronym.isupper() and len(acronym) > 1:  # "the Office for Food Security (OFS)"
            span = self.doc[span.start : bracket]
            if all(token.is_title or token.is_lower and token.pos_ in ("ADP", "DET", "CCONJ") for token in span):
                name = span[1:].text if span[0].lower_ == "the" else span.text
                return self._of_name(name, "organisation")
        short = self._without_apposition(span)
        actor = self._names.actor(short.text)
        if (
            actor
            and actor.kind == "place"
            and short.root.tag_ == "NNPS"
            and name_key(short.text) != name_key(actor.name)
        ):
            return Speaker(None, "group", actor.side, actor.name)  # "Americans"
        if actor:
            return self._of_actor(actor)
        if len(short) == 2 and short[0].lower_ == "the" and _kind_of(short.root.lower_) == "organisation":
            return self._taken_up(short) or self._common_noun(short, span)
        bare = " ".join(token.text for token in short if token.pos_ != "DET")
        if bare.isupper() and (full := self._names.spelled_out(bare)) != bare:
            return self._of_name(full, "organisation")
        return self._named_head(short, span) or self._taken_up(short) or self._common_noun(short, span)

    def _without_apposition(self, span: Span) -> Span:
        """The words before the first comma when they end in a name: "Leys, a retired judge, who is 71"."""
        comma = next((token.i for token in span if token.text == "," and token.i > span.start), None)
        if comma is None:
            return span
        named = self.doc[comma - 1].ent_type_ in _ENTITY_KINDS
        return self.doc[span.start : comma] if named else span

    def _of_actor(self, actor: Actor) -> Speaker:
        member = self._cast.member(actor.name)
        return Speaker(actor.name, _ACTOR_KINDS[actor.kind], actor.side, self._affiliation(member))

    def _of_name(self, name: str, kind: str, side: str | None = None) -> Speaker:
        actor = self._names.actor(name)
        if actor:
            return self._of_actor(actor)
        member = self._cast.member(name)
        affiliation = self._affiliation(member)
        if side is None and member and len(member.sides) == 1:
            side = next(iter(member.sides))
        if side is None and kind == "organisation":
            side = self._side_of(name)
        return Speaker(name, kind, side or self._side_of(affiliation), affiliation)

    def _affiliation(self, member: Member | None) -> str | None:
        """The one organisation, or country, for which a person speaks."""
        return next(iter(member.serves)) if member and member.kind == "person" and len(member.serves) == 1 else None

    def _side_of(self, name: str | None) -> str | None:
        actor = self._names.actor(name) or self._names.owner(name)[0] if name else None
        return actor.side if actor else None

    def _named_head(self, span: Span, whole: Span) -> Speaker | None:
        """The name that the phrase is about: its head, or the name in apposition to a role ("spokesman Lenk")."""
        head = span.root
        ents = [
            e for e in self._entities if e.label_ in _ENTITY_KINDS and whole.start <= e.start and e.end <= whole.end
        ]
        people = [ent for ent in ents if ent.label_ == "PERSON" and ent.end <= span.end and not _owned(ent, span)]
        said = [head.i] if head.i in self._cast.described else [t.i for t in whole if self._is_naming(t)]
        if not people and said and head.pos_ == "NOUN":
            member = self._cast.member(self._cast.described[said[0]])  # "a caretaker known as Uncle Rust"
            if member:
                return self._of_name(member.name, member.kind)
        if not people:  # "its spokesman, Idris Vane," where the source ends before the name
            people = self._apposed(head, "PERSON")
        if len(people) > 1 and not _joined(people):
            people = people[-1:]  # "Clinton spokesman Nick Merrill"
        if len({self._cast.name_of(ent) for ent in people}) > 1:
            return Speaker(None, "group")
        if people:
            name = self._cast.name_of(people[0])
            return self._of_name(name, "person", self._one_side(span)) if name else Speaker(None, "person")
        over = [ent for ent in ents if ent.start <= head.i < ent.end] or self._apposed(head, "ORG")
        if over and len(over[0]) == 1 and head.tag_ == "NNPS":  # "Democrats", whatever the engine took them for
            return Speaker(None, "group", self._one_side(span))
        if over:
            return self._of_entity(over[0])
        return self._unrecognised(span, head)

    def _is_naming(self, token: Token) -> bool:
        """Whether a noun of a description is named: "the commander, a former teacher known as Uncle Rust"."""
        return token.i in self._cast.described and token.nbor(1).lemma_ in role_words("naming")

    def _ending(self, span: Span) -> Span | None:
        """The person with whose name, after a comma, a source ends that begins with their office."""
        comma = next((token.i for token in span if token.text == "," and token.i > span.start), None)
        if comma is None or head_noun(self.doc[span.start : comma]) is None:
            return None
        people = [ent for ent in self._cast.inside(span) if ent.label_ == "PERSON"]
        own = len(people) == 1 and people[0].end >= span.end - 1 and people[0].start > comma
        return people[0] if own and (_before(people[0]) == "," or is_title(_before(people[0]))) else None

    def _apposed(self, head: Token, label: str) -> list[Span]:
        """The entity in apposition to a noun, by the parse or right after it and a comma."""
        arcs = {c.i for c in head.children if c.dep_ in ("appos", "flat")}
        found = [ent for ent in self._entities if ent.label_ == label and any(ent.start <= i < ent.end for i in arcs)]
        return found[:1] if head.pos_ == "NOUN" and head.tag_ != "NNS" else []

    def _of_entity(self, ent: Span) -> Speaker:
        state = self._parties.states.get(POSSESSIVE.sub("", ent.text))
        if state and ent.label_ in ("LOC", "ORG"):
            return Speaker(POSSESSIVE.sub("", ent.text), "organisation", state)
        mention = next((m for m in self.mentions if m.start_char == ent.start_char), None)
        kind = _ENTITY_KINDS[ent.label_]
        actor = self._actor(mention.actor) if mention else None
        if actor and kind != "group":
            return self._of_actor(actor)
        side = mention.side if mention else None
        if kind == "group":
            return Speaker(None, kind, side, mention.actor if mention else None)
        name = mention.name if mention and ent.label_ != "ORG" else self._names.spelled_out(POSSESSIVE.sub("", ent.text))
        return Speaker(name, kind, side or self._side_of(name))

    def _unrecognised(self, span: Span, head: Token) -> Speaker | None:
        """A name that was not recognised as one: a surname known from elsewhere, or capitals throughout."""
        if head.pos_ != "PROPN" or not head.text[:1].isupper() or is_title(head.text):
            return None
        if head.tag_ == "NNPS" and span[0].pos_ in ("DET", "ADJ") and span[0].lower_ != "the":  # "some Democrats"
            return None
        if is_title(span[0].text) and len(span) > 1:  # "Dr Ana Lenk of Kell hospital", nothing of it recognised
            words = [t.text for t in takewhile(lambda t: t.pos_ == "PROPN", span)]
            return self._of_name(self._names.full(bare_name(" ".join(words))), "person")
        name = self._names.full(head.text)
        if name != head.text:
            return self._of_name(name, "person")
        words = [token.text for token in span if token.pos_ not in ("DET", "ADP", "PART", "PUNCT")]
        if head.lower_ in person_nouns() or not all(word[:1].isupper() for word in words):
            return None
        kept = span[0].lower_ != "the" or span[0].text == "The" and len(words) == 1
        text = span.text if kept else " ".join(span.text.split()[1:])
        return self._of_name(text, "organisation")

    def _one_side(self, span: Span) -> str | None:
        sides = {actor.side for actor in self._cast.actors_in(span) if actor.side}
        return sides.pop() if len(sides) == 1 else None

    def _actor(self, name: str | None) -> Actor | None:
        return next((actor for actor in self.actors.rows if actor.name == name), None) if name else None

    # ------------------------------------------------------------------ common nouns
    def _taken_up(self, span: Span) -> Speaker | None:
        """Whom "the minister" or "the company" takes up again: the one member who is called so, else the one nearby."""
        head = span.root
        capital = head.tag_ == "NNP" and len(span) == 2 and head.lower_ in office_nouns() | person_nouns()
        if not (head.tag_ == "NN" or capital) or span[0].lower_ not in DEFINITE and span[0].tag_ != "PRP$":
            return None
        others = [t.lower_ for t in span if t.pos_ in ("NOUN", "PROPN") and t.i < head.i]
        kind = "organisation" if _kind_of(head.lower_) == "organisation" else "person"
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
        if _noun_rows().get(head.lower_, {}).get("again") != "name":
            return None
        fitting = [a for a in self._cast.appearances if a.kind == kind and a.name and _may_be(a.name, head.lower_)]
        near = {a.name for a in fitting if a.token < head.i and self._discourse.distance(a.token, head) < 3}
        names = near or {a.name for a in fitting}
        often = Counter(a.name for a in fitting)
        names = {name for name in names if often[name] > 1} or names
        return self._of_name(names.pop(), kind) if len(names) == 1 else None

    def _common_noun(self, span: Span, whole: Span) -> Speaker:
        head = span.root
        if head.lower_ in PLURAL:  # "many of his supporters"
            return Speaker(None, "group", self._one_side(span))
        kind = _kind_of(head.lower_) or _kind_of(head.lemma_.lower())
        side = self._one_side(span)
        plural = (
            head.tag_ in ("NNS", "NNPS")
            or head.tag_ == "CD"
            and head.lower_ != "one"
            or "Plur" in head.morph.get("Number")
        )
        if kind is None or kind == "organisation" and plural and not _kind_of(head.lower_):
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
        affiliation = next(iter(self._cast.served(whole)), None) if kind in ("anonymous", "group") else None
        if affiliation is None and kind == "anonymous" and span[0].lower_ in COLLECTIVE:
            affiliation = self._discourse.collective(span[0]).name
        return Speaker(None, kind, side or self._side_of(affiliation), affiliation)

    def _issuer(self, span: Span, head: Token) -> Speaker:
        """Whose document it is: its owner ("its report"), or the name beside it ("a tally kept by the Office")."""
        owner = next((t for t in span if t.dep_ == "nmod:poss" and t.head == head), None)
        if owner is not None and owner.pos_ in ("PRON", "DET"):
            return self._pronoun(owner)
        named = [ent for ent in self._entities if span.start <= ent.start and ent.end <= span.end]
        by = [ent for ent in named if ent.start > head.i and _before(ent).lower() in ("by", "from", "of", "the")]
        by = [ent for ent in by if (ent.end >= span.end or not _is_owner(ent)) and _made(ent)]
        first = [ent for ent in named if ent.start < head.i and ent.label_ in ("PERSON", "ORG")] + by
        if first:
            return self._of_entity(first[0]) if first[0].label_ in ("PERSON", "ORG") else NOBODY
        makers = (agent_of(clause) for clause in head.rights if clause.lemma_ in role_words("makes"))
        maker = next((token for token in makers if token is not None), None)
        known = maker is not None and _kind_of(maker.lower_) == "organisation"
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
        if owned and head.is_lower and owned[0].text[0].isupper() and not owned[0][-1].is_punct:
            return self._of_entity(owned[0]).name
        full = self._names.spelled_out(head.text) if len(span) <= 2 else head.text
        if full != head.text and not (head.lower_ in role_words("state") and self._parties.groups.get(name_key(full))):
            return full
        if len(span) <= 2 and (just := self._just_named(head)):
            return just
        comma = next((t.i for t in span if t.text == "," or t.tag_ in ("WP", "WDT")), span.end)
        span = span.doc[span.start : comma] if comma > head.i else span
        words = span.text.split()
        if span[0].is_sent_start and span[0].pos_ in ("NOUN", "ADJ"):  # "Police said": the capital is the sentence's
            words[0] = words[0].lower()
        return " ".join(words[1:] if len(words) > 1 and words[0].lower() in ("the", "a", "an") else words)

    def _just_named(self, head: Token) -> str | None:
        """Of two ministries the one of the nearest sentence that names one; none where it names both."""
        named: dict[int, set[str]] = {}
        for other in self._discourse.near(head, 4):
            name = (other.name or "").lower()
            if name.endswith(f" {head.lower_}") or name.startswith(f"{head.lower_} of "):
                named.setdefault(self._discourse.distance(other.token, head), set()).add(other.name)
        nearest = named[min(named)] if named else set()
        return nearest.pop() if len(nearest) == 1 else None

    # ------------------------------------------------------------------ pronouns
    def _pronoun(self, token: Token) -> Speaker:
        word = token.lower_
        if word in RELATIVE:
            return self._antecedent(token)
        if word in GENDERS:
            return self._discourse.person_before(token, GENDERS[word])
        if word in COLLECTIVE:
            return self._discourse.collective(token)
        return Speaker(None, "group" if word in PLURAL else "none")

    def _antecedent(self, token: Token) -> Speaker:
        """Whom "who" stands for: the noun that its clause hangs on, else the one right before it."""
        clause = token.head
        before = [t for t in self.doc[max(0, token.i - 3) : token.i] if not t.is_punct]
        head = clause.head if clause.dep_ in ("acl:relcl", "acl") and clause.head.i < token.i else None
        if head is None and before and before[-1].pos_ in ("NOUN", "PROPN"):
            head = before[-1]
        if head is None or head.pos_ not in ("NOUN", "PROPN"):
            return Speaker(None, "group" if token.lower_ == "who" else "none")
        ent = next((ent for ent in self._cast.ents if ent.start <= head.i < ent.end), None)
        phrase = ent or noun_phrase(head)
        speaker = self._of(self.doc[phrase.start : min(phrase.end, token.i)])
        return NOBODY if speaker.kind == "anonymous" and token.lower_ not in ("who", "whom") else speaker


def _may_be(name: str, noun: str) -> bool:
    """Whether nothing in an organisation's name says that it is something else than the noun."""
    words = [word.lower() for word in name.split()]
    return noun in words or not any(_kind_of(word) == "organisation" for word in words)


def _owned(ent: Span, span: Span) -> bool:
    """Whether the name only owns or modifies the head of the phrase: "Varro's daughter", "a spokesman for Lorne"."""
    root, head = ent.root, span.root
    if ent.end <= head.i and head.pos_ == "NOUN" and _before(span.doc[head.i : head.i + 1]) != ",":
        return True  # "the Trump campaign"
    if ent.start <= head.i < ent.end or ent.end == span.end and ent.start > span.start and _before(ent) == ",":
        return False
    return head in root.ancestors and root.dep_ in ("nmod:poss", "nmod", "obl", "acl", "acl:relcl")


def _is_owner(ent: Span) -> bool:
    """Whether something of theirs follows a name, other than their kind: "the Vane campaign", not "the Vane group"."""
    after = ent.doc[ent.end]
    return after.pos_ in ("NOUN", "PART") and _kind_of(after.lower_) != "organisation" or after.lower_ == "campaign"


def _made(ent: Span) -> bool:
    """Whether a name after a participle is that of who made a document: "kept by the Office", not "seen by the Post"."""
    words = [token for token in ent.doc[max(0, ent.start - 3) : ent.start] if token.lower_ not in ("the", "by")]
    return not words or words[-1].tag_ != "VBN" or words[-1].lemma_ in role_words("makes")


def _joined(people: Sequence[Span]) -> bool:
    """Whether names stand in a row of their own, with a comma or "and" between them."""
    between = people[0].doc[people[0].end : people[-1].start]
    return any(token.text in (",", "&", "/") or token.pos_ == "CCONJ" for token in between)


def _before(ent: Span) -> str:
    return ent.doc[ent.start - 1].text
