"""Evidence of sentences, tone over time and comparisons, on both kinds of database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from worker_core.storage import (
    SentimentEvidence,
    SentimentScore,
    SentimentSentence,
    ToneComparison,
    ToneDay,
    ToneTrend,
)
from worker_core.storage.documents import DocumentRepository
from worker_core.storage.sentiment import SentimentRepository

DAY = date(2024, 5, 2)
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
SENTENCE = SentimentSentence(
    0,
    11,
    0.5,
    "positive",
    0.75,
    (
        SentimentEvidence(6, 10, "rule", "good_move", "positive", 1.25),
        SentimentEvidence(0, 5, "word", "", "neutral", 0.5),
        SentimentEvidence(0, 10, "phrase", "", "negative", 0.25),
    ),
    ("Harrow Vale", "Northwind"),
)


@pytest.fixture
def sentiment(engine: Engine) -> SentimentRepository:
    return SentimentRepository(engine)


class Shelf:
    """Puts scored documents into the database."""

    def __init__(self, documents: DocumentRepository) -> None:
        self.documents = documents
        self.count = 0

    def add(
        self,
        mean: float,
        *,
        ticker: str | None = "HVI",
        day: date | None = DAY,
        version: str = "m1",
        entities: dict[str, float] | None = None,
        sentences: int = 4,
    ) -> int:
        self.count += 1
        sha = f"{self.count:064x}"
        record = self.documents.register(sha, "a.txt", 1, "text/plain", "t")
        self.documents.save_parsed(
            sha, text="Sales rose.", sections=(), parser_version="1", ticker=ticker, filing_date=day
        )
        self.score(record.id, mean, version, entities or {}, sentences)
        return record.id

    def score(
        self,
        document_id: int,
        mean: float,
        version: str,
        entities: dict[str, float],
        sentences: int = 4,
    ) -> None:
        scores = [SentimentScore("", "", 0, 1, 0, mean, sentences)]
        scores.append(SentimentScore("Item 1", "", 0, 1, 0, -0.9, 2))
        scores += [
            SentimentScore("", f"Company {ticker}", 0, 1, 0, tone, 1, 0.5, ticker)
            for ticker, tone in entities.items()
        ]
        self.documents.save_sentiment(document_id, version, scores)


@pytest.fixture
def shelf(documents: DocumentRepository) -> Shelf:
    return Shelf(documents)


def test_sentences_come_back_with_what_decided_about_them(
    documents: DocumentRepository, shelf: Shelf
) -> None:
    number = shelf.add(0.1)
    plain = SentimentSentence(12, 20, 0.0, "neutral")
    documents.save_sentiment(number, "m2", [], [SENTENCE, plain])
    assert documents.sentiment_sentences(number, "m2") == (SENTENCE, plain)


def test_a_weight_that_is_no_number_is_refused(documents: DocumentRepository, shelf: Shelf) -> None:
    number = shelf.add(0.1)
    bad = SentimentEvidence(0, 1, "word", "", "positive", float("inf"))
    with pytest.raises(ValueError, match="finite"):
        documents.save_sentiment(
            number, "m2", [], [SentimentSentence(0, 1, 0.0, "neutral", 0.5, (bad,))]
        )


def test_the_confidence_and_ticker_of_scores_come_back(
    documents: DocumentRepository, shelf: Shelf
) -> None:
    number = shelf.add(0.1, entities={"NWD": -0.5})
    record = documents.sentiment(number)
    assert record is not None
    (entity,) = (score for score in record.scores if score.entity)
    assert (entity.ticker, entity.confidence, entity.mean) == ("NWD", 0.5, -0.5)


def test_a_document_counts_for_its_company_and_for_those_that_it_names(
    sentiment: SentimentRepository, shelf: Shelf
) -> None:
    own = shelf.add(0.4, entities={"HVI": 0.9, "NWD": -0.5})
    news = shelf.add(0.1, ticker=None, entities={"HVI": -0.3})
    found = sentiment.observations(date(2024, 1, 1))
    assert [(each.ticker, each.document_id, each.mean) for each in found] == [
        ("HVI", own, 0.4),
        ("HVI", news, -0.3),
        ("NWD", own, -0.5),
    ]
    assert [each.ticker for each in sentiment.observations(date(2024, 1, 1), ["NWD"])] == ["NWD"]
    assert sentiment.observations(date(2024, 5, 3)) == ()


def test_of_several_scores_of_a_document_the_newest_counts(
    sentiment: SentimentRepository, shelf: Shelf
) -> None:
    number = shelf.add(0.4, version="z")
    shelf.score(number, 0.2, "a", {})
    (found,) = sentiment.observations(DAY)
    assert (found.mean, found.model_version) == (0.2, "a")


def test_documents_without_a_date_or_sentences_are_in_no_series(
    sentiment: SentimentRepository, shelf: Shelf
) -> None:
    shelf.add(0.4, day=None)
    shelf.add(0.4, sentences=0)
    assert sentiment.observations(date(2000, 1, 1)) == ()
    assert sentiment.undated() == {"HVI": 1}
    assert sentiment.undated(["NWD"]) == {}


def trend(**more: object) -> ToneTrend:
    values: dict[str, object] = {
        "ticker": "HVI",
        "since": date(2024, 1, 1),
        "days": 1,
        "documents": 2,
        "slope": {"per_30_days": 0.1},
        "turns": ({"day": "2024-05-02", "before": 0.0, "after": 0.5},),
        "missing": ("No turn.",),
        "model_versions": ("m1", "m2"),
        "task_id": "t",
        "updated_at": NOW,
    }
    return ToneTrend(**values | more)  # type: ignore[arg-type]  # values by name


def test_a_trend_comes_back_and_is_replaced_from_its_first_day_on(
    sentiment: SentimentRepository,
) -> None:
    days = [ToneDay(date(2023, 5, 1), 0.1, 0.1, 1, 4, "m1"), ToneDay(DAY, 0.3, 0.2, 2, 8, "m1 m2")]
    sentiment.save_trend(trend(since=date(2023, 1, 1)), days)
    newer = [ToneDay(date(2024, 5, 3), 0.5, 0.4, 1, 4, "m2")]
    for _ in range(2):
        sentiment.save_trend(trend(slope=None), newer)
    assert sentiment.trend("HVI") == trend(slope=None)
    assert sentiment.trends() == (trend(slope=None),)
    assert sentiment.daily("HVI") == (days[0], newer[0])
    assert sentiment.daily("HVI", date(2024, 1, 1)) == (newer[0],)
    assert sentiment.followed() == ("HVI",)
    assert sentiment.trend("NWD") is None


def test_a_comparison_is_kept_once_for_a_task(sentiment: SentimentRepository) -> None:
    kept = ToneComparison(
        "t", DAY, ({"company": "HVI"},), ({"first": "HVI", "hedges_g": None},), (), ("m1",), NOW
    )
    sentiment.save_comparison(kept)
    again = ToneComparison("t", DAY, (), (), ("Nothing is compared.",), (), NOW)
    sentiment.save_comparison(again)
    sentiment.save_comparison(
        ToneComparison("u", DAY, kept.companies, kept.differences, (), (), NOW)
    )
    assert sentiment.comparison("t") == again
    assert sentiment.comparison("v") is None
    assert [each.task_id for each in sentiment.comparisons()] == ["u", "t"]
    assert sentiment.comparisons(1)[0].differences == ({"first": "HVI", "hedges_g": None},)
