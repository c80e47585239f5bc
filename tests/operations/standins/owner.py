"""A process that owns a broker and a stand-in worker, and waits to be killed.

Arguments: the data folder, then words for the stand-in. Prints "ready". With "thread" among the
words everything is started by a thread that ends; with "fork", a forked copy goes on living.
"""

import os
import sys
import threading
import time
from pathlib import Path

from worker_core.operations.cluster import LocalCluster
from worker_core.operations.members import Member
from worker_core.settings import Settings

if __name__ == "__main__":
    folder, words = Path(sys.argv[1]), sys.argv[2:]
    sleeper = str(Path(__file__).with_name("sleeper.py"))
    table = [
        Member("worker", "Worker", (sys.executable, sleeper, *words), needs=("broker",), grace=1.0)
    ]
    cluster = LocalCluster(Settings(data_dir=folder), table)
    if "thread" in words:
        thread = threading.Thread(target=cluster.start_all)
        thread.start()
        thread.join()
    else:
        cluster.start_all()
    if "fork" in words:
        copy = os.fork()
        if copy == 0:
            # Only the owner is read from, and it must not be outrun.
            time.sleep(600)
        sys.stdout.write(f"copy {copy}\n")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    time.sleep(600)
