"""Changes of rules and alerts, one after another and numbered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, select, update

from worker_core.storage.engine import writing
from worker_core.storage.schema import alert_clock as _clock


class Turn:
    """One writer's turn. ``revision`` numbers what it changes; it counts once ``changed`` is
    set."""

    def __init__(self, connection: Connection, before: int, now: datetime) -> None:
        self.connection = connection
        self.revision = before + 1
        self.now = now
        self.changed = False


@contextmanager
def turn(engine: Engine) -> Iterator[Turn]:
    """A transaction in which nobody else changes rules or alerts."""
    with writing(engine) as connection:
        # SQLite has no locks on rows and needs none: a writing transaction is alone there.
        before = connection.scalars(
            select(_clock.c.revision).where(_clock.c.id == 1).with_for_update()
        ).one()
        taken = Turn(connection, before, now(connection))
        yield taken
        if taken.changed:
            connection.execute(
                update(_clock).where(_clock.c.id == 1).values(revision=taken.revision)
            )


def now(connection: Connection) -> datetime:
    """The time: the database's own where it is a server, so that several computers agree."""
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    # Not now(), which stands still throughout a transaction.
    clock: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return clock.astimezone(UTC)
