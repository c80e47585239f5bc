"""What the server tells of one document."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, texts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.details import KeyValues
from desktop_app.ui.drawer import Drawer
from desktop_app.ui.tokens import Space
from desktop_app.views.documents.wording import STATUS_WORDS, tone_word
from worker_core.operations.remote.answers import Document, Text

_TEXT_HEIGHT = 320


class ServedDrawer(Drawer):
    more_wanted = Signal(str, int)
    """The hash of a document, and the character from which on its text is wanted."""
    task_wanted = Signal(str)
    """The id of the task that reads it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Document", parent)
        self._sha256, self._task_id, self._next = "", "", 0
        self._error: str | None = None
        self.task = button("Show its task", lambda: self.task_wanted.emit(self._task_id))
        self.set_actions([self.task])
        self.problem, self.summary = _words("danger"), _words("text")
        self.facts = KeyValues()
        self.text = QPlainTextEdit(readOnly=True)
        self.text.setAccessibleName("Text of the document")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(_TEXT_HEIGHT)
        self.more = button("Read the text", self._want_more)
        reading = QWidget()
        reading.setProperty("role", "plain")
        column = QVBoxLayout(reading)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.text)
        column.addWidget(self.more, alignment=Qt.AlignmentFlag.AlignLeft)
        self._problem_section = self.add_section("Problem", self.problem)
        self._summary_section = self.add_section("Summary", self.summary)
        self._facts_section = self.add_section("Facts", self.facts)
        self._text_section = self.add_section("Text", reading)

    @property
    def sha256(self) -> str:
        return self._sha256

    @property
    def task_id(self) -> str | None:
        return self._task_id or None

    def told_again(self) -> bool:
        """Say only what is wrong with the document itself; whether that was heard at all."""
        if self._error is None:
            return False
        self._say(self._error)
        return True

    def begin(self, sha256: str, task_id: str | None) -> None:
        """Wait for what the server says of a document."""
        self._sha256, self._task_id, self._next = sha256, task_id or "", 0
        self._error = None
        self.set_head("Asking the server…", sha256)
        self.task.setVisible(task_id is not None)
        for section in (
            self._problem_section,
            self._summary_section,
            self._facts_section,
            self._text_section,
        ):
            section.hide()
        self.open()

    def show_document(self, document: Document) -> None:
        if document.document != self._sha256:
            return
        self.set_head(clean(document.filename), document.document)
        self._error = document.error or ""
        self._say(self._error)
        self.summary.setText("\n\n".join(clean(one) for one in document.summary))
        self._summary_section.setVisible(bool(document.summary))
        self.facts.set_rows(_facts(document))
        self._facts_section.show()
        self.text.clear()
        self.text.hide()
        self.more.setText("Read the text")
        self._text_section.setVisible(document.status == "parsed")

    def refuse(self, sha256: str, error: Exception) -> None:
        """Say why something could not be had."""
        if sha256 != self._sha256:
            return
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        self._say(" ".join(filter(None, (said, getattr(error, "remedy", "")))))
        self.more.setEnabled(True)

    def take_text(self, sha256: str, part: Text) -> None:
        """The next part of the text has come."""
        if sha256 != self._sha256 or part.start != self._next:
            return
        self._next += len(part.text)
        cursor = self.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        cursor.insertText(part.text)
        self.text.show()
        self.more.setEnabled(True)
        self.more.setText("Read on")
        self.more.setVisible(part.more)

    def _want_more(self) -> None:
        self.more.setEnabled(False)
        self.more_wanted.emit(self._sha256, self._next)

    def _say(self, words: str) -> None:
        self.problem.setText(texts.breakable(clean(words)))
        self._problem_section.setVisible(bool(words))


def _words(ink: str) -> Label:
    label = Label(ink=ink)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _facts(document: Document) -> list[tuple[str, str]]:
    tone = document.sentiment
    said = "" if tone is None else f"{tone_word(tone)} ({tone:+.3f})"
    return [
        ("Status", STATUS_WORDS.get(document.status, clean(document.status))),
        ("Company", clean(document.company or "") or formats.NOTHING),
        ("Ticker", clean(document.ticker or "") or formats.NOTHING),
        ("Form", clean(document.document_type or "") or formats.NOTHING),
        ("Period", clean(document.period or "") or formats.NOTHING),
        ("Characters", formats.count(document.characters)),
        ("Tone", said or formats.NOTHING),
    ]
