"""The set-up script says what it needs, and exits with a status that says why."""

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def dev() -> ModuleType:
    loader = SourceFileLoader("dev", str(PROJECT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


def test_an_unknown_command_is_answered_with_those_there_are(
    dev: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["biuld"]) == 2
    assert "./dev run" in capsys.readouterr().err


def test_a_python_that_is_too_old_is_told_which_one_to_install(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "OLDEST", (3, 99))
    with pytest.raises(SystemExit, match=r"needs Python 3\.99"):
        dev.main(["run"])


def test_without_root_missing_system_parts_are_one_command_to_copy(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as exit_status:
        dev.require_packages(["libegl1", "libgl1"], purpose="The window")
    assert exit_status.value.code == dev.MISSING_SYSTEM_PART
    assert "sudo apt-get install -y libegl1 libgl1" in capsys.readouterr().err


def test_on_a_system_without_apt_the_missing_parts_are_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda _name: None)
    with pytest.raises(SystemExit) as exit_status:
        dev.require_packages(["libegl1"], purpose="The window")
    assert exit_status.value.code == dev.MISSING_SYSTEM_PART
    assert "libegl1" in capsys.readouterr().err


def test_a_library_that_the_loader_does_not_find_is_missing(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "LIBRARIES", {"libnothing-of-the-kind.so.9": "libnothing"})
    monkeypatch.setattr(dev.sys, "platform", "linux")
    assert dev.missing_libraries() == ["libnothing"]


def test_the_lock_holds_hashes_and_no_address(dev: ModuleType) -> None:
    lock = dev.LOCK.read_text("utf-8")
    assert "--hash=sha256:" in lock
    assert "://" not in lock


def test_a_second_start_finds_the_environment_as_it_must_be(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not dev.STAMP.is_file():
        pytest.skip("this environment was not made by ./dev")
    if dev.STAMP.read_text().split()[1] != sys.version.split()[0]:
        pytest.skip("these tests run on another Python than ./dev does")

    def nothing_may_be_installed(*_words: object, **_options: object) -> None:
        raise AssertionError("something was about to be installed")

    monkeypatch.setattr(dev.subprocess, "run", nothing_may_be_installed)
    dev.ready()


def window(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    bare = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        [sys.executable, "-m", "desktop_app", *words],
        env=bare | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a screen is always there")
def test_without_a_screen_the_window_names_the_way_out() -> None:
    answer = window()
    assert answer.returncode == 4
    assert "QT_QPA_PLATFORM=offscreen" in answer.stderr
    assert "Xvfb" in answer.stderr or "xvfb-run" in answer.stderr


def test_words_that_the_window_does_not_know_end_it_with_2() -> None:
    assert window("--no-such-option", QT_QPA_PLATFORM="offscreen").returncode == 2
