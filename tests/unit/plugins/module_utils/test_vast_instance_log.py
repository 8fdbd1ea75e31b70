# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of an instance is at an address that the provider returns, so that this address cannot be trusted."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._http.no_response import NoResponse
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.response import Response
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance_log import MAX_SIZE, LogError, log_lines

from ...harness import PlayedClock


class FakeClient:
    """A client whose downloads return these responses, one after the other, and the last one again and again."""

    def __init__(self, url, *responses):
        self.url, self.responses = url, list(responses)
        self.secrets, self.clock = Secrets(), PlayedClock()
        self.downloads = []

    def send(self, call, path, body):
        assert (call.kind, path, body) == ("read", {"id": "7"}, {"tail": "2"})
        return {"result_url": self.url}

    def download(self, url, largest):
        self.downloads.append((url, largest))
        response = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if isinstance(response, NoResponse):
            raise response
        return response


def log(text, status=200):
    return Response(status, {}, text.encode())


URL = "https://logs.example.org/7?signature=a"


def test_the_last_lines_are_returned_without_known_secrets():
    client = FakeClient(URL, log("", 403), log("", 404), log("one\ntwo\ntoken canary-secret-0001\n"))
    client.secrets.add("canary-secret-0001")
    assert log_lines(client, "7", 2)[0] == "two" and "canary" not in str(log_lines(client, "7", 2))
    assert client.downloads[0] == (URL, MAX_SIZE)


@pytest.mark.parametrize(
    "url", ["http://logs.example.org/7", "ftp://logs.example.org/7", "https://a:b@logs.example.org/", "/7"]
)
def test_an_address_that_is_not_encrypted_or_not_valid_is_not_read(url):
    client = FakeClient(url, log("one"))
    with pytest.raises(LogError, match="not encrypted|no valid address"):
        log_lines(client, "7", 2)
    assert client.downloads == []


def test_a_redirect_is_not_followed():
    client = FakeClient(URL, log("", 302))
    with pytest.raises(LogError, match="HTTP 302, a redirect, which is not followed"):
        log_lines(client, "7", 2)
    assert len(client.downloads) == 1


def test_a_log_that_does_not_appear_ends_the_wait():
    client = FakeClient(URL, log("", 404))
    with pytest.raises(LogError, match="HTTP 404"):
        log_lines(client, "7", 2)
    assert 2 < len(client.downloads) < 20


def test_a_log_that_cannot_be_read_completely_is_no_log():
    client = FakeClient(URL, NoResponse("the response is larger than 1 MiB", permanent=True))
    with pytest.raises(LogError, match=r"logs\.example\.org: the response is larger than 1 MiB"):
        log_lines(client, "7", 2)
