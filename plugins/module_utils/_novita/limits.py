# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ranges that Novita AI allows an account, for the message of a refusal.

Page: https://novita.ai/docs/api-reference/serverless-query-endpoint-limit. The ranges differ between accounts, so the
module does not enforce them. It reads them only after the provider has refused a request.

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
from .._sentences import clauses, sentences

Limits = dict[str, Any]
"""The response of the limits call."""


@contextmanager
def limits_in_message(read_limits: Callable[[], Limits], fields: Iterable[Field], target: Values) -> Iterator[None]:
    """Add the violated limits to a refusal (HTTP 400) of a target; ``read_limits`` sends the limits call."""
    try:
        yield
    except ApiError as error:
        if error.status == 400:
            error.advice = sentences(_limits(read_limits, fields, target), error.advice)
        raise


def _limits(read_limits: Callable[[], Limits], fields: Iterable[Field], target: Values) -> str:
    """Return a text with the violated limits, or why the limits cannot be read; empty if none is violated."""
    try:
        violated = list(_violated(fields, target, read_limits()))
    except CloudError as error:
        return f"The limits of the account could not be read: {error.why}"
    return f"Limits of this account: {clauses(violated)}" if violated else ""


def _violated(fields: Iterable[Field], values: Values, limits: Limits, path: str = "") -> Iterator[str]:
    """Yield a text for each value that is outside its range, with its option path and the range."""
    for field in fields:
        value, here = values.get(field.name), join(path, field.name)
        if value is None:
            continue
        if isinstance(field, Group):
            yield from _violated(field.fields, value, limits, here)
        elif isinstance(field, Items):
            for number, entry in enumerate(value):
                yield from _violated(field.fields, entry, limits, f"{here}[{number}]")
        else:
            low, high = (as_number(limits.get(key)) for key in _limit_keys(field, values))
            if (low is not None and value < low) or (high is not None and value > high):
                yield f"{here} {_range(low, high)}, not {value}"


def _range(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"must be from {low} to {high}"
    return f"must be at most {high}" if low is None else f"must be at least {low}"


def _limit_keys(field: Field, siblings: Values) -> tuple[str, str]:
    """Return the keys of the limits of a field. They can depend on the value of a sibling."""
    if isinstance(field.limits, tuple):
        return field.limits
    by_sibling = field.limits or {}
    return next((keys for (name, value), keys in by_sibling.items() if siblings.get(name) == value), ("", ""))


def as_number(raw: Any) -> int | None:
    """Return a limit as a number, or ``None`` if it is not a number."""
    try:
        return int(raw)
    except (TypeError, ValueError):
        return None
