"""The program itself: Python, its libraries, its resources, its window."""

import importlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from worker_core import __version__
from worker_core.operations.doctor.finding import Finding
from worker_core.operations.loading import missing
from worker_core.operations.runtime import frozen, python_command
from worker_core.settings import Settings

OLDEST, NEWEST = (3, 11), (3, 13)
WINDOW_S = 60.0
# A module that needs each library's compiled part, and the distribution it is of.
LIBRARIES = (
    ("celery", "celery"),
    ("redis", "redis"),
    ("sqlalchemy", "sqlalchemy"),
    ("psycopg", "psycopg"),
    ("pydantic", "pydantic"),
    ("orjson", "orjson"),
    ("msgspec", "msgspec"),
    ("numpy", "numpy"),
    ("pandas", "pandas"),
    ("scipy.stats", "scipy"),
    ("sklearn.ensemble", "scikit-learn"),
    ("statsmodels.tsa.api", "statsmodels"),
    ("lxml.etree", "lxml"),
    ("pypdfium2", "pypdfium2"),
    ("fastparquet", "fastparquet"),
)


def versions() -> Iterator[Finding]:
    """AFI Desk's, Python's and the system's."""
    found = sys.version_info[:2]
    how = "packaged" if frozen() else f"from {sys.prefix}"
    text = (
        f"AFI Desk {__version__} ({how}), Python {platform.python_version()}, {platform.platform()}"
    )
    if OLDEST <= found <= NEWEST:
        yield Finding("version", "ok", text)
    else:
        yield Finding(
            "version",
            "problem",
            f"{text}. This Python was never tried.",
            f"Use Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}.",
        )


def libraries(_settings: Settings) -> Iterator[Finding]:
    """Whether each can be loaded."""
    loaded = []
    for module, distribution in LIBRARIES:
        try:
            importlib.import_module(module)
        except ImportError as error:
            yield Finding(
                "libraries",
                "problem",
                f"The library {distribution} cannot be loaded: {error}",
                missing(str(error)),
                "library",
            )
        else:
            loaded.append(f"{distribution} {_version(distribution)}")
    yield Finding("libraries", "ok", ", ".join(loaded))


def resources(_settings: Settings) -> Iterator[Finding]:
    """Whether what the program brings along is there."""
    folder = files("resources") / "samples"
    try:
        samples = [file for file in folder.iterdir() if file.is_file() and file.read_bytes()]
        why = ""
    except OSError as error:
        samples, why = [], f": {error.strerror or error}"
    if samples:
        yield Finding("resources", "ok", f"{len(samples)} sample files are there.")
    else:
        yield Finding(
            "resources",
            "problem",
            f"Files that belong to the program are missing{why}.",
            "Install AFI Desk again.",
        )


def window(_settings: Settings) -> Iterator[Finding]:
    """Whether Qt can be loaded and paints, without a screen."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    try:
        answer = subprocess.run(
            python_command("desktop_app", "--check"),
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=WINDOW_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        said, code = str(error), 1
    else:
        said, code = (answer.stdout + answer.stderr).strip(), answer.returncode
    last = said.splitlines()[-1] if said else "it said nothing"
    if code == 0:
        yield Finding("window", "ok", last)
    else:
        yield Finding(
            "window",
            "problem",
            f"The window cannot be opened (exit code {code}): {last}",
            missing(said),
            "window",
        )


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "of unknown version"
