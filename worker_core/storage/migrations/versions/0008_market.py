"""Prices, corporate actions, symbols, economic series, and findings about them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bars",
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("open", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("close", sa.Float(), nullable=False),
        sa.Column("volume", sa.Float(), nullable=True),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "date", name=op.f("pk_bars")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_bars_date_symbol_close_quarantined"),
        "bars",
        ["date", "symbol", "close", "quarantined"],
    )
    op.create_table(
        "corporate_actions",
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("ex_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("currency", sa.String(length=8), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('split', 'dividend')", name=op.f("ck_corporate_actions_kind")),
        sa.PrimaryKeyConstraint("symbol", "ex_date", "kind", name=op.f("pk_corporate_actions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "symbols",
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("exchange", sa.String(length=16), nullable=True),
        sa.Column("currency", sa.String(length=8), nullable=True),
        sa.Column("renamed_to", sa.String(length=32), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("symbol", name=op.f("pk_symbols")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_symbols_renamed_to"), "symbols", ["renamed_to"])
    op.create_table(
        "observations",
        sa.Column("series_id", sa.String(length=120), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("vintage", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "date", "vintage", name=op.f("pk_observations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quality_findings",
        sa.Column("symbol", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("check_name", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'error')", name=op.f("ck_quality_findings_severity")
        ),
        sa.CheckConstraint(
            "action IN ('kept', 'flagged', 'quarantined')", name=op.f("ck_quality_findings_action")
        ),
        sa.PrimaryKeyConstraint("symbol", "ordinal", name=op.f("pk_quality_findings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_quality_findings_found_at"), "quality_findings", ["found_at"])


def downgrade() -> None:
    for name in ("quality_findings", "observations", "symbols", "corporate_actions", "bars"):
        op.drop_table(name)
