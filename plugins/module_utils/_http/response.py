# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a provider answered: the data, its words for a refusal, and how long it asks to wait.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import dataclass
from functools import cached_property

MAX_SECONDS = 1e6
"""Seconds. What is longer is no time that anybody waits."""
_THRESHOLD = re.compile(r"threshold\s*=\s*(\d+(?:\.\d+)?)")
_NETWORK_REFUSAL = re.compile(r"error code: 10\d\d\b", re.IGNORECASE)
"""What a content delivery network says to a client that it does not let through."""
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MAX_SEARCHED = 65536
_HALVES = (rb"\ud", rb"\uD", b"\xed")
"""How half a character begins in a body; whole ones can begin so, too."""


@dataclass(frozen=True)
class Response:
    """A complete HTTP answer."""

    status: int
    headers: dict
    body: bytes

    @property
    def request_id(self):
        return self.headers.get("x-request-id") or self.headers.get("x-trace-id") or ""

    @property
    def text(self):
        return self.body.decode("utf-8", "replace").strip()

    @cached_property
    def data(self):
        """The decoded body, or ``ValueError``."""
        try:
            decoded = json.loads(self.body, parse_constant=_refuse, parse_float=_finite)
            return _whole(decoded) if any(half in self.body for half in _HALVES) else decoded
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def payload(self):
        """The decoded body, or nothing where it is no JSON."""
        try:
            return self.data
        except ValueError:
            return None

    @property
    def page_title(self):
        """The title of a web page, perhaps empty; ``None`` where the body is no web page."""
        text = self.text[:_MAX_SEARCHED]
        if not text.startswith("<") and not (text and "html" in self.headers.get("content-type", "").lower()):
            return None
        found = _TITLE.search(text)
        return _TAG.sub("", html.unescape(found.group(1))).strip() if found else ""

    def stranger(self, payload):
        """What is said by something that is not the provider's API, or ``None``: a web page, or a plain 403 or 404."""
        if payload is not None or not self.text:
            return None
        if self.page_title is not None:
            return f"a web page (titled {self.page_title!r})" if self.page_title else "a web page without a title"
        if self.status in (403, 404) or _NETWORK_REFUSAL.search(self.text[:_MAX_SEARCHED]):
            return f"the text {self.text!r}"
        return None

    def words(self, payload):
        """The provider's own error word and sentence in the payload, from all the shapes that these providers use.

        A sentence where the word should be is part of the sentence; what is wrong at several places is in one sentence.
        """
        if not isinstance(payload, dict):
            return "", payload if isinstance(payload, str) else self.text
        inner = payload.get("error")
        inner = inner if isinstance(inner, dict) else {}
        message = (
            _text(payload, "msg", "message", "detail")
            or _places(payload.get("detail"))
            or _text(payload, "error_msg")
            or _text(inner, "message")
        )
        reason = _text(payload, "reason", "error") or _text(inner, "code")
        if " " in reason:
            reason, message = "", f"{reason}: {message}" if message else reason
        return reason, message or ("" if reason else self.text)

    def interval(self):
        """The interval in seconds that the text of a refusal names, as in ``threshold=4.0``."""
        found = _THRESHOLD.search(self.text[:10000])
        return min(float(found.group(1)), MAX_SECONDS) if found else 0.0

    def retry_after(self):
        """The seconds to wait by the header ``Retry-After``, or by a member of that name in the body; 0 without either."""
        return max(self._in_header(), self._in_body())

    def _in_body(self):
        payload = self.payload()
        seconds = payload.get("retry_after") if isinstance(payload, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not seconds > 0:
            return 0.0
        return float(min(seconds, MAX_SECONDS))

    def _in_header(self):
        from urllib3.exceptions import InvalidHeader
        from urllib3.util.retry import Retry

        value = self.headers.get("retry-after")
        try:
            return min(Retry().parse_retry_after(value), MAX_SECONDS) if value else 0.0
        except (InvalidHeader, IndexError, OverflowError, ValueError):
            return 0.0


def _text(mapping, *keys):
    return next((mapping[key] for key in keys if isinstance(mapping.get(key), str) and mapping[key]), "")


def _places(detail):
    """A list of ``{"loc": [...], "msg": ...}`` as one text, ``body.max_workers: must be ...; body.name: ...``."""
    entries = detail if isinstance(detail, list) else []
    told = [
        (entry.get("loc"), entry["msg"])
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("msg"), str)
    ]
    return "; ".join(
        f"{'.'.join(map(str, loc))}: {said}" if isinstance(loc, list) and loc else said for loc, said in told
    )


def _refuse(name):
    raise ValueError(f"{name} is not JSON")


def _finite(digits):
    number = float(digits)
    return number if math.isfinite(number) else _refuse("an infinite number")


def _whole(decoded):
    """The same with U+FFFD for each half of a character: nothing could print it."""
    text = json.dumps(decoded, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
