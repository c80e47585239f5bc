"""``afi alerts``: what it lists, tries, keeps and refuses."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from worker_core import settings
from worker_core.cli import cli
from worker_core.operations.alert_judge import judge
from worker_core.storage import MeasureReading, Storage


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """One database for the module, which the command line uses too."""
    folder = tmp_path_factory.mktemp("alerts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFI_DATA_DIR", str(folder / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        settings.current.cache_clear()
        values = settings.current()
        with Storage.open(values.database_url, values.artifacts_url) as opened:
            yield opened
    settings.current.cache_clear()


def afi(*words: str) -> Result:
    return CliRunner().invoke(cli, ["alerts", *words])


def said(*words: str) -> str:
    result = afi(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_rules_that_come_with_the_program_are_listed_with_how_they_stand(
    storage: Storage,
) -> None:
    text = said("rules")
    assert "Workers are silent (critical, armed)" in text
    assert "Not judged yet: waits for the first evaluation." in text
    rows = json.loads(said("rules", "--json"))
    assert {row["state"] for row in rows} == {"disarmed", "waiting"}
    assert "have not been evaluated yet" in said("list")
    assert "failure_share" in said("measures")
    assert len(storage.alert_rules.all()) == len(rows)


def test_a_rule_is_kept_tried_armed_fires_and_is_settled(storage: Storage) -> None:
    text = said("add", "deep", "queue_depth", "--above", "10", "--cooldown", "0")
    assert "Queue depth of * above 10 messages" in text
    assert "cannot be tried" in text
    assert said("arm", "deep") == "deep is armed.\n"
    storage.alerts.evaluate([MeasureReading("queue_depth", {"q": 12, "r": 3})], judge)
    assert "would be firing now" in said("try", "deep")
    told = json.loads(said("try", "queue_depth", "--above", "2", "--days", "1", "--json"))
    assert (told["subjects"], len(told["firings"])) == (2, 2)
    (alert,) = storage.alerts.open()
    assert f"{alert.id}  firing" in said("list")
    assert "deep: q: 12 messages (above 10 messages)" in said("list")
    assert "1 of 2 acknowledged." in said("ack", str(alert.id), "777")
    assert "1 of 1 snoozed until" in said("snooze", str(alert.id), "--minutes", "15")
    assert json.loads(said("list", "--json"))[0]["state"] == "snoozed"
    assert said("disarm", "deep") == "deep is disarmed.\n"
    assert "Nothing fires." in said("list")
    assert "resolved" in said("list", "--settled")
    assert said("remove", "deep") == "deep is removed.\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "x", "queue_depth"), "--above VALUE or --below VALUE"),
        (("add", "x", "queue_depth", "--above", "1", "--below", "2"), "--above VALUE or"),
        (("add", "x", "queue_depth", "--above", "nan"), "not a number"),
        (("add", "x", "queue_depth", "--above", "inf"), "not a number"),
        (("add", "x", "weather", "--above", "1"), "The measure is one of"),
        (("add", "A queue is long", "queue_depth", "--above", "1"), "already"),
        (("try", "failure_share", "--above", "20"), "between 0 and 100 %"),
        (("arm", "nothing"), "There is no alert rule 'nothing'."),
        (("remove", "'; DROP TABLE alerts; --"), "There is no alert rule"),
        (("snooze", "1", "--minutes", "-5"), "Invalid value"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    storage: Storage,
    words: tuple[str, ...],
    error: str,
) -> None:
    result = afi(*words)
    assert result.exit_code in {1, 2}
    assert error in result.output
    assert "Traceback" not in result.output
