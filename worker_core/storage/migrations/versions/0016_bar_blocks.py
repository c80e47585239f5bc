"""A symbol's bars as one value, and the revision that says whether they are still those."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "symbols", sa.Column("revision", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "bar_blocks",
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", name=op.f("pk_bar_blocks")),
    )


def downgrade() -> None:
    op.drop_table("bar_blocks")
    op.drop_column("symbols", "revision")
