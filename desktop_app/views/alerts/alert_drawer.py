"""One alert with all that is known of it."""

import time
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop_app.qt_models.alert_table import subject_words
from desktop_app.qt_models.words import clean
from desktop_app.ui import drawer, texts
from desktop_app.ui.controls import Label
from desktop_app.ui.details import KeyValues
from desktop_app.views.alerts import wording
from worker_core.operations.alert_rules import MEASURES
from worker_core.storage import AlertRecord


class AlertDrawer(drawer.Drawer):
    """Closed until it is opened; shows the alert that it was given last."""

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__("Alert", parent)
        self.row: AlertRecord | None = None
        self.set_actions(buttons)
        self.said = Label()
        self.said.setWordWrap(True)
        self.add_section("What is wrong", self.said)
        self.facts = KeyValues()
        self.add_section("Details", self.facts)
        self.meaning = Label(ink="text_muted")
        self.meaning.setWordWrap(True)
        self._meaning = self.add_section("What is measured", self.meaning)

    def show_alert(self, row: AlertRecord | None) -> None:
        """None closes it."""
        self.row = row
        if row is None:
            self.close_drawer()
            return
        self.set_head(clean(row.rule_name), subject_words(row.subject), row.state)
        self.said.setText(texts.breakable(wording.sentence(row)))
        now = time.time()
        self.facts.set_rows([(name, texts.breakable(v)) for name, v in wording.facts(row, now)])
        measure = MEASURES.get(row.measure)
        self.meaning.setText("" if measure is None else measure.description)
        self._meaning.setVisible(measure is not None)
