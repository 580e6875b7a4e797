"""What was extracted before: rows by article and version of the rules, parses by content and version of the parser.

One SQLite file: a run that is killed leaves what it had committed. Parses are DocBins (msgpack), which run no code when
they are read, as pickles would.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, DocBin

FILE = "cache.sqlite"
_TABLES = (
    "CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, version TEXT, json TEXT)",
    "CREATE TABLE IF NOT EXISTS parses (key TEXT PRIMARY KEY, version TEXT, doc BLOB)",
)


class Cache:
    """The cache in a folder, made anew when its file is torn; only what belongs to the versions asked for is kept."""

    def __init__(self, folder: Path, *, rules: str, parser: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.versions = {"rows": rules, "parses": parser}
        try:
            self.store = self._open(folder / FILE)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            for torn in folder.glob(f"{FILE}*"):
                torn.unlink()
            self.store = self._open(folder / FILE)

    def _open(self, path: Path) -> sqlite3.Connection:
        store = sqlite3.connect(path)
        for statement in _TABLES:
            store.execute(statement)
        for table, version in self.versions.items():
            store.execute(f"DELETE FROM {table} WHERE version != ?", [version])
        store.commit()
        return store

    def close(self) -> None:
        """Close the file; what was not added is forgotten."""
        self.store.close()

    def rows(self) -> dict[str, str]:
        """All rows as JSON, by key."""
        return dict(self.store.execute("SELECT key, json FROM rows"))

    def parsed(self) -> set[str]:
        """The keys of all parsed texts."""
        return {key for (key,) in self.store.execute("SELECT key FROM parses")}

    def parse(self, key: str) -> bytes | None:
        """A parsed text, for `unpack`."""
        found = self.store.execute("SELECT doc FROM parses WHERE key = ?", [key]).fetchone()
        return found[0] if found else None

    def add(self, rows: Iterable[tuple[str, str]], parses: Iterable[tuple[str, bytes]]) -> None:
        """Keep these rows and parses; they are there for the next run once this returns."""
        self.store.executemany(
            "INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", [(key, self.versions["rows"], text) for key, text in rows]
        )
        self.store.executemany(
            "INSERT OR REPLACE INTO parses VALUES (?, ?, ?)",
            [(key, self.versions["parses"], doc) for key, doc in parses],
        )
        self.store.commit()

    def keep(self, rows: Iterable[str], parses: Iterable[str]) -> None:
        """Forget everything else: what belongs to articles that are gone."""
        for table, keys in (("rows", set(rows)), ("parses", set(parses))):
            known = {key for (key,) in self.store.execute(f"SELECT key FROM {table}")}
            self.store.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in known - keys])
        self.store.commit()


def pack(doc: Doc) -> bytes:
    """The parsed text with its spans, without anything that could run.

    >>> import spacy
    >>> doc = spacy.blank("en")("It rained.")
    >>> [token.text for token in unpack(pack(doc), spacy.blank("en"))]
    ['It', 'rained', '.']
    """
    return DocBin(docs=[doc], store_user_data=False).to_bytes()


def unpack(packed: bytes, nlp: Language) -> Doc:
    """The text that `pack` was given, in the vocabulary of `nlp`."""
    [doc] = DocBin(store_user_data=False).from_bytes(packed).get_docs(nlp.vocab)
    return doc
