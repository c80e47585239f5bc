"""Reported facts, metrics, and people's corrections of documents."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)


def _document(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["document_id"],
        ["documents.id"],
        name=op.f(f"fk_{table}_document_id_documents"),
        ondelete="CASCADE",
    )


def _period(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["period_id"],
        ["metric_periods.id"],
        name=op.f(f"fk_{table}_period_id_metric_periods"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "fact_sets",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("parser_version", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("truncated", sa.JSON(), nullable=True),
        sa.Column("stored_at", _TIME, nullable=False),
        _document("fact_sets"),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_fact_sets")),
    )
    op.create_table(
        "xbrl_facts",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("concept", sa.String(length=300), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("unit", sa.String(length=160), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=True),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("dimensions", sa.JSON(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("filed", sa.Date(), nullable=True),
        _document("xbrl_facts"),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_xbrl_facts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_periods",
        sa.Column("id", _ID, nullable=False),
        sa.Column("entity", sa.String(length=210), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("ticker", sa.String(length=16), nullable=True),
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("currency", sa.String(length=16), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("calculated_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "basis IN ('annual', 'half_year', 'quarter', 'year_to_date')",
            name=op.f("ck_metric_periods_basis"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_periods")),
        sa.UniqueConstraint(
            "entity", "basis", "end_date", name=op.f("uq_metric_periods_entity_basis_end_date")
        ),
    )
    op.create_index(op.f("ix_metric_periods_ticker"), "metric_periods", ["ticker"])
    op.create_table(
        "metric_documents",
        sa.Column("period_id", _ID, nullable=False),
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        _period("metric_documents"),
        _document("metric_documents"),
        sa.PrimaryKeyConstraint("period_id", "document_id", name=op.f("pk_metric_documents")),
    )
    op.create_index(op.f("ix_metric_documents_document_id"), "metric_documents", ["document_id"])
    op.create_table(
        "financial_metrics",
        sa.Column("period_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("metric_group", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("formula_version", sa.String(length=16), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _period("financial_metrics"),
        sa.PrimaryKeyConstraint("period_id", "name", name=op.f("pk_financial_metrics")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "document_corrections",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=True),
        sa.Column("found", sa.String(length=200), nullable=True),
        sa.Column("corrected_by", sa.String(length=100), nullable=False),
        sa.Column("corrected_at", _TIME, nullable=False),
        _document("document_corrections"),
        sa.PrimaryKeyConstraint("document_id", "field", name=op.f("pk_document_corrections")),
    )


def downgrade() -> None:
    for table in (
        "document_corrections",
        "financial_metrics",
        "metric_documents",
        "metric_periods",
        "xbrl_facts",
        "fact_sets",
    ):
        op.drop_table(table)
