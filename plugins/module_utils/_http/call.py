# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation of an API, and whether it can be repeated.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

READ = "read"
"""Changes nothing. It is allowed in check mode and can be repeated."""
REPEATABLE = "repeatable"
"""Has the same result when it is sent twice, such as a full update or a delete. It can be repeated."""
ONCE = "once"
"""Must not be executed twice, such as a create. It is not repeated if the provider may have executed it."""


class Call(NamedTuple):
    """One operation of a provider's API.

    :param kind: ``READ``, ``REPEATABLE`` or ``ONCE``.
    :param path: the path of the URL, which can contain ``{id}``.
    :param shape: the JSON Schema of the body of a successful response. Without it any body is accepted.
    :param host: the option that contains the base URL.
    :param created: the key of a response with the id of a new resource. It can also be in a refusal.
    :param confidential: a response can contain secrets that no option knows. No error quotes it.
    :param expected: keys of a successful response that would report a failure in the response to another call.
    """

    name: str
    method: str
    path: str
    kind: str = ONCE
    shape: dict[str, Any] | None = None
    host: str = "api_url"
    expected: tuple[str, ...] = ()
    confidential: bool = False
    created: str = ""
