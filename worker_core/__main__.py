"""``python -m worker_core`` is ``afi``."""

from worker_core.cli import main

if __name__ == "__main__":
    main()
