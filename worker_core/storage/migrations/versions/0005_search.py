"""The full-text index.

The documents that are there already come into it with the next update of the index: reading them
all here would keep every program from starting meanwhile.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# A trigger removes the words, since a virtual table knows no foreign keys.
_SQLITE = (
    """
    CREATE VIRTUAL TABLE search_words
    USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')
    """,
    """
    CREATE TRIGGER search_passages_removed AFTER DELETE ON search_passages BEGIN
        DELETE FROM search_words WHERE rowid = old.document_id * 65536 + old.ordinal;
    END
    """,
)
# Stems as in English, but with the words that English has most often: they stand in phrases.
_POSTGRESQL = (
    "CREATE TEXT SEARCH DICTIONARY afi_stem (TEMPLATE = pg_catalog.snowball, LANGUAGE = english)",
    "CREATE TEXT SEARCH CONFIGURATION afi_words (COPY = pg_catalog.english)",
    """
    ALTER TEXT SEARCH CONFIGURATION afi_words
    ALTER MAPPING REPLACE pg_catalog.english_stem WITH afi_stem
    """,
    """
    CREATE TABLE search_words (
        document_id BIGINT NOT NULL,
        ordinal INTEGER NOT NULL,
        words TSVECTOR NOT NULL,
        PRIMARY KEY (document_id, ordinal),
        FOREIGN KEY (document_id, ordinal)
            REFERENCES search_passages (document_id, ordinal) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_search_words_words ON search_words USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "search_passages",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("section", sa.String(length=64), nullable=False),
        sa.Column("start_char", sa.Integer(), nullable=False),
        sa.Column("end_char", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_search_passages_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_search_passages")),
    )
    op.create_table(
        "index_state",
        sa.Column("document_id", _ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("build", sa.String(length=155), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_index_state_document_id_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_index_state")),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_words")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP TEXT SEARCH CONFIGURATION afi_words")
        op.execute("DROP TEXT SEARCH DICTIONARY afi_stem")
    else:
        op.execute("DROP TRIGGER search_passages_removed")
    op.drop_table("index_state")
    op.drop_table("search_passages")
