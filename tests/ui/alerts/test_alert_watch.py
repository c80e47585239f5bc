"""How the window hears of alerts, and how it tells of them."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop_app.qt_models.alert_table import RuleColumn
from desktop_app.views.overview.alarms import NAMED, alarms
from tests.ui.alerts.desk import Desk, until
from worker_core import settings
from worker_core.operations.alert_judge import judge
from worker_core.storage import MeasureReading


async def test_what_fired_before_the_window_was_opened_is_not_told(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    await desk.look()
    assert desk.figure == 1
    assert desk.said() == []
    assert desk.told.said == []


async def test_a_new_alert_is_told_once(desk: Desk) -> None:
    desk.rule("deep", severity="critical")
    await desk.look()
    desk.evaluate(q=150)
    await desk.look()
    assert desk.said() == ["deep"]
    assert desk.last().level == "error"
    assert desk.last().what_to_do == "q: 150 messages, above 100 messages."
    assert desk.told.said == [("deep", "q: 150 messages, above 100 messages.", True)]
    desk.evaluate(q=170)
    await desk.look()
    assert len(desk.said()) == 1
    action = desk.last().action
    assert action is not None
    action.callback()
    assert desk.went == [("alerts", {"alert": desk.storage.alerts.open()[0].id})]


async def test_one_that_is_acknowledged_elsewhere_at_once_is_not_told(desk: Desk) -> None:
    desk.rule("deep")
    await desk.look()
    desk.evaluate(q=150)
    (alert,) = desk.storage.alerts.open()
    desk.storage.alerts.acknowledge([alert.id], who="bob")
    await desk.look()
    assert desk.said() == []
    assert desk.figure == 0


async def test_one_whose_snooze_is_over_is_told_again(desk: Desk) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    (alert,) = desk.storage.alerts.open()
    desk.storage.alerts.snooze([alert.id], datetime.now(UTC) - timedelta(seconds=1), who="ann")
    await desk.look()
    desk.evaluate(q=150)
    await desk.look()
    assert desk.said() == ["deep"]


async def test_many_new_alerts_are_told_together(desk: Desk) -> None:
    desk.rule("deep")
    await desk.look()
    desk.evaluate(**{f"q{n}": 150 for n in range(12)})
    await desk.look()
    assert desk.said() == ["12 new alerts: deep"]
    assert len(desk.told.said) == 1


async def test_the_desktop_is_left_alone_on_request(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await desk.open()
    page.desktop.click()
    await desk.quiet()
    assert not settings.current().alert_notifications
    desk.rule("deep")
    desk.evaluate(q=150)
    await desk.look()
    assert desk.said() == ["deep"]
    assert desk.told.said == []
    page.desktop.click()
    await desk.quiet()
    assert settings.current().alert_notifications


async def test_the_overview_names_what_fires_gravest_first(desk: Desk) -> None:
    desk.rule("deep", severity="info")
    desk.rule("worst", severity="critical", measure="silent_workers", threshold=0)
    desk.evaluate(**{f"q{n}": 150 for n in range(NAMED + 2)})
    reading = MeasureReading("silent_workers", {"(all)": 2})
    desk.storage.alerts.evaluate([reading], judge)
    await desk.look()
    found = list(alarms(desk.alerts.book, datetime.now(UTC).timestamp()))
    assert found[0].severity == "danger"
    assert found[0].sentence.startswith("worst for ")
    assert (
        found[0].meaning == "2 workers when it was last measured; the rule fires above 0 workers."
    )
    assert found[0].remedy.page == "alerts"
    assert found[-1].sentence == "3 more alerts fire"
    (acknowledged, *_) = desk.storage.alerts.open()
    desk.storage.alerts.acknowledge([one.id for one in desk.storage.alerts.open()], who="ann")
    await desk.look()
    assert list(alarms(desk.alerts.book, acknowledged.fired_at.timestamp())) == []


async def test_another_database_is_read_from_its_beginning(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.rule("deep")
    desk.evaluate(q=150)
    await desk.look()
    other = settings.current().data_dir / "other.sqlite3"
    monkeypatch.setenv("AFI_DATABASE_URL", f"sqlite:///{other}")
    settings.current.cache_clear()
    try:
        await desk.look()
        assert desk.figure == 0
        assert desk.alerts.book.alerts == {}
    finally:
        monkeypatch.setenv("AFI_DATABASE_URL", "")
        settings.current.cache_clear()
    await desk.look()
    assert desk.figure == 1
    assert desk.said() == []


async def test_a_rule_that_is_judged_again_and_again_is_judged_also_where_nothing_fires(
    desk: Desk,
) -> None:
    desk.rule("deep")
    desk.evaluate(q=1)
    page = await desk.open()
    rules = page.rules.model

    def stands() -> list[str]:
        return [
            str(rules.index(0, which).data()) for which in (RuleColumn.STATE, RuleColumn.STANDS)
        ]

    assert stands()[0] == "armed"
    desk.read_long_ago()
    await desk.look()
    await until(lambda: stands()[0] == "unjudged", "it was seen that nobody measures")
    assert "queue depth was read 1 h ago and not since" in stands()[1]
    assert not page.verdict.isHidden()
    desk.evaluate(q=1)
    await desk.look()
    await until(lambda: stands()[0] == "armed", "it was seen that it is measured again")
    assert page.verdict.isHidden()
