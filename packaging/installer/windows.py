"""The installer for Windows, by Inno Setup. Not tried: no Windows was there to try it on."""

import os
import shutil
import subprocess
from pathlib import Path

from installer.kinds import supported_types

_PLACES = (
    Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)")) / "Inno Setup 6/ISCC.exe",
    Path(os.environ.get("LOCALAPPDATA", "")) / "Programs/Inno Setup 6/ISCC.exe",
)


def build(root: Path, frozen: Path, target: Path, version: str) -> Path:
    """Pack the frozen folder into ``afi-desk-VERSION-setup.exe`` in ``target``.

    With ``AFI_SIGN_COMMAND`` set, for example ``signtool sign /fd sha256 /tr URL /td sha256 /sha1
    THUMBPRINT $f``, the programs, the installer and its uninstaller are signed by it.

    Raises:
        FileNotFoundError: Inno Setup is not installed.
    """
    compiler = shutil.which("ISCC") or next((str(p) for p in _PLACES if p.is_file()), None)
    if compiler is None:
        raise FileNotFoundError("Inno Setup 6 is needed: winget install JRSoftware.InnoSetup")
    types = target / "types.iss"
    types.write_text(supported_types(), "utf-8")
    command = [compiler, f"/DVersion={version}", f"/DSource={frozen}", f"/DOut={target}"]
    command.append(f"/DTypes={types}")
    if sign := os.environ.get("AFI_SIGN_COMMAND"):
        for program in sorted(frozen.glob("*.exe")):
            subprocess.run(sign.replace("$f", f'"{program}"'), check=True)
        command += [f"/Safi={sign}", "/DSigned"]
    subprocess.run([*command, str(root / "packaging/windows/afi-desk.iss")], check=True)
    return target / f"afi-desk-{version}-setup.exe"
