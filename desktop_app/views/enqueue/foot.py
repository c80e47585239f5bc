"""The last row of the page: how things stand, and the one next step."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.ui import icons, theme
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space, Tone
from worker_core.operations.submit import Submission


class Foot(QWidget):
    """Says one thing at a time, at the left of the buttons."""

    follow = Signal()
    """The user wants to see the task that was just sent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone | None = None
        self._icon = QLabel()
        self._words = Label("", ink="text_muted", elide=Qt.TextElideMode.ElideRight)
        self.see = button("Show in Tasks", self.follow.emit, kind="quiet", icon="arrow-right")
        self.see.hide()
        self.presets = button("Presets", icon="filter", tip="Arguments that were given a name")
        self.reset = button("Reset", kind="quiet", icon="undo", tip="Back to the defaults")
        self.schedule = button("Schedule…", icon="schedule", tip="Start it at set times instead")
        self.enqueue = button("Enqueue", kind="primary", icon="send", tip="Ctrl+Enter")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addWidget(self._icon)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.see)
        layout.addWidget(self.presets)
        layout.addWidget(self.reset)
        layout.addWidget(self.schedule)
        layout.addWidget(self.enqueue)
        theme.follow(self, self._redraw)

    def say(self, text: str, tone: Tone | None = None, *, can_follow: bool = False) -> None:
        """``tone`` is for what needs attention or has just been done."""
        self._tone = tone
        self._words.setText(text)
        self._words.set_ink(tone or "text_muted")
        self.see.setVisible(can_follow)
        self._redraw()

    def show_state(
        self,
        *,
        available: bool,
        known: bool,
        busy: bool,
        sent: Submission | None,
        missing: str,
        queue: str,
    ) -> None:
        """How things stand with a task.

        :param available: whether it can be enqueued in this version
        :param known: whether the catalog has it, so that it can be scheduled
        :param sent: what the form as it stands was sent as
        :param missing: what is to be done to the form before it can be sent
        """
        self.set_usable(
            reset=available, enqueue=available and not busy, schedule=available and known
        )
        if not available:
            self.say("It cannot be enqueued yet")
        elif busy:
            self.say("Sending…")
        elif sent is not None:
            self.say(f"Enqueued as {sent.task_id}", Tone.OK, can_follow=True)
        else:
            self.say(missing or f"Ready for the queue {queue}")

    def set_usable(self, *, reset: bool, enqueue: bool, schedule: bool) -> None:
        self.reset.setVisible(reset)
        self.presets.setVisible(reset)
        self.schedule.setVisible(schedule)
        self.enqueue.setEnabled(enqueue)

    def said(self) -> str:
        return self._words.text()

    def _redraw(self) -> None:
        self._icon.setVisible(self._tone is not None)
        if self._tone is not None:
            name = "state-ok" if self._tone is Tone.OK else "error"
            self._icon.setPixmap(icons.pixmap(name, theme.tokens().ink(self._tone)))
