#!/bin/sh
# Starts Comptoir on Linux: double-click ("Run in terminal"), or `./comptoir.sh`.
cd "$(dirname "$(readlink -f "$0")")" || exit 1
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$python" comptoir.py "$@"
        status=$?
        [ $status -eq 0 ] || [ ! -t 0 ] || { printf '\n[Entrée / Enter] '; read -r _; }
        exit $status
    fi
done
echo "Comptoir a besoin de Python 3.11 ou plus récent. Debian, Ubuntu : sudo apt install python3 python3-venv"
echo "Comptoir needs Python 3.11 or newer. Debian, Ubuntu: sudo apt install python3 python3-venv"
[ ! -t 0 ] || { printf '\n[Entrée / Enter] '; read -r _; }
exit 1
