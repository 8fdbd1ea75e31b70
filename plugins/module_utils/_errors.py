# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the collection.

The code below the modules and plugins raises these errors and never ends the task itself. An error contains the action
that failed (``doing``), the reason (``why``) and, if known, advice for the user (``advice``). ``failure()`` returns the
same information for playbooks.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from ._limits import limit_reached
from ._sentences import clauses, sentences
from ._validation import Violation
from ._visible import printable

NOT_THE_PROVIDER = "not_the_provider"
"""The reason of a failure when something other than the provider's API responded."""
RESPONSE_REASONS = ("connection", "redirect", "bad_answer", NOT_THE_PROVIDER)
"""The reasons of failures of a call for which the provider returned no error code."""

NOTHING_SENT = "Nothing was sent."
"""The advice of an error that is found before the first request."""
NOTHING_WRITTEN = "Nothing was written."
"""The advice of an error that is found before the first write."""

_REPORT = "Please report it at https://github.com/gpufleet/gpufleet.cloud/issues."

_Error = TypeVar("_Error", bound="CloudError")


class CloudError(Exception):
    """The task cannot continue.

    ``reason`` is a word that playbooks can test. ``doing`` completes the sentence "Cannot ...". ``ids`` are the ids of
    the resources that the error is about.
    """

    reason: str = "error"
    retryable: bool = False
    status: int | None = None
    operation: str = ""
    request_id: str = ""
    headline: str = ""
    """A sentence that matters more than the action that failed, so that the message begins with it."""

    def __init__(self, why: str, *, doing: str = "", advice: str = "", ids: Iterable[str] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.doing = doing
        self.advice = advice
        self.ids = tuple(ids)

    def __str__(self) -> str:
        opening = f"Cannot {self.doing}: " if self.doing else ""
        return printable(sentences(self.headline, f"{opening}{self.why}", self.advice))

    def __copy__(self: _Error) -> _Error:
        """Return a copy, so that each caller can add its own text to the same error."""
        error = type(self).__new__(type(self), *self.args)
        error.__dict__.update(self.__dict__)
        return error

    def failure(self, provider: str) -> dict[str, Any]:
        """Return the value of the result key ``failure``."""
        return {
            "provider": provider,
            "operation": self.operation,
            "status": self.status,
            "reason": self.reason,
            "message": printable(self.why),
            "request_id": self.request_id,
            "retryable": self.retryable,
        }


class ProgrammingError(CloudError):
    """The collection itself has a bug."""

    reason = "internal"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}, which is a bug in the collection", advice=_REPORT)


class OptionError(CloudError):
    """One or more options are invalid."""

    reason = "invalid_option"

    def __init__(self, violations: Iterable[Violation], **context: Any) -> None:
        self.violations = list(violations)
        super().__init__(clauses(map(str, self.violations)), **context)


class ApiError(CloudError):
    """A call to the provider failed.

    ``maybe_done`` is true if the provider may have executed the call despite the error. ``structured`` is true if the
    response was a JSON object. Any other response may come from something else, such as a proxy, and proves nothing
    about a resource.
    """

    plain_text: str = ""
    """The text that the provider returned instead of JSON, as messages show it."""
    created_id: str = ""
    """The id of a resource that the provider has created although it returned an error."""

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
        """Whether the response proves nothing about the resource, so that a wait reads again."""
        refused = self.status is not None and 400 <= self.status < 500 and self.status not in (408, 429)
        return not refused or self.reason == NOT_THE_PROVIDER


class BadResponse(ApiError):
    """The response does not have the documented structure, so it proves nothing."""


class OutcomeUnknown(CloudError):
    """The provider may or may not have created a resource, and no response shows it."""

    reason = "outcome_unknown"


class AmbiguousName(CloudError):
    """More than one resource matches the task, or another resource already has the desired name."""

    reason = "ambiguous_name"


class SimilarName(CloudError):
    """The task would create a resource, but the name of an existing one may be another form of its name."""

    reason = "similar_name"


class NotFound(CloudError):
    """The resource that the task requires does not exist."""

    reason = "not_found"


class ImmutableField(CloudError):
    """The task changes a field that the provider cannot change in place."""

    reason = "immutable"


class InUse(CloudError):
    """The task deletes a resource that contains other resources."""

    reason = "in_use"


class NotApplied(CloudError):
    """The provider accepted a write, and a later read does not show what was written."""

    reason = "not_applied"


class NotReady(CloudError):
    """The resource has failed or no longer exists, so it cannot become ready."""

    reason = "not_ready"


class ProbeFailed(CloudError):
    """The endpoint did not pass its probe, or the probe could not be sent."""

    reason = "probe_failed"
    retryable = True


class WaitTimeout(CloudError):
    """The resource did not reach the desired state within the time limit."""

    reason = "wait_timeout"
    retryable = True


class Cancelled(CloudError):
    """The task was canceled, or another failure ended it, so it sends no more writes."""

    reason = "cancelled"
    retryable = True


class Locked(CloudError):
    """Another task on the same host is working on the resource."""

    reason = "locked"
    retryable = True


class TooMuch(CloudError):
    """The plan exceeds a limit of the task."""

    reason = "too_much"


class PlanChanged(CloudError):
    """The plan is not the one that was approved."""

    reason = "plan_changed"


class PriceError(CloudError):
    """The price exceeds the limit of the task, or is unknown."""

    reason = "price"


@contextmanager
def while_doing(doing: str, advice: str = "") -> Iterator[None]:
    """Complete the errors that are raised in this context.

    :param doing: the action that failed, unless an inner context has set it.
    :param advice: text to append to the advice of the error.
    """
    try:
        yield
    except CloudError as error:
        error.doing = error.doing or doing
        error.advice = sentences(error.advice, advice)
        raise


def internal_error(caught: BaseException) -> CloudError:
    """Return the error for a limit of the host, or for a bug in the collection.

    It shows the place, but no traceback and no values.
    """
    limit = limit_reached(caught)
    if limit:
        return Cancelled(f"{limit}.")
    places = traceback.extract_tb(caught.__traceback__)
    place = f" in {places[-1].name} ({places[-1].filename.rsplit('/', 1)[-1]}:{places[-1].lineno})" if places else ""
    return CloudError(f"a bug in the collection ended the task: {type(caught).__name__}{place}", advice=_REPORT)
