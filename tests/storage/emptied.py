"""One PostgreSQL database for many tests: making one takes longer than most tests do."""

from collections.abc import Callable
from typing import Any

import psycopg

# Rows come and go; whatever else a test changes is seen by one of these.
_STRUCTURE = """
SELECT array_agg(concat_ws(' ', kind, number, name) ORDER BY kind, number, name) FROM (
    SELECT 'relation', oid, relname::text FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'column', attrelid, concat_ws(' ', attname, atttypid, attnotnull)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT 'trigger', oid, concat_ws(' ', tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT 'constraint', oid, conname FROM pg_constraint
    UNION ALL SELECT 'function', oid, proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'search', oid, cfgname FROM pg_ts_config
    UNION ALL SELECT 'setting', setdatabase, concat_ws(' ', setrole, setconfig)
    FROM pg_db_role_setting
    UNION ALL SELECT 'revision', 0, version_num FROM afi_schema_version
) AS found (kind, number, name)
"""
_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
SELECT tablename FROM pg_tables
WHERE schemaname = 'public' AND tablename NOT IN ('afi_schema_version', 'alert_clock')
"""
_COUNTED = "SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL"


class Emptied:
    """A database that is handed from test to test, without the rows of the one before."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        self._url = ""
        self._structure: Any = None

    def url(self) -> str:
        """The address of it, or of a new one where a test has changed more than rows."""
        if not self._url or not self._empty():
            self._url = self._make()
            with psycopg.connect(self._url) as connection:
                self._structure = connection.execute(_STRUCTURE.encode()).fetchone()
        return self._url

    def _empty(self) -> bool:
        try:
            with psycopg.connect(self._url, options="-c lock_timeout=10000") as connection:
                connection.execute(_OTHERS.encode())
                if connection.execute(_STRUCTURE.encode()).fetchone() != self._structure:
                    return False
                # The log of changes refuses to be shortened.
                connection.execute("SET LOCAL session_replication_role = replica")
                if tables := _used(connection):
                    listed = ", ".join(f'"{name}"' for name in tables)
                    words = f"TRUNCATE {listed} RESTART IDENTITY CASCADE"
                    connection.execute(words.encode())
                # The one row that a migration puts there.
                connection.execute(b"DELETE FROM alert_clock")
                connection.execute(
                    b"INSERT INTO alert_clock (id, revision, seeded) VALUES (1, 0, false)"
                )
        except psycopg.Error:
            return False
        return True


def _used(connection: "psycopg.Connection[Any]") -> list[str]:
    """Tables with a row, and those that have counted one that is gone."""
    names = [name for (name,) in connection.execute(_TABLES.encode())]
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")"  # noqa: S608 - names of our tables
        for name in names
    )
    found = {name for (name,) in connection.execute(asked.encode())}
    counted = [name for (name,) in connection.execute(_COUNTED.encode())]
    found |= {name for name in names if any(one.startswith(f"{name}_") for one in counted)}
    return sorted(found)
