"""Data that is rows of one table and nothing else."""

from abc import ABC, abstractmethod
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Table, delete, func, select

from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import Removal


class RowKeeper(ABC):
    """Rows of one table that are old by one of its times."""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        self._table = table

    def removable(self, before: datetime) -> Removal:
        query = select(func.count()).select_from(self._table).where(self._old(before))
        with reading(self._engine) as connection:
            return Removal(connection.scalar(query) or 0)

    def remove(self, before: datetime) -> Removal:
        with writing(self._engine) as connection:
            gone = connection.execute(delete(self._table).where(self._old(before)))
            return Removal(gone.rowcount)

    @abstractmethod
    def _old(self, before: datetime) -> ColumnElement[bool]:
        """What may go."""
