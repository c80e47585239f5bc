"""Arguments kept under a name, a file a task."""

from pathlib import Path

import pytest

from desktop_app.services.named_file import NamedFileError
from desktop_app.services.presets import LONGEST, Preset, Presets

TASK = "forecasting.batch_forecast_generation"


def test_presets_of_one_task_are_not_those_of_another(tmp_path: Path) -> None:
    presets = Presets(tmp_path / "presets")
    presets.of(TASK).save("Big five", {"tickers": "AAPL, MSFT", "dry": True})
    presets.of("other.task").save("big FIVE", {"tickers": "X"})
    assert presets.of(TASK).all() == (Preset("Big five", {"tickers": "AAPL, MSFT", "dry": True}),)
    presets.of(TASK).save("BIG five", {"tickers": "IBM"})
    (only,) = presets.of(TASK).all()
    assert only.texts == {"tickers": "IBM"}


def test_what_is_removed_can_be_put_back_where_it_was(tmp_path: Path) -> None:
    file = Presets(tmp_path).of(TASK)
    for name in ("one", "two", "three"):
        file.save(name, {"a": name})
    removed = file.remove("two")
    assert removed == (Preset("two", {"a": "two"}), 1)
    assert file.remove("two") is None
    file.put(*removed)
    assert [one.name for one in file.all()] == ["one", "two", "three"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x", "a/b", "..", "", "CON", "x" * 5000, "\x00", "Ünï.cödé"]
)
def test_whatever_another_application_calls_its_tasks_stays_within_the_folder(
    tmp_path: Path, name: str
) -> None:
    presets = Presets(tmp_path / "presets")
    presets.of(name).save("mine", {"kwargs": "{}"})
    assert [one.name for one in presets.of(name).all()] == ["mine"]
    (file,) = (tmp_path / "presets").iterdir()
    assert file.suffix == ".json"
    assert list(tmp_path.iterdir()) == [tmp_path / "presets"]


def test_too_much_is_refused_and_a_broken_file_is_put_aside(tmp_path: Path) -> None:
    file = Presets(tmp_path).of(TASK)
    with pytest.raises(NamedFileError, match="at most") as caught:
        file.save("huge", {"documents": "x" * (LONGEST + 1)})
    assert "schedule" in caught.value.remedy
    path = tmp_path / f"{TASK}.json"
    path.write_text('[{"name": "x", "texts": {"a": [1]}}]')
    assert file.all() == ()
    assert "could not be understood" in file.problem
    assert path.with_suffix(".unreadable").exists()
