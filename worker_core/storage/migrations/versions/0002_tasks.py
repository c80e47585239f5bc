"""The ledger of submitted tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(length=155), nullable=False),
        sa.Column("owner", sa.String(length=155), nullable=False),
        sa.Column("name", sa.String(length=155), nullable=False),
        sa.Column("queue", sa.String(length=155), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=155), nullable=True),
        sa.Column("parent_id", sa.String(length=155), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("error_type", sa.String(length=155), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("first_sign_at", _TIME, nullable=True),
        sa.Column("checked_at", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'running', 'retrying', 'succeeded', 'failed', "
            "'quarantined', 'cancelled', 'blocked', 'skipped')",
            name=op.f("ck_tasks_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint(
            "owner", "idempotency_key", name=op.f("uq_tasks_owner_idempotency_key")
        ),
    )
    op.create_index(op.f("ix_tasks_state_checked_at"), "tasks", ["state", "checked_at"])
    op.create_index(op.f("ix_tasks_finished_at"), "tasks", ["finished_at"])
    op.create_index(op.f("ix_tasks_parent_id"), "tasks", ["parent_id"])


def downgrade() -> None:
    op.drop_table("tasks")
