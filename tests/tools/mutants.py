# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Break the core in one place at a time, and check that a test fails.

Usage: mutants.py [--sample N] [--seed S] [--modules "_schema/fields _engine/planner"] [--jobs J]
                  <settings> <python> <report>

<settings> is tests/prove/mutants.yml. <python> is a Python with cosmic-ray, for mutations.py. The tool tests a sample
of each module's mutants. Each mutant runs in a forked process. The parent process has imported the expensive packages,
but nothing of the collection, which is much faster than starting pytest a thousand times. A mutant counts as killed if
a test fails, or if the tests take five times as long as without it. Run the tool in the root of the tree copy.
"""

import argparse
import contextlib
import importlib
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import random
import resource
import select
import signal
import subprocess
import sys
import time

import hypothesis
import pytest
import yaml

# Imported once for all forked processes.
for expensive in ("ansible.module_utils.basic", "flask", "jsonschema", "openapi_core", "requests"):
    importlib.import_module(expensive)

PACKAGE = "ansible_collections.gpufleet.cloud.plugins.module_utils"
FOLDER = pathlib.Path("plugins/module_utils")

# A mutant in an endless loop must not use up the machine's memory.
MEMORY = 4 * 1024**3

KILLED, SURVIVED, EQUIVALENT, TIMEOUT = "killed", "survived", "equivalent", "timeout"


class Mutated(importlib.machinery.SourceFileLoader):
    """Loads one module from a text instead of its file."""

    def __init__(self, name, path, source):
        super().__init__(name, path)
        self._source = source

    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self, origin=self.path) if name == self.name else None

    def get_code(self, fullname):
        return compile(self._source, self.path, "exec")


class Witness:
    """A pytest plugin that remembers the first test that failed."""

    def __init__(self):
        self.test = ""

    def pytest_runtest_logreport(self, report):
        if report.failed and not self.test:
            self.test = report.nodeid


def try_in_this_process(mutant, suites):
    """Run the tests against a mutant; return the test that killed it, or an empty string."""
    # To shrink a failing example takes long, and the result is not shown.
    hypothesis.settings.register_profile(
        "mutants", database=None, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate]
    )
    hypothesis.settings.load_profile("mutants")
    if mutant:
        name = f"{PACKAGE}.{module_of(mutant).replace('/', '.')}"
        sys.meta_path.insert(0, Mutated(name, mutant["path"], mutant["source"]))
    for suite in suites:
        witness = Witness()
        # pytest warns that it cannot rewrite modules that an earlier suite has imported.
        arguments = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:xdist", "-x", "-q", *suite["paths"]]
        if suite.get("only"):
            arguments += ["-k", suite["only"]]
        if pytest.main(arguments, plugins=[witness]) != pytest.ExitCode.OK:
            return witness.test or "the tests cannot be loaded"
    return ""


def fork(mutant, suites):
    """Test a mutant in a new process; return its id and the pipe to which it writes the test that killed the mutant."""
    sys.stdout.flush()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    try:
        os.close(reading)
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        result = try_in_this_process(mutant, suites) or SURVIVED
    except BaseException as error:  # a mutant can raise anything
        result = f"{type(error).__name__} outside a test"
    os.write(writing, result.encode()[:4000])
    os._exit(0)


class Trials:
    """Runs mutants, a few at a time."""

    def __init__(self, jobs, limit):
        self.jobs = jobs
        self.limit = limit
        self._running = {}

    def run(self, work):
        """Yield each mutant with its verdict and the test that killed it, as soon as it ends."""
        waiting = list(work)
        try:
            while waiting or self._running:
                while waiting and len(self._running) < self.jobs:
                    mutant, suites = waiting.pop(0)
                    pid, reading = fork(mutant, suites)
                    self._running[reading] = (pid, mutant, time.monotonic())
                ready, _none, _neither = select.select(list(self._running), [], [], 1)
                for reading in ready:
                    pid, mutant, _began = self._running.pop(reading)
                    result = os.read(reading, 4000).decode() or "the process ended"
                    end(pid, reading)
                    yield mutant, SURVIVED if result == SURVIVED else KILLED, result
                for reading, (pid, mutant, began) in list(self._running.items()):
                    if time.monotonic() - began > self.limit:
                        del self._running[reading]
                        end(pid, reading)
                        yield mutant, TIMEOUT, ""
        finally:
            for reading, (pid, _mutant, _began) in self._running.items():
                end(pid, reading)


def end(pid, reading):
    """End a trial and all processes that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)


def module_of(mutant):
    """Return the module of a mutant, in the form of the settings: ``_engine/executor``."""
    return pathlib.Path(mutant["path"]).relative_to(FOLDER).with_suffix("").as_posix()


