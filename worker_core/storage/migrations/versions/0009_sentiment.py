"""What decided about sentences, sentiment over time and between companies, labels."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_STANDING = sa.text("replaced_at IS NULL AND undone_at IS NULL")


def upgrade() -> None:
    op.add_column("sentiment_scores", sa.Column("confidence", sa.Float(), nullable=True))
    op.add_column("sentiment_scores", sa.Column("ticker", sa.String(length=16), nullable=True))
    op.add_column("sentiment_sentences", sa.Column("confidence", sa.Float(), nullable=True))
    for name in ("evidence", "entities"):
        column = sa.Column(name, sa.JSON(none_as_null=True), nullable=True)
        op.add_column("sentiment_sentences", column)
    op.create_table(
        "sentiment_daily",
        sa.Column("ticker", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mean", sa.Float(), nullable=False),
        sa.Column("ewma", sa.Float(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("model_version", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("ticker", "day", name=op.f("pk_sentiment_daily")),
    )
    op.create_table(
        "sentiment_trends",
        sa.Column("ticker", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("slope", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("turns", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("model_versions", sa.JSON(), nullable=False),
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("ticker", name=op.f("pk_sentiment_trends")),
    )
    op.create_table(
        "sentiment_comparisons",
        sa.Column("id", _ID, nullable=False),
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("companies", sa.JSON(), nullable=False),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("model_versions", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentiment_comparisons")),
        sa.UniqueConstraint("task_id", name=op.f("uq_sentiment_comparisons_task_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "labels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("place", sa.String(length=155), nullable=False),
        sa.Column("document_id", _ID, nullable=True),
        sa.Column("start_char", sa.Integer(), nullable=True),
        sa.Column("end_char", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=155), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("replaced_at", _TIME, nullable=True),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.CheckConstraint(
            "label IN ('negative', 'neutral', 'positive')", name=op.f("ck_labels_label")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_labels_document_id_documents"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_labels_document_id"), "labels", ["document_id"])
    op.create_index(
        "uq_labels_standing",
        "labels",
        ["place"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def downgrade() -> None:
    for table in ("labels", "sentiment_comparisons", "sentiment_trends", "sentiment_daily"):
        op.drop_table(table)
    for table, names in (
        ("sentiment_sentences", ("entities", "evidence", "confidence")),
        ("sentiment_scores", ("ticker", "confidence")),
    ):
        for name in names:
            op.drop_column(table, name)
