"""Every import contract breaks when somebody plants what it forbids."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent

VIOLATIONS = {
    "The workers know nothing of the window": ("worker_core/catalog.py", "import PySide6"),
    "The domain knows no engine, broker or database": (
        "worker_core/sentiment/__init__.py",
        "import redis",
    ),
    "Only storage speaks SQL": ("worker_core/tasks/base.py", "import sqlalchemy"),
    "Catalog, settings and operations load no analytics": (
        "worker_core/operations/__init__.py",
        "import pandas",
    ),
    "The window's layers": ("desktop_app/monitor/rows.py", "import desktop_app.services.tray"),
    "Monitor and services know no Qt": ("desktop_app/services/tray.py", "import PySide6.QtCore"),
    "What is seen knows no broker and no database": ("desktop_app/ui/states.py", "import redis"),
    "The window uses four rooms of the workers": (
        "desktop_app/services/tray.py",
        "import worker_core.documents",
    ),
    "Pages do not know each other": (
        "desktop_app/views/welcome/page.py",
        "import desktop_app.views.overview",
    ),
    "Domains do not know each other": ("worker_core/risk/__init__.py", "import worker_core.health"),
}


def lint(folder: Path) -> "subprocess.CompletedProcess[str]":
    code = "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    for package in ("worker_core", "desktop_app", "resources"):
        skip = shutil.ignore_patterns("__pycache__", "fonts", "samples")
        shutil.copytree(PROJECT / package, folder / package, ignore=skip)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


@pytest.mark.slow
def test_there_is_a_violation_for_every_contract(copy: Path) -> None:
    answer = lint(copy)
    assert answer.returncode == 0, answer.stdout
    kept = {line.partition(" KEPT")[0] for line in answer.stdout.splitlines() if "KEPT" in line}
    assert kept == set(VIOLATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_planted_violation_breaks_the_contract(copy: Path, contract: str) -> None:
    module, planted = VIOLATIONS[contract]
    file = copy / module
    before = file.read_text("utf-8")
    file.write_text(f"{before}\n{planted}\n", "utf-8")
    try:
        answer = lint(copy)
    finally:
        file.write_text(before, "utf-8")
    assert answer.returncode != 0
    assert f"{contract} BROKEN" in answer.stdout
