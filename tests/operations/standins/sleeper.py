"""A process with a child of its own. Prints both ids, then sleeps.

Arguments: "deaf" ignores SIGTERM, "die=N=FILE" exits with N once FILE is there, "daemon" ends
but leaves the child.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    words = sys.argv[1:]
    if "deaf" in words:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for word in words:
        if word.startswith("die="):
            code, told = word.removeprefix("die=").split("=", 1)
            while not Path(told).exists():
                time.sleep(0.01)
            sys.stdout.write("giving up\n")
            sys.exit(int(code))
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    sys.stdout.write(f"pids {os.getpid()} {child.pid}\n")
    sys.stdout.flush()
    if "daemon" not in words:
        time.sleep(600)
