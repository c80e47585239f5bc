"""How Alembic reaches the database.

`worker_core.storage.migrate` hands over its connection, which holds the lock. Alembic's own
command line, for writing a new revision, names the database: ``alembic -x url=sqlite:///… …``.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from worker_core.storage.engine import create_engine
from worker_core.storage.migrate import exclusive, is_ours
from worker_core.storage.schema import VERSION_TABLE, UtcDateTime, metadata


def _in_revision(kind: str, item: Any, _context: object) -> str | Literal[False]:
    # A revision must not change its meaning when the program's own types do.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        include_object=is_ours,
        render_item=_in_revision,
        # SQLite cannot alter a table in place; Alembic copies it.
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_connection: Connection | None = context.config.attributes.get("connection")
if _connection is not None:
    _run(_connection)
else:
    _engine = create_engine(context.get_x_argument(as_dictionary=True)["url"])
    with exclusive(_engine) as _connection:
        _run(_connection)
    _engine.dispose()
