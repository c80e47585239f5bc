#!/bin/sh
# Starts AFI Desk's processes on Linux and macOS: "afi" with what follows, or all of it together.
#
#   start_celery.sh                             broker, workers and scheduler, until Ctrl+C
#   start_celery.sh worker --profile training   one of them; "worker --help" says what may follow
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
[ $# -gt 0 ] || set -- up
if command -v afi >/dev/null 2>&1; then
    exec afi "$@"
fi
exec "$here/../dev" afi "$@"
