"""What of the packages can be held against the rules of their systems without building them."""

import gzip
import importlib
import json
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from worker_core import __version__
from worker_core.operations import servers
from worker_core.operations.errors import NoServer

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
ICONS = ROOT / "resources" / "icons" / "app"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package of a program of one file, made of two parts."""
    from installer.parts import Part
    from installer.tree import Product, lay_out

    frozen = tmp_path / "dist" / "afi-desk"
    frozen.mkdir(parents=True)
    program = frozen / "afi-desk"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    text = tmp_path / "LICENSE"
    text.write_text("Do what you like.")
    inside = (
        Part("pypi", "one", "1.0", "MIT", (text,), "https://one.example", "The first"),
        Part("deb", "libtwo", "2:2.0-1", "see its copyright file", ()),
    )
    product = Product(ROOT, frozen, __version__, inside, ())
    made = tmp_path / "tree"
    without = lay_out(product, made)
    assert [part.name for part in without] == ["libtwo"]
    return made


def test_both_commands_lead_to_the_one_program(tree: Path) -> None:
    for name in ("afi", "afi-desk"):
        command = tree / "usr/bin" / name
        assert command.is_symlink()
        assert command.resolve() == (tree / "usr/lib/afi-desk/afi-desk").resolve()
    assert (tree / "usr/lib/afi-desk/afi-desk").stat().st_mode & 0o777 == 0o755
    assert (tree / "usr/share/doc/afi-desk/LICENSE").stat().st_mode & 0o777 == 0o644


def test_the_desktop_finds_an_entry_icons_of_all_sizes_and_man_pages(tree: Path) -> None:
    entry = (tree / "usr/share/applications/afi-desk.desktop").read_text()
    values = dict(line.split("=", 1) for line in entry.splitlines() if "=" in line)
    assert values["Exec"] == "afi-desk %F"
    assert values["Icon"] == "afi-desk"
    assert {"application/pdf", "text/html", "text/csv"} <= set(values["MimeType"].split(";"))
    sizes = sorted(int(p.stem.rpartition("-")[2]) for p in ICONS.glob("*.png"))
    for size in sizes:
        assert (tree / f"usr/share/icons/hicolor/{size}x{size}/apps/afi-desk.png").is_file()
    assert (tree / "usr/share/icons/hicolor/scalable/apps/afi-desk.svg").is_file()
    page = gzip.decompress((tree / "usr/share/man/man1/afi.1.gz").read_bytes()).decode()
    assert page.startswith(".TH AFI 1")
    for command in ("worker", "doctor", "selftest"):
        assert f"\n.B {command}\n" in page
    assert (
        "FILES"
        in gzip.decompress((tree / "usr/share/man/man1/afi-desk.1.gz").read_bytes()).decode()
    )
    ET.parse(tree / "usr/share/metainfo/org.afi_desk.AfiDesk.metainfo.xml")  # noqa: S314 - our own


def test_the_licences_and_the_bill_of_materials_name_every_part(tree: Path) -> None:
    documents = tree / "usr/share/doc/afi-desk"
    assert (documents / "licences/one/LICENSE").read_text() == "Do what you like."
    index = (documents / "licences/INDEX.txt").read_text()
    assert "one 1.0: MIT" in index
    assert "libtwo 2:2.0-1" in index
    bill: dict[str, Any] = json.loads((documents / "sbom.cdx.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    assert [one["purl"] for one in bill["components"]] == [
        "pkg:pypi/one@1.0",
        "pkg:deb/debian/libtwo@2:2.0-1",
    ]
    references = {one["bom-ref"] for one in bill["components"]}
    assert set(bill["dependencies"][0]["dependsOn"]) == references


def test_the_dependencies_are_those_of_the_libraries_that_are_left_to_the_system() -> None:
    from installer import debian, rpm
    from installer.tree import Product

    product = Product(ROOT, ROOT, __version__, (), (Path("/nowhere/libX11.so.6"),))
    assert debian.depends(product) == list(debian.ALWAYS)
    assert "Requires: libX11.so.6()(64bit)" in rpm.requires(product)


def test_removal_says_where_the_data_is() -> None:
    for file in ("linux/postrm", "installer/rpm.py", "windows/afi-desk.iss"):
        text = (PACKAGING / file).read_text()
        assert re.search(r"What (it|a user) stored .*kept|is that user's", text), file


@pytest.mark.parametrize(
    "command",
    [
        ("desktop-file-validate", "usr/share/applications/afi-desk.desktop"),
        (
            "appstreamcli",
            "validate",
            "--no-net",
            "usr/share/metainfo/org.afi_desk.AfiDesk.metainfo.xml",
        ),
        ("dpkg-parsechangelog", "-l", "CHANGELOG"),
    ],
    ids=lambda command: command[0],
)
def test_what_a_system_reads_of_the_package_passes_its_own_check(
    command: tuple[str, ...], tree: Path
) -> None:
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    packed = tree / "usr/share/doc/afi-desk/changelog.gz"
    (tree / "CHANGELOG").write_bytes(gzip.decompress(packed.read_bytes()))
    answer = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not re.search(r"warning|error", answer.stdout + answer.stderr), answer


def test_the_newest_entry_of_the_changes_is_of_this_version() -> None:
    from installer import changes

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    version, day = changes.newest(ROOT)
    assert version == __version__ == project["version"]
    told = changes.debian_changelog(ROOT)
    assert told.startswith(f"afi-desk ({version}) stable; urgency=medium\n\n  * ")
    assert f"{day:%a, %d %b %Y} 00:00:00 +0000\n" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_library_is_not_marked_as_a_program(tree: Path, tmp_path: Path) -> None:
    from installer.elf import is_program

    library = next(Path(importlib.import_module("yaml").__file__ or "").parent.glob("_yaml*.so"))
    assert not is_program(library)
    assert is_program(Path(sys.executable).resolve())
    (tmp_path / "text").write_text("#")
    assert not is_program(tmp_path / "text")


def test_every_system_is_told_of_the_files_that_the_window_asks_for(tree: Path) -> None:
    from desktop_app.views.documents.drop_zone import FILTERS
    from installer import kinds

    asked = set(re.findall(r"\*\.(\w+)", FILTERS[0]))
    assert set(kinds.KINDS) == asked
    entry = (tree / "usr/share/applications/afi-desk.desktop").read_text("utf-8")
    (line,) = re.findall(r"^MimeType=(.*)$", entry, re.M)
    assert line.endswith(";")
    assert set(line.strip(";").split(";")) == {mime for mime, _ in kinds.KINDS.values()}
    on_windows = re.findall(r'ValueName: "\.(\w+)"', kinds.supported_types())
    on_macos = [end for one in kinds.document_types() for end in one["CFBundleTypeExtensions"]]
    assert sorted(on_windows) == sorted(on_macos) == sorted(asked)


def test_the_icons_of_windows_and_macos_hold_pictures_of_the_sizes_they_name() -> None:
    from installer import icons

    ico = icons.ico(ICONS)
    kind, count = struct.unpack_from("<HH", ico, 2)
    assert (kind, count) == (1, 7)
    for number in range(count):
        side, _, _, _, _, _, size, offset = struct.unpack_from("<BBBBHHII", ico, 6 + 16 * number)
        picture = ico[offset : offset + size]
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack_from(">II", picture, 16) == ((side or 256),) * 2
    icns = icons.icns(ICONS)
    assert icns[:4] == b"icns"
    assert struct.unpack_from(">I", icns, 4) == (len(icns),)


def test_the_entitlements_of_macos_can_be_read() -> None:
    rights = plistlib.loads((PACKAGING / "macos/entitlements.plist").read_bytes())
    assert rights["com.apple.security.cs.disable-library-validation"] is True


def test_windows_is_installed_for_one_user_and_signed_only_with_a_certificate(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from installer import windows

    script = (PACKAGING / "windows/afi-desk.iss").read_text()
    assert "PrivilegesRequired=lowest" in script
    ran: list[Any] = []
    monkeypatch.setattr("shutil.which", lambda _name: "ISCC.exe")
    monkeypatch.setattr("subprocess.run", lambda command, **_: ran.append(command))
    frozen = tmp_path / "dist"
    frozen.mkdir()
    (frozen / "afi-desk.exe").write_bytes(b"MZ")
    monkeypatch.delenv("AFI_SIGN_COMMAND", raising=False)
    windows.build(ROOT, frozen, tmp_path, "1.2.3")
    assert 'ValueName: ".pdf"' in (tmp_path / "types.iss").read_text()
    assert f"/DTypes={tmp_path / 'types.iss'}" in ran[0]
    assert not any("sign" in str(word).lower() for word in ran.pop())
    monkeypatch.setenv("AFI_SIGN_COMMAND", "signtool sign $f")
    windows.build(ROOT, frozen, tmp_path, "1.2.3")
    assert ran[0] == f'signtool sign "{frozen / "afi-desk.exe"}"'
    assert "/DSigned" in ran[1]


def test_on_macos_only_with_a_certificate_and_a_profile_anything_is_sent_to_apple(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from installer import macos

    bundle = tmp_path / "AFI Desk.app"
    bundle.mkdir()
    (bundle / "a.dylib").write_bytes(b"")
    ran: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: ran.append(command))
    for name in ("AFI_CODESIGN_IDENTITY", "AFI_NOTARY_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    macos.build(ROOT, bundle, tmp_path, "1.2.3")
    assert [command[0] for command in ran] == ["codesign"] * 3 + ["hdiutil"]
    assert ran[0][-1].endswith("a.dylib")
    ran.clear()
    monkeypatch.setenv("AFI_CODESIGN_IDENTITY", "Developer ID Application: X")
    monkeypatch.setenv("AFI_NOTARY_PROFILE", "afi")
    macos.build(ROOT, bundle, tmp_path, "1.2.3")
    assert [command[:2] for command in ran if command[0] == "xcrun"] == [
        ["xcrun", "notarytool"],
        ["xcrun", "stapler"],
    ]


def test_where_no_server_can_run_the_advice_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "sys", SimpleNamespace(platform="win32"))
    with pytest.raises(NoServer) as caught:
        servers.choose(list)
    assert "Windows Subsystem" in caught.value.remedy
