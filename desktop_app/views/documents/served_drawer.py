"""What the server tells of one document."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import formats, texts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.details import KeyValues
from desktop_app.ui.drawer import Drawer
from desktop_app.views.documents.served_text import ServedText
from desktop_app.views.documents.wording import STATUS_WORDS, tone_word
from worker_core.operations.remote.answers import Document, Text


class ServedDrawer(Drawer):
    more_wanted = Signal(str, int)
    """The hash of a document, and the character from which on its text is wanted."""
    task_wanted = Signal(str)
    """The id of the task that reads it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Document", parent)
        self._sha256, self._task_id = "", ""
        self._error: str | None = None
        self.task = button("Show its task", lambda: self.task_wanted.emit(self._task_id))
        self.set_actions([self.task])
        self.problem, self.summary = _words("danger"), _words("text")
        self.facts = KeyValues()
        self.reading = ServedText()
        self.reading.wanted.connect(lambda start: self.more_wanted.emit(self._sha256, start))
        self.text, self.more = self.reading.text, self.reading.more
        self._problem_section = self.add_section("Problem", self.problem)
        self._summary_section = self.add_section("Summary", self.summary)
        self._facts_section = self.add_section("Facts", self.facts)
        self._text_section = self.add_section("Text", self.reading)

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

    def begin(self, sha256: str, task_id: str | None, place: tuple[int, int] | None = None) -> None:
        """Wait for what the server says of a document; ``place`` is where in its text to go."""
        self._sha256, self._task_id = sha256, task_id or ""
        self.reading.begin(place)
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
        parsed = document.status == "parsed"
        self._text_section.setVisible(parsed)
        if parsed:
            self.reading.go()

    def refuse(self, sha256: str, error: Exception) -> None:
        """Say why something could not be had."""
        if sha256 != self._sha256:
            return
        said = getattr(error, "message", "") or str(error) or type(error).__name__
        self._say(" ".join(filter(None, (said, getattr(error, "remedy", "")))))
        self.reading.let_go()

    def take_text(self, sha256: str, part: Text) -> None:
        """A part of the text has come."""
        if sha256 != self._sha256:
            return
        if self.reading.take(part):
            # Once it has its place among the sections.
            QTimer.singleShot(0, self, self._go_to_text)

    def _go_to_text(self) -> None:
        self._scroll.ensureWidgetVisible(self.text)

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
