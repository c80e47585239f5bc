"""What the local broker leaves for others to find it by."""

from dataclasses import dataclass
from pathlib import Path

from worker_core.operations.files import read_object, write_private
from worker_core.operations.process import Running

FILE = "broker.json"


@dataclass(frozen=True, slots=True)
class BrokerRecord:
    """Port and password outlive the server, so that its next start has the same address.

    ``family`` and ``version`` name the server program that wrote the data.
    """

    port: int
    password: str
    family: str
    version: str
    running: Running | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"


def broker_folder(data_dir: Path) -> Path:
    """The folder of the local broker's configuration, data and log."""
    return data_dir / "broker"


def read_record(data_dir: Path) -> BrokerRecord | None:
    """The record in ``data_dir``, or None where there is none that can be used."""
    value = read_object(broker_folder(data_dir) / FILE)
    if value is None:
        return None
    port, password = value.get("port"), value.get("password")
    if not (isinstance(port, int) and 0 < port < 65_536 and isinstance(password, str)):
        return None
    if not password.isalnum():
        return None
    return BrokerRecord(
        port,
        password,
        str(value.get("family", "")),
        str(value.get("version", "")),
        Running.from_json(value.get("running")),
    )


def write_record(data_dir: Path, record: BrokerRecord) -> None:
    """Keep ``record``, readable by this user alone."""
    import json

    value = {
        "port": record.port,
        "password": record.password,
        "family": record.family,
        "version": record.version,
        "running": record.running.as_json() if record.running else None,
    }
    write_private(broker_folder(data_dir) / FILE, json.dumps(value, indent=1))
