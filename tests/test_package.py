"""The wheel holds all that runs, and runs away from the checkout."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
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


def test_uv_installs_the_wheel_as_a_tool_with_the_versions_of_the_lock(
    wheel: Path, tmp_path: Path
) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        pytest.skip("uv is not installed")
    environment = os.environ | {
        "UV_TOOL_DIR": str(tmp_path / "tools"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "UV_SYSTEM_CERTS": "1",
        "AFI_DATA_DIR": str(tmp_path / "data"),
        "QT_QPA_PLATFORM": "offscreen",
    }
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    command = [uv, "tool", "install", "-q", "--python", sys.executable]
    command += ["--constraints", str(PROJECT / "requirements.lock"), str(wheel)]
    # What ./dev has installed lies in uv's cache, but not always the index that it came from.
    for offline in (["--offline"], []):
        answer = subprocess.run(
            [*command, *offline], env=environment, capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            break
    else:
        pytest.skip(f"no package index can be reached: {answer.stderr[-200:]}")

    def said(name: str, word: str) -> str:
        program = str(tmp_path / "bin" / name)
        return subprocess.check_output([program, word], env=environment, text=True)

    assert said("afi", "--version").startswith("afi, version 0.")
    assert "can be painted" in said("afi-desk", "--check")
