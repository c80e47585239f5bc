"""What is said about an optional part that is not there fits the installation that runs."""

import importlib.metadata
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest

from worker_core import extras

ROOT = Path(__file__).resolve().parents[1]


def test_every_extra_of_the_project_has_its_word() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(get_args(extras.Extra)) == set(project["optional-dependencies"])


def test_a_checkout_adds_it_to_its_own_environment() -> None:
    assert ".venv/bin/uv pip install" in extras.how_to_add("yfinance")
    assert "--extra yfinance" in extras.how_to_add("yfinance")


def test_an_installed_wheel_is_installed_again_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: SimpleNamespace())
    assert "uv tool install --force 'FILE[otel]'" in extras.how_to_add("otel")


def test_the_packaged_program_is_replaced_by_the_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert extras.how_to_add("onnx").startswith("The packaged program cannot be given it")
