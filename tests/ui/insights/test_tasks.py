"""The tasks that bring what is missing: enqueued, followed, and their news read."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from desktop_app.monitor.rows import TaskRow
from desktop_app.services.commands import ReadOnly
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.views.insights import InsightsPage, acts
from desktop_app.views.insights.following import Following
from tests.seeded_insights import run_of
from tests.ui.insights.desk import Desk, until, words
from tests.ui.insights.test_company import made
from worker_core import settings
from worker_core.catalog import TASKS
from worker_core.operations.submit import checked
from worker_core.storage import Storage
from worker_core.tasks import price_work


def press(page: InsightsPage, text: str) -> None:
    button = next(
        one for one in page.findChildren(QPushButton) if one.text() == text and one.isVisible()
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_act_is_a_task_that_takes_its_arguments() -> None:
    for act in (
        acts.load_sample(), acts.update_prices("A"), acts.forecast("A"), acts.check_forecasts("A"),
        acts.forecast_metrics("A"), acts.find_anomalies("A"), acts.find_metric_anomalies("A"),
        acts.update_tone("A"), acts.calculate_metrics("A"), acts.compare_tone(["A", "B"]),
        acts.measure_risk(),
    ):  # fmt: skip
        checked(TASKS[act.name], act.arguments)
        assert TASKS[act.name].unavailable is None


async def test_a_button_enqueues_its_task_and_its_success_is_read_at_once(
    desk: Desk, storage: Storage
) -> None:
    steps = np.random.default_rng(1).normal(0, 0.01, 400)
    storage.market.upsert_bars(made("AAA", 100 * np.exp(np.cumsum(steps))))
    page = await desk.open({"symbol": "AAA"})
    assert page.company.forecast is None
    press(page, "Forecast")
    await until(page.status.isVisible)
    name = "forecasting.generate_stock_forecast"
    assert desk.commands.sent == [(name, {"ticker": "AAA"})]
    assert page.status.text() == "Forecast: waiting"
    press(page, "Forecast")
    await until(lambda: desk.said)
    assert len(desk.commands.sent) == 1
    desk.happened("task-1", name, "STARTED")
    await until(lambda: page.status.text() == "Forecast: running")
    price_work.generate(run_of(storage), "AAA", 21)
    desk.happened("task-1", name, "SUCCESS")
    await until(lambda: page.company.forecast, "the forecast is shown")
    assert not page.status.isVisible()
    assert page.company.side.reliability.isVisible()


async def test_why_a_task_failed_is_said_in_its_own_words(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    press(page, "Find anomalies")
    await until(lambda: desk.commands.sent)
    await desk.quiet()
    desk.happened(
        "task-1", desk.commands.sent[0][0], "FAILURE",
        exception="PermanentFailure('There are no prices of AAPL in the store.')",
    )  # fmt: skip
    await until(lambda: desk.said)
    assert desk.said[0].level == "warn"
    assert desk.said[0].what_to_do == "There are no prices of AAPL in the store."
    assert not page.status.isVisible()


async def test_a_read_only_connection_lets_nothing_be_started_and_says_why(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    page.set_read_only(True)
    buttons = [*page.controls.act_buttons.values(), *page.company.side.missing.buttons]
    assert len(buttons) > 3
    for button in buttons:
        assert not button.isEnabled()
        assert button.toolTip() == READ_ONLY
    page.show_symbol("NONE")
    await desk.quiet()
    assert page.stage.empty is not None
    assert not page.stage.empty.button.isEnabled()
    page.set_read_only(False)
    assert page.stage.empty.button.isEnabled()
    settings.override({"read_only": True})
    with pytest.raises(ReadOnly, match="read-only"):
        await desk.commands.enqueue("data_processing.cleanup_old_data", {})


async def test_what_others_started_for_the_symbol_is_read_too(
    desk: Desk, seeded: settings.Settings
) -> None:
    page = await desk.open({"symbol": "AAPL"})
    before = page.reader.number
    name = "anomaly_detection.pattern_anomaly_detection"
    desk.happened("other", name, "SUCCESS", kwargs="{'ticker': 'MSFT'}")
    desk.happened("other", "monitoring.system_health_check", "SUCCESS")
    await until(lambda: not desk._tasks)
    assert not page._soon.isActive()
    desk.happened("mine", name, "SUCCESS", kwargs="{'ticker': 'AAPL'}")
    await until(lambda: page.reader.number > before)
    await desk.quiet()


def row(uuid: str, name: str, state: str, **more: str) -> TaskRow:
    return TaskRow(1, uuid, 0.0, 0.0, name=name, state=state, **more)  # type: ignore[arg-type]


def test_a_task_without_names_was_of_all_and_a_cut_text_may_be() -> None:
    following = Following()
    name = "data_processing.update_market_data"
    for told, news in (
        ("{}", True),
        ("{'tickers': []}", True),
        ("{'tickers': ['AAPL', 'MSFT']}", True),
        ("{'tickers': ['MSFT']}", False),
        ("{'tickers': ['MSFT', '...", True),
    ):
        heard = following.take([row("x", name, "SUCCESS", kwargs=told)], ["AAPL"])
        assert heard.news is news, told
    assert not following.take([row("x", name, "FAILURE")], ["AAPL"]).news


def test_a_reason_is_taken_out_of_the_exception_around_it() -> None:
    following = Following()
    for said, told in (
        ("PermanentFailure('It is locked.')", "It is locked."),
        ('ValueError("it\'s")', "it's"),
        ("odd", "odd"),
        ("KeyError()", "KeyError()"),
    ):
        following.begin("x", acts.forecast("A"))
        ended = following.take([row("x", "n", "FAILURE", exception=said)], []).ended
        assert ended[0].problem == told
    following.begin("x", acts.forecast("A"))
    assert following.take([row("x", "n", "REVOKED")], []).ended[0].problem == "It was cancelled."


async def test_where_the_workers_keep_their_results_elsewhere_it_says_so(
    desk: Desk, seeded: settings.Settings
) -> None:
    settings.override({"ledger": False})
    page = await desk.open({"symbol": "AAPL"})
    assert "what is stored on this computer" in words(page)
