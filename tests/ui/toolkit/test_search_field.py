from pytestqt.qtbot import QtBot

from desktop_app.ui.search_field import SearchField

NAME = "LPA · Logistic Properties of the Americas"


def test_a_value_that_the_field_is_too_narrow_for_is_whole_in_its_tip(qtbot: QtBot) -> None:
    field = SearchField("Symbol", {"LPA": NAME, "KO": "KO · Coca-Cola"})
    qtbot.addWidget(field)
    field.show()
    field.resize(200, 30)
    field.set_value("LPA")
    assert NAME in field.toolTip()
    field.set_value("KO")
    assert field.toolTip() == ""
    field.set_value("LPA")
    field.resize(600, 30)
    assert field.toolTip() == ""
