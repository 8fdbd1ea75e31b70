# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of a module in the process of Ansible: the same options and the same result as on a host.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
from typing import Any, Callable

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values

from .._errors import NOTHING_SENT, OptionError
from .._secret_arguments import secret_values
from .._validation import Violation
from .._visible import printable
from .permit import Permit
from .task import Module, Task, invocation
from .yaml_input import drop_doubled, drop_nulls, safe_for_ansible

_OTHERWISE_WRITTEN = "True False None inf nan"
"""The values that Ansible compares with secrets in another form than that of JSON."""


class DirectTask:
    """A task in the process of Ansible.

    :param name: the name of the module in messages.
    :param options: the options as written, of the types of JSON. They are not changed.
    :param show: shows a line to the people who watch the task. It must not raise an error.
    """

    def __init__(
        self,
        module: Module,
        name: str,
        options: dict[str, Any],
        *,
        check_mode: bool,
        permit: Permit,
        show: Callable[[str], None] | None = None,
    ) -> None:
        spec = module.argument_spec
        written = json.loads(json.dumps(options))
        drop_nulls(spec, written)
        safe = safe_for_ansible(spec, written)
        doubled = drop_doubled(spec, safe)
        self._warnings = [f"Both option {option} and its alias {alias} are set." for option, alias in doubled]
        validated = ArgumentSpecValidator(spec, **module.rules).validate(safe)
        params = validated.validated_parameters
        params.update({alias: params[option] for option, alias in doubled if option in params})
        self._refusal: dict[str, Any] = {}
        violations = module.early_violations(written, not validated.error_messages)
        if violations:
            self._refusal = refusal(spec, written, violations)
            self._warnings.clear()
        elif validated.error_messages:
            message = validated.error_messages[0]
            # Unknown options are the last error of the validation.
            if validated.unsupported_parameters and len(validated.error_messages) == 1:
                message = f"Unsupported parameters for ({name}) module: {message}"
            self._refusal = {"failed": True, "msg": printable(message), **invocation(spec, {**safe, **params})}
        self._task = Task(module, params, written, check_mode=check_mode, permit=permit, show=show)
        self._secrets = secret_values(spec, written) | secret_values(spec, safe) | secret_values(spec, params)

    def awaited(self, duration: str) -> str:
        """Return a line about what the task waits for.

        :param duration: how long the task has run, for the line.
        """
        return self._task.awaited(duration)

    def result(self) -> dict[str, Any]:
        """Run the module and return its result, as Ansible would read it from the module."""
        result = self._refusal or self._task.result()
        warnings = [*self._warnings, *self._task.warnings]
        shown = {**result, "warnings": warnings} if warnings else result
        # Like a module, so that a task with the invalid API key "True" counts as failed.
        kept = {name: value for name, value in shown.items() if value is None or isinstance(value, bool)}
        return {**{name: _without(self._secrets, json.dumps(value)) for name, value in shown.items()}, **kept}


def refusal(spec: dict[str, Any], options: dict[str, Any], violations: list[Violation]) -> dict[str, Any]:
    """Return the result of a task with violations, without the secrets in its options."""
    error = OptionError(violations, advice=NOTHING_SENT)
    texts = _without(secret_values(spec, options), json.dumps({"msg": str(error), "failure": error.failure("")}))
    return {"failed": True, "changed": False, **texts}


def _without(secrets: set[str], value: str) -> Any:
    """Return a value of a result without the secrets, as Ansible masks them.

    :param value: the value as JSON.
    """
    masked = json.loads(value)
    # Ansible compares each text with each secret. Often only the options contain one, and a search is much faster.
    text = f"{value} {_OTHERWISE_WRITTEN}"
    return remove_values(masked, secrets) if any(json.dumps(secret)[1:-1] in text for secret in secrets) else masked
