import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.views.performance import PerformancePage
from desktop_app.views.performance import page as page_module
from desktop_app.views.performance.table import Column
from tests.ui.accessibility import nameless
from tests.ui.performance.bench import Bench, column, until, words

HOUR, DAY = 2, 4


def click_title(page: PerformancePage, place: Column) -> None:
    header = page.table.horizontalHeader()
    at = header.sectionViewportPosition(place) + 8
    viewport = header.viewport()
    where = viewport.rect().center()
    where.setX(at)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)


async def test_the_costliest_task_stands_first_with_its_figures(bench: Bench) -> None:
    bench.ended("cheap", 10, ran=0.1)
    bench.ended("dear", 4, failed=1, ran=30.0, waited=5.0)
    page = await bench.open()
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal, page)
    assert column(page, Column.KEY) == ["dear", "cheap"]
    assert column(page, Column.ENDED) == [4, 10]
    assert column(page, Column.FAILED) == [0.25, 0.0]
    assert column(page, Column.COST) == pytest.approx([120.0, 1.0])
    assert abs(column(page, Column.RUN_95)[0] / 30 - 1) < 0.05
    assert abs(column(page, Column.WAIT_50)[0] / 5 - 1) < 0.05
    assert abs(sum(column(page, Column.SHARE)) - 1) < 1e-9


async def test_a_sentence_says_what_costs_most_and_what_fails_most(bench: Bench) -> None:
    bench.ended("dear", 4, ran=30.0)
    bench.ended("frail", 10, failed=3, ran=0.1)
    page = await bench.open()
    assert page.verdict.text() == (
        "dear costs most: 2m 00s of run time (99 % of all). frail fails most: 3 of 10 (30.0 %)."
    )
    assert "14 tasks ended since" in page.totals.text()
    assert "Percentiles are within 5 %" in page.totals.text()


async def test_a_task_that_both_costs_and_fails_most_is_named_once(bench: Bench) -> None:
    bench.ended("only", 2, failed=1, ran=60.0)
    page = await bench.open()
    assert page.verdict.text() == (
        "only costs most, 2m 00s of run time, and fails most, 1 of 2 (50.0 %)."
    )


async def test_where_nothing_failed_it_says_so(bench: Bench) -> None:
    bench.ended("a", 2)
    page = await bench.open()
    assert page.verdict.text().endswith("Nothing failed.")


async def test_a_longer_span_takes_in_what_ended_before(bench: Bench) -> None:
    bench.ended("late", 1)
    bench.ended("early", 1, ran=9.0, ago=4 * 3_600)
    page = await bench.open()
    assert column(page, Column.KEY) == ["late"]
    page.ranges.setCurrentIndex(DAY)
    await until(lambda: column(page, Column.KEY) == ["early", "late"])


async def test_figures_are_of_queues_and_workers_too(bench: Bench) -> None:
    bench.ended("a", 3, queue="q1", worker="w1@h")
    bench.ended("b", 1, queue="q2", worker="w1@h")
    page = await bench.open()
    page.kinds.setCurrentIndex(1)
    await until(lambda: column(page, Column.KEY) == ["q1", "q2"])
    title = page.model.headerData(Column.KEY, Qt.Orientation.Horizontal)
    assert title == "Queue"
    page.kinds.setCurrentIndex(2)
    await until(lambda: column(page, Column.KEY) == ["w1@h"])
    assert column(page, Column.ENDED) == [4]


async def test_a_click_on_a_title_sorts_and_another_one_turns_it_round(bench: Bench) -> None:
    bench.ended("a", 1, ran=9.0)
    bench.ended("b", 3, ran=1.0)
    bench.ended("c", 2, ran=4.0)
    page = await bench.open()
    click_title(page, Column.ENDED)
    first = column(page, Column.ENDED)
    click_title(page, Column.ENDED)
    assert sorted(first) == [1, 2, 3]
    assert column(page, Column.ENDED) == first[::-1]
    click_title(page, Column.KEY)
    assert sorted(column(page, Column.KEY)) in (
        column(page, Column.KEY),
        column(page, Column.KEY)[::-1],
    )


