# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common part of the APIs of Novita AI and PPIO, which run on the same platform.

It defines how the platform reports errors (error codes: page ``basic-error-code`` of the Novita AI documentation),
which responses prove that a resource is absent, and common schemas of responses.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re
from typing import Any

from .._errors import ApiError, BadResponse
from .._http.call import Call
from .._http.error_format import KEY_SOURCE, ErrorFormat

V1 = "/gpu-instance/openapi/v1"
"""The path of the first generation of the API, which PPIO uses only for what the second one lacks."""
TEXT = {"type": ["string", "null"]}
IDENTIFIER = {
    "type": "string",
    "minLength": 1,
    "not": {"enum": [".", ".."]},
    "pattern": "^[!-~]*$",
    "description": "a text of visible ASCII characters",
}
"""An id becomes part of a URL path, where ``.`` and ``..`` would address another resource."""
CREATED = {"type": "object", "properties": {"id": IDENTIFIER}, "required": ["id"]}
"""JSON Schema of the response to a create."""

_NOT_FOUND = re.compile(r"not foun[dt]", re.IGNORECASE)


class PlatformErrors(ErrorFormat):
    """``{"code": <HTTP status>, "reason": <error code>, "message": <text>}``, or the errors of gateways in front of it.

    The documentation of the platform does not mention a success flag or an interval between requests. If a response
    has them, they are respected: a success flag that is not true proves nothing.
    """

    code_keys = ("reason", "error")
    interval_pattern = re.compile(r"threshold\s*=\s*(\d+(?:\.\d+)?)")
    temporary_codes = frozenset({"INSUFFICIENT_RESOURCE"})

    def __init__(self, title: str, name: str) -> None:
        super().__init__(_advice(title, f"the module {name}_product_info"), about_key=_KEY, about_credit=_top_up(title))


def says_absent(error: ApiError, noun: str, codes: tuple[str, ...]) -> bool:
    """Return whether a refusal proves that a resource does not exist: by one of the codes, or else by its text."""
    if error.status not in (400, 404) or not error.structured:
        return False
    without_code = error.reason == f"http_{error.status}" and _NOT_FOUND.search(error.why) is not None
    # The router also returns 404, with a text about the route.
    about_the_resource = error.status == 400 or noun in error.why.lower()
    return without_code and about_the_resource or error.reason in codes


def list_of(key: str, item: dict[str, Any]) -> dict[str, Any]:
    """JSON Schema of a list response with items under ``key``. Null is accepted only with a total of 0."""
    return {
        "properties": {key: {"type": ["array", "null"], "items": item}},
        "required": [key],
        "description": f"an object whose {key} is a list, or is null with the total 0",
        "anyOf": [
            {"properties": {key: {"type": "array"}}},
            {"properties": {"total": {"enum": [0, "0"]}}, "required": ["total"]},
        ],
    }


def endless_list(call: Call, pages: int, resources: int) -> BadResponse:
    """Return the error for a list that has no last page."""
    return BadResponse(
        f"the list response has no last page: after {pages} pages with {resources} different resources, there is still "
        "another one.",
        operation=call.name,
        reason="bad_answer",
    )


_KEY = f"The API key comes from {KEY_SOURCE}. Check its permissions."


def _top_up(title: str) -> str:
    return f"Add credit to the account in the {title} console, then run the task again."


def _advice(title: str, products: str) -> dict[str | int, str]:
    """Return the advice for the user, by error code or HTTP status.

    :param products: the module that lists the products.
    """
    top_up = _top_up(title)
    in_transition = (
        f"{title} does not accept this call in the current state of the resource, for example while it starts or "
        "stops. The info module of the resource type shows the state. Run the task again when the state has changed."
    )
    return {
        401: f"Check that the key is complete, valid, and a key of {title}.",
        403: _KEY,
        "BALANCE_NOT_ENOUGH": top_up,
        "EXPIRED_OR_BALANCE_NOT_ENOUGH": top_up,
        "INSUFFICIENT_RESOURCE": f"Choose another product or location, or try again later; {products} shows the stock.",
        "SERVERLESS_APP_NAME_IS_EXIST": "Choose another app_name. It is part of the URL and must be unique.",
        "SERVERLESS_PRODUCT_NOT_FOUND": f"Use the id of a serverless product, which {products} lists. Products of "
        "instances have different ids.",
        "NETWORK_STORAGE_NOT_FOUND": "Check the ID of the storage. The storage must exist in the location in which the "
        "workers run.",
        "NETWORK_STORAGE_IN_USE": "An endpoint or an instance mounts the storage. Remove the mount first, or delete "
        "the endpoint or instance.",
        "NETWORK_STORAGE_TOO_LARGE": "Set a smaller size.",
        "CUR_CLUSTER_NETWORK_STORAGE_NOT_SUPPORT": "Choose a cluster that supports network storages; the module "
        "novita_cluster_info shows which ones do.",
        "NETWORK_IN_USE": "Delete the instances in the network first.",
        "NETWORK_MAX_LIMIT": "The account has reached its limit of networks. Delete a network or request more.",
        "CREATE_INSTANCE_LIMIT": "The account has reached its instance limit. Delete an instance or request more.",
        "PREPAID_INSTANCE_NOT_SUPPORT_RELEASE": "A subscription cannot be deleted before it ends.",
        "IMAGE_AUTH_IN_USE": "Endpoints or instances use this registry credential. Change their image.auth_id or "
        "image_auth_id first.",
        "IMAGE_NOT_FOUND": "Check the address of the image and the registry credential.",
        "RATE_LIMIT_EXCEEDED": "Run fewer tasks at the same time, or raise api_retries.",
        "OPERATION_LIMIT": in_transition,
        "DEPENDENT_RESOURCE_STATE": in_transition,
    }
