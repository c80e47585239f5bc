"""What goes into the frozen program: names, native libraries, distributions."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_module_of_ours_goes_in() -> None:
    from installer import contents

    for package in ("worker_core", "desktop_app", "resources"):
        found = set(contents.submodules(package))
        for file in (ROOT / package).rglob("*.py"):
            parts = file.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            in_place = "migrations" not in parts and parts[-1] != "__main__"
            assert not in_place or name in found, name


def test_of_celery_goes_in_what_is_named_in_strings_but_no_other_broker() -> None:
    from installer import contents

    celery, kombu = set(contents.submodules("celery")), set(contents.submodules("kombu"))
    for name in ("celery.concurrency.prefork", "celery.concurrency.thread", "celery.apps.beat"):
        assert name in celery
    assert {"celery.backends.redis", "celery.worker.control"} <= celery
    assert "celery.backends.mongodb" not in celery
    assert "kombu.transport.redis" in kombu
    assert "kombu.transport.SQS" not in kombu


@pytest.mark.parametrize(
    ("destination", "stays"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/Qt/plugins/platforms/libqwayland.so", True),
        ("PySide6/Qt/plugins/imageformats/libqsvg.so", True),
        ("PySide6/Qt/lib/libQt6Network.so.6", True),
        ("PySide6/Qt/lib/libQt6Qml.so.6", False),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/Qt/lib/libQt6Pdf.so.6", False),
        ("PySide6/Qt/translations/qt_de.qm", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        ("selectolax/lexbor.c", False),
        ("sklearn/datasets/descr/iris.rst", False),
        ("platformdirs-4.14.7.dist-info/sboms/platformdirs.cdx.json", False),
        ("platformdirs-4.14.7.dist-info/METADATA", True),
        ("worker_core/storage/migrations/versions/0001_documents.py", True),
    ],
)
def test_of_qt_and_of_sources_stays_what_is_used(destination: str, stays: bool) -> None:
    from installer import contents

    assert contents.taken(destination) is stays


def test_what_the_project_needs_at_run_time_is_found_through_what_that_needs() -> None:
    from installer.inside import runtime_distributions

    found = set(runtime_distributions(ROOT))
    assert {"celery", "kombu", "billiard", "hiredis", "psycopg-binary", "shiboken6"} <= found
    assert not found & {"pytest", "mypy", "pyinstaller", "mkdocs", "uv"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
def test_a_library_whose_segments_lie_off_their_pages_is_known(tmp_path: Path) -> None:
    from installer.elf import loadable

    real = Path(importlib.import_module("orjson.orjson").__file__ or "")
    assert loadable(real)
    broken = bytearray(real.read_bytes())
    table = int.from_bytes(broken[32:40], "little")
    count = int.from_bytes(broken[56:58], "little")
    for number in range(count):
        begin = table + 56 * number
        if int.from_bytes(broken[begin : begin + 4], "little") == 1:
            broken[begin + 16 : begin + 24] = (12345).to_bytes(8, "little")
            break
    (tmp_path / "broken.so").write_bytes(broken)
    assert not loadable(tmp_path / "broken.so")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries of Linux")
def test_a_library_forgets_the_folders_of_the_computer_that_built_it(tmp_path: Path) -> None:
    from installer.elf import forget_build_folders, loadable

    # Its own folders are told from where it lies; here they are made those of a computer.
    found = Path(importlib.import_module("scipy").__file__ or "").parent.rglob("*.so")
    real, own = next(
        (path, path.read_bytes()) for path in sorted(found) if b"$ORIGIN/" in path.read_bytes()
    )
    copy = tmp_path / real.name
    copy.write_bytes(own)
    assert forget_build_folders(copy) == []
    assert copy.read_bytes() == own
    copy.write_bytes(own.replace(b"$ORIGIN/", b"/ORIGIN/"))
    assert [folder[:8] for folder in forget_build_folders(copy)] == ["/ORIGIN/"]
    assert forget_build_folders(copy) == []
    assert loadable(copy)
    assert copy.stat().st_size == len(own)
    load = f"import ctypes, scipy.integrate; ctypes.PyDLL({str(copy)!r})"
    subprocess.run([sys.executable, "-c", load], check=True)


def test_what_is_no_library_is_left_as_it_is(tmp_path: Path) -> None:
    from installer import elf

    for content in (b"", b"#!/bin/sh\n", elf.MAGIC, elf.MAGIC + b"\x01\x01" + bytes(60)):
        (tmp_path / "file").write_bytes(content)
        assert not elf.is_program(tmp_path / "file")
        assert elf.forget_build_folders(tmp_path / "file") == []
        assert (tmp_path / "file").read_bytes() == content


@pytest.mark.skipif(
    not (sys.platform.startswith("linux") and shutil.which("strip")), reason="no strip here"
)
def test_stripped_libraries_are_smaller_and_can_be_loaded(tmp_path: Path) -> None:
    from installer.native import strip_all

    real = next(Path(importlib.import_module("yaml").__file__ or "").parent.glob("_yaml*.so"))
    copy = tmp_path / "yaml" / real.name
    copy.parent.mkdir()
    shutil.copyfile(real, copy)
    assert strip_all(tmp_path) > 0
    assert copy.stat().st_size < real.stat().st_size
    load = f"import ctypes; ctypes.PyDLL({str(copy)!r})"
    assert subprocess.run([sys.executable, "-c", load], check=False).returncode == 0


def test_the_same_library_of_two_wheels_is_one_file(tmp_path: Path) -> None:
    from installer.native import one_copy

    for folder, name, content in (
        ("numpy.libs", "libgfortran-0403.so.5", b"the same"),
        ("scipy.libs", "libgfortran-0403.so.5", b"the same"),
        ("scipy.libs", "libgfortran-8f1e.so.5", b"the same"),
        ("other.libs", "libgfortran-0403.so.5", b"another"),
    ):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / name).write_bytes(content)
    assert one_copy(tmp_path) == len(b"the same")
    link = tmp_path / "scipy.libs/libgfortran-0403.so.5"
    assert link.readlink() == Path("../numpy.libs/libgfortran-0403.so.5")
    assert link.read_bytes() == b"the same"
    assert not (tmp_path / "other.libs/libgfortran-0403.so.5").is_symlink()
    assert not (tmp_path / "scipy.libs/libgfortran-8f1e.so.5").is_symlink()
    assert one_copy(tmp_path) == 0
