"""The page of what is wrong, and of the rules by which that is found."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.qt_models.alert_table import AlertColumn, RuleColumn
from desktop_app.views.alerts.wording import place_of, read, snoozes
from tests.ui.accessibility import nameless
from tests.ui.alerts.desk import Desk, pick, press, until, words
from worker_core import settings
from worker_core.operations import alert_rules
from worker_core.operations.alert_rules import MEASURES
from worker_core.storage import AlertRecord

KEY = Qt.Key


def column(page: object, which: int) -> list[object]:
    model = page.model  # type: ignore[attr-defined]  # either list
    return [model.index(row, which).data() for row in range(model.rowCount())]


async def test_what_fires_stands_there_with_what_it_is_about(desk: Desk) -> None:
    desk.rule("deep", severity="critical")
    desk.evaluate(forecasting=150, training=3)
    page = await desk.open()
    assert column(page.list, AlertColumn.STATE) == ["firing"]
    assert column(page.list, AlertColumn.SUBJECT) == ["forecasting"]
    assert column(page.list, AlertColumn.VALUE) == ["150 messages"]
    assert column(page.list, AlertColumn.LIMIT) == ["above 100 messages"]
    assert "1 firing" in words(page.list)
    assert column(page.rules, RuleColumn.OPEN) == [1]
    assert column(page.rules, RuleColumn.STATE) == ["armed"]
    assert page.verdict.isHidden()
    assert desk.figure == 1


async def test_nothing_that_fires_and_no_rules_are_said(desk: Desk) -> None:
    page = await desk.open()
    assert "Nothing fires" in words(page.list)
    assert "There are no rules" in words(page.rules)
    assert desk.figure == 0
    press(page.rules.table, "New rule")
    assert page.stack.currentWidget() is page.editor


async def test_a_page_that_is_gone_to_by_keys_has_them_in_its_alerts(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    page.setFocus()
    focused = page.focusWidget()
    assert focused is page.list.table
    QTest.keyClick(focused, KEY.Key_A)
    await desk.quiet()
    assert page.list.current is not None
    assert page.list.current.state == "acknowledged"


async def test_with_the_details_open_no_button_is_cut_or_covered(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open(width=1084, height=756)
    QTest.keyClick(page.list.table, KEY.Key_Return)
    await until(page.drawer.isVisible, "the details were there")
    await until(page.desktop.isHidden, "the least needed one gave way")
    buttons = [one for one in page.findChildren(QPushButton) if one.isVisible() and one.text()]
    assert {"Acknowledge", "Snooze…", "New rule"} <= {one.text() for one in buttons}
    assert [one.text() for one in buttons if one.width() < one.sizeHint().width()] == []


async def test_the_keyboard_acknowledges_and_undo_takes_it_back(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    page.list.setFocus()
    QTest.keyClick(page.list.table, KEY.Key_A)
    await desk.quiet()
    assert desk.last().text == "1 alert is acknowledged."
    assert column(page.list, AlertColumn.STATE) == ["acknowledged"]
    assert desk.figure == 0
    await desk.undo()
    assert column(page.list, AlertColumn.STATE) == ["firing"]
    assert desk.figure == 1
    assert desk.told.said == []


@pytest.mark.qt_log_ignore("does not support")  # no screen, so nothing to raise a menu above
async def test_the_mouse_snoozes_for_an_hour_and_it_fires_again_on_request(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    press(page.list, "Snooze…")
    pick("1 hour")
    await desk.quiet()
    assert desk.last().text == "1 alert is snoozed for 1 hour."
    (alert,) = desk.storage.alerts.open()
    assert alert.snoozed_until is not None
    left = alert.snoozed_until - datetime.now(UTC)
    assert timedelta(minutes=50) < left <= timedelta(hours=1)
    page.activateWindow()
    await until(page.isActiveWindow, "the page was active again")
    page.list.setFocus()
    QTest.keyClick(page.list.table, KEY.Key_F)
    await desk.quiet()
    assert column(page.list, AlertColumn.STATE) == ["firing"]


async def test_many_are_acknowledged_at_once_and_those_that_are_over_are_told(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(**{f"q{n}": 150 for n in range(20)})
    page = await desk.open()
    page.list.setFocus()
    QTest.keyClick(page.list.table, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.evaluate(**{f"q{n}": 150 if n else 0 for n in range(20)})
    QTest.keyClick(page.list.table, KEY.Key_A)
    await desk.quiet()
    assert desk.last().text == "19 alerts are acknowledged. 1 alert was over already."


async def test_alerts_are_narrowed_by_state_and_by_words(desk: Desk) -> None:
    desk.rule("deep")
    desk.rule("slow", measure="runtime", threshold=5)
    desk.evaluate(q=150, r=150)
    desk.evaluate("runtime", **{"q.task": 9.0})
    desk.evaluate(q=0, r=150)
    page = await desk.open()
    assert sorted(map(str, column(page.list, AlertColumn.SUBJECT))) == ["q.task", "r"]
    page.list.states.setCurrentText("Over")
    assert column(page.list, AlertColumn.SUBJECT) == ["q"]
    page.list.states.setCurrentText("All")
    page.list.field.setText("slow")
    assert column(page.list, AlertColumn.SUBJECT) == ["q.task"]
    page.list.field.setText("nothing like it")
    assert "No alert matches" in words(page.list)
    press(page.list.table, "Show what is open")
    assert page.list.model.rowCount() == 2


async def test_it_leads_to_what_an_alert_is_about(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(forecasting=150)
    page = await desk.open()
    press(page.list, "Go to it")
    assert desk.went == [("queues", {"queue": "forecasting"})]


async def test_the_details_say_all_that_is_known(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=180)
    desk.evaluate(q=150)
    page = await desk.open()
    page.list.setFocus()
    QTest.keyClick(page.list.table, KEY.Key_Return)
    said = words(page.drawer)
    assert "deep: q, 150 messages (above 100 messages)" in said
    assert "180 messages" in said
    assert MEASURES["queue_depth"].description in said
    QTest.keyClick(page.list.table, KEY.Key_Escape)
    assert page.drawer.isHidden()


async def test_a_rule_is_made_tried_as_it_is_typed_and_armed(desk: Desk) -> None:
    for value in (5, 150, 150, 5):
        desk.evaluate(forecasting=value)
    page = await desk.open()
    QTest.keyClick(page, KEY.Key_N)
    form, trial = page.editor.form, page.editor.trial
    await until(form.name.hasFocus, "the form was there")
    QTest.keyClicks(form.name, "late")
    form.lasting.number.clear()
    form.threshold.number.clear()
    assert trial.rule.text() == "Not a rule yet"
    QTest.keyClicks(form.threshold.number, "100")
    await until(lambda: "Would have fired once" in trial.verdict.text(), "it was tried")
    assert "forecasting" in trial.firings.text()
    # No week is drawn of which a few minutes were measured.
    assert trial.chart.title.startswith("Last hour: ")
    assert trial.course.text().replace("\u200b", "") == trial.chart.title
    form.threshold.number.setText("1000")
    await until(lambda: "the highest was 150 messages" in trial.verdict.text(), "it was tried")
    form.subject.setText("nothing*")
    await until(lambda: "cannot be tried" in trial.verdict.text(), "it was tried")
    form.subject.setText("fore*")
    form.armed.setChecked(True)
    QTest.keyClick(form.name, KEY.Key_Return, Qt.KeyboardModifier.ControlModifier)
    await desk.quiet()
    (record,) = alert_rules.rules()
    assert (record.name, record.threshold, record.subject, record.armed) == (
        "late",
        1000,
        "fore*",
        True,
    )
    assert page.stack.currentWidget() is page.browse
    assert column(page.rules, RuleColumn.NAME) == ["late"]
    assert desk.last().text == "late is armed."


async def test_what_is_wrong_with_a_rule_is_said_where_it_stands(desk: Desk) -> None:
    desk.rule("taken")
    page = await desk.open()
    page.begin_new()
    form = page.editor.form
    form.threshold.number.setText("inf")
    press(page.editor, "Save")
    assert form.parts["name"].problem() == "The name is missing."
    assert form.parts["threshold"].problem() == "The threshold is not a number."
    form.name.setText("taken")
    assert "of this name already" in form.parts["name"].problem()
    form.measure.setCurrentIndex(form.measure.findData("failure_share"))
    form.threshold.number.setText("250")
    assert form.parts["threshold"].problem() == "A share lies between 0 and 100 %."
    form.measure.setCurrentIndex(form.measure.findData("silent_workers"))
    assert form.parts["subject"].isHidden()
    assert len(alert_rules.rules()) == 1
    QTest.keyClick(form, KEY.Key_Escape)
    assert "Leave without saving?" in words(page.editor)
    press(page.editor, "Leave it")
    assert page.stack.currentWidget() is page.browse


async def test_a_rule_is_changed_disarmed_and_deleted_with_undo(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    page.rules.setFocus()
    QTest.keyClick(page.rules.table, KEY.Key_E)
    assert page.editor.title.text() == "Change deep"
    page.editor.form.threshold.number.setText("120")
    press(page.editor, "Save")
    await desk.quiet()
    assert alert_rules.rules()[0].threshold == 120
    press(page.rules, "Disarm")
    await desk.quiet()
    assert "is disarmed" in desk.last().text
    assert page.list.model.rowCount() == 0
    await desk.undo()
    assert alert_rules.rules()[0].armed
    QTest.keyClick(page.rules.table, KEY.Key_Delete)
    await desk.quiet()
    assert alert_rules.rules() == ()
    await desk.undo()
    assert [(one.name, one.armed) for one in alert_rules.rules()] == [("deep", True)]


async def test_a_rule_that_cannot_be_judged_says_why(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=1)
    desk.cannot_read("The broker does not answer.")
    page = await desk.open()
    assert column(page.rules, RuleColumn.STATE) == ["unjudged"]
    assert "The broker does not answer." in str(column(page.rules, RuleColumn.STANDS)[0])
    assert "“deep” cannot be judged" in words(page.verdict)


async def test_rules_that_nobody_evaluates_are_told(desk: Desk) -> None:
    desk.rule("deep")
    page = await desk.open()
    # The first evaluation is ahead of a system that has just begun.
    assert page.verdict.isHidden()
    desk.long_ago()
    await desk.look()
    await until(page.verdict.isVisible, "it was said")
    assert "have never been evaluated" in words(page.verdict)
    press(page.verdict, "Show the local cluster")
    assert desk.went == [("cluster", None)]


async def test_a_database_that_is_away_is_said_with_since_when(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    with monkeypatch.context() as patch:
        broken = settings.current().data_dir / "broken"
        broken.mkdir()
        patch.setattr(
            "worker_core.operations.alerts.alert_store",
            _away(f"sqlite:///{broken}"),
        )
        await desk.look()
        assert "The database has been away since" in words(page.verdict)
        assert page.list.model.rowCount() == 1
        assert desk.figure is None
        assert desk.said() == []
    await desk.look()
    assert page.verdict.isHidden()
    assert desk.figure == 1


def _away(url: str) -> object:
    from worker_core.operations.ledger import stored
    from worker_core.settings import Settings

    values = Settings(database=url)
    return lambda _settings: stored(values)


async def test_on_a_read_only_connection_nothing_can_be_changed(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    page.set_read_only(True)
    for action in (*page.hands.actions.values(), *page.rule_hands.actions.values()):
        assert action.isEnabled() == (action.text() in {"Go to it", "Details"})
    assert not page.new.isEnabled()


async def test_hostile_names_are_shown_as_text(desk: Desk) -> None:
    desk.rule("<b>bold</b>")
    desk.evaluate(**{"<img src=x>\u202e": 150, "a\nb": 150})
    page = await desk.open()
    subjects = sorted(map(str, column(page.list, AlertColumn.SUBJECT)))
    assert subjects == ["<img src=x>\ufffd", "a\ufffdb"]
    assert column(page.rules, RuleColumn.NAME) == ["<b>bold</b>"]


async def test_thousands_of_alerts_are_listed(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(**{f"S{n}": 150 for n in range(3000)})
    page = await desk.open()
    assert page.list.model.rowCount() == 3000
    page.list.field.setText("S29")
    assert page.list.model.rowCount() == 111


async def test_a_page_that_is_not_in_sight_does_nothing(desk: Desk) -> None:
    desk.rule("deep")
    page = await desk.open()
    page.hidden()
    desk.evaluate(q=150)
    await desk.look()
    assert page.list.model.rowCount() == 0
    page.shown()
    assert page.list.model.rowCount() == 1
    await desk.quiet()


async def test_a_page_of_something_else_begins_a_rule_about_it(desk: Desk) -> None:
    page = await desk.open()
    page.open({"measure": "failure_share", "subject": "forecasting.*"})
    form = page.editor.form
    assert (form.about.key, form.subject.text()) == ("failure_share", "forecasting.*")
    await desk.quiet()


async def test_everything_that_is_operated_has_a_name(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open()
    page.begin_new()
    assert nameless(page) == []
    await desk.quiet()


@pytest.mark.parametrize("size", [(1052, 720), (1700, 1000)])
async def test_no_word_of_a_button_is_cut(desk: Desk, size: tuple[int, int]) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    page = await desk.open(*size)
    for part in (page.list, page.rules):
        for button in part.findChildren(type(page.new)):
            assert button.width() >= button.sizeHint().width()


def test_what_was_typed_is_read_in_the_unit_of_the_measure() -> None:
    share, age = MEASURES["failure_share"], MEASURES["oldest_age"]
    assert read("20", share) == 0.2
    assert read(" 20 % ", share) == 0.2
    assert read("10 min", age) == 600
    assert read("2h", age) == 7200
    assert read("1,500", MEASURES["queue_depth"]) == 1500
    assert read("", age) is None
    for nonsense in ("x", "1e", "--", "%"):
        assert str(read(nonsense, age)) == "nan"


def test_tomorrow_is_the_next_morning() -> None:
    evening = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert snoozes(evening)["Until tomorrow, 09:00"] == datetime(2026, 3, 29, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("measure", "subject", "page"),
    [
        ("oldest_age", "forecasting", "queues"),
        ("runtime", "a.task", "tasks"),
        ("failure_share", "(all)", "tasks"),
        ("silent_workers", "(all)", "workers"),
        ("anomalies", "AAPL", "insights"),
        ("of a newer version", "x", "workers"),
    ],
)
def test_each_measure_leads_to_its_page(measure: str, subject: str, page: str) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    alert = AlertRecord(
        1, 1, "r", measure, subject, "above", 1.0, "info", "firing", at, at, at, 2.0, 2.0,
        None, None, None, None, None, 1,
    )  # fmt: skip
    assert place_of(alert).page == page
