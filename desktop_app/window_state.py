"""What the window remembers of itself between two starts. Read before anything heavy is loaded."""

import json
from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QSettings

from desktop_app.ui.theme import Mode

MODES: dict[str, Mode] = {"system": "system", "light": "light", "dark": "dark"}


class WindowState:
    """Geometry, how the pages were arranged, the theme last in force, the day of the last look for
    updates, whether the tour was offered; in the user's settings folder."""

    def __init__(self) -> None:
        self._store = QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "afi-desk", "window"
        )

    @property
    def geometry(self) -> QByteArray | None:
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("geometry", value)

    @property
    def arrangement(self) -> dict[str, object]:
        """How the parts of the pages were left; see :mod:`desktop_app.ui.arrangement`."""
        try:
            kept = json.loads(str(self._store.value("arrangement") or "{}"))
        except ValueError:
            return {}
        return kept if isinstance(kept, dict) else {}

    @arrangement.setter
    def arrangement(self, value: Mapping[str, object]) -> None:
        self._store.setValue("arrangement", json.dumps(value))

    @property
    def toured(self) -> bool:
        """Whether the tour was offered."""
        return self._store.value("toured") in {True, "true"}

    @toured.setter
    def toured(self, value: bool) -> None:
        self._store.setValue("toured", value)

    @property
    def theme(self) -> Mode:
        return MODES.get(str(self._store.value("theme")), "system")

    @theme.setter
    def theme(self, value: Mode) -> None:
        self._store.setValue("theme", value)

    @property
    def updates_asked(self) -> str:
        """The day, as 2026-01-31; "" if never."""
        return str(self._store.value("updates_asked") or "")

    @updates_asked.setter
    def updates_asked(self, value: str) -> None:
        self._store.setValue("updates_asked", value)
