"""Sentences, labels, facts and metrics of one's own documents over the API."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.api.conftest import Desk
from worker_core.documents import Fact
from worker_core.storage import (
    Claim,
    MetricPeriod,
    MetricRecord,
    SentimentEvidence,
    SentimentScore,
    SentimentSentence,
)

GROWTH = "Orders grew strongly."
FALL = "Margins fell."
TEXT = f"{GROWTH} {FALL}"


@pytest.fixture(scope="module")
def kept(desk: Desk) -> dict[str, str]:
    """Hashes of a document of Ann's and Bob's, and of one of Bob's alone."""
    found = {}
    numbers = {}
    for place, (name, owners) in enumerate((("both", ("ann", "bob")), ("his", ("bob",)))):
        sha256 = f"{place + 17:064x}"
        documents = desk.storage.documents
        documents.register(sha256, "first.txt", 6, "text/plain", "t")
        record = documents.save_parsed(sha256, text=TEXT, sections=[], parser_version="1")
        documents.save_sentiment(
            record.id,
            "m1",
            [SentimentScore("", "", 0.5, 0.0, 0.5, 0.1, 2)],
            [
                SentimentSentence(
                    0,
                    len(GROWTH),
                    0.8,
                    "positive",
                    0.9,
                    (SentimentEvidence(7, 11, "rule", "grew", "positive", 1.5),),
                ),
                SentimentSentence(len(GROWTH) + 1, len(TEXT), -0.6, "negative", 0.7),
            ],
        )
        fact = Fact("us-gaap:Assets", Decimal("364980000000.10"), unit="USD", source="#f-60")
        desk.storage.facts.save(
            record.id, [fact, replace(fact, value=Decimal("1E+40")), replace(fact, value=None)], "2"
        )
        for owner in owners:
            desk.storage.owned_documents.claim(Claim(f"user:{owner}", sha256, f"{owner}.txt"))
        found[name], numbers[name] = sha256, record.id
    desk.storage.metrics.replace(
        "HARV",
        [
            period(2024, (numbers["both"],), (numbers["both"],)),
            period(2023, (numbers["both"], numbers["his"]), (numbers["both"],)),
            # Made of one's own, but for what was reported earlier.
            period(2022, (numbers["both"],), (numbers["both"],), earlier=(numbers["his"],)),
        ],
    )
    return found


def period(
    year: int, documents: tuple[int, ...], used: tuple[int, ...], earlier: tuple[int, ...] = ()
) -> MetricPeriod:
    given: dict[str, Any] = {"line": "revenue", "value": "400", "documents": list(used)}
    if earlier:
        given["earlier"] = [{"value": "399", "documents": list(earlier)}]
    margin = MetricRecord(
        "net_margin", "margins", Decimal("0.25"), "ratio", "a ÷ b", "1", inputs=(given,)
    )
    return MetricPeriod(
        "HARV",
        "HARV",
        "Harrow Vale",
        "annual",
        date(year - 1, 10, 1),
        date(year, 9, 30),
        "USD",
        (),
        documents,
        (margin,),
    )


