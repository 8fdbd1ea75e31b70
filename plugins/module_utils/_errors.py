# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as types.

Everything below ``module.py`` raises these and never ends the module itself.
An error says what was being done (``doing``), why it did not work (``why``) and,
where it is known, what to do next (``advice``); ``failure()`` gives the same to playbooks.

This package is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import traceback

NOT_THE_PROVIDER = "not_the_provider"
"""The reason of a failure to which something else than the provider's API has answered."""


class CloudError(Exception):
    """The task cannot go on. ``reason`` is a word that playbooks can branch on."""

    reason = "error"
    retryable = False
    status = None
    operation = ""
    request_id = ""

    def __init__(self, why, *, doing="", advice="", ids=()):
        super().__init__(why)
        self.why = why
        self.doing = doing
        self.advice = advice
        self.ids = tuple(ids)

    def __str__(self):
        opening = f"Cannot {self.doing}: " if self.doing else ""
        closing = f" {self.advice}" if self.advice else ""
        said = f"{opening}{self.why.rstrip('.')}.{closing}"
        # What a provider has said can give orders to a terminal.
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in said)

    def __copy__(self):
        """An error of its own for another one who is told of the same event and adds words to it."""
        error = type(self).__new__(type(self), *self.args)
        error.__dict__.update(self.__dict__)
        return error

    def failure(self, provider):
        """What is known of the failure, for a playbook that branches on it."""
        return {
            "provider": provider,
            "operation": self.operation,
            "status": self.status,
            "reason": self.reason,
            "message": self.why,
            "request_id": self.request_id,
            "retryable": self.retryable,
        }


class ProgrammingError(CloudError):
    """The collection itself did something that it must never do."""

    reason = "internal"


class OptionError(CloudError):
    """One or more options cannot be accepted. ``violations`` are sentences that begin with the option's path."""

    reason = "invalid_option"

    def __init__(self, violations, **context):
        super().__init__("; ".join(violations) + ".", **context)
        self.violations = list(violations)


class ApiError(CloudError):
    """A call to the provider did not end well.

    ``maybe_done`` is true when the provider may have carried the call out all the same, ``structured`` when the answer
    was a JSON object: what is not comes from something else, as a router, and tells nothing of a record.
    """

    def __init__(
        self,
        why,
        *,
        operation,
        status=None,
        reason="",
        request_id="",
        retryable=False,
        maybe_done=False,
        structured=False,
        **context,
    ):
        super().__init__(why, **context)
        self.operation = operation
        self.status = status
        self.reason = reason
        self.request_id = request_id
        self.retryable = retryable
        self.maybe_done = maybe_done
        self.structured = structured

    @property
    def inconclusive(self):
        """Whether the response proves nothing about the resource, so that a wait looks again."""
        refused = self.status is not None and 400 <= self.status < 500 and self.status not in (408, 429)
        return not refused or self.reason == NOT_THE_PROVIDER


class BadResponse(ApiError):
    """The provider's answer has not the shape that its documentation promises, so nothing can be concluded from it."""


class OutcomeUnknown(CloudError):
    """A create may or may not have happened, and the record is not visible."""

    reason = "outcome_unknown"


class AmbiguousName(CloudError):
    """More than one record has the wanted name."""

    reason = "ambiguous_name"


class NotFound(CloudError):
    """The task names an id that does not exist."""

    reason = "not_found"


class ImmutableField(CloudError):
    """The task wants to change what the provider cannot change in place."""

    reason = "immutable"


class NotApplied(CloudError):
    """The provider accepted a write, and a later read does not show what was written."""

    reason = "not_applied"


class NotReady(CloudError):
    """The provider reports a state from which the record does not become usable."""

    reason = "not_ready"


class WaitTimeout(CloudError):
    """The record did not reach the wanted state in time."""

    reason = "wait_timeout"
    retryable = True


class Cancelled(CloudError):
    """Nobody waits for the task any more, or another failure ended it, so it sends no further write."""

    reason = "cancelled"
    retryable = True


class TooMuch(CloudError):
    """The plan goes beyond what the task allows."""

    reason = "too_much"


class PriceError(CloudError):
    """The price of what would be ordered is above the task's limit, or cannot be told."""

    reason = "price"


def internal_error(caught):
    """The error that stands for a fault of ours: it says where, without a traceback and without any value."""
    place = traceback.extract_tb(caught.__traceback__)[-1]
    return CloudError(
        f"{type(caught).__name__} in {place.name} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno}). This is a "
        "fault of the collection: please report it."
    )
