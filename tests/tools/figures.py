# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of the proof, and write the page of figures.

Usage: figures.py [--parts "proof mutants"] <make> <results folder> <page>
       figures.py [--check] <page>

The parts are make targets. Each writes a file to the results folder. If a part fails, the page shows it, and the others
still run. tests/prove/figures.json keeps the figures of each part with the commit, until the part runs again.
The second form runs nothing: it writes the page from the figures that are kept. With --check, nothing is written, and
the page must match them.
"""

import argparse
import collections
import datetime
import json
import pathlib
import re
import subprocess
import sys
import time
from xml.etree import ElementTree

import figures_page
import run_tests

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "tests" / "prove" / "figures.json"
PARTS = ("laws", "proof", "mutants", "matrix", "coverage", "soak")
FACES = ("module", "fleet", "direct")


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_laws(path):
    """Return how many tests of each promise passed and failed, by the way in which the module runs."""
    kept = {}
    for case in ElementTree.parse(path).iter("testcase"):
        law = re.match(r"test_law_(\d+)_", case.get("name"))
        faces = set(FACES).intersection(re.split(r"[][-]", case.get("name")))
        rows = kept.setdefault(law[1] if law else "none", {})
        row = rows.setdefault(min(faces, default="all"), collections.Counter())
        bad = case.find("failure") is not None or case.find("error") is not None
        row["failed" if bad else "skipped" if case.find("skipped") is not None else "passed"] += 1
    return dict(sorted(kept.items()))


def leaves(tree, path=()):
    """Yield the path and the count of each figure in a tree of figures."""
    for name, below in tree.items():
        if isinstance(below, dict):
            yield from leaves(below, (*path, name))
        else:
            yield (*path, name), below


def results_of_proof(figures):
    """Return how many attempts had which result, by what was tried and by its resource type."""
    kept = {}
    for (subject, *middle, result), count in leaves(figures):
        row = kept.setdefault(subject, {}).setdefault(middle[0] if middle else "all", collections.Counter())
        row[result] += count
    return kept


def results_of_coverage(figures):
    without = sum(1 for hole in figures["uncovered"] if not hole["why"])
    kept = {key: figures[key] for key in ("percent", "steps", "lines", "branches")}
    return {**kept, "uncovered": len(figures["uncovered"]), "without_reason": without}


def results_of_matrix(figures):
    keys = ("release", "core", "python", "step", "state", "passed", "failed", "skipped", "why")
    return [{key: row[key] for key in keys} for row in figures]


RESULTS = {
    "laws": ("laws.xml", read_laws),
    "proof": ("proof.json", lambda path: results_of_proof(read_json(path))),
    "mutants": ("mutants.json", lambda path: {key: read_json(path)[key] for key in ("modules", "goal")}),
    "matrix": ("matrix.json", lambda path: results_of_matrix(read_json(path))),
    "coverage": ("coverage.json", lambda path: results_of_coverage(read_json(path))),
    "soak": ("soak.json", read_json),
}
"""The file that each part writes, and a function that returns what is kept of it."""


def tested_commit(page):
    """Return the commit, and whether files differ from it, apart from the figures themselves."""
    others = [".", f":!{KEPT.relative_to(ROOT)}", f":!{page.resolve().relative_to(ROOT)}"]
    head, changes = (
        subprocess.run(["git", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        for command in (("rev-parse", "--short", "HEAD"), ("status", "--porcelain", "--", *others))
    )
    return f"{head} with changes" if changes else head


def run(make, part, folder, commit):
    """Run a part, and return what is kept of it."""
    name, results = RESULTS[part]
    path = folder / name
    path.unlink(missing_ok=True)
    began = time.monotonic()
    succeeded, _lines = run_tests.run_stage(make, part)
    return {
        "passed": succeeded and path.exists(),
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "commit": commit,
        "seconds": round(time.monotonic() - began),
        "results": results(path) if path.exists() else None,
    }


def kept_figures():
    """Return the figures of all parts that have run, in the order of the page."""
    kept = read_json(KEPT) if KEPT.exists() else {}
    return {part: kept[part] for part in PARTS if part in kept}


def main():
    parser = argparse.ArgumentParser(description="Run the parts of the proof, and write the page of figures.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--parts", type=str.split, default=[])
    parser.add_argument("run", nargs="*", metavar="make, results folder")
    parser.add_argument("page", type=pathlib.Path)
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    failed = []
    if options.run:
        make, folder = options.run
        commit = tested_commit(options.page)
        for part in options.parts or PARTS:
            figures = run(make, part, pathlib.Path(folder), commit)
            KEPT.write_text(json.dumps({**kept_figures(), part: figures}, indent=1) + "\n", encoding="utf-8")
            failed += [] if figures["passed"] else [part]
    text = figures_page.page(kept_figures())
    if not options.check:
        options.page.write_text(text, encoding="utf-8")
    elif options.page.read_text(encoding="utf-8") != text:
        failed.append(f"{options.page} does not match {KEPT.relative_to(ROOT)}; run `make generated`")
    return f"FAILED: {', '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main())
