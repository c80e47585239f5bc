"""Starts the broker of a data folder, prints its process id and address, and waits for a line."""

import sys
from pathlib import Path

from worker_core.operations.broker import EmbeddedBroker

if __name__ == "__main__":
    broker = EmbeddedBroker(Path(sys.argv[1]))
    sys.stdout.write(f"{broker.start()} {broker.pid}\n")
    sys.stdout.flush()
    sys.stdin.readline()
