# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that reads an info type: what a task can only read, such as products.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from contextlib import closing
from typing import Any

from .._engine.info_type import InfoType
from .._errors import while_doing
from .connection import connection_arguments
from .result import masked
from .task import Module, Task


def info_type_module(info_type: type[InfoType]) -> Module:
    """Return the module that reads an info type."""
    provider = info_type.provider

    def work(task: Task) -> dict[str, Any]:
        options = info_type.options.desired(task.params)
        violations = info_type.options.violations(options) or info_type.option_violations(options)
        task.refuse(provider, violations)
        with closing(task.client(provider)) as client:
            return _read(task, info_type(client), options)

    return Module({**info_type.options.arguments(), **connection_arguments(provider)}, work, provider=provider.name)


def _read(task: Task, info: InfoType, options: dict[str, Any]) -> dict[str, Any]:
    with while_doing(f"read {info.subject} at {info.provider.title}"):
        facts = info.read(options)
    for warning in info.warnings:
        task.warn(warning)
    shown: dict[str, Any] = masked(facts, info.client.secrets)
    return {"changed": False, **shown}
