"""The engine: windows, decoding, and that an article's rows do not depend on its neighbours."""

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from spacy.training import Example

from analysis.engine import Scores
from analysis.engine.decoding import legal, log_softmax, spans_from, tree, viterbi
from analysis.engine.windows import WINDOW, homes, windows_of
from analysis.pipeline import load_pipeline

TEXT = "“We lost nine men,” said Col. Ana Reyes. The ministry denied that 12 people were killed in Dorn.\n\n"


@given(st.lists(st.integers(1, 16), min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_windows_hold_every_word_and_never_too_much(sizes):
    windows = windows_of([[7] * size for size in sizes], 1, 2)
    assert all(len(window.pieces) <= WINDOW for window in windows)
    assert windows[0].first == 0
    assert windows[-1].last == len(sizes)
    assert all(after.first <= before.last for before, after in zip(windows, windows[1:], strict=False))
    home = homes(windows, len(sizes))
    assert all(windows[h].first <= i < windows[h].last for i, h in enumerate(home))


def test_words_are_cut_where_the_window_changes_from_which_they_are_read():
    scores = Scores({}, {}, windows_of([[7] * 16] * 20, 1, 2), np.array([0] * 10 + [1] * 10))
    assert list(scores.stretches(8, 12)) == [(0, 8, 10), (1, 10, 12)]
    assert list(scores.stretches(3, 3)) == []


TAGS = ["O", "B-cue", "I-cue", "B-source", "I-source"]


@given(arrays(np.float64, st.tuples(st.integers(0, 12), st.just(5)), elements=st.floats(-9, 9)))
@settings(max_examples=60, deadline=None)
def test_decoded_tags_are_legal_and_make_the_spans_they_say(scores):
    tags = [TAGS[n] for n in viterbi(log_softmax(scores), legal(TAGS))] if len(scores) else []
    for before, after in zip(["O", *tags], tags, strict=False):
        assert not after.startswith("I-") or before[2:] == after[2:]
    inside = {i for start, end, _ in spans_from(tags) for i in range(start, end)}
    assert inside == {i for i, tag in enumerate(tags) if tag != "O"}


@given(st.integers(1, 9).flatmap(lambda n: arrays(np.float64, (n, n), elements=st.floats(-9, 9), unique=True)))
@settings(max_examples=100, deadline=None)
def test_syntax_is_a_tree_with_one_root(scores):
    heads = tree(scores)
    assert sum(head == word for word, head in enumerate(heads)) == 1
    for word in range(len(heads)):
        seen = set()
        while heads[word] != word:
            assert word not in seen
            seen.add(word)
            word = int(heads[word])


def test_a_cycle_is_broken_where_it_costs_least():
    scores = np.array([[9.0, 1, 1], [8, 0, 9], [5, 9, 0]])  # 1 and 2 point at each other; 0 is the root
    assert tree(scores).tolist() == [0, 0, 1]


def _seen(doc):
    words = [(t.text, t.tag_, t.pos_, str(t.morph), t.dep_, t.head.i, t.lemma_, t.ent_type_) for t in doc]
    return words, [(s.start, s.end, s.label_, s.id_) for s in doc.spans["attributions"]]


def test_an_article_is_read_the_same_alone_and_among_others(nlp):
    others = ["Nothing happened.", TEXT * 30, ""]
    alone = _seen(nlp(TEXT))
    assert _seen(list(nlp.pipe([others[0], TEXT, *others[1:]], batch_size=8))[1]) == alone


def test_a_long_article_is_read_through_to_its_end(nlp):
    doc = nlp(TEXT * 30)
    cues = [span.text for span in doc.spans["attributions"] if span.label_ == "cue"]
    assert cues.count("said") >= 28
    assert cues.count("denied") >= 28
    assert len(list(doc.sents)) == 60


def test_what_the_engine_finds_is_joined(nlp):
    groups, doc = {}, nlp(TEXT)
    for span in doc.spans["attributions"]:
        groups.setdefault(span.id_, {})[span.label_] = span.text
    assert {"source": "The ministry", "cue": "denied"}.items() <= groups[max(groups, key=int)].items()


def test_every_attribution_says_how_sure_it_is(nlp):
    doc = nlp(TEXT * 3)
    group = doc.spans["attributions"]
    assert {span.id_ for span in group} == set(group.attrs["confidence"])
    assert all(0 <= share <= 1 for share in group.attrs["confidence"].values())


def test_the_words_of_a_figure_say_what_they_measure(nlp):
    doc = nlp("Soldiers killed 12 villagers and arrested 30 men on Route 6, the ministry said.")
    group = doc.spans["figures"]
    assert {span.text: span.label_ for span in group if span.text.isdigit()} == {"12": "killed", "30": "detained"}
    assert group.attrs["measures"].keys() == {str(span.start) for span in group}
    assert all(sum(shares.values()) == pytest.approx(1, abs=0.01) for shares in group.attrs["measures"].values())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\ud7ff", "a\u0301" * 50, "😀" * 300])
def test_odd_text_does_not_raise(nlp, text):
    assert nlp(text).text == text


def test_attributions_alone_leave_the_rest_of_the_doc():
    nlp = spacy.blank("en")
    nlp.add_pipe("engine", config={"layers": ["attributions"]})
    doc = nlp("The ministry denied that 12 people were killed.")
    assert doc.spans["attributions"]
    assert not doc.has_annotation("DEP")
    assert not doc.ents


def test_an_unknown_layer_names_the_choices():
    with pytest.raises(ValueError, match="no layer 'syntx'; the layers are syntax, entities, attributions, figures"):
        spacy.blank("en").add_pipe("engine", config={"layers": ["syntx"]})


def test_a_pipeline_is_scored_as_spacy_evaluates_it(nlp):
    text = TEXT.strip()  # white space counts for nothing in spaCy's scorer, and against us
    gold = nlp(text)
    names = ("tag_acc", "dep_uas", "dep_las", "ents_r", "ents_p")
    scores = nlp.evaluate([Example(nlp.make_doc(text), gold)])
    assert {name: scores[name] for name in names} == dict.fromkeys(names, 1)
    gold[0].tag_, gold[1].dep_, gold.ents = "XX", "obj", gold.ents[1:]
    scores = nlp.evaluate([Example(nlp.make_doc(text), gold)])
    assert {name for name in names if scores[name] < 1} == {"tag_acc", "dep_las", "ents_p"}


def test_a_named_pipeline_gets_our_attributions(tmp_path):
    other = spacy.blank("en")
    for pipe in ("tagger", "parser", "ner"):
        other.add_pipe(pipe).add_label("X") if pipe != "parser" else other.add_pipe(pipe).add_label("dep")
    other.initialize()
    other.to_disk(tmp_path / "other")
    nlp = load_pipeline(str(tmp_path / "other"))
    assert nlp("The ministry denied that 12 people were killed.").spans["attributions"]
