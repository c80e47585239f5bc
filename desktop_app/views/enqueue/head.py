"""What a task is: its title, name, meaning and limits, and why it cannot run where it cannot."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.cards import VerdictBanner
from desktop_app.ui.controls import Label, caption, muted
from desktop_app.ui.tokens import Space, Tone, Type
from desktop_app.views.enqueue import words
from desktop_app.views.enqueue.ahead import Ahead
from worker_core.catalog import TaskSpec

AHEAD = "Ahead of it"
_UNAVAILABLE = "It is listed so that you can see what it will take. It cannot be enqueued."


class TaskHead(QWidget):
    """The upper part of the right half."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Label("", font=fonts.strong(Type.TITLE), elide=Qt.TextElideMode.ElideRight)
        self._name = Label("", font=fonts.mono(Type.SMALL), ink="text_muted")
        self._name.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._name.setAccessibleName("Name of the task")
        self._description = muted(wrap=True)
        self._facts = {fact: Label("") for fact in ("Queue", AHEAD, "Rate limit", "Time limits")}
        self.notice = VerdictBanner()
        facts = QGridLayout()
        facts.setHorizontalSpacing(Space.L)
        facts.setVerticalSpacing(Space.XXS)
        for column, (fact, label) in enumerate(self._facts.items()):
            label.setAccessibleName(fact)
            facts.addWidget(caption(fact), 0, column)
            facts.addWidget(label, 1, column, Qt.AlignmentFlag.AlignTop)
        # Only the last and longest gives way where it is narrow.
        label.setWordWrap(True)
        facts.setColumnStretch(len(self._facts) - 1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.XXS)
        layout.addWidget(self._title)
        layout.addWidget(self._name)
        layout.addSpacing(Space.XS)
        layout.addWidget(self._description)
        layout.addSpacing(Space.S)
        layout.addLayout(facts)
        layout.addSpacing(Space.S)
        layout.addWidget(self.notice)

    def facts(self) -> dict[str, str]:
        """What is said of the task's limits."""
        return {fact: label.text() for fact, label in self._facts.items()}

    def show_ahead(self, ahead: Ahead) -> None:
        """What comes before a task that is sent now."""
        label = self._facts[AHEAD]
        label.setText(ahead.words)
        label.set_ink("warning" if ahead.stuck else "text")

    def show_task(self, spec: TaskSpec) -> None:
        self._title.setText(spec.title)
        self._name.setText(spec.name)
        self._description.setText(spec.description)
        self._facts["Queue"].setText(words.queue(spec))
        self._facts["Rate limit"].setText(words.rate(spec))
        # A figure and its unit stay on one line.
        limits = re.sub(r"(?<=\d) (?=\w)", "\u00a0", words.time_limits(spec))
        self._facts["Time limits"].setText(limits)
        self.notice.setVisible(spec.unavailable is not None)
        if spec.unavailable is not None:
            self.notice.set_verdict(Tone.WAITING, spec.unavailable, _UNAVAILABLE)
