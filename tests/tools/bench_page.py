# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the figures of `make bench` into the page on performance, between the marks of each table.

Usage: bench_page.py <results> <page>

A table begins with the comment `.. measured: <name>` and ends with the comment `.. measured end`. The text between
the tables is written by hand.
"""

import json
import pathlib
import re
import sys

RATIO_TABLES = {
    "loop": ("loop",),
    "other tasks": ("separate tasks", "long loop", "playbook"),
    "fleet": ("unchanged", "unchanged loops", "many"),
    "creates": ("creates", "intervals"),
    "clients": ("clients",),
    "terraform": ("terraform",),
}
"""The tables of ratios on the page, and the tables of the results that they contain."""

TITLES = {
    "loop": "20 items in a loop",
    "separate tasks": "20 separate tasks",
    "long loop": "100 items in a loop",
    "playbook": "playbook with one task",
    "unchanged": "200 unchanged entries",
    "unchanged loops": "200 unchanged entries",
    "many": "many entries",
    "creates": "creates",
    "intervals": "creates under rate limits",
    "clients": "10 reads",
    "terraform": "200 unchanged resources",
}

GOALS = (
    ("loop", "An unchanged task in the process of Ansible, compared with ``ansible.builtin.uri``: 20 items in a loop"),
    ("separate tasks", "The same: 20 separate tasks"),
    ("long loop", "The same: 100 items in a loop"),
    ("unchanged", "A playbook with a fleet of 200 unchanged entries, compared with one ``ansible.builtin.uri``"),
    ("creates", "Creates, compared with the time that their requests alone need"),
    ("intervals", "Creates under rate limits, compared with the documented intervals"),
    ("megabytes", "The memory in MB for 2000 unchanged entries"),
    ("requests", "The requests of each action"),
    ("inventory", "The inventory plugin, compared with the time that the latency of its requests alone needs"),
)
"""The goals: the table of the results, and what is measured."""

WITHOUT_RANGE = ("megabytes", "requests")


class Results:
    """The rows of all parts of the bench, by table."""

    def __init__(self, path):
        self.content = json.loads(path.read_text(encoding="utf-8"))
        self.rows = [row for part in self.content["parts"].values() for row in part["rows"]]

    def table(self, *names):
        rows = [row for name in names for row in self.rows if row["table"] == name]
        if not rows:
            sys.exit(f"bench_page.py: the results have no figures of {' or '.join(names)}; run `make bench`")
        return rows

    def matrix(self, name):
        """Return the medians of a table by the part of each name after the colon, and then by the part before it."""
        lines = {}
        for row in self.table(name):
            column, line = row["what"].split(": ", 1)
            lines.setdefault(line, {})[column] = row["median"]
        return lines


def list_table(widths, rows):
    """Return a table; the first row is the heading."""
    lines = [".. list-table::", "  :header-rows: 1", f"  :widths: {' '.join(map(str, widths))}", ""]
    for row in rows:
        lines += [f"  {'  -' if number else '* -'} {cell}" for number, cell in enumerate(row)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def figure(row):
    """Return the median of a row, and the range of the rounds."""
    if row["left_out"]:
        return f"left out: {row['left_out']}"
    if row["table"] in WITHOUT_RANGE:
        return f"{row['median']:.0f}"
    several = len(row["figures"]) > 1
    return f"{row['median']:.2f}" + (f" ({row['least']:.2f} to {row['most']:.2f})" if several else "")


def judged(row):
    if row.get("reached") is None:
        return ""
    return f"{row['goal']:g}: {'reached' if row['reached'] else '**missed**'}"


def goals(results):
    rows = [["What", "Goal", "Measured", "Result"]]
    for name, what in GOALS:
        having = [row for row in results.table(name) if row.get("reached") is not None]
        if name == "requests":
            within = sum(1 for row in having if row["reached"])
            result = "reached" if within == len(having) else "**missed**"
            rows.append([what, "promise 15", f"{within} of {len(having)} actions", result])
            continue
        for row in having if name in ("creates", "inventory") else sorted(having, key=lambda row: -row["median"])[:1]:
            subject = f": ``{row['what']}``" if name == "inventory" else ""
            subject = f": {row['what']}" if name == "creates" else subject
            among = f"; largest of {len(having)}: {row['what']}" if len(having) > 1 and not subject else ""
            result = "reached" if row["reached"] else "**missed**"
            rows.append([what + subject, f"at most {row['goal']:g}", figure(row) + among, result])
    return list_table((46, 14, 26, 14), rows)


def ratios(results, names):
    rows = [["What", "Seconds", "Ratio", "Goal"]]
    for row in results.table(*names):
        seconds = "" if row["seconds"] is None else f"{row['seconds']:.3f}"
        rows.append([f"{TITLES[row['table']]}: {row['what']}", seconds, figure(row), judged(row)])
    return list_table((44, 14, 26, 16), rows)


def requests(results):
    lines = results.matrix("requests")
    rows = [["Module", *lines]]
    rows += [
        [f"``{module}``", *(f"{counts[module]:.0f}" for counts in lines.values())] for module in lines["unchanged"]
    ]
    return list_table((30, *[14] * len(lines)), rows)


def matrix(results, name):
    lines = results.matrix(name)
    plugins = list(dict.fromkeys(plugin for line in lines.values() for plugin in line))
    rows = [["Seconds", *(f"``{plugin}``" for plugin in plugins)]]
    rows += [[line, *(f"{seconds.get(plugin, 0):.2f}" for plugin in plugins)] for line, seconds in lines.items()]
    return list_table((40, *[15] * len(plugins)), rows)


def fleet_parts(results):
    """Return the parts of the playbook with an unchanged fleet, as ratios to the playbook with one uri task."""
    playbook, unchanged = (
        {row["what"]: row["median"] for row in results.table(name)} for name in ("playbook", "unchanged")
    )
    start, fleet = playbook["no task but debug"], unchanged["fleet direct"]
    reading = unchanged["debug with the same entries"] - start
    imports = unchanged["fleet of no entries, direct"] - start
    parts = {
        "Ansible starts and runs a task": start,
        "Ansible reads 200 entries and passes them to a task": reading,
        "Ansible imports the module; a task without entries": imports,
        "The module: reads the lists, compares 200 entries, returns the result": fleet - start - reading - imports,
        "Whole playbook": fleet,
    }
    rows = [[what, f"{part:.2f}", f"{100 * part / fleet:.0f} %"] for what, part in parts.items()]
    return list_table((60, 20, 20), [["Part", "Ratio", "Share"], *rows])


def misses(results):
    missed = [row for row in results.rows if row.get("reached") is False]
    if not missed:
        return "Every figure reaches its goal.\n"
    return "".join(
        f"* {row['table']}, {row['what']}: {figure(row)}, and the goal is {row['goal']:g}\n" for row in missed
    )


def machine(results):
    about = results.content["machine"]
    dates = sorted({part["date"] for part in results.content["parts"].values()})
    return (
        f"Measured on {' and '.join(dates)} on a machine with {about['cores']} cores, {about['system']}, Python "
        f"{about['python']} and ansible-core {about['ansible_core']}.\n"
    )


def written(results, name):
    """Return the content of one table of the page."""
    if name in RATIO_TABLES:
        return ratios(results, RATIO_TABLES[name])
    if name.startswith("inventory"):
        return matrix(results, name)
    writers = {
        "goals": goals,
        "requests": requests,
        "misses": misses,
        "machine": machine,
        "fleet parts": fleet_parts,
    }
    return writers[name](results)


def main():
    path, page = map(pathlib.Path, sys.argv[1:])
    if not path.exists():
        sys.exit(f"bench_page.py: {path} does not exist; run `make bench`")
    results = Results(path)
    pattern = re.compile(r"^(\.\. measured: ([^\n]*)\n).*?^(\.\. measured end)$", re.MULTILINE | re.DOTALL)
    text = pattern.sub(
        lambda match: f"{match[1]}\n{written(results, match[2])}\n{match[3]}", page.read_text(encoding="utf-8")
    )
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
