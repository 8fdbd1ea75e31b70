# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A complete HTTP response.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

MAX_SECONDS = 1e6
"""The longest waiting time that is read from a response."""
MAX_SEARCHED = 65536
"""The number of characters of a body in which patterns are searched."""
_NETWORK_REFUSAL = re.compile(r"error code: 10\d\d\b", re.IGNORECASE)
"""The text of a content delivery network that blocks a client."""
_NETWORK_REQUESTS = {407: "a request for the credentials of a proxy", 511: "a request to log in to the network"}
"""HTTP statuses that only a network in front of the API returns."""
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SURROGATE_STARTS = (rb"\ud", rb"\uD", b"\xed")
"""The first bytes of a lone surrogate in a body. Complete characters can have the same first bytes."""


class DoubledKey(ValueError):
    """A JSON object has the same key twice, so nobody knows which of the two values is true."""


@dataclass(frozen=True)
class Response:
    """A complete HTTP response. The names of its ``headers`` are lowercase."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str:
        return self.headers.get("x-request-id") or self.headers.get("x-trace-id") or ""

    @cached_property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace").strip()

    @cached_property
    def data(self) -> Any:
        """The decoded body. Raises ``ValueError`` if it is not JSON, or ``DoubledKey``."""
        try:
            decoded = json.loads(
                self.body, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_with_different_keys
            )
            return _without_surrogates(decoded) if any(start in self.body for start in _SURROGATE_STARTS) else decoded
        except RecursionError:
            raise ValueError("nested too deeply") from None

    @property
    def data_or_none(self) -> Any:
        """The decoded body, or ``None`` if it is not JSON."""
        try:
            return self.data
        except ValueError:
            return None

    @property
    def page_title(self) -> str | None:
        """The title of a web page, which can be empty; ``None`` if the body is not a web page."""
        text = self.text[:MAX_SEARCHED]
        if not text.startswith("<") and not (text and "html" in self.headers.get("content-type", "").lower()):
            return None
        title = _TITLE.search(text)
        return _TAG.sub("", html.unescape(title.group(1))).strip() if title else ""

    @property
    def foreign_content(self) -> str | None:
        """A description of content that the API did not return, such as a web page; ``None`` for all other content."""
        if self.status in _NETWORK_REQUESTS:
            return _NETWORK_REQUESTS[self.status]
        if self.data_or_none is not None or not self.text:
            return None
        if self.page_title is not None:
            return f"a web page (titled {self.page_title!r})" if self.page_title else "a web page without a title"
        if self.status in (403, 404) or _NETWORK_REFUSAL.search(self.text[:MAX_SEARCHED]):
            return f"the text {self.text!r}"
        return None

    @property
    def retry_after(self) -> float:
        """The number of seconds to wait according to the header ``Retry-After``, or 0."""
        from urllib3.exceptions import InvalidHeader
        from urllib3.util.retry import Retry

        value = self.headers.get("retry-after")
        try:
            return min(Retry().parse_retry_after(value), MAX_SECONDS) if value else 0.0
        except (InvalidHeader, IndexError, OverflowError, ValueError):
            return 0.0


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse("an infinite number")


def _with_different_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) != len(pairs):
        raise DoubledKey(Counter(key for key, _value in pairs).most_common(1)[0][0])
    return decoded


def _without_surrogates(decoded: Any) -> Any:
    """Return the data with U+FFFD in place of each lone surrogate, which cannot be printed."""
    text = json.dumps(decoded, ensure_ascii=False)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.loads(text, object_pairs_hook=_with_different_keys)
