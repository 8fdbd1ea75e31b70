# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the time of each inventory with the time of its requests. The simulator runs in a process of its own."""

from __future__ import annotations

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from .goals import GOALS, verdict
from .results import Row

SIMULATOR = os.environ.get("SIMULATOR_URL")
PLUGINS = {
    "novita": {"novita": ("instances", "name")},
    "ppio": {"ppio": ("instances", "name")},
    "vast": {"vast": ("instances", "label")},
    "endpoints": {
        "novita": ("endpoints", "name"),
        "ppio": ("endpoints", "name"),
        "vast": ("endpoints", "endpoint_name"),
    },
}
"""By plugin: the providers that it reads, the resources there, and the key of their names."""
AT_ONCE = {"vast": 1, "endpoints": 3}
"""The number of requests at once, if it is not the option: pages one after the other, or accounts side by side.

For endpoints, this is what the slowest account allows: each page of PPIO's list names the next one.
"""
PROFILED = pathlib.Path(__file__).with_name("profiled_inventory.py")
JUDGED = "inventory less script"
"""The figure that has a goal."""
MANY, NOTHING = "sk-bench-an-inventory-of-many", "sk-bench-an-inventory-of-nothing"


def session(key):
    """Return a session that sends the API key of an account, and only to the simulator."""
    opened = requests.Session()
    opened.trust_env = False
    opened.headers["Authorization"] = f"Bearer {key}"
    return opened


def control(provider, method, path, key=MANY, **body):
    """Send a request to the control interface of the simulator, and return the response."""
    with session(key) as opened:
        response = opened.request(method, f"{SIMULATOR}/_sim/{provider}/{path}", json=body)
    response.raise_for_status()
    return response.json()


def timed(work, *arguments):
    before = time.monotonic()
    result = work(*arguments)
    return time.monotonic() - before, result


def inventory(source, key=MANY, command=("ansible-inventory",)):
    """Return the variables of all hosts, as ``ansible-inventory`` prints them."""
    environment = {**os.environ, **{f"{provider.upper()}_API_KEY": key for provider in PLUGINS["endpoints"]}}
    command = [*command, "-i", str(source), "--list"]
    output = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
    return json.loads(output)["_meta"]["hostvars"]


def profile(source, folder):
    """Return the seconds of CPU time of each part of an inventory."""
    report = folder / "parts.json"
    inventory(source, command=(sys.executable, str(PROFILED), str(report)))
    return json.loads(report.read_text(encoding="utf-8"))


def send_plainly(sent, concurrency):
    """Send the same requests without Ansible, and decode the responses."""

    def send_some(first):
        with session(MANY) as opened:
            for request in sent[first::concurrency]:
                response = opened.get(SIMULATOR + request["path"], params=request["query"])
                response.raise_for_status()
                response.json()

    with ThreadPoolExecutor(concurrency) as pool:
        list(pool.map(send_some, range(concurrency)))


def without_marks(value):
    """Return variables without the marks of ``ansible-inventory`` for strings that are no templates."""
    if isinstance(value, dict):
        plain = {name: without_marks(entry) for name, entry in value.items()}
        return plain.get("__ansible_unsafe", plain)
    return [without_marks(entry) for entry in value] if isinstance(value, list) else value


def write_script(folder, hosts):
    """Write an inventory script that prints these hosts, and return its path."""
    output, script = folder / "hosts.json", folder / "hosts"
    groups = {"all": {"hosts": list(hosts)}, "_meta": {"hostvars": without_marks(hosts)}}
    output.write_text(json.dumps(groups), encoding="utf-8")
    script.write_text(f"#!/bin/sh\ncat '{output}'\n", encoding="utf-8")
    script.chmod(0o700)
    return script


def measure(plugin, folder, concurrency):
    """Return the requests of the inventory, and the seconds of one round. Those of an empty inventory are deducted."""
    source, providers = folder / f"{plugin}.yml", PLUGINS[plugin]
    options = {} if plugin == "endpoints" else {"concurrency": concurrency}
    source.write_text(json.dumps({"plugin": f"gpufleet.cloud.{plugin}", **options}), encoding="utf-8")
    for provider in providers:
        control(provider, "DELETE", "requests")
    full, hosts = timed(inventory, source)
    sent = [request for provider in providers for request in control(provider, "GET", "requests")]
    pool, _none = timed(send_plainly, sent, concurrency)
    empty, _none = timed(inventory, source, NOTHING)
    script, _none = timed(inventory, write_script(folder, hosts))
    no_script, _none = timed(inventory, write_script(folder, {}))
    assert len(hosts) == sum(len(control(provider, "GET", store)) for provider, (store, _name) in providers.items())
    return sent, {
        "same requests, plain pool": pool,
        "inventory": full - empty,
        "same hosts from a script": script - no_script,
        JUDGED: full - empty - (script - no_script),
    }


def measure_inventory(rounds, number=500, latency=0.05, concurrency=8):
    """Measure each inventory plugin, and return the rows."""
    return [row for plugin in PLUGINS for row in measure_one(plugin, rounds, number, latency, concurrency)]


def measure_one(plugin, rounds, number, latency, concurrency):
    """Print the seconds of each part, as ratios to the time that the latency of the requests alone needs.

    The following keep the ratio above its goal:

    * Each request also takes time in the simulator and in `requests`, as in the plain pool.
    * The list is read twice, and each time the first page comes before the others. All instances come after it. At
      Vast.ai, and for endpoints, there are only requests for lists.
    * After the last response, Ansible takes over and prints the hosts, as it does with those of a script.
    """
    for provider, (store, name) in PLUGINS[plugin].items():
        for index in range(number):
            control(provider, "POST", store, **{name: f"trainer-{index}"})
        for key in (MANY, NOTHING):
            control(provider, "PATCH", "settings", key, latency=latency)
    at_once = AT_ONCE.get(plugin, concurrency)
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        measured = [measure(plugin, folder, at_once) for _round in range(rounds)]
        parts = profile(folder / f"{plugin}.yml", folder)
    least = len(measured[0][0]) / at_once * latency
    print(
        f"{plugin}: {number} resources for each provider, {latency * 1000:.0f} ms per request, {at_once} at once: "
        f"{len(measured[0][0])} requests, which alone need {least:.2f} s"
    )
    print(f"{'':26}{'median, s':>11}   ratio to {least:.2f} s in each round")
    rows = [Row("inventory seconds", f"{plugin}: latency of the requests", [least])]
    for name in measured[0][1]:
        seconds = [figures[name] for _sent, figures in measured]
        ratios = [one / least for one in seconds]
        goal = verdict("inventory", ratios) if name == JUDGED else ""
        figures = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{name:26}{statistics.median(seconds):11.2f}   {figures}  {goal}".rstrip())
        if name == JUDGED:
            rows.append(Row("inventory", plugin, ratios, GOALS["inventory"], seconds=statistics.median(seconds)))
        rows.append(Row("inventory seconds", f"{plugin}: {name}", seconds))
    print("  CPU time of its parts, in s: " + ", ".join(f"{part} {seconds:.2f}" for part, seconds in parts.items()))
    return [*rows, *(Row("inventory profile", f"{plugin}: {part}", [seconds]) for part, seconds in parts.items())]
