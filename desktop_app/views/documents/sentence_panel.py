"""One sentence: its tone, what decided about it, and the label that a person gives it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Hairline, Label, button, icon_button
from desktop_app.ui.tokens import Space
from desktop_app.views.documents import tone, wording
from desktop_app.views.documents.reasons import Reason, Reasons
from desktop_app.views.documents.sentence_marks import LABELS, SIGNS, Marked
from worker_core.operations.labels import LabelStatus

_NO_REASONS = (
    "Nothing of weight speaks for or against it, or the model that scored it keeps no reasons."
)


class SentencePanel(QWidget):
    """Out of sight until a sentence is chosen. It asks; the text pane acts."""

    label_wanted = Signal(str)
    undo_wanted = Signal()
    step_wanted = Signal(int, bool)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Chosen sentence")
        self._read_only = False
        self._marked: Marked | None = None
        self._tone = Label(font=fonts.strong())
        self._detail = Label(
            font=fonts.sans(12), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self.reasons = Reasons()
        self._nothing = Label(_NO_REASONS, font=fonts.sans(12), ink="text_muted")
        self._nothing.setWordWrap(True)
        self.buttons = {label: self._label_button(label, n) for n, label in enumerate(LABELS, 1)}
        self.undo = button("Take back", self.undo_wanted.emit, kind="quiet", icon="undo")
        self.undo.setToolTip("Take the label back (Ctrl+Z)")
        self._said = Label(font=fonts.sans(12), ink="text_muted")
        self._status = Label(font=fonts.sans(12), ink="text_muted")
        self._status.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, Space.S)
        layout.setSpacing(Space.XS)
        layout.addWidget(Hairline())
        for part in (self._head(), self._middle(), self._foot()):
            layout.addLayout(part)
        self.hide()

    def _label_button(self, label: str, number: int) -> QPushButton:
        result = button(f"{SIGNS[label]} {label.capitalize()}", lambda: self._wanted(label))
        result.setCheckable(True)
        result.setAccessibleName(f"Label as {label}")
        result.setToolTip(f"Label as {label} ({number})")
        return result

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(Space.M, Space.XXS, Space.XS, 0)
        head.setSpacing(Space.S)
        head.addWidget(self._tone)
        head.addWidget(self._detail, 1)
        for icon, name, step in (
            ("arrow-up", "Sentence with a tone before this (Ctrl+Left)", -1),
            ("arrow-down", "Next sentence with a tone (Ctrl+Right)", 1),
        ):
            head.addWidget(icon_button(icon, name, partial(self.step_wanted.emit, step, True)))
        head.addWidget(icon_button("close", "Close the sentence (Esc)", self.closed.emit))
        return head

    def _middle(self) -> QVBoxLayout:
        middle = QVBoxLayout()
        middle.setContentsMargins(Space.M, 0, Space.M, 0)
        middle.addWidget(self.reasons)
        middle.addWidget(self._nothing)
        return middle

    def _foot(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.XS)
        for each in self.buttons.values():
            row.addWidget(each)
        row.addWidget(self.undo)
        row.addStretch(1)
        below = QHBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(self._said)
        below.addWidget(self._status, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.M, Space.XXS, Space.M, 0)
        foot.setSpacing(Space.XXS)
        foot.addLayout(row)
        foot.addLayout(below)
        return foot

    # What is shown

    def show_sentence(self, marked: Marked) -> None:
        """Its tone and its label; the reasons follow once its words are here."""
        self._marked = marked
        sentence = marked.sentence
        told = sentence.label if sentence.label in SIGNS else "neutral"
        self._tone.setText(f"{SIGNS[told]} {told.capitalize()}")
        self._tone.set_ink(tone.INKS[told] if told != "neutral" else "text")
        parts = [f"score {wording.signed(sentence.score).strip()}"]
        if sentence.confidence is not None:
            parts.append(f"{sentence.confidence * 100:.0f} % sure")
        if sentence.entities:
            parts.append("about " + formats.listed(list(sentence.entities[:3])))
        self._detail.setText(" · ".join(parts))
        self._show_label()
        self.show()

    def show_reasons(self, reasons: Sequence[Reason]) -> None:
        self.reasons.set_reasons(reasons)
        self._nothing.setVisible(not reasons)

    def show_status(self, status: LabelStatus | None) -> None:
        self._status.setText(wording.labels_until_training(status))
        self._status.setVisible(status is not None)

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._show_label()

    def _show_label(self) -> None:
        label = self._marked.label if self._marked is not None else None
        for name, each in self.buttons.items():
            each.setChecked(label is not None and label.label == name)
            each.setEnabled(not self._read_only)
        self.undo.setVisible(label is not None and not self._read_only)
        if label is not None:
            self._said.setText(f"By {label.by}, {label.at.astimezone():%d %b %Y, %H:%M}.")
        else:
            self._said.setText("Is it right?")

    def _wanted(self, label: str) -> None:
        self._show_label()  # a button shows what counts, not that it was pressed
        self.label_wanted.emit(label)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
