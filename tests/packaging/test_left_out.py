"""What the packaged program leaves out is missed by no part of it.

The program takes minutes to freeze; here the whole selftest runs from the checkout, in processes in
which the modules that are left out cannot be imported.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# Every process of Python reads it first.
SITE = """
import sys
from importlib.abc import MetaPathFinder

LEFT_OUT = {left_out!r}


class LeftOut(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if any(name == one or name.startswith(one + ".") for one in LEFT_OUT):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, LeftOut())
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    from installer.contents import EXCLUDED

    (tmp_path / "sitecustomize.py").write_text(SITE.replace("{left_out!r}", repr(EXCLUDED)))
    return os.environ | {
        "PYTHONPATH": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
    }


def test_what_is_left_out_cannot_be_imported_here(environment: dict[str, str]) -> None:
    for name, there in (("uv", False), ("opentelemetry.sdk", False), ("celery", True)):
        answer = subprocess.run(
            [sys.executable, "-c", f"import {name}"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.returncode == 0) is there, answer.stderr
        assert there or f"No module named '{name}'" in answer.stderr


@pytest.mark.slow
def test_the_whole_selftest_passes_without_what_is_left_out(environment: dict[str, str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "selftest", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(answer.stdout.splitlines()[-1])
    assert report["ok"], [step for step in report["steps"] if not step["ok"]]
    named = {step["name"] for step in report["steps"]}
    assert {"window", "broker", "worker", "beat", "termination", "api", "flower", "stop"} <= named
