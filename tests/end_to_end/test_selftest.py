"""The chain from a stored file to its result, with a real broker, worker and scheduler."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_selftest_reports_every_step_and_leaves_nothing_behind(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "selftest", "--json"],
        env=os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(answer.stdout.splitlines()[-1])
    assert report["ok"], report
    assert answer.returncode == 0
    names = [step["name"] for step in report["steps"]]
    chain = ["window", "broker", "worker", "beat", "submit", "result"]
    domains = ["data", "sentiment", "anomalies", "risk", "forecast", "training", "monitoring"]
    assert names == [*chain, *domains, "termination", "schedule", "api", "flower", "stop"]
    assert all(set(step) == {"name", "ok", "seconds", "message"} for step in report["steps"])
    assert not list(tmp_path.glob("afi-selftest-*"))
