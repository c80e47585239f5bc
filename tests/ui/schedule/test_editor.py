"""Making an entry, and changing one."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.schedule.desk import DOCUMENT, EDIT, TASK, Desk, press, words
from worker_core.operations import schedule

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


async def test_a_new_entry_is_saved_and_chosen(desk: Desk) -> None:
    desk.add("a")
    page = await desk.open()
    press(page, "New entry")
    form = page.editor.form
    QTest.keyClicks(form.name, "often")
    form.task.setText(TASK)
    form.timing.every.number.setText("90")
    form.timing.every.unit.setCurrentIndex(0)
    form.arguments.rows["document"].set_value(DOCUMENT)
    form.check()
    assert page.editor.words.text() == ""
    QTest.keyClick(form.name, KEY.Key_Return, CTRL)
    await desk.quiet()
    made = schedule.entry("often")
    assert (made.task, made.text, made.arguments) == (TASK, "every 90 s", {"document": DOCUMENT})
    assert page.stack.currentWidget() is page.browse
    assert page.list.current is not None
    assert page.list.current.name == "often"
    assert desk.last().text == "often is in the schedule."


async def test_words_and_the_next_five_runs_follow_the_typing(desk: Desk) -> None:
    page = await desk.open()
    page.begin_new()
    timing, upcoming = page.editor.form.timing, page.editor.form.upcoming
    assert upcoming.words.text() == "Every hour"
    timing.kind_choice.setCurrentIndex(1)
    assert upcoming.words.text() == "Not a timetable yet"
    QTest.keyClicks(timing.cron, "30 21 * * mon-fri")
    assert upcoming.words.text() == "Monday to Friday at 21:30"
    page.editor.form.timezone.setText("Asia/Tokyo")
    runs = upcoming.runs.text().splitlines()
    assert len(runs) == 5
    assert all(run.endswith("21:30:00") for run in runs)
    assert not any(run.startswith(("Sat", "Sun")) for run in runs)
    assert "Asia/Tokyo" in words(upcoming)
    page.editor.form.market.setChecked(True)
    assert "left out" in words(upcoming)


async def test_each_problem_stands_under_its_field_once_it_was_touched(desk: Desk) -> None:
    desk.add("taken")
    page = await desk.open()
    page.begin_new()
    form = page.editor.form
    assert all(not part.problem() for part in form.parts.values())
    assert page.editor.words.text() == "Fill in Name and Task"
    form.name.setText("taken")
    assert form.parts["name"].problem() == "Is taken."
    form.name.setText("a b")
    assert "letters, digits" in form.parts["name"].problem()
    form.task.setText("no such task")
    assert form.parts["task"].problem() == "Must be one of the list."
    form.timezone.setText("Nowhere")
    assert "Europe/Berlin" in form.parts["timezone"].problem()
    form.timing.every.number.setText("x")
    assert "number of seconds" in form.timing.problem()
    form.expiry.number.setText("soon")
    assert form.parts["expires_s"].problem() == "Must be a number."
    press(page, "Save")
    assert form.name.hasFocus()
    assert page.editor.words.text().startswith("Correct Name, Task, When, Time zone")
    assert [entry.name for entry in schedule.entries()] == ["taken"]


async def test_arguments_that_the_task_does_not_take_are_not_saved(desk: Desk) -> None:
    page = await desk.open()
    page.open({"task": TASK, "arguments": {"document": "not a hash"}})
    form = page.editor.form
    assert form.name.text() == "generate-document-summary"
    assert form.arguments.rows["document"].problem_text()
    press(page, "Save")
    await desk.quiet()
    assert schedule.entries() == ()
    form.arguments.rows["document"].set_value(DOCUMENT)
    press(page, "Save")
    await desk.quiet()
    assert schedule.entry("generate-document-summary").arguments == {"document": DOCUMENT}


async def test_a_change_leaves_alone_what_was_not_touched(desk: Desk) -> None:
    desk.add("summaries", replace(EDIT, timezone="Asia/Tokyo", expires_s=7200.0))
    page = await desk.open()
    planned = schedule.entry("summaries").next_run
    QTest.keyClick(page.list.table, KEY.Key_E)
    form = page.editor.form
    assert page.editor.title.text() == "Change summaries"
    assert not form.parts["name"].isVisibleTo(form)
    assert (form.timing.every.number.text(), form.timing.every.unit_s) == ("5", 60)
    assert (form.expiry.number.text(), form.expiry.unit_s) == ("2", 3600)
    form.market.setChecked(True)
    press(page, "Save")
    await desk.quiet()
    now = schedule.entry("summaries")
    assert now.market_hours
    assert (now.timezone, now.expires_s, now.next_run) == ("Asia/Tokyo", 7200.0, planned)


async def test_what_was_typed_is_not_left_without_a_question(desk: Desk) -> None:
    desk.add("summaries")
    page = await desk.open()
    QTest.keyClick(page.list.table, KEY.Key_E)
    QTest.keyClick(page.editor.form.timing.every.number, KEY.Key_Escape)
    assert page.stack.currentWidget() is page.browse
    QTest.keyClick(page.list.table, KEY.Key_E)
    page.editor.form.timing.every.number.setText("7")
    page.open({"task": TASK, "arguments": {}})
    assert not page.editor.ask.isHidden()
    assert page.editor.title.text() == "Change summaries"
    press(page, "Go on editing")
    assert page.editor.form.timing.every.number.text() == "7"
    press(page, "Cancel")
    press(page, "Leave it")
    assert page.stack.currentWidget() is page.browse
    assert schedule.entry("summaries").expression == "300"


async def test_a_name_that_was_taken_meanwhile_is_refused_and_nothing_is_lost(desk: Desk) -> None:
    page = await desk.open()
    page.open({"task": TASK, "arguments": {"document": DOCUMENT}})
    desk.add("generate-document-summary")
    page.editor.saved.emit("generate-document-summary", page.editor.form.edit)
    await desk.quiet()
    assert page.stack.currentWidget() is page.editor
    assert "has an entry called generate-document-summary already" in page.editor.words.text()
    assert page.editor.form.arguments.rows["document"].value() == DOCUMENT


async def test_tasks_are_found_by_any_part_of_their_words(desk: Desk) -> None:
    page = await desk.open()
    page.begin_new()
    task = page.editor.form.task
    task.completer().setCompletionPrefix("summarise")
    listed = task.completer().completionModel()
    shown = [listed.index(row, 0).data() for row in range(listed.rowCount())]
    assert shown == [f"Summarise a document  ·  {TASK}"]
    task.setText(shown[0])
    assert task.value() == TASK
    assert "document" in page.editor.form.arguments.rows


async def test_why_an_entry_was_refused_is_said_where_the_form_was_left(desk: Desk) -> None:
    desk.add("taken")
    page = await desk.open()
    page.open({"task": TASK, "arguments": {"document": DOCUMENT}})
    page.editor.form.know([])
    page.editor.form.name.setText("taken")
    press(page, "Save")
    page.editor.left.emit()
    await desk.quiet()
    assert "already" in desk.last().text


async def test_an_entry_that_is_saved_late_does_not_close_the_next(desk: Desk) -> None:
    desk.add("taken")
    page = await desk.open()
    for name in ("first", "taken"):
        page.open({"task": TASK, "arguments": {"document": DOCUMENT}})
        page.editor.form.name.setText(name)
        page.editor.form.know([])
        page.editor.form.check()
        press(page, "Save")
        # Before the database has answered.
        page.editor.left.emit()
        page.begin_new()
        page.editor.form.name.setText("second")
        await desk.quiet()
        assert page.stack.currentWidget() is page.editor
        assert page.editor.form.name.text() == "second"
        assert "taken" not in page.editor.words.text()
        page.editor.left.emit()
    assert {entry.name for entry in schedule.entries()} == {"taken", "first"}
    # What became of it is said all the same.
    assert "already" in desk.last().text
