"""Reports that were made."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=210), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("html_sha256", sa.String(length=64), nullable=False),
        sa.Column("html_bytes", sa.BigInteger(), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_bytes", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('system', 'company')", name=op.f("ck_reports_kind")),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_reports")),
    )
    op.create_index(op.f("ix_reports_made_at"), "reports", ["made_at"])


def downgrade() -> None:
    op.drop_table("reports")
