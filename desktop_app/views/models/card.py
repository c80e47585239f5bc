"""One version with what it is made of: the one in use at the left, another one beside it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts, texts
from desktop_app.ui.controls import Label, Surface, caption, muted
from desktop_app.ui.details import KeyValues
from desktop_app.ui.pills import Pill
from desktop_app.ui.tokens import Size, Space, Type
from desktop_app.views.models import wording
from worker_core.storage import ModelRecord


class VersionCard(Surface):
    """Says what stands there, also where no version does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._caption = caption(name)
        # As high as with a button beside it.
        self._caption.setMinimumHeight(Size.CONTROL)
        self._version = Label("", font=fonts.mono(Type.BODY), elide=Qt.TextElideMode.ElideMiddle)
        self._version.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._version.setAccessibleName(f"{name}: version")
        self._pill = Pill("built-in")
        self._facts = KeyValues()
        self._nothing = muted(wrap=True)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._version, 1)
        head.addWidget(self._pill)
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.S)
        self.head.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        layout.setSpacing(Space.XS)
        layout.addLayout(self.head)
        layout.addLayout(head)
        layout.addWidget(self._facts)
        layout.addWidget(self._nothing)
        layout.addStretch(1)

    def show_version(self, record: ModelRecord, *, gone: bool) -> None:
        self._version.setText(clean(record.version))
        self._pill.set_state(record.status)
        self._pill.show()
        rows = wording.facts(record, gone=gone)
        self._facts.set_rows([(name, texts.breakable(value)) for name, value in rows])
        self._facts.show()
        self._nothing.hide()
        self.setAccessibleDescription(", ".join(f"{name} {value}" for name, value in rows))

    def show_nothing(self, words: str, *, built_in: bool = False) -> None:
        self._version.setText("")
        self._pill.set_state("built-in")
        self._pill.setVisible(built_in)
        self._facts.hide()
        self._nothing.setText(words)
        self._nothing.show()
        self.setAccessibleDescription(words)
