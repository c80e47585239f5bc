"""The detail of what is selected, at the right of a page, in sections."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop_app.ui import fonts, theme
from desktop_app.ui.controls import Hairline, Label, Surface, caption, icon_button
from desktop_app.ui.pills import Pill
from desktop_app.ui.tokens import Size, Space


class Drawer(Surface):
    """A panel with a title, a state, a row of actions and sections below each other.

    Closed until :meth:`open`. Escape inside it closes it.
    """

    closed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("role", "drawer")
        self.setMinimumWidth(320)
        self._title = Label("", font=fonts.strong(15), elide=Qt.TextElideMode.ElideRight)
        self._subtitle = Label(
            "", font=fonts.mono(11), ink="text_muted", elide=Qt.TextElideMode.ElideMiddle
        )
        self._subtitle.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pill = Pill("PENDING")
        self._pill.hide()
        self._close = icon_button("close", "Close the details (Esc)", self.close_drawer)
        self._actions = QHBoxLayout()
        self._actions.setSpacing(Space.S)
        self._actions.addStretch(1)
        self._sections = QVBoxLayout()
        self._sections.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        self._sections.setSpacing(Space.L)
        self._sections.addStretch(1)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self._title, 1)
        first.addWidget(self._pill)
        first.addWidget(self._close)
        head = QVBoxLayout()
        head.setContentsMargins(Space.L, Space.S, Space.S, Space.M)
        head.setSpacing(Space.XXS)
        head.addLayout(first)
        head.addWidget(self._subtitle)
        head.addLayout(self._actions)
        body = QWidget()
        body.setProperty("role", "plain")
        body.setLayout(self._sections)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        self._scroll.setAccessibleName("Details")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addWidget(self._scroll, 1)

    def set_head(self, title: str, subtitle: str = "", state: str | None = None) -> None:
        """Names what is shown; ``state`` is a name from the table of states."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self._pill.setVisible(state is not None)
        if state is not None:
            self._pill.set_state(state)

    def set_actions(self, widgets: Sequence[QWidget]) -> None:
        """Replaces the row of buttons below the title."""
        while self._actions.count() > 1:
            item = self._actions.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        for place, widget in enumerate(widgets):
            self._actions.insertWidget(place, widget)

    def add_section(self, title: str, content: QWidget) -> QWidget:
        """Adds a part at the end and returns it, so that it can be hidden while it is empty."""
        section = QWidget()
        section.setProperty("role", "plain")
        layout = QVBoxLayout(section)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(caption(title))
        layout.addWidget(content)
        self._sections.insertWidget(self._sections.count() - 1, section)
        return section

    def open(self) -> None:
        self.show()

    def close_drawer(self) -> None:
        if self.isHidden():
            return
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_drawer()
        else:
            super().keyPressEvent(event)


class WithDrawer(QSplitter):
    """Content with a drawer at its right, whose width the user chooses, or with several of which
    one at most is open. Escape in the content closes it as well."""

    def __init__(self, content: QWidget, *drawers: Drawer, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.drawers = drawers
        self.addWidget(content)
        self.setHandleWidth(1)
        self.setCollapsible(0, False)
        self.setStretchFactor(0, 1)
        for place, drawer in enumerate(drawers, 1):
            self.addWidget(drawer)
            self.setCollapsible(place, False)
            self.setStretchFactor(place, 0)
            drawer.closed.connect(content.setFocus)
        self.setSizes([10_000, *(Size.DRAWER for _ in drawers)])
        theme.follow(self, self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shown = [drawer for drawer in self.drawers if not drawer.isHidden()]
        if event.key() == Qt.Key.Key_Escape and shown:
            for drawer in shown:
                drawer.close_drawer()
        else:
            super().keyPressEvent(event)
