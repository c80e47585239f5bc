"""The file: its tables, its versions, and connections to it."""

import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Final

from desktop_app.monitor.history.records import COLUMNS, TEXTS

VERSION: Final = 3
_PATIENCE_S: Final = 2.0
# In KiB, as SQLite takes it when negative.
_WRITER_CACHE: Final = -12_000
_READER_CACHE: Final = -8_000
_WAL_LIMIT: Final = 64 * 1024 * 1024

# One row a task. Short and often asked for comes first, so that a look at a state need not step
# over a traceback.
_TASKS: Final = """
CREATE TABLE tasks (
    seq INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    queue TEXT NOT NULL,
    worker TEXT,
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL,
    sent REAL,
    received REAL,
    started REAL,
    finished REAL,
    runtime REAL,
    wait REAL,
    retries INTEGER NOT NULL,
    redelivered INTEGER,
    progress REAL,
    indexed INTEGER NOT NULL DEFAULT 0,
    stage TEXT,
    eta TEXT,
    expires TEXT,
    root_id TEXT,
    parent_id TEXT,
    reason TEXT,
    args TEXT,
    kwargs TEXT,
    result TEXT,
    exception TEXT,
    traceback TEXT
)
"""

# Trigrams find a piece of a word, as the search in memory does. The texts themselves stay in
# ``tasks``; whoever changes them there must take the old ones out of the index first.
_FULLTEXT: Final = f"""
CREATE VIRTUAL TABLE tasks_fts USING fts5(
    {", ".join(TEXTS)}, content='tasks', content_rowid='seq', tokenize='trigram'
)
"""

_FIRST: Final = (
    _TASKS,
    "CREATE INDEX tasks_state ON tasks (state)",
    "CREATE INDEX tasks_worker_state ON tasks (worker, state)",
    "CREATE INDEX tasks_name ON tasks (name)",
    "CREATE INDEX tasks_finished ON tasks (finished)",
    "CREATE INDEX tasks_runtime ON tasks (runtime)",
    "CREATE INDEX tasks_unindexed ON tasks (seq) WHERE indexed = 0",
    _FULLTEXT,
    # More in memory and fewer, larger merges: a third less work a task.
    "INSERT INTO tasks_fts (tasks_fts, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO tasks_fts (tasks_fts, rank) VALUES ('automerge', 16)",
    "CREATE TABLE gaps (start REAL, end REAL, reason TEXT, dropped INTEGER, message TEXT)",
    "CREATE INDEX gaps_start ON gaps (start)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID",
)

# Figures by minute and by hour, so that a week is read as quickly as a minute.
_SECOND: Final = (
    """
    CREATE TABLE figures (
        span INTEGER, start INTEGER, kind TEXT, key TEXT,
        ended INTEGER, failed INTEGER, cost REAL, waits BLOB, runs BLOB,
        PRIMARY KEY (span, start, kind, key)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE words (kind TEXT, word TEXT, PRIMARY KEY (kind, word)) WITHOUT ROWID",
    "INSERT OR IGNORE INTO words SELECT DISTINCT 'name', name FROM tasks WHERE name <> ''",
    "INSERT OR IGNORE INTO words SELECT DISTINCT 'queue', queue FROM tasks WHERE queue <> ''",
    "INSERT OR IGNORE INTO words SELECT DISTINCT 'worker', worker FROM tasks WHERE worker <> ''",
)

# What asking found after a gap, and a task's family.
_THIRD: Final = (
    "ALTER TABLE gaps ADD COLUMN found BLOB",
    "CREATE INDEX tasks_root ON tasks (root_id) WHERE root_id <> uuid",
)

MIGRATIONS: Final = (_FIRST, _SECOND, _THIRD)
"""The statements that lead from each version to the next, beginning with none."""


class TooNewError(Exception):
    """A later release wrote the file."""


def file_of(folder: Path, broker: str) -> Path:
    """The file for a broker, by its address without a password."""
    slug = re.sub(r"[^a-z0-9]+", "-", broker.lower()).strip("-")[:40].strip("-") or "broker"
    return folder / f"{slug}-{hashlib.sha256(broker.encode()).hexdigest()[:12]}.sqlite3"


def open_writer(path: Path) -> sqlite3.Connection:
    """A connection that may write, to a file that is made or brought up to date where needed.

    Raises:
        TooNewError: a later release wrote it.
        sqlite3.Error: it cannot be opened, or is no database.
    """
    connection = sqlite3.connect(path, _PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = {_WRITER_CACHE}")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")
        # What is deleted here is no secret, and to overwrite it would double the work.
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        _bring_up_to_date(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, for one thread at a time."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(
        address, _PATIENCE_S, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.execute(f"PRAGMA cache_size = {_READER_CACHE}")
    connection.execute("PRAGMA query_only = ON")
    return connection


def is_damaged(error: sqlite3.Error) -> bool:
    """Whether the file's content is at fault, and not the disk or someone else."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }


def _bring_up_to_date(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise TooNewError
    for number in range(version, VERSION):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    # A file that only looks like one of ours fails here, not at the first task.
    connection.execute(f"SELECT {', '.join(COLUMNS)} FROM tasks LIMIT 1").fetchone()
