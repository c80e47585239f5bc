"""Alert rules, what they judge by, and what has fired."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from worker_core.storage.schema.base import Id, UtcDateTime, metadata

OPEN = "state IN ('firing', 'acknowledged', 'snoozed')"

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("measure", String(32), nullable=False),
    Column("subject", String(155), nullable=False),
    Column("comparison", String(8), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("for_s", Float, nullable=False),
    Column("hysteresis", Float, nullable=False),
    Column("cooldown_s", Float, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("armed", Boolean, nullable=False),
    # Counts the changes, so that none is written over one that was not seen.
    Column("version", Integer, nullable=False),
    Column("changed_by", String(155)),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("comparison IN ('above', 'below')", name="comparison"),
    CheckConstraint("severity IN ('info', 'warning', 'critical')", name="severity"),
    sqlite_autoincrement=True,
)

alert_conditions = Table(
    "alert_conditions",
    metadata,
    Column(
        "rule_id",
        Id,
        ForeignKey("alert_rules.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("subject", String(155), primary_key=True),
    Column("holding_since", UtcDateTime),
    Column("firing_since", UtcDateTime),
    Column("quiet_until", UtcDateTime),
    Column("last_at", UtcDateTime),
    sqlite_with_rowid=False,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    # The rule may be gone; what it said when it fired stays with the alert.
    Column("rule_id", Id, nullable=False),
    Column("rule_name", String(80), nullable=False),
    Column("measure", String(32), nullable=False),
    Column("subject", String(155), nullable=False),
    Column("comparison", String(8), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # From when on the value was on the wrong side, and when that had lasted long enough.
    Column("since", UtcDateTime, nullable=False),
    Column("fired_at", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("value", Float, nullable=False),
    Column("worst", Float, nullable=False),
    Column("snoozed_until", UtcDateTime),
    Column("resolved_at", UtcDateTime),
    Column("resolved_why", Text),
    # Who acknowledged or snoozed it, and when.
    Column("acted_by", String(155)),
    Column("acted_at", UtcDateTime),
    # Of `alert_clock` at the last change.
    Column("revision", BigInteger, nullable=False),
    CheckConstraint(
        "state IN ('firing', 'acknowledged', 'snoozed', 'resolved')",
        name="state",
    ),
    Index(None, "revision"),
    Index(None, "resolved_at"),
    Index(
        "uq_alerts_open",
        "rule_id",
        "subject",
        unique=True,
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    sqlite_autoincrement=True,
)

# One row. Who changes rules or alerts changes it first, so that they do so one after another.
alert_clock = Table(
    "alert_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
    Column("evaluated_at", UtcDateTime),
    # Whether the rules that come with the program were put there once.
    Column("seeded", Boolean, nullable=False),
)

# What was measured: a value that stays the same is one row, whose end moves.
measurements = Table(
    "measurements",
    metadata,
    Column("measure", String(32), primary_key=True),
    Column("subject", String(155), primary_key=True),
    Column("since", UtcDateTime, primary_key=True),
    Column("until", UtcDateTime, nullable=False),
    Column("value", Float, nullable=False),
    Index(None, "until"),
    sqlite_with_rowid=False,
)

# When each measure was read last, and why it could not be since.
measure_reads = Table(
    "measure_reads",
    metadata,
    Column("measure", String(32), primary_key=True),
    Column("read_at", UtcDateTime),
    Column("problem", Text),
    Column("problem_since", UtcDateTime),
    sqlite_with_rowid=False,
)
