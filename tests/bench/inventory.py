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
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import requests

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
"""The number of requests at once, if it is not the option: pages one after the other, or accounts side by side."""
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


def inventory(source, key=MANY):
    """Return the variables of all hosts, as ``ansible-inventory`` prints them."""
    environment = {**os.environ, **{f"{provider.upper()}_API_KEY": key for provider in PLUGINS["endpoints"]}}
    command = ["ansible-inventory", "-i", str(source), "--list"]
    output = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout
    return json.loads(output)["_meta"]["hostvars"]


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
        "inventory less script": full - empty - (script - no_script),
    }


def print_inventory(rounds, number=500, latency=0.05, concurrency=8):
    """Print the figures of each inventory plugin."""
    for plugin in PLUGINS:
        print_one(plugin, rounds, number, latency, concurrency)


def print_one(plugin, rounds, number, latency, concurrency):
    """Print the seconds of each part, as ratios to the time that the latency of the requests alone needs.

    The goal for the inventory is 1.3. The following keep the ratio above it:

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
    with tempfile.TemporaryDirectory() as folder:
        measured = [measure(plugin, pathlib.Path(folder), at_once) for _round in range(rounds)]
    least = len(measured[0][0]) / at_once * latency
    print(
        f"{plugin}: {number} resources for each provider, {latency * 1000:.0f} ms per request, {at_once} at once: "
        f"{len(measured[0][0])} requests, which alone need {least:.2f} s"
    )
    print(f"{'':26}{'median, s':>11}   ratio to {least:.2f} s in each round")
    for name in measured[0][1]:
        seconds = [figures[name] for _sent, figures in measured]
        ratios = ", ".join(f"{one / least:.2f}" for one in seconds)
        print(f"{name:26}{statistics.median(seconds):11.2f}   {ratios}")
