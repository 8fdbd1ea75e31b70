# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The environment variables that direct all modules and clients to the simulator, and its own address.

Usage: environment.py [--port PORT]

As a program, it prints the lines that a shell evaluates. It needs only Python, and no simulator that runs.
"""

from __future__ import annotations

import argparse
import shlex

SAMPLE_KEY = "sample-key-of-the-simulator"
PROVIDERS = ("novita", "ppio", "vast")


def exports(address):
    """Return the lines for a simulator at an address."""
    variables = {"SIMULATOR_URL": address, "VAST_AUTOSCALER_URL": f"{address}/vast-autoscaler"}
    for provider in PROVIDERS:
        variables[f"{provider.upper()}_API_URL"] = f"{address}/{provider}"
        variables[f"{provider.upper()}_API_KEY"] = SAMPLE_KEY
    return [f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())]


def main():
    parser = argparse.ArgumentParser(description="Print the environment variables for a simulator, for a shell.")
    parser.add_argument("--port", type=int, default=8080, help="its port (default: %(default)s)")
    print("\n".join(exports(f"http://127.0.0.1:{parser.parse_args().port}")))


if __name__ == "__main__":
    main()
