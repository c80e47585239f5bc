"""One setting: its field, where its value comes from, and the way back to its default."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.services.preferences import Preference
from desktop_app.ui.argument_row import FieldRow
from desktop_app.ui.controls import button
from desktop_app.ui.tokens import Space
from desktop_app.views.settings.wording import note

_WIDEST = 640
_AT_THE_RIGHT = 84


class SettingRow(QWidget):
    """What was typed is kept until it is saved or dropped, also while the setting changes
    elsewhere."""

    changed = Signal()

    def __init__(self, preference: Preference) -> None:
        super().__init__()
        self.preference = preference
        self._goes_back = False
        self.field = FieldRow(preference.field, mark="")
        self.field.setMaximumWidth(_WIDEST)
        self.field.changed.connect(self._edited)
        self.reset = button("Reset", self._reset, kind="quiet", icon="undo")
        self.reset.setAccessibleName(f"Reset: {preference.field.label}")
        self.reset.setToolTip("Back to the default")
        # Its place stays, so that the field is as wide with it as without.
        side = QWidget()
        side.setFixedWidth(_AT_THE_RIGHT)
        held = QHBoxLayout(side)
        held.setContentsMargins(0, 0, 0, 0)
        held.addWidget(self.reset)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.M)
        layout.addWidget(self.field, 1)
        layout.addWidget(side, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addStretch(0)
        self.show_preference(preference)

    def show_preference(self, preference: Preference) -> None:
        """Show it as it is now; what was typed and not saved yet stays."""
        before, self.preference = self.preference, preference
        self.field.set_note(note(preference))
        self.field.editor.setEnabled(not preference.fixed)
        if preference.field.placeholder != before.field.placeholder:
            self.field.set_hint(preference.field.placeholder)
        if not self.changes:
            self.drop()
        self._show_reset()

    def drop(self) -> None:
        """Forget what was typed."""
        self._goes_back = False
        self.field.touched = False
        self.field.set_value(self.preference.text)
        self.field.set_problem("")
        self._show_reset()

    def take_saved(self) -> None:
        """What was typed is written down."""
        self._goes_back = False
        self.field.touched = False

    @property
    def changes(self) -> bool:
        """Whether there is something to be saved."""
        return self._goes_back or (
            self.field.touched and self.field.value() != self.preference.text
        )

    @property
    def wanted(self) -> str | bool | None:
        """What is to be saved; None for the default."""
        return None if self._goes_back else self.field.value()

    def _edited(self) -> None:
        self._goes_back = False
        self._show_reset()
        self.changed.emit()

    def _reset(self) -> None:
        self.field.set_value(self.preference.default)
        self.field.touched = True
        self._goes_back = self.preference.origin != "default"
        self._show_reset()
        self.changed.emit()
        self.field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_reset(self) -> None:
        one = self.preference
        set_here = one.origin != "default" or self.field.value() != one.default
        self.reset.setVisible(not one.fixed and not self._goes_back and set_here)
