# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base class of all modules of the collection, and their connection options.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import atexit
import gc
from typing import Any, Callable, NoReturn

from ansible.module_utils.basic import AnsibleFallbackNotFound, AnsibleModule, env_fallback

from .._engine.provider import Provider
from .._errors import NOTHING_SENT, CloudError, OptionError, internal_error
from .._http.client import Client
from .._libraries import library_problem
from .._masking import OptionTexts
from .._secret_arguments import shown_options
from .._validation import Violation, first_of_each
from .._visible import printable
from .connection import connect, connection_options, connection_violations
from .permit import Permit
from .result_words import RESULT_WORDS
from .yaml_input import drop_nulls, safe_for_ansible, yaml_violations


def connection_arguments(provider: Provider) -> dict[str, Any]:
    """Return the argument spec of the connection options, with the environment variables that replace them."""
    options = connection_options(provider)
    spec = options.arguments()
    for field in options.fields:
        if field.env:
            spec[field.name]["fallback"] = (_set_variable, [field.env])
    return spec


def _set_variable(name: str) -> str:
    """Return the value of an environment variable. An empty one counts as not set: AWX sets every variable."""
    value: str = env_fallback(name)
    if not value:
        raise AnsibleFallbackNotFound
    return value


class CloudModule(AnsibleModule):
    """An Ansible module that keeps the unconverted values of its options and never ends with a traceback.

    ``progress`` contains the values that a failure returns in addition to its message.
    """

    def __init__(self, spec: dict[str, Any], **rules: Any) -> None:
        _collect_garbage_rarely()
        self.progress: dict[str, Any] = {}
        self.permit = Permit()
        self.option_texts = OptionTexts(RESULT_WORDS)
        super().__init__(argument_spec=spec, supports_check_mode=True, **rules)

    def _load_params(self) -> None:
        """Keep the values of the options before Ansible converts them."""
        super()._load_params()
        drop_nulls(self.argument_spec, self.params)
        self.params_as_written = self.params
        self.params = safe_for_ansible(self.argument_spec, self.params)

    def _log_invocation(self) -> None:
        """Log the options to the system log of the host, without their probable secrets."""
        params, self.params = self.params, shown_options(self.argument_spec, self.params)
        try:
            super()._log_invocation()
        finally:
            self.params = params

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**self._with_invocation(result))

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        super().fail_json(printable(msg), **self._with_invocation(result))

    def _with_invocation(self, result: dict[str, Any]) -> dict[str, Any]:
        """Return the result with the options of the task, without their probable secrets."""
        if "invocation" in result:
            return result
        return {"invocation": {"module_args": shown_options(self.argument_spec, self.params)}, **result}

    def warn(self, warning: str, **more: Any) -> None:
        super().warn(printable(warning), **more)

    def run(self, provider: str, work: Callable[[], dict[str, Any]]) -> NoReturn:
        """Exit with the result of ``work()``, or with its failure and ``progress``."""
        error, result = None, {}
        try:
            problem = library_problem()
            if problem:
                raise CloudError(problem)
            result = work()
        except CloudError as caught:
            error = caught
        except Exception as caught:  # the user must get a message for any exception
            error = internal_error(caught)
        # Not in an except block: ansible-core before 2.19 would add a traceback, which can contain secrets.
        if error is not None:
            self.fail_json(msg=str(error), failure=error.failure(provider), **self.progress)
        self.exit_json(**result)

    def refuse(self, provider: Provider, violations: list[Violation]) -> None:
        """Raise ``OptionError`` for all violations that can be found before the first request.

        :param violations: the violations of all options except the connection options.
        """
        self.option_texts.add(self.argument_spec, self.params)
        violations = [
            *yaml_violations(self.argument_spec, self.params_as_written),
            *connection_violations(provider, self.params),
            *violations,
            *self.option_texts.violations(),
        ]
        if violations:
            raise OptionError(first_of_each(violations), advice=NOTHING_SENT)

    def client(self, provider: Provider) -> Client:
        """Return a client for the options of the task."""
        client = connect(
            provider, self.params, self.check_mode, permit=self.permit.demand, written=self.params_as_written
        )
        client.secrets.masked = self.option_texts.masked()
        return client


def _collect_garbage_rarely() -> None:
    """Collect garbage only after many new objects, and not at exit, because a task keeps nearly all objects.

    This reduces the CPU time of a module from 0.33 s to 0.28 s, and that of ``fleet`` with 300 entries from 0.83 s to
    0.77 s.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
