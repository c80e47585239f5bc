"""``python -m tests.first_minutes FOLDER``: a new user's first minutes, with mouse and keys from
outside.

The window is a process of its own on a virtual screen; xdotool moves the mouse and presses the
keys, as a person would. After each step there is a picture in FOLDER, for somebody to look at. It
ends with 1 where a step does not come to its end.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.start import screen

LIMIT_S = 180.0
LOOK_S = 0.2
MOST_LOOKS = 5
TRY_IT = 415, 474
FIRST_ROW = 700, 160
"""Where they stand in a window of 1280 x 800."""

NEEDED = ("Xvfb", "xdotool", "import")


class Person:
    """Looks at one window, and works on it."""

    def __init__(self, environment: dict[str, str], out: Path, marks: Path) -> None:
        self._environment = os.environ | environment
        self._out, self._marks = out, marks
        self._pictures = 0
        self.window = ""

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return done.stdout.strip()

    def wait(self, what: str, condition: Callable[[], object]) -> None:
        over = time.monotonic() + LIMIT_S
        while not condition():
            if time.monotonic() > over:
                self.picture(f"no-{what}")
                raise TimeoutError(f"It did not come to this: {what}")
            time.sleep(LOOK_S)

    def find_window(self) -> None:
        def found() -> bool:
            names = self.xdotool("search", "--onlyvisible", "--name", "AFI Desk").split()
            self.window = names[0] if names else ""
            return bool(names)

        self.wait("window", found)
        self.xdotool("windowfocus", "--sync", self.window)

    def title(self) -> str:
        return self.xdotool("getwindowname", self.window)

    def keys(self, *combinations: str) -> None:
        for one in combinations:
            self.xdotool("key", "--clearmodifiers", one)
            time.sleep(LOOK_S)

    def type(self, text: str) -> None:
        self.xdotool("type", "--delay", "40", text)

    def click(self, x: int, y: int) -> None:
        self.xdotool("mousemove", "--window", self.window, str(x), str(y), "click", "1")

    def go(self, page: str) -> None:
        """To a page by Ctrl+K, as one who does not know where it is."""
        self.keys("ctrl+k")
        self.type(page)
        self.keys("Return")
        self.wait(page, lambda: self.title().startswith(page))

    def reached(self, milestone: str) -> bool:
        lines = self._marks.read_text().splitlines() if self._marks.is_file() else []
        return any(json.loads(line)["name"] == milestone for line in lines)

    def picture(self, name: str) -> None:
        """After what is being painted has been painted: two pictures in a row are equal, or the
        page is one that moves by itself."""
        self._pictures += 1
        path = self._out / f"{self._pictures:02d}-{name}.png"
        before = b""
        for _ in range(MOST_LOOKS):
            time.sleep(1.0)
            subprocess.run(
                ["import", "-strip", "-window", "root", str(path)],
                env=self._environment,
                check=True,
                timeout=60,
            )
            if before == (before := path.read_bytes()):
                break
        sys.stdout.write(f"{path}\n")


PAGES = (
    "Overview", "Tasks", "Queues", "Workers", "Performance", "Schedule", "Documents", "Insights",
    "Models", "Enqueue", "Alerts", "Local cluster", "Connections",
)  # fmt: skip


def first_minutes(person: Person) -> None:
    person.find_window()
    person.wait("welcome", lambda: person.reached("welcome"))
    person.picture("welcome")
    person.click(*TRY_IT)
    person.picture("starting")
    person.wait("first result", lambda: person.reached("first_result"))
    person.wait("documents", lambda: person.title().startswith("Documents"))
    person.picture("first-result")
    person.keys("ctrl+k")
    person.type("tour")
    person.keys("Return")
    person.picture("tour")
    person.keys("Right", "Right", "Return")
    for page in PAGES:
        person.go(page)
        person.picture(re.sub(r"\W", "-", page.lower()))
    person.go("Tasks")
    person.picture("tasks-again")
    person.keys("slash")
    person.type("state:success task:process*")
    person.keys("Return", "Return")
    person.picture("search")
    person.click(*FIRST_ROW)
    person.keys("space")
    person.picture("a-task")
    person.keys("Escape", "t")
    person.go("Overview")
    person.picture("dark")
    person.keys("question")
    person.picture("keys")
    person.keys("Escape")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args()
    missing = [one for one in NEEDED if shutil.which(one) is None]
    if missing:
        sys.stderr.write(f"Not installed: {', '.join(missing)}\n")
        return 3
    chosen.out.mkdir(parents=True, exist_ok=True)
    outside = {name: value for name, value in os.environ.items() if name == "DISPLAY"}
    os.environ.pop("DISPLAY", None)
    with screen("1280x800") as environment, tempfile.TemporaryDirectory() as folder:
        own = environment | {
            "AFI_DATA_DIR": f"{folder}/data",
            "XDG_CONFIG_HOME": f"{folder}/config",
            "CELERY_BROKER_URL": "",
            "AFI_DATABASE_URL": "",
        }
        marks = Path(folder) / "milestones"
        window = subprocess.Popen(
            [sys.executable, "-m", "desktop_app", "--milestones", str(marks)],
            env=os.environ | own,
        )
        try:
            first_minutes(Person(own, chosen.out, marks))
        except TimeoutError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            window.send_signal(signal.SIGTERM)
            window.wait(LIMIT_S)
            os.environ.update(outside)
    return 0


if __name__ == "__main__":
    sys.exit(main())
