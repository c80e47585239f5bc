"""Anomalies with the baselines that they were found by, and systemic risk."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_KINDS = "kind IN ('metric', 'series', 'price', 'pattern')"


def upgrade() -> None:
    op.create_table(
        "anomaly_baselines",
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_anomaly_baselines_kind")),
        sa.PrimaryKeyConstraint("subject", "kind", "version", name=op.f("pk_anomaly_baselines")),
    )
    op.create_table(
        "anomalies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detector", sa.String(length=32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(length=120), nullable=False),
        sa.Column("quantile", sa.Float(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("nearest", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("found_at", _TIME, nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_anomalies_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anomalies")),
        sa.UniqueConstraint(
            "subject", "kind", "detector", "at", name=op.f("uq_anomalies_subject_kind_detector_at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_anomalies_at"), "anomalies", ["at"])
    op.create_table(
        "risk_universes",
        sa.Column("universe", sa.String(length=64), nullable=False),
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("connectedness", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("task_id", sa.String(length=155), nullable=False),
        sa.Column("computed_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("universe", "window", name=op.f("pk_risk_universes")),
    )
    op.create_table(
        "risk_measures",
        sa.Column("universe", sa.String(length=64), nullable=False),
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("percentile", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint(
            "universe", "window", "measure", "date", name=op.f("pk_risk_measures")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "risk_contributions",
        sa.Column("universe", sa.String(length=64), nullable=False),
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "universe", "window", "measure", "date", "name", name=op.f("pk_risk_contributions")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("risk_contributions")
    op.drop_table("risk_measures")
    op.drop_table("risk_universes")
    op.drop_table("anomalies")
    op.drop_table("anomaly_baselines")
