"""A sentence is looked at, explained and labelled, with the mouse and with keys."""

import asyncio
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import delete

from desktop_app.views.documents import DocumentsPage
from desktop_app.views.documents.place_label import PlaceLabel
from desktop_app.views.documents.text_pane import TextPane
from tests.ui.documents.desk import (
    BAD,
    COVER,
    GOOD,
    PLAIN,
    TEXT,
    Desk,
    place_of,
    register,
    scored,
    until,
)
from worker_core.storage import (
    DocumentRecord,
    SentimentEvidence,
    SentimentScore,
    SentimentSentence,
    Storage,
    StorageError,
    schema,
)
from worker_core.storage.engine import writing

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LOSS = BAD.index("loss")


def words(widget: QWidget) -> str:
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def told(storage: Storage) -> DocumentRecord:
    """A filing whose scores have their reasons."""
    record = scored(storage)
    storage.documents.save_sentiment(
        record.id,
        "linear-test",
        [SentimentScore("", "", 0.4, 0.2, 0.4, 0.03, 3)],
        [
            SentimentSentence(*place_of(PLAIN), 0.0, "neutral"),
            SentimentSentence(*place_of(GOOD), 0.8, "positive", 0.91),
            SentimentSentence(
                *place_of(BAD),
                -0.7,
                "negative",
                0.87,
                (
                    SentimentEvidence(LOSS, LOSS + 4, "word", "", "negative", 1.25),
                    SentimentEvidence(2, 9, "rule", "bad_event", "negative", 0.5),
                ),
                ("Harrow Vale",),
            ),
        ],
    )
    return record


async def read(desk: Desk, record: DocumentRecord) -> TextPane:
    page: DocumentsPage = await desk.open(width=1700)
    page.library.chosen.emit(record.id)
    await desk.quiet()
    return page.result.text


def click_on(text: TextPane, sentence: str) -> None:
    """Press in the middle of a sentence that is in the reader."""
    reader = text.reader
    start, end = place_of(sentence)
    cursor = reader._over((start, end))
    assert cursor is not None, "the sentence is not in the reader"
    cursor.setPosition(cursor.selectionStart() + 3)
    reader._hold(cursor, 40)
    QTest.mouseClick(
        reader.viewport(), Qt.MouseButton.LeftButton, pos=reader.cursorRect(cursor).center()
    )


def chosen(text: TextPane) -> str | None:
    place = text.sentence.place
    return None if place is None else TEXT[slice(*text.sentence.marks[place].span)]


async def test_only_sentences_with_a_tone_are_marked_each_with_a_line_of_its_own(
    desk: Desk, storage: Storage
) -> None:
    text = await read(desk, told(storage))

    def line(sentence: str) -> Any:
        cursor = text.reader._over(place_of(sentence))
        assert cursor is not None
        assert cursor.selectedText() == sentence
        return cursor.charFormat().underlineStyle()

    lines = {sentence: line(sentence) for sentence in (PLAIN, GOOD)}
    text.show_section(text.outline.outline._rows[1].section)
    await desk.quiet()
    text.show_place(*place_of(BAD))
    await until(lambda: text.reader.words(*place_of(BAD)))
    lines[BAD] = line(BAD)
    assert lines[PLAIN].name == "NoUnderline"
    assert lines[GOOD].name == "SingleUnderline"
    assert lines[BAD].name == "DashUnderline"


async def test_a_click_on_a_sentence_tells_its_tone_and_what_decided(
    desk: Desk, storage: Storage
) -> None:
    text = await read(desk, told(storage))
    text.show_place(*place_of(BAD))
    await until(lambda: text.reader.words(*place_of(BAD)))
    text.sentence.close()
    click_on(text, BAD)
    await desk.quiet()
    panel = text.sentence.panel
    assert chosen(text) == BAD
    assert "− Negative" in words(panel)
    assert "score −0.700 · 87 % sure · about Harrow Vale" in words(panel)
    assert [(one.words, one.rule, one.weight) for one in panel.reasons.shown] == [
        ("loss", "", 1.25),
        ("dispute", "an unwelcome event", 0.5),
    ]
    under = [mark.cursor.selectedText() for mark in text.reader.extraSelections()]
    assert under == [BAD, "loss", "dispute"]


