"""The form for the address of a broker."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.services import addresses
from desktop_app.ui import fonts
from desktop_app.ui.controls import Label, button, caption
from desktop_app.ui.tokens import Space

_INKS: Final = {
    "empty": "text_muted",
    "wrong": "text_muted",
    "careful": "warning",
    "good": "ok",
}


class ConnectForm(QWidget):
    """Address and password, checked while they are typed.

    A password in the address moves to its own field, where it cannot be read, as soon as the
    address has been typed.
    """

    submitted = Signal(str)
    """The address, with its password."""

    def __init__(self) -> None:
        super().__init__()
        self._address = QLineEdit()
        self._address.setPlaceholderText(addresses.EXAMPLE)
        self._address.setAccessibleName("Address of the broker")
        self._address.setFont(fonts.mono(12))
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText("Only if the broker asks for one")
        self._password.setAccessibleName("Password of the broker")
        self._words = Label("", font=fonts.sans(12))
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Room for two lines, so that the button does not move while one types.
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing() + Space.XXS)
        self._complete = button("Add it", self._add_option, kind="quiet", icon="plus")
        self._connect = button("Connect", self._submit, icon="link")
        self._address.textChanged.connect(self._check)
        self._address.editingFinished.connect(self._hide_password)
        self._address.returnPressed.connect(self._submit)
        self._password.textChanged.connect(self._check)
        self._password.returnPressed.connect(self._submit)
        self._lay_out()
        self._check()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._connect)
        buttons.addWidget(self._complete)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        for label, field in (("Address", self._address), ("Password", self._password)):
            name = caption(label)
            name.setBuddy(field)
            layout.addWidget(name)
            layout.addWidget(field)
            layout.addSpacing(Space.XS)
        layout.addWidget(self._words)
        layout.addStretch(1)
        layout.addLayout(buttons)

    def forget_password(self) -> None:
        self._hide_password()
        self._password.clear()

    def _check(self) -> None:
        found = addresses.check(self._address.text(), password=bool(self._password.text()))
        self._words.setText(found.words)
        self._words.set_ink(_INKS[found.answer])
        self._address.setAccessibleDescription(found.words)
        self._connect.setEnabled(found.usable)
        self._complete.setVisible(bool(found.missing_option))
        self._complete.setAccessibleName(f"Add {found.missing_option} to the address")

    def _hide_password(self) -> None:
        parts = addresses.split(self._address.text())
        if parts.scheme and parts.password is not None:
            # Setting the text also empties the field's memory for undo.
            self._address.setText(parts.public)
            self._password.setText(parts.password)

    def _add_option(self) -> None:
        option = addresses.check(self._address.text()).missing_option
        self._address.setText(addresses.with_option(self._address.text(), option))
        self._address.setFocus()

    def _submit(self) -> None:
        self._hide_password()
        text, password = self._address.text(), self._password.text()
        if addresses.check(text, password=bool(password)).usable:
            self.submitted.emit(addresses.split(text).url(password))
