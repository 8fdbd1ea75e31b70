# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value that no result shows. An export has a variable in its place.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass(frozen=True)
class Withheld:
    """A value that can be secret.

    :param hint: what the value is, as a part of the name of a variable.
    :param value: the current value, or ``None`` if the provider does not return it.
    """

    hint: str
    value: Any = field(default=None, repr=False)


CanBeSecret = Callable[[str], bool]
"""Returns whether an option for secrets accepts a value. Ansible masks such a value everywhere in the result."""
