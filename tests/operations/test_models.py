"""Trained models as operators see them, also from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from worker_core import settings as settings_module
from worker_core.cli import cli
from worker_core.operations import models
from worker_core.operations.errors import ModelRefused
from worker_core.operations.ledger import stored
from worker_core.settings import Settings
from worker_core.storage import NewModel


@pytest.fixture(autouse=True)
def _this_data_folder(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    monkeypatch.setenv("AFI_DATA_DIR", str(data_dir))
    settings_module.current.cache_clear()
    yield
    settings_module.current.cache_clear()


@pytest.fixture
def registered(settings: Settings) -> None:
    with stored(settings) as storage:
        for version in ("one", "two"):
            storage.models.register(NewModel("sentiment", version), version.encode())


def afi(*words: str) -> str:
    answer = CliRunner().invoke(cli, ["models", *words])
    return f"{answer.exit_code}: {answer.output}"


@pytest.mark.usefixtures("registered")
def test_an_operator_promotes_looks_and_rolls_back() -> None:
    assert "0: one is in use." in afi("promote", "sentiment", "one")
    assert "0: two is in use." in afi("promote", "sentiment", "two", "--reason", "looks better")
    listed = afi("list")
    assert "champion   sentiment  two" in listed
    assert "previous   sentiment  one" in listed
    told = afi("show", "sentiment")
    assert "In use: two" in told
    assert "promoted: two  (by hand)" in told
    assert "looks better" in told
    assert "0: one is in use." in afi("rollback", "sentiment", "--from", "two")
    assert "not two" in afi("rollback", "sentiment", "--from", "two")
    assert "What comes with the program is in use" in afi("rollback", "sentiment")
    assert afi("rollback", "sentiment").startswith("1: Error: No trained sentiment model")


@pytest.mark.usefixtures("registered")
def test_versions_are_told_as_json() -> None:
    rows = json.loads(afi("list", "sentiment", "--json").partition(" ")[2])
    assert [row["version"] for row in rows] == ["two", "one"]
    one = json.loads(afi("show", "sentiment", "one").partition(" ")[2])
    assert one["artifact_bytes"] == 3
    whole = json.loads(afi("show", "sentiment", "--json").partition(" ")[2])
    assert whole["pointer"]["version"] is None
    assert json.loads(afi("list", "--subject", "AAPL", "--json").partition(" ")[2]) == []


def test_what_is_not_there_is_told_in_words() -> None:
    assert "No model has been trained yet" in afi("list")
    assert "There is no sentiment model nine" in afi("show", "sentiment", "nine")
    assert afi("promote", "sentiment", "nine", "--subject", "X").startswith("1: Error: There is no")


@pytest.mark.usefixtures("registered")
def test_a_version_whose_file_is_gone_is_not_put_in_use(settings: Settings) -> None:
    record = models.found("sentiment", "one", settings=settings)
    with stored(settings) as storage:
        storage.artifacts.delete(record.artifact_sha256 or "")
    with pytest.raises(ModelRefused, match="has no file"):
        models.promote("sentiment", "one", settings=settings)
    assert models.history("sentiment", settings=settings).pointer.version is None
    assert models.prune(0, keep=1, settings=settings) == ("one",)
