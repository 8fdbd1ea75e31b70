# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita AI's API, first generation: its name, its pages, its error words.

The pages are under https://novita.ai/docs/api-reference/; the error words are on ``basic-error-code``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re

from ..errors import BadAnswer
from ..resource import Address, Provider

V1 = "/gpu-instance/openapi/v1"
PAGE_SIZE = 50
MOST_PAGES = 1000

_KEY = ("Check the option api_key, or the environment variable NOVITA_API_KEY of the place where the module runs, and "
        "what that key may do.")
_TOP_UP = "Top up the account's balance in Novita's console, then run the task again."
_STOCK = "Choose another product or cluster, or try again later."

NOVITA = Provider(
    name="novita",
    title="Novita AI",
    key_env="NOVITA_API_KEY",
    urls={"api_url": Address("NOVITA_API_URL", "https://api.novita.ai")},
    advice={
        401: _KEY,
        403: _KEY,
        "UNAUTHORIZED": _KEY,
        "FAILED_TO_AUTH": _KEY,
        "FORBIDDEN": _KEY,
        "INVALID_API_KEY": _KEY,
        "BALANCE_NOT_ENOUGH": _TOP_UP,
        "EXPIRED_OR_BALANCE_NOT_ENOUGH": _TOP_UP,
        "INSUFFICIENT_RESOURCE": _STOCK,
        "SERVERLESS_APP_NAME_IS_EXIST": "Choose another app_name: it is part of the URL and can be used only once.",
        "SERVERLESS_PRODUCT_NOT_FOUND": "products takes ids of serverless products; those of instances differ.",
        "NETWORK_STORAGE_NOT_FOUND": "The storage must exist in the cluster that cluster_id names.",
        "RATE_LIMIT_EXCEEDED": "Run fewer tasks at once, or raise api_retries.",
        "OPERATION_LIMIT": "The record's present state does not allow this; try again when it has settled.",
        "DEPENDENT_RESOURCE_STATE": "The record's present state does not allow this; try again when it has settled.",
    },
)

_ABSENT = re.compile(r"not foun[dt]", re.IGNORECASE)


def list_shape(key):
    """What a listing must look like: records under ``key``, each with an id and a name."""
    record = {
        "type": "object",
        "properties": {"id": {"type": "string", "minLength": 1}, "name": {"type": "string"}},
        "required": ["id", "name"],
    }
    total = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}
    return {
        "type": "object",
        "properties": {key: {"type": "array", "items": record}, "total": total},
        "required": [key],
    }


def every(client, call, key):
    """All records of a paged listing, each once.

    Right for a server that counts pages from 0 and for one that counts from 1 and answers page 0 like page 1, and for
    one that caps the page size. Raises ``BadAnswer`` when fewer records come than the listing itself announces.
    """
    records = {}
    for number in range(MOST_PAGES):
        page = client.send(call, query={"pageSize": PAGE_SIZE, "pageNum": number})
        known = len(records)
        records.update((record["id"], record) for record in page[key])
        total = page.get("total")
        if total is not None and len(records) >= int(total):
            break
        if not page[key] or (number >= 2 and len(records) == known):
            if total is not None:
                raise BadAnswer(
                    f"the listing is cut short: it announces {total} records and gives {len(records)}.",
                    operation=call.name, reason="bad_answer", retryable=True)
            break
    else:
        raise BadAnswer(f"the listing has no end after {MOST_PAGES} pages.", operation=call.name, reason="bad_answer")
    return list(records.values())


def says_absent(error, *reasons):
    """Whether a refusal proves that the record asked for does not exist; ``reasons`` are the words that name it."""
    if error.status == 404:
        return True
    if error.status != 400:
        return False
    return error.reason in reasons or (error.reason == "http_400" and _ABSENT.search(error.why) is not None)
