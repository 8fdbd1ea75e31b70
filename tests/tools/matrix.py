# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests on the supported releases of ansible-core, and check the built tarball.

Usage: matrix.py [--releases "2.16 2.19"] [--steps "units sanity"] [--targets "novita_endpoint"]
                 [--modules-targets "fleet"] <build folder> <tarball>
       matrix.py --list   prints all releases as JSON, for the matrix of the CI workflow

Each release gets a virtual environment, a HOME and a copy of the checkout of its own below <build folder>/matrix. The
steps "units", "controller", "integration", "modules" and "sanity" run on each release. In the step "integration", tasks
run in the process of Ansible; in the step "modules", Ansible runs the tasks of the same targets as modules. On releases
before the newest one, this step runs only --modules-targets, because all of them take half an hour. The step "target"
runs the integration tests with modules on the oldest supported Python. The step "libraries" runs the unit tests with
the oldest libraries in meta/ee-requirements.txt on the oldest release, and with the newest libraries on the newest
release. The steps "importer" and "lint" check the tarball as Galaxy does. Each unit test runs with a quarter of its
parameters: ``make units`` runs it with all of them.

A table at the end lists the results. It also lists what was left out: interpreters and releases that this machine does
not have, and tests that ansible-test skips. <build folder>/results/matrix.json contains the same. The command fails if
a test fails, or if a release in --releases is left out.

The sessions of nox (antsibull-nox.toml) overlap with this file, but do not replace it:

* The sessions of ansible-test download ansible-core from GitHub and need containers. This file needs a package index.
* The session build-import-check succeeds when Galaxy's importer prints errors or warnings. The step "importer" fails.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import time

import run_tests
import sandbox
import venvs

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tests" / "tools"

# Each supported ansible-core, with Pythons that its control node supports. The first Python that this machine has is
# used. The order lets the releases cover many Pythons. The tools in tests/tools and the simulator need 3.11.
RELEASES = {
    "2.16": ("3.11", "3.12"),
    "2.17": ("3.12", "3.11"),
    "2.18": ("3.12", "3.13", "3.11"),
    "2.19": ("3.12", "3.13", "3.11"),
    "2.20": ("3.13", "3.14", "3.12"),
    "2.21": ("3.13", "3.14", "3.12"),
}

DEFAULT_RELEASES = ("2.16", "2.19", "2.21")
"""The releases without --releases: all of them take hours. The CI workflow runs all of them at the same time."""

IMPORTER_PYTHONS = ("3.12", "3.11", "3.13")

UNITS = ("-n", "2", "--every=4")
PLUGIN = "ansible_collections.gpufleet.cloud.tests.tools.simulator_libraries"

ON_RELEASE = ("units", "controller", "integration", "modules", "sanity")
ONCE = ("target", "libraries", "importer", "lint")

PASSED, FAILED, LEFT_OUT = "passed", "FAILED", "left out"


