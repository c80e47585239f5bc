"""Sentiment tasks, run in this process over a database of their own; then through a real worker."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from tests.tasks.conftest import System
from worker_core import settings as settings_module
from worker_core.arguments import RetrainSentiment
from worker_core.operations.submit import submit
from worker_core.sentiment import LinearScorer, archive, bundled_model
from worker_core.sentiment.labels import Labelled
from worker_core.sentiment.training import train
from worker_core.storage import NewLabel, NewModel, SentimentScore, Storage, ToneLabel
from worker_core.tasks import retraining, tone, tone_series
from worker_core.tasks.base import PermanentFailure, Run

NEWS = (
    "Harrow Vale Inc. (NYSE: HVI) said net profit rose to EUR 5.1 mn from EUR 4.2 mn. "
    "The board meets on Tuesday in the town hall of Vale. "
    "Sales of the pump division fell sharply because of a strike."
)
TODAY = datetime.now(UTC).date()


class Here:
    """A run that needs no worker: what a task's body sees."""

    def __init__(self, storage: Storage, task_id: str = "t-1") -> None:
        self.storage = storage
        self.task_id = task_id
        self.told: list[tuple[str, float]] = []

    def progress(self, stage: str, fraction: float) -> None:
        self.told.append((stage, fraction))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    monkeypatch.setenv("AFI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AFI_SENTIMENT_ONNX_PATH", raising=False)
    monkeypatch.delenv("AFI_SENTIMENT_LABEL_FILES", raising=False)
    settings_module.current.cache_clear()
    values = settings_module.current()
    with Storage.open(values.database_url, values.artifacts_url) as storage:
        yield Here(storage)
    settings_module.current.cache_clear()


def run(here: Here) -> Run:
    return cast("Run", here)


def scored(
    here: Here, ticker: str | None, means: list[float], version: str = "m", dated: bool = True
) -> None:
    """Documents, one a day up to yesterday, with a tone each."""
    for number, mean in enumerate(means):
        sha = hashlib.sha256(f"{ticker} {number} {version} {dated}".encode()).hexdigest()
        here.storage.documents.register(sha, "a.txt", 1, "text/plain", "t")
        day = TODAY - timedelta(days=len(means) - number) if dated else None
        record = here.storage.documents.save_parsed(
            sha, text="x", sections=(), parser_version="1", ticker=ticker, filing_date=day
        )
        score = SentimentScore("", "", 0, 1, 0, mean, 3)
        here.storage.documents.save_sentiment(record.id, version, [score])


def labelled(count: int, seed: int = 0) -> list[Labelled]:
    """Sentences of a made-up language, which no model knows, by three words that tell the class."""
    chance = Random(seed)
    words: dict[ToneLabel, str] = {"positive": "blim", "negative": "vrok", "neutral": "tasp"}
    return [
        Labelled(
            " ".join(
                ["".join(chance.choices("abdegiklmnoprstu", k=6)), word]
                + ["".join(chance.choices("abdegiklmnoprstu", k=6)) for _ in range(4)]
            ),
            label,
        )
        for _ in range(count)
        for label, word in words.items()
    ]


def test_a_trend_is_computed_from_the_scores_that_are_stored(here: Here) -> None:
    scored(here, "UPP", [n / 30 for n in range(30)])
    scored(here, "FEW", [0.1, 0.2])
    answer = tone_series.update_trends(run(here), (), 365)
    assert (answer["companies"], answer["with_slope"]) == (2, 1)
    trend = here.storage.sentiment.trend("UPP")
    assert trend is not None
    assert trend.slope is not None
    assert cast("float", trend.slope["per_30_days"]) == pytest.approx(1.0, abs=1e-6)
    assert len(here.storage.sentiment.daily("UPP")) == 30
    few = here.storage.sentiment.trend("FEW")
    assert few is not None
    assert few.slope is None
    assert "2 days have documents, and 10 are needed" in few.missing[0]
    again = tone_series.update_trends(run(here), ("UPP",), 365)
    assert again["trends"][0]["slope"] == trend.slope
    assert len(here.storage.sentiment.daily("UPP")) == 30


def test_what_a_trend_cannot_tell_is_said(here: Here) -> None:
    scored(here, "MIX", [0.1] * 6, version="a")
    scored(here, "MIX", [0.2] * 6, version="b")
    scored(here, "MIX", [0.3], dated=False)
    tone_series.update_trends(run(here), ("MIX", "NIX"), 365)
    mixed = here.storage.sentiment.trend("MIX")
    nothing = here.storage.sentiment.trend("NIX")
    assert mixed is not None
    assert nothing is not None
    assert any("no date" in told for told in mixed.missing)
    assert any("2 models" in told for told in mixed.missing)
    assert here.storage.sentiment.daily("MIX")[0].model_version == "a b"
    assert (nothing.days, nothing.slope) == (0, None)
    assert nothing.missing


