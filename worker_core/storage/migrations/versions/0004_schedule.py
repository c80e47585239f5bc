"""The schedule of recurring tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=155), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("expression", sa.String(length=100), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("market_hours", sa.Boolean(), nullable=False),
        sa.Column("expires_s", sa.Float(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("built_in", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_run", _TIME, nullable=True),
        sa.Column("last_run", _TIME, nullable=True),
        sa.Column("last_task_id", sa.String(length=155), nullable=True),
        sa.Column("last_drift_s", sa.Float(), nullable=True),
        sa.Column("skipped_at", _TIME, nullable=True),
        sa.Column("skipped_why", sa.Text(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("missed_since", _TIME, nullable=True),
        sa.Column("last_missed_at", _TIME, nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("kind IN ('every', 'cron')", name=op.f("ck_schedule_kind")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )


def downgrade() -> None:
    op.drop_table("schedule")
