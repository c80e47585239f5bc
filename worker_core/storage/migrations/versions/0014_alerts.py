"""Alert rules, what they judge by, and what has fired."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=155), nullable=False),
        sa.Column("comparison", sa.String(length=8), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("for_s", sa.Float(), nullable=False),
        sa.Column("hysteresis", sa.Float(), nullable=False),
        sa.Column("cooldown_s", sa.Float(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("armed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=155), nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "comparison IN ('above', 'below')", name=op.f("ck_alert_rules_comparison")
        ),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'critical')", name=op.f("ck_alert_rules_severity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_rules_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert_conditions",
        sa.Column("rule_id", _ID, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(length=155), nullable=False),
        sa.Column("holding_since", _TIME, nullable=True),
        sa.Column("firing_since", _TIME, nullable=True),
        sa.Column("quiet_until", _TIME, nullable=True),
        sa.Column("last_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["alert_rules.id"],
            name=op.f("fk_alert_conditions_rule_id_alert_rules"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("rule_id", "subject", name=op.f("pk_alert_conditions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("rule_id", _ID, nullable=False),
        sa.Column("rule_name", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=155), nullable=False),
        sa.Column("comparison", sa.String(length=8), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("fired_at", _TIME, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("worst", sa.Float(), nullable=False),
        sa.Column("snoozed_until", _TIME, nullable=True),
        sa.Column("resolved_at", _TIME, nullable=True),
        sa.Column("resolved_why", sa.Text(), nullable=True),
        sa.Column("acted_by", sa.String(length=155), nullable=True),
        sa.Column("acted_at", _TIME, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('firing', 'acknowledged', 'snoozed', 'resolved')",
            name=op.f("ck_alerts_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alerts_revision"), "alerts", ["revision"])
    op.create_index(op.f("ix_alerts_resolved_at"), "alerts", ["resolved_at"])
    is_open = sa.text("state IN ('firing', 'acknowledged', 'snoozed')")
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["rule_id", "subject"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    clock = op.create_table(
        "alert_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("evaluated_at", _TIME, nullable=True),
        sa.Column("seeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_clock")),
    )
    op.bulk_insert(clock, [{"id": 1, "revision": 0, "evaluated_at": None, "seeded": False}])
    op.create_table(
        "measurements",
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=155), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "subject", "since", name=op.f("pk_measurements")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_measurements_until"), "measurements", ["until"])
    op.create_table(
        "measure_reads",
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("problem_since", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("measure", name=op.f("pk_measure_reads")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in (
        "measure_reads",
        "measurements",
        "alert_clock",
        "alerts",
        "alert_conditions",
        "alert_rules",
    ):
        op.drop_table(table)
