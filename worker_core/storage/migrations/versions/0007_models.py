"""The registry of trained models."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_CHAMPION = sa.text("status = 'champion'")


def upgrade() -> None:
    op.create_table(
        "model_registry",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("artifact_sha256", sa.String(length=64), nullable=True),
        sa.Column("artifact_bytes", sa.BigInteger(), nullable=True),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("training_set", sa.String(length=64), nullable=True),
        sa.Column("libraries", sa.JSON(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("parent_version", sa.String(length=64), nullable=True),
        sa.Column("task_id", sa.String(length=155), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "status IN ('candidate', 'champion', 'previous', 'rejected', 'retired')",
            name=op.f("ck_model_registry_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_registry")),
        sa.UniqueConstraint(
            "kind", "subject", "version", name=op.f("uq_model_registry_kind_subject_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_model_registry_artifact_sha256"), "model_registry", ["artifact_sha256"]
    )
    op.create_index(
        "uq_model_registry_champion",
        "model_registry",
        ["kind", "subject"],
        unique=True,
        sqlite_where=_CHAMPION,
        postgresql_where=_CHAMPION,
    )
    op.create_table(
        "model_pointers",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=True),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["kind", "subject", "version"],
            ["model_registry.kind", "model_registry.subject", "model_registry.version"],
            name=op.f("fk_model_pointers_kind_subject_version_model_registry"),
        ),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_model_pointers")),
    )
    op.create_table(
        "model_changes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("from_version", sa.String(length=64), nullable=True),
        sa.Column("to_version", sa.String(length=64), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=155), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.CheckConstraint(
            "action IN ('promoted', 'rejected', 'rolled_back')",
            name=op.f("ck_model_changes_action"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_model_changes_kind_subject"), "model_changes", ["kind", "subject"])


def downgrade() -> None:
    op.drop_table("model_changes")
    op.drop_table("model_pointers")
    op.drop_table("model_registry")
