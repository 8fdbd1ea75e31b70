# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account of an API key: its balance.

Page: ``basic-get-user-balance`` under https://novita.ai/docs/api-reference/. Amounts are text, in units of 1/10000 of
the currency. They follow the use with a delay.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar

from .._engine.info_type import InfoType
from .._errors import ApiError
from .._http.call import READ, Call
from .._schema.field_set import FieldSet
from .._schema.fields import Integer
from .money import amount

_AMOUNTS = FieldSet(
    Integer("available", wire="availableBalance"),
    Integer("cash", wire="cashBalance"),
    Integer("credit_limit", wire="creditLimit"),
    Integer("pending", wire="pendingCharges"),
    Integer("outstanding", wire="outstandingInvoices"),
)
BALANCE = Call(
    "balance.get",
    "GET",
    "/openapi/v1/billing/balance/detail",
    READ,
    {**_AMOUNTS.response_schema(), "required": ["availableBalance"]},
)

Reads = dict[str, Callable[[], dict[str, Any]]]
"""The reads of an account by the permissions that they need. Each returns values of the account."""

_NO_AMOUNTS: dict[str, float | None] = {field.name: None for field in _AMOUNTS.fields}


class AccountInfo(InfoType):
    """The account of an API key. A read for which the key has no permission leaves its values unknown."""

    subject = "the account"
    unknown: ClassVar[dict[str, Any]] = {**_NO_AMOUNTS}
    """The values that an account has without any permission."""

    def read(self, options: dict[str, Any]) -> dict[str, Any]:
        account = {**self.unknown, "currency": self.provider.currency}
        refusals: dict[str, ApiError] = {}
        reads = self.reads()
        for permission, read in reads.items():
            try:
                account.update(read())
            except ApiError as error:
                if not _lacks_permission(error):
                    raise
                refusals[permission] = error
        if len(refusals) == len(reads):
            raise next(iter(refusals.values()))
        for permission, refusal in refusals.items():
            self.warnings.append(f"The API key has no permission to read the {permission}: {refusal.why}")
        return {"account": {**account, "missing_permissions": sorted(refusals)}}

    def reads(self) -> Reads:
        """Return the reads of the account."""
        return {"balance": self._balance}

    def _balance(self) -> dict[str, Any]:
        amounts = _AMOUNTS.read(self.client.send(BALANCE))
        return {name: amount(amounts.get(name)) for name in _NO_AMOUNTS}


def _lacks_permission(error: ApiError) -> bool:
    """Return whether a key is valid but has no permission. The code of an invalid key differs."""
    return error.status == 403 and error.structured and error.reason == "FORBIDDEN"
