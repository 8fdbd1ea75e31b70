# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every resource of Novita AI and PPIO has in common: its stage, and what proves that it does not exist.

No page lists the state words, so they are read by their stems. A word without a known stem means "pending".

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar

from .._engine.resource import Resource
from .._engine.state import FAILED, PENDING, READY, CurrentState, Removal
from .._errors import ApiError, BadResponse
from .api import says_absent

BEING_REMOVED = "being removed"
"""The stage of what the provider is removing or has removed. Only this package knows it."""

_FAILED_STEMS = ("fail", "error")
_REMOVAL_STEMS = ("delet", "terminat", "remov", "releas")
_READY_WORDS = ("serving", "running")


def stage_of(word: str, ready: tuple[str, ...] = _READY_WORDS) -> str:
    """The stage that a state word means. A removal that failed is a failure."""
    word = word.lower()
    if any(stem in word for stem in _FAILED_STEMS):
        return FAILED
    if any(stem in word for stem in _REMOVAL_STEMS):
        return BEING_REMOVED
    return READY if word in ready else PENDING


def state_in_words(word: str, text: str, without_word: str) -> str:
    """A provider's word and text for a state, as a message shows them."""
    return (repr(word) if word else without_word) + (f" ({text})" if text else "")


class PlatformResource(Resource):
    """Any resource of the platform that Novita AI and PPIO share."""

    absence_codes: ClassVar[tuple[str, ...]] = ("RESOURCE_NOT_FOUND",)
    """The error codes that are about the resource itself, and not about something that a request names."""

    def is_absence(self, error: ApiError) -> bool:
        return says_absent(error, self.noun, self.absence_codes)

    def remove(self, send: Callable[[], Any]) -> Removal:
        """Send a delete. A denial that the resource exists may be wrong, because a list response has just shown it."""
        try:
            send()
        except ApiError as error:
            if not self.is_absence(error):
                raise
            return Removal(denial=error.why)
        return Removal()

    def read_by_id(self, current: CurrentState, read: Callable[[], CurrentState]) -> CurrentState | None:
        """What ``read`` returns, or ``None`` when there is no such resource. Raises when it is another resource."""
        response = self.unless_absent(read)
        if response is not None:
            self.demand_id(current, response.id)
        return response

    def demand_id(self, current: CurrentState, returned_id: str) -> None:
        """Raise when a response is not about the resource that was asked for."""
        if returned_id != current.id:
            raise BadResponse(
                f"asked for {current.id}, the provider returned {returned_id}.",
                operation=f"{self.noun}.get",
                reason="bad_answer",
                retryable=True,
            )
