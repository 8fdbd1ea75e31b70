# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decide whether a task can run in the process of Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.template import Templar

from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem

VARIABLE = "gpufleet_direct"
ENVIRONMENT_VARIABLE = "GPUFLEET_DIRECT"
_READ_AT_START = ("PYTHON", "LD_", "OPENSSL_")
"""The first letters of environment variables that a process reads only when it starts."""
_SET_BY_SHELLS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The names that a shell can set. With others, it does what Python cannot do, such as to run another command."""


def task_environment(action: ActionBase) -> dict[str, str]:
    """Return the environment variables that the task sets, as the shell would pass them to a module."""
    if not action._task.environment:
        return {}
    variables: dict[str, Any] = {}
    action._compute_environment_string(variables)
    return {str(name): str(value) for name, value in variables.items()}


def reason_for_module(action: ActionBase, task_vars: dict[str, Any], environment: Mapping[str, str]) -> str:
    """Return a clause with the reason why the task must run as a module, or an empty text.

    Raises ``AnsibleActionFail`` if the setting is neither true nor false.

    :param environment: the environment variables that the task sets.
    """
    host = action._task.delegate_to
    delegated = task_vars.get("ansible_delegated_vars", {}).get(host, {}) if host else {}
    with _evaluated_with(action._templar, delegated):
        setting, is_wanted = _setting(action, delegated or task_vars, environment)
        interpreter = _interpreter(action, delegated or task_vars)
    if is_wanted is False:
        return f"{setting} is false"
    if is_wanted is None and sys.platform == "darwin":
        return "this is the default on macOS"
    if action._task.async_val:
        return "the task sets async"
    if action._connection.transport != "local":
        return f"the connection is {action._connection.transport}"
    if action._connection.become:
        return "the task sets become"
    others = sorted(
        name for name in environment if name.startswith(_READ_AT_START) or not _SET_BY_SHELLS.fullmatch(name)
    )
    if others:
        return f"the task sets {', '.join(others)}"
    if interpreter not in ("", sys.executable):
        return f"the Python of modules is set to {interpreter}, and that of Ansible is {sys.executable}"
    return library_problem().rstrip(".").replace("Cannot", "Ansible cannot", 1)


@contextlib.contextmanager
def _evaluated_with(templar: Templar, variables: dict[str, Any]) -> Iterator[None]:
    """Evaluate templates in this context with more variables."""
    before = templar.available_variables
    if variables:
        templar.available_variables = {**before, **variables}
    try:
        yield
    finally:
        templar.available_variables = before


def _setting(action: ActionBase, variables: dict[str, Any], environment: Mapping[str, str]) -> tuple[str, bool | None]:
    """Return the name and the value of the setting; ``None`` if it is not set."""
    values = (
        (VARIABLE, action._templar.template(variables.get(VARIABLE))),
        (ENVIRONMENT_VARIABLE, environment.get(ENVIRONMENT_VARIABLE, os.environ.get(ENVIRONMENT_VARIABLE))),
    )
    for name, value in values:
        if value not in (None, ""):
            try:
                return name, bool(boolean(value))
            except TypeError:
                raise AnsibleActionFail(f"{name} must be true or false, not {value!r}. Nothing was sent.") from None
    return "", None


def _interpreter(action: ActionBase, variables: dict[str, Any]) -> str:
    """Return the Python that the user set for modules, or an empty text if Ansible finds one."""
    value = constants.config.get_config_value("INTERPRETER_PYTHON", variables=variables)
    try:
        interpreter = str(action._templar.template(value or "")).strip()
    except AnsibleError:  # running the module reports it
        return "an invalid template"
    return "" if interpreter.startswith("auto") else interpreter
