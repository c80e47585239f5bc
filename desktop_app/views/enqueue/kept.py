"""Presets of the task that is chosen: their menu, and the row in which one gets its name."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop_app.services.forms import texts_of
from desktop_app.services.presets import Preset, Presets
from desktop_app.ui.messages import Messages
from desktop_app.ui.named_menu import NamedMenu, NameRow, Shelf
from desktop_app.ui.tokens import Space
from desktop_app.views.enqueue import words
from worker_core.catalog import TaskSpec

Texts = Mapping[str, str | bool]


class KeptArguments(QObject):
    """``present`` gives the task that is chosen and what stands in its form."""

    chosen = Signal(object)
    """A ``Preset``."""

    def __init__(
        self,
        presets: Presets,
        present: Callable[[], tuple[TaskSpec, Texts]],
        messages: Messages,
        button: QPushButton,
    ) -> None:
        super().__init__(button)
        self._presets, self._present = presets, present
        self.naming = NameRow("preset", "All of our companies")
        self.row = QWidget()
        self.row.setProperty("role", "plain")
        inside = QHBoxLayout(self.row)
        inside.setContentsMargins(Space.L, 0, Space.L, 0)
        inside.addWidget(self.naming)
        self.menu = NamedMenu(messages, button)
        button.setMenu(self.menu)
        self.menu.aboutToShow.connect(self.fill)
        self.menu.chosen.connect(self.chosen)
        self.menu.naming.connect(self.naming.ask)

    def fill(self) -> None:
        """The menu, for the task as its form stands."""
        spec, now = self._present()
        file, texts = self._presets.of(spec.name), dict(now)
        self.menu.fill(
            Shelf(
                file,
                tip=lambda preset: words.preset(preset.texts),
                keep=lambda name: file.save(name, texts),
                can_keep=texts != texts_of(spec, {}),
            )
        )


def filled(spec: TaskSpec, preset: Preset) -> tuple[dict[str, str | bool], list[str]]:
    """What to put into the form, and the names in the preset that the task does not take now."""
    known = texts_of(spec, {})
    kept = {
        name: preset.texts[name]
        for name, default in known.items()
        if isinstance(preset.texts.get(name), bool) is isinstance(default, bool)
        and name in preset.texts
    }
    return known | kept, sorted(set(preset.texts) - set(known))
