"""The fields of a connection to a server of the HTTP API."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.services.profiles import LONGEST_NAME, Profile
from desktop_app.services.signing_in import EXAMPLE, address_words, token_problem
from desktop_app.ui import fonts
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import Label, icon_button, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.fields import Places, choose_pem, line

_INKS = {"empty": "text_muted", "wrong": "danger", "careful": "warning", "good": "text_muted"}


class ServerForm(QWidget):
    """Shows a profile and gives it back as it was edited, with the token that was typed beside
    it."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.name = line("Name", "What the badge shows")
        self.name.setMaxLength(LONGEST_NAME)
        self.address = line("Address of the server", EXAMPLE, mono=True)
        self.token_field = line("Token of the user", "", mono=True)
        self.token_field.setEchoMode(QLineEdit.EchoMode.Password)
        self.authority = line(
            "Authority’s certificate", "PEM file, if it is not one this computer trusts", mono=True
        )
        self.words = Label(font=fonts.sans(12))
        self.token_words = Label(font=fonts.sans(12))
        for words in (self.words, self.token_words):
            words.setWordWrap(True)
        self.production = CheckBox("Production: the badge is red, and large actions are typed")
        self.read_only = CheckBox("Read-only: nothing can be enqueued or cancelled")
        for one in (self.name, self.address, self.token_field, self.authority):
            one.textChanged.connect(self._check)
        for box in (self.production, self.read_only):
            box.toggled.connect(self.changed)
        self._kept = False
        self._lay_out()
        self._check()

    def _lay_out(self) -> None:
        place = Places()
        place.both("Name", self.name)
        place.both("Address of the server", self.address)
        place.note(self.words)
        place.both("Token", self.token_field)
        place.note(self.token_words)
        row = QWidget()
        choosing = QHBoxLayout(row)
        choosing.setContentsMargins(0, 0, 0, 0)
        choosing.setSpacing(Space.XS)
        choosing.addWidget(self.authority, 1)
        choosing.addWidget(
            icon_button(
                "folder",
                "Choose the file: Authority’s certificate",
                lambda: choose_pem(self, self.authority.setText),
            )
        )
        place.both("Authority’s certificate", row)
        place.note(
            muted(
                "Everything goes through this server, as the token’s user: neither the broker nor "
                "a database is reached from here. One sees one’s own tasks and documents; what "
                "belongs to the whole system needs a connection to its broker.",
                wrap=True,
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(place.grid)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.production)
        layout.addWidget(self.read_only)
        layout.addStretch(1)

    def show_profile(self, profile: Profile, *, has_password: bool) -> None:
        """Fill the fields; a kept token does not come back out."""
        self.name.setText(profile.name)
        self.address.setText(profile.address)
        self.address.setCursorPosition(0)
        self.token_field.clear()
        self.authority.setText(profile.authority)
        self.production.setChecked(profile.production)
        self.read_only.setChecked(profile.read_only)
        self.say_kept(has=has_password)

    def say_kept(self, *, has: bool) -> None:
        """Say whether a token is kept that an empty field leaves as it is."""
        self._kept = has
        words = "Kept; type to change it" if has else "afi_…, from “afi users token NAME”"
        self.token_field.setPlaceholderText(words)
        self._check()

    @property
    def token(self) -> str:
        return self.token_field.text().strip()

    def profile(self) -> Profile:
        """What stands in the fields, without the token."""
        return Profile(
            name=self.name.text().strip(),
            address=self.address.text().strip(),
            production=self.production.isChecked(),
            read_only=self.read_only.isChecked(),
            kind="server",
            authority=self.authority.text().strip(),
        )

    @property
    def usable(self) -> bool:
        """Whether there is enough to try it out."""
        answer, _ = address_words(self.address.text())
        return answer == "good" and not self._token_problem() and bool(self.token or self._kept)

    def _token_problem(self) -> str:
        return token_problem(self.token) if self.token else ""

    def _check(self) -> None:
        answer, words = address_words(self.address.text())
        self.words.setText(words)
        self.words.set_ink(_INKS[answer])
        self.address.setAccessibleDescription(words)
        said = self._token_problem()
        self.token_words.setText(said or "It is kept in the keyring, and sent to this server only.")
        self.token_words.set_ink("danger" if said else "text_muted")
        self.authority.setEnabled(not self.address.text().strip().lower().startswith("http:"))
        self.changed.emit()
