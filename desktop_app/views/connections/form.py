"""The fields of a connection to a broker."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.services import addresses
from desktop_app.services.profiles import LONGEST_NAME, Profile
from desktop_app.ui import fonts
from desktop_app.ui.check_box import CheckBox
from desktop_app.ui.controls import Label, icon_button, muted
from desktop_app.ui.tokens import Space
from desktop_app.views.connections.fields import Places, choose_pem, line

_CERTIFICATES = (
    ("ssl_ca_certs", "Authority’s certificate", "PEM file that the server’s is checked against"),
    ("ssl_certfile", "Client certificate", "Only if the server asks for one"),
    ("ssl_keyfile", "Client key", "Belongs to the client certificate"),
)
_INKS = {"empty": "text_muted", "wrong": "danger", "careful": "warning", "good": "text_muted"}


class ProfileForm(QWidget):
    """Shows a profile and gives it back as it was edited, with the passwords that were typed
    within the addresses."""

    changed = Signal()
    token = ""
    """A broker asks for none."""

    def __init__(self) -> None:
        super().__init__()
        self.name = self._line("Name", "What the badge shows")
        self.name.setMaxLength(LONGEST_NAME)
        self.address = self._line("Address of the broker", addresses.EXAMPLE, mono=True)
        self.password = self._line("Password of the broker", "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.results = self._line("Address of the result store", "The broker’s", mono=True)
        self.prefix = self._line("Key prefix", "None", mono=True)
        self.database = self._line(
            "Address of the team’s database", "postgresql://user@host/afi", mono=True
        )
        self.artifacts = self._line("Place of the team’s files", "s3://bucket/afi", mono=True)
        self.production = CheckBox("Production: the badge is red, and large actions are typed")
        self.read_only = CheckBox("Read-only: nothing can be enqueued, cancelled or changed")
        for box in (self.production, self.read_only):
            box.toggled.connect(self.changed)
        self.files = {key: self._line(title, hint, mono=True) for key, title, hint in _CERTIFICATES}
        for key, field in self.files.items():
            field.textEdited.connect(lambda path, key=key: self._set_file(key, path))
        self.words = Label(font=fonts.sans(12))
        self.words.setWordWrap(True)
        self.address.textChanged.connect(self._check)
        self.password.textChanged.connect(self._check)
        self.address.editingFinished.connect(self._hide_password)
        self._lay_out()
        self._check()

    def _line(self, name: str, hint: str, *, mono: bool = False) -> QLineEdit:
        made = line(name, hint, mono=mono)
        made.textChanged.connect(self.changed)
        return made

    def _lay_out(self) -> None:
        place = Places()
        place.both("Name", self.name)
        place.both("Address of the broker", self.address)
        place.note(self.words)
        place.pair("Password", self.password, "Key prefix", self.prefix)
        authority, *client = (
            (title, self._with_chooser(key, title)) for key, title, _hint in _CERTIFICATES
        )
        place.both(*authority)
        place.pair(*client[0], *client[1])
        place.both("Result store", self.results)
        place.note(
            muted(
                "The workers are a team’s own AFI Desk? Then name its database and files, so that "
                "tasks and documents are shared. Leave both empty for any other Celery "
                "application.",
                wrap=True,
            )
        )
        place.pair("Database", self.database, "Stored files", self.artifacts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        layout.addLayout(place.grid)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.production)
        layout.addWidget(self.read_only)
        layout.addStretch(1)

    def _with_chooser(self, key: str, title: str) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.files[key], 1)
        layout.addWidget(
            icon_button(
                "folder",
                f"Choose the file: {title}",
                lambda: choose_pem(self, lambda path: self._set_file(key, path)),
            )
        )
        return row

    # Its content

    def show_profile(self, profile: Profile, *, has_password: bool) -> None:
        """Fill the fields; a kept password does not come back out."""
        self.name.setText(profile.name)
        self.address.setText(profile.address)
        self.address.setCursorPosition(0)
        self.password.clear()
        self.say_kept(has=has_password)
        self.results.setText(profile.results)
        self.prefix.setText(profile.key_prefix)
        self.database.setText(profile.database)
        self.artifacts.setText(profile.artifacts)
        self.production.setChecked(profile.production)
        self.read_only.setChecked(profile.read_only)

    def say_kept(self, *, has: bool) -> None:
        """Say whether a password is kept that an empty field leaves as it is."""
        words = "Kept; type to change it" if has else "Only if the broker asks for one"
        self.password.setPlaceholderText(words)

    def profile(self) -> Profile:
        """What stands in the fields."""
        self._hide_password()
        address, typed = self.address.text().strip(), self.password.text()
        return Profile(
            name=self.name.text().strip(),
            address=addresses.split(address).url(typed) if typed else address,
            results=self.results.text().strip(),
            key_prefix=self.prefix.text(),
            database=self.database.text().strip(),
            artifacts=self.artifacts.text().strip(),
            production=self.production.isChecked(),
            read_only=self.read_only.isChecked(),
        )

    @property
    def usable(self) -> bool:
        """Whether there is enough to try it out."""
        found = addresses.check(self.address.text(), password=bool(self.password.text()))
        return found.usable

    def _check(self) -> None:
        found = addresses.check(self.address.text(), password=bool(self.password.text()))
        self.words.setText(found.words)
        self.words.set_ink(_INKS[found.answer])
        self.address.setAccessibleDescription(found.words)
        tls = addresses.split(self.address.text()).scheme == "rediss"
        for key, field in self.files.items():
            field.setEnabled(tls)
            value = addresses.option(self.address.text(), key)
            if field.text() != value:
                field.setText(value)

    def _hide_password(self) -> None:
        parts = addresses.split(self.address.text())
        if parts.scheme and parts.password is not None:
            self.address.setText(parts.public)
            self.password.setText(parts.password)

    def _set_file(self, key: str, path: str) -> None:
        self.address.setText(addresses.set_option(self.address.text(), key, path))
