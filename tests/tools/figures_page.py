# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of figures, as reStructuredText."""

import collections
import textwrap

HEAD = """\
.. Written by `make prove` and `make generated` from tests/prove/figures.json; do not edit.

.. _ansible_collections.gpufleet.cloud.docsite.figures:

Figures of the proof
====================

Read this page to see how the collection was attacked before its release, and with which results. ``make prove`` runs
all parts against the simulator and writes this page.
:ref:`ansible_collections.gpufleet.cloud.docsite.promises` lists what the tests prove.

{verdict}

"""

FACES = {"module": "Program", "fleet": "Fleet", "direct": "In Ansible", "all": "Other tests"}

SUBJECTS = {
    "faults": "A fault at each request of each action: a connection that breaks before or after the work is done, an "
    "error with and without a hint, a page of a proxy, a truncated or an empty response.",
    "kills": "The process is killed before and after each request, and runs again at once.",
    "interrupted rollouts": "A connection breaks at each request of a rollout, and the rollout runs again.",
    "hostile responses": "A response is enormous, deeply nested, endless, or written to be taken for something else.",
    "inputs": "Unusual values of each option: a wrong type, out of range, empty, enormous, Unicode, YAML's traps.",
    "unusual responses": "One value of a response is missing or odd.",
    "messages": "The messages of failures, judged by their form.",
    "secrets": "Places in which a secret could appear.",
    "two at once": "The same task in several processes at the same time.",
    "exports": "The tasks that an export writes for any resource change nothing.",
    "search params": "Any conditions for offers, as a mapping and as text.",
    "similar names": "Names as a provider can store them, and names that differ by a number only.",
    "soak": "A short endurance run with a small fleet.",
    "properties": "Any two desired states, one after the other, at servers that behave differently.",
}
"""What was attacked, and how. A subject that is missing here has its name only."""


def table(head, rows):
    """Return a simple table. Numbers are on the right."""
    cells = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in (head, *rows)]
    numeric = [all(isinstance(row[column], int) for row in rows) for column in range(len(head))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    line = "  ".join("=" * width for width in widths)
    shown = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(row, widths, numeric)
        ).rstrip()
        for row in cells
    ]
    return "\n".join([line, shown[0], line, *shown[1:], line]) + "\n"


def outcome(figures):
    return "passed" if figures["passed"] else "**failed**"


def laws(results):
    """Yield the tests of each promise, by the way in which the module runs."""
    yield (
        "Each promise is tested for each resource type, with its module as a program, as an entry of a fleet, and in "
        "the process of Ansible. Some tests need no such choice, and some belong to no single promise.\n\n"
    )
    failed = sum(row.get("failed", 0) for faces in results.values() for row in faces.values())
    yield f"Failed tests: {failed}. Passed tests:\n\n"
    rows = [[law, *(faces.get(face, {}).get("passed", 0) for face in FACES)] for law, faces in results.items()]
    yield table(["Promise", *FACES.values()], rows)


def proof(results):
    """Yield the attempts of each subject with their results, and the attempts of each resource type."""
    for subject, rows in results.items():
        counts = sum((collections.Counter(row) for row in rows.values()), collections.Counter())
        found = ", ".join(f"{count:,} {result}" for result, count in counts.most_common())
        yield f"* **{subject}** ({sum(counts.values()):,}): {SUBJECTS.get(subject, '')} Results: {found}.\n"
    yield "\nThe attempts by resource type, or by what was tested:\n\n"
    names = sorted({name for rows in results.values() for name in rows})
    attempts = [[name, *(sum(rows.get(name, {}).values()) for rows in results.values())] for name in names]
    yield table(["Tested", *results], attempts)


def mutants(modules):
    """Yield what was broken, and how many mutants of each module a test found."""
    yield (
        "Each mutant is the code with one change: another operator, another number, a condition that is always true. A "
        "test must fail. ``tests/prove/mutants.yml`` gives the reasons for mutants that behave like the original.\n\n"
    )
    rows = []
    for module, figure in modules.items():
        tested = figure["killed"] + figure["survived"]
        rows.append(
            [
                f"``{module}``",
                figure["killed"],
                tested,
                figure["equivalent"],
                f"{figure['rate']} %",
                f"{figure['goal']} %",
            ]
        )
    yield table(["Module", "Killed", "Tested", "Equivalent", "Rate", "Goal"], rows)


def matrix(results):
    yield "Each step on each supported version. A row that was left out says why.\n\n"
    rows = [
        [
            row["core"] or row["release"],
            row["python"] or "none",
            row["step"],
            row["state"] if row["state"] == "passed" else f"**{row['state']}**",
            row["why"] or f"{row['passed']:,} passed, {row['failed']} failed, {row['skipped']} skipped",
        ]
        for row in results
    ]
    yield table(["ansible-core", "Python", "Step", "State", "Tests"], rows)


def coverage(results):
    (lines, all_lines), (branches, all_branches) = results["lines"], results["branches"]
    yield (
        f"{' and '.join(results['steps'])} together reach {results['percent']} %: {lines:,} of {all_lines:,} lines and "
        f"{branches:,} of {all_branches:,} branches of ``plugins``. {results['uncovered']} places are not reached; "
        f"``tests/prove/uncovered.yml`` gives the reasons for all but {results['without_reason']} of them.\n"
    )


def soak(results):
    yield (
        "A fleet is converged, changed from outside, rolled out and pruned, round after round, at providers with "
        "faults. After each round, each resource must exist once.\n\n"
    )
    yield table(["What", "Figure"], [[name.replace("_", " "), figure] for name, figure in results.items()])


SECTIONS = {
    "laws": ("Promises", laws),
    "proof": ("Attacks", proof),
    "mutants": ("Mutants", mutants),
    "matrix": ("Versions", matrix),
    "coverage": ("Coverage", coverage),
    "soak": ("Endurance", soak),
}
"""The title of each section, and a function that yields its text. The results of its parts are joined."""


def joined(results):
    """Return the results of several parts as one: rows one after the other, and mappings as one mapping."""
    if isinstance(results[0], list):
        return [row for rows in results for row in rows]
    return {name: figure for mapping in results for name, figure in mapping.items()}


def page(parts, kept):
    """Return the page for the figures of all parts that have run.

    :param parts: the names of all parts. The section of a part is the beginning of its name.
    """
    missing = [part for part in parts if part not in kept]
    failed = [part for part, figures in kept.items() if not figures["passed"]]
    sentences = [f"These parts failed: {', '.join(failed)}."] if failed else []
    sentences += [f"These parts have not run yet: {', '.join(missing)}."] if missing else []
    rows = [
        [part, outcome(figures), figures["date"], f"``{figures['commit']}``", f"{figures['seconds']:,} s"]
        for part, figures in kept.items()
    ]
    verdict = textwrap.wrap(" ".join(sentences or ["All parts passed."]), 120, break_on_hyphens=False)
    blocks = [HEAD.format(verdict="\n".join(verdict))]
    if rows:
        blocks.append(table(["Part", "Result", "Date", "Commit", "Duration"], rows))
    for section, (title, text) in SECTIONS.items():
        results = [
            figures["results"]
            for part, figures in kept.items()
            if part.partition("-")[0] == section and figures["results"] is not None
        ]
        if results:
            blocks.append(f"\n{title}\n{'-' * len(title)}\n\n")
            blocks += text(joined(results))
    return "".join(blocks)