async def test_a_score_without_reasons_says_so(desk: Desk, storage: Storage) -> None:
    text = await read(desk, told(storage))
    click_on(text, GOOD)
    await desk.quiet()
    assert "keeps no reasons" in words(text.sentence.panel)


async def test_keys_go_from_sentence_to_sentence_and_from_tone_to_tone(
    desk: Desk, storage: Storage
) -> None:
    text = await read(desk, told(storage))
    seen = []
    for key, held in ((KEY.Key_Right, None), (KEY.Key_Right, CTRL), (KEY.Key_Right, CTRL)):
        QTest.keyClick(text.reader, key, held or Qt.KeyboardModifier.NoModifier)
        await desk.quiet()
        seen.append(chosen(text))
    QTest.keyClick(text.reader, KEY.Key_Left, CTRL)
    await desk.quiet()
    assert [*seen, chosen(text)] == [PLAIN, GOOD, BAD, GOOD]


async def test_keys_label_a_sentence_and_take_it_back(desk: Desk, storage: Storage) -> None:
    record = told(storage)
    text = await read(desk, record)
    click_on(text, GOOD)
    await desk.quiet()
    panel = text.sentence.panel
    assert "50 labels until the next retraining" in words(panel)
    QTest.keyClick(text.reader, KEY.Key_3)
    await desk.quiet()
    (label,) = storage.labels.of_document(record.id)
    assert (label.text, label.label) == (GOOD, "negative")
    assert panel.buttons["negative"].isChecked()
    assert f"By {label.by}" in words(panel)
    assert "49 labels until the next retraining (1 of 50 since the last)." in words(panel)
    QTest.keyClick(text.reader, KEY.Key_1)
    await desk.quiet()
    assert [one.label for one in storage.labels.of_document(record.id)] == ["positive"]
    QTest.keyClick(text.reader, KEY.Key_Z, CTRL)
    await desk.quiet()
    assert [one.label for one in storage.labels.of_document(record.id)] == ["negative"]
    QTest.keyClick(text.reader, KEY.Key_Z, CTRL)
    await desk.quiet()
    assert storage.labels.of_document(record.id) == ()
    assert not any(button.isChecked() for button in panel.buttons.values())


