# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API that Novita AI and PPIO share: they are two faces of one platform.

Error codes (page ``basic-error-code`` of Novita's documentation), advice on them, and the shapes of responses.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

TEXT = {"type": ["string", "null"]}
IDENTIFIER = {"type": "string", "minLength": 1, "not": {"enum": [".", ".."]}}
"""An id goes into addresses, where these two mean another place."""
CREATED = {"type": "object", "properties": {"id": IDENTIFIER}, "required": ["id"]}
"""The answer to a create."""

PASSING = frozenset({"INSUFFICIENT_RESOURCE"})
"""Error words of refusals that a later run may not meet."""


def list_of(key, record):
    """JSON Schema of a list response with records under ``key``; null stands for no records only where a total says so."""
    return {
        "properties": {key: {"type": ["array", "null"], "items": record}},
        "required": [key],
        "anyOf": [
            {"properties": {key: {"type": "array"}}},
            {"properties": {"total": {"enum": [0, "0"]}}, "required": ["total"]},
        ],
    }


def advice(title, key_env):
    """What a user can do about an error word or an HTTP status."""
    key = (
        f"Check the option api_key, or the environment variable {key_env} of the place where the module runs, and "
        "what that key may do."
    )
    top_up = f"Top up the account's balance in {title}'s console, then run the task again."
    settle = "The record's present state does not allow this; try again when it has settled."
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
