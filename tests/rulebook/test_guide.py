# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook of the guide, run by ansible-rulebook with the simulator.

``make rulebook`` sets RULEBOOK_BIN and JAVA.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import pathlib
import queue
import secrets
import signal
import subprocess
import threading
import time

import pytest
import yaml

from ansible_collections.gpufleet.cloud.tests.guides.blocks import blocks_of
from ansible_collections.gpufleet.cloud.tests.simulator import Simulator

COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
GUIDE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst" / "events.rst"
LIMIT = 180
"""Seconds, far more than anything takes: a wait is for a condition."""


@pytest.fixture(name="simulator")
def _simulator():
    with Simulator(boot_seconds=0) as simulator:
        yield simulator


@pytest.fixture(name="pager")
def _pager():
    """A web server for pages. Its attribute ``pages`` is a queue of the bodies."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.server.pages.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.pages = queue.Queue()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_rulebook_of_the_guide_repairs_and_pages(simulator, pager, tmp_path):
    key = f"canary-key-{secrets.token_hex(16)}"
    vast = simulator.account("vast", key)
    for block in blocks_of(GUIDE):
        if block.mark("file"):
            (tmp_path / block.mark("file")).write_text(block.replaced, encoding="utf-8")
    [entry] = yaml.safe_load((tmp_path / "fleet.yml").read_text(encoding="utf-8"))["fleet_resources"]
    desired = entry["vast_endpoint"]
    endpoint_id = str(vast.store("endpoints").seed({**desired, "endpoint_name": desired["name"]})["id"])
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(
            [os.environ["RULEBOOK_BIN"], str(pathlib.Path(os.environ["JAVA"]).parent), os.environ["PATH"]]
        ),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "FLEET_FILE": str(tmp_path / "fleet.yml"),
        "PAGER_URL": f"http://127.0.0.1:{pager.server_port}/",
        "NO_PROXY": "127.0.0.1",
        "VAST_API_URL": simulator.vast_url,
        "VAST_AUTOSCALER_URL": simulator.vast_autoscaler_url,
        "VAST_API_KEY": key,
        "NOVITA_API_URL": simulator.novita_url,
        "NOVITA_API_KEY": key,
    }
    log = tmp_path / "log"

    def printed():
        return log.read_text(encoding="utf-8", errors="replace")

    def wait_until(condition):
        deadline = time.monotonic() + LIMIT
        while not condition():
            if time.monotonic() > deadline or process.poll() is not None:
                pytest.fail(f"{printed()}\nansible-rulebook has ended, or {LIMIT} s are over", pytrace=False)
            time.sleep(0.05)

    command = "ansible-rulebook --rulebook react.yml --inventory inventory --env-vars FLEET_FILE -vv"
    with (
        log.open("w", encoding="utf-8") as output,
        subprocess.Popen(
            command.split(),
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            wait_until(lambda: any(request["operation"] == "endpoint.list" for request in vast.requests))
            vast.store("endpoints").change(endpoint_id, {"max_workers": 40})
            wait_until(lambda: vast.store("endpoints").views()[0]["max_workers"] == desired["max_workers"])
            novita = simulator.account("novita", key)
            novita.store("endpoints").seed({"name": "llm-8b", "state": "failed"})
            wait_until(lambda: not pager.pages.empty())
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    page = pager.pages.get()
    assert page["summary"] == "endpoint_failed at novita"
    assert page["details"]["endpoint"]["name"] == "llm-8b"
    assert key not in printed()
