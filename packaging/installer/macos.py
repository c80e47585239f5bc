"""The disk image for macOS: signed, notarised, stapled. Not tried: no Mac was there for it."""

import os
import shutil
import subprocess
from pathlib import Path


def build(root: Path, bundle: Path, target: Path, version: str) -> Path:
    """Pack ``AFI Desk.app`` into ``afi-desk-VERSION.dmg`` in ``target``.

    ``AFI_CODESIGN_IDENTITY`` is the name of a "Developer ID Application" certificate in the
    keychain; without it the program is signed for this Mac alone, and other Macs refuse it.
    ``AFI_NOTARY_PROFILE`` is a profile that ``xcrun notarytool store-credentials`` has stored;
    without it nothing is sent to Apple.
    """
    image = target / f"afi-desk-{version}.dmg"
    identity = os.environ.get("AFI_CODESIGN_IDENTITY", "-")
    entitlements = root / "packaging/macos/entitlements.plist"
    sign = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity]
    if identity == "-":
        sign.remove("--timestamp")
    # From the inside out: a signature covers those below it.
    inner = [p for p in bundle.rglob("*") if p.suffix in {".so", ".dylib"} and p.is_file()]
    inner += [p for p in bundle.rglob("valkey-server") if p.is_file()]
    for path in inner:
        subprocess.run([*sign, str(path)], check=True)
    subprocess.run([*sign, "--entitlements", str(entitlements), str(bundle)], check=True)
    subprocess.run(["codesign", "--verify", "--deep", "--strict", str(bundle)], check=True)
    stage = target / "dmg"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir()
    shutil.copytree(bundle, stage / bundle.name, symlinks=True)
    (stage / "Applications").symlink_to("/Applications")
    make = ["hdiutil", "create", "-volname", "AFI Desk", "-srcfolder", str(stage)]
    subprocess.run([*make, "-format", "ULFO", "-ov", str(image)], check=True)
    if identity != "-":
        subprocess.run(["codesign", "--sign", identity, "--timestamp", str(image)], check=True)
    if profile := os.environ.get("AFI_NOTARY_PROFILE"):
        submit = ["xcrun", "notarytool", "submit", str(image), "--wait"]
        subprocess.run([*submit, "--keychain-profile", profile], check=True)
        subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return image