async def test_the_mouse_labels_a_sentence_and_takes_it_back(desk: Desk, storage: Storage) -> None:
    record = told(storage)
    text = await read(desk, record)
    click_on(text, PLAIN)
    await desk.quiet()
    panel = text.sentence.panel
    QTest.mouseClick(panel.buttons["positive"], Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert [one.label for one in storage.labels.of_document(record.id)] == ["positive"]
    cursor = text.reader._over(place_of(PLAIN))
    assert cursor is not None
    assert cursor.charFormat().underlineStyle().name == "SingleUnderline"
    QTest.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert storage.labels.of_document(record.id) == ()


async def test_a_label_that_others_gave_is_there_when_the_document_is_opened(
    desk: Desk, storage: Storage
) -> None:
    record = told(storage)
    await desk.documents.give_label(record.sha256, *place_of(PLAIN), "negative")
    text = await read(desk, record)
    place = text.sentence.marks.of_span(*place_of(PLAIN))
    assert place is not None
    assert text.sentence.marks[place].tone == "negative"


async def test_a_label_for_a_document_that_was_deleted_meanwhile_is_refused_in_words(
    desk: Desk, storage: Storage
) -> None:
    record = told(storage)
    text = await read(desk, record)
    click_on(text, GOOD)
    await desk.quiet()
    with writing(storage._engine) as connection:
        connection.execute(delete(schema.documents).where(schema.documents.c.id == record.id))
    QTest.keyClick(text.reader, KEY.Key_1)
    await desk.quiet()
    (message,) = desk.messages.recent
    assert "has no text at that place" in message.text
    assert text.sentence.marks[text.sentence.place or 0].label is None


async def test_nothing_is_labelled_over_a_read_only_connection(
    desk: Desk, storage: Storage
) -> None:
    record = told(storage)
    text = await read(desk, record)
    page = text.window()
    assert isinstance(page, DocumentsPage)
    page.set_read_only(True)
    click_on(text, GOOD)
    await desk.quiet()
    QTest.keyClick(text.reader, KEY.Key_1)
    QTest.mouseClick(text.sentence.panel.buttons["positive"], Qt.MouseButton.LeftButton)
    await desk.quiet()
    assert storage.labels.of_document(record.id) == ()


async def test_scores_of_another_reading_are_not_shown_at_wrong_places(
    desk: Desk, storage: Storage
) -> None:
    record = told(storage)
    storage.documents.save_sentiment(
        record.id,
        "linear-later",
        [SentimentScore("", "", 1.0, 0.0, 0.0, 0.5, 2)],
        [
            SentimentSentence(*place_of(GOOD), 0.8, "positive"),
            SentimentSentence(len(TEXT) + 10, len(TEXT) + 20, 0.5, "positive"),
        ],
    )
    text = await read(desk, record)
    assert "1 scored sentence does not fit this text" in words(text)
    assert len(text.sentence.marks) == 1


async def test_an_empty_document_says_that_it_has_no_text(desk: Desk, storage: Storage) -> None:
    record = register(storage, "empty.txt")
    record = storage.documents.save_parsed(record.sha256, text="", sections=(), parser_version="1")
    text = await read(desk, record)
    assert "There is no text here" in words(text)
    QTest.keyClick(text.reader, KEY.Key_Right)
    assert text.sentence.place is None


async def test_three_megabytes_are_read_at_their_very_end(desk: Desk, storage: Storage) -> None:
    """With characters that Qt counts twice at its beginning."""
    line = "A loss of 1,204 was recorded in the quarter before this one.\n"
    body = COVER + line * (3_000_000 // len(line))
    record = register(storage, "large.txt")
    record = storage.documents.save_parsed(
        record.sha256, text=body, sections=(), parser_version="1"
    )
    starts = range(len(COVER), len(body), len(line))
    storage.documents.save_sentiment(
        record.id,
        "linear-test",
        [SentimentScore("", "", 0.0, 0.0, 1.0, -0.5, len(starts))],
        [SentimentSentence(at, at + len(line) - 1, -0.5, "negative") for at in starts],
    )
    text = await read(desk, record)
    last = text.sentence.marks[len(starts) - 1].span
    text.show_place(*last)
    await until(lambda: text.reader.words(*last), "the last sentence was read")
    await desk.quiet()
    assert text.reader.words(*last) == line.rstrip("\n")
    assert text.reader.loaded[0] > 2_900_000
    QTest.keyClick(text.reader, KEY.Key_Left)
    await desk.quiet()
    assert text.sentence.place == len(starts) - 2


async def test_a_database_that_goes_away_is_said_and_the_text_that_is_there_stays(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = await read(desk, told(storage))
    shown = text.reader.toPlainText()

    async def away(*_: Any) -> Any:
        await asyncio.sleep(0)
        raise StorageError("gone", "The database does not answer.", "Start it again.")

    for name in ("text", "give_label", "label_status", "result"):
        monkeypatch.setattr(desk.documents, name, away)
    click_on(text, GOOD)
    QTest.keyClick(text.reader, KEY.Key_1)
    await desk.quiet()
    assert text.reader.toPlainText() == shown
    assert [message.text for message in desk.messages.recent] == [
        "Could not label the sentence: The database does not answer."
    ]


def test_the_place_in_the_text_is_said_shorter_before_it_is_cut(qtbot: QtBot) -> None:
    label = PlaceLabel()
    qtbot.addWidget(label)
    label.resize(400, 20)
    label.show_place(108_792, 109_524, 203_419)
    assert label.text() == "108,792–109,524 of 203,419"
    label.resize(120, 20)
    label.show()
    assert label.text() == "108,792 of 203,419"
    label.resize(60, 20)
    assert label.text() == "53 %"
    assert label.toolTip() == "108,792–109,524 of 203,419"
    label.forget()
    assert label.text() == ""
