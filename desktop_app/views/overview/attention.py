"""What needs someone, each with the step that helps."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.qt_models.words import clean
from desktop_app.ui import fonts, icons, theme
from desktop_app.ui.controls import Hairline, Label, Surface, button, heading
from desktop_app.ui.texts import breakable
from desktop_app.ui.tokens import Size, Space
from desktop_app.views.overview.concern import Concern, Remedy

_SHAPES = {"danger": "state-crashed", "warning": "state-silent", "waiting": "state-waiting"}


class ConcernRow(QWidget):
    """One concern: its shape, what it is, what follows, and a button. Kept while the concern
    lasts, so that a button under the pointer or with the focus stays where it is."""

    chosen = Signal(object)
    """The remedy of the concern."""

    def __init__(self, concern: Concern) -> None:
        super().__init__()
        self._concern = concern
        self._shape = QLabel()
        self._shape.setFixedWidth(Size.ICON)
        self._sentence = Label("", font=fonts.medium())
        self._meaning = Label("", font=fonts.sans(12), ink="text_muted")
        self._button = button("", self._choose)
        words = QVBoxLayout()
        words.setSpacing(Space.XXS)
        for label in (self._sentence, self._meaning):
            label.setWordWrap(True)
            words.addWidget(label)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        layout.setSpacing(Space.M)
        top = Qt.AlignmentFlag.AlignTop
        layout.addWidget(self._shape, alignment=top)
        layout.addLayout(words, 1)
        layout.addWidget(self._button, alignment=top)
        self.show_concern(concern)
        theme.follow(self, self._recolour)

    def show_concern(self, concern: Concern) -> None:
        changed = concern.severity != self._concern.severity
        self._concern = concern
        self._sentence.setText(breakable(clean(concern.sentence)))
        self._meaning.setText(breakable(clean(concern.meaning)))
        self._button.setText(concern.remedy.label)
        self._button.setAccessibleName(f"{concern.remedy.label}: {concern.sentence}")
        self.setAccessibleName(concern.sentence)
        self.setAccessibleDescription(concern.meaning)
        if changed:
            self._recolour()

    def _recolour(self) -> None:
        severity = self._concern.severity
        ink = theme.tokens().ink(severity)
        self._shape.setPixmap(icons.pixmap(_SHAPES[severity], ink))

    def _choose(self) -> None:
        self.chosen.emit(self._concern.remedy)


class Attention(Surface):
    """All concerns, worst first."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Needs attention")
        self._rows: dict[str, ConcernRow] = {}
        self._nothing = Label("Nothing needs attention.", ink="text_muted")
        self._nothing.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        head = heading("Needs attention")
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(head)
        layout.addWidget(Hairline())
        layout.addWidget(self._nothing)
        layout.addLayout(self._list)
        layout.addStretch(1)

    def show_concerns(self, concerns: Sequence[Concern], *, known: bool) -> None:
        """
        :param known: whether anything has been heard, so that no concern means that all is well
        """
        wanted = {concern.key: concern for concern in concerns}
        for key in [key for key in self._rows if key not in wanted]:
            row = self._rows.pop(key)
            self._list.removeWidget(row)
            row.deleteLater()
        for place, concern in enumerate(wanted.values()):
            row = self._rows.get(concern.key) or self._new_row(concern)
            row.show_concern(concern)
            if self._list.indexOf(row) != place:
                self._list.removeWidget(row)
                self._list.insertWidget(place, row)
        self._nothing.setText("Nothing needs attention." if known else "Nothing is known yet.")
        self._nothing.setVisible(not wanted)

    def _new_row(self, concern: Concern) -> ConcernRow:
        row = self._rows[concern.key] = ConcernRow(concern)
        row.chosen.connect(self._chosen)
        return row

    def _chosen(self, remedy: Remedy) -> None:
        self.chosen.emit(remedy)