def told(desk: Desk, who: str, path: str, **query: Any) -> Any:
    answer = desk.ask(who, "GET", path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def label(desk: Desk, who: str, sha256: str, start: int, end: int, name: str) -> Any:
    wanted = {"document": sha256, "start": start, "end": end, "label": name}
    return desk.ask(who, "POST", "/api/labels", json=wanted)


def labels_of(desk: Desk, who: str, sha256: str) -> list[tuple[int, str]]:
    page = told(desk, who, f"/api/documents/{sha256}/sentences")
    return [(one["start"], one["label"]) for one in page["labels"]]


def test_sentences_come_in_pages_with_what_spoke_for_their_tone(
    desk: Desk, kept: dict[str, str]
) -> None:
    path = f"/api/documents/{kept['both']}/sentences"
    first = told(desk, "ann", path, limit=1)
    assert (first["model"], first["next"], len(first["scores"])) == ("m1", 1, 1)
    (sentence,) = first["sentences"]
    assert sentence["evidence"][0]["name"] == "grew"
    second = told(desk, "ann", path, limit=1, after=1)
    assert second["next"] is None
    assert second["sentences"][0]["label"] == "negative"
    assert told(desk, "ann", path, after=2)["sentences"] == []


def test_values_are_told_to_the_last_digit(desk: Desk, kept: dict[str, str]) -> None:
    path = f"/api/documents/{kept['both']}/facts"
    page = told(desk, "ann", path, limit=2)
    assert [one["value"] for one in page["facts"]] == ["364980000000.10", "1" + "0" * 40]
    assert told(desk, "ann", path, limit=2, after=page["next"])["facts"][0]["value"] is None
    assert page["taken"] is not None


def test_metrics_are_told_as_far_as_they_are_made_of_ones_own_documents(
    desk: Desk, kept: dict[str, str]
) -> None:
    path = f"/api/documents/{kept['both']}/metrics"
    own = told(desk, "ann", path)
    assert [one["end"] for one in own["periods"]] == ["2024-09-30"]
    assert own["withheld"] == 2
    assert own["periods"][0]["metrics"][0]["value"] == "0.25"
    assert len(told(desk, "bob", path)["periods"]) == 3
    company = "/api/companies/harv/metrics"
    assert [one["end"] for one in told(desk, "ann", company)["periods"]] == ["2024-09-30"]
    assert len(told(desk, "bob", company)["periods"]) == 3
    for who, ticker in (("olga", "harv"), ("root", "harv"), ("ann", "nobody")):
        answer = desk.ask(who, "GET", f"/api/companies/{ticker}/metrics")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is nothing of that id that is yours."


def test_anothers_document_is_answered_as_one_that_never_was(
    desk: Desk, kept: dict[str, str]
) -> None:
    for what in ("sentences", "facts", "metrics"):
        for sha256 in (kept["his"], "e" * 64):
            assert desk.ask("ann", "GET", f"/api/documents/{sha256}/{what}").status_code == 404
    for sha256 in (kept["his"], "e" * 64):
        assert label(desk, "ann", sha256, 0, 5, "positive").status_code == 404
    assert [one.outcome for one in desk.audited("label")][:2] == ["not found"] * 2


def test_a_label_is_given_changed_and_taken_back_by_who_gave_it(
    desk: Desk, kept: dict[str, str]
) -> None:
    sha256 = kept["both"]
    given = label(desk, "ann", sha256, 0, len(GROWTH), "neutral")
    assert given.status_code == 201
    again = label(desk, "ann", sha256, 0, len(GROWTH), "neutral")
    assert again.json()["id"] == given.json()["id"]
    changed = label(desk, "ann", sha256, 0, len(GROWTH), "negative").json()
    assert labels_of(desk, "ann", sha256) == [(0, "negative")]
    # Who else has the document does not learn that somebody labels it, nor can they end it.
    assert labels_of(desk, "bob", sha256) == []
    for who, number in (("bob", changed["id"]), ("root", changed["id"]), ("ann", 2**62)):
        assert desk.ask(who, "DELETE", f"/api/labels/{number}").status_code == 404
    back = desk.ask("ann", "DELETE", f"/api/labels/{changed['id']}")
    assert back.json()["before"]["label"] == "neutral"
    assert desk.ask("ann", "DELETE", f"/api/labels/{changed['id']}").status_code == 409
    assert desk.ask("ann", "DELETE", f"/api/labels/{given.json()['id']}").json() == {"before": None}
    assert labels_of(desk, "ann", sha256) == []
    outcomes = [one.outcome for one in desk.audited("label")]
    assert outcomes.count("taken back") == 2


def test_a_label_over_anothers_hides_theirs_and_brings_it_back(
    desk: Desk, kept: dict[str, str]
) -> None:
    sha256, place = kept["both"], (len(GROWTH) + 1, len(TEXT))
    theirs = label(desk, "bob", sha256, *place, "negative").json()
    own = label(desk, "ann", sha256, *place, "neutral").json()
    answer = desk.ask("ann", "DELETE", f"/api/labels/{own['id']}").json()
    assert answer == {"before": None}
    assert labels_of(desk, "bob", sha256) == [(place[0], "negative")]
    assert desk.ask("bob", "DELETE", f"/api/labels/{theirs['id']}").status_code == 200


@pytest.mark.parametrize(
    ("start", "end", "name", "status"),
    [
        (5, 5, "positive", 409),
        (9, 4, "positive", 409),
        (0, 100_000, "positive", 409),
        (-1, 4, "positive", 422),
        (0, 2**40, "positive", 422),
        (0, 5, "great", 422),
    ],
)
def test_a_label_of_no_sentence_is_refused(
    desk: Desk, kept: dict[str, str], start: int, end: int, name: str, status: int
) -> None:
    assert label(desk, "ann", kept["both"], start, end, name).status_code == status
