# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses of a hostile server: each causes a clear failure, in limited time and with limited memory.

The module runs in a new process, which reports its maximum memory.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import VAST_SSH_KEY

MODULES = {
    "novita_endpoint": {"endpoints": [], "total": 0},
    "novita_instance": {"instances": [], "total": 0},
    "ppio_endpoint": {"data": [], "has_more": False, "next_cursor": ""},
    "ppio_instance": {"data": [], "has_more": False, "next_cursor": ""},
    "vast_endpoint": {"success": True, "results": []},
    "vast_instance": {"success": True, "instances": [], "total_instances": 0, "next_token": None},
    "vast_workergroup": {"success": True, "results": []},
    "vast_ssh_key": {"ssh_keys": []},
    "vast_env_var": {"success": True, "secrets": {}},
    "vast_template": {"templates": []},
}
IDENTITY = {
    "vast_workergroup": {"endpoint_id": 4711},
    "vast_ssh_key": {"public_key": VAST_SSH_KEY.task["public_key"]},
}
MOST_MEMORY = 300
"""MB. Python with its libraries takes 70, and the largest response takes 32, for a moment twice."""
MOST_SECONDS = 25
PROGRAM = """
import json, pathlib, re, sys
from ansible_collections.gpufleet.cloud.tests.unit.harness import run_module
values, printed = run_module(sys.argv[1], json.loads(sys.argv[2]))
# Not getrusage: its value includes the memory of the parent process.
most = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(json.dumps([values, "Traceback" in printed, int(most.group(1)) // 1024]))
"""
MB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\n"


class Server:
    """Sends the bytes of a generator to every client, until the client closes the connection."""

    def __init__(self, play):
        self._play = play
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._respond, args=(connection,), daemon=True).start()

    def _respond(self, connection):
        with connection:
            try:
                connection.recv(65536)
                for piece in self._play():
                    connection.sendall(piece)
            except OSError:
                pass

    def close(self):
        # The socket of the next test can get the same descriptor, so this thread must end before.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._listener.close()


def body(data, *headers):
    lines = [b"Content-Type: application/json", *headers, b"Content-Length: %d" % len(data)]
    return [OK + b"\r\n".join(lines) + b"\r\n\r\n" + data]


def forever(first, piece, pause=0.0):
    def play():
        yield first
        while True:
            yield piece
            time.sleep(pause)

    return play


def large(first, piece, count):
    def play():
        yield first
        for _number in range(count):
            yield piece

    return play


