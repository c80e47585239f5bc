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


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script of the shell")
@pytest.mark.parametrize("broken", ["format", "lint", "mypy", "contracts", "pytest", None])
def test_what_does_not_pass_is_named_wherever_it_stands_and_the_rest_is_run_all_the_same(
    dev: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    broken: str | None,
) -> None:
    word = {"lint": "ruff check", "contracts": "importlinter"}.get(broken or "", broken)
    stand_in, asked = tmp_path / "python", tmp_path / "asked"
    lines = ["#!/bin/sh", f'echo "$*" >> {asked}', "echo seen by the stand-in: $2"]
    lines += [f'case "$*" in *"{word}"*) exit 1;; esac', "exit 0"]
    stand_in.write_text("\n".join(lines))
    stand_in.chmod(0o700)
    monkeypatch.setattr(dev, "PYTHON", stand_in)
    monkeypatch.setattr(dev, "ready", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert dev.check([]) == (1 if broken else 0)
    printed = capfd.readouterr().out
    # What the checker of types said stands under its own name, behind the tests.
    assert printed.index("== tests") < printed.index("== types")
    assert printed.index("== types") < printed.index("seen by the stand-in: mypy")
    name = "types" if broken == "mypy" else broken
    named = [] if broken in {None, "pytest"} else [f"Did not pass: {name} (see above)"]
    assert [line for line in printed.splitlines() if line.startswith("Did not")] == named
    for part in ("ruff format", "ruff check", "mypy", "importlinter", "pytest"):
        assert part in asked.read_text()


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
