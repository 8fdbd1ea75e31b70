# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the stages of a tier, also those after a failed stage, and print a summary.

Usage: run_tests.py <make> <tier> [<stage>]   runs all stages of a tier, or one of them
       run_tests.py --total <tier>...         runs nothing; sums the results of the last runs of tiers
       run_tests.py --list <tier>...          prints the stages of tiers as JSON, for the matrix of the CI workflow

A tier without results counts as failed in the total.

The summary contains what failed: the tests with their messages, or the last lines of a stage without a report.

The last line counts the tests of all stages. A stage that fails without reporting how many of its tests failed counts
as one failure. A stage that cannot run, because this machine lacks something that it needs, counts as skipped.
"""

import json
import pathlib
import re
import subprocess
import sys
import time
import typing
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / ".build" / "results"

# The unit tests that import the controller; the Makefile has the same list.
CONTROLLER = [f"tests/unit/plugins/{folder}" for folder in ("action", "inventory", "lookup")]
UNITS = [*(f"--ignore={folder}" for folder in CONTROLLER), "tests/unit"]

PASSED, FAILED, SKIPPED = range(3)

# ansible-test prints one of these lines before each test.
STARTED_TARGET = r"^Running .* integration test (role|script)"
STARTED_SANITY = r"^Running sanity test "

# A stage that does not run prints a line that begins with this.
LEFT_OUT = "Left out: "

# The summary shows at most so many failed tests of a stage, and so many lines of each.
SHOWN_TESTS, SHOWN_LINES = 10, 20


def report(name):
    """Return the path of the report that a stage's pytest writes."""
    return RESULTS / f"{name}.xml"


def count_report(name):
    """Make a counter that reads pytest's report. The format of pytest's last line changes between releases."""

    def counter(_lines):
        suite = xml.etree.ElementTree.parse(report(name)).getroot().find("testsuite")
        total, failures, errors, skipped = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
        return total - failures - errors - skipped, failures + errors, skipped

    return counter


def count_lines(started, skipped="(?!)"):
    """Make a counter of the output lines that report the start of a test, and of those that report a skipped test."""

    def counter(lines):
        # ansible-test repeats its warnings at the end.
        unrun = len({line for line in lines if re.search(skipped, line)})
        return sum(1 for line in lines if re.search(started, line)), 0, unrun

    return counter


def one_test(_lines):
    """Count a stage as one test."""
    return 1, 0, 0


class Stage(typing.NamedTuple):
    """A make target of a tier.

    ``arguments`` follow the name on the command line of make. ``counter`` takes the printed lines, without colors, and
    returns how many tests passed, failed and were skipped.
    """

    name: str
    what: str
    counter: typing.Callable
    arguments: tuple = ()


def pytest_stage(name, what, *arguments):
    return Stage(name, what, count_report(name), arguments)


QUICK_TARGET = "vast_endpoint"
"""The integration target that the first tier runs. The second tier runs the others."""

TIERS = {
    "test": [
        Stage("lint-python", "ruff, mypy and vermin", one_test),
        Stage("lint-words", "spelling and the glossary", one_test),
        pytest_stage("units", "unit tests, and the laws for each module"),
        Stage("up-to-date", "generated documentation", one_test),
        Stage("integration", "an integration target", count_lines(STARTED_TARGET), (f"TARGETS={QUICK_TARGET}",)),
    ],
    "test-rest": [
        # Each test runs, but only with some of its parameters. The stage "units" runs all of them.
        pytest_stage("units-oldest", "unit tests on the oldest Python for modules", "PYTEST_ARGS=--every=4"),
        pytest_stage("faces", "the laws for a fleet and for direct tasks, and tasks in both faces"),
        pytest_stage("controller", "unit tests of the plugins on the controller"),
        pytest_stage("prove-fast", "a selection of the proof"),
        Stage("lint-ansible", "ansible-lint", one_test),
        Stage("lint-docs", "antsibull-docs", one_test),
        Stage("lint-changelog", "antsibull-changelog", one_test),
        Stage("docs", "documentation site", one_test),
        Stage("screens", "documentation site in a browser", one_test),
        pytest_stage("guides", "tests of the guides' code blocks"),
        pytest_stage("vendors", "tests with the vendors' clients"),
        pytest_stage("events", "the event source, without Ansible"),
        pytest_stage("rulebook", "the rulebook of the guide with ansible-rulebook"),
        pytest_stage("awx", "tests of the files for AWX"),
        pytest_stage("runner", "jobs through ansible-runner"),
        Stage(
            "integration", "integration targets", count_lines(STARTED_TARGET), (f"TARGETS=--exclude {QUICK_TARGET}",)
        ),
        Stage("modules", "integration targets as modules", count_lines(STARTED_TARGET)),
        Stage("sanity", "sanity tests", count_lines(STARTED_SANITY, r"^WARNING: Skipping sanity test ")),
        Stage("repository", "licenses, workflows and links", one_test),
        Stage("build", "artifact", one_test),
    ],
}


