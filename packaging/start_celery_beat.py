#!/usr/bin/env python3
"""Starts the scheduler: ``afi beat``, with all that follows. ``--help`` says what may follow."""

import sys

import afi_command

if __name__ == "__main__":
    sys.exit(afi_command.run("beat"))
