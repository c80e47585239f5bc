"""The schedule as its users see and change it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations import schedule
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.errors import InvalidArguments, LedgerUnavailable, NotScheduled
from worker_core.operations.ledger import kept_schedule, ledger
from worker_core.schedule.builtin import SWEEP, built_in
from worker_core.settings import Settings
from worker_core.storage import ScheduleEdit

TASK = "document_processing.generate_document_summary"
ARGUMENTS = {"document": "ab" * 32}
EDIT = ScheduleEdit(TASK, ARGUMENTS, "every", "5m")
ENTRIES = [
    "alerts",
    "cache-warming",
    "health",
    "market-data",
    "performance",
    "result-cleanup",
    "retrain-anomalies",
    "retrain-forecasting",
    "retrain-sentiment",
    "sweep",
    "system-report",
]


@pytest.fixture(autouse=True)
def _this_data_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    settings_module.current.cache_clear()
    yield
    settings_module.current.cache_clear()


@pytest.fixture
def seeded(settings: Settings) -> None:
    """What a scheduler puts there at its first start."""
    with kept_schedule(settings) as kept:
        kept.seed(built_in(settings))


def refused(name: str, edit: ScheduleEdit) -> dict[str, str]:
    with pytest.raises(InvalidArguments) as refusal:
        schedule.add(name, edit)
    assert schedule.entries() == ()
    return refusal.value.fields


def test_an_added_entry_is_planned_and_shown_in_words() -> None:
    before = datetime.now(UTC)
    made = schedule.add("summary", replace(EDIT, market_hours=True))
    assert (made.text, made.expression) == ("every 5 min in market hours", "300")
    assert (made.title, made.timezone) == ("Summarise a document", "UTC")
    assert (made.enabled, made.built_in, made.problem) == (True, False, None)
    assert made.next_run is not None
    assert timedelta(0) <= made.next_run - before - timedelta(minutes=5) < timedelta(minutes=1)
    assert schedule.entries() == (made,)
    assert schedule.entry("summary") == made


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "x" * 65, "-x", "../x", "a\0", "a\nb", "\u202ea", "é", "a;DROP TABLE"]
)
def test_names_are_plain(name: str) -> None:
    assert "name" in refused(name, EDIT)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"task": "no.such"}, "task"),
        ({"task": SWEEP}, "task"),
        ({"arguments": {}}, "arguments.document"),
        ({"arguments": {**ARGUMENTS, "more": 1}}, "arguments.more"),
        ({"expression": "0.5"}, "expression"),
        ({"expression": "soon"}, "expression"),
        ({"kind": "cron", "expression": "99 * * * *"}, "expression"),
        ({"kind": "cron", "expression": "* * * * *", "timezone": "Mars/Olympus"}, "timezone"),
        ({"kind": "weekly"}, "kind"),
        ({"expires_s": -1.0}, "expires_s"),
        ({"expires_s": float("nan")}, "expires_s"),
    ],
)
def test_what_cannot_be_scheduled_is_refused_by_its_field(
    changes: dict[str, Any], field: str
) -> None:
    assert field in refused("a", replace(EDIT, **changes))


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert set(refused("a b", replace(EDIT, task="x", expression="y"))) == {
        "name",
        "task",
        "expression",
    }


@pytest.mark.usefixtures("seeded")
def test_what_comes_with_the_program_is_listed_with_why_it_does_not_run() -> None:
    rows = {row.name: row for row in schedule.entries()}
    assert sorted(rows) == ENTRIES
    assert rows["market-data"].text == "every 5 min in market hours"
    assert rows["retrain-sentiment"].text == "daily at 02:00"
    assert rows["health"].text == "every 10 min"
    assert rows["result-cleanup"].text == "every hour"
    assert rows["sweep"].text == "every 30 s"
    assert rows["sweep"].problem is None
    from worker_core.catalog import task

    for row in rows.values():
        if row.task != SWEEP:
            assert row.problem == task(row.task).unavailable


def test_a_taken_name_is_refused() -> None:
    made = schedule.add("a", EDIT)
    with pytest.raises(InvalidArguments, match="already"):
        schedule.add("a", replace(EDIT, expression="60"))
    with pytest.raises(InvalidArguments, match="already"):
        schedule.add("health", EDIT)
    assert schedule.entries() == (made,)


def test_an_edit_keeps_what_it_does_not_name() -> None:
    made = schedule.add("a", EDIT)
    edited = schedule.edit("a", {"arguments": {"document": "cd" * 32}})
    assert edited.arguments == {"document": "cd" * 32}
    assert (edited.expression, edited.next_run) == (made.expression, made.next_run)
    slower = schedule.edit("a", {"expression": "1h"})
    assert slower.text == "every hour"
    assert slower.next_run is not None
    assert made.next_run is not None
    assert slower.next_run > made.next_run + timedelta(minutes=50)
    with pytest.raises(InvalidArguments):
        schedule.edit("a", {"expression": "never"})
    with pytest.raises(InvalidArguments) as refusal:
        schedule.edit("a", {"next_run": None})
    assert set(refusal.value.fields) == {"next_run"}
    assert schedule.entry("a") == slower


@pytest.mark.usefixtures("seeded")
def test_an_edited_entry_survives_the_next_start_and_can_be_reset(settings: Settings) -> None:
    assert schedule.edit("health", {"expression": "1h"}).edited
    with kept_schedule(settings) as kept:
        kept.seed(built_in(settings))
    assert schedule.entry("health").text == "every hour"
    assert (schedule.reset("health").text, schedule.entry("health").edited) == (
        "every 10 min",
        False,
    )
    schedule.add("a", EDIT)
    with pytest.raises(InvalidArguments):
        schedule.reset("a")


def test_a_disabled_entry_has_no_next_run_until_it_is_enabled() -> None:
    schedule.add("a", EDIT)
    assert schedule.disable("a").next_run is None
    assert schedule.disable("a").enabled is False
    assert schedule.edit("a", {"expression": "10"}).next_run is None
    enabled = schedule.enable("a")
    assert enabled.enabled
    assert enabled.next_run is not None
    assert schedule.enable("a").next_run == enabled.next_run


@pytest.mark.usefixtures("seeded")
def test_the_sweep_stays_and_other_entries_of_the_program_can_be_disabled() -> None:
    for change in (schedule.disable, schedule.remove):
        with pytest.raises(InvalidArguments, match="AFI_SWEEP_EVERY_S"):
            change("sweep")
    with pytest.raises(InvalidArguments, match="AFI_SWEEP_EVERY_S"):
        schedule.edit("sweep", {"expression": "1d"})
    with pytest.raises(InvalidArguments, match="Disable it"):
        schedule.remove("health")
    assert not schedule.disable("health").enabled


def test_a_removed_entry_is_gone() -> None:
    schedule.add("a", EDIT)
    schedule.remove("a")
    assert schedule.entries() == ()
    for command in (schedule.entry, schedule.remove, schedule.enable, schedule.run_now):
        with pytest.raises(NotScheduled, match="afi schedule list"):
            command("a")


def test_an_overdue_entry_says_that_no_scheduler_runs(settings: Settings) -> None:
    schedule.add("a", EDIT)
    with kept_schedule(settings) as kept:
        record, now = kept.get("a")
        assert record is not None
        kept.plan(record, now - timedelta(minutes=2))
    assert schedule.entry("a").problem == "It is overdue: no scheduler runs."


def test_an_entry_runs_now_and_its_plan_stays(settings: Settings, broker: EmbeddedBroker) -> None:
    made = schedule.add("a", EDIT)
    broker.start()
    submission = schedule.run_now("a")
    assert submission.delivered
    with ledger(settings) as tasks:
        task = tasks.get(submission.task_id)
    assert task is not None
    assert (task.name, task.arguments, task.headers) == (TASK, ARGUMENTS, {"afi_schedule": "a"})
    after = schedule.entry("a")
    assert (after.last_task_id, after.next_run) == (submission.task_id, made.next_run)


@pytest.mark.usefixtures("seeded")
def test_the_sweep_runs_now_without_a_row(settings: Settings, broker: EmbeddedBroker) -> None:
    broker.start()
    submission = schedule.run_now("sweep")
    assert schedule.entry("sweep").last_task_id == submission.task_id
    with ledger(settings) as tasks:
        assert tasks.get(submission.task_id) is None


def test_a_database_that_cannot_be_used_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no database" * 1000)
    broken = Settings(data_dir=tmp_path, database=f"sqlite:///{tmp_path / 'file'}")
    with pytest.raises(LedgerUnavailable):
        schedule.entries(broken)


def afi(*words: str) -> str:
    answer = CliRunner().invoke(cli, ["schedule", *words])
    return f"{answer.exit_code}: {answer.output}"


def test_an_empty_schedule_says_when_it_is_filled() -> None:
    assert "afi beat" in afi("list")


def test_the_command_line_makes_changes_and_removes_entries() -> None:
    arguments = json.dumps(ARGUMENTS)
    assert "every 5 min" in afi("add", "a", TASK, arguments, "--every", "5m")
    assert "daily at 06:30" in afi("set", "a", "--cron", "30 6 * * *", "--timezone", "Asia/Tokyo")
    assert "in market hours" in afi("set", "a", "--market-hours", "--expires", "60")
    (row,) = json.loads(afi("list", "--json").removeprefix("0: "))
    assert (row["timezone"], row["expires_s"], row["arguments"]) == ("Asia/Tokyo", 60.0, ARGUMENTS)
    assert datetime.fromisoformat(row["next_run"]).tzinfo is not None
    afi("set", "a", "--expires", "0", "--all-hours")
    assert schedule.entry("a").expires_s is None
    assert "disabled" in afi("disable", "a")
    assert "next 20" in afi("enable", "a")
    assert "a  " in afi("seen", "a")
    assert afi("remove", "a") == "0: a is removed.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["add", "a", TASK, "--every", "5m"],
        ["add", "a", TASK, "{", "--every", "5m"],
        ["add", "a", TASK, "[]", "--every", "5m"],
        ["add", "a", "no.such", "--every", "5m"],
        ["add", "a", TASK, json.dumps(ARGUMENTS)],
        ["add", "a", TASK, json.dumps(ARGUMENTS), "--every", "5m", "--cron", "* * * * *"],
        ["set", "a"],
        ["set", "a", "--every", "5m"],
        ["run", "a"],
    ],
)
def test_the_command_line_refuses_in_words(words: list[str]) -> None:
    answer = afi(*words)
    assert not answer.startswith("0:")
    assert "Error: " in answer
    assert "Traceback" not in answer
    assert schedule.entries() == ()


def test_a_time_zone_is_checked_beside_the_expression_whatever_the_kind() -> None:
    wrong = refused("summary", replace(EDIT, expression="soon", timezone="Nowhere"))
    assert wrong.keys() == {"expression", "timezone"}
    assert refused("summary", replace(EDIT, timezone="Nowhere")).keys() == {"timezone"}


def test_a_forecast_is_in_words_and_on_the_clock_of_its_zone() -> None:
    friday = datetime(2025, 3, 7, 12, tzinfo=UTC)
    found = schedule.forecast("cron", "30 9 * * mon-fri", "America/New_York", runs=2, now=friday)
    assert found.words == "Monday to Friday at 09:30"
    # Clocks go forward between the two.
    assert [f"{run:%a %H:%M %z}" for run in found.runs] == ["Fri 09:30 -0500", "Mon 09:30 -0400"]
    every = schedule.forecast("every", "2h", now=friday)
    assert [run.hour for run in every.runs] == [14, 16, 18, 20, 22]
    with pytest.raises(InvalidArguments) as refusal:
        schedule.forecast("cron", "x", "UTC")
    assert refusal.value.fields.keys() == {"expression"}


def test_an_entry_whose_time_has_passed_is_overdue_for_want_of_a_scheduler() -> None:
    schedule.add("summary", EDIT)
    assert not schedule.entry("summary").overdue
    with kept_schedule() as kept:
        record, now = kept.get("summary")
        assert record is not None
        kept.plan(record, now - timedelta(minutes=10))
    late = schedule.entry("summary")
    assert late.overdue
    assert late.problem == "It is overdue: no scheduler runs."
