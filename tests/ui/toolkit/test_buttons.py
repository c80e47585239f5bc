from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.controls import button


def test_a_button_that_was_greyed_for_a_moment_has_the_keys_again(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    retry, edit, field = button("Retry"), button("Edit"), QLineEdit()
    for one in (retry, edit, field):
        layout.addWidget(one)
    with qtbot.wait_exposed(window):
        window.show()
    window.activateWindow()
    retry.setFocus()
    qtbot.wait_until(retry.hasFocus)
    retry.setEnabled(False)
    assert QApplication.focusWidget() is edit
    retry.setEnabled(True)
    assert retry.hasFocus()

    # Keys that were led on meanwhile, or that may have been used, stay where they are.
    retry.setEnabled(False)
    field.setFocus()
    retry.setEnabled(True)
    assert field.hasFocus()
    edit.setFocus()
    edit.setEnabled(False)
    assert field.hasFocus()
    edit.setEnabled(True)
    assert field.hasFocus()
