# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The defaults of the action groups, for a module with connections to several providers.

``module_defaults`` of a group such as ``group/gpufleet.cloud.vast`` apply to the modules of one provider. A module with
an option for each provider gets them as values of these options.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from typing import Any

_PROVIDERS = ("novita", "ppio", "vast")
_CONNECTION = ("api_key", "api_url", "autoscaler_url", "api_timeout", "api_retries", "validate_certs")


def with_group_defaults(task: Any, templar: Any) -> dict[str, Any]:
    """Return the options of a task, with the connection options that the defaults of the groups set.

    :param task: the task of an action plugin.
    """
    options = dict(task.args)
    for provider in _PROVIDERS:
        defaults: dict[str, Any] = {}
        for block in task.module_defaults or []:
            defaults.update(templar.template(block.get(f"group/gpufleet.cloud.{provider}") or {}))
        defaults = {option: defaults[option] for option in _CONNECTION if option in defaults}
        given = options.get(provider)
        if defaults and (given is None or isinstance(given, dict)):
            options[provider] = {**defaults, **(given or {})}
    return options
