"""What was found wrong with a symbol's bars, and the bars that are held back for it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from worker_core.market.records import Finding, Severity, StoredFinding
from worker_core.storage.bar_revisions import outdate
from worker_core.storage.schema import bars as _bars
from worker_core.storage.schema import quality_findings as _findings

_SHOWN_DAYS = 1000


def replace(connection: Connection, symbol: str, findings: Sequence[Finding]) -> None:
    """Put ``findings`` in the place of all that was known of the symbol."""
    now = datetime.now(UTC)
    connection.execute(delete(_findings).where(_findings.c.symbol == symbol))
    rows = [
        {
            "symbol": symbol,
            "ordinal": ordinal,
            "check_name": finding.check,
            "severity": finding.severity,
            "action": finding.action,
            "first_day": finding.days[0] if finding.days else None,
            "last_day": finding.days[-1] if finding.days else None,
            "rows": finding.rows or len(finding.days),
            "days": [day.isoformat() for day in finding.days[:_SHOWN_DAYS]],
            "message": finding.message,
            "evidence": dict(finding.evidence),
            "found_at": now,
        }
        for ordinal, finding in enumerate(findings)
    ]
    if rows:
        connection.execute(insert(_findings), rows)


def hold_back(connection: Connection, symbol: str, days: Iterable[date]) -> int:
    """Quarantine the bars of these days and of no others; how many are quarantined."""
    held = select(_bars.c.date).where(_bars.c.symbol == symbol, _bars.c.quarantined.is_(True))
    before, after = set(connection.scalars(held)), set(days)
    changes = [{"day": day, "held": day in after} for day in sorted(before ^ after)]
    if changes:
        changed = connection.execute(
            update(_bars)
            .where(_bars.c.symbol == symbol, _bars.c.date == bindparam("day"))
            .values(quarantined=bindparam("held")),
            changes,
        )
        if changed.rowcount:
            outdate(connection, symbol)
    return len(connection.scalars(held).all())


def read(
    connection: Connection, symbol: str | None, at_least: Severity, limit: int
) -> list[StoredFinding]:
    """Findings by symbol, as they were stored."""
    severities: tuple[str, ...] = get_args(Severity)
    query = select(_findings).where(
        _findings.c.severity.in_(severities[severities.index(at_least) :])
    )
    if symbol is not None:
        query = query.where(_findings.c.symbol == symbol)
    query = query.order_by(_findings.c.symbol, _findings.c.ordinal).limit(limit)
    return [_stored(row) for row in connection.execute(query)]


def _stored(row: Row[Any]) -> StoredFinding:
    return StoredFinding(
        row.symbol,
        Finding(
            row.check_name,
            row.severity,
            row.action,
            row.message,
            tuple(date.fromisoformat(day) for day in row.days),
            row._mapping["rows"],
            row.evidence,
        ),
        row.found_at,
    )
