#!/usr/bin/env python3
"""Writes what compose.yaml asks for: users of the broker, passwords, addresses, certificates.

    python packaging/make_secrets.py [--tls] [FOLDER]      default: packaging/secrets

What is there already stays as it is, so that it can be run again.
"""

import argparse
import secrets
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROLES = ("worker", "beat", "api", "flower")
BROKER, DATABASE = "broker", "database"
DAYS = 825
CHECKED = "?ssl_cert_reqs=required&ssl_ca_certs=/run/secrets/authority.pem"


def main() -> int:
    parser = argparse.ArgumentParser(description="Secrets for compose.yaml.")
    parser.add_argument("folder", nargs="?", type=Path, default=HERE / "secrets")
    parser.add_argument("--tls", action="store_true", help="TLS between the containers as well")
    chosen = parser.parse_args()
    # Nobody else enters the folder; its files are read by the users of the containers.
    chosen.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(chosen.folder, tls=chosen.tls)
    print(f"The secrets are in {chosen.folder}. Keep them out of version control.")
    return 0


def write(folder: Path, *, tls: bool) -> None:
    """Everything that compose.yaml names; with ``tls`` what compose.tls.yaml does too."""
    passwords = folder / "redis"
    words = ["redis", "acl", "--prefix", "", "--database", "0", "--passwords", str(passwords)]
    users = subprocess.run(_afi(*words), check=True, capture_output=True, text=True).stdout
    _put(folder / "users.acl", users, again=True)
    for role in ROLES:
        password = (passwords / f"afi-{role}").read_text("utf-8").strip()
        address = f"afi-{role}:{password}@{BROKER}:6379/0"
        address = f"rediss://{address}{CHECKED}" if tls else f"redis://{address}"
        _put(folder / f"{role}-broker-url", address, again=True)
    database = _put(folder / "database-password", secrets.token_urlsafe(32))
    _put(folder / "database-url", f"postgresql://afi:{database}@{DATABASE}/afi")
    _put(folder / "flower-login", f"operator:{secrets.token_urlsafe(24)}")
    if tls:
        _certificates(folder)
    for file in folder.rglob("*"):
        file.chmod(0o755 if file.is_dir() else 0o444)


def _afi(*words: str) -> list[str]:
    return [sys.executable, "-m", "worker_core", *words]


def _put(path: Path, text: str, *, again: bool = False) -> str:
    """Write a file unless it is there, or ``again``; what stands in it then."""
    if path.exists():
        if not again:
            return path.read_text("utf-8").strip()
        path.chmod(0o600)
    path.touch(mode=0o600)
    path.write_text(f"{text.rstrip()}\n", "utf-8")
    return text.strip()


def _certificates(folder: Path) -> None:
    """An authority of this system's own, and the broker's certificate. The authority's key is not
    kept: for a new certificate both are made anew."""
    if (folder / "broker.pem").exists():
        return
    key = folder / "authority.key"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = folder / "names"
    names.write_text(
        f"subjectAltName=DNS:{BROKER},DNS:localhost\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        "utf-8",
    )
    # Python 3.13 takes no authority that does not say what its key is for.
    signs = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    try:
        authority = ["-keyout", key, "-out", folder / "authority.pem", "-days", DAYS]
        _openssl("req", "-x509", *curve, "-subj", "/CN=AFI Desk authority", *authority, *signs)
        request = ["-keyout", folder / "broker.key", "-out", folder / "request"]
        _openssl("req", *curve, "-subj", f"/CN={BROKER}", *request)
        signed = ["-CA", folder / "authority.pem", "-CAkey", key, "-CAcreateserial"]
        made = ["-days", DAYS, "-extfile", names, "-out", folder / "broker.pem"]
        _openssl("x509", "-req", "-in", folder / "request", *signed, *made)
    finally:
        for path in (key, names, folder / "request", folder / "authority.srl"):
            path.unlink(missing_ok=True)


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
