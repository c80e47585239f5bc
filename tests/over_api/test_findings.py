"""Figures and labels in a window that may reach the API alone."""

from pathlib import Path

import pytest

import resources
from desktop_app.services.tray import Phase
from desktop_app.views.documents.served import ServedDocumentsPage
from tests.api.house import House
from tests.over_api.conftest import Analyst, Sit
from tests.window import words_of
from worker_core.operations.ledger import stored

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def labelled_and_taken_back(
    analyst: Analyst, house: House, page: ServedDocumentsPage
) -> None:
    """As the server has it, and as the window says it."""
    window, result = analyst.window, page.result
    shown, text = result.shown_result, result.text
    assert shown is not None
    first = shown.sentences[0]
    result.show_place(first.start, first.end)
    await window.until(lambda: text.sentence.place is not None, page)
    wanted = "negative" if first.label != "negative" else "positive"
    text.sentence.panel.buttons[wanted].click()
    await window.until(lambda: "By you" in words_of(result), page)
    with stored(house.settings) as storage:
        (label,) = storage.labels.of_document(shown.document.id)
    assert (label.label, label.by) == (wanted, "user:bob")
    result.reload()
    await window.until(
        lambda: result.shown_result is not None and len(result.shown_result.labels) == 1, page
    )
    text.sentence.panel.undo.click()
    await window.until(lambda: "By you" not in words_of(result), page)
    with stored(house.settings) as storage:
        assert storage.labels.of_document(shown.document.id) == ()


def test_a_filing_s_figures_are_read_and_its_sentences_labelled(
    sit: Sit, house: House, tmp_path: Path
) -> None:
    filing = next(one.path for one in resources.sample_documents() if "10k" in one.path.name)

    async def scenario(analyst: Analyst) -> None:
        window = analyst.window
        await analyst.live()
        window.desk.take_in([filing])
        documents = window.desk._over_api.documents
        assert documents is not None
        await window.until(
            lambda: len(documents.tray) == 1 and all(one.settled for one in documents.tray)
        )
        (item,) = documents.tray
        assert item.phase is Phase.DONE, item.message
        page = window.shell.show_page("documents")
        assert isinstance(page, ServedDocumentsPage)
        page.open({"sha256": item.sha256})
        result = page.result
        await window.until(lambda: result.shown_result is not None, page)
        shown = result.shown_result
        assert shown is not None
        assert item.sha256 is not None
        with stored(house.settings) as storage:
            record = storage.documents.by_sha(item.sha256)
            assert record is not None
            assert shown.document.id == record.id
            assert shown.sections == storage.documents.sections(record.id)
            assert shown.sentences == storage.documents.sentiment_sentences(record.id)
            tone = storage.documents.sentiment(record.id)
            assert tone is not None
            assert shown.sentiment is not None
            assert shown.sentiment.scores == tone.scores
            facts = storage.facts.of(record.id)
        assert facts
        result.panes.show_figures()
        await window.until(lambda: result.figures.facts.rows.rowCount() == len(facts), page)
        figures = await documents.store.figures(shown.document)
        assert figures.facts == facts

        await labelled_and_taken_back(analyst, house, page)

    sit("bob", scenario)
