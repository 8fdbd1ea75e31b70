# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every resource of the platform of Novita AI and PPIO has in common: its stage, what proves its absence.

No page enumerates the state words, so they are read by their stems; a word without a known stem means "pending".

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import re

from .._engine.resource import Resource
from .._engine.state import FAILED, PENDING, READY, Removal
from .._errors import ApiError, BadResponse

LEAVING = "leaving"
"""The stage of what is being removed, or was."""

_ABSENT = re.compile(r"not foun[dt]", re.IGNORECASE)
_FAILED_STEMS = ("fail", "error")
_LEAVING_STEMS = ("delet", "terminat", "remov", "releas")
_READY_WORDS = ("serving", "running")


def stage(word, ready=_READY_WORDS):
    """How far a thing with this state word is; a removal that failed is a failure."""
    word = word.lower()
    if any(stem in word for stem in _FAILED_STEMS):
        return FAILED
    if any(stem in word for stem in _LEAVING_STEMS):
        return LEAVING
    return READY if word in ready else PENDING


def said_words(word, said, nothing):
    """A provider's word and text for a state, as a message shows them."""
    return (repr(word) if word else nothing) + (f" ({said})" if said else "")


class PlatformResource(Resource):
    """Anything on the platform."""

    absence_codes = ("RESOURCE_NOT_FOUND",)
    """The error words that name the record itself, and not something that a request asks for."""

    def is_absence(self, error):
        if error.status not in (400, 404) or not error.structured:
            return False
        unworded = error.reason == f"http_{error.status}" and _ABSENT.search(error.why) is not None
        # A router also answers 404, and speaks of the route.
        about_it = error.status == 400 or self.noun in error.why.lower()
        return unworded and about_it or error.reason in self.absence_codes

    def remove(self, send):
        """Send a delete. That the record is not there is doubtful where a listing has just shown it."""
        try:
            send()
        except ApiError as error:
            if not self.is_absence(error):
                raise
            return Removal(inconsistency=error.why)
        return Removal()

    def reread(self, record, read):
        """What ``read`` answers of a record, or ``None``. Raises when the answer is about another one."""
        found = self.unless_absent(read)
        if found is not None:
            self.demand_identity(record, found.id)
        return found

    def demand_identity(self, record, answered_id):
        """Raise when an answer is not about the record that was asked for."""
        if answered_id != record.id:
            raise BadResponse(
                f"asked for {record.id}, the provider tells of {answered_id}.",
                operation=f"{self.noun}.get",
                reason="bad_answer",
                retryable=True,
            )
