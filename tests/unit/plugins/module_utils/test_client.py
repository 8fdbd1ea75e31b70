# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP client alone. The law tests cover the responses of the providers."""

from __future__ import annotations

import contextlib
import datetime
import errno
import gzip
import ipaddress
import json
import logging
import os
import re
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.exceptions import LocationParseError

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import (
    ApiError,
    BadResponse,
    Cancelled,
    OptionError,
    ProgrammingError,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._http import client as client_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._http import exchange, response_reader
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.address import check_url
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.call import ONCE, READ, REPEATABLE, Call
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.error_format import ErrorFormat
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.response import Response
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import MASK, Secrets

from ...harness import PlayedClock

LIST = Call("thing.list", "GET", "/things", READ, {"type": "object"})
CREATE = Call("thing.create", "POST", "/things", ONCE)
UPDATE = Call("thing.update", "PUT", "/things/{id}", REPEATABLE)


class Errors(ErrorFormat):
    """The error format of a provider that uses every setting."""

    success_key = "ok"
    documents_success_key = True
    retry_after_key = "wait"
    interval_pattern = re.compile("every ([0-9.]+) s")
    codes_in_messages = {"no_credit": re.compile("poor")}
    quota_reset_header = "X-Begins-Again"
    temporary_codes = frozenset({"no_stock"})


@pytest.fixture(name="server")
def _server():
    """Return a server with scripted responses."""
    with Scripted() as server:
        yield server


class Scripted:
    """A server on loopback that sends the next of its responses to each connection."""

    def __init__(self):
        self.responses = []
        self.requests = []

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve_until_closed, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        # The socket of the next test can get the same descriptor, so this thread must end before.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._socket.close()
        assert not self._thread.is_alive()

    def _serve_until_closed(self):
        with contextlib.suppress(OSError):
            self._serve()

    def _serve(self):
        while True:
            # A client can end the connection early.
            with self._socket.accept()[0] as connection, contextlib.suppress(ConnectionError):
                self.requests.append(connection.recv(65536).decode())
                connection.sendall(self.responses.pop(0) if self.responses else b"")


def response(status=200, body="{}", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def client(url, **settings):
    return Client(
        {"api_url": url},
        "sk-0123456789abcdef",
        secrets=Secrets(),
        **{"errors": ErrorFormat(), "clock": PlayedClock(), "timeout": 60, **settings},
    )


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("call", [LIST, UPDATE], ids=lambda call: call.kind)
def test_reads_and_repeatable_calls_are_repeated(server, status, call):
    server.responses = [response(status), response(status), response()]
    assert client(server.url).send(call, path={"id": "1"}) == {}
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "times"), [(429, 2), (500, 1), (502, 1), (503, 1), (504, 1), (408, 1)])
def test_a_call_declared_as_once_is_repeated_only_after_429(server, status, times):
    server.responses = [response(status), response()]
    try:
        client(server.url).send(CREATE)
    except ApiError as error:
        assert error.maybe_done
    assert len(server.requests) == times


def test_the_outcome_of_a_create_is_unknown_after_a_broken_connection(server):
    server.responses = [b""]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(CREATE)
    assert caught.value.maybe_done
    assert len(server.requests) == 1


def test_a_connection_that_was_never_established_is_retried():
    clock = PlayedClock()
    with pytest.raises(ApiError, match="no connection to http://127.0.0.1:9: .*3 times") as caught:
        client("http://127.0.0.1:9", retries=2, clock=clock).send(CREATE)
    assert not caught.value.maybe_done
    assert len(clock.slept) == 2


@pytest.mark.parametrize(("permitted", "error"), [(0, "the job has ended"), (1, "HTTP 502")])
def test_a_call_that_is_cancelled_raises_the_earlier_error_if_there_is_one(server, permitted, error):
    def permit():
        nonlocal permitted
        permitted -= 1
        if permitted < 0:
            raise Cancelled("the job has ended.")

    server.responses = [response(502)]
    with pytest.raises((ApiError, Cancelled), match=error):
        client(server.url, permit=permit).send(UPDATE, path={"id": "1"})


def test_a_call_that_is_cancelled_during_a_pause_raises_the_earlier_error(server, monkeypatch):
    def end(_seconds):
        raise Cancelled("the job has ended.")

    clock = PlayedClock()
    monkeypatch.setattr(clock, "sleep", end)
    server.responses = [response(502)]
    with pytest.raises(ApiError, match="HTTP 502"):
        client(server.url, clock=clock).send(LIST)


def test_a_download_does_not_send_the_key(server):
    server.responses = [response(200, "a line of a log")]
    assert client(server.url).download(f"{server.url}/log", largest=100).text == "a line of a log"
    assert "GET /log " in server.requests[0] and "sk-" not in server.requests[0]


def test_the_time_at_which_the_next_quota_begins_is_read_from_a_header():
    refusal = Response(429, {"X-Begins-Again": "1788000000"}, b"{}")
    assert Errors().quota_begins_again(refusal) == "2026-08-29T10:40:00Z"
    assert ErrorFormat().quota_begins_again(refusal) == ""


def test_pauses_grow_and_have_jitter(server):
    clock = PlayedClock()
    server.responses = [response(502)] * 6
    with pytest.raises(ApiError, match="6 times"):
        client(server.url, clock=clock).send(LIST)
    for pause, least in zip(clock.slept, [1, 2, 4, 8, 16]):
        assert least <= pause <= least * 1.25


def test_a_date_in_retry_after_is_accepted(server):
    from email.utils import formatdate
    from time import time

    clock = PlayedClock()
    server.responses = [response(429, "{}", f"Retry-After: {formatdate(time() + 30, usegmt=True)}"), response()]
    client(server.url, clock=clock).send(LIST)
    assert 25 < clock.slept[0] < 40


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "-5",
        "",
        "nan",
        "²",
        "9" * 5000,
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "01 Jan 99999999999999999999 00:00:00",
        "Jan +9999999999999 99:99:99    , 01",
    ],
)
def test_an_invalid_retry_after_is_ignored(server, value):
    server.responses = [response(429, "{}", f"Retry-After: {value}"), response()]
    assert client(server.url).send(LIST) == {}


