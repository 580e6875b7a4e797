"""Weighs what the rules say a count measures against what the engine reads in the article around it.

The rules know constructions, the engine meaning: that coffins, "the list", "nine of them from one street" tell of the
dead or the missing. Each is a witness of its own: the probabilities of the engine times how often a rule is right (a
product of experts, Hinton 2002).
"""

from dataclasses import replace
from math import log

import numpy as np

from analysis.figures.count import Count
from analysis.figures.events import Measured
from analysis.figures.triggers import OTHER

NONE = "O"  # the engine's label of words that belong to no figure

# how often a rule is right in articles that it was not written for: the training part of training/articles
TRUSTED = {"noun": 0.98, "state_behind": 0.96, "condition": 0.91, "coordinated": 0.9, "breakdown": 0.9, "label": 0.87,
           "kind": 0.86, "verb": 0.84, "victims": 0.83, "trait": 0.83, "fate": 0.8, "state": 0.76, "toll": 0.66,
           "nominal": 0.64, "none": 0.63, "neighbour": 0.62, "learned": 0.6, "part": 0.59, "ellipsis": 0.42,
           "bare": 0.39}  # fmt: skip
UNTOLD = {"things": 0.85, "people": 0.5, "bare": 0.35}  # how often what no rule tells is other, by what is counted
LEAST = 1e-4
# chosen on the development part of training/articles and on data/gold: how much of its certainty the engine keeps, and
# what an event is worth less than none, as the gold has more people to whom nothing befell
CERTAINTY, CAUTION = 0.8, 1.0


def weighed(count: Count, told: Measured) -> Measured:
    """What a count measures, all told; as the rule has it where the engine saw no figure, of money, time and names."""
    scores = read_measures(count)
    if not scores or count.number.unit is not None or count.of_time or count.named:
        return told
    scores = {measure: CERTAINTY * score for measure, score in scores.items()}
    scores[OTHER] = max(scores[OTHER], scores.pop(NONE)) + CAUTION
    options, trusted = told.measure.split("|"), _trusted(count, told)
    for measure in options:
        scores[measure] += log(trusted / len(options)) - log((1 - trusted) / (len(scores) - len(options)))
    best = max(scores, key=lambda measure: scores[measure])
    return told if best == told.measure else replace(told, measure=best, rule="learned")


def _trusted(count: Count, told: Measured) -> float:
    if told.rule != "none":
        return TRUSTED[told.rule]
    return UNTOLD["things" if count.of_things else "people" if count.of_people else "bare"]


def read_measures(count: Count) -> dict[str, float]:
    """Mean log probability of every measure over the words of a count; empty where the engine saw no figure."""
    spans = count.span.doc.spans
    by_token = spans["figures"].attrs["measures"] if "figures" in spans else {}
    rows = [by_token[str(token.i)] for token in count.span if str(token.i) in by_token]
    return {name: float(np.mean([log(max(row[name], LEAST)) for row in rows])) for name in rows[0]} if rows else {}
