"""A database that is handed from test to test holds nothing of the one before."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, select

from tests.storage.emptied import Emptied
from worker_core.storage import AuditEntry, migrate
from worker_core.storage.audit import AuditRepository
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.engine import create_engine, reading
from worker_core.storage.schema import metadata

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with reading(engine) as connection:
        counted = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }
    engine.dispose()
    return {name: count for name, count in counted.items() if count}


def test_rows_and_what_was_counted_are_gone_and_the_database_is_the_same(
    emptied: Emptied,
) -> None:
    url = emptied.url()
    fresh = rows(url)
    engine = create_engine(url)
    documents = DocumentRepository(engine)
    for _ in range(2):
        documents.register("a" * 64, "filing.html", 8, "text/html", "t-1")
        kept = documents.save_parsed("a" * 64, text="Pumps.", sections=[], parser_version="1")
        assert kept.id == 1
        AuditRepository(engine).add([AuditEntry(NOW, "user.add", "done")])
        assert len(rows(url)) > len(fresh)
        assert emptied.url() == url
        assert rows(url) == fresh
    engine.dispose()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE tasks RENAME TO away",
        "ALTER TABLE tasks ADD COLUMN more text",
        "DROP INDEX uq_alerts_open",
        "ALTER TABLE audit DISABLE TRIGGER audit_append_only",
        "CREATE TABLE left_over (id int)",
        "ALTER DATABASE {} SET default_transaction_read_only = on",
    ],
)
def test_a_database_that_is_no_longer_what_it_was_is_not_handed_on(
    emptied: Emptied, change: str
) -> None:
    url = emptied.url()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(change.format(url.rpartition("/")[2]).encode())
    assert emptied.url() != url


def test_going_back_and_forth_makes_another_database(emptied: Emptied) -> None:
    url = emptied.url()
    migrate.downgrade(url, "0013")
    migrate.upgrade(url)
    assert emptied.url() != url


def test_who_still_holds_a_lock_is_sent_away(emptied: Emptied) -> None:
    url = emptied.url()
    with psycopg.connect(url) as left:
        left.execute("LOCK TABLE tasks")
        assert emptied.url() == url
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
