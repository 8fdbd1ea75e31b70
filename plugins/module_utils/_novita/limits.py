# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ranges that Novita allows an account, put into the message of a refusal.

Page: https://novita.ai/docs/api-reference/serverless-query-endpoint-limit. The ranges differ from account to account,
so they are asked for only after the provider has refused a request, and never enforced here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .._errors import ApiError, CloudError
from .._schema.composites import Group, Items
from .._schema.field import Field
from .._schema.field_set import Values, join

Limits = dict[str, Any]
"""The response of the limits call."""


@contextmanager
def in_message(ask: Callable[[], Limits], fields: Iterable[Field], target: Values) -> Iterator[None]:
    """Add the allowed ranges to a refusal (HTTP 400) of a target; ``ask`` sends the limits call."""
    try:
        yield
    except ApiError as error:
        if error.status == 400:
            try:
                broken = list(_broken(fields, target, ask()))
            except CloudError:
                broken = []
            if broken:
                error.advice = " ".join([f"This account's limits: {'; '.join(broken)}.", error.advice]).strip()
        raise


def _broken(fields: Iterable[Field], values: Values, limits: Limits, path: str = "") -> Iterator[str]:
    """The values outside their range, each with its option path and the range."""
    for field in fields:
        value, here = values.get(field.name), join(path, field.name)
        if value is None:
            continue
        if isinstance(field, Group):
            yield from _broken(field.fields, value, limits, here)
        elif isinstance(field, Items):
            for number, entry in enumerate(value):
                yield from _broken(field.fields, entry, limits, f"{here}[{number}]")
        else:
            low, high = (_number(limits.get(key)) for key in _limit_keys(field, values))
            if (low is not None and value < low) or (high is not None and value > high):
                yield f"{here} {low} to {high}, not {value}"


def _limit_keys(field: Field, siblings: Values) -> tuple[str, str]:
    """The keys of a field's limits; where they depend on a sibling's value, those for the present value."""
    if isinstance(field.limits, tuple):
        return field.limits
    by_sibling = field.limits or {}
    return next((keys for (name, value), keys in by_sibling.items() if siblings.get(name) == value), ("", ""))


def _number(raw: Any) -> int | None:
    try:
        return int(raw)
    except (TypeError, ValueError):
        return None
