#!/bin/sh
# Set up simengine in .venv from the lock: `sh setup.sh`, or `sh setup.sh -dev` with the tools for tests.
set -eu
cd "$(dirname "$0")"
export UV_SYSTEM_CERTS=1
python3 -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' ||
    { echo "simengine needs python3 >= 3.11 with venv; found $(python3 --version 2>&1)" >&2; exit 1; }
[ -f "requirements${1-}.lock" ] || { echo "usage: sh setup.sh [-dev]" >&2; exit 2; }
python3 -m venv .venv
.venv/bin/pip install -q --disable-pip-version-check uv
.venv/bin/uv pip install -q --compile-bytecode --require-hashes -r "requirements${1-}.lock"
.venv/bin/uv pip install -q --no-deps --no-build-isolation -e .
