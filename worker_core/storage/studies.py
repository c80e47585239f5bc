"""Studies of settings, in the application's own database: Optuna's tables beside ours.

They have names that ours do not have, and a version table of their own, so neither side's
migrations touch the other's (docs/decisions).
"""

from typing import TYPE_CHECKING

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from worker_core.storage.engine import BUSY_TIMEOUT_S
from worker_core.storage.errors import StorageError
from worker_core.storage.explain import label

if TYPE_CHECKING:
    from optuna.storages import BaseStorage


def study_store(engine: Engine) -> "BaseStorage":
    """A store of studies in the database of ``engine``; its tables are made when first asked.

    It has connections of its own, one a transaction, so that none crosses a fork.

    Raises:
        StorageError: the database cannot be used.
    """
    from optuna.storages import RDBStorage

    sqlite = engine.dialect.name == "sqlite"
    options = {"timeout": BUSY_TIMEOUT_S} if sqlite else {}
    try:
        return RDBStorage(
            engine.url.render_as_string(hide_password=False),
            engine_kwargs={"poolclass": NullPool, "connect_args": options},
        )
    except (SQLAlchemyError, RuntimeError) as error:
        raise StorageError(
            "unusable",
            f"The database {label(engine.url)} cannot keep studies of settings: {error}",
            "Look whether the database answers and whether its user may make tables.",
        ) from error
