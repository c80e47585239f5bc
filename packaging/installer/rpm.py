"""The package for Fedora, openSUSE and their kin. Built by rpmbuild, which Debian has too."""

import shutil
import subprocess
from pathlib import Path

from installer.tree import Product

SPEC = """\
Name: afi-desk
Version: {version}
Release: 1
Summary: Document and market intelligence for a research team
License: Apache-2.0 AND LGPL-3.0-only AND PSF-2.0 AND BSD-3-Clause AND MIT
URL: https://localhost/afi-desk
AutoReqProv: no
{requires}

%description
A window in which filings, releases and reports are read, scored and summarised,
and in which every queue, worker and task of the system that does it is seen.
It brings its own Python, broker and workers, and needs no server.

%install
mkdir -p %{{buildroot}}
cp -a {tree}/usr %{{buildroot}}/

%postun
if [ "$1" = 0 ]; then
cat <<'END'
AFI Desk is removed. What it stored for each user is kept:
~/.local/share/afi-desk and ~/.config/afi-desk. Remove those folders to be rid of it.
END
fi

%files
%defattr(-,root,root)
/usr/bin/afi
/usr/bin/afi-desk
/usr/lib/afi-desk
/usr/share/applications/afi-desk.desktop
/usr/share/metainfo/org.afi_desk.AfiDesk.metainfo.xml
/usr/share/icons/hicolor/*/apps/afi-desk.*
/usr/share/man/man1/afi*.1.gz
/usr/share/doc/afi-desk
"""
# Nothing of the folder may be changed: no symbols taken out, no bytecode written beside it.
DEFINED = {
    "__os_install_post": "%{nil}",
    "debug_package": "%{nil}",
    "_build_id_links": "none",
    "_binary_payload": "w19T0.zstdio",
}
ALWAYS = ("libc.so.6(GLIBC_2.36)(64bit)", "libGL.so.1()(64bit)", "libEGL.so.1()(64bit)")


def build(product: Product, tree: Path, target: Path, machine: str) -> Path | None:
    """Pack ``tree`` into a file in ``target`` and return it; None where rpmbuild is missing."""
    rpmbuild = shutil.which("rpmbuild")
    if rpmbuild is None:
        return None
    top = target / "rpm"
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir(parents=True)
    spec = top / "afi-desk.spec"
    version = product.version.replace("-", "~")
    spec.write_text(SPEC.format(version=version, requires=requires(product), tree=tree), "utf-8")
    command = [rpmbuild, "-bb", "--quiet", "--target", machine, "--define", f"_topdir {top}"]
    for name, value in DEFINED.items():
        command += ["--define", f"{name} {value}"]
    subprocess.run([*command, str(spec)], check=True, stdout=subprocess.DEVNULL)
    (built,) = (top / "RPMS").rglob("*.rpm")
    package = target / built.name
    shutil.move(built, package)
    shutil.rmtree(top)
    return package


def requires(product: Product) -> str:
    """The libraries that are left to the system, as RPM names them."""
    names = [*ALWAYS, *sorted({f"{path.name}()(64bit)" for path in product.external})]
    return "\n".join(f"Requires: {name}" for name in names)
