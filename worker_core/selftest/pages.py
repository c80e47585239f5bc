"""What answers HTTP: the API, and Flower."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worker_core.operations.runtime import python_command
from worker_core.selftest.steps import STEP_LIMIT_S, until
from worker_core.settings import Settings

ANSWER_S = 5.0
END_S = 30.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def api_answers(values: Settings) -> str:
    """The API is started, and says that it lives."""
    port = _free_port()
    with _running(values, "api", "--port", str(port)) as process:
        _page(process, f"http://127.0.0.1:{port}/healthz")
    return f"/healthz answers on port {port}"


def flower_answers(values: Settings) -> str:
    """Flower is started, and its page names the worker."""
    port = _free_port()
    with _running(values, "flower", FLOWER_PORT=str(port)) as process:
        address = f"http://127.0.0.1:{port}/workers"

        def named() -> str | None:
            text = _page(process, address)
            return text if "local@" in text and "<title>" in text else None

        until("Flower's page names the worker", named)
    return f"its page on port {port} names the worker"


@contextmanager
def _running(
    values: Settings, *words: str, **environment: str
) -> "Iterator[subprocess.Popen[bytes]]":
    log = values.data_dir / "logs" / f"{words[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            python_command("worker_core", *words),
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    except (TimeoutError, OSError, RuntimeError) as error:
        raise RuntimeError(f"{error} Its log ends with: {_last_line(log)}") from error
    finally:
        process.terminate()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _page(process: "subprocess.Popen[bytes]", address: str) -> str:
    def fetch() -> str | None:
        if process.poll() is not None:
            raise RuntimeError(f"It ended with exit code {process.returncode}.")
        try:
            with _DIRECT.open(address, timeout=ANSWER_S) as answer:
                return str(answer.read(2**20).decode("utf-8", "replace"))
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{address} answers {error.code}.") from error
        except OSError:
            time.sleep(0.1)
            return None

    return until(f"{address} answers within {STEP_LIMIT_S:.0f} s", fetch)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it wrote none"
