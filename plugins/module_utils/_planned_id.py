# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The id of a resource that exists only in a plan.

In check mode, a task that would create a resource returns such an id, so that later tasks of the same check run can use
it. Outside check mode, it means nothing.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

PLANNED = "planned:"
"""The beginning of a planned id. The type and what identifies the resource follow."""
REFUSED = (
    "must be the id of a resource. A planned id is valid only in check mode, in which an earlier task has returned it"
)
"""The rule for a planned id outside check mode."""


def planned_id(type_name: str, identity: Iterable[str]) -> str:
    """Return the planned id of a resource.

    :param type_name: the name of the resource type, for example ``vast_endpoint``.
    :param identity: the values that identify the resource.
    """
    return f"{PLANNED}{type_name}:{'/'.join(map(identity_of, identity))}"


def is_planned_id(value: Any) -> bool:
    """Return whether a value is a planned id."""
    return isinstance(value, str) and value.startswith(PLANNED)


def identity_of(value: str) -> str:
    """Return what identifies the resource of a planned id, or another value unchanged."""
    return value.split(":", 2)[-1] if is_planned_id(value) else value
