"""What is installed, what is missing, and the exact fix: one line a thing that the project needs."""

import importlib
import os
import sys
from importlib import metadata
from pathlib import Path

# security fixes below these versions are known, see CHANGELOG.md
FLOORS = {"jupyterlab": "4.5.7", "jupyter_server": "2.20.0", "nbconvert": "7.17.1", "pyarrow": "14.0.1"}


def examine(model: str | None, folder: Path) -> list[tuple[str, str]]:
    """For each thing "ok" or "!!", and what it is or how to mend it; `folder` is where a build writes."""
    lines = [("ok", f"Python {sys.version.split()[0]} at {sys.executable}")]
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        lines.append(("!!", "Python 3.11, 3.12 or 3.13 is needed; make the environment anew with one of them"))
    for name in ("spacy", "pandas", "matplotlib", "nbclient", "trafilatura", *FLOORS):
        lines.append(_package(name, FLOORS.get(name)))
    writable = os.access(folder if folder.exists() else folder.parent, os.W_OK)
    said = f"{folder} can {'' if writable else 'not '}be written; --out names another"
    return [*lines, _pipeline(model), ("ok" if writable else "!!", said)]


def _package(name: str, floor: str | None) -> tuple[str, str]:
    install = f"{sys.executable} -m pip install '{name}{'>=' + floor if floor else ''}'"
    try:
        importlib.import_module(name)
        version = metadata.version(name)
    except ImportError:
        return "!!", f"{name} is missing; install it with: {install}"
    if floor and _version(version) < _version(floor):
        return "!!", f"{name} {version} is older than {floor}; renew it with: {install}"
    return "ok", f"{name} {version}"


def _version(text: str) -> list[int]:
    return [int(part) for part in text.split(".")[:3] if part.isdigit()]


def _pipeline(model: str | None) -> tuple[str, str]:
    from analysis.pipeline import PipelineError, load_pipeline

    try:
        about = load_pipeline(model).meta
    except PipelineError as error:
        return "!!", str(error)
    return "ok", f"pipeline {about['lang']}_{about['name']} {about['version']}"
