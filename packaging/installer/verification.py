"""The steps by which a package keeps its word on a bare Debian: see verify_deb.py."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from installer.chroot import Chroot
from installer.hardship import Hardship
from installer.managers import Manager
from installer.steps import DATA, DISPLAY, HANDED_OVER, USER, StepFailedError, until, words_of


class Verification:
    """The steps on one suite, in their order; ``older`` is another version of the package."""

    def __init__(
        self, chroot: Chroot, manager: Manager, package: Path, older: Path | None = None
    ) -> None:
        self.chroot, self.manager = chroot, manager
        self.package, self.older = package, older
        self.steps: list[dict[str, Any]] = []

    def all(self) -> bool:
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("install", self.install),
            ("files", self.files),
            ("unknown words", self.unknown_words),
            ("doctor", self.doctor),
            ("selftest", self.selftest),
            ("window", self.window_and_its_end),
            ("bad input", self.bad_input),
            ("update", self.update),
            ("versions", self.there_and_back),
            ("remove", self.remove),
        )
        for name, step in steps:
            began = time.monotonic()
            try:
                message, ok = step(), True
            except (StepFailedError, subprocess.CalledProcessError, OSError, ValueError) as error:
                message, ok = words_of(error), False
            seconds = round(time.monotonic() - began, 1)
            self.steps.append({"name": name, "ok": ok, "seconds": seconds, "message": message})
            print(
                f"{'ok    ' if ok else 'FAILED'} {name:<14} {seconds:6.1f} s  {message}", flush=True
            )
        return all(step["ok"] for step in self.steps)

    def install(self) -> str:
        for file in filter(None, (self.package, self.older)):
            place = self.chroot.folder / self._handed_over(file).lstrip("/")
            place.parent.mkdir(exist_ok=True)
            shutil.copy(file, place)
        told = self.manager.install(self.chroot, self._handed_over(self.package))
        self.chroot.run("useradd", "--create-home", USER)
        return told

    def _handed_over(self, file: Path) -> str:
        # Two builds of one version have the same name.
        folder = "other" if file == self.older else "this"
        return f"{HANDED_OVER}/{folder}/{file.name}"

    def files(self) -> str:
        """What a desktop and a reader look for."""
        root = self.chroot.folder
        wanted = [
            "usr/share/applications/afi-desk.desktop",
            "usr/share/man/man1/afi-desk.1.gz",
            "usr/share/man/man1/afi.1.gz",
            "usr/share/icons/hicolor/scalable/apps/afi-desk.svg",
            *(f"usr/share/icons/hicolor/{n}x{n}/apps/afi-desk.png" for n in (16, 48, 256, 512)),
        ]
        # A bare Debian in a container may leave documentation out on purpose.
        missing = [name for name in wanted if not (root / name).exists() and "/man/" not in name]
        if missing:
            raise StepFailedError(f"missing: {', '.join(missing)}")
        size = int(self.chroot.run("du", "-sm", "/usr/lib/afi-desk").stdout.split()[0])
        return f"all there; the program takes {size} MiB"

    def unknown_words(self) -> str:
        for words in (
            ("-m", "joblib.externals.loky.backend.popen_loky_posix", "--process-name", "x"),
            ("-c", "from multiprocessing.resource_tracker import main; main(3)"),
            ("--multiprocessing-fork", "tracker_fd=3"),
            ("no such file",),
        ):
            answer = self._run("afi-desk", *words, check=False, QT_QPA_PLATFORM="offscreen")
            if answer.returncode != 2:
                raise StepFailedError(
                    f"{words} ended with {answer.returncode}: {answer.stderr[-200:]}"
                )
        answer = self._run("afi-desk", check=False)
        if answer.returncode != 4 or "xvfb-run" not in answer.stderr:
            raise StepFailedError(
                f"without a screen it ended with {answer.returncode}: {answer.stderr}"
            )
        return "end it with 2, and no screen with 4 and a remedy"

    def doctor(self) -> str:
        answer = self._run("afi", "doctor", "--json", check=False)
        report = json.loads(answer.stdout)
        found = [one for one in report["findings"] if one["state"] != "ok"]
        problems = [one["message"] for one in found if one["state"] == "problem"]
        if problems:
            raise StepFailedError("; ".join(problems))
        return f"no problem; warnings: {', '.join(one['subject'] for one in found) or 'none'}"

    def selftest(self) -> str:
        answer = self._run("afi", "selftest", "--json", check=False)
        if not answer.stdout.strip():
            raise StepFailedError(answer.stderr[-500:])
        report = json.loads(answer.stdout.splitlines()[-1])
        for step in report["steps"]:
            mark = "ok    " if step["ok"] else "FAILED"
            print(f"       {mark} {step['name']:<12} {step['seconds']:6.1f} s  {step['message']}")
        if not report["ok"]:
            raise StepFailedError("; ".join(s["message"] for s in report["steps"] if not s["ok"]))
        total = sum(step["seconds"] for step in report["steps"])
        return f"{len(report['steps'])} steps in {total:.0f} s"

    def window_and_its_end(self) -> str:
        """On a real X server, with its own broker and workers; then killed."""
        with tempfile.TemporaryDirectory() as place, _Screen():
            report = self.chroot.folder / "tmp" / f"milestones-{Path(place).name}"
            words = ("afi-desk", "--try", "--milestones", f"/tmp/{report.name}")  # noqa: S108 - of the chroot
            window = subprocess.Popen(self.chroot.command(*words, user=USER, DISPLAY=DISPLAY))
            began = time.time()
            try:
                reached = until(lambda: _milestone(report, "first_result"), window)
                running = self.chroot.processes()
            finally:
                window.send_signal(signal.SIGKILL)
                window.wait()
            until(lambda: None if self.chroot.processes() else True)
            report.unlink()
        painted = reached["first_paint"] - began
        result = reached["first_result"] - began
        if len(running) < 6:
            raise StepFailedError(f"only {len(running)} processes ran: {running}")
        return (
            f"first paint after {painted:.2f} s, first result after {result:.1f} s; killed with "
            f"{len(running)} processes, of which none is left"
        )

    def update(self) -> str:
        """A database of the version before is copied and brought up to date."""
        from worker_core.storage import migrate

        file = self.chroot.folder / DATA.lstrip("/") / "afi.sqlite3"
        owner = file.stat()
        migrate.downgrade(f"sqlite:///{file}", "-1")
        for path in file.parent.glob("afi.sqlite3*"):
            os.chown(path, owner.st_uid, owner.st_gid)
        self.manager.replace(self.chroot, self._handed_over(self.package))
        self._run("afi", "documents", "search", "revenue", check=False)
        self._run("afi", "schedule", "list")
        if migrate.current(f"sqlite:///{file}") != migrate.HEAD:
            raise StepFailedError("the database was not brought up to date")
        told = self._run("afi", "backups", "list").stdout
        if "afi-" not in told:
            raise StepFailedError(f"no copy was made: {told}")
        return f"the database was copied, then brought to {migrate.HEAD}"

    def bad_input(self) -> str:
        """Each a sentence and a remedy, in the window and on the command line."""
        return Hardship(self.chroot, self._run).all()

    def there_and_back(self) -> str:
        """The other version over this one and this one over it: the user's data stays."""
        if self.older is None:
            return "no other version was given"
        before = self._documents()
        if not before:
            raise StepFailedError("there is no document to look after")
        data = self._data()
        self.manager.replace(self.chroot, self._handed_over(self.older))
        told = self._run("afi", "documents", "list", check=False)
        refused = told.returncode == 1 and "newer version" in told.stderr
        if "Traceback" in told.stderr or not (refused or told.returncode == 0):
            raise StepFailedError(f"the other version said: {told.stdout}{told.stderr}")
        if refused and self._data() != data:
            raise StepFailedError("the other version changed what it refused")
        self.manager.replace(self.chroot, self._handed_over(self.package))
        if self._documents() != before:
            raise StepFailedError("the documents are not what they were")
        how = "refuses what this one has stored, in words" if refused else "reads it too"
        return f"the other version {how}; {len(before)} documents are there as before"

    def _documents(self) -> list[str]:
        told = self._run("afi", "documents", "list").stdout.splitlines()
        return [line for line in told if not line.startswith("No document")]

    def remove(self) -> str:
        before = self._data()
        if "~/.local/share/afi-desk" not in self.manager.remove(self.chroot):
            raise StepFailedError("it did not say where the data is")
        if self._data() != before:
            raise StepFailedError("the user's data is not what it was")
        left = [p for p in ("usr/lib/afi-desk", "usr/bin/afi") if (self.chroot.folder / p).exists()]
        if left:
            raise StepFailedError(f"left behind: {left}")
        return f"nothing but the user's {len(before)} files is left, and it says where"

    def _data(self) -> dict[str, int]:
        folder = self.chroot.folder / DATA.lstrip("/")
        return {str(p): p.stat().st_size for p in folder.rglob("*") if p.is_file()}

    def _run(
        self, *words: str, check: bool = True, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return self.chroot.run(*words, user=USER, check=check, **environment)


class _Screen:
    """An X server on this computer, whose socket the chroot shares."""

    def __enter__(self) -> None:
        socket = Path(f"/tmp/.X11-unix/X{DISPLAY[1:]}")  # noqa: S108 - where X servers listen
        words = ["Xvfb", DISPLAY, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-ac"]
        self._server = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        until(lambda: socket.exists() or None, self._server)

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait()


def _milestone(report: Path, wanted: str) -> dict[str, float] | None:
    if not report.is_file():
        return None
    lines = [json.loads(line) for line in report.read_text().splitlines() if line.endswith("}")]
    reached = {one["name"]: float(one["at"]) for one in lines}
    return reached if wanted in reached else None
