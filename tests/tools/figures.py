# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run all parts of the proof, and print one page of figures.

Usage: figures.py [--print] <make> <results folder>

The stages are make targets. Each writes a JSON file to the results folder. If a stage fails, the page shows it, and the
other stages still run. --print runs nothing and prints the page for the existing results.
"""

import argparse
import collections
import json
import pathlib
import sys
import time

import run_tests

STAGES = ("proof", "mutants", "matrix", "coverage")


def leaves(tree, path=()):
    """Yield the path and the count of each figure in a tree of figures."""
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from leaves(below, (*path, name))
        else:
            yield (*path, name), below


def page_of_proof(figures):
    """Yield a line for each subject: how many attempts there were, by their results."""
    for subject, below in figures.items():
        counts = collections.Counter()
        for path, count in leaves(below if isinstance(below, dict) else {"": below}):
            counts[path[-1]] += count
        parts = ", ".join(f"{count:,} {name}".strip() for name, count in counts.most_common())
        yield f"{subject}: {sum(counts.values()):,} ({parts})" if len(counts) > 1 else f"{subject}: {parts}"


def page_of_mutants(figures):
    for module, figure in figures["modules"].items():
        tried = figure["killed"] + figure["survived"]
        goal = figures["goal"].get(module)
        aim = f" (goal: {goal} %)" if goal else ""
        yield (
            f"{module:12} {figure['rate']} % killed{aim}: {figure['killed']} of {tried}, "
            f"{figure['equivalent']} more are equivalent; selected from {figure['of']}"
        )


def page_of_matrix(figures):
    places = collections.defaultdict(list)
    for row in figures:
        subject = row["core"] or row["release"]
        if row["step"] == "target":
            subject = f"modules on Python {row['python']}, ansible-core {subject}"
        elif row["release"] != "tarball":
            subject = f"ansible-core {subject}, Python {row['python'] or '?'}"
        counts = row["why"] or f"{row['passed']}" + (f", {row['failed']} failed" if row["failed"] else "")
        places[subject].append(f"{row['step']} {row['state']} ({counts})")
    for subject, results in places.items():
        yield f"{subject}: {'; '.join(results)}"


def page_of_coverage(figures):
    (lines, all_lines), (branches, all_branches) = figures["lines"], figures["branches"]
    yield (
        f"{figures['percent']} % in {' and '.join(figures['steps'])}: {lines:,} of {all_lines:,} lines, "
        f"{branches:,} of {all_branches:,} branches"
    )
    without = sum(1 for hole in figures["uncovered"] if not hole["why"])
    yield f"not covered: {len(figures['uncovered'])} places, {without} of them without a reason"


PAGES = {"proof": page_of_proof, "mutants": page_of_mutants, "matrix": page_of_matrix, "coverage": page_of_coverage}


def print_page(results, outcomes):
    print("\n==> figures")
    for stage in STAGES:
        outcome, seconds = outcomes.get(stage, ("", None))
        print(f"\n{stage}{outcome}" + (f", {seconds:.0f} s" if seconds is not None else ""))
        path = results / f"{stage}.json"
        if not path.exists():
            print("    no figures")
            continue
        for line in PAGES[stage](json.loads(path.read_text(encoding="utf-8"))):
            print(f"    {line}")


def main():
    parser = argparse.ArgumentParser(description="Run all parts of the proof, and print one page of figures.")
    parser.add_argument("--print", action="store_true")
    parser.add_argument("make")
    parser.add_argument("results", type=pathlib.Path)
    options = parser.parse_args()
    outcomes = {}
    for stage in () if options.print else STAGES:
        (options.results / f"{stage}.json").unlink(missing_ok=True)
        began = time.monotonic()
        succeeded, _lines = run_tests.run_stage(options.make, stage)
        outcomes[stage] = (": passed" if succeeded else ": FAILED", time.monotonic() - began)
    print_page(options.results, outcomes)
    return 1 if any("FAILED" in outcome for outcome, _seconds in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
