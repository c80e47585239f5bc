"""The wheel holds all that runs, and runs away from the checkout."""

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
GUIDE = PROJECT / "docs" / "guide" / "first-steps.md"
WANTED = (
    "resources/samples/sample_ohlcv.parquet",
    "resources/samples/NOTICE",
    "resources/fonts/Inter-Regular.otf",
    "resources/icons/overview.svg",
    "resources/icons/app/afi-desk-256.png",
    "resources/themes/dark.json",
    "worker_core/storage/migrations/env.py",
    "worker_core/storage/migrations/script.py.mako",
    "desktop_app/__main__.py",
)

pytestmark = pytest.mark.slow


def until_reached(report: Path, milestone: str, window: "subprocess.Popen[bytes]") -> None:
    over = time.monotonic() + 120
    while time.monotonic() < over:
        if report.is_file() and milestone in report.read_text():
            return
        assert window.poll() is None, "the window ended by itself"
        time.sleep(0.02)
    pytest.fail(f"{milestone} was not reached")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(PROJECT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder of its own, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_code_and_resources_but_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert set(WANTED) <= names
    assert not any(
        name.startswith(("tests/", "benchmarks/", "docs/", "packaging/")) for name in names
    )
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_it_declares_the_commands(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(entry).decode()
    assert "afi = worker_core.cli:main" in text
    assert "afi-desk = desktop_app.__main__:main" in text


def test_the_whole_chain_runs_from_the_installed_files(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(installed),
        "PYTHONSAFEPATH": "1",
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    where = "import resources, worker_core; print(resources.__file__, worker_core.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", where],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout.count(str(installed)) == 2
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "selftest", "--quick"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_window_opens_from_the_installed_files(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {
        "PYTHONPATH": str(installed),
        "PYTHONSAFEPATH": "1",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "AFI_DATA_DIR": str(tmp_path / "data"),
        "CELERY_BROKER_URL": "",
        "QT_QPA_PLATFORM": "offscreen",
    }
    report = tmp_path / "milestones"
    window = subprocess.Popen(
        [sys.executable, "-m", "desktop_app", "--milestones", str(report)],
        cwd=tmp_path,
        env=environment,
    )
    try:
        until_reached(report, "welcome", window)
    finally:
        window.terminate()
        assert window.wait(timeout=120) == 0


Types = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def types(wheel: Path, tmp_path: Path) -> Types:
    """Types a line in the wheel's folder, as somebody who has no tools installed yet.

    With the versions of the lock, so that what is published meanwhile changes nothing.
    """
    ours = Path(sys.executable).parent
    places = {"UV_TOOL_DIR": "uv", "UV_TOOL_BIN_DIR": "bin", "PIPX_HOME": "pipx"}
    environment = os.environ | {
        **{name: str(tmp_path / place) for name, place in places.items()},
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_DEFAULT_BACKEND": "uv",
        "PIPX_DEFAULT_PYTHON": sys.executable,
        "UV_PYTHON": sys.executable,
        "UV_CONSTRAINT": str(PROJECT / "requirements.lock"),
        "UV_SYSTEM_CERTS": "1",
        "PATH": os.pathsep.join([str(tmp_path / "bin"), str(ours), os.environ["PATH"]]),
        # Home is another; what ./dev has downloaded is to be found nevertheless.
        "UV_CACHE_DIR": subprocess.check_output([_uv(ours), "cache", "dir"], text=True).strip(),
        "HOME": str(tmp_path / "home"),
        "AFI_DATA_DIR": str(tmp_path / "data"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])

    def run(line: str, **more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-c", line],
            cwd=wheel.parent,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def installs(types: Types, line: str) -> None:
    """Skips where no package index can be reached."""
    # What ./dev has installed lies in uv's cache, but not always the index that it came from.
    if types(line, UV_OFFLINE="1").returncode and (answer := types(line)).returncode:
        assert re.search(r"error sending request|dns error|timed out", answer.stderr), answer.stderr
        pytest.skip(f"no package index can be reached: {answer.stderr[-200:]}")


@pytest.mark.parametrize("program", ["uv", "pipx"])
def test_the_lines_of_the_guide_install_both_commands_and_take_them_out_again(
    program: str, wheel: Path, types: Types, tmp_path: Path
) -> None:
    from installer import pages

    if types(f"command -v {program}").returncode:
        pytest.skip(f"{program} is not installed")
    installs(types, pages.installing(program, wheel.name))
    assert types("afi --version").stdout.startswith("afi, version 0.")
    assert "can be painted" in types("afi-desk --check").stdout
    assert types(pages.removing(program)).returncode == 0
    assert list((tmp_path / "bin").iterdir()) == []


def test_an_extra_is_added_to_the_wheel_by_the_line_of_the_guide(
    wheel: Path, types: Types, tmp_path: Path
) -> None:
    (line,) = re.findall(r"`(uv tool install 'FILE\[otel\]')`", GUIDE.read_text("utf-8"))
    installs(types, line.replace("FILE", str(wheel)))
    start = "from worker_core.telemetry import start; print(start('docs'))"
    python = tmp_path / "uv" / "afi-desk" / "bin" / "python"
    told = types(f'{python} -c "{start}"', AFI_OTEL_ENDPOINT="http://127.0.0.1:9")
    assert told.stdout.strip() == "True", told.stderr


def test_an_extra_is_found_by_the_line_for_a_checkout(types: Types) -> None:
    """It is tried dry, since it would change the environment that the tests run in."""
    (line,) = re.findall(r"`(\.venv/bin/uv pip install [^`]+)`", GUIDE.read_text("utf-8"))
    installs(types, f"cd {PROJECT} && {line} --dry-run")


def _uv(ours: Path) -> str:
    return shutil.which("uv", path=str(ours)) or "uv"
