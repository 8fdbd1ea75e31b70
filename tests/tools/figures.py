# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of the proof, and write the page of figures.

Usage: figures.py [--parts "laws proof-kills mutants"] <make> <results folder> <page>
       figures.py [--check] <page>

A part is a make target, or a selection of its tests: ``mutants`` stands for all parts that begin with it. Each writes a
file to the results folder. If a part fails, the page shows it, and the others still run. tests/prove/figures.json keeps
the figures of each part with the commit, until the part runs again. The second form runs nothing: it writes the page
from the figures that are kept. With --check, nothing is written, and the page must match them.
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
import typing
from xml.etree import ElementTree

import figures_page
import matrix
import run_tests
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "prove"
KEPT = TESTS / "figures.json"


class Part(typing.NamedTuple):
    """A part of the proof.

    :param arguments: the arguments of make.
    :param results: the name of the file that make writes.
    :param read: returns what is kept of this file.
    """

    arguments: tuple[str, ...]
    results: str
    read: typing.Callable


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_laws(path):
    """Return how many tests of each promise passed and failed, by the way in which the module runs."""
    kept = {}
    for case in ElementTree.parse(path).iter("testcase"):
        law = re.match(r"test_law_(\d+)_", case.get("name"))
        faces = set(figures_page.FACES).intersection(re.split(r"[][-]", case.get("name")))
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


def read_proof(path):
    """Return how many attempts had which result, by what was tried and by its resource type."""
    kept = {}
    for (subject, *middle, result), count in leaves(read_json(path)):
        row = kept.setdefault(subject, {}).setdefault(middle[0] if middle else "all", collections.Counter())
        row[result] += count
    return kept


def read_mutants(path):
    figures = read_json(path)
    return {module: {**figure, "goal": figures["goal"]} for module, figure in figures["modules"].items()}


def read_matrix(path):
    keys = ("release", "core", "python", "step", "state", "passed", "failed", "skipped", "why")
    return [{key: row[key] for key in keys} for row in read_json(path)]


def read_coverage(path):
    figures = read_json(path)
    without = sum(1 for hole in figures["uncovered"] if not hole["why"])
    kept = {key: figures[key] for key in ("percent", "steps", "lines", "branches")}
    return {**kept, "uncovered": len(figures["uncovered"]), "without_reason": without}


def proof_parts():
    """Yield the parts of ``make proof``. Together they contain all files with tests."""
    left = {path.name for path in TESTS.glob("test_*.py")}
    patterns = {
        "inputs": "test_bad_.*input.py",
        "responses": "test_(odd_responses|hostile).py",
        "faults": "test_.*fault.*.py",
        "kills": "test_killed.*.py",
        "states": ".*",
    }
    for name, pattern in patterns.items():
        names = sorted(file for file in left if re.fullmatch(pattern, file))
        left.difference_update(names)
        selected = " ".join(f"tests/prove/{file}" for file in names)
        yield f"proof-{name}", Part(("proof", f"PROOF={selected}"), "proof.json", read_proof)


def mutants_parts():
    """Yield the parts of ``make mutants``: those of the engine, of the schemas, of the client, and of the tables."""
    groups = {"_engine": "engine", "_schema": "schemas", "_http": "client"}
    modules = collections.defaultdict(list)
    for module in yaml.safe_load((TESTS / "mutants.yml").read_text(encoding="utf-8"))["modules"]:
        modules[groups.get(module.partition("/")[0], "tables")].append(module)
    for name, selected in modules.items():
        arguments = ("mutants", f"MUTANT_MODULES={' '.join(selected)}")
        yield f"mutants-{name}", Part(arguments, "mutants.json", read_mutants)


def matrix_parts():
    """Yield the parts of ``make matrix``: one for each release, and one for the steps that run once."""
    steps = dict.fromkeys(matrix.DEFAULT_RELEASES, matrix.ON_RELEASE)
    for name, chosen in {**steps, "once": matrix.ONCE}.items():
        release = matrix.DEFAULT_RELEASES[-1] if name == "once" else name
        arguments = ("matrix", f"MATRIX={release}", f"MATRIX_STEPS={' '.join(chosen)}")
        yield f"matrix-{name}", Part(arguments, "matrix.json", read_matrix)


PARTS = {
    "laws": Part(("laws",), "laws.xml", read_laws),
    **dict(proof_parts()),
    **dict(mutants_parts()),
    **dict(matrix_parts()),
    "coverage": Part(("coverage",), "coverage.json", read_coverage),
    "soak": Part(("soak",), "soak.json", read_json),
}


def chosen_parts(names):
    """Return the parts with these names, or that begin with them; all without a name. Raises ``KeyError``."""
    chosen = []
    for name in names:
        mine = [part for part in PARTS if part == name or part.startswith(f"{name}-")]
        if not mine:
            raise KeyError(name)
        chosen += mine
    return chosen or list(PARTS)


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
    path = folder / part.results
    path.unlink(missing_ok=True)
    began = time.monotonic()
    succeeded, _lines = run_tests.run_stage(make, *part.arguments)
    return {
        "passed": succeeded and path.exists(),
        "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat(),
        "commit": commit,
        "seconds": round(time.monotonic() - began),
        "results": part.read(path) if path.exists() else None,
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
    try:
        parts = chosen_parts(options.parts)
    except KeyError as error:
        parser.error(f"unknown part: {error.args[0]}; the parts are {', '.join(PARTS)}")
    failed = []
    if options.run:
        make, folder = options.run
        commit = tested_commit(options.page)
        for name in parts:
            figures = run(make, PARTS[name], pathlib.Path(folder), commit)
            KEPT.write_text(json.dumps({**kept_figures(), name: figures}, indent=1) + "\n", encoding="utf-8")
            failed += [] if figures["passed"] else [name]
    text = figures_page.page(list(PARTS), kept_figures())
    if not options.check:
        options.page.write_text(text, encoding="utf-8")
    elif options.page.read_text(encoding="utf-8") != text:
        failed.append(f"{options.page} does not match {KEPT.relative_to(ROOT)}; run `make generated`")
    return f"FAILED: {', '.join(failed)}" if failed else 0


if __name__ == "__main__":
    sys.exit(main())
