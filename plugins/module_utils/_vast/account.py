# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of an API key of Vast.ai: its credit.

Page: show user under https://docs.vast.ai/api-reference/accounts/. The numbers follow the use with a delay. The
response contains an API key and personal data, which no result shows.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

from .._engine.info_type import InfoType
from .._http.call import READ, Call
from .._schema.field_set import FieldSet
from .._schema.fields import Boolean, Float
from .api import CREDIT_FOR_FIRST, CREDIT_FOR_NEXT, V0, VAST

_ACCOUNT = FieldSet(Float("credit"), Float("balance"), Float("balance_threshold"), Boolean("can_pay"))
_SHAPE = _ACCOUNT.response_schema()
_SHAPE["properties"].update({"id": {"type": "integer"}, "api_key": {"type": ["string", "null"]}})
_SHAPE["required"] = ["id"]
ACCOUNT = Call("user.get", "GET", f"{V0}/users/current/", READ, _SHAPE)


class VastAccount(InfoType):
    """The account of an API key of Vast.ai."""

    provider = VAST
    subject = "the account"

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        response = self.client.send(ACCOUNT)
        self.client.secrets.add(response.get("api_key") or "")
        account = {**dict.fromkeys(field.name for field in _ACCOUNT.fields), **_ACCOUNT.read(response)}
        credit, threshold = account["credit"], account["balance_threshold"]
        return {
            "account": {
                "id": str(int(response["id"])),
                "available": credit,
                **account,
                "currency": VAST.currency,
                "below_threshold": None if credit is None or threshold is None else credit < threshold,
                "enough_for_first_endpoint": None if credit is None else credit >= CREDIT_FOR_FIRST,
                "enough_for_next_endpoint": None if credit is None else credit >= CREDIT_FOR_NEXT,
            }
        }