def test_companies_are_compared_once_for_a_task(here: Here) -> None:
    chance = Random(0)
    scored(here, "GOOD", [0.5 + chance.random() / 10 for _ in range(20)])
    scored(here, "BAD", [-0.5 + chance.random() / 10 for _ in range(20)])
    scored(here, "NEW", [0.0])
    for _ in range(2):
        answer = tone_series.compare(run(here), ("BAD", "GOOD", "NEW"), 365)
    (kept,) = here.storage.sentiment.comparisons()
    assert [company["company"] for company in kept.companies] == ["GOOD", "NEW", "BAD"]
    (difference,) = kept.differences
    assert cast("float", difference["corrected"]) < 1e-6
    assert difference["delta"] == 1.0
    assert "NEW is not compared: it has 1 document, and 8 are needed." in kept.missing
    assert answer["differences"] == list(kept.differences)


def test_without_labels_there_is_nothing_to_learn_from(here: Here) -> None:
    answer = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert answer["trained"] is False
    assert "nothing to learn from" in answer["reasons"][0]
    assert here.storage.models.versions() == ()


def test_few_new_labels_are_awaited_unless_training_is_asked_for(here: Here) -> None:
    for row in labelled(3):
        here.storage.labels.add(NewLabel(row.text, row.label, "me"))
    answer = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert answer["trained"] is False
    assert answer["reasons"] == [
        "9 sentences have been labelled since the last training, and 50 are awaited."
    ]
    with pytest.raises(PermanentFailure, match="Each class needs at least 5"):
        retraining.retrain_sentiment(run(here), RetrainSentiment(force=True))
    assert here.storage.models.versions() == ()


def give(here: Here, rows: list[Labelled]) -> None:
    for row in rows:
        here.storage.labels.add(NewLabel(row.text, row.label, "me"))


def test_a_model_that_learns_what_the_one_in_use_does_not_know_is_promoted(here: Here) -> None:
    give(here, labelled(300))
    answer = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert answer["promoted"], answer
    record = here.storage.models.champion("sentiment")
    assert record is not None
    assert record.version == answer["version"]
    assert record.parent_version == bundled_model().version
    assert record.training_set
    assert record.metrics["learned"] == answer["learned"]
    assert 100 <= answer["judged"] == record.metrics["judged"]
    assert here.told[0] == ("Reading labels", 0.0)
    used = tone.in_use(run(here))
    assert (used.champion, used.notes) == (record.version, ())
    assert used.scorer.model_version == record.version
    # Nothing was labelled since, and the same again gives the same model.
    waits = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert waits["trained"] is False
    here.storage.models.roll_back("sentiment")
    again = retraining.retrain_sentiment(run(here), RetrainSentiment(force=True))
    assert (again["version"], again["status"]) == (record.version, "retired")
    assert tone.in_use(run(here)).champion is None


def test_a_model_that_is_not_better_is_rejected_with_the_reasons(here: Here) -> None:
    rows = labelled(60)
    labels = [row.label for row in rows]
    Random(1).shuffle(labels)
    give(here, [Labelled(row.text, label) for row, label in zip(rows, labels, strict=True)])
    answer = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert answer["trained"]
    assert answer["status"] == "rejected"
    assert "Not enough to judge by" in answer["reasons"][0]
    (record,) = here.storage.models.versions()
    assert record.verdict is not None
    assert record.verdict["reasons"] == answer["reasons"]
    assert here.storage.models.champion("sentiment") is None


def test_a_budget_that_is_spent_changes_nothing(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(here, labelled(20))
    monkeypatch.setattr(retraining, "seconds_left", lambda _started, _budget: 0.0)
    with pytest.raises(PermanentFailure, match="The model in use stays"):
        retraining.retrain_sentiment(run(here), RetrainSentiment(force=True))
    assert here.storage.models.versions() == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("headline,label\nSales rose.,positive\n", "no column “text”"),
        ("text,label\nSales rose.,good\n", "the label “good” is not known"),
        ("text,label\n" + "".join(f"Sales {c}.,1\n" for c in "abcdefghij"), "All sentences are"),
        ("text,label\n", "holds no labelled sentence"),
        ("text,label\n\x00\x01\xff,", "is not known"),
        ("text,label\nSales", "a column is missing"),
        (None, "no label file or folder"),
    ],
)
def test_label_files_that_cannot_be_used_are_told_in_words(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None, told: str
) -> None:
    path = tmp_path / "labels.csv"
    if content is not None:
        path.write_text(content, encoding="latin-1")
    monkeypatch.setenv("AFI_SENTIMENT_LABEL_FILES", str(path))
    settings_module.current.cache_clear()
    with pytest.raises(PermanentFailure, match=told):
        retraining.retrain_sentiment(run(here), RetrainSentiment(force=True))