class Place:
    """A folder with a virtual environment, in which ``sandbox.py`` runs commands."""

    def __init__(self, matrix, name):
        self.name = name
        self.folder = matrix.build / "matrix" / name
        self.venv = self.folder / "venv"
        self.tree = self.folder / "ansible_collections" / "gpufleet" / "cloud"
        self.python = ""

    def make(self, python, requirements):
        """Create the virtual environment; return the error of pip if that fails."""
        problem = venvs.make(self.venv, python, requirements)
        if not problem:
            self.python = self._run_python("import platform; print(platform.python_version())")
        return problem

    def version(self, distribution):
        return self._run_python(f"import importlib.metadata as metadata; print(metadata.version({distribution!r}))")

    def _run_python(self, code):
        return subprocess.run(
            [self.venv / "bin" / "python", "-c", code], check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()

    def copy_checkout(self):
        subprocess.run([sys.executable, TOOLS / "make_tree.py", self.folder], check=True, stdout=subprocess.DEVNULL)

    def run(self, step, command, cwd=None, before=()):
        """Run a command in the sandbox; return whether it succeeded, its output, and how long it took."""
        log = self.folder / f"{step}.log"
        began = time.monotonic()
        whole = [*before, sys.executable, TOOLS / "sandbox.py", self.folder, "--venv", self.venv, *command]
        with log.open("w", encoding="utf-8") as stream:
            done = subprocess.run(
                [str(word) for word in whole],
                cwd=cwd or self.tree,
                stdout=stream,
                stderr=subprocess.STDOUT,
                check=False,
            )
        text = re.sub(r"\x1b\[[0-9;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
        return done.returncode == 0, text.splitlines(), time.monotonic() - began


class Matrix:
    """All runs and their results."""

    def __init__(self, options):
        self.options = options
        self.build = options.build.resolve()
        self.results = self.build / "results"
        self.results.mkdir(parents=True, exist_ok=True)
        self.pythons = self.build / "matrix" / "pythons"
        search_path = os.environ.get("PATH", os.defpath).split(os.pathsep)
        sandbox.link_interpreters(self.pythons, [folder for folder in search_path if folder])
        self.rows = []

    def interpreter(self, versions):
        """Return the first of these Pythons that works on this machine, or nothing."""
        found = (self.pythons / f"python{version}" for version in versions)
        return next((path.resolve() for path in found if path.exists()), None)

    def note(self, release, core, python, step, state, counts=(0, 0, 0), seconds=0.0, failures=(), left_out=(), why=""):
        """Keep one result, and print it at once, because the whole run takes long."""
        passed, failed, skipped = counts
        self.rows.append(
            {
                "release": release,
                "core": core,
                "python": python,
                "step": step,
                "state": state,
                "passed": passed,
                "failed": failed,
                "skipped": skipped,
                "seconds": round(seconds),
                "failures": list(failures),
                "left_out": list(left_out),
                "why": why,
            }
        )
        print(f"{release:8} {step:12} {described(self.rows[-1])}", flush=True)
        for line in failures:
            print(f"             {line}", flush=True)

    # -- the releases ------------------------------------------------------------------------------------------------

    def run_release(self, release):
        steps = [step for step in ON_RELEASE if step in self.options.steps]
        place, why = self._place(release, release)
        if why:
            for step in steps:
                self.note(release, "", "", step, LEFT_OUT, why=why)
            return None
        core = place.version("ansible-core")
        for step in steps:
            self.note(release, core, place.python, step, **getattr(self, f"_{step}")(place))
        return place

    def _place(self, name, release):
        """Create a place with a release of ansible-core; return it, and why that is impossible."""
        versions = RELEASES[release]
        python = self.interpreter(versions)
        place = Place(self, name)
        why = f"this machine has no Python {', '.join(versions)}" if python is None else ""
        why = why or place.make(python, [f"ansible-core~={release}.0", *venvs.tests_requirements()])
        if not why:
            place.copy_checkout()
        return place, why

    def _units(self, place):
        return self._pytest(place, "units", [*UNITS, *run_tests.UNITS])

    def _controller(self, place):
        return self._pytest(place, "controller", run_tests.CONTROLLER)

    def _pytest(self, place, step, arguments, environment=()):
        name = f"matrix-{place.name}-{step}"
        report = run_tests.report(name)
        report.unlink(missing_ok=True)
        pytest = ["python", "-m", "pytest", f"--junitxml={report}"]
        set_up = ["env", f"PYTHONPATH={place.folder}", *environment]
        succeeded, lines, seconds = place.run(step, [*set_up, *pytest, *arguments])
        counts = run_tests.counts(succeeded, run_tests.count_report(name), lines)
        failures = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
        return outcome(counts, seconds, failures, lines)

    def _modules(self, place):
        is_newest = place.name == next(reversed(RELEASES))
        return self._integration(
            place, "modules", targets=() if is_newest else self.options.modules_targets, direct="false"
        )

    def _integration(self, place, step="integration", arguments=(), targets=(), direct="true"):
        config = place.tree / "tests" / "integration" / "integration_config.yml"
        log = place.folder / f"{step}-simulator.log"
        simulated = [sys.executable, TOOLS / "with_simulator.py", "--log", log]
        simulated += ["--integration-config", config, "--direct", direct]
        command = [
            "ansible-test",
            "integration",
            "-v",
            "--continue-on-error",
            *arguments,
            *(self.options.targets or targets),
        ]
        succeeded, lines, seconds = place.run(step, command, before=simulated)
        failures = failed_tests(lines)
        return outcome(judge(succeeded, lines, run_tests.STARTED_TARGET, failures), seconds, failures, lines)

    def _sanity(self, place):
        succeeded, lines, seconds = place.run("sanity", ["ansible-test", "sanity"])
        failures = failed_tests(lines)
        left_out = sorted(
            {line.partition("WARNING: ")[2] for line in lines if line.startswith("WARNING: Skipping sanity test ")}
        )
        counts = judge(succeeded, lines, run_tests.STARTED_SANITY, failures, len(left_out))
        return {**outcome(counts, seconds, failures, lines), "left_out": left_out}

    # -- once ---------------------------------------------------------------------------------------------------------

    def run_target(self, place):
        """Run the integration targets with modules on the oldest Python."""
        oldest = venvs.OLDEST
        interpreter = self.interpreter([oldest])
        if place is None or interpreter is None:
            why = "no release runs" if place is None else f"this machine has no Python {oldest}"
            self.note("target", "", oldest, "target", LEFT_OUT, why=why)
            return
        target = Place(self, f"python{oldest}")
        why = target.make(interpreter, ["-r", "meta/ee-requirements.txt"])
        if why:
            self.note("target", "", oldest, "target", LEFT_OUT, why=why)
            return
        python = f"python={oldest}@{target.venv / 'bin' / 'python'}"
        arguments = ["--controller", "origin:python=default", "--target", f"controller:{python}"]
        result = self._integration(place, "target", arguments, remote_targets(place.tree))
        self.note("target", place.version("ansible-core"), target.python, "target", **result)

    def run_libraries(self):
        """Run the unit tests with the oldest and with the newest libraries."""
        oldest = venvs.required_libraries()
        self._run_with("oldest", next(iter(RELEASES)), [f"{name}=={version}" for name, version in oldest.items()])
        self._run_with("newest", next(reversed(RELEASES)), list(oldest))

    def _run_with(self, age, release, requirements):
        place, why = self._place(f"{age}-libraries", release)
        folder = place.folder / "libraries"
        shutil.rmtree(folder, ignore_errors=True)
        why = why or venvs.install(place.venv, "--target", folder, *requirements)
        if why:
            self.note(age, "", "", "libraries", LEFT_OUT, why=why)
            return
        environment = [f"PYTHONPATH={place.folder}:{folder}", f"LIBRARIES={folder}"]
        # An old library uses what a newer Python has deprecated. The simulator has its own libraries.
        options = ["-p", PLUGIN, "-W", "ignore", "--ignore=tests/unit/simulator"]
        units = self._pytest(place, "units", [*UNITS, *options, *run_tests.UNITS], environment)
        controller = self._pytest(place, "controller", [*options, *run_tests.CONTROLLER], environment)
        core = f"{place.version('ansible-core')} with {', '.join(installed_libraries(folder))}"
        self.note(age, core, place.python, "libraries", **added(units, controller))

    def run_importer(self):
        """Run the importer of Galaxy."""
        interpreter = self.interpreter(IMPORTER_PYTHONS)
        place = Place(self, "importer")
        if interpreter is None:
            why = f"this machine has no Python {', '.join(IMPORTER_PYTHONS)}"
        else:
            why = place.make(interpreter, ["galaxy-importer"])
        if why:
            self.note("tarball", "", "", "importer", LEFT_OUT, why=why)
            return
        settings = place.folder / "galaxy-importer.cfg"
        # The importer runs ansible-test only in containers. The step "sanity" runs it.
        lines = [
            "[galaxy-importer]",
            "RUN_ANSIBLE_TEST=False",
            "RUN_ANSIBLE_DOC=True",
            "RUN_ANSIBLE_LINT=True",
            "CHECK_REQUIRED_TAGS=True",
        ]
        settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [
            "env",
            f"GALAXY_IMPORTER_CONFIG={settings}",
            "python",
            "-m",
            "galaxy_importer.main",
            self.options.tarball.resolve(),
        ]
        succeeded, lines, seconds = place.run("importer", command, cwd=place.folder)
        failures = [line for line in lines if line.startswith(("ERROR", "WARNING"))]
        version = place.version("galaxy-importer")
        counts = (0, max(len(failures), 1), 0) if failures or not succeeded else (1, 0, 0)
        self.note(
            "tarball",
            f"galaxy-importer {version}",
            place.python,
            "importer",
            **outcome(counts, seconds, failures, lines),
        )

    def run_lint(self):
        """Run ansible-lint with the strictest profile on the content of the tarball."""
        place = Place(self, "artifact")
        place.venv = ROOT / ".venv"
        shutil.rmtree(place.tree, ignore_errors=True)
        place.tree.mkdir(parents=True)
        with tarfile.open(self.options.tarball) as archive:
            archive.extractall(place.tree, filter="data")
        command = [
            "env",
            f"ANSIBLE_COLLECTIONS_PATH={place.folder}",
            "ansible-lint",
            "--nocolor",
            "--offline",
            "--strict",
            "--profile",
            "production",
        ]
        succeeded, lines, seconds = place.run("lint", command)
        failures = [] if succeeded else [line for line in lines if re.match(r"\S+:\d+|#|Failed", line)]
        counts = (1, 0, 0) if succeeded else (0, max(len(failures), 1), 0)
        self.note(
            "tarball",
            f"ansible-lint {place.version('ansible-lint')}",
            "",
            "lint",
            **outcome(counts, seconds, failures, lines),
        )


def installed_libraries(folder):
    """Return the libraries that the collection needs, with the version of each in the folder."""
    distributions = importlib.metadata.distributions(path=[str(folder)])
    versions = {distribution.name: distribution.version for distribution in distributions}
    return [f"{name} {versions[name]}" for name in venvs.required_libraries()]


def remote_targets(tree):
    """Return the integration targets whose modules run on the host that ansible-test sets up, not on the controller."""
    folder = tree / "tests" / "integration" / "targets"
    return sorted(path.parents[1].name for path in folder.glob("*/tasks/main.yml"))


def failed_tests(lines):
    """Return the tests that ansible-test lists as failed at the end of its output."""
    at = next(
        (
            number
            for number, line in enumerate(lines)
            if re.search(r"^(FATAL|ERROR): The \d+ .* test\(s\) listed below", line)
        ),
        len(lines),
    )
    return [line for line in lines[at + 1 :] if line and not line.startswith(("WARNING", "FATAL", "ERROR"))]


def judge(succeeded, lines, started, failures, skipped=0):
    """Return how many tests passed, failed and were skipped: the started tests less the failed ones."""
    total = sum(1 for line in lines if re.search(started, line))
    if not total:
        return 0, 1, skipped
    failed = len(failures) if failures else int(not succeeded)
    return max(total - failed, 0), failed, skipped


def outcome(counts, seconds, failures, lines):
    """Return the entries of a result. A failure without listed tests shows the end of the output."""
    state = FAILED if counts[run_tests.FAILED] else PASSED
    if state == FAILED and not failures:
        failures = [line[:300] for line in lines if line.strip()][-5:]
    return {"state": state, "counts": counts, "seconds": seconds, "failures": failures if state == FAILED else []}


def added(one, other):
    """Return the entries of two results as those of one."""
    return {
        "state": FAILED if FAILED in (one["state"], other["state"]) else PASSED,
        "counts": tuple(map(sum, zip(one["counts"], other["counts"]))),
        "seconds": one["seconds"] + other["seconds"],
        "failures": one["failures"] + other["failures"],
    }


def not_run(row, required):
    """Return whether a required release is left out."""
    return row["state"] == LEFT_OUT and row["release"] in required


def described(row):
    """One result in a few words."""
    if row["state"] == LEFT_OUT:
        return f"left out: {row['why']}"
    extra = "".join(f", {row[key]} {key}" for key in ("failed", "skipped") if row[key])
    return f"{row['state']}: {row['passed']}{extra} ({row['seconds']} s)"


def print_table(rows):
    """Print the results of each release, then the others."""
    print("\n==> matrix")
    for release in RELEASES:
        mine = [row for row in rows if row["release"] == release]
        if mine:
            print(f"ansible-core {mine[0]['core'] or release} on Python {mine[0]['python'] or '?'}")
        for row in mine:
            print(f"    {row['step']:12} {described(row)}")
    titles = {
        "target": "integration targets, modules on Python",
        "importer": "galaxy-importer on the tarball",
        "libraries": "unit tests on ansible-core",
        "lint": "ansible-lint (production) on the tarball",
    }
    details = {"target": "python", "libraries": "core"}
    for row in rows:
        if row["step"] in titles:
            detail = row[details[row["step"]]] if row["step"] in details else ""
            subject = f"{titles[row['step']]} {detail}".strip()
            print(f"{subject}\n    {row['step']:12} {described(row)}")
    left_out = sorted({reason for row in rows for reason in row["left_out"]})
    if left_out:
        print("Left out by ansible-test:")
        print("\n".join(f"    {reason}" for reason in left_out))


def main():
    if sys.argv[1:] == ["--list"]:
        print(json.dumps(list(RELEASES)))
        return 0
    parser = argparse.ArgumentParser(description="Run the tests on the supported releases of ansible-core.")
    parser.add_argument("--releases", type=str.split, default=[])
    parser.add_argument("--steps", type=str.split, default=[])
    parser.add_argument("--targets", type=str.split, default=[])
    parser.add_argument("--modules-targets", type=str.split, default=[])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("tarball", type=pathlib.Path)
    options = parser.parse_args()
    required = options.releases
    options.releases = required or DEFAULT_RELEASES
    options.steps = options.steps or [*ON_RELEASE, *ONCE]
    unknown = [word for word in options.releases if word not in RELEASES]
    unknown += [word for word in options.steps if word not in ON_RELEASE + ONCE]
    if unknown:
        steps = ", ".join(ON_RELEASE + ONCE)
        parser.error(f"unknown: {', '.join(unknown)}; releases are {', '.join(RELEASES)}; steps are {steps}")

    matrix = Matrix(options)
    needs_releases = not set(options.steps).isdisjoint((*ON_RELEASE, "target"))
    places = [matrix.run_release(release) for release in options.releases if needs_releases]
    if "target" in options.steps:
        matrix.run_target(next((place for place in reversed(places) if place), None))
    if "libraries" in options.steps:
        matrix.run_libraries()
    if "importer" in options.steps:
        matrix.run_importer()
    if "lint" in options.steps:
        matrix.run_lint()
    print_table(matrix.rows)
    (matrix.results / "matrix.json").write_text(json.dumps(matrix.rows, indent=2) + "\n", encoding="utf-8")
    return 1 if any(row["state"] == FAILED or not_run(row, required) for row in matrix.rows) else 0


if __name__ == "__main__":
    sys.exit(main())
