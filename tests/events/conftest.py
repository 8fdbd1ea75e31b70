# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a simulator in real time, and event sources in a Python without Ansible."""

from __future__ import annotations

import json
import os
import pathlib
import queue
import secrets
import subprocess
import sys
import threading
import time

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator

COLLECTION = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = COLLECTION / "extensions" / "eda" / "plugins" / "event_source" / "watch.py"
DRIVER = pathlib.Path(__file__).with_name("driver.py")
LIMIT = 120
"""Seconds, far more than anything takes: a wait is for a condition."""


class Cloud:
    """The accounts of one test, one at each provider, all with the same key."""

    def __init__(self, simulator, folder):
        self.simulator = simulator
        self.folder = folder
        self.key = f"canary-key-{secrets.token_hex(16)}"
        self.secrets = [self.key]
        self.sources = []

    def account(self, provider):
        return self.simulator.account(provider, self.key)

    def secret(self):
        """Return a secret that no event and no log may contain."""
        self.secrets.append(f"canary-{secrets.token_hex(16)}")
        return self.secrets[-1]

    def environment(self, *providers):
        """Return environment variables with the addresses of all providers, and with the keys of some."""
        urls = {
            "NOVITA_API_URL": self.simulator.novita_url,
            "PPIO_API_URL": self.simulator.ppio_url,
            "VAST_API_URL": self.simulator.vast_url,
            "VAST_AUTOSCALER_URL": self.simulator.vast_autoscaler_url,
        }
        keys = {f"{provider.upper()}_API_KEY": self.key for provider in providers}
        return {"HOME": str(self.folder), "PATH": os.defpath, "NO_PROXY": "127.0.0.1", **urls, **keys}

    def watch(self, options, providers=("novita", "vast"), python=None, plugin=PLUGIN, **variables):
        """Start an event source that polls as often as the options allow."""
        environment = {**self.environment(*providers), **variables}
        paced = {"interval": 1, "jitter": 0, **options}
        self.sources.append(Source(python or os.environ["EVENTS_PYTHON"], plugin, paced, environment))
        return self.sources[-1]

    def wait_for_polls(self, provider, operation, count=2):
        """Wait until more requests to an operation have begun, so that at least one whole poll is later than now."""

        def begun():
            return sum(entry["operation"] == operation for entry in self.account(provider).requests)

        before = begun()
        self._wait_until(lambda: begun() >= before + count)

    def wait_for_request(self, provider, operation):
        """Wait until a request to an operation has begun."""
        self._wait_until(lambda: any(entry["operation"] == operation for entry in self.account(provider).requests))

    def _wait_until(self, condition):
        """Wait until a condition is true. Fails if the newest event source ends first."""
        deadline = time.monotonic() + LIMIT
        while not condition():
            source = self.sources[-1]
            if time.monotonic() > deadline or any("ended" in line for line in source.waiting):
                pytest.fail(f"the source has ended, or {LIMIT} s are over\n{source.printed}", pytrace=False)
            time.sleep(0.02)


class Source:
    """A process that runs an event source."""

    def __init__(self, python, plugin, options, environment):
        self._process = subprocess.Popen(
            [python, "-X", "utf8", DRIVER, plugin, json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        )
        self._lines = queue.Queue()
        self._printed = []
        self._threads = [
            threading.Thread(target=self._read, args=(stream,))
            for stream in (self._process.stdout, self._process.stderr)
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, stream):
        for line in stream:
            self._printed.append(line)
            if stream is self._process.stdout:
                self._lines.put(json.loads(line))

    def next(self):
        """Wait for the next line."""
        try:
            return self._lines.get(timeout=LIMIT)
        except queue.Empty:
            pytest.fail(f"no event within {LIMIT} s\n{self.printed}", pytrace=False)

    @property
    def waiting(self):
        """The lines that nobody has asked for."""
        return list(self._lines.queue)

    @property
    def printed(self):
        """Everything that the process has printed, its log included."""
        return "".join(self._printed)

    def tell(self, command):
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()

    def stop(self):
        """Cancel the source, and return its last line after the end of the process."""
        self.tell("cancel")
        line = self.next()
        while "ended" not in line:
            line = self.next()
        self.wait()
        return line

    def wait(self):
        """Wait until the process has ended and everything has been read."""
        self._process.wait(timeout=LIMIT)
        for thread in self._threads:
            thread.join(timeout=LIMIT)

    def close(self):
        self._process.terminate()
        self.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            stream.close()


@pytest.fixture(name="simulator", scope="session")
def _simulator():
    with Simulator(boot_seconds=0) as simulator:
        yield simulator


@pytest.fixture(name="cloud")
def _cloud(simulator, tmp_path):
    """The accounts of a test. At its end, no event source may have printed a secret."""
    cloud = Cloud(simulator, tmp_path)
    yield cloud
    for source in cloud.sources:
        source.close()
    printed = "".join(source.printed for source in cloud.sources)
    assert [secret for secret in cloud.secrets if secret in printed] == []
    assert "Traceback" not in printed


@pytest.fixture(name="python_without_packages", scope="session")
def _python_without_packages(tmp_path_factory):
    """A Python that can import only the standard library."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"
