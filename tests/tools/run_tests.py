"""Run all test stages, the quick ones first, stop at the first that fails, and print a summary.

Usage: run_tests.py <make>

The closing line counts unit tests, tests with the vendors' clients, linters, the build of the documentation, tests of
the guides, tests of what AWX needs, jobs through ansible-runner, integration targets, sanity tests and the check of
the built tarball. A stage that fails without saying how many of its tests did counts as one failure.
"""

import pathlib
import re
import subprocess
import sys
import time
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / ".build" / "results"

# Unit tests that import the controller, as the Makefile has them.
CONTROLLER = ["tests/unit/plugins/action", "tests/unit/plugins/inventory"]
UNITS = [*(f"--ignore={folder}" for folder in CONTROLLER), "tests/unit"]

PASSED, FAILED, SKIPPED = range(3)

# What ansible-test prints before each of its tests.
STARTED_TARGET = r"^Running .* integration test (role|script)"
STARTED_SANITY = r"^Running sanity test "


def report(name):
    """Say where a stage's pytest leaves its report."""
    return RESULTS / f"{name}.xml"


def count_report(name):
    """Make a counter that reads pytest's report: its last line is meant for people and changes between releases."""

    def counter(_lines):
        suite = xml.etree.ElementTree.parse(report(name)).getroot().find("testsuite")
        total, failures, errors, skipped = (int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
        return total - failures - errors - skipped, failures + errors, skipped

    return counter


def count_lines(started, skipped="(?!)"):
    """Make a counter of output lines, one for each test that was started or skipped."""

    def counter(lines):
        # ansible-test repeats its warnings at the end.
        unrun = len({line for line in lines if re.search(skipped, line)})
        return sum(1 for line in lines if re.search(started, line)), 0, unrun

    return counter


STAGES = [
    ("units", "unit tests", count_report("units")),
    ("controller", "unit tests of what runs on the controller", count_report("controller")),
    ("prove-fast", "a selection of the proof", count_report("prove-fast")),
    ("vendors", "tests with the vendors' clients", count_report("vendors")),
    ("lint", "linters", count_lines(r"^cd .*(ansible-lint|antsibull-docs|antsibull-changelog) ")),
    ("docs", "documentation site", lambda _lines: (1, 0, 0)),
    ("guides", "tests of the guides' code blocks", count_report("guides")),
    ("awx", "tests of what AWX needs", count_report("awx")),
    ("runner", "jobs through ansible-runner", count_report("runner")),
    ("integration", "integration targets", count_lines(STARTED_TARGET)),
    ("sanity", "sanity tests", count_lines(STARTED_SANITY, r"^WARNING: Skipping sanity test ")),
    ("build", "artifact", lambda _lines: (1, 0, 0)),
]


def run_stage(make, name):
    """Run one make target, showing its output as it comes; return whether it succeeded, and the output."""
    print(f"\n==> make {name}", flush=True)
    lines = []
    command = [make, "--no-print-directory", name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace") as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(re.sub(r"\x1b\[[0-9;]*m", "", line))
    return process.returncode == 0, lines


def counts(succeeded, counter, lines):
    """Say how many tests of a stage passed, failed and were skipped."""
    try:
        result = counter(lines)
    except (OSError, AttributeError, xml.etree.ElementTree.ParseError):
        return 0, 1, 0
    if succeeded and not result[PASSED]:
        # A stage that has found nothing to do has not shown that anything works.
        return 0, 1, 0
    if not succeeded and not result[FAILED]:
        return max(result[PASSED] - 1, 0), 1, 0
    return result


def main():
    make = sys.argv[1]
    summary, total, unrun = [], [0, 0, 0], [name for name, _noun, _counter in STAGES]
    for name in unrun:
        report(name).unlink(missing_ok=True)
    for name, noun, counter in STAGES:
        began = time.monotonic()
        succeeded, lines = run_stage(make, name)
        result = counts(succeeded, counter, lines)
        total = [one + other for one, other in zip(total, result)]
        skipped = f", {result[SKIPPED]} skipped" if result[SKIPPED] else ""
        summary.append(f"{name:12} {result[PASSED]:5} passed, {result[FAILED]} failed{skipped} ({noun}, {time.monotonic() - began:.0f} s)")
        unrun.remove(name)
        if not succeeded or result[FAILED]:
            break
    print("\n==> summary")
    print("\n".join(summary + [f"{name:12} not run" for name in unrun]))
    skipped = f", {total[SKIPPED]} skipped" if total[SKIPPED] else ""
    print(f"{total[PASSED]} passed, {total[FAILED]} failed{skipped}")
    return 1 if total[FAILED] else 0


if __name__ == "__main__":
    sys.exit(main())
