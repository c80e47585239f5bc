"""Results of tasks that are too large for the result store."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "results",
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_results")),
    )
    op.create_index(op.f("ix_results_expires_at"), "results", ["expires_at"])


def downgrade() -> None:
    op.drop_table("results")
