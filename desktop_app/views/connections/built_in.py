"""The connection that needs no profile."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.ui import fonts
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import Label, button, heading, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.choices import Choice


class BuiltIn(QWidget):
    """What the settings name, or this computer's own broker. Nothing of it is edited here."""

    def __init__(self) -> None:
        super().__init__()
        self._title = heading("")
        self._address = Label(font=fonts.mono(12), ink="text_muted")
        self._address.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.read_only = CheckBox("Read-only: nothing can be enqueued, cancelled or changed")
        self.use = button("Use it", kind="primary", icon="link")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        layout.setSpacing(Space.M)
        layout.addWidget(self._title)
        layout.addWidget(self._address)
        layout.addWidget(
            muted(
                "Where the settings name no broker (CELERY_BROKER_URL), AFI Desk runs one on this "
                "computer, with workers and a scheduler. The command line uses it as well.",
                wrap=True,
            )
        )
        layout.addWidget(self.read_only)
        layout.addWidget(self.use, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_choice(self, choice: Choice) -> None:
        """
        :param choice: whether it is in use and read-only, and what it is called
        """
        self._title.setText(choice.title)
        self._address.setText(choice.detail)
        self.use.setVisible(not choice.in_use)
        self.read_only.setVisible(choice.in_use)
        self.read_only.setChecked(choice.read_only)
