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
from analysis.figures.triggers import OTHER, is_exception

NONE = "O"  # the engine's label of words that belong to no figure

# how often a rule is right in articles that it was not written for, counted by training/count_rules.py (12,500
# figures); fate, breakdown and coordinated, which fired thirteen times or less, none and learned are set by hand
TRUSTED = {"noun": 0.99, "state_behind": 0.96, "condition": 0.95, "victims": 0.93, "breakdown": 0.9, "trait": 0.86,
           "verb": 0.84, "state": 0.84, "label": 0.83, "fate": 0.8, "nominal": 0.78, "kind": 0.74, "neighbour": 0.74,
           "toll": 0.71, "none": 0.6, "learned": 0.6, "coordinated": 0.6, "part": 0.52, "ellipsis": 0.42,
           "bare": 0.23}  # fmt: skip
UNTOLD = {"things": 0.83, "people": 0.5, "bare": 0.31}  # how often what no rule tells is other, by what is counted
LEAST, SURE = 1e-4, 0.75
# chosen on the development part of training/articles and on data/gold: how much of its certainty the engine keeps, and
# how much surer it must be of an event where no rule tells one
CERTAINTY, CAUTION = 0.9, 1.0


def weighed(count: Count, told: Measured) -> Measured:
    """What a count measures, all told; as the rule has it where the engine saw no figure, or where the rule is sure.

    The engine reads no sums of money, times, persons by name, nor what "all but" and "none of" turn around.
    """
    told_by_its_own_words = TRUSTED[told.rule] >= SURE and "|" not in told.measure  # "was shot" is not "was shot dead"
    unread = count.number.unit is not None or count.of_time or count.named or is_exception(count)
    scores = {} if told_by_its_own_words or unread else read_measures(count)
    options = told.measure.split("|")
    if not scores.keys() >= set(options):  # a measure that a researcher added is none of the engine's
        return told
    scores = {measure: CERTAINTY * score for measure, score in scores.items()}
    scores[OTHER] = max(scores[OTHER], scores.pop(NONE)) + CAUTION * (told.measure == OTHER)
    trusted = _trusted(count, told)
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
