# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the lines and branches of plugins/ that the tests reach together.

Usage: measure_coverage.py [--steps "units integration"] [--targets "novita_endpoint"]
                           <build folder> <settings> <report>

The steps "units", "controller", "proof" (a selection) and "events" run under coverage in a copy of this checkout in
<build folder>/coverage. In the step "integration", ansible-test measures the modules as Ansible packs and runs them,
and the plugins on the controller. The tool combines all results. With --steps, the results of the other steps come from
earlier runs, unless a file in plugins/ has changed since. <settings> (tests/prove/uncovered.yml) lists the lines that
are not covered, by their text, with the reasons. The run fails if another line or branch is not covered, or if a file
is below its minimum percentage.
"""

import argparse
import fnmatch
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import coverage
import run_tests
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"

# This also measures the workers of pytest-xdist, and the programs that a test starts.
RUN = """\
[run]
branch = true
parallel = true
data_file = {data}/measured
source = plugins
omit = plugins/doc_fragments/*
patch = subprocess
concurrency = thread
sigterm = true
"""

COMBINE = """\
[run]
branch = true
[report]
omit = */plugins/doc_fragments/*
exclude_also = raise NotImplementedError
[paths]
plugins =
    {tree}/plugins
    */ansible_collections/gpufleet/cloud/plugins
"""

PLUGIN = "ansible_collections.gpufleet.cloud.tests.tools.worker_exits"
PYTEST = ["python", "-m", "coverage", "run", "-m", "pytest", "-q", "-p", PLUGIN]
STEPS = {
    "units": ["-n", "2", *run_tests.UNITS],
    "controller": run_tests.CONTROLLER,
    "proof": ["-n", "2", "-m", "fast", "tests/prove"],
    "events": ["-n", "2", "tests/events"],
}
INTEGRATION = "integration"

# The tests of the event source start it without the environment of the tests.
SOURCE = """\
#!/bin/sh
exec env COVERAGE_PROCESS_START={settings} {python} "$@"
"""


class Measurement:
    def __init__(self, build):
        self.folder = build.resolve() / "coverage"
        self.tree = self.folder / "ansible_collections" / "gpufleet" / "cloud"
        self.settings = self.folder / "run.cfg"
        self.source = self.folder / "events-python"
        self.produced = self.tree / "tests" / "output" / "coverage"

    def run(self, step, command, before=(), environment=()):
        """Run a step in the sandbox. If it fails, exit with its output."""
        print(f"==> coverage of {step}", flush=True)
        began = time.monotonic()
        log = self.folder / f"{step}.log"
        whole = [*before, sys.executable, TOOLS / "sandbox.py", self.folder, "env", *environment, *command]
        with log.open("w", encoding="utf-8") as stream:
            done = subprocess.run(
                [str(word) for word in whole], cwd=self.tree, stdout=stream, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode:
            sys.exit("\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:]))
        facts = {"plugins": self.plugins, "seconds": round(time.monotonic() - began)}
        self.facts_of(step).write_text(json.dumps(facts), encoding="utf-8")

    def prepare(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, TOOLS / "make_tree.py", self.folder], check=True)
        (self.folder / "combine.cfg").write_text(COMBINE.format(tree=self.tree), encoding="utf-8")
        self.source.write_text(SOURCE.format(settings=self.settings, python=sys.executable), encoding="utf-8")
        self.source.chmod(0o755)
        files = sorted(self.tree.glob("plugins/**/*.py"))
        self.plugins = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()

    def data_of(self, step):
        """Return the folder with the results of a step."""
        return self.folder / "data" / step

    def facts_of(self, step):
        """Return the file with the digest of plugins/ when a step ran, and its seconds."""
        return self.folder / "data" / f"{step}.json"

    def begin(self, step):
        """Remove the former results of a step."""
        self.facts_of(step).unlink(missing_ok=True)
        shutil.rmtree(self.data_of(step), ignore_errors=True)
        self.data_of(step).mkdir(parents=True)

    def tests(self, step):
        self.begin(step)
        self.settings.write_text(RUN.format(data=self.data_of(step)), encoding="utf-8")
        environment = [
            f"PYTHONPATH={self.folder}",
            f"COVERAGE_RCFILE={self.settings}",
            "PROVE_PROFILE=fixed",
            f"EVENTS_PYTHON={self.source}",
        ]
        self.run(step, [*PYTEST, *STEPS[step]], environment=environment)

    def integration(self, targets):
        self.begin(INTEGRATION)
        shutil.rmtree(self.produced, ignore_errors=True)
        config = self.tree / "tests" / "integration" / "integration_config.yml"
        log = self.folder / "simulator.log"
        simulated = [sys.executable, TOOLS / "with_simulator.py", "--integration-config", config, "--log", log]
        self.run(INTEGRATION, ["ansible-test", "integration", "-v", "--coverage", *targets], before=simulated)
        shutil.copytree(self.produced, self.data_of(INTEGRATION), dirs_exist_ok=True)

    def seconds(self):
        """Return the seconds of each step that ran with the present files in plugins/."""
        read = {step: self.facts_of(step) for step in (*STEPS, INTEGRATION)}
        facts = {step: json.loads(path.read_text(encoding="utf-8")) for step, path in read.items() if path.exists()}
        return {step: fact["seconds"] for step, fact in facts.items() if fact["plugins"] == self.plugins}

    def combine(self):
        """Combine the results of all steps. The paths of packed modules become those of the tree."""
        os.chdir(self.tree)
        measured = coverage.Coverage(config_file=str(self.folder / "combine.cfg"), data_file=str(self.folder / "all"))
        measured.erase()
        results = [str(path) for step in self.seconds() for path in self.data_of(step).iterdir()]
        measured.combine(results, keep=True)
        return measured


def describe(measured, tree):
    """Return coverage's report on each file of plugins/: percentages, missing lines, and branches as (from, to)."""
    path = tree / "coverage.json"
    measured.json_report(
        outfile=str(path), morfs=[str(file) for file in sorted(tree.glob("plugins/**/*.py"))], ignore_errors=True
    )
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    path.unlink()
    return {os.path.relpath(name, tree): entry for name, entry in sorted(files.items())}


