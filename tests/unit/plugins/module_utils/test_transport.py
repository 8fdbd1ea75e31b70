# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client by itself; what it does with real answers is in the law tests."""

from __future__ import annotations

import gzip
import re
import socket
import threading

import pytest
import requests

from ansible_collections.gpufleet.cloud.plugins.module_utils import transport
from ansible_collections.gpufleet.cloud.plugins.module_utils.errors import ApiError, OptionError, ProgrammingFault
from ansible_collections.gpufleet.cloud.plugins.module_utils.masking import MASK, Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils.transport import ONCE, READ, REPEATABLE, Call, Client

from ...harness import PlayedClock

LOOK = Call("thing.list", "GET", "/things", READ, {"type": "object"})
MAKE = Call("thing.create", "POST", "/things", ONCE)
SET = Call("thing.update", "PUT", "/things/{id}", REPEATABLE)


@pytest.fixture(name="server")
def _server():
    with Scripted() as server:
        yield server


class Scripted:
    """A server on loopback that answers one connection after the other with the next of its texts."""

    def __init__(self):
        self.answers = []
        self.requests = []

    def __enter__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_exc):
        self._socket.close()

    def _serve(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            with connection:
                self.requests.append(connection.recv(65536).decode())
                connection.sendall(self.answers.pop(0) if self.answers else b"")


def answer(status=200, body="{}", *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def client(url, **settings):
    return Client("test", {"api_url": url}, "sk-0123456789abcdef", secrets=Secrets(),
                  **{"clock": PlayedClock(), "timeout": 5, **settings})


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("call", [LOOK, SET], ids=lambda call: call.kind)
def test_reads_and_repeatable_calls_are_repeated(server, status, call):
    server.answers = [answer(status), answer(status), answer()]
    assert client(server.url).send(call, path={"id": "1"}) == {}
    assert len(server.requests) == 3


@pytest.mark.parametrize(("status", "times"), [(429, 2), (500, 1), (502, 1), (503, 1), (504, 1), (408, 1)])
def test_a_call_of_kind_once_is_repeated_only_after_429(server, status, times):
    server.answers = [answer(status), answer()]
    try:
        client(server.url).send(MAKE)
    except ApiError as error:
        assert error.maybe_done
    assert len(server.requests) == times


def test_a_broken_connection_leaves_the_outcome_of_a_create_open(server):
    server.answers = [b""]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(MAKE)
    assert caught.value.maybe_done
    assert len(server.requests) == 1


def test_a_connection_that_was_never_made_may_be_tried_again():
    clock = PlayedClock()
    with pytest.raises(ApiError, match="no connection.*3 times") as caught:
        client("http://127.0.0.1:9", retries=2, clock=clock).send(MAKE)
    assert not caught.value.maybe_done
    assert len(clock.slept) == 2


def test_pauses_grow_and_are_jittered(server):
    clock = PlayedClock()
    server.answers = [answer(502)] * 6
    with pytest.raises(ApiError, match="6 times"):
        client(server.url, clock=clock).send(LOOK)
    for pause, least in zip(clock.slept, [1, 2, 4, 8, 16]):
        assert least <= pause <= least * 1.25


def test_a_date_in_retry_after_is_understood(server):
    from email.utils import formatdate
    from time import time

    clock = PlayedClock()
    server.answers = [answer(429, "{}", f"Retry-After: {formatdate(time() + 30, usegmt=True)}"), answer()]
    client(server.url, clock=clock).send(LOOK)
    assert 25 < clock.slept[0] < 40


@pytest.mark.parametrize("value", ["soon", "-5", "", "nan"])
def test_a_retry_after_without_sense_is_passed_over(server, value):
    server.answers = [answer(429, "{}", f"Retry-After: {value}"), answer()]
    assert client(server.url).send(LOOK) == {}


def test_check_mode_lets_only_reads_through(server):
    server.answers = [answer()]
    checking = client(server.url, check_mode=True)
    assert checking.send(LOOK) == {}
    for call in (MAKE, SET):
        with pytest.raises(ProgrammingFault):
            checking.send(call, path={"id": "1"})
    assert len(server.requests) == 1


def test_an_id_cannot_leave_its_place_in_the_path(server):
    server.answers = [answer()]
    client(server.url).send(SET, path={"id": "../keys?x=1#"})
    assert server.requests[0].startswith("PUT /things/..%2Fkeys%3Fx%3D1%23 HTTP/1.1")


def test_the_collection_names_itself(server):
    server.answers = [answer()]
    client(server.url).send(LOOK)
    assert "user-agent: gpufleet.cloud/" in server.requests[0].lower()


def test_success_false_in_a_200_is_a_refusal(server):
    server.answers = [answer(200, '{"success": false, "error": "invalid_args", "msg": "no such thing"}')]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(MAKE)
    assert (caught.value.reason, caught.value.maybe_done) == ("invalid_args", False)
    assert "no such thing" in str(caught.value)


def test_advice_comes_by_word_before_status(server):
    server.answers = [answer(403, '{"reason": "BANNED", "message": "m"}'), answer(403)]
    told = client(server.url, advice={"BANNED": "Ask them.", 403: "Check the key."})
    for words in ("Ask them.", "Check the key."):
        with pytest.raises(ApiError, match=words):
            told.send(LOOK)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"a": NaN}', "[" * 200_000, '"text"', "null"])
def test_an_answer_of_another_shape_is_an_error(server, body):
    server.answers = [answer(200, body)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(LOOK)
    assert caught.value.reason == "bad_answer"


def test_without_a_shape_the_body_does_not_matter(server):
    server.answers = [answer(200, ""), answer(200, "done"), answer(200, '{"a": 1}')]
    sending = client(server.url)
    assert [sending.send(SET, path={"id": "1"}) for _number in range(3)] == [None, None, {"a": 1}]


def test_a_short_body_is_an_error(server):
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}"]
    with pytest.raises(ApiError, match="cut short|broke"):
        client(server.url, retries=0).send(LOOK)


def test_headers_without_end_are_an_error(server):
    server.answers = [b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000]
    with pytest.raises(ApiError):
        client(server.url, retries=0).send(LOOK)


@pytest.mark.parametrize("url", ["http://example.com", "http://10.0.0.1", "ftp://127.0.0.1", "", "example.com", "https://",
                                 "https://u:p@example.com", "https://example.com/?a=b", "https://example.com:99999",
                                 "http://localhost.example.com", "http://127.0.0.1.example.com"])
def test_an_address_for_no_key_is_refused(url):
    with pytest.raises(OptionError, match="api_url"):
        transport.check_url("api_url", url)


@pytest.mark.parametrize("url", ["https://example.com", "https://example.com:8443/base/", "http://127.0.0.1:80",
                                 "http://localhost", "http://[::1]:8080/x", "http://127.8.9.1"])
def test_an_address_for_a_key_is_taken(url):
    transport.check_url("api_url", url)


def test_an_environment_proxy_gets_https_and_never_plain_http(server, monkeypatch):
    proxy = Scripted()
    with proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        for variable in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy"):
            monkeypatch.delenv(variable, raising=False)
        server.answers = [answer()]
        client(server.url).send(LOOK)
        assert proxy.requests == []
        with pytest.raises(ApiError):
            client("https://api.example.com", retries=0).send(LOOK)
        assert proxy.requests[0].startswith("CONNECT api.example.com:443")
        assert "sk-0123456789abcdef" not in proxy.requests[0]


def test_two_hosts_of_one_client_do_not_share_their_proxies(server, monkeypatch):
    with Scripted() as proxy:
        for variable in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        both = Client("test", {"api_url": "https://api.example.com", "other_url": server.url}, "sk-0123456789abcdef",
                      secrets=Secrets(), clock=PlayedClock(), timeout=5, retries=0)
        with pytest.raises(ApiError):
            both.send(LOOK)
        server.answers = [answer()]
        both.send(Call("thing.other", "GET", "/", READ, host="other_url"))
        assert len(server.requests) == 1
        assert len(proxy.requests) == 1
        both.close()


@pytest.mark.parametrize("before", range(470, 502, 3))
def test_no_piece_of_a_secret_stays_where_a_text_is_cut(server, before):
    secret = "0123456789-abcdefghij"
    telling = client(server.url)
    telling.secrets.add(secret)
    server.answers = [answer(400, "x" * before + secret), answer(200, "x" * before + secret)]
    for _number in range(2):
        with pytest.raises(ApiError) as caught:
            telling.send(LOOK)
        assert "0123" not in str(caught.value)


def test_secrets_are_masked_in_every_spelling():
    secrets = Secrets()
    secrets.add('with "quotes"', "short", "longer-than-eight", "longer-than-eight-and-more")
    text = secrets.scrub('a with \\"quotes\\" b with "quotes" c short d longer-than-eight-and-more e longer-than-eight')
    assert text == f"a {MASK} b {MASK} c short d {MASK} e {MASK}"


def test_a_price_list_is_asked_for_once(server):
    server.answers = [answer(200, '{"a": 1}'), answer(200, '{"b": 2}')]
    asking = client(server.url)
    other = LOOK._replace(name="thing.prices")
    assert [asking.ask_once(call) for call in (LOOK, LOOK, other)] == [{"a": 1}, {"a": 1}, {"b": 2}]
    assert len(server.requests) == 2


def test_nobody_goes_on_reading_an_answer_that_was_given_up():
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
        with pytest.raises(ApiError, match="no complete answer within 0.5 s"):
            client(server.url, timeout=0.5, retries=0).send(LOOK)
        assert server.left.wait(5), "the answer is still being read"


@pytest.mark.parametrize(("status", "maybe_done"), [(400, False), (408, True), (409, False), (499, False), (500, True)])
def test_an_error_tells_whether_a_write_may_have_happened(server, status, maybe_done):
    server.answers = [answer(status)]
    with pytest.raises(ApiError) as caught:
        client(server.url).send(MAKE)
    assert caught.value.maybe_done is maybe_done


def test_an_answer_without_a_length_or_packed_is_read_whole(server):
    packed = gzip.compress(b'{"packed": true}' + b" " * 1000)
    lines = ["HTTP/1.1 200 OK", "Content-Encoding: gzip", f"Content-Length: {len(packed)}", "Connection: close"]
    server.answers = [
        b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"length": null}',
        ("\r\n".join(lines) + "\r\n\r\n").encode() + packed,
    ]
    reading = client(server.url, retries=0)
    assert [reading.send(LOOK) for _number in range(2)] == [{"length": None}, {"packed": True}]


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_redirect_is_an_error_that_names_its_target(server, status):
    server.answers = [answer(status, "{}", "Location: https://elsewhere.example.com/")]
    with pytest.raises(ApiError, match="https://elsewhere.example.com/, which is not followed"):
        client(server.url).send(LOOK)
    assert len(server.requests) == 1


