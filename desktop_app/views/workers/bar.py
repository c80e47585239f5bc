"""The commands as a bar of menus; each has a key as well."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from desktop_app.qt_models.fleet_table import FleetRow
from desktop_app.ui import fonts, formats, icons
from desktop_app.ui.controls import Label, button
from desktop_app.ui.tokens import Space
from desktop_app.views.workers import actions
from desktop_app.views.workers.actions import ACTIONS, GROUPS, Action

_NOBODY = "Choose workers to act on. Ctrl+A chooses all."


class Bar(QWidget):
    """``on_action`` is called with what was chosen. The keys work wherever ``keys_in`` or a part
    of it has the focus."""

    def __init__(
        self, on_action: Callable[[Action], object], keys_in: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._read_only = False
        self._rows: Sequence[FleetRow] = ()
        self._who = Label(
            _NOBODY, font=fonts.medium(), ink="text_muted", elide=Qt.TextElideMode.ElideRight
        )
        self._actions: dict[Action, QAction] = {}
        self.buttons: dict[str, QPushButton] = {}
        for action in ACTIONS:
            made = QAction(action.word, self)
            made.setShortcut(QKeySequence(action.key))
            made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.setShortcutVisibleInContextMenu(True)
            made.triggered.connect(lambda _=False, action=action: on_action(action))
            keys_in.addAction(made)
            self._actions[action] = made
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(self._who, 1)
        for group in GROUPS:
            made_button = button(group, kind="danger" if group == "Shut down" else "normal")
            made_button.setAccessibleName(f"{group}: commands")
            made_button.setIconSize(made_button.iconSize())
            icons.bind(made_button, "chevron-down")
            made_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            made_button.clicked.connect(lambda _=False, group=group: self._open(group))
            self.buttons[group] = made_button
            layout.addWidget(made_button)
        self.show_rows(())

    def show_rows(self, rows: Sequence[FleetRow]) -> None:
        """These are meant now."""
        self._rows = rows
        if not rows:
            self._who.setText(_NOBODY)
        elif len(rows) == 1:
            self._who.setText(actions.named(list(rows)))
        else:
            self._who.setText(f"{formats.plural(len(rows), 'worker')} chosen")
        self._who.set_ink("text" if rows else "text_muted")
        self._enable()

    def set_read_only(self, read_only: bool) -> None:
        self._read_only = read_only
        self._enable()

    def menu(self, parent: QWidget) -> QMenu:
        """All commands, for the mouse."""
        menu = self._menu(parent)
        for group in GROUPS:
            menu.addSeparator()
            self._fill(menu, group)
        return menu

    def _enable(self) -> None:
        possible = bool(self._rows) and not self._read_only
        why = "This connection is read-only." if self._read_only else _NOBODY
        for action, made in self._actions.items():
            made.setEnabled(possible or (bool(self._rows) and not action.changes))
        for group, made_button in self.buttons.items():
            usable = any(self._actions[a].isEnabled() for a in ACTIONS if a.group == group)
            made_button.setEnabled(usable)
            made_button.setToolTip("" if possible else why)

    def _open(self, group: str) -> None:
        opener = self.buttons[group]
        menu = self._menu(opener)
        self._fill(menu, group)
        menu.popup(opener.mapToGlobal(opener.rect().bottomLeft()))

    @staticmethod
    def _menu(parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _fill(self, menu: QMenu, group: str) -> None:
        for action in ACTIONS:
            if action.group == group:
                made = self._actions[action]
                made.setIcon(icons.icon(action.icon))
                menu.addAction(made)