@pytest.mark.parametrize(
    "refused",
    [
        response(429, "{}", "Retry-After: " + "9" * 400),
        response(429, f'{{"message": "every {"9" * 400} s"}}'),
        response(429, f'{{"wait": {"9" * 400}}}'),
    ],
)
def test_a_requested_pause_that_is_too_long_is_an_error(server, refused):
    server.responses = [refused]
    with pytest.raises(ApiError, match=r"requests a pause of \d{5,7} s"):
        client(server.url, errors=Errors()).send(LIST)


def test_check_mode_allows_only_reads(server):
    server.responses = [response()]
    checking = client(server.url, check_mode=True)
    assert checking.send(LIST) == {}
    for call in (CREATE, UPDATE):
        with pytest.raises(ProgrammingError):
            checking.send(call, path={"id": "1"})
    assert len(server.requests) == 1


def test_an_id_cannot_change_the_path(server):
    server.responses = [response()]
    client(server.url).send(UPDATE, path={"id": "../keys?x=1#"})
    assert server.requests[0].startswith("PUT /things/..%2Fkeys%3Fx%3D1%23 HTTP/1.1")


def test_a_request_has_the_user_agent_of_the_collection(server):
    server.responses = [response()]
    client(server.url).send(LIST)
    assert "user-agent: gpufleet.cloud/" in server.requests[0].lower()


def test_a_200_can_be_a_refusal(server):
    server.responses = [response(200, '{"ok": false, "error": "invalid_args", "message": "no such thing"}')]
    server.responses.append(response(200, '{"ok": false}'))
    with pytest.raises(ApiError) as caught:
        client(server.url, errors=Errors()).send(CREATE)
    assert (caught.value.reason, caught.value.maybe_done) == ("invalid_args", False)
    assert "no such thing" in str(caught.value)
    assert client(server.url).send(CREATE)["ok"] is False, "other providers can use the key for something else"


@pytest.mark.parametrize(
    "body",
    ['{"": false}', '{"ok": true}', '{"error": null, "reason": "", "code": 0}', '{"code": "200"}', "false", "[]"],
)
def test_a_200_without_a_reported_failure_is_a_success(server, body):
    server.responses = [response(200, body)] * 2
    for errors in (ErrorFormat(), Errors()):
        assert client(server.url, errors=errors).send(CREATE) == json.loads(body)


@pytest.mark.parametrize("call", [LIST, CREATE, UPDATE])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"ok": null}', "(ok: null)"),
        ('{"ok": 0}', "(ok: 0)"),
        ('{"ok": "true"}', "(ok: true)"),
        ('{"error": "no_stock", "message": "try later"}', "(error: no_stock, message: try later)"),
        ('{"error": {"code": 5, "message": "busy"}}', "(error: 5: busy)"),
        ('{"error": {"detail": "k"}, "things": ["private"]}', "(error: an object)"),
        ('{"errors": [{"a": "k"}], "things": ["private"]}', "(errors: a list)"),
        ('{"code": 404, "reason": "NOT_FOUND"}', "(code: 404, reason: NOT_FOUND)"),
        ('{"code": true}', "(code: true)"),
        ('{"a": {"b": 1, "c": 2, "b": "private"}}', "an object that has the key 'b' twice"),
        ('{"a": [], "a": ["private"]}', "an object that has the key 'a' twice"),
    ],
)
def test_a_200_that_contradicts_itself_proves_nothing(server, call, body, text):
    server.responses = [response(200, body)]
    with pytest.raises(BadResponse) as caught:
        client(server.url, errors=Errors()).send(call, path={"id": "1"})
    error = caught.value
    assert text in str(error) and "private" not in str(error)
    assert (error.reason, error.maybe_done, error.structured) == ("bad_answer", True, False)
    assert error.inconclusive


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_only_the_status_200_is_a_success_of_a_read(server, status):
    server.responses = [response(status)] * 2
    with pytest.raises(BadResponse, match=f"HTTP {status} instead of 200"):
        client(server.url).send(LIST)
    assert client(server.url).send(UPDATE, path={"id": "1"}) == {}


def test_a_call_can_expect_a_member_that_reports_a_failure_elsewhere(server):
    server.responses = [response(200, '{"error": "young"}'), response(200, '{"error": "young", "reason": "x"}')]
    sending = client(server.url)
    expecting = LIST._replace(expected=("error",))
    assert sending.send(expecting) == {"error": "young"}
    with pytest.raises(BadResponse, match="reason: x"):
        sending.send(expecting)


def test_a_refusal_that_shows_a_created_resource_proves_nothing(server):
    created = CREATE._replace(shape={"type": "object", "required": ["id"]})
    server.responses = [response(200, '{"ok": false, "error": "busy", "id": 7}')]
    with pytest.raises(BadResponse) as caught:
        client(server.url, errors=Errors()).send(created)
    assert caught.value.maybe_done


def test_a_refusal_without_a_text_does_not_quote_its_body(server):
    server.responses = [response(200, '{"ok": false, "things": ["private"]}')]
    with pytest.raises(ApiError, match="HTTP 200 without a message") as caught:
        client(server.url, errors=Errors()).send(LIST)
    assert "private" not in str(caught.value)


def test_keys_that_differ_only_in_lone_surrogates_are_the_same_key(server):
    server.responses = [response(200, r'{"\ud800": 1, "\ud801": 2}')]
    with pytest.raises(BadResponse, match="twice"):
        client(server.url).send(LIST)


