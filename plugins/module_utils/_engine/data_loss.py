# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data that a step of a plan loses, which the task must accept.

This module uses neither Ansible nor HTTP.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import replace

from .._errors import OptionError
from .._validation import Violation
from .capabilities import LosingData
from .plan import Step
from .resource import Resource
from .state import DesiredState


def with_data_loss(step: Step, resource: Resource, desired_state: DesiredState) -> Step:
    """Return a step with the fact of what it loses. Raises ``OptionError`` if the task does not accept the loss."""
    lost = resource.data_lost_by(step.action) if isinstance(resource, LosingData) else ""
    if not lost:
        return step
    if not desired_state.options["accept_data_loss"]:
        rule = f"must be true, because the step {step.action} loses {lost}"
        raise OptionError([Violation("accept_data_loss", rule)])
    return replace(step, facts={**step.facts, "data_loss": lost})