HOSTILE = {
    "a body of 100 MB": large(OK + b"Content-Length: %d\r\n\r\n" % (100 * MB), b" " * MB, 100),
    "a body of 100 MB in chunks": large(
        OK + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + b" " * MB + b"\r\n", 100
    ),
    "an endless body": forever(OK + b"\r\n", b" " * 65536),
    "a slow body": forever(OK + b"Content-Length: 1000000\r\n\r\n", b" ", 0.2),
    "slow chunks": forever(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.2),
    "1 GB compressed with gzip": lambda: body(gzip.compress(bytes(64 * MB)) * 16, b"Content-Encoding: gzip"),
    "an endless header": forever(OK + b"X-Long: ", b"x" * 65536),
    "endless headers": forever(OK, b"X-More: y\r\n" * 1000),
    "a hundred headers of 60 kB": lambda: [
        OK + (b"X: " + b"y" * 60_000 + b"\r\n") * 99 + b"Content-Length: 2\r\n\r\n{}"
    ],
    "slow headers": forever(OK, b"X: y\r\n", 0.2),
    "an endless status line": forever(b"HTTP/1.1 200 ", b"x" * 65536),
    "endless 100 Continue": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "not HTTP": lambda: [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 100],
    "a negative length": lambda: [OK + b"Content-Length: -5\r\n\r\n{}"],
    "two lengths": lambda: [OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
    "an invalid chunk": lambda: [OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"],
    "invalid gzip": lambda: body(b"{}", b"Content-Encoding: gzip"),
    "silence": forever(b"", b"", 0.2),
    "no response": list,
    "deep arrays": lambda: body(b"[" * 1_000_000),
    "deep objects": lambda: body(b'{"a":' * 1_000_000),
    "deep but valid JSON": lambda: body(b'{"endpoints": ' + b"[" * 500 + b"]" * 500 + b"}"),
    "30 MB of empty lists": lambda: body(b'{"endpoints": [' + b"[]," * (10 * MB) + b"[]]}"),
    "a number with a million digits": lambda: body(b'{"total": ' + b"9" * 1_000_000 + b"}"),
    "an invalid escape": lambda: body(b'{"a": "\\ud800\\udc"}'),
    "half of a surrogate pair": lambda: body(b'{"endpoints": "\\ud800"}'),
    "the same key twice": lambda: body(b'{"endpoints": [{"id": "a"}], "total": 1, "endpoints": [], "total": 0}'),
    "half a million different keys, one of them twice": lambda: body(
        b'{"endpoints": [], "total": 0, %s, "k499999": 1}'
        % b", ".join(b'"k%d": 1' % number for number in range(500_000))
    ),
    "bytes that are not text": lambda: body(b"\xff\xfe\x00{\xff"),
}
FAST = ("a body of 100 MB", "endless headers", "endless 100 Continue", "not HTTP", "deep objects")


def run(module, url, **options):
    """Run a module against a server; return its result, its memory in MB and its time in seconds."""
    given = {
        "api_key": "sk-0123456789abcdef0123456789abcdef",
        "api_url": url,
        "api_timeout": 3,
        "api_retries": 0,
        "state": "absent",
        **IDENTITY.get(module, {"name": "a"}),
        **options,
    }
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, module, json.dumps(given)],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    values, traceback, memory = json.loads(done.stdout.splitlines()[-1])
    assert not traceback
    return values, memory, time.monotonic() - began


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.fast if name in FAST else ()) for name in HOSTILE]
)
def test_a_hostile_response_causes_a_clear_failure(figures, name):
    server = Server(HOSTILE[name])
    try:
        result, memory, seconds = run("novita_endpoint", server.url)
    finally:
        server.close()
    assert result.get("failed"), result
    assert result["msg"].startswith("Cannot find endpoint 'a' at Novita AI: ")
    assert "bug in the collection" not in result["msg"]
    assert len(result["msg"]) < 2000
    assert memory < MOST_MEMORY, f"{memory} MB"
    assert seconds < MOST_SECONDS, f"{seconds:.0f} s"
    figures.count("hostile responses", "novita_endpoint", "survived")


@pytest.mark.parametrize(
    "content_type", ["text/html", "application/octet-stream", "text/plain; charset=utf-16", "", "nonsense"]
)
@pytest.mark.parametrize("module", MODULES)
def test_the_content_type_of_a_valid_response_does_not_matter(figures, module, content_type):
    """Providers send JSON as text/plain. A response is valid if it is JSON of the right shape."""
    server = Server(
        lambda: [
            OK
            + b"Content-Type: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            % (content_type.encode(), len(json.dumps(MODULES[module])), json.dumps(MODULES[module]).encode())
        ]
    )
    try:
        result, memory, _seconds = run(module, server.url)
    finally:
        server.close()
    assert not result.get("failed"), result["msg"]
    assert memory < MOST_MEMORY
    figures.count("hostile responses", module, "survived")


CONTRADICTIONS = {
    "an error": b'"error": "internal_error"',
    "a reason": b'"reason": "UNKNOWN"',
    "a code": b'"code": 500',
    "success as text": b'"success": "true"',
    "the same key twice": b'"a": 1, "a": 1',
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.fast if name == "an error" else ()) for name in CONTRADICTIONS]
)
@pytest.mark.parametrize("module", MODULES)
def test_an_empty_list_response_that_contradicts_itself_causes_a_clear_failure(figures, module, name):
    valid = {key: value for key, value in MODULES[module].items() if key != "success"}
    data = b"{%s, %s" % (CONTRADICTIONS[name], json.dumps(valid).encode()[1:])
    server = Server(lambda: body(data))
    try:
        result, _memory, _seconds = run(module, server.url)
    finally:
        server.close()
    assert result.get("failed"), result
    assert result["msg"].startswith("Cannot find ")
    assert result["failure"]["reason"] == "bad_answer"
    figures.count("hostile responses", module, "survived")


@pytest.mark.parametrize("name", ["deep arrays", "deep objects", "a number with a million digits", "a body of 100 MB"])
@pytest.mark.parametrize("module", sorted(set(MODULES) - {"novita_endpoint"}))
def test_a_hostile_list_response_causes_a_clear_failure(figures, module, name):
    server = Server(HOSTILE[name])
    try:
        result, memory, _seconds = run(module, server.url)
    finally:
        server.close()
    assert result.get("failed"), result
    assert result["msg"].startswith("Cannot find ")
    assert memory < MOST_MEMORY
    figures.count("hostile responses", module, "survived")