def holes(name, entry, tree):
    """Yield each line and branch of a file that is not covered: line number, description, and text of the line."""
    lines = (tree / name).read_text(encoding="utf-8").splitlines()
    for number in entry["missing_lines"]:
        yield number, "never runs", lines[number - 1].strip()
    missing = set(entry["missing_lines"])
    for start, end in entry["missing_branches"]:
        if start not in missing:
            target = "the end" if end < 0 else f"line {end}"
            yield start, f"never goes to {target}", lines[start - 1].strip()


def main():
    parser = argparse.ArgumentParser(description="Measure the coverage of plugins/.")
    parser.add_argument("--steps", type=str.split, default=[])
    parser.add_argument("--targets", type=str.split, default=[])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("settings", type=pathlib.Path)
    parser.add_argument("report", type=pathlib.Path)
    options = parser.parse_args()
    settings = yaml.safe_load(options.settings.read_text(encoding="utf-8"))
    report = options.report.resolve()
    steps = options.steps or [*STEPS, INTEGRATION]

    measurement = Measurement(options.build)
    measurement.prepare()
    for step in STEPS:
        if step in steps:
            measurement.tests(step)
    if INTEGRATION in steps:
        measurement.integration(options.targets)
    files = describe(measurement.combine(), measurement.tree)

    complaints, found, used = [], [], []
    print("\n==> coverage of lines and branches")
    for name, entry in files.items():
        summary = entry["summary"]
        if not summary["num_statements"]:
            continue
        percent = summary["percent_covered"]
        print(f"{percent:6.1f} %  {summary['num_statements']:4} lines, {summary['num_branches']:4} branches  {name}")
        least = next((value for pattern, value in settings["least"].items() if fnmatch.fnmatch(name, pattern)), 100)
        if percent < least:
            complaints.append(f"{name}: {percent:.1f} %, the minimum is {least} %")
        for number, what, text in holes(name, entry, measurement.tree):
            why = next((hole for hole in settings["uncovered"] if hole["file"] == name and hole["line"] == text), None)
            used.append(why)
            found.append({"file": name, "line": number, "what": what, "text": text, "why": why["why"] if why else ""})
            if why is None:
                complaints.append(f"{name}:{number}: {what}: {text}")
    for hole in settings["uncovered"]:
        if hole not in used:
            print(f"listed as uncovered, but covered or removed: {hole['file']}: {hole['line']}")

    statements, branches, hit_lines, hit_branches = (
        sum(entry["summary"][key] for entry in files.values())
        for key in ("num_statements", "num_branches", "covered_lines", "covered_branches")
    )
    total = 100 * (hit_lines + hit_branches) / max(statements + branches, 1)
    print(f"{total:6.1f} %  {hit_lines} of {statements} lines, {hit_branches} of {branches} branches")
    if found:
        print("\nNot covered:")
    for hole in found:
        print(f"    {hole['file']}:{hole['line']} {hole['what']}: {hole['text']}")
        print(f"        {hole['why'] or 'NO REASON'}")
    for line in complaints:
        print(line)
    figures = {
        "percent": round(total, 2),
        "lines": [hit_lines, statements],
        "branches": [hit_branches, branches],
        "steps": list(measurement.seconds()),
        "seconds": measurement.seconds(),
        "uncovered": found,
        "files": {name: round(entry["summary"]["percent_covered"], 1) for name, entry in files.items()},
    }
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
