"""Publishes a set of files at once: whoever reads sees the old set or the new one, never a mixture.

A set is written into a folder of its own, to the disk, and becomes the current one by a single renaming:

    out/editions/20310511-031500271828-5f4a3dc6/…    the files
    out/current -> editions/20310511-…         replaced at once: this is the moment
    out/index.html -> current/index.html       so that addresses stay

A run that is killed at any moment leaves the old set or the new one; what else it left is removed by the next run.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

EDITIONS, CURRENT, BUILDING = "editions", "current", ".building-"


@contextmanager
def building(out: Path) -> Iterator[Path]:
    """A new folder in `out` to write a set into; removed when it is left, and so are those of runs that were killed."""
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f"{BUILDING}*"):
        remove(left)
    with tempfile.TemporaryDirectory(dir=out, prefix=BUILDING, ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "set"


def digest(folder: Path, *, without: str = "") -> str:
    """The content of all files in the folder, `without` one, as eight letters: same content, same letters."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != without):
        whole.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:8]


def current(out: Path) -> Path:
    """The folder of the current set, to read files that belong together; `out` itself when it has no set."""
    link = out / CURRENT
    return out / link.readlink() if link.is_symlink() else out


def editions(out: Path) -> list[Path]:
    """The sets that were kept, the newest first."""
    return sorted((out / EDITIONS).glob("[!.]*"), reverse=True)


def publish(made: Path, out: Path, *, stamp: str, keep: int = 1) -> None:
    """Make the folder `made` the current set of `out`; the last `keep` sets stay, the same content is not kept twice.

    `stamp` begins the name of the set and orders sets in time. Raises `OSError` when the disk is full or may not be
    written, `ValueError` when a folder of the same name stands in `out` that no set made; then nothing has changed.
    """
    refuse_to_replace([path.name for path in made.iterdir()], out)
    name = digest(made)
    old = current(out)
    if not (old.name.endswith(f"-{name}") and digest(old) == name):  # a set that somebody damaged is made anew
        target = out / EDITIONS / f"{stamp}-{name}"
        for path in [*made.rglob("*"), made]:
            _to_disk(path)
        target.parent.mkdir(exist_ok=True)
        remove(target)
        made.rename(target)
        _to_disk(target.parent)
        _link(Path(EDITIONS) / target.name, out / CURRENT)
    _link_all(out)
    _to_disk(out)
    stay = {current(out), *editions(out)[:keep]}
    for edition in editions(out):
        if edition not in stay:
            remove(edition)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its place, to the disk, and put it there at once."""
    beside = path.with_name(f"{BUILDING}{path.name}")
    try:
        beside.write_bytes(content)
        _to_disk(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def refuse_to_replace(names: Iterable[str], out: Path) -> None:
    """Raise `ValueError` for a folder of `out` with one of the names of a set that no set made.

    A folder that is no link was put there by somebody else: with `--out .` the folder `articles` is a corpus.
    """
    for name in sorted(names):
        place = out / name
        if place.is_dir() and not place.is_symlink():
            raise ValueError(f"{place} was not made by this command and would be lost; choose another folder (--out)")


def _link_all(out: Path) -> None:
    """Every file and folder of the current set is found in `out` itself; links to what is gone are removed."""
    names = {path.name for path in current(out).iterdir()}
    for name in names:
        if not (out / name).is_symlink():
            _link(Path(CURRENT) / name, out / name)
    for path in out.iterdir():
        if path.is_symlink() and path.readlink().parent == Path(CURRENT) and path.name not in names:
            path.unlink()


def _link(target: Path, place: Path) -> None:
    beside = place.with_name(f"{BUILDING}{place.name}")
    remove(beside)
    beside.symlink_to(target)
    beside.replace(place)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
