"""The welcome page: two ways to begin."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services import addresses
from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Label, Surface, button, heading, muted
from desktop_app.ui.tokens import Space, Type
from desktop_app.views.welcome.connect import ConnectForm
from desktop_app.views.welcome.steps import Progress, Steps

_WIDTH = 880
_TRY_HERE = (
    ("queues", "A broker of its own", "Redis or Valkey, on this computer only"),
    ("workers", "A worker", "Runs tasks, several at a time"),
    ("schedule", "A scheduler", "Sends the recurring tasks when they are due"),
    ("documents", "Sample filings", "Read, scored and summarised while you watch"),
)


class WelcomePage(QWidget):
    """Asks how to begin and shows how far that is.

    The application answers a request with :meth:`begin` and tells its progress; when all is done
    it leads to another page, which ends what is shown, or calls :meth:`finished`.
    """

    try_here = Signal()
    connect_to = Signal(str)
    """An address that can be used, with its password."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._again: str | None = None
        self._try = button("Try it on this computer", self._try_here, kind="primary", icon="play")
        self._form = ConnectForm()
        self._form.submitted.connect(self._connect)
        self._title = heading("Getting ready")
        self._steps = Steps()
        self._failure = Label("", font=fonts.medium(), ink="danger")
        self._failure.setWordWrap(True)
        self._remedy = muted(wrap=True)
        self._retry = button("Try again", self._repeat, icon="retry")
        self._choices = QWidget()
        self._progress = self._progress_panel()
        self._lay_out()
        self._show_failure("", "")

    def _lay_out(self) -> None:
        choices = QHBoxLayout(self._choices)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(Space.L)
        choices.addWidget(self._try_card(), 1)
        choices.addWidget(self._connect_card(), 1)
        column = QWidget()
        column.setMaximumWidth(_WIDTH)
        column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.L)
        rows.addLayout(_greeting())
        rows.addWidget(self._choices)
        rows.addWidget(self._progress)
        rows.addStretch(1)
        content = QWidget()
        middle = self._middle = QHBoxLayout(content)
        middle.addStretch(1)
        middle.addWidget(column, 1000)
        middle.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName("Welcome")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(scroll)

    def _try_card(self) -> Surface:
        card, rows = _card("Try it on this computer", "Nothing to install or set up.")
        for icon, name, words in _TRY_HERE:
            rows.addWidget(_Part(icon, name, words))
        rows.addStretch(1)
        rows.addSpacing(Space.L)
        rows.addWidget(self._try, alignment=Qt.AlignmentFlag.AlignLeft)
        return card

    def _connect_card(self) -> Surface:
        card, rows = _card(
            "Connect to a broker", "A Celery system that runs already, on Redis or Valkey."
        )
        rows.addWidget(self._form, 1)
        return card

    def _progress_panel(self) -> Surface:
        panel = Surface()
        panel.setAccessibleName("Progress")
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.S)
        rows.addWidget(self._title)
        rows.addWidget(self._steps)
        rows.addWidget(self._failure)
        rows.addWidget(self._remedy)
        rows.addWidget(self._retry, alignment=Qt.AlignmentFlag.AlignLeft)
        panel.hide()
        return panel

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The eye's middle, and a place that does not move when progress appears below.
        top = max(self.height() // 10, Space.XL)
        self._middle.setContentsMargins(Space.XL, top, Space.XL, Space.XL)

    def shown(self) -> None:
        self._try.setFocus(Qt.FocusReason.OtherFocusReason)

    def hidden(self) -> None:
        """Keeps no password in its fields. What is under way stays, since a minimised window is
        hidden as well."""
        self._form.forget_password()
        if self._steps.done:
            self.finished()

    def finished(self) -> None:
        """Begins afresh the next time."""
        self._again = None
        self._progress.hide()
        self._choices.setEnabled(True)

    def begin(self, steps: Sequence[str]) -> None:
        """Shows what will be done; until it failed nothing else can be asked for."""
        self._choices.setEnabled(False)
        self._show_failure("", "")
        self._steps.begin(steps)
        self._progress.show()

    def step(self, index: int, state: Progress, detail: str = "") -> None:
        """
        :raises IndexError: there is no such step
        """
        self._steps.show_progress(index, state, detail)

    def failed(self, message: str, remedy: str) -> None:
        """Says what went wrong and what to do, and lets the user choose again."""
        self._steps.stop()
        self._show_failure(message, remedy)
        self._progress.show()
        self._choices.setEnabled(True)
        self._retry.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_failure(self, message: str, remedy: str) -> None:
        for label, words in ((self._failure, message), (self._remedy, remedy)):
            label.setText(words)
            label.setVisible(bool(words))
        self._retry.setVisible(bool(message))

    def _try_here(self) -> None:
        self._title.setText("Starting on this computer")
        self._again = None
        self.try_here.emit()

    def _connect(self, url: str) -> None:
        parts = addresses.split(url)
        self._title.setText(f"Connecting to {parts.scheme}://{parts.place}")
        self._again = url
        self.connect_to.emit(url)

    def _repeat(self) -> None:
        if self._again is None:
            self._try_here()
        else:
            self._connect(self._again)


class _Part(QWidget):
    """One of the things that will be started."""

    def __init__(self, icon: str, name: str, words: str) -> None:
        super().__init__()
        self._icon = icon
        self._picture = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, Space.XS, 0, Space.XS)
        layout.setSpacing(Space.M)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(Label(name, font=fonts.medium()))
        text.addWidget(Label(words, font=fonts.sans(12), ink="text_muted"))
        layout.addWidget(self._picture, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(text, 1)
        theme.follow(self, self._recolour)

    def _recolour(self) -> None:
        self._picture.setPixmap(icons.pixmap(self._icon, theme.tokens().accent))


def _greeting() -> QVBoxLayout:
    rows = QVBoxLayout()
    rows.setSpacing(Space.XS)
    rows.addWidget(Label("Welcome to AFI Desk", font=fonts.strong(Type.TITLE)))
    rows.addWidget(
        muted(
            "See every task, queue and worker of a Celery system as it happens, and drop filings "
            "on the window to have them read.",
            wrap=True,
        )
    )
    return rows


def _card(title: str, words: str) -> tuple[Surface, QVBoxLayout]:
    card = Surface()
    card.setAccessibleName(title)
    rows = QVBoxLayout(card)
    rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.XL)
    rows.setSpacing(Space.S)
    rows.addWidget(heading(title))
    rows.addWidget(muted(words, wrap=True))
    rows.addSpacing(Space.S)
    return card, rows
