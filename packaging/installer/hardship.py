"""What a user meets where something is wrong: a sentence and a remedy, never a traceback."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from installer.chroot import Chroot
from installer.steps import USER, StepFailedError, until

Run = Callable[..., "subprocess.CompletedProcess[str]"]

PLACE = "srv/hardship"
PROGRAM = "usr/lib/afi-desk/_internal"
# Long enough for the window to say what stands in its way.
WINDOW_S = 20.0


class Hardship:
    """Each case in a folder of its own in the chroot; ``run`` runs a command there as a user."""

    def __init__(self, chroot: Chroot, run: Run) -> None:
        self.chroot, self.run = chroot, run
        self.place = chroot.folder / PLACE
        self.owner = (chroot.folder / "home" / USER).stat()

    def all(self) -> str:
        """Every case.

        Raises:
            StepFailedError: one of them is a traceback, or is not said as it must be.
        """
        cases = (
            self.no_write_access,
            self.full_disk,
            self.newer,
            self.damaged,
            self.port_in_use,
            self.second_start,
            self.missing_library,
        )
        for case in cases:
            case()
        return "; ".join(case.__name__.replace("_", " ") for case in cases)

    def no_write_access(self) -> None:
        data = self._folder("closed", mine=False)
        self._said(("documents", "list"), data, "this user may read and write")
        self._window_says(data, "cannot be written")

    def full_disk(self) -> None:
        data = self._folder("full")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(data)], check=True)
        try:
            os.chown(data, self.owner.st_uid, self.owner.st_gid)
            with contextlib.suppress(OSError), (data / "rest").open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            self._said(("documents", "list"), data, "no space left", "Free some space")
            self._said(("worker",), data, "too little", "Free some space")
            self._window_says(data, "too little", "Free some space")
        finally:
            subprocess.run(["umount", "-l", str(data)], check=True)

    def newer(self) -> None:
        data = self._folder("newer")
        self._answer(("documents", "list"), data, 0)
        file = data / "afi.sqlite3"
        with contextlib.closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE afi_schema_version SET version_num = '9999'")
        self._mine(data)
        self._said(("documents", "list"), data, "newer version", "Update AFI Desk")
        self._window_says(data, "newer version", "Update AFI Desk")

    def damaged(self) -> None:
        data = self._folder("damaged")
        self._answer(("documents", "list"), data, 0)
        copy = self._answer(("backups", "make"), data, 0).stdout.strip()
        file = data / "afi.sqlite3"
        for end in ("-wal", "-shm"):
            Path(f"{file}{end}").unlink(missing_ok=True)
        file.write_bytes(b"no database at all" * 500)
        self._said(("documents", "list"), data, "is damaged", copy, "afi backups restore")
        self._window_says(data, "is damaged", copy)
        self._answer(("backups", "restore", "--yes"), data, 0)
        self._answer(("documents", "list"), data, 0)

    def port_in_use(self) -> None:
        data = self._folder("port")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            for command, variable in (("api", "AFI_API_PORT"), ("flower", "FLOWER_PORT")):
                self._said((command,), data, f"Port {port}", variable, **{variable: port})

    def second_start(self) -> None:
        data = self._folder("twice")
        with self._window(data) as first:
            until(lambda: True if "welcome" in self._milestones(data) else None, first)
            again = self.run("afi-desk", check=False, **self._environment(data))
            if again.returncode != 0 or first.poll() is not None:
                raise StepFailedError(f"a second start ended with {again.returncode}")

    def missing_library(self) -> None:
        data = self._folder("library")
        inside = self.chroot.folder / PROGRAM
        (core,) = inside.glob("PySide6/Qt/lib/libQt6Gui.so.6")
        (codec,) = inside.glob("pydantic_core/*.so")
        with self._away(core):
            answer = self.run("afi-desk", check=False, **self._environment(data))
            self._check(("afi-desk",), answer, 5, ("libQt6Gui", "afi doctor"))
        with self._away(codec):
            self._said(("documents", "list"), data, "cannot be loaded", "Install AFI Desk again")

    # How they are made and looked at

    def _folder(self, name: str, *, mine: bool = True) -> Path:
        folder = self.place / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if mine:
            self._mine(folder)
        return folder

    def _mine(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner.st_uid, self.owner.st_gid)

    def _environment(self, data: Path) -> dict[str, str]:
        return {
            "AFI_DATA_DIR": f"/{PLACE}/{data.name}",
            "XDG_RUNTIME_DIR": f"/home/{USER}",
            "QT_QPA_PLATFORM": "offscreen",
        }

    def _answer(
        self, words: tuple[str, ...], data: Path, code: int, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        answer = self.run("afi", *words, check=False, **self._environment(data), **more)
        self._check(words, answer, code, ())
        return answer

    def _said(self, words: tuple[str, ...], data: Path, *said: str, **more: str) -> None:
        answer = self.run("afi", *words, check=False, **self._environment(data), **more)
        self._check(words, answer, 1, said)

    @staticmethod
    def _check(
        words: tuple[str, ...],
        answer: "subprocess.CompletedProcess[str]",
        code: int,
        said: tuple[str, ...],
    ) -> None:
        text = answer.stdout + answer.stderr
        lacking = [one for one in said if one not in text]
        if answer.returncode != code or "Traceback" in text or lacking:
            raise StepFailedError(
                f"{words} ended with {answer.returncode}, and not {code} with {lacking}: "
                f"{text[-600:]}"
            )

    @contextlib.contextmanager
    def _window(self, data: Path) -> Iterator["subprocess.Popen[str]"]:
        words = ("afi-desk", "--milestones", f"/{PLACE}/{data.name}.milestones")
        self._report(data).write_text("")
        os.chown(self._report(data), self.owner.st_uid, self.owner.st_gid)
        window = subprocess.Popen(
            self.chroot.command(*words, user=USER, **self._environment(data)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield window
        finally:
            window.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                window.wait(WINDOW_S)
            window.kill()
            window.wait()

    def _window_says(self, data: Path, *said: str) -> None:
        """The window logs what its panel shows."""
        with self._window(data) as window:
            time.sleep(WINDOW_S)
            if window.poll() is not None:
                raise StepFailedError(f"the window ended with {window.returncode}")
        text = window.stdout.read() if window.stdout else ""
        lacking = [one for one in said if one not in text]
        if "Traceback" in text or lacking:
            raise StepFailedError(f"the window does not say {lacking}: {text[-600:]}")

    def _report(self, data: Path) -> Path:
        return self.place / f"{data.name}.milestones"

    def _milestones(self, data: Path) -> str:
        return self._report(data).read_text()

    @contextlib.contextmanager
    def _away(self, file: Path) -> Iterator[None]:
        aside = file.with_name(file.name + ".aside")
        file.rename(aside)
        try:
            yield
        finally:
            aside.rename(file)
