"""What models found in a document: sentiment and summaries."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, select

from worker_core.storage import schema
from worker_core.storage.cleaning import finite, short, short_or_none, storable
from worker_core.storage.engine import reading, writing
from worker_core.storage.protocols import ScoreLike, SentenceLike, SummarySentenceLike
from worker_core.storage.records import (
    SentimentRecord,
    SentimentScore,
    SentimentSentence,
    SummaryRecord,
    SummarySentence,
)
from worker_core.storage.rows import key_of, locked, replace
from worker_core.storage.sentence_rows import sentence_of, sentence_rows

_documents = schema.documents
_scores = schema.sentiment_scores
_sentences = schema.sentiment_sentences
_summaries = schema.summaries


class DocumentAnalyses:
    """Analyses by document and model version; the newest is given unless one is named."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_sentiment(
        self,
        document_id: int,
        model_version: str,
        scores: Iterable[ScoreLike],
        sentences: Iterable[SentenceLike] = (),
    ) -> None:
        """Keep a model's scores of a document and of its sentences, instead of its earlier ones.

        Raises:
            ValueError: a score is not a finite number.
        """
        now = datetime.now(UTC)
        score_rows = [
            {
                "section": short(score.section, 64),
                "entity": short(score.entity, 200),
                "positive": finite(score.positive),
                "neutral": finite(score.neutral),
                "negative": finite(score.negative),
                "mean": finite(score.mean),
                "sentences": score.sentences,
                "confidence": None if score.confidence is None else finite(score.confidence),
                "ticker": short_or_none(score.ticker, 16),
                "created_at": now,
            }
            for score in scores
        ]
        # Two names of one entity may become the same once they are cut to length.
        unique = {(row["section"], row["entity"]): row for row in score_rows}
        rows = sentence_rows(sentences)
        with writing(self._engine) as connection:
            document = locked(connection, _documents.c.id == key_of(document_id))
            key = {"document_id": document.id, "model_version": short(model_version, 64)}
            replace(connection, _scores, key, unique.values())
            replace(connection, _sentences, key, rows)

    def sentiment(
        self, document_id: int, model_version: str | None = None
    ) -> SentimentRecord | None:
        """Scores of the document, its sections and entities; the whole document's come first."""
        with reading(self._engine) as connection:
            version = model_version or _newest(connection, _scores, document_id)
            rows = _rows(connection, _scores, document_id, version)
        if not rows:
            return None
        scores = tuple(
            SentimentScore(
                section=row.section,
                entity=row.entity,
                positive=row.positive,
                neutral=row.neutral,
                negative=row.negative,
                mean=row.mean,
                sentences=row.sentences,
                confidence=row.confidence,
                ticker=row.ticker,
            )
            for row in sorted(rows, key=lambda row: (row.section, row.entity))
        )
        first = rows[0]
        return SentimentRecord(first.document_id, first.model_version, first.created_at, scores)

    def sentiment_sentences(
        self,
        document_id: int,
        model_version: str | None = None,
        *,
        limit: int | None = None,
        after: int = 0,
    ) -> tuple[SentimentSentence, ...]:
        """Scores of the sentences, in reading order; at most ``limit``, without the first
        ``after``."""
        with reading(self._engine) as connection:
            version = model_version or _newest(connection, _scores, document_id)
            wanted = (
                select(_sentences)
                .where(
                    _sentences.c.document_id == key_of(document_id),
                    _sentences.c.model_version == version,
                )
                .order_by(_sentences.c.ordinal)
                .limit(limit)
                .offset(after or None)
            )
            return tuple(map(sentence_of, connection.execute(wanted)))

    def save_summary(
        self, document_id: int, model_version: str, sentences: Iterable[SummarySentenceLike]
    ) -> None:
        """Keep a model's summary, instead of its earlier one.

        Raises:
            ValueError: a score is not a finite number.
        """
        now = datetime.now(UTC)
        rows = [
            {
                "ordinal": ordinal,
                "start_char": sentence.start,
                "end_char": sentence.end,
                "text": storable(sentence.text),
                "score": finite(sentence.score),
                "created_at": now,
            }
            for ordinal, sentence in enumerate(sentences)
        ]
        with writing(self._engine) as connection:
            document = locked(connection, _documents.c.id == key_of(document_id))
            key = {"document_id": document.id, "model_version": short(model_version, 64)}
            replace(connection, _summaries, key, rows)

    def summary(self, document_id: int, model_version: str | None = None) -> SummaryRecord | None:
        """The sentences of the summary, in the order in which they were saved."""
        with reading(self._engine) as connection:
            version = model_version or _newest(connection, _summaries, document_id)
            rows = _rows(connection, _summaries, document_id, version)
        if not rows:
            return None
        sentences = tuple(
            SummarySentence(row.start_char, row.end_char, row.text, row.score)
            for row in sorted(rows, key=lambda row: row.ordinal)
        )
        first = rows[0]
        return SummaryRecord(first.document_id, first.model_version, first.created_at, sentences)


def _newest(connection: Connection, table: Table, document_id: int) -> str | None:
    version: str | None = connection.scalar(
        select(table.c.model_version)
        .where(table.c.document_id == key_of(document_id))
        .order_by(table.c.created_at.desc(), table.c.model_version.desc())
        .limit(1)
    )
    return version


def _rows(
    connection: Connection, table: Table, document_id: int, model_version: str | None
) -> Sequence[Row[Any]]:
    return connection.execute(
        select(table).where(
            table.c.document_id == key_of(document_id), table.c.model_version == model_version
        )
    ).all()
