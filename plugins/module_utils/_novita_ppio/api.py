# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API that Novita AI and PPIO share: they are two faces of one platform.

How it reports errors (codes: page ``basic-error-code`` of Novita's documentation), what proves that a resource is
absent, and the shapes of responses.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import ApiError
from .._http.error_format import ErrorFormat

TEXT = {"type": ["string", "null"]}
IDENTIFIER = {"type": "string", "minLength": 1, "not": {"enum": [".", ".."]}}
"""An id goes into addresses, where these two mean another place."""
CREATED = {"type": "object", "properties": {"id": IDENTIFIER}, "required": ["id"]}
"""The response to a create."""

_NOT_FOUND = re.compile(r"not foun[dt]", re.IGNORECASE)


class PlatformErrors(ErrorFormat):
    """``{"code": <HTTP status>, "reason": <error code>, "message": <sentence>}``, or what gateways in front of it say.

    No page of the platform mentions a flag of success or an interval between requests. They are obeyed if they come.
    """

    code_keys = ("reason", "error")
    success_key = "success"
    interval_pattern = re.compile(r"threshold\s*=\s*(\d+(?:\.\d+)?)")
    temporary_codes = frozenset({"INSUFFICIENT_RESOURCE"})

    def __init__(self, title: str, key_env: str) -> None:
        super().__init__(_advice(title, key_env))


def says_absent(error: ApiError, noun: str, codes: tuple[str, ...]) -> bool:
    """Whether a refusal proves that a resource does not exist: by one of the codes, or by its text without any code."""
    if error.status not in (400, 404) or not error.structured:
        return False
    without_code = error.reason == f"http_{error.status}" and _NOT_FOUND.search(error.why) is not None
    # The router answers 404, too, and speaks of the route.
    about_the_resource = error.status == 400 or noun in error.why.lower()
    return without_code and about_the_resource or error.reason in codes


def list_of(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with items under ``key``; null means none only where a total says so."""
    return {
        "properties": {key: {"type": ["array", "null"], "items": item}},
        "required": [key],
        "anyOf": [
            {"properties": {key: {"type": "array"}}},
            {"properties": {"total": {"enum": [0, "0"]}}, "required": ["total"]},
        ],
    }


def _advice(title: str, key_env: str) -> dict[str | int, str]:
    """What a user can do about an error code or an HTTP status."""
    key = (
        f"Check the option api_key, or the environment variable {key_env} of the place where the module runs, and "
        "what that key may do."
    )
    top_up = f"Top up the account's balance in {title}'s console, then run the task again."
    settle = "The resource's present state does not allow this; try again when it has settled."
    return {
        401: key,
        403: key,
        "BALANCE_NOT_ENOUGH": top_up,
        "EXPIRED_OR_BALANCE_NOT_ENOUGH": top_up,
        "INSUFFICIENT_RESOURCE": "Choose another product or place, or try again later.",
        "SERVERLESS_APP_NAME_IS_EXIST": "Choose another app_name: it is part of the URL and can be used only once.",
        "SERVERLESS_PRODUCT_NOT_FOUND": "Give the id of a serverless product; those of instances differ.",
        "NETWORK_STORAGE_NOT_FOUND": "The storage must exist in the place where the workers run.",
        "CREATE_INSTANCE_LIMIT": "The account may have no more instances: delete one, or ask the provider for more.",
        "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE": "A subscription cannot be deleted before it ends.",
        "IMAGE_NOT_FOUND": "Check the image's address and its registry credential.",
        "RATE_LIMIT_EXCEEDED": "Run fewer tasks at once, or raise api_retries.",
        "OPERATION_LIMIT": settle,
        "DEPENDENT_RESOURCE_STATE": settle,
    }
