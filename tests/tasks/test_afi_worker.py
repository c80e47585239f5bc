"""``afi worker``: which queues each kind serves, and what it says of the others."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.tasks.conftest import until
from worker_core.catalog import QUEUES
from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.workers import inspect
from worker_core.profiles import PROFILES, processors
from worker_core.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

WORKERS: dict[str, tuple[str, ...]] = {
    "afi": (),
    "afi-documents": ("--profile", "documents"),
    "afi-forecasting": ("--profile", "forecasting"),
    "afi-training": ("--profile", "training"),
    "own": ("-Q", "forecasting, monitoring", "-c", "2", "-n", "own@%h", "-P", "threads"),
}


def node(name: str) -> str:
    return f"{name}@{socket.gethostname()}"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Settings]:
    broker = EmbeddedBroker(tmp_path / "data")
    yield Settings(data_dir=tmp_path / "data", broker_url=broker.start())
    broker.stop()


def test_each_profile_serves_its_queues_says_what_it_leaves_out_and_ends_well(
    broker: Settings, tmp_path: Path
) -> None:
    environment = os.environ | {
        "AFI_DATA_DIR": str(broker.data_dir),
        "CELERY_BROKER_URL": str(broker.broker_url),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "AFI_WORKER_CONCURRENCY": "3",
    }
    with ExitStack() as stack:
        running: list[subprocess.Popen[bytes]] = []
        for name, words in WORKERS.items():
            log = stack.enter_context((tmp_path / f"{name}.log").open("w"))
            command = [sys.executable, "-m", "worker_core", "worker", *words]
            # What the forecasting worker loads is tested without a worker.
            preload = "true" if name == "afi" else "false"
            running.append(
                subprocess.Popen(
                    command,
                    env=environment | {"AFI_WORKER_PRELOAD": preload},
                    stdout=log,
                    stderr=log,
                )
            )
        try:
            nodes = {node(name) for name in WORKERS}
            until(lambda: True if set(inspect("ping", settings=broker)) == nodes else None)
            answers = inspect("active_queues", timeout=30, settings=broker)
            served = {name: {queue["name"] for queue in rows} for name, rows in answers.items()}
            statistics = inspect("stats", timeout=30, settings=broker)
        finally:
            for worker in running:
                worker.send_signal(signal.SIGTERM)
            codes = [worker.wait(timeout=90) for worker in running]
    assert set(codes) == {0}
    logs = {name: (tmp_path / f"{name}.log").read_text() for name in WORKERS}
    assert served == {
        node("afi"): set(QUEUES) - {"forecasting", "model_training"},
        node("afi-documents"): {"document_processing", "sentiment_analysis"},
        node("afi-forecasting"): {"forecasting"},
        node("afi-training"): {"model_training"},
        node("own"): {"forecasting", "monitoring"},
    }
    pools = {name: answer["pool"]["max-concurrency"] for name, answer in statistics.items()}
    assert pools == {
        node("afi"): 3,
        node("afi-documents"): PROFILES["documents"].concurrency(broker),
        node("afi-forecasting"): min(3, processors()),
        node("afi-training"): 1,
        node("own"): 2,
    }
    assert "leaves out forecasting, model_training." in logs["afi"]
    assert "afi worker --profile forecasting and afi worker --profile training" in logs["afi"]
    assert "afi worker --profile default and afi worker --profile training" in logs["own"]
    assert " modules in " in logs["afi"]
    assert " modules in " not in logs["own"]
