# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words that playbooks compare in results: actions, effects and reasons of failures.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._engine.plan import ACTIONS
from .._errors import RESPONSE_REASONS, CloudError
from .._schema.table import EFFECTS

UNCHANGED = "unchanged"
FAILED = "failed"
NOT_ATTEMPTED = "not_attempted"


def _reasons(error_type: type[CloudError]) -> Iterator[str]:
    yield error_type.reason
    for subclass in error_type.__subclasses__():
        yield from _reasons(subclass)


RESULT_WORDS = (*ACTIONS, UNCHANGED, FAILED, NOT_ATTEMPTED, *EFFECTS, *RESPONSE_REASONS, *_reasons(CloudError))