def excuse(mutant, equivalents):
    """Return the entry of the settings with the reason why this mutant may survive, or None."""
    module = module_of(mutant)
    former, new = ([line[1:].strip() for line in mutant["diff"] if line.startswith(sign)] for sign in "-+")
    return next(
        (
            entry
            for entry in equivalents
            if entry["module"] == module and entry["line"] in new and entry.get("former") in (None, *former)
        ),
        None,
    )


def make_mutants(python, modules):
    """Return all mutants of some modules."""
    command = [
        python,
        pathlib.Path(__file__).with_name("mutations.py"),
        *(FOLDER / f"{module}.py" for module in modules),
    ]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def baseline(settings, modules):
    """Run the tests without a mutant; return the seconds that the slowest module takes."""
    longest = 0.0
    for names in {tuple(settings["modules"][module]) for module in modules}:
        began = time.monotonic()
        [(_mutant, verdict, test)] = Trials(1, 1200).run([(None, [settings["tests"][name] for name in names])])
        if verdict != SURVIVED:
            sys.exit(f"The tests fail without a mutant: {test or verdict}")
        longest = max(longest, time.monotonic() - began)
    return longest


def choose(mutants, modules, sample, seed):
    """Return a sample of each module's mutants. The same seed returns the same sample."""
    chosen = []
    for module in modules:
        mine = [mutant for mutant in mutants if module_of(mutant) == module]
        chosen += mine if len(mine) <= sample else sorted(random.Random(seed).sample(mine, sample), key=mutants.index)
    return chosen


def main():
    parser = argparse.ArgumentParser(description="Break the core in one place at a time, and check that a test fails.")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modules", type=str.split, default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("settings", type=pathlib.Path)
    parser.add_argument("python")
    parser.add_argument("report", type=pathlib.Path)
    options = parser.parse_args()

    # Without a handler, the signal would end Python and leave the trials running.
    signal.signal(signal.SIGTERM, lambda received, frame: sys.exit(128 + received))
    settings = yaml.safe_load(options.settings.read_text(encoding="utf-8"))
    modules = options.modules or list(settings["modules"])
    unknown = [module for module in modules if module not in settings["modules"]]
    if unknown:
        parser.error(f"unknown modules: {', '.join(unknown)}; the modules are {', '.join(settings['modules'])}")
    everything = make_mutants(options.python, modules)
    unused = [
        entry
        for entry in settings["equivalent"]
        if entry["module"] in modules and not any(excuse(mutant, [entry]) for mutant in everything)
    ]
    for entry in unused:
        print(f"{entry['module']}: no mutant has the line {entry['line']!r}; remove the entry", flush=True)
    began = time.monotonic()
    longest = baseline(settings, modules)
    print(f"The tests pass without a mutant, in at most {longest:.0f} s.", flush=True)

    figures = {module: {"mutants": 0, KILLED: 0, SURVIVED: 0, EQUIVALENT: 0, "of": 0} for module in modules}
    for mutant in everything:
        module = module_of(mutant)
        if module in figures:
            figures[module]["of"] += 1
    work, survivors = [], []
    for mutant in choose(everything, modules, options.sample, options.seed):
        module = module_of(mutant)
        figures[module]["mutants"] += 1
        if excuse(mutant, settings["equivalent"]):
            figures[module][EQUIVALENT] += 1
        else:
            work.append((mutant, [settings["tests"][name] for name in settings["modules"][module]]))
    for number, (mutant, verdict, _test) in enumerate(Trials(options.jobs, 5 * longest + 20).run(work), 1):
        figure = figures[module_of(mutant)]
        figure[SURVIVED if verdict == SURVIVED else KILLED] += 1
        if verdict == SURVIVED:
            survivors.append(
                {"path": mutant["path"], "line": mutant["line"], "operator": mutant["operator"], "diff": mutant["diff"]}
            )
            print(f"[{number}/{len(work)}] {mutant['path']}:{mutant['line']} {mutant['operator']} survived", flush=True)
            print("\n".join(f"    {line}" for line in mutant["diff"]), flush=True)
        elif not number % 25:
            print(f"[{number}/{len(work)}] after {time.monotonic() - began:.0f} s", flush=True)

    print("\n==> mutants")
    for module, figure in figures.items():
        tried = figure[KILLED] + figure[SURVIVED]
        figure["rate"] = round(100 * figure[KILLED] / tried, 1) if tried else None
        print(
            f"{module:12} {figure['rate']} % killed: {figure[KILLED]} of {tried}, "
            f"{figure[EQUIVALENT]} equivalent, sample of {figure['of']}"
        )
    report = {
        "seed": options.seed,
        "seconds": round(time.monotonic() - began),
        "modules": figures,
        "survivors": survivors,
        "goal": settings["goal"],
    }
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    missed = [
        module for module, figure in figures.items() if figure["rate"] is not None and figure["rate"] < settings["goal"]
    ]
    for module in missed:
        print(f"{module}: below the goal of {settings['goal']} %")
    return 1 if missed or unused else 0


if __name__ == "__main__":
    sys.exit(main())