def test_advice_for_an_error_code_takes_precedence_over_advice_for_a_status(server):
    server.responses = [response(403, '{"error": "BANNED", "message": "m"}'), response(403)]
    sending = client(server.url, errors=ErrorFormat({"BANNED": "Ask them.", 403: "Check the key."}))
    for advice in ("Ask them.", "Check the key."):
        with pytest.raises(ApiError, match=advice):
            sending.send(LIST)


@pytest.mark.parametrize(("code", "retryable"), [("no_stock", True), ("no_such_product", False)])
def test_a_refusal_with_a_temporary_code_is_retryable(server, code, retryable):
    server.responses = [response(400, json.dumps({"error": code}))]
    with pytest.raises(ApiError) as caught:
        client(server.url, errors=Errors()).send(CREATE)
    assert caught.value.retryable is retryable


@pytest.mark.parametrize("error", ["invalid", "a sentence"])
def test_an_error_code_can_be_recognized_by_the_message(server, error):
    server.responses = [response(400, json.dumps({"error": error, "message": "you are poor"}))]
    with pytest.raises(ApiError) as caught:
        client(server.url, errors=Errors()).send(CREATE)
    assert caught.value.reason == "no_credit"


@pytest.mark.parametrize(
    ("body", "header", "pause"),
    [
        ({"wait": 7}, "", 7),
        ({"wait": 7}, "9", 9),
        ({"wait": 9.5}, "7", 9.5),
        ({"wait": "7"}, "", 1),
        ({"wait": True}, "3", 3),
        ({"wait": -7}, "", 1),
        ([7], "3", 3),
    ],
)
def test_the_longer_pause_of_body_and_header_counts(server, monkeypatch, body, header, pause):
    monkeypatch.setattr(client_module.random, "uniform", lambda least, most: 0)
    clock = PlayedClock()
    server.responses = [response(429, json.dumps(body), f"Retry-After: {header}"), response()]
    client(server.url, clock=clock, errors=Errors()).send(LIST)
    assert clock.slept == [pause]


@pytest.mark.parametrize(
    "body", ["", "plain", "[]", '{"a": NaN}', '{"a": 1e999}', '{"a": -1e999}', "[" * 200_000, '"text"', "null"]
)
def test_an_unexpected_response_body_is_an_error(server, body):
    server.responses = [response(200, body)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(LIST)
    assert caught.value.reason == "bad_answer"


@pytest.mark.parametrize(
    ("body", "decoded"),
    [
        (r'{"a": "x\ud800y"}', {"a": "x\ufffdy"}),
        (r'{"\uDFFF": ["\ud83d\ude00 \uDBFF"]}', {"\ufffd": ["😀 \ufffd"]}),
        (b'{"a": "x\xed\xa0\x80y \xed\x95\x9c"}', {"a": "x\ufffdy 한"}),
    ],
)
def test_a_lone_surrogate_is_replaced(server, body, decoded):
    """With a lone surrogate, Ansible would drop the whole result."""
    body = body if isinstance(body, bytes) else body.encode()
    server.responses = [b"HTTP/1.1 200 X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(body), body)]
    assert client(server.url).send(LIST) == decoded


def test_a_call_without_a_response_schema_accepts_any_body(server):
    server.responses = [response(200, ""), response(200, "done"), response(200, '{"a": 1}')]
    sending = client(server.url)
    assert [sending.send(UPDATE, path={"id": "1"}) for _number in range(3)] == [None, None, {"a": 1}]


def test_an_incomplete_body_is_an_error(server):
    server.responses = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"]
    with pytest.raises(ApiError, match="is incomplete|ended before"):
        client(server.url, retries=0).send(LIST)


def test_endless_headers_are_an_error(server):
    server.responses = [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000]
    with pytest.raises(ApiError):
        client(server.url, retries=0).send(LIST)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "",
        "example.com",
        "https://",
        "https://u:p@example.com",
        "https://example.com/?a=b",
        "https://example.com:99999",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "https://example.com?",
        "https://example.com/x#",
        "https://example.com ",
        "https://example.com\n",
        "https://exam\tple.com",
        "https://exam ple.com",
        "https://example.com\x00",
        "https://.example.com",
        "https://example..com",
        "https://example.com..",
        f"https://{'a' * 64}.example.com",
    ],
)
def test_a_url_that_must_not_receive_the_key_is_refused(url):
    with pytest.raises(OptionError, match="api_url"):
        check_url("api_url", url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/base/",
        "http://127.0.0.1:80",
        "http://localhost",
        "http://[::1]:8080/x",
        "http://127.8.9.1",
        "https://example.com.",
        f"https://{'a' * 63}.bücher.example",
    ],
)
def test_a_url_that_may_receive_the_key_is_accepted(url):
    check_url("api_url", url)


def test_a_proxy_of_the_environment_is_used_for_https_only(server, monkeypatch):
    proxy = Scripted()
    with proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        for variable in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy"):
            monkeypatch.delenv(variable, raising=False)
        server.responses = [response()]
        client(server.url).send(LIST)
        assert proxy.requests == []
        with pytest.raises(ApiError):
            client("https://api.example.com", retries=0).send(LIST)
        assert proxy.requests[0].startswith("CONNECT api.example.com:443")
        assert "sk-0123456789abcdef" not in proxy.requests[0]


def test_two_hosts_of_one_client_do_not_share_their_proxies(server, monkeypatch):
    with Scripted() as proxy:
        for variable in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        both = Client(
            {"api_url": "https://api.example.com", "other_url": server.url},
            "sk-0123456789abcdef",
            errors=ErrorFormat(),
            secrets=Secrets(),
            clock=PlayedClock(),
            timeout=60,
            retries=0,
        )
        with pytest.raises(ApiError):
            both.send(LIST)
        server.responses = [response()]
        both.send(Call("thing.other", "GET", "/", READ, host="other_url"))
        assert len(server.requests) == 1
        assert len(proxy.requests) == 1
        both.close()