def test_what_stands_beside_the_redirects_is_none(server):
    server.answers = [answer(299), answer(400)]
    asking = client(server.url)
    assert asking.send(LOOK) == {}
    with pytest.raises(ApiError) as caught:
        asking.send(LOOK)
    assert caught.value.reason == "http_400"


def test_a_missing_server_is_said_shortly():
    with pytest.raises(ApiError) as caught:
        client("http://127.0.0.1:9", retries=0).send(LOOK)
    assert re.fullmatch(r"no connection: \[Errno \d+\] [\w ]+", caught.value.why)


def test_a_short_interval_is_kept_too(server):
    clock = PlayedClock()
    server.answers = [answer(429, '{"msg": "too often, threshold=0.5"}'), answer(), answer()]
    asking = client(server.url, clock=clock)
    asking.send(LOOK)
    clock.slept.clear()
    asking.send(LOOK)
    assert clock.slept == [pytest.approx(0.5)]


@pytest.mark.parametrize(("error", "words", "sent", "permanent"), [
    (requests.exceptions.SSLError(), "certificate was not accepted", False, True),
    (requests.ConnectTimeout(), "no connection within the time limit", False, False),
    (requests.exceptions.ProxyError(), "the proxy did not connect", True, False),
    (requests.ReadTimeout(), "the answer did not come in time", True, False),
    (requests.ConnectionError("reset"), "the connection broke", True, False),
    (MemoryError(), "the answer could not be read (MemoryError)", True, False),
])
def test_every_way_of_failing_says_whether_the_request_was_sent(server, monkeypatch, error, words, sent, permanent):
    def fail(*_args, **_settings):
        raise error

    monkeypatch.setattr(requests.Session, "request", fail)
    clock = PlayedClock()
    with pytest.raises(ApiError) as caught:
        client(server.url, clock=clock, retries=1).send(MAKE)
    assert words in str(caught.value)
    assert (caught.value.maybe_done, caught.value.retryable) == (sent, not permanent)
    assert len(clock.slept) == (0 if sent or permanent else 1)


def test_a_body_that_is_not_json_is_never_sent(server):
    with pytest.raises(ValueError):
        client(server.url).send(MAKE, body={"size": float("inf")})
    assert server.requests == []


def test_things_done_together_keep_their_order():
    several = Client("vast", {}, "key", secrets=Secrets(), clock=PlayedClock(), connections=4)
    barrier = threading.Barrier(4, timeout=10)

    def act(number):
        barrier.wait()
        return number

    assert several.together(act, range(4)) == [0, 1, 2, 3]
    assert several.together(lambda number: number, []) == []
