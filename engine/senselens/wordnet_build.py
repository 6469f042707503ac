"""WordNet's files into one SQLite file: the embedded sense inventory (see `senselens.inventory`).

A synset's id is the number of its part of speech (noun 1, verb 2, adjective 3, adverb 4) times `PART` plus its offset in
Princeton's files. Sense keys are put together by the view `sense` instead of being stored: they and an index over them
would be a third of the file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

# Relative imports, because the build hook loads these files without the package around them.
from .wordnet_files import PARTS, exceptions, head, sense_counts, sense_key, sense_order, synsets

PART = 100_000_000
VERSION = 2  # of the schema below; a database with another is built again
SCHEMA = f"""
pragma journal_mode = off;          -- the file is new, and thrown away if it is not finished
pragma synchronous = off;
pragma user_version = {VERSION};
create table meta (name text primary key, value text not null) without rowid;
create table synset (
    id integer primary key,
    pos text not null,              -- n, v, a, s (satellite adjective) or r
    lex_file integer not null,      -- lexnames(5WN)
    head text,                      -- of a satellite: how its sense keys end
    definition text not null,
    examples text not null          -- one a line
);
create table word (
    synset integer not null,
    number integer not null,        -- its place among the synset's words
    lemma text not null,            -- small letters, `_` for a space
    form text,                      -- as WordNet spells it, where that differs from the lemma
    pos text not null,              -- n, v, a or r
    rank integer not null,          -- 0 is the lemma's first sense in this part of speech
    lex_id integer not null,
    count integer not null,         -- of its tags in the semantic concordances
    primary key (synset, number)
) without rowid;
create table parent (synset integer, parent integer, primary key (synset, parent)) without rowid;
create table opposite (synset integer, other integer, primary key (synset, other)) without rowid;
create table exception (form text, pos text, lemmas text not null, primary key (form, pos)) without rowid;
create index word_lemma on word (lemma, pos, rank);
create view sense as
    select lemma || '%' || instr('nvars', synset.pos) || printf(':%02d:%02d:', lex_file, lex_id) || coalesce(head, ':') as key,
           lemma, word.pos, synset, number, rank, count
    from word join synset on synset.id = word.synset;
"""


def build(folder: Path, exception_file: Path, licence_file: Path, target: Path) -> int:
    """Write the database of the WordNet files in *folder* to *target*, a new file; the number of senses."""
    with closing(sqlite3.connect(target)) as db:
        with db:
            db.executescript(SCHEMA)
            counts = sense_counts(folder)
            for number, part in enumerate(PARTS, start=1):
                _add(db, folder, part, number * PART, counts)
            db.executemany("insert into exception (pos, form, lemmas) values (?, ?, ?)", exceptions(exception_file))
            db.execute("insert into meta values ('version', '3.0'), ('licence', ?)", (licence_file.read_text(encoding="utf-8"),))
        db.execute("vacuum")
        (total,) = db.execute("select count(*) from word").fetchone()
    return int(total)


def _add(db: sqlite3.Connection, folder: Path, part: str, base: int, counts: dict[str, int]) -> None:
    rank = {(lemma, offset): i for lemma, offsets in sense_order(folder, part) for i, offset in enumerate(offsets)}
    by_offset = {s.offset: s for s in synsets(folder, part)}
    for s in by_offset.values():
        synset, ending = base + s.offset, head(by_offset[s.parents[0]]) if s.pos == "s" else None
        row = (synset, s.pos, s.lex_file, ending, s.definition, "\n".join(s.examples))
        db.execute("insert into synset values (?, ?, ?, ?, ?, ?)", row)
        db.executemany("insert or ignore into parent values (?, ?)", ((synset, base + p) for p in s.parents))
        db.executemany("insert or ignore into opposite values (?, ?)", ((synset, base + o) for o in s.opposites))
        # A word that a synset has twice, as in "Earth 0 earth 1", is one sense, and the first gives the key.
        words: dict[str, tuple[str, int]] = {}
        for form, lex_id in s.words:
            words.setdefault(form.lower(), (form, lex_id))
        for number, (lemma, (form, lex_id)) in enumerate(words.items()):
            count = counts.get(sense_key(s, form, lex_id, ending), 0)
            spelled = None if form == lemma else form
            entry = (synset, number, lemma, spelled, PARTS[part], rank[lemma, s.offset], lex_id, count)
            db.execute("insert into word values (?, ?, ?, ?, ?, ?, ?, ?)", entry)


def content_sha256(file: Path) -> str:
    """The SHA-256 of what a database says, whichever SQLite wrote it: the schema's version and all rows as JSON lines."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(file)) as db:
        for row in _rows(db):
            digest.update(json.dumps(row).encode() + b"\n")
    return digest.hexdigest()


def _rows(db: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    yield from db.execute("pragma user_version")
    yield from db.execute("select * from synset order by id")
    yield from db.execute("select * from word order by synset, number")
    yield from db.execute("select * from parent order by synset, parent")
    yield from db.execute("select * from opposite order by synset, other")
    yield from db.execute("select * from exception order by form, pos")