@pytest.fixture(name="proxied")
def _proxied(server, monkeypatch):
    """Return a function that sends a read through a proxy, and returns the message of the error."""
    for variable in ("NO_PROXY", "no_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)

    def send(*responses, host=None):
        server.responses = list(responses)
        monkeypatch.setenv("HTTPS_PROXY", f"http://agent:proxy-password@{host or server.url[len('http://') :]}")
        with pytest.raises(ApiError) as caught:
            client("https://api.example.com/base", retries=0).send(LIST)
        assert "proxy-password" not in str(caught.value) and "agent" not in str(caught.value)
        return str(caught.value)

    return send


def test_a_proxy_that_refuses_a_connection_is_named_without_its_password(server, proxied):
    message = proxied(b"HTTP/1.1 407 proxy-password\r\n\r\n")
    assert message == (
        f"the proxy {server.url} (HTTPS_PROXY) refused to connect to https://api.example.com:443 (HTTP 407 Proxy "
        "Authentication Required). The address https://api.example.com/base comes from the option api_url. "
        "Set user name and password in the URL of the proxy."
    )
    assert "(HTTP 502 Bad Gateway)" in proxied(b"HTTP/1.1 502 X\r\n\r\n")
    assert "(HTTP 799 unknown status)" in proxied(b"HTTP/1.1 799 X\r\n\r\n")


def test_a_proxy_that_cannot_be_reached_is_named(proxied):
    assert proxied(host="127.0.0.1:9").startswith("no connection to the proxy http://127.0.0.1:9 (HTTPS_PROXY): [Errno")


def test_a_proxy_that_ends_the_connection_is_named(server, proxied):
    proxy = f"the proxy {server.url} (HTTPS_PROXY)"
    expected = (
        f"the connection to https://api.example.com:443 through {proxy} ended before",
        f"{proxy} did not connect to https://api.example.com:443",  # urllib3 1.26
    )
    assert proxied(b"").startswith(expected)


def test_a_host_name_that_does_not_exist_is_named(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")
    # The second text is that of urllib3 1.26.
    reason = r"(Failed to resolve 'api\.invalid'|\[Errno -\d+\] \w+)"
    with pytest.raises(ApiError, match=rf"no connection to https://api\.invalid:443: {reason}"):
        client("https://api.invalid", retries=0).send(LIST)


@pytest.mark.parametrize("before", range(470, 502, 3))
def test_a_truncated_text_contains_no_part_of_a_secret(server, before):
    secret = "0123456789-abcdefghij"
    sending = client(server.url)
    sending.secrets.add(secret)
    server.responses = [response(400, "x" * before + secret), response(200, "x" * before + secret)]
    for _number in range(2):
        with pytest.raises(ApiError) as caught:
            sending.send(LIST)
        assert "0123" not in str(caught.value)


def test_a_cached_read_is_sent_once(server):
    server.responses = [response(200, '{"a": 1}'), response(200, '{"b": 2}')]
    sending = client(server.url)
    other = LIST._replace(name="thing.prices")
    assert [sending.send_cached(call) for call in (LIST, LIST, other)] == [{"a": 1}, {"a": 1}, {"b": 2}]
    assert len(server.requests) == 2


def test_a_cached_read_that_fails_is_sent_once(server):
    server.responses = [response(400, "no prices today"), response(200, "{}")]
    sending = client(server.url)
    errors = []
    for _number in range(2):
        with pytest.raises(ApiError, match="no prices today") as caught:
            sending.send_cached(LIST)
        errors.append(caught.value)
    assert errors[0] is not errors[1]
    assert len(server.requests) == 1


def test_reading_a_response_stops_at_the_time_limit():
    class Dripping(Scripted):
        left = threading.Event()

        def _serve(self):
            connection = self._socket.accept()[0]
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                    while not self.left.wait(0.02):
                        connection.sendall(b" " * 1024)
                except OSError:
                    self.left.set()

    with Dripping() as server:
        with pytest.raises(ApiError, match="no complete response from http://127.0.0.1:[0-9]+ within 0.5 s"):
            client(server.url, timeout=0.5, retries=0).send(LIST)
        assert server.left.wait(60), "the response is still being read"


@pytest.mark.parametrize(
    ("status", "maybe_done"),
    [
        (101, True),
        (199, True),
        (300, False),
        (301, True),
        (302, True),
        (303, True),
        (304, False),
        (307, False),
        (308, False),
        (400, False),
        (408, True),
        (409, False),
        (499, False),
        (500, True),
    ],
)
@pytest.mark.parametrize("headers", [(), ("Location: /things/1",)], ids=["", "with a target"])
def test_an_error_states_whether_a_write_may_have_happened(server, status, headers, maybe_done):
    server.responses = [response(status, "", *headers)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(CREATE)
    assert (caught.value.status, caught.value.maybe_done) == (status, maybe_done)
    assert len(server.requests) == 1


def test_the_final_response_after_an_interim_one_is_not_taken_for_a_later_response():
    class Interim(Scripted):
        """Sends the final response on the first connection only after another request on it."""

        def _serve(self):
            first = self._socket.accept()[0]
            self.requests.append(first.recv(65536))
            first.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            threading.Thread(target=self._follow, args=(first,), daemon=True).start()
            with self._socket.accept()[0] as second:
                self.requests.append(second.recv(65536))
                second.sendall(response(200, '{"response_to": "the read"}'))

        @staticmethod
        def _follow(first):
            with first:
                if first.recv(65536):
                    first.sendall(response(201, '{"response_to": "the write"}'))

    with Interim() as server:
        sending = client(server.url)
        with pytest.raises(ApiError, match="HTTP 103, an interim response"):
            sending.send(CREATE)
        assert sending.send(LIST) == {"response_to": "the read"}


def test_a_read_with_an_interim_response_is_repeated(server):
    server.responses = [response(103, ""), response()]
    assert client(server.url).send(LIST) == {}


def test_responses_without_a_length_and_compressed_responses_are_read_completely(server):
    packed = gzip.compress(b'{"packed": true}' + b" " * 1000)
    lines = ["HTTP/1.1 200 OK", "Content-Encoding: gzip", f"Content-Length: {len(packed)}", "Connection: close"]
    server.responses = [
        b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"length": null}',
        ("\r\n".join(lines) + "\r\n\r\n").encode() + packed,
    ]
    reading = client(server.url, retries=0)
    assert [reading.send(LIST) for _number in range(2)] == [{"length": None}, {"packed": True}]


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_redirect_is_an_error_that_contains_its_target(server, status):
    server.responses = [response(status, "{}", "Location: https://elsewhere.example.com/")]
    with pytest.raises(ApiError, match="https://elsewhere.example.com/, which is not followed"):
        client(server.url).send(LIST)
    assert len(server.requests) == 1


def test_only_a_redirect_status_with_a_location_is_a_redirect(server):
    server.responses = [
        response(299, "{}", "Location: /"),
        response(400, "{}", "Location: /"),
        response(300),
        response(304, ""),
    ]
    sending = client(server.url)
    assert sending.send(UPDATE, path={"id": "1"}) == {}
    for status in (400, 300, 304):
        with pytest.raises(ApiError) as caught:
            sending.send(LIST)
        assert caught.value.reason == f"http_{status}"


def test_the_message_for_an_unreachable_server_is_short():
    with pytest.raises(ApiError) as caught:
        client("http://127.0.0.1:9", retries=0).send(LIST)
    assert re.fullmatch(r"no connection to http://127\.0\.0\.1:9: \[Errno \d+\] [\w ]+", caught.value.why)


def test_an_interval_shorter_than_a_second_is_kept(server):
    clock = PlayedClock()
    server.responses = [response(429, '{"message": "too often, every 0.5 s"}'), response(), response()]
    sending = client(server.url, clock=clock, errors=Errors())
    sending.send(LIST)
    clock.slept.clear()
    sending.send(LIST)
    assert clock.slept == [pytest.approx(0.5)]


@pytest.mark.parametrize(
    ("error", "words", "sent", "permanent"),
    [
        (requests.exceptions.SSLError(), "failed (SSLError)", True, False),
        (
            requests.exceptions.SSLError(requests.ConnectionError(PermissionError())),
            "the CA certificates of the Python package requests cannot be read",
            False,
            True,
        ),
        (requests.exceptions.InvalidURL("//u:password@"), "the URL http://127.0.0.1:", False, True),
        (
            requests.exceptions.InvalidProxyURL("//u:password@"),
            "the URL of the proxy is invalid (HTTPS_PROXY)",
            False,
            True,
        ),
        (requests.exceptions.InvalidSchema("SOCKS"), "PySocks", False, True),
        (LocationParseError("//u:password@"), "the URL http://127.0.0.1:", False, True),
        (requests.ConnectTimeout(), "within 30 s (half of api_timeout)", False, False),
        (requests.exceptions.ProxyError(), "the proxy did not connect to http://127.0.0.1:", True, False),
        (requests.ReadTimeout(), "within 60 s (api_timeout)", True, False),
        (requests.ConnectionError("reset"), "ended before the response was complete", True, False),
        (MemoryError(), "this host has no more memory for the task", True, False),
    ],
)
def test_every_connection_error_states_whether_the_request_was_sent(server, monkeypatch, error, words, sent, permanent):
    def fail(*_args, **_settings):
        raise error

    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(requests.Session, "request", fail)
    clock = PlayedClock()
    with pytest.raises(ApiError) as caught:
        client(server.url, clock=clock, retries=1).send(CREATE)
    assert words in str(caught.value)
    assert "password" not in str(caught.value)
    assert (caught.value.maybe_done, caught.value.retryable) == (sent, not permanent)
    assert len(clock.slept) == (0 if sent or permanent else 1)


def test_a_body_that_json_cannot_represent_is_never_sent(server):
    with pytest.raises(ValueError):
        client(server.url).send(CREATE, body={"size": float("inf")})
    assert server.requests == []


def test_the_results_of_together_keep_their_order():
    several = Client({}, "key", errors=ErrorFormat(), secrets=Secrets(), clock=PlayedClock(), connections=4)
    barrier = threading.Barrier(4, timeout=60)

    def act(number):
        barrier.wait()
        return number

    assert several.together(act, range(4)) == [0, 1, 2, 3]
    assert several.together(lambda number: number, []) == []


class Crowd(Scripted):
    """A server that keeps connections open, and responds only after it has received a number of requests."""

    def __init__(self, party):
        super().__init__()
        self._party = threading.Barrier(party, timeout=60)
        self.connections = 0
        self.left = threading.Event()

    def _serve(self):
        while True:
            connection = self._socket.accept()[0]
            self.connections += 1
            threading.Thread(target=self._stay, args=(connection,), daemon=True).start()

    def _stay(self, connection):
        with connection:
            while connection.recv(65536):
                self._party.wait()
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        self.left.set()


@pytest.mark.parametrize("connections", [1, 2, 12])
def test_threads_share_the_configured_number_of_connections(connections):
    with Crowd(connections) as server:
        sending = client(server.url, connections=connections, timeout=60)

        def send(start):
            start.wait()
            return sending.send(LIST)

        for threads in (connections, connections, 2 * connections):
            start = threading.Barrier(threads, timeout=60)
            with ThreadPoolExecutor(threads) as pool:
                assert list(pool.map(send, [start] * threads)) == [{}] * threads
        assert server.connections == connections


def test_a_closed_client_keeps_no_connection():
    with Crowd(1) as server:
        closing = client(server.url)
        closing.close()
        closing.send(LIST)
        closing.close()
        assert server.left.wait(60), "the connection is still open"
        assert closing.send(LIST) == {}


def test_together_uses_as_many_threads_as_there_are_connections():
    two = client("http://127.0.0.1:9", connections=2)
    barrier = threading.Barrier(2, timeout=60)

    def act(_number):
        barrier.wait()
        return threading.get_ident()

    assert len(set(two.together(act, range(2)))) == 2
    one = client("http://127.0.0.1:9")
    assert one.together(lambda number: threading.get_ident(), range(2)) == [threading.get_ident()] * 2
    assert two.together(lambda number: threading.get_ident(), [1]) == [threading.get_ident()]


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory):
    """Return the path of a file with a self-signed certificate for 127.0.0.1, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(address, critical=False).sign(key, hashes.SHA256())
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return str(path)


class Encrypted(Scripted):
    """The same server with TLS."""

    def __init__(self, certificate):
        super().__init__()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)

    def __enter__(self):
        super().__enter__()
        self.url = self.url.replace("http:", "https:")
        return self

    def _serve(self):
        while True:
            connection = self._socket.accept()[0]
            # A client that does not trust the certificate ends the connection.
            ended = contextlib.suppress(OSError)
            with connection, ended, self._context.wrap_socket(connection, server_side=True) as encrypted:
                self.requests.append(encrypted.recv(65536).decode())
                encrypted.sendall(self.responses.pop(0))


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_key_is_sent_only_to_a_server_with_a_trusted_certificate(certificate, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    with Encrypted(certificate) as server:
        with pytest.raises(
            ApiError,
            match=r"certificate of https://127\.0\.0\.1:\d+ is not accepted: self.signed.*REQUESTS_CA_BUNDLE",
        ):
            client(server.url).send(LIST)
        assert server.requests == []
        server.responses = [response(), response()]
        assert client(server.url, validate_certs=False).send(LIST) == {}
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate)
        assert client(server.url).send(LIST) == {}


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_outcome_is_unknown_if_the_tls_connection_breaks_after_the_request(certificate, monkeypatch):
    class Alarming(Encrypted):
        """Reads the request and ends the connection with an unencrypted alert, internal_error."""

        def _serve(self):
            for _number in range(3):
                connection = self._socket.accept()[0]
                raw = connection.dup()
                with raw, self._context.wrap_socket(connection, server_side=True) as encrypted:
                    self.requests.append(encrypted.recv(65536).decode())
                    raw.sendall(bytes.fromhex("15 03 03 00 02 02 50"))

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Alarming(certificate) as server:
        sending = client(server.url, validate_certs=False, retries=1)
        for call, times in ((CREATE, 1), (LIST, 2)):
            server.requests.clear()
            with pytest.raises(
                ApiError, match=r"the TLS connection to https://127\.0\.0\.1:\d+ failed \([A-Z_]+\)"
            ) as caught:
                sending.send(call)
            assert (caught.value.maybe_done, caught.value.retryable, len(server.requests)) == (True, True, times)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize("text", [None, "", "junk", "-----BEGIN CERTIFICATE-----\nMIIB\n"])
def test_a_request_with_unreadable_ca_certificates_is_not_retried(certificate, monkeypatch, tmp_path, text, variable):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "authorities.pem"))
    if text is not None:
        (tmp_path / "authorities.pem").write_text(text, encoding="ascii")
    clock = PlayedClock()
    problem = "it does not exist" if text is None else "it contains no valid certificates in PEM format"
    words = rf"the CA certificates in '.*/authorities\.pem' \({variable}\) cannot be read: {problem}"
    unreadable = pytest.raises(ApiError, match=words)
    with Encrypted(certificate) as server, unreadable as caught:
        client(server.url, clock=clock).send(CREATE)
    assert (caught.value.maybe_done, caught.value.retryable, clock.slept) == (False, False, [])


@pytest.mark.parametrize(
    "proxy",
    [
        "http://user:pass word@@:x",
        "http://user:password@[::1",
        "http://user:password@",
        "http://pass word",
        "gopher://user:password@host",
    ],
)
def test_a_request_with_an_invalid_proxy_is_not_retried(monkeypatch, proxy):
    for variable in ("NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    clock = PlayedClock()
    with pytest.raises(ApiError, match="HTTPS_PROXY") as caught:
        client("https://api.example.com", clock=clock).send(CREATE)
    assert (caught.value.maybe_done, caught.value.retryable, clock.slept) == (False, False, [])
    assert "pass" not in str(caught.value)


def test_headers_that_urllib3_cannot_parse_are_not_logged(server, caplog):
    lines = [
        "HTTP/1.1 200 X",
        "Content-Length: 2",
        "Connection: close",
        "X-A: 1",
        "Bearer sk-0123456789abcdef",
        "X-B: 2",
    ]
    server.responses = [("\r\n".join(lines) + "\r\n\r\n{}").encode()]
    assert client(server.url).send(LIST) == {}
    for log in ("urllib3.connection", "urllib3.connectionpool"):
        logging.getLogger(log).warning("another warning")
    assert [record.getMessage() for record in caplog.records] == ["another warning"] * 2


def test_a_response_is_returned_only_after_the_filter_is_removed_from_the_log(server, monkeypatch):
    returned, removed = threading.Event(), []

    class Slow:
        def __enter__(self):
            pass

        def __exit__(self, *_error):
            removed.append(not returned.wait(0.5))

    monkeypatch.setattr(exchange, "_UNLOGGED", Slow())
    server.responses = [response(200, "{}")]
    assert client(server.url).send(LIST) == {}
    returned.set()
    assert removed == [True]


def test_a_request_has_a_shorter_connect_timeout_and_runs_in_a_daemon_thread(server, monkeypatch):
    seen = []

    def fail(*_args, **settings):
        seen.append((settings["timeout"], threading.current_thread().daemon))
        raise requests.ConnectTimeout

    monkeypatch.setattr(requests.Session, "request", fail)
    with pytest.raises(ApiError, match="no connection to http"):
        client(server.url, timeout=8, retries=0).send(LIST)
    [((connecting, reading), daemon)] = seen
    assert connecting < reading == 8
    assert daemon


def test_no_cookie_is_sent_back(server):
    server.responses = [response(200, "{}", "Set-Cookie: canary=1; Path=/"), response()]
    sending = client(server.url)
    for _number in range(2):
        sending.send(LIST)
    assert "canary" not in server.requests[1]


def test_a_response_that_contradicts_its_length_is_an_error(server):
    server.responses = [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    ]
    with pytest.raises(ApiError, match=r"the response is incomplete \(2 of 100 bytes\)"):
        client(server.url, retries=0).send(LIST)


def test_a_response_larger_than_the_limit_is_an_error_that_is_not_retried(server, monkeypatch):
    monkeypatch.setattr(exchange, "MAX_RESPONSE_SIZE", 1024**2)
    server.responses = [response(200, "{}" + " " * (1024**2 - 2)), response(200, "{}" + " " * (1024**2 - 1))]
    sending = client(server.url)
    assert sending.send(LIST) == {}
    with pytest.raises(ApiError, match="is larger than 1 MiB") as caught:
        sending.send(LIST)
    assert (caught.value.retryable, len(server.requests)) == (False, 2)


def test_pauses_and_their_jitter_grow_up_to_a_limit(server, monkeypatch):
    monkeypatch.setattr(client_module.random, "uniform", lambda least, most: most)
    clock = PlayedClock()
    server.responses = [response(502)] * 6 + [response()]
    client(server.url, clock=clock, retries=6).send(LIST)
    assert clock.slept == [1.25, 2.5, 5, 10, 20, 20]


def test_attempts_have_the_same_pauses_as_retries(server, monkeypatch):
    monkeypatch.setattr(client_module.random, "uniform", lambda least, most: most)
    clock = PlayedClock()
    attempts = client(server.url, clock=clock, retries=6).attempts()
    next(attempts)
    assert clock.slept == [], "the first attempt starts at once"
    assert (len(list(attempts)), clock.slept) == (6, [1.25, 2.5, 5, 10, 20, 20])
    assert len(list(client(server.url, retries=0).attempts())) == 1


@pytest.mark.parametrize(("seconds", "times"), [(120, 2), (121, 1)])
def test_a_pause_is_at_most_two_minutes(server, seconds, times):
    server.responses = [response(429, "{}", f"Retry-After: {seconds}"), response()]
    try:
        client(server.url).send(LIST)
    except ApiError as error:
        assert f"requests a pause of {seconds} s" in error.why
    assert len(server.requests) == times


def test_a_requested_pause_after_the_last_attempt_is_not_reported(server):
    server.responses = [response(429, "{}", "Retry-After: 120")]
    with pytest.raises(ApiError) as caught:
        client(server.url, retries=0).send(LIST)
    assert "requests a pause" not in caught.value.why


def test_the_outcome_of_an_update_stays_unknown_if_a_later_attempt_is_refused(server):
    server.responses = [response(502), response(409)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(UPDATE, path={"id": "1"})
    assert (caught.value.status, caught.value.maybe_done) == (409, True)


@pytest.mark.parametrize(
    ("headers", "request_id"), [(["X-Request-Id: r", "X-Trace-Id: t"], "r"), (["X-Trace-Id: t"], "t"), ([], "")]
)
def test_an_error_has_the_request_id_of_the_provider(server, headers, request_id):
    server.responses = [response(400, "{}", *headers)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(LIST)
    assert caught.value.request_id == request_id


def test_quoted_headers_are_short_and_contain_no_secrets(server):
    headers = (
        f"X-Request-Id: sk-0123456789abcdef {'x' * 5000}",
        f"Location: https://e/?t=sk-0123456789abcdef{'x' * 5000}",
    )
    sending = client(server.url)
    sending.secrets.add("sk-0123456789abcdef")
    for status in (302, 400):
        server.responses = [response(status, "{}", *headers)]
        with pytest.raises(ApiError) as caught:
            sending.send(LIST)
        for text in (caught.value.request_id, caught.value.why):
            assert len(text) < 600 and "0123" not in text
        assert MASK in caught.value.request_id


def test_control_characters_in_responses_are_replaced(server):
    text = "\x1b]0;title\x07\x1b[2J\u202etxt.\x9b31m"
    server.responses = [
        response(400, json.dumps({"message": text, "error": text.replace(" ", "")})),
        response(200, json.dumps(text)),
        response(302, "", "Location: /\x1b[2J"),
        response(400, "", "X-Request-Id: \x1b[2J"),
    ]
    for _number in range(4):
        with pytest.raises(ApiError) as caught:
            client(server.url).send(LIST)
        assert str(caught.value).isprintable() and caught.value.reason.isprintable()
        assert caught.value.request_id.isprintable()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "with an empty response"),
        ("plain", "with a response that is not JSON ('plain')"),
        ("<html>", "with a web page without a title, which does not come from the API"),
        (
            "<!DOCTYPE html><TITLE>Log <b>in</b>\n&amp; go</TITLE>",
            "with a web page (titled 'Log in\\n& go'), which does not come from the API",
        ),
        ("[" * 200_000, "with a response that is not JSON ('[["),
        ('"words"', "with a JSON string instead of an object or a list ('words')"),
        ("[]", "with an unexpected response (the body must be of type object)"),
    ],
)
def test_the_message_describes_an_unexpected_response(server, body, words):
    server.responses = [response(200, body)]
    with pytest.raises(ApiError, match=re.escape(words)) as caught:
        client(server.url).send(LIST)
    assert (caught.value.status, caught.value.maybe_done, caught.value.operation) == (200, True, "thing.list")


@pytest.mark.parametrize(
    ("body", "text"), [("no log yet", "no log yet"), ('"no log yet"', "no log yet"), ('{"a": ', ""), ("[]", "")]
)
def test_the_error_contains_a_text_for_people(server, body, text):
    server.responses = [response(200, body)]
    with pytest.raises(BadResponse) as caught:
        client(server.url).send(LIST)
    assert caught.value.plain_text == text


@pytest.mark.parametrize(("status", "retryable"), [(403, False), (500, True), (502, True)])
def test_a_web_page_with_the_status_of_a_server_error_is_retryable(server, status, retryable):
    server.responses = [response(status, "<html>")]
    with pytest.raises(ApiError, match="a web page without a title") as caught:
        client(server.url, retries=0).send(LIST)
    assert caught.value.retryable is retryable


@pytest.mark.parametrize(
    ("status", "retryable"), [(304, False), (400, False), (408, True), (429, True), (500, True), (503, True)]
)
def test_an_error_states_whether_it_is_retryable(server, status, retryable):
    server.responses = [response(status, "")]
    with pytest.raises(ApiError, match="without a message") as caught:
        client(server.url, retries=0).send(LIST)
    assert (caught.value.reason, caught.value.retryable) == (f"http_{status}", retryable)


def test_only_a_quote_that_is_too_long_is_shortened(server, monkeypatch):
    monkeypatch.setattr(response_reader, "MAX_QUOTE_LENGTH", 10)
    server.responses = [response(400, "ten chars."), response(400, "ten chars.!")]
    for words in ("HTTP 400 ten chars.", "HTTP 400 ten chars...."):
        with pytest.raises(ApiError) as caught:
            client(server.url).send(LIST)
        assert caught.value.why == words


def test_an_interval_delays_the_next_call_of_its_route(server):
    clock = PlayedClock()
    server.responses = [response(429, "every 4.0 s")] + [response()] * 4
    sending = client(server.url, clock=clock, retries=0, errors=Errors())
    with pytest.raises(ApiError, match="429"):
        sending.send(LIST)
    sending.send(LIST._replace(path="/others"))
    assert clock.slept == []
    sending.send(LIST)
    assert clock.slept == [4]
    clock.sleep(4.5)
    sending.send(LIST)
    assert clock.slept == [4, 4.5]
    sending.send(LIST)
    assert clock.slept == [4, 4.5, 4]


def test_a_429_without_an_interval_delays_no_later_call(server):
    clock = PlayedClock()
    server.responses = [response(429), response(), response()]
    sending = client(server.url, clock=clock)
    sending.send(LIST)
    clock.slept.clear()
    sending.send(LIST)
    assert clock.slept == []


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), SystemExit(3), KeyboardInterrupt(), KeyError("a")])
@pytest.mark.parametrize("converts", [True, False])
def test_every_error_in_the_thread_of_a_request_reaches_the_task_at_once(monkeypatch, error, converts):
    def fail(*_given, **_more):
        raise error

    monkeypatch.setattr(exchange.Connections, "_response", fail)
    if not converts:
        monkeypatch.setattr(exchange, "no_response", fail)
    with pytest.raises(ApiError) as caught:
        client("http://127.0.0.1:9", timeout=3600).send(CREATE)
    assert "3600" not in str(caught.value)
    assert caught.value.maybe_done


def test_a_request_whose_thread_begins_after_the_time_limit_is_not_sent(server, monkeypatch):
    works = []
    monkeypatch.setattr(exchange, "start", works.append)
    with pytest.raises(ApiError, match="no complete response"):
        client(server.url, timeout=0.01, retries=0).send(CREATE)
    server.responses = [response(), response(200, '{"late": false}')]
    [work] = works
    work()
    monkeypatch.undo()
    client(server.url).send(LIST)
    assert len(server.requests) == 1


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
def test_a_request_whose_thread_does_not_start_is_not_sent_and_is_retried(server, monkeypatch, error):
    attempts = []
    start = exchange.start

    def start_later(work):
        attempts.append(work)
        if len(attempts) < 3:
            raise error
        start(work)

    server.responses = [response()]
    monkeypatch.setattr(exchange, "start", start_later)
    assert client(server.url).send(CREATE) == {}
    assert len(attempts) == 3


@pytest.mark.parametrize(
    ("number", "words"), [(errno.EMFILE, "ulimit -n"), (errno.ENFILE, "ulimit -n"), (errno.ENOMEM, "ulimit -v")]
)
def test_a_limit_of_the_host_is_reported_with_what_to_lower_or_raise(monkeypatch, number, words):
    def create_connection(*_given, **_more):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "connect", create_connection)
    with pytest.raises(ApiError, match="this host") as caught:
        client("http://127.0.0.1:9", retries=1).send(CREATE)
    assert words in str(caught.value) and "lower the option concurrency of fleet" in str(caught.value)
    assert not caught.value.maybe_done


def test_a_write_whose_response_finds_no_memory_may_have_been_executed(server, monkeypatch):
    def data(*_given):
        raise MemoryError

    server.responses = [response()]
    monkeypatch.setattr(response_reader.ResponseReader, "data", data)
    with pytest.raises(ApiError, match="no more memory") as caught:
        client(server.url).send(CREATE)
    assert caught.value.maybe_done
    assert len(server.requests) == 1


def test_a_limit_on_threads_is_reported_without_the_address_of_the_server(monkeypatch):
    def refuse(_work):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(exchange, "start", refuse)
    with pytest.raises(ApiError, match="ulimit -u") as caught:
        client("http://127.0.0.1:9", retries=0).send(CREATE)
    assert "The address" not in str(caught.value)
    assert not caught.value.maybe_done