def run_stage(make, name, *arguments):
    """Run one make target and show its output; return whether it succeeded, and the output."""
    print("\n==> " + " ".join(["make", name, *arguments]), flush=True)
    lines = []
    command = [make, "--no-print-directory", name, *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(re.sub(r"\x1b\[[0-9;]*m", "", line))
    return process.returncode == 0, lines


def counts(succeeded, counter, lines):
    """Return how many tests of a stage passed, failed and were skipped."""
    if succeeded and any(line.startswith(LEFT_OUT) for line in lines):
        return 0, 0, 1
    try:
        result = counter(lines)
    except (OSError, AttributeError, xml.etree.ElementTree.ParseError):
        return 0, 1, 0
    if succeeded and not result[PASSED]:
        # A stage that ran no test counts as failed.
        return 0, 1, 0
    if not succeeded and not result[FAILED]:
        return max(result[PASSED] - 1, 0), 1, 0
    return result


def failures(stage, lines):
    """Return the lines of a summary that show what failed in a stage."""
    try:
        cases = list(xml.etree.ElementTree.parse(report(stage.name)).getroot().iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        cases = []
    failed = [(case, found) for case in cases for found in case if found.tag in ("failure", "error")]
    shown = []
    for case, found in failed[:SHOWN_TESTS]:
        shown.append(f"{case.get('classname')}::{case.get('name')}")
        shown += (found.text or found.get("message") or "").splitlines()[-SHOWN_LINES:]
    return [f"    {line}".rstrip() for line in shown or "".join(lines).splitlines()[-SHOWN_LINES:]]


def summary_of(tier):
    """Return the path of a tier's summary."""
    return RESULTS / f"{tier}.summary.json"


def run_tier(make, tier, only=""):
    """Run the stages of a tier, or one of them; return a line for each, and the sums of all."""
    stages = [stage for stage in TIERS[tier] if only in ("", stage.name)]
    if not stages:
        sys.exit(f"{tier} has no stage {only!r}; its stages are {', '.join(stage.name for stage in TIERS[tier])}")
    summary_of(tier).unlink(missing_ok=True)
    summary, total = [], [0, 0, 0]
    for stage in stages:
        report(stage.name).unlink(missing_ok=True)
        began = time.monotonic()
        succeeded, lines = run_stage(make, stage.name, *stage.arguments)
        result = counts(succeeded, stage.counter, lines)
        total = [one + other for one, other in zip(total, result)]
        failed = "  FAILED" if result[FAILED] else ""
        summary.append(f"{stage.name:16}{time.monotonic() - began:5.0f} s  {counted(result)} ({stage.what}){failed}")
        summary += failures(stage, lines) if failed else []
    if not only:
        RESULTS.mkdir(parents=True, exist_ok=True)
        summary_of(tier).write_text(json.dumps([summary, total]), encoding="utf-8")
    return summary, total


def last_result(tier):
    """Return the result of the last run of a tier, as ``run_tier`` returns it."""
    try:
        return json.loads(summary_of(tier).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [f"make {tier} did not finish  FAILED"], [0, 1, 0]


def counted(result):
    skipped = f", {result[SKIPPED]} skipped" if result[SKIPPED] else ""
    return f"{result[PASSED]} passed, {result[FAILED]} failed{skipped}"


def print_total(outcomes):
    """Print the summary of tiers; return the exit status."""
    print("\n==> summary")
    for summary, _total in outcomes:
        print("\n".join(summary))
    total = [sum(numbers) for numbers in zip(*(total for _summary, total in outcomes))]
    print(counted(total), flush=True)
    return 1 if total[FAILED] else 0


def main():
    first, *rest = sys.argv[1:]
    if first == "--list":
        print(json.dumps([{"tier": tier, "stage": stage.name} for tier in rest for stage in TIERS[tier]]))
        return 0
    if first == "--total":
        return print_total([last_result(tier) for tier in rest])
    return print_total([run_tier(first, *rest)])


if __name__ == "__main__":
    sys.exit(main())
