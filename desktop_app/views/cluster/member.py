"""One local process: what it does, and what can be done to it."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout

from desktop_app.ui import fonts, formats
from desktop_app.ui.controls import Label, Surface, button, caption, heading, icon_button
from desktop_app.ui.pills import Pill
from desktop_app.ui.tokens import Space
from desktop_app.views.cluster.processes import Verb, noun, words
from worker_core.operations.cluster import MemberStatus

_FACTS: Final = ("PID", "Up", "CPU", "Memory")
_SAID_LIMIT: Final = 160
CARD_WIDTH: Final = 264
"""What title and state, the figures, and the buttons need to be read."""
_ICONS: Final[dict[Verb, str]] = {"start": "play", "stop": "stop", "restart": "restart"}
_POSSIBLE: Final[dict[str, frozenset[Verb]]] = {
    "stopped": frozenset({"start"}),
    "failed": frozenset({"start"}),
    "starting": frozenset({"stop"}),
    "running": frozenset({"stop", "restart"}),
    "stopping": frozenset(),
}


class MemberCard(Surface):
    """State, figures and buttons of one process."""

    asked = Signal(str, str)
    """The name of the process and what is to be done: start, stop or restart."""
    log_toggled = Signal(str, bool)

    def __init__(self, status: MemberStatus) -> None:
        super().__init__()
        self.name = status.name
        self.title = status.title
        self.status = status
        self._under_way: Verb | None = None
        self._pill = Pill("stopped")
        self._facts = {name: Label(formats.NOTHING) for name in _FACTS}
        self._note = Label("", font=fonts.sans(12), ink="text_muted")
        self._note.setWordWrap(True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Room for two lines, so that a longer note does not move what is below.
        self._note.setMinimumHeight(2 * self._note.fontMetrics().lineSpacing() + Space.XXS)
        self._buttons = {verb: self._button(verb) for verb in _ICONS}
        self._log = self._log_button()
        self.setAccessibleName(status.title)
        self.setToolTip(words(self.name).purpose)
        self._lay_out()
        self.show_status(status, now=status.since or 0.0)

    def _button(self, verb: Verb) -> QPushButton:
        own = words(self.name)
        effects = {
            "start": own.starting,
            "stop": own.stopping,
            "restart": own.stopping,
        }
        ask: Callable[[], None] = partial(self.asked.emit, self.name, verb)
        made = button(verb.capitalize(), ask, icon=_ICONS[verb], tip=effects[verb])
        made.setAccessibleName(f"{verb.capitalize()} {noun(self.title)}")
        made.setAccessibleDescription(effects[verb])
        return made

    def _log_button(self) -> QToolButton:
        made = icon_button("terminal", f"Show the log of {noun(self.title)}")
        made.setCheckable(True)
        made.toggled.connect(partial(self.log_toggled.emit, self.name))
        return made

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(heading(self.title))
        head.addStretch(1)
        head.addWidget(self._pill)
        facts = QGridLayout()
        facts.setHorizontalSpacing(Space.L)
        facts.setVerticalSpacing(0)
        for place, (name, value) in enumerate(self._facts.items()):
            value.setAccessibleName(f"{name} of {noun(self.title)}")
            facts.addWidget(caption(name), 0, place)
            facts.addWidget(value, 1, place)
            facts.setColumnStretch(place, 1)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        for control in self._buttons.values():
            row.addWidget(control)
        row.addStretch(1)
        row.addWidget(self._log)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addLayout(facts)
        layout.addWidget(self._note)
        layout.addStretch(1)
        layout.addLayout(row)

    @property
    def log_shown(self) -> bool:
        return self._log.isChecked()

    def show_log(self, *, shown: bool) -> None:
        """Presses or releases the button that shows the log."""
        self._log.setChecked(shown)

    def set_under_way(self, verb: Verb | None) -> None:
        """Something has been asked of the process and is not done; None when it is."""
        self._under_way = verb
        self._show_state()

    def show_status(self, status: MemberStatus, now: float) -> None:
        self.status = status
        values = dict.fromkeys(_FACTS, formats.NOTHING)
        if status.pid is not None:
            values["PID"] = str(status.pid)
            values["CPU"] = f"{status.cpu_percent:.0f} %"
            values["Memory"] = formats.size(status.memory_bytes)
            if status.since is not None:
                values["Up"] = _uptime(max(now - status.since, 0.0))
        for name, value in values.items():
            self._facts[name].setText(value)
            self._facts[name].set_ink("text_faint" if status.pid is None else "text")
        since = formats.moment(status.since, now)
        self._facts["Up"].setToolTip(f"Since {since}" if values["Up"] != formats.NOTHING else "")
        self._show_state()

    def _show_state(self) -> None:
        state = self._state()
        self._pill.set_state("crashed" if state == "failed" else state)
        possible = frozenset() if self._under_way else _POSSIBLE[self.status.state]
        for verb, control in self._buttons.items():
            control.setEnabled(verb in possible)
        # One of them at a time, so that several cards fit side by side.
        down = state in {"stopped", "failed"}
        self._buttons["start"].setVisible(down)
        self._buttons["stop"].setVisible(not down)
        self._note.setText(self._words_for(state))
        self._note.set_ink("danger" if state == "failed" else "text_muted")
        self.setAccessibleDescription(f"{self._pill.accessibleName()}. {self._note.text()}")

    def _state(self) -> str:
        match self._under_way:
            case "start":
                return "starting"
            case "stop" | "restart":
                return "stopping"
        return self.status.state

    def _words_for(self, state: str) -> str:
        status, own = self.status, words(self.name)
        match state:
            case "failed":
                said = status.message or f"It ended with exit code {status.exit_code}."
                next_step = "Its log says more. Start it again when the cause is gone."
                return f"{formats.shorten(said, _SAID_LIMIT)}\n{next_step}"
            case "starting":
                return own.starting
            case "stopping":
                return own.stopping
            case "stopped":
                return status.message or own.stopped
            case _ if not status.mine:
                return "Started elsewhere: it goes on when this window is closed."
        return status.message or own.purpose


def _uptime(seconds: float) -> str:
    """Whole seconds under a minute, so that the figure ticks."""
    return f"{int(seconds)} s" if seconds < 60 else formats.duration(seconds)
