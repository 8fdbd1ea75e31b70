# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the collection.

Everything below the modules and plugins raises these and never ends the task itself. An error says what was being done
(``doing``), why it failed (``why``) and, where it is known, what to do next (``advice``). ``failure()`` returns the
same for playbooks.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ._validation import Violation

NOT_THE_PROVIDER = "not_the_provider"
"""The reason of a failure where something other than the provider's API responded."""

_Error = TypeVar("_Error", bound="CloudError")


class CloudError(Exception):
    """The task cannot go on. ``reason`` is a word that playbooks can branch on."""

    reason: str = "error"
    retryable: bool = False
    status: int | None = None
    operation: str = ""
    request_id: str = ""

    def __init__(self, why: str, *, doing: str = "", advice: str = "", ids: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.doing = doing
        self.advice = advice
        self.ids = tuple(ids)

    def __str__(self) -> str:
        opening = f"Cannot {self.doing}: " if self.doing else ""
        closing = f" {self.advice}" if self.advice else ""
        message = f"{opening}{self.why.rstrip('.')}.{closing}"
        # A provider's text can hold control characters, which a terminal would obey.
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in message)

    def __copy__(self: _Error) -> _Error:
        """A copy for another caller that adds its own words to the same error."""
        error = type(self).__new__(type(self), *self.args)
        error.__dict__.update(self.__dict__)
        return error

    def failure(self, provider: str) -> dict[str, Any]:
        """What is known of the failure, for playbooks that branch on it."""
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
    """One or more options cannot be accepted."""

    reason = "invalid_option"

    def __init__(self, violations: Iterable[Violation], **context: Any) -> None:
        self.violations = list(violations)
        super().__init__("; ".join(map(str, self.violations)) + ".", **context)


class ApiError(CloudError):
    """A call to the provider failed.

    ``maybe_done`` is true when the provider may have carried the call out nevertheless. ``structured`` is true when the
    response was a JSON object. Any other comes from something else, such as a router, and proves nothing about a
    resource.
    """

    def __init__(
        self,
        why: str,
        *,
        operation: str,
        status: int | None = None,
        reason: str = "",
        request_id: str = "",
        retryable: bool = False,
        maybe_done: bool = False,
        structured: bool = False,
        **context: Any,
    ) -> None:
        super().__init__(why, **context)
        self.operation = operation
        self.status = status
        self.reason = reason
        self.request_id = request_id
        self.retryable = retryable
        self.maybe_done = maybe_done
        self.structured = structured

    @property
    def inconclusive(self) -> bool:
        """Whether the response proves nothing about the resource, so that a wait looks again."""
        refused = self.status is not None and 400 <= self.status < 500 and self.status not in (408, 429)
        return not refused or self.reason == NOT_THE_PROVIDER


class BadResponse(ApiError):
    """The response does not have the shape that the provider documents, so nothing can be concluded from it."""


class OutcomeUnknown(CloudError):
    """A create may or may not have happened, and the resource is not visible."""

    reason = "outcome_unknown"


class AmbiguousName(CloudError):
    """More than one resource has the desired name."""

    reason = "ambiguous_name"


class NotFound(CloudError):
    """The task names an id that does not exist."""

    reason = "not_found"


class ImmutableField(CloudError):
    """The task changes a field that the provider cannot change in place."""

    reason = "immutable"


class NotApplied(CloudError):
    """The provider accepted a write, and a later read does not show what was written."""

    reason = "not_applied"


class NotReady(CloudError):
    """The provider reports a state in which the resource does not become ready any more."""

    reason = "not_ready"


class WaitTimeout(CloudError):
    """The resource did not reach the desired state in time."""

    reason = "wait_timeout"
    retryable = True


class Cancelled(CloudError):
    """The task was cancelled, or another failure ended it, so it sends no further write."""

    reason = "cancelled"
    retryable = True


class TooMuch(CloudError):
    """The plan goes beyond what the task allows."""

    reason = "too_much"


class PriceError(CloudError):
    """The price of an order is above the task's limit, or is not known."""

    reason = "price"


@contextmanager
def while_doing(doing: str, advice: str = "") -> Iterator[None]:
    """Add to an error what was being done, where no inner context has said it, and advice behind its own."""
    try:
        yield
    except CloudError as error:
        error.doing = error.doing or doing
        error.advice = f"{error.advice} {advice}".strip()
        raise


def internal_error(caught: Exception) -> CloudError:
    """The error for a bug of the collection. It says where, without a traceback and without any value."""
    place = traceback.extract_tb(caught.__traceback__)[-1]
    return CloudError(
        f"{type(caught).__name__} in {place.name} ({place.filename.rsplit('/', 1)[-1]}:{place.lineno}). This is a "
        "fault of the collection: please report it."
    )
