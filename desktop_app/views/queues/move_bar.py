"""Where messages are to be moved."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button
from desktop_app.ui.picker import Picker
from desktop_app.ui.tokens import Space
from desktop_app.views.queues import wording


class MoveBar(QWidget):
    """Hidden until it asks; Escape leaves the messages where they are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_chosen: Callable[[str], object] | None = None
        self._sentence = Label(font=fonts.medium())
        self._detail = Label(font=fonts.sans(12), ink="text_muted")
        self._detail.setWordWrap(True)
        self.target = Picker()
        self.target.setAccessibleName("The queue to move to")
        self.yes = button("Move", self._chosen, kind="primary")
        self.no = button("Leave them", self.withdraw)
        line = QHBoxLayout()
        line.setSpacing(Space.S)
        line.addWidget(self._sentence)
        line.addWidget(self.target)
        line.addWidget(self.yes)
        line.addWidget(self.no)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        layout.setSpacing(Space.XS)
        layout.addLayout(line)
        layout.addWidget(self._detail)
        self.hide()

    def ask(
        self,
        sentence: str,
        detail: str,
        targets: Sequence[str],
        on_chosen: Callable[[str], object],
    ) -> None:
        self._on_chosen = on_chosen
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self.target.clear()
        for name in targets:
            self.target.addItem(wording.queue_name(name), name)
        self.yes.setEnabled(bool(targets))
        if not targets:
            self._detail.setText("There is no other queue. Start a worker that serves one.")
        self.show()
        (self.target if targets else self.no).setFocus()

    def withdraw(self) -> None:
        self._on_chosen = None
        self.hide()

    def _chosen(self) -> None:
        on_chosen, target = self._on_chosen, self.target.currentData()
        self.withdraw()
        if on_chosen is not None and target is not None:
            on_chosen(str(target))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.withdraw()
        else:
            super().keyPressEvent(event)
