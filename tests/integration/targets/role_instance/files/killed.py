# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the job of ``killed.yml``, and kill it at two points: killed.py <provider> <options of the instance as JSON>.

The environment contains the keys and URLs of the providers, and ``SIMULATOR_URL``.
"""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).parent
RUNNING = {"novita": {"status": "running"}, "ppio": {"status": "running"}, "vast": {"actual_status": "running"}}
LONG = 100_000
NAME = "it-role-killed"


def control(method, path, **body):
    """Send a request to the control interface of the simulator, and return the response."""
    key = os.environ["NOVITA_API_KEY"]
    request = urllib.request.Request(
        f"{os.environ['SIMULATOR_URL']}/_sim/{path}",
        method=method,
        data=json.dumps(body).encode() if body else None,
        headers={"Authorization": f"Bearer {key}"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        return json.load(response)


def instances(provider):
    """Return the instances of the job."""
    return [each for each in control("GET", f"{provider}/instances") if NAME in (each.get("name"), each.get("label"))]


class Job:
    """A run of the playbook."""

    def __init__(self, folder, variables):
        command = [
            "ansible-playbook",
            "-e",
            json.dumps({**variables, "instance_name": NAME, "folder": str(folder)}),
            str(HERE / "killed.yml"),
        ]
        self.process = subprocess.Popen(command, start_new_session=True)

    def kill_when(self, condition):
        """Kill all processes of the run as soon as a condition is true."""
        while not condition():
            if self.process.poll() is not None:
                sys.exit("the job ended too early")
            time.sleep(0.1)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def main():
    provider, options = sys.argv[1], json.loads(sys.argv[2])
    variables = {"instance_provider": provider, "instance_options": options}
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        seconds = control("GET", f"{provider}/settings")["boot_seconds"]
        control("PATCH", f"{provider}/settings", boot_seconds=LONG)
        Job(folder, variables).kill_when(lambda: instances(provider))
        control("PATCH", f"{provider}/settings", boot_seconds=seconds)
        [instance] = instances(provider)
        control("PATCH", f"{provider}/instances/{instance['id']}", **RUNNING[provider])
        Job(folder, variables).kill_when(folder.joinpath("works").exists)
        assert [each["id"] for each in instances(provider)] == [instance["id"]]
        folder.joinpath("may_end").touch()
        sys.exit(Job(folder, variables).process.wait())


if __name__ == "__main__":
    main()
