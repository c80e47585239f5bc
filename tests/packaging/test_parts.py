"""What a frozen program is made of, and the licences of all of it."""

import json
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTENTS = ROOT / "build" / "package" / "contents.json"


def test_libraries_that_came_along_in_a_wheel_are_parts_with_their_licences(tmp_path: Path) -> None:
    from installer.bundled import bundled

    folder = tmp_path / "driver.libs"
    folder.mkdir()
    (folder / "libssl-6a9b88ec.so.3").write_bytes(b"\0OpenSSL 3.5.9 1 Sep 2026\0")
    (folder / "libcrypto-3a0647ea.so.3").write_bytes(b"")
    (folder / "libgfortran-040039e1-0352e75f.so.5.0.0").write_bytes(b"")
    (folder / "libnew-12345678.so.1").write_bytes(b"")
    (tmp_path / "libicuuc.so.73").write_bytes(b"")
    (tmp_path / "libQt6Core.so.6").write_bytes(b"")
    found = {one.library.name: one for one in bundled(tmp_path.rglob("*.so*"))}
    assert set(found) == {"openssl", "gcc-runtime", "icu", "libnew"}
    assert [file.name[:6] for file in found["openssl"].files] == ["libcry", "libssl"]
    assert found["openssl"].version == "3.5.9"
    assert found["icu"].version == "73"
    assert found["gcc-runtime"].version == ""
    assert (found["libnew"].library.licence, found["libnew"].texts) == ("not stated", ())


def test_a_text_that_a_wheel_lacks_stands_in_the_checkout() -> None:
    from installer import parts

    text = (parts.KEPT / "pyluach" / "LICENSE.txt").read_text("utf-8")
    assert "Meir S. List" in text
    assert "Permission is hereby granted" in text


@pytest.mark.slow
@pytest.mark.skipif(not CONTENTS.is_file(), reason="no frozen program: ./dev package app")
def test_every_file_of_the_frozen_program_is_of_a_part_that_has_its_licence() -> None:
    """Held against the files that lie in the folder, by who brought each to this computer."""
    from installer.bundled import bundled
    from installer.inside import canonical
    from installer.parts import owners, parts

    told = json.loads(CONTENTS.read_text("utf-8"))
    sources = {Path(path) for kind in ("modules", "files") for path in told[kind].values() if path}
    sources = {path for path in sources if path.is_absolute()}
    inside = CONTENTS.parent / "dist" / "afi-desk" / "_internal"
    made = parts(CONTENTS)
    assert [part.name for part in made if not part.licences] == []
    native = {file for one in bundled(sources) for file in one.files}
    named = {part.name for part in made}
    # No path is resolved here: there are some 30,000.
    owner = {
        str(one.locate_file(file)): canonical(one.metadata["Name"])
        for one in metadata.distributions()
        for file in one.files or ()
        if ".dist-info" not in str(file)
    }
    python = (Path(sys.base_prefix).resolve(), Path(sysconfig.get_path("stdlib")).resolve())
    rest = []
    for path in sources:
        if path.parent.name.endswith(".libs"):
            assert path in native, path
        if (brought := owner.get(str(path))) is not None:
            assert brought in named, path
        elif ".dist-info" not in str(path):
            real = path.resolve()
            if not any(map(real.is_relative_to, (*python, ROOT))):
                rest.append(path)
    for path in rest:
        found = set(owners([path]))
        assert found, path
        assert found <= named, path
    known = {*told["files"], "base_library.zip"}
    lying = {str(p.relative_to(inside)) for p in inside.rglob("*") if not p.is_dir()}
    assert lying <= known
