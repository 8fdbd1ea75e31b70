# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of an account at each provider, in a form that does not depend on their ids."""

from __future__ import annotations

import collections
import json

from .conftest import PROVIDERS
from .test_fault_matrix import OF_ONE

CATALOG = ("products", "regions", "offers", "users")
"""The stores that contain no resources of the account."""
OWN = (*OF_ONE, "appName", "app_name", "ssh_host", "ssh_idx")
"""Wire fields that differ between equal resources."""


def contents(cloud):
    """Return the resources that are not being deleted, with their states and settings, and how often each one exists.

    They are read from the simulator's stores and not from its responses. A reference to another resource is its name.
    """
    now = cloud.clock.now()
    return collections.Counter(
        text for provider in PROVIDERS for text in _of_account(provider, cloud.account(provider), now)
    )


def _of_account(provider, account, now):
    stores = {noun: store.all() for noun, store in account.stores.items() if noun not in CATALOG}
    names = {
        each.id: f"{noun} {each.spec.get(account.stores[noun].name_key)} {each.spec.get('username')}"
        for noun, resources in stores.items()
        for each in resources
    }
    for noun, resources in stores.items():
        for each in resources:
            state, error, _message = each.state(now)
            if not each.deleting and (error or state not in ("toRemove", "removing", "removed", "deleting")):
                yield json.dumps([provider, noun, state, _with_names(each.spec, names)], sort_keys=True)


def _with_names(value, names):
    """Return a wire value with names in the place of ids."""
    if isinstance(value, dict):
        return {key: _with_names(part, names) for key, part in value.items() if key not in OWN}
    if isinstance(value, list):
        return [_with_names(part, names) for part in value]
    return names.get(str(value), value)


def differences(actual, expected):
    """Yield sentences on the differences between the contents of two accounts."""
    for text, count in (actual - expected).items():
        yield f"there are {count} too many: {text}"
    for text, count in (expected - actual).items():
        yield f"there are {count} too few: {text}"
