# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes of endpoints, over real HTTP on loopback."""

from __future__ import annotations

import base64
import datetime
import http.server
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled, ProbeFailed
from ansible_collections.gpufleet.cloud.plugins.module_utils._http import exchange
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference import probe_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.probe import Probe
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets

from ...harness import PlayedClock

SECRET = "canary-0123456789abcdef"
WELL, ILL = (200, "all is well"), (503, "all is ill")


class Endpoint(http.server.ThreadingHTTPServer):
    """A server that sends the next of its responses, the last one again and again, and keeps the requests.

    A response is a status and a body, and optionally headers; or a function that writes to the connection.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.responses = [WELL]
        self.requests = []
        self.ended = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    """Sends a response of an ``Endpoint``."""

    def handle_one_request(self):
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        server = self.server
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server.requests.append((self.command, self.path, self.headers, body.decode()))
        response = server.responses.pop(0) if len(server.responses) > 1 else server.responses[0]
        self.close_connection = True
        if callable(response):
            response(self.wfile, server.ended)
            return
        status, text, *headers = response
        self.send_response(status)
        for name, value in {"Content-Length": len(text.encode()), **dict(*headers)}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text.encode())

    def log_message(self, *_arguments):
        """Stay silent."""


@pytest.fixture(name="endpoint")
def _endpoint():
    with Endpoint() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.ended.set()
        server.shutdown()


def probe(clock=None, demand=lambda: None, secrets=None, key="", **options):
    merged = probe_options.merged({"timeout": 60}, options)
    return Probe(merged, clock or PlayedClock(), demand, secrets=secrets, key=key)


def failure(endpoint, **options):
    """Return the message of a probe that fails."""
    with pytest.raises(ProbeFailed) as caught:
        probe(**{"retries": 0, **options}).run(endpoint.url)
    assert caught.value.reason == "probe_failed"
    return str(caught.value)


# -- series ------------------------------------------------------------------------------------------------------------


def test_one_success_is_enough_by_default_and_nothing_is_waited_for(endpoint):
    clock = PlayedClock()
    result = probe(clock).run(endpoint.url)
    assert (result.attempts, result.status, clock.slept) == (1, 200, [])
    assert 0 <= result.latency_median <= result.latency_worst
    [(method, path, headers, body)] = endpoint.requests
    assert (method, path, body) == ("GET", "/", "")
    assert headers["User-Agent"].startswith("gpufleet.cloud/")
    assert not {"Authorization", "Content-Type", "Cookie"} & set(headers)


def test_a_series_that_breaks_begins_again(endpoint):
    clock = PlayedClock()
    endpoint.responses = [ILL, WELL, WELL, ILL, WELL, WELL, WELL, ILL]
    result = probe(clock, successes=3, retries=2, pause=7).run(endpoint.url)
    assert (result.attempts, clock.slept) == (7, [7] * 6)
    assert 0 <= result.latency_median <= result.latency_worst


def test_only_failed_requests_count_as_retries(endpoint):
    endpoint.responses = [WELL, ILL, WELL, ILL, WELL, WELL]
    words = r"^the probe GET http://127.0.0.1:\d+ failed after 4 attempts without 2 consecutive successes; "
    with pytest.raises(ProbeFailed, match=words):
        probe(successes=2, retries=1).run(endpoint.url)


# -- failures ----------------------------------------------------------------------------------------------------------


def test_a_wrong_status(endpoint):
    endpoint.responses = [ILL]
    message = failure(endpoint, status=[200, 204], retries=2)
    assert message.endswith(
        "failed after 3 attempts; the last failure: HTTP status 503 instead of 200 or 204; response: 'all is ill'."
    )
    assert len(endpoint.requests) == 3


def test_a_redirect_is_not_followed(endpoint):
    endpoint.responses = [(302, "", {"Location": "/there"})]
    assert "HTTP status 302 instead of 200 (redirects are not followed)." in failure(endpoint)
    assert len(endpoint.requests) == 1
    assert probe(status=[302]).run(endpoint.url).status == 302


def test_the_text_must_be_in_the_response(endpoint):
    endpoint.responses = [(200, "<html><title>Please\x1b wait</title>gr\xfc\xdfe</html>")]
    assert "HTTP status 200 without the expected text; response: 'Please\\x1b wait'." in failure(endpoint, text="well")
    probe(text="gr\xfc\xdfe").run(endpoint.url)
    endpoint.responses = [lambda wire, _ended: wire.write(b"HTTP/1.1 200 X\r\n\r\n\xff\xfe well")]
    probe(text="well").run(endpoint.url)
    assert failure(endpoint, text="ill").endswith("without the expected text."), "nothing readable to quote"


def test_no_connection(endpoint, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert "the last failure: no connection to http://127.0.0.1:9: " in failure(endpoint, url="http://127.0.0.1:9")
    encrypted = endpoint.url.replace("http:", "https:")
    assert f"the last failure: the TLS connection to {encrypted} failed" in failure(endpoint, url=encrypted)


def test_head_requests_and_unchanged_pages_have_no_body(endpoint):
    endpoint.responses = [(200, "all is well")]
    probe(method="HEAD").run(endpoint.url)
    endpoint.responses = [lambda wire, _ended: wire.write(b"HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n")]
    probe(status=[304]).run(endpoint.url)


def trickle(wire, ended):
    wire.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not ended.wait(0.02):
        wire.write(b" ")


def endless(wire, ended):
    wire.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while not ended.is_set():
        wire.write(b" " * 65536)


def swallowed(act):
    """Return a response that ignores that the client ends the connection."""

    def write(wire, ended):
        try:
            act(wire, ended)
        except OSError:
            ended.set()

    return write


def test_a_response_that_never_ends(endpoint, monkeypatch):
    endpoint.responses = [swallowed(trickle)]
    assert f"no complete response from {endpoint.url} within 0.3 s (verify.timeout)" in failure(endpoint, timeout=0.3)
    monkeypatch.setattr(exchange, "MAX_RESPONSE_SIZE", 1024**2)
    endpoint.responses = [swallowed(endless)]
    assert "the response is larger than 1 MiB" in failure(endpoint)
    assert endpoint.ended.wait(60), "the response is still being read"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x16\x03\x01 not HTTP\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_an_invalid_response(endpoint, raw):
    endpoint.responses = [lambda wire, _ended: wire.write(raw)]
    ended = f"the last failure: the connection to {endpoint.url} ended before the response"
    # urllib3 1.26 accepts an incomplete response.
    incomplete = "the last failure: the response is incomplete (5 of 100 bytes)"
    why = failure(endpoint)
    assert ended in why or incomplete in why


# -- interruption ------------------------------------------------------------------------------------------------------


class Interrupt:
    """A permit that ends at a certain demand."""

    def __init__(self, last):
        self._left = last

    def demand(self):
        self._left -= 1
        if self._left < 0:
            raise Cancelled("the task was canceled")


def test_an_interrupt_ends_the_wait_for_a_response(endpoint, monkeypatch):
    monkeypatch.setattr(exchange, "_LOOK", 0.01)
    endpoint.responses = [lambda _wire, ended: ended.wait(60)]
    with pytest.raises(Cancelled):
        probe(demand=Interrupt(3).demand, timeout=3600).run(endpoint.url)
    assert len(endpoint.requests) <= 1


def test_no_request_follows_an_interrupt(endpoint):
    endpoint.responses = [ILL]
    with pytest.raises(Cancelled):
        probe(demand=Interrupt(2).demand).run(endpoint.url)
    assert len(endpoint.requests) == 2


# -- requests and secrets ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "body_format", "sent", "content_type"),
    [
        ("gr\xfc\xdfe", "raw", "gr\xfc\xdfe", None),
        ({"n": 1}, "json", '{"n": 1}', "application/json"),
        ({}, "json", "{}", "application/json"),
        ('{"n":1}', "json", '{"n":1}', "application/json"),
        ({"a": "b c", "d": [1, 2]}, "form-urlencoded", "a=b+c&d=1&d=2", "application/x-www-form-urlencoded"),
        ("", "json", "", None),
    ],
)
def test_the_body_has_the_format(endpoint, body, body_format, sent, content_type):
    probe(method="POST", body=body, body_format=body_format).run(endpoint.url)
    [(_method, _path, headers, received)] = endpoint.requests
    assert (received, headers["Content-Type"]) == (sent, content_type)


def test_headers_override_those_of_the_probe(endpoint):
    headers = {"content-type": "text/x", "USER-AGENT": "me", "authorization": "Basic eDp5", "X-A": 5, "X-B": " \xe9 "}
    probe(headers=headers, body={}, body_format="json", key=SECRET).run(endpoint.url)
    sent = endpoint.requests[0][2]
    shown = {name: sent.get_all(name) for name in ("Content-Type", "User-Agent", "Authorization", "X-A")}
    assert shown == {"Content-Type": ["text/x"], "User-Agent": ["me"], "Authorization": ["Basic eDp5"], "X-A": ["5"]}
    assert sent["X-B"].encode("latin-1").decode() == "\xe9"


def test_the_key_and_the_login_of_the_url_are_sent_as_a_header(endpoint, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login x password y", encoding="ascii")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    probe(key=SECRET).run(endpoint.url)
    probe(key=SECRET, url=endpoint.url.replace("//", "//me:p%40ss@")).run("")
    probe().run(endpoint.url)
    login = base64.b64encode(b"me:p@ss").decode()
    assert [headers["Authorization"] for _m, _p, headers, _b in endpoint.requests] == [
        f"Bearer {SECRET}",
        f"Basic {login}",
        None,
    ]


def test_the_key_is_sent_only_with_encryption_or_to_loopback(monkeypatch):
    sent = []

    def connections(authorization, _headers, **_settings):
        sent.append(authorization)
        raise Cancelled("seen")

    monkeypatch.setattr(
        "ansible_collections.gpufleet.cloud.plugins.module_utils._inference.probe.Connections", connections
    )
    for url in (
        "https://example.com",
        "http://localhost:1",
        "http://[::1]",
        "http://example.com",
        "http://localhost.x",
    ):
        with pytest.raises(Cancelled):
            probe(key=SECRET).run(url)
    assert sent == [f"Bearer {SECRET}"] * 3 + [""] * 2


def test_paths_are_joined_and_no_proxy_or_cookie_is_used(endpoint, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    endpoint.responses = [(200, "", {"Set-Cookie": "canary=1"})]
    for url, path in ((endpoint.url, "a"), (f"{endpoint.url}/v1/", "/a?b=c"), (f"{endpoint.url}/v1?b#c", "")):
        probe(path=path, successes=2).run(url)
    assert [path for _m, path, _h, _b in endpoint.requests[::2]] == ["/a", "/v1/a?b=c", "/v1?b"]
    assert not any(headers["Cookie"] for _m, _p, headers, _b in endpoint.requests)


@pytest.mark.parametrize("secret", [SECRET, "s3cr3t"])
@pytest.mark.parametrize("status", [200, 500])
def test_no_message_contains_a_secret_that_the_server_repeats(endpoint, secret, status):
    echo = f"You sent {secret} and {base64.b64encode(f'me:{secret}'.encode()).decode()}"
    endpoint.responses = [(status, echo, {"X-Echo": secret, "Location": f"/{secret}"})]
    for options in (
        {"headers": {"X-Key": secret}},
        {"headers": {"Authorization": f"Bearer {secret}"}},
        {"body": {"messages": [{"content": secret}]}, "body_format": "json"},
        {"body": {"content": secret}, "body_format": "form-urlencoded"},
        {"body": secret},
        {"key": secret},
        {"url": endpoint.url.replace("//", f"//me:{secret}@")},
        {"path": f"/x?token={secret}"},
        {"secrets": known(secret)} if secret == SECRET else {"body": secret},
    ):
        message = failure(endpoint, text="something else", **options)
        assert f"HTTP status {status}" in message
        assert secret not in message
        assert base64.b64encode(f"me:{secret}".encode()).decode() not in message


def test_no_message_contains_the_encoded_login_of_the_url(endpoint):
    login = base64.b64encode(b"me:s3cr3t").decode()
    endpoint.responses = [(500, f"Basic {login} is refused")]
    assert login not in failure(endpoint, url=endpoint.url.replace("//", "//me:s3cr3t@"))


def known(secret):
    secrets = Secrets()
    secrets.add(secret)
    return secrets


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [{"headers": {"X-Key": SECRET}}, {"body": SECRET}, {"path": f"x?key={SECRET}"}],
    ids=lambda options: next(iter(options)),
)
def test_secrets_are_not_sent_without_encryption_to_a_url_of_the_provider(options):
    refused = "was not sent: the provider returned this URL, it is not an https URL, and verify.headers"
    for url in ("http://me:x@example.com/a?b", r"http://example.com\@127.0.0.1.example.com", "http://127.0.0.1.x"):
        problem = probe(**options).problem(url)
        assert refused in problem
        assert "me" not in problem.replace("example", "")
        assert SECRET not in problem
        with pytest.raises(ProbeFailed, match="was not sent"):
            probe(**options).run(url)
        assert probe(url=url, **options).problem("http://other.example.com") == ""
        assert probe(path="x").problem(url) == ""
    for url in (
        "https://example.com",
        "HTTPS://example.com",
        "http://localhost",
        "http://127.1.2.3:80",
        "http://[::1]/",
    ):
        assert probe(**options).problem(url) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "returned no URL"),
        ("example.com", "returned an invalid URL"),
        ("ftp://example.com", "returned an invalid URL"),
        ("http://\xe9.example.com", "returned an invalid URL"),
        ("http://example.com:x", "returned an invalid URL"),
    ],
)
def test_a_missing_or_invalid_url_of_the_provider_is_a_problem(url, words):
    assert words in probe().problem(url)


# -- options -----------------------------------------------------------------------------------------------------------


def test_null_has_no_effect_and_later_mappings_override_earlier_ones():
    general = {"path": "health", "retries": 0, "headers": {"X-A": "1"}, "text": "well"}
    options = probe_options.merged(general, None, {"path": None, "headers": {}, "text": "", "pause": 0})
    defaults = probe_options.merged()
    assert options == {**defaults, "path": "health", "retries": 0, "headers": {}, "text": "", "pause": 0}
    assert (defaults["method"], defaults["status"], defaults["retries"]) == ("GET", [200], 30)
    assert probe_options.violations(options) == probe_options.violations(defaults) == []


def test_the_argument_spec_has_all_options_and_hides_the_secret_ones():
    spec = probe_options.argument_spec()
    assert set(spec) == set(probe_options.merged())
    assert {name for name, argument in spec.items() if argument.get("no_log")} == {"headers", "body"}
    assert not any("default" in argument for argument in spec.values())
    assert spec["status"] == {"type": "list", "elements": "int"}
    assert (spec["body"]["type"], spec["headers"]["type"]) == ("raw", "dict")


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"method": "get"}, "method"),
        ({"method": "GET /x"}, "method"),
        ({"url": "ftp://canary"}, "url"),
        ({"url": "https://canary/a b"}, "url"),
        ({"url": "https://canary\n"}, "url"),
        ({"url": "https://can\xe4ry"}, "url"),
        ({"url": "https://:80/canary"}, "url"),
        ({"path": "canary x"}, "path"),
        ({"path": "can\xe4ry"}, "path"),
        ({"path": "x", "url": "https://example.com?key=canary"}, "path"),
        ({"headers": {"X Y": "canary"}}, "headers.X Y"),
        ({"headers": {"X-A": "canary\r\nX-B: 2"}}, "headers.X-A"),
        ({"headers": {"X-A": "canary\x00"}}, "headers.X-A"),
        ({"headers": {"X-A": ["canary"]}}, "headers.X-A"),
        ({"headers": {"X-A": True}}, "headers.X-A"),
        ({"headers": {"X-A": None}}, "headers.X-A"),
        ({"headers": {"X-A": "canary", "x-a": "canary"}}, "headers.x-a"),
        ({"headers": "X-A: canary"}, "headers"),
        ({"body": {"a": "canary"}}, "body"),
        ({"body": 5}, "body"),
        ({"body": {"a": datetime.date(2026, 1, 1)}, "body_format": "json"}, "body"),
        ({"body": {"a": float("nan")}, "body_format": "json"}, "body"),
        ({"body": ["canary"], "body_format": "form-urlencoded"}, "body"),
        ({"body": {"a": {"b": "canary"}}, "body_format": "form-urlencoded"}, "body.a"),
        ({"body": {"a": ["b", None]}, "body_format": "form-urlencoded"}, "body.a"),
        ({"status": []}, "status"),
        ({"status": [200, 99]}, "status[1]"),
        ({"status": [600]}, "status[0]"),
        ({"successes": 0}, "successes"),
        ({"successes": 1001}, "successes"),
        ({"retries": -1}, "retries"),
        ({"retries": 10001}, "retries"),
        ({"pause": -1}, "pause"),
        ({"pause": 86401}, "pause"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": 3601}, "timeout"),
    ],
)
def test_violations_have_a_path_and_no_secret(options, path):
    [violation] = probe_options.violations(probe_options.merged(options))
    assert violation.path == path
    assert "canary" not in violation.text


def test_valid_options_have_no_violations():
    options = {
        "method": "PATCH",
        "url": "HTTPS://me:x@[::1]:8000/a?b=c",
        "headers": {"X-A": "a\tb", "X-B": "", "X-C": 5},
        "body": [1.5, None, {"a": True}],
        "body_format": "json",
        "status": [100, 599],
        "successes": 1000,
        "retries": 10_000,
        "pause": 0,
    }
    assert probe_options.violations(probe_options.merged(options)) == []
    assert probe_options.violations(probe_options.merged({"path": "/a?b=c#d", "url": "http://127.0.0.1"})) == []
