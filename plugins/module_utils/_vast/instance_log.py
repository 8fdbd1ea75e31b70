# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of an instance. Vast.ai stores it at another address, which must not receive the API key.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .._errors import ApiError
from .._http.address import host_of, is_loopback
from .._http.client import Client
from .._http.no_response import NoResponse
from .._http.response import Response
from .instance_calls import REQUEST_LOG

LINES = 100
"""The number of lines that are read by default."""
MAX_SIZE = 1024 * 1024
"""Bytes."""
PATIENCE = 15.0
"""Seconds until the log must be at its address."""
_NOT_YET = (403, 404)


class LogError(Exception):
    """The log could not be read. Its text says why."""


def log_lines(client: Client, instance_id: str, count: int) -> list[str]:
    """Return the last lines of the log of an instance, with masked secrets. Raises ``LogError``."""
    try:
        # The vendor's client sends the number as a text.
        url = client.send(REQUEST_LOG, path={"id": instance_id}, body={"tail": str(count)})["result_url"]
    except ApiError as error:
        raise LogError(error.why) from None
    # A secret can continue on the next line.
    text = client.secrets.scrub("\n".join(_downloaded(client, url).text.splitlines()[-count:]))
    return text.splitlines()


def _downloaded(client: Client, url: str) -> Response:
    host = host_of(url)
    if not host or urlsplit(url).username is not None:
        raise LogError("Vast.ai returned no valid address for it")
    if urlsplit(url).scheme != "https" and not is_loopback(host):
        raise LogError(f"its address at {host} is not encrypted")
    status = 0
    for _moment in client.clock.poll(PATIENCE):
        try:
            response = client.download(url, MAX_SIZE)
        except NoResponse as lost:
            raise LogError(f"{host}: {lost}") from None
        if response.status == 200:
            return response
        status = response.status
        if status not in _NOT_YET:
            break
    redirect = ", a redirect, which is not followed" if 300 <= status < 400 else ""
    raise LogError(f"{host} responded with HTTP {status}{redirect}")
