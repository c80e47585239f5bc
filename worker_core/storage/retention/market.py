"""Old bars, and findings about bars that are fine by now."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, delete, exists, func, not_, select, tuple_

from worker_core.storage.bar_revisions import outdate, remove
from worker_core.storage.engine import reading, writing
from worker_core.storage.retention import BATCH, Removal
from worker_core.storage.retention.rows import RowKeeper
from worker_core.storage.schema import anomalies as _anomalies
from worker_core.storage.schema import bars as _bars
from worker_core.storage.schema import metadata
from worker_core.storage.schema import quality_findings as _findings
from worker_core.storage.schema import symbols as _symbols

_BAR_BYTES = 120


class FindingKeeper(RowKeeper):
    """Findings of checks long ago, but for those for which bars are still quarantined."""

    kind = "findings"
    setting = "keep_findings_days"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, _findings)

    def _old(self, before: datetime) -> ColumnElement[bool]:
        return and_(_findings.c.found_at < before, _findings.c.action != "quarantined")


class BarKeeper:
    """Bars of days long ago. Those of a symbol for which a forecast is stored stay, as its
    evaluation needs the prices that it was made from; and those of one of which anomalies are
    kept, as each points to its day and to others like it."""

    kind = "bars"
    setting = "keep_bars_days"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def removable(self, before: datetime) -> Removal:
        query = select(func.count()).select_from(_bars).where(self._old(before))
        with reading(self._engine) as connection:
            count = connection.scalar(query) or 0
        return Removal(count, count * _BAR_BYTES)

    def remove(self, before: datetime) -> Removal:
        gone = 0
        while True:
            with writing(self._engine) as connection:
                rows = connection.execute(
                    select(_bars.c.symbol, _bars.c.date).where(self._old(before)).limit(10 * BATCH)
                ).all()
                if not rows:
                    return Removal(gone, gone * _BAR_BYTES)
                for start in range(0, len(rows), BATCH):
                    keys = [tuple(row) for row in rows[start : start + BATCH]]
                    connection.execute(
                        delete(_bars).where(tuple_(_bars.c.symbol, _bars.c.date).in_(keys))
                    )
                for symbol in sorted({row.symbol for row in rows}):
                    outdate(connection, symbol)
                    remove(connection, symbol)
                    first = select(func.min(_bars.c.date)).where(_bars.c.symbol == symbol)
                    last = select(func.max(_bars.c.date)).where(_bars.c.symbol == symbol)
                    connection.execute(
                        _symbols.update()
                        .where(_symbols.c.symbol == symbol)
                        .values(first_day=first.scalar_subquery(), last_day=last.scalar_subquery())
                    )
                gone += len(rows)

    @staticmethod
    def _old(before: datetime) -> ColumnElement[bool]:
        old: ColumnElement[bool] = _bars.c.date < before.date()
        for table in metadata.sorted_tables:
            # Whichever tables of forecasts there are: each names its symbol.
            if "forecast" in table.name or table is _anomalies:
                for name in ("symbol", "ticker", "subject"):
                    if name in table.c:
                        used = exists(select(1).where(table.c[name] == _bars.c.symbol))
                        old = and_(old, not_(used))
        return old
