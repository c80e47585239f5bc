"""What the workers answered to the last command, each as it arrived."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts, formats, icons, theme
from desktop_app.ui.controls import Hairline, Label, Surface, heading, icon_button
from desktop_app.ui.tokens import Space, Tone
from worker_core.operations.worker_answers import Answer, Outcome

_SHAPES: dict[Outcome, tuple[str, Tone]] = {
    "ok": ("state-ok", Tone.OK),
    "refused": ("state-rejected", Tone.DANGER),
    "no answer": ("state-silent", Tone.WARNING),
}
_ANSWER = Qt.ItemDataRole.UserRole
_LEAST_WIDTH = 300


class Answers(Surface):
    """Hidden until a command is given; stays until it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Answers of the workers")
        self.setMinimumWidth(_LEAST_WIDTH)
        self._expected: set[str] = set()
        self._leaving = False
        self._what = heading("Answers")
        self._what.setWordWrap(True)
        self._count = Label("", font=fonts.sans(12), ink="text_muted")
        self.list = QListWidget()
        self.list.setAccessibleName("Answers")
        self.list.setWordWrap(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(Space.XXS)
        self.list.setFont(fonts.sans())
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.S, Space.S, Space.S)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._what)
        words.addWidget(self._count)
        head.addLayout(words, 1)
        close = icon_button("close", "Close the answers", self.hide)
        head.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self.list, 1)
        theme.follow(self, self._redraw)
        self.hide()

    def begin(self, what: str, nodes: Sequence[str], *, leaving: bool = False) -> None:
        """A command was given to these; with ``leaving``, one that makes them go."""
        self._expected = set(nodes)
        self._leaving = leaving
        self._what.setText(what)
        self.list.clear()
        self._tell_count()
        self.show()

    def add(self, answer: Answer) -> None:
        item = QListWidgetItem(f"{clean(answer.node)}: {clean(answer.text)}")
        item.setData(_ANSWER, answer)
        self._draw(item)
        self.list.addItem(item)
        self._expected.discard(answer.node)
        self._tell_count()

    def fail(self, problem: str) -> None:
        """The command could not be given, or not all answers be heard."""
        self.add(Answer("Broker", "refused", problem))
        self._expected.clear()
        self._count.setText("Given up")

    def left(self, nodes: set[str]) -> None:
        """These said goodbye; where they were told to go, their answers say so."""
        for item in self._items() if self._leaving and nodes else ():
            answer = item.data(_ANSWER)
            if answer.node in nodes and not answer.text.startswith("has left"):
                gone = Answer(answer.node, "ok", "has left.")
                item.setData(_ANSWER, gone)
                item.setText(f"{clean(gone.node)}: {gone.text}")
                self._draw(item)

    @property
    def texts(self) -> list[str]:
        return [item.text() for item in self._items()]

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _tell_count(self) -> None:
        found = [item.data(_ANSWER).outcome for item in self._items()]
        silent = found.count("no answer")
        parts = [f"{formats.count(len(found) - silent)} answered"]
        if refused := found.count("refused"):
            parts.append(f"{formats.count(refused)} refused")
        if silent:
            parts.append(f"{formats.count(silent)} did not answer")
        if self._expected:
            parts.append(f"{formats.count(len(self._expected))} awaited")
        self._count.setText(" · ".join(parts))

    def _draw(self, item: QListWidgetItem) -> None:
        shape, tone = _SHAPES[item.data(_ANSWER).outcome]
        item.setIcon(icons.icon(shape, theme.tokens().ink(tone)))

    def _redraw(self) -> None:
        for item in self._items():
            self._draw(item)
