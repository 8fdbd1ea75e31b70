# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ranges that Novita allows an account, put into the message of a refusal.

Page: https://novita.ai/docs/api-reference/serverless-query-endpoint-limit. The ranges differ from account to account,
so they are asked for only after the provider has refused a request, and never enforced here.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import contextmanager

from .._errors import ApiError, CloudError
from .._schema.composites import Group, Items


@contextmanager
def in_message(ask, fields, target):
    """Add the allowed ranges to a refusal (HTTP 400) of a target; ``ask`` returns the answer of the limits call."""
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


def _broken(fields, values, limits, path=""):
    """Sentences on the values outside their range."""
    for field in fields:
        value, here = values.get(field.name), f"{path}{field.name}"
        if value is None:
            continue
        if isinstance(field, Group):
            yield from _broken(field.fields, value, limits, f"{here}.")
        elif isinstance(field, Items):
            for number, entry in enumerate(value):
                yield from _broken(field.fields, entry, limits, f"{here}[{number}].")
        elif field.limits:
            low, high = (_number(limits.get(key)) for key in _pair(field, values))
            if (low is not None and value < low) or (high is not None and value > high):
                yield f"{here} {low} to {high}, not {value}"


def _pair(field, siblings):
    """The limit keys of a field; where they depend on a sibling's value, those of the present value."""
    if isinstance(field.limits, tuple):
        return field.limits
    return next((pair for (name, value), pair in field.limits.items() if siblings.get(name) == value), (None, None))


def _number(raw):
    try:
        return int(raw)
    except (TypeError, ValueError):
        return None
