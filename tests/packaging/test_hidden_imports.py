"""Every module that a living part of the program has loaded is in the frozen one.

Needs what ``./dev package app`` builds, and takes a minute: it is no part of the usual run.
"""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

BUILT = Path(__file__).resolve().parents[2] / "build" / "package"
CONTENTS = BUILT / "contents.json"

# At its end, however it ends by itself, each process writes down which files it was made of. A
# forked child ends by `os._exit`, and so does a process that reads documents.
NOTES = """
import atexit, json, os, sys

FOLDER = {folder!r}

def note(folder=FOLDER):
    found = {}
    for name, module in list(sys.modules.items()):
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        if isinstance(origin, str) and os.path.isfile(origin):
            found[name] = origin
    with open(f"{folder}/{os.getpid()}.json", "w") as file:
        json.dump({"argv": sys.argv, "modules": found}, file)

def leave_noted(code, leave=os._exit):
    try:
        note()
    finally:
        leave(code)

atexit.register(note)
os._exit = leave_noted
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CONTENTS.is_file(), reason="no frozen program: ./dev package app"),
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Names of modules and their files, with the first words of the processes that have them."""
    folder = tmp_path_factory.mktemp("modules")
    site = tmp_path_factory.mktemp("site")
    # A process that reads documents is given little of the environment.
    (site / "sitecustomize.py").write_text(NOTES.replace("{folder!r}", repr(str(folder))))
    environment = os.environ | {
        "PYTHONPATH": str(site),
        "XDG_CONFIG_HOME": str(site),
        "QT_QPA_PLATFORM": "offscreen",
    }
    answer = subprocess.run(
        [sys.executable, "-m", "worker_core", "selftest", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]
    found: dict[str, set[str]] = {}
    for path in folder.glob("*.json"):
        told = json.loads(path.read_text())
        who = " ".join(Path(word).name for word in told["argv"][:2])
        for name, origin in told["modules"].items():
            # A compiled module may go by its last name alone: the file tells which it is.
            found.setdefault(f"{name} {origin}", set()).add(who)
    return found


@pytest.fixture(scope="module")
def frozen() -> set[str]:
    """Names of the modules in the frozen program."""
    told = json.loads(CONTENTS.read_text())
    names = set(told["modules"])
    suffixes = (sysconfig.get_config_var("EXT_SUFFIX"), ".abi3.so", ".so")
    for file in told["files"]:
        parts = list(Path(file).parts)
        if parts[:1] == [f"python{sys.version_info[0]}.{sys.version_info[1]}"]:
            parts = parts[2:]
        for suffix in suffixes:
            if parts and parts[-1].endswith(suffix):
                names.add(".".join([*parts[:-1], parts[-1].removesuffix(suffix)]))
                break
    library = BUILT / "dist" / "afi-desk" / "_internal" / "base_library.zip"
    with zipfile.ZipFile(library) as archive:
        for entry in archive.namelist():
            name = entry.removesuffix(".pyc").replace("/", ".")
            names.add(name.removesuffix(".__init__"))
    return names


def test_each_part_of_the_program_was_looked_at(loaded: dict[str, set[str]]) -> None:
    for name in (
        "worker_core.tasks.document_processing",
        "worker_core.schedule.beat",
        "worker_core.api.app",
        "flower.app",
        "desktop_app.desk",
        "selectolax.lexbor",
        "sklearn",
        "statsmodels",
    ):
        assert any(one.partition(" ")[0] == name for one in loaded), name


def test_what_living_processes_have_loaded_less_what_the_archive_holds_is_nothing(
    loaded: dict[str, set[str]], frozen: set[str]
) -> None:
    from installer.contents import EXCLUDED

    of_this_test = {"sitecustomize", "__main__", "__mp_main__", "_distutils_hack"}
    sources = set(json.loads(CONTENTS.read_text())["files"].values())
    missing = {}
    for one, who in loaded.items():
        name, _, origin = one.partition(" ")
        # What is left out on purpose is loaded where it is there, and not missed elsewhere: the
        # frozen program's own selftest says so.
        left_out = any(name == other or name.startswith(f"{other}.") for other in EXCLUDED)
        if not left_out and name not in frozen | of_this_test and origin not in sources:
            missing[name] = who
    assert missing == {}
