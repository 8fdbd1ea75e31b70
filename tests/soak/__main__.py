# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the soak.

Usage: python -m ansible_collections.gpufleet.cloud.tests.soak [--seconds N] [--rounds N] [--resources N] [--seed N]
           [--results FILE]
"""

from __future__ import annotations

import argparse
import json
import pathlib
import secrets
import sys

from .endurance import endure


def main():
    parser = argparse.ArgumentParser(description="Run a large fleet for a long time at providers with faults.")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--rounds", type=int, default=10**6, help="the most rounds")
    parser.add_argument("--resources", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--results", type=pathlib.Path)
    options = parser.parse_args()
    print(f"seed {options.seed}: to repeat this run, set SOAK_SEED={options.seed}", flush=True)
    figures, violations = endure(options.seed, options.resources, options.seconds, options.rounds)
    print(json.dumps(figures, indent=1), flush=True)
    if options.results:
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return f"FAILED with seed {options.seed}: {len(violations)} violations, see above" if violations else 0


if __name__ == "__main__":
    sys.exit(main())
