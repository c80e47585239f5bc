"""The page of trained models, by mouse and keys over a real registry."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop_app.ui.empty import EmptyState
from desktop_app.ui.one_at_a_time import READ_ONLY
from desktop_app.views.models.detail import CHANGES, FIGURES, TUNING
from tests import seeded_models
from tests.seeded_models import Judged
from tests.ui.accessibility import nameless
from tests.ui.models.desk import Desk, press, until, words
from worker_core import settings
from worker_core.operations.connection import client
from worker_core.storage import NewModel

KEY = Qt.Key
CHAMPION, REFUSED, FIRST = "linear-8fe1c04a92d3", "linear-c61b9e55f0a8", "linear-0d2c5a7710be"


def in_use(desk: Desk, kind: str = "sentiment", subject: str = "") -> str | None:
    return desk.storage.models.pointer(kind, subject).version


async def test_an_empty_registry_lists_every_kind_and_says_the_next_step(desk: Desk) -> None:
    page = await desk.open()
    titles = [row.title for row in page.list.model.rows]
    assert titles == ["Sentiment", "Price forecast", "Metric forecast", "Price anomalies"]
    assert "The model that comes with the program" in words(page.detail.in_use)
    assert "Retrain trains a challenger" in words(page.detail.beside)
    assert page.hands.actions["retrain"].isEnabled()
    assert not page.hands.actions["promote"].isEnabled()
    await desk.choose("forecast.price")
    assert "Nothing is trained yet" in words(page.detail.verdict)
    assert not page.hands.actions["retrain"].isEnabled()
    assert "fitted at the first forecast" in words(page.detail.beside)


async def test_a_refusal_is_told_in_the_words_of_its_verdict(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    assert f"{REFUSED} was not promoted" in words(page.detail.verdict)
    assert "mean loss is 0.0861 against 0.0829" in words(page.detail.verdict)
    assert CHAMPION in words(page.detail.in_use)
    assert REFUSED in words(page.detail.beside)
    assert "1.28 MB" in words(page.detail.beside)
    assert "vaderSentiment 3.3.2" in words(page.detail.beside)


async def test_figures_of_both_say_which_is_better(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    page.detail.tabs.setCurrentIndex(FIGURES)
    pairs = {pair.title: pair for pair in page.detail.figures.pairs.rows}
    assert (pairs["Macro-F1"].ours, pairs["Macro-F1"].other) == (0.917, 0.914)
    assert pairs["Macro-F1"].judgement == "worse"
    assert pairs["Sentences judged by"].judgement == ""


async def test_a_promotion_shows_what_changes_and_can_be_undone(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    press(page, "Promote…")
    asked = words(page.detail.ask)
    assert f"Put {REFUSED} in use for sentiment?" in asked
    assert f"instead of {CHAMPION}" in asked
    assert "Macro-F1 0.9170 → 0.9140 (worse)" in asked
    assert "It was not promoted before" in asked
    press(page.detail.ask, "Promote")
    await desk.quiet()
    assert in_use(desk) == REFUSED
    await desk.undo()
    assert in_use(desk) == CHAMPION
    assert desk.said()[0] == f"{CHAMPION} is in use again."
    page.detail.tabs.setCurrentIndex(CHANGES)
    await desk.read()
    done = [row.action for row in page.detail.changes.table.changes.rows]
    assert done[:2] == ["rolled_back", "promoted"]


async def test_keys_roll_back_and_escape_leaves_all_as_it_is(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    page.list.table.setFocus()
    QTest.keyClick(page.list.table, KEY.Key_B)
    assert f"Take {CHAMPION} out of use?" in words(page.detail.ask)
    QTest.keyClick(page.detail.ask.no, KEY.Key_Escape)
    assert page.detail.ask.isHidden()
    assert in_use(desk) == CHAMPION
    QTest.keyClick(page.list.table, KEY.Key_B)
    press(page.detail.ask, "Roll back")
    await desk.quiet()
    assert in_use(desk) == FIRST
    await desk.undo()
    assert in_use(desk) == CHAMPION


async def test_the_last_rollback_leads_to_what_comes_with_the_program(desk: Desk) -> None:
    desk.storage.models.register(NewModel("sentiment", "one"), b"x")
    desk.storage.models.promote("sentiment", "one")
    page = await desk.open()
    press(page, "Roll back…")
    assert "The model that comes with the program is in use then" in words(page.detail.ask)
    press(page.detail.ask, "Roll back")
    await desk.quiet()
    assert in_use(desk) is None
    await desk.undo()
    assert in_use(desk) == "one"


async def test_another_version_stands_beside_by_the_keyboard(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    table = page.detail.versions
    table.setFocus()
    QTest.keyClick(table, KEY.Key_Down)
    assert f"{CHAMPION} is in use" in words(page.detail.verdict)
    assert not page.hands.actions["promote"].isEnabled()
    QTest.keyClick(table, KEY.Key_Down)
    assert FIRST in words(page.detail.beside)
    assert "rolling back leads to it" in words(page.detail.verdict)
    QTest.keyClick(table, KEY.Key_U)
    assert f"Put {FIRST} in use" in words(page.detail.ask)


async def test_a_version_whose_file_is_gone_says_so_and_cannot_be_promoted(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    record = desk.storage.models.get("sentiment", REFUSED)
    assert record is not None
    assert record.artifact_sha256 is not None
    desk.storage.artifacts.delete(record.artifact_sha256)
    page = await desk.open()
    assert f"The file of {REFUSED} is gone" in words(page.detail.verdict)
    assert "Gone" in words(page.detail.beside)
    assert not page.hands.actions["promote"].isEnabled()
    assert "stored nowhere" in page.hands.buttons["promote"].toolTip()


async def test_retraining_enqueues_the_right_task(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    QTest.keyClick(page.list.table, KEY.Key_R)
    await desk.quiet()
    await desk.choose("forecast.price IBM")
    press(page, "Retrain")
    await desk.quiet()
    await desk.choose("anomaly.price")
    press(page, "Retrain")
    await desk.quiet()
    action = desk.last().action
    assert action is not None
    action.callback()
    told = desk.storage.tasks.get(desk.went[0][1]["uuid"])
    assert told is not None
    assert told.name == "model_training.retrain_anomaly_models"
    sent = [row for row in _submitted(desk) if row != (told.name, {})]
    assert sent == [
        ("model_training.retrain_sentiment_model", {"force": True}),
        ("model_training.retrain_forecasting_models", {"tickers": ["IBM"], "kind": "price"}),
    ]


def _submitted(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    from sqlalchemy import select

    from worker_core.storage import schema
    from worker_core.storage.engine import reading

    table = schema.tasks
    with reading(desk.storage.models._engine) as connection:
        rows = connection.execute(select(table).order_by(table.c.created_at))
        return [(row.name, row.arguments) for row in rows]


async def test_tuning_is_asked_for_within_a_budget_watched_and_cancelled(desk: Desk) -> None:
    page = await desk.open()
    await desk.choose("forecast.metric")
    page.detail.tabs.setCurrentIndex(TUNING)
    tuning = page.detail.tuning
    tuning.trials.setValue(12)
    tuning.minutes.setValue(3)
    press(tuning, "Tune")
    await until(lambda: "waits for a worker" in tuning.state.text(), "the search was watched")
    (sent,) = _submitted(desk)
    assert sent[1] == {"model": "forecasting", "trials": 12, "time_budget_s": 180}
    press(tuning, "Cancel the search")
    await until(lambda: "cancelled" in desk.said()[0], "it was cancelled")
    await until(lambda: tuning.start.isVisibleTo(tuning), "another could be begun")
    with client(settings.current().broker_url or "") as redis:
        assert not any(redis.llen(key) for key in redis.keys("model_training*"))


async def test_the_trials_of_a_running_search_are_shown_as_they_come(desk: Desk) -> None:
    storage = desk.storage
    seeded_models.search(storage, done=5, wanted=9)
    page = await desk.open()
    page.open({"kind": "forecast.metric", "tab": "Tuning"})
    tuning = page.detail.tuning
    await until(lambda: tuning.table.trials.rowCount() == 5, "five trials were shown")
    assert tuning.state.text() == "5 of 9 trials"
    assert tuning.bar.value() == 5
    assert tuning.stop.isVisibleTo(tuning)
    assert [row.origin for row in tuning.table.trials.rows][-1] == "default"
    writer = threading.Thread(
        target=seeded_models.search, args=(storage,), kwargs={"done": 9, "wanted": 9}
    )
    writer.start()
    try:
        await until(lambda: tuning.table.trials.rowCount() == 9, "all were shown")
    finally:
        writer.join()
    best = [loss for _, loss in tuning.chart.stair]
    assert best == sorted(best, reverse=True)
    assert tuning.chart.accessibleDescription().startswith(f"Best {best[-1]:.4f} at trial")
    assert "seasonal naive method: 1.0930" in tuning.chart.accessibleDescription()


async def test_hundreds_of_versions_with_hostile_names_are_listed(desk: Desk) -> None:
    models = desk.storage.models
    hostile = "<b>v\u202e</b>&amp;" + "x" * 40
    for number in range(400):
        models.register(NewModel("sentiment", f"v{number:04}"))
    with pytest.raises(Exception, match="cannot name a model"):
        models.register(NewModel("sentiment", hostile))
    models.register(NewModel("<i>of others</i>", "<img src=x>", "A'; DROP--"))
    refused = Judged(False, ("<h1>big</h1>\x1b[31m",))
    models.reject("<i>of others</i>", "<img src=x>", "A'; DROP--", verdict=refused)
    page = await desk.open()
    assert page.detail.versions.versions.rowCount() == 400
    assert "Versions (400)" in page.detail.tabs.tabText(0)
    page.list.field.setText("drop--")
    await desk.quiet()
    await until(lambda: "<img src=x>" in words(page.detail.beside), "its version was shown")
    assert "<h1>big</h1>�[31m" in words(page.detail.verdict)
    assert not page.hands.actions["retrain"].isEnabled()


async def test_a_read_only_connection_changes_nothing_and_says_so(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    page.set_read_only(True)
    for deed, action in page.hands.actions.items():
        assert not action.isEnabled()
        assert READ_ONLY in page.hands.buttons[deed].toolTip()
    assert not page.detail.tuning.start.isEnabled()
    page.set_read_only(False)
    assert page.hands.actions["retrain"].isEnabled()


async def test_a_promotion_by_another_hand_withdraws_the_question(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    press(page, "Roll back…")
    desk.storage.models.promote("sentiment", FIRST)
    await desk.read()
    assert page.detail.ask.isHidden()
    assert FIRST in words(page.detail.in_use)


async def test_a_kind_alone_leads_to_its_first_model(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    page = await desk.open()
    page.open({"kind": "forecast.price"})
    await desk.read()
    await until(lambda: page.detail.model and page.detail.model.subject == "AAPL", "it was shown")
    page.open({"kind": "forecast.price", "subject": "IBM"})
    await until(lambda: page.detail.model and page.detail.model.subject == "IBM", "it was shown")


async def test_every_control_has_a_name_and_a_hidden_page_asks_nothing(desk: Desk) -> None:
    seeded_models.fill(desk.storage)
    seeded_models.search(desk.storage, done=4, wanted=8)
    page = await desk.open()
    assert nameless(page) == []
    page.hidden()
    await desk.quiet()
    page.look()
    assert not desk.background.busy
    assert page.findChildren(EmptyState)