async def test_the_course_of_the_chosen_task_is_drawn(bench: Bench) -> None:
    bench.ended("a", 5, ran=9.0)
    bench.ended("b", 1)
    page = await bench.open()
    assert "All tasks" in words(page.course)
    page.table.selectRow(1)
    await until(lambda: "b" in words(page.course).splitlines())
    page.course.all.click()
    await until(lambda: "All tasks" in words(page.course))
    assert not page.table.selected_rows()


async def test_what_was_missed_is_a_band_in_both_charts(bench: Bench) -> None:
    bench.ended("a", 5)
    bench.missed((1500.0, 1400.0), (1399.5, 1300.0), (700.0, 650.0), (9_000.0, 8_000.0))
    page = await bench.open()
    charts = (page.course.rate, page.course.share)
    await until(lambda: all(chart.gaps for chart in charts))
    for chart in charts:
        assert [round(end - start) for start, end in chart.gaps] == [200, 50]


async def test_a_row_leads_to_its_tasks(bench: Bench) -> None:
    bench.ended("a.b", 5)
    page = await bench.open()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert bench.asked == [("tasks", {"query": "ended:<1h", "name": "a.b"})]
    await bench.quiet()
    page.course.failures.click()
    assert bench.asked[-1][1]["states"] == frozenset({"FAILURE"})


async def test_the_cursor_stays_with_its_task_while_the_order_changes(
    bench: Bench,
) -> None:
    bench.ended("a", 1, ran=9.0)
    bench.ended("b", 1, ran=1.0)
    page = await bench.open()
    page.table.selectRow(1)
    await bench.quiet()
    bench.ended("b", 20, ran=5.0)
    page.ranges.setCurrentIndex(DAY)
    await until(lambda: column(page, Column.KEY) == ["b", "a"])
    await until(lambda: page.table.selected_rows() == [0])


async def test_what_ends_while_one_looks_appears_by_itself(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "EVERY_MS", 20)
    bench.ended("a", 1)
    page = await bench.open()
    bench.ended("b", 1, ran=60.0)
    await until(lambda: column(page, Column.KEY) == ["b", "a"])
    page.hidden()


async def test_nothing_is_asked_while_the_page_is_hidden(bench: Bench) -> None:
    bench.ended("a", 1)
    page = await bench.open()
    page.hidden()
    # What a chart was still to draw is drawn.
    await until(lambda: not [one for one in page.findChildren(QTimer) if one.isActive()])
    page.ranges.setCurrentIndex(DAY)
    assert not bench.background.busy


async def test_where_nothing_ended_the_longest_span_is_offered(bench: Bench) -> None:
    bench.ended("a", 1, ago=3 * 86_400)
    page = await bench.open()
    assert "No task ended in the last 1 h" in words(page.table)
    offer = next(b for b in page.table.findChildren(QPushButton) if b.text() == "Show 7 days")
    offer.click()
    await until(lambda: column(page, Column.KEY) == ["a"])


async def test_a_history_that_is_not_there_yet_is_empty(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "EVERY_MS", 20)
    page = await bench.open()
    await until(lambda: "No task ended" in words(page.table))
    bench.ended("a", 1)
    await until(lambda: column(page, Column.KEY) == ["a"])
    page.hidden()


async def test_without_a_history_it_says_how_to_keep_one(bench: Bench) -> None:
    bench.reader = None
    page = await bench.open()
    assert "No history of tasks is kept" in words(page.table)
    assert "AFI_HISTORY_MB" in words(page.table)


async def test_without_a_broker_it_leads_to_one(bench: Bench) -> None:
    bench.status = "idle"
    page = await bench.open()
    offer = next(b for b in page.table.findChildren(QPushButton) if "broker" in b.text())
    offer.click()
    assert bench.asked == [("welcome", None)]


async def test_a_file_that_cannot_be_read_is_said(bench: Bench) -> None:
    bench.path.write_bytes(b"no database" * 1000)
    page = await bench.open()
    assert "cannot be read" in page.totals.text()


async def test_every_control_has_a_name(bench: Bench) -> None:
    bench.ended("a", 1)
    page = await bench.open()
    page.table.selectRow(0)
    await bench.quiet()
    assert nameless(page) == []
