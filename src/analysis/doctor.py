"""What is installed, what is missing, and the exact fix: one line a thing that the project needs."""

import os
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "versions-of-events"  # as pyproject.toml names it
SENTENCE = "The ministry said on Monday that 12 people had died."


def examine(model: str | None, folder: Path) -> list[tuple[str, str]]:
    """For each thing "ok" or "!!", and what it is or how to mend it; `folder` is where a build writes."""
    lines = [("ok", f"Python {sys.version.split()[0]} at {sys.executable}")]
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        lines.append(("!!", "Python 3.11, 3.12 or 3.13 is needed; make the environment anew with one of them"))
    lines += _packages()
    if all(mark == "ok" for mark, _ in lines):  # what is missing would break these, and is told
        lines += [_vocabulary(), _pipeline(model)]
    writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    said = f"{folder} can {'' if writable else 'not '}be written; --out names another"
    return [*lines, ("ok" if writable else "!!", said)]


def _packages() -> Iterator[tuple[str, str]]:
    """What pyproject.toml asks for, as it was when the project was installed; extras are nobody's duty."""
    try:
        required = metadata.requires(PROJECT) or []
    except metadata.PackageNotFoundError:
        yield "!!", f"{PROJECT} is not installed; in its folder: {sys.executable} -m pip install --editable ."
        return
    for requirement in map(Requirement, required):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(requirement: Requirement) -> tuple[str, str]:
    name, bounds = requirement.name, requirement.specifier
    install = f"{sys.executable} -m pip install '{name}{bounds}'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return "!!", f"{name} is missing; install it with: {install}"
    if not bounds.contains(version, prereleases=True):
        return "!!", f"{name} {version} is not {bounds}; change it with: {install}"
    return "ok", f"{name} {version}"


def _vocabulary() -> tuple[str, str]:
    from analysis.lexicon import LEXICON, LexiconError
    from analysis.vocabulary import check_vocabulary

    try:
        check_vocabulary()
    except LexiconError as error:
        return "!!", str(error)
    return "ok", f"vocabulary in {LEXICON}"


def _pipeline(model: str | None) -> tuple[str, str]:
    """Whether the pipeline parses a sentence: some of what it needs is loaded only then."""
    from analysis.pipeline import PipelineError, load_pipeline

    try:
        nlp = load_pipeline(model)
        nlp(SENTENCE)
    except PipelineError as error:
        return "!!", str(error)
    except Exception as error:  # whatever breaks here, a broken package as a rule, is what doctor is asked for
        install = f"{sys.executable} -m pip install --force-reinstall onnxruntime spacy tokenizers"
        return "!!", f"the pipeline cannot read a sentence ({type(error).__name__}: {error}); try: {install}"
    return "ok", f"pipeline {nlp.meta['lang']}_{nlp.meta['name']} {nlp.meta['version']}"
