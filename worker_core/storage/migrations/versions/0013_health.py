"""Checks of the system's health, and how long its tasks took."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "health_checks",
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("took_s", sa.Float(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("readings", sa.JSON(), nullable=False),
        sa.Column("probes", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "status IN ('ok', 'warning', 'critical')", name=op.f("ck_health_checks_status")
        ),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_health_checks")),
    )
    op.create_index(op.f("ix_health_checks_at"), "health_checks", ["at"])
    op.create_table(
        "performance",
        sa.Column("task", sa.String(length=155), nullable=False),
        sa.Column("queue", sa.String(length=155), nullable=False),
        sa.Column("start", _TIME, nullable=False),
        sa.Column("window_s", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("succeeded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("retried", sa.Integer(), nullable=False),
        sa.Column("wait_count", sa.Integer(), nullable=False),
        sa.Column("run_count", sa.Integer(), nullable=False),
        sa.Column("wait", sa.JSON(), nullable=False),
        sa.Column("run", sa.JSON(), nullable=False),
        sa.Column("wait_sketch", sa.JSON(), nullable=False),
        sa.Column("run_sketch", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("task", "queue", "start", "window_s", name=op.f("pk_performance")),
    )
    op.create_index(op.f("ix_performance_start"), "performance", ["start"])


def downgrade() -> None:
    op.drop_table("performance")
    op.drop_table("health_checks")
