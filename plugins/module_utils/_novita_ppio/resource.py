# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common part of all resources of Novita AI and PPIO: their stages, and the proof that they do not exist.

The documentation does not list the state words, so the stage is derived from their stems. A word without a known stem
means "pending".

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any, Callable, ClassVar

from .._engine.resource import Resource
from .._engine.state import FAILED, PENDING, READY, CurrentState, Removal
from .._errors import ApiError, BadResponse
from .api import says_absent

BEING_REMOVED = "being removed"
"""The stage of a resource or worker that is being removed or has been removed. Only this package uses it."""

_FAILED_STEMS = ("fail", "error")
_REMOVAL_STEMS = ("delet", "terminat", "remov", "releas")
_READY_WORDS = ("serving", "running")


def stage_of(word: str, ready: tuple[str, ...] = _READY_WORDS) -> str:
    """Return the stage for a state word. A failed removal counts as failed."""
    word = word.lower()
    if any(stem in word for stem in _FAILED_STEMS):
        return FAILED
    if any(stem in word for stem in _REMOVAL_STEMS):
        return BEING_REMOVED
    return READY if word in ready else PENDING


class PlatformResource(Resource):
    """A resource of the platform that Novita AI and PPIO share."""

    absence_codes: ClassVar[tuple[str, ...]] = ("RESOURCE_NOT_FOUND",)
    """The error codes for an absent resource, as opposed to an absent object that a request refers to."""

    def is_absence(self, error: ApiError) -> bool:
        return says_absent(error, self.noun, self.absence_codes)

    def remove(self, send: Callable[[], Any]) -> Removal:
        """Send a delete. A response that the resource does not exist can be wrong: it was listed just before."""
        try:
            send()
        except ApiError as error:
            if not self.is_absence(error):
                raise
            return Removal(denial=error.why)
        return Removal()

    def read_by_id(self, current: CurrentState, read: Callable[[], CurrentState]) -> CurrentState | None:
        """Return the result of ``read``, or ``None`` if the resource does not exist.

        Raises ``BadResponse`` for another id.
        """
        response = self.unless_absent(read)
        if response is not None:
            self.demand_id(current, response.id)
        return response

    def demand_id(self, current: CurrentState, returned_id: str) -> None:
        """Raise ``BadResponse`` if a response is not about the requested resource."""
        if returned_id != current.id:
            raise BadResponse(
                f"{self.provider.title} returned {self.noun} {returned_id} instead of {current.id}",
                operation=f"{self.key}.get",
                reason="bad_answer",
                retryable=True,
            )