def test_label_files_are_learned_from_and_noticed_when_they_change(
    here: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "sets"
    folder.mkdir()
    rows = labelled(30)
    table = folder / "one.csv"
    table.write_text("text,label\n" + "".join(f"{r.text},{r.label}\n" for r in rows))
    monkeypatch.setenv("AFI_SENTIMENT_LABEL_FILES", str(folder))
    settings_module.current.cache_clear()
    first = retraining.retrain_sentiment(run(here), RetrainSentiment())
    assert first["trained"]
    assert first["learned"] + first["judged"] == len(rows)
    assert not retraining.retrain_sentiment(run(here), RetrainSentiment())["trained"]
    with table.open("a") as file:
        file.write("Sales rose,positive\n")
    assert retraining.retrain_sentiment(run(here), RetrainSentiment())["trained"]


def test_a_model_whose_file_is_damaged_is_replaced_by_the_bundled_one_and_that_is_said(
    here: Here,
) -> None:
    record = here.storage.models.register(NewModel("sentiment", "linear-x"), b"not a model")
    here.storage.models.promote("sentiment", "linear-x")
    used = tone.in_use(run(here))
    assert used.scorer.model_version == bundled_model().version
    assert "cannot be read" in used.notes[0]
    here.storage.artifacts.delete(record.artifact_sha256 or "")
    assert "has no file" in tone.in_use(run(here)).notes[0]


def of_fewer_features() -> bytes:
    """The bundled model as it would be had an older version known one feature less."""
    arrays = archive.unpacked(bundled_model().dumps())
    about = json.loads(archive.string(arrays["about"]))
    about["dense"] = about["dense"][:-1]
    arrays["weights"] = arrays["weights"][:-1]
    arrays["about"] = archive.text(json.dumps(about, sort_keys=True))
    return archive.packed(arrays)


def test_a_promoted_model_of_older_features_gives_way_to_the_bundled_one_and_that_is_said(
    here: Here,
) -> None:
    here.storage.models.register(NewModel("sentiment", "linear-old"), of_fewer_features())
    here.storage.models.promote("sentiment", "linear-old")
    used = tone.in_use(run(here))
    assert (used.champion, used.scorer.model_version) == (None, bundled_model().version)
    assert used.scorer.score([NEWS]) == LinearScorer(bundled_model()).score([NEWS])
    (note,) = used.notes
    assert "The model linear-old is in use, but cannot be read" in note
    assert "was made by another version of AFI Desk. Train it again with this one." in note
    assert "The one that comes with the program was used instead." in note
    # It stays the promoted one: an update of the program takes nothing away.
    record = here.storage.models.champion("sentiment")
    assert record is not None
    assert record.version == "linear-old"


@pytest.mark.slow
def test_a_worker_scores_with_what_is_promoted_and_keeps_what_decided(system: System) -> None:
    storage = system.storage

    def stored(text: str, ticker: str = "HVI") -> int:
        artifact = storage.artifacts.put_bytes(text.encode())
        storage.documents.register(artifact.sha256, "n.txt", len(text), "text/plain", "t")
        return storage.documents.save_parsed(
            artifact.sha256,
            text=text,
            sections=(),
            parser_version="1",
            company="Harrow Vale Inc.",
            ticker=ticker,
            filing_date=date(2024, 5, 2),
        ).id

    def ran(task: str, **arguments: Any) -> dict[str, Any]:
        outcome = system.outcome(submit(task, arguments, settings=system.settings).task_id)
        assert outcome.state == "SUCCESS", outcome
        return cast("dict[str, Any]", outcome.result)

    number = stored(NEWS)
    record = storage.documents.get(number)
    assert record is not None
    analyze = "sentiment_analysis.analyze_document_sentiment"
    answer = ran(analyze, document=record.sha256)
    assert answer["model_version"] == bundled_model().version
    first, *_, last = storage.documents.sentiment_sentences(number)
    assert (first.label, last.label) == ("positive", "negative")
    assert "Harrow Vale" in first.entities[0]
    rule = next(each for each in first.evidence if each.kind == "rule")
    assert rule.toward == "positive"
    assert 0 <= rule.start < rule.end <= first.end - first.start
    scores = storage.documents.sentiment(number)
    assert scores is not None
    assert {score.ticker for score in scores.scores if score.entity} == {"HVI"}

    own = train(labelled(10), base=bundled_model())
    storage.models.register(NewModel("sentiment", own.version), own.dumps())
    storage.models.promote("sentiment", own.version)
    second = stored("Nothing was decided about the pumps of the works in the north.")
    batch = ran("sentiment_analysis.batch_sentiment_analysis",
                document_ids=[number, second, 10**9, number])  # fmt: skip
    assert (batch["documents"], batch["unknown"]) == (3, [10**9])
    assert batch["model_version"] == own.version
    for task_id in batch["tasks"]:
        assert system.outcome(task_id).state == "SUCCESS"
    newest = storage.documents.sentiment(second)
    assert newest is not None
    assert newest.model_version == own.version
    again = ran("sentiment_analysis.batch_sentiment_analysis", document_ids=[second, number])
    assert again["tasks"] == []
    assert len(again["already_processed"]) == 2

    trends = ran("sentiment_analysis.update_sentiment_trends", tickers=["HVI"], days=3650)
    assert trends["trends"][0]["documents"] == 2
    compared = ran("sentiment_analysis.compare_company_sentiment", tickers=["HVI", "NWD"])
    assert compared["differences"] == []
    trained = ran("model_training.retrain_sentiment_model")
    assert trained["trained"] is False
    storage.models.roll_back("sentiment")
    assert ran(analyze, document=record.sha256)["model_version"] == bundled_model().version
