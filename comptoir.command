#!/bin/sh
# Starts Comptoir on macOS: double-click.
cd "$(dirname "$0")" || exit 1
PATH="$PATH:/opt/homebrew/bin:/usr/local/bin"
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" comptoir.py "$@"
    fi
done
echo "Comptoir a besoin de Python 3.11 ou plus récent : https://www.python.org/downloads/"
echo "Comptoir needs Python 3.11 or newer: https://www.python.org/downloads/"
exit 1
