# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module, and a task that runs it. Both faces use this: ``ansible_module.py`` on a host, ``direct.py`` in Ansible.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable

from .._engine.provider import Provider
from .._errors import NOTHING_SENT, CloudError, OptionError, internal_error
from .._http.client import Client
from .._libraries import library_problem
from .._masking import OptionTexts
from .._secret_arguments import shown_options
from .._validation import Violation, first_of_each
from .._visible import printable
from .connection import connect, connection_violations
from .permit import Permit
from .result_words import RESULT_WORDS
from .yaml_input import yaml_violations


def _no_violations(_options: dict[str, Any], _is_accepted: bool) -> list[Violation]:
    return []


@dataclass(frozen=True)
class Module:
    """A module of the collection.

    :param argument_spec: its options.
    :param work: returns the result of a task. After a failure, it contains ``failed`` and ``msg``.
    :param rules: the rules between options, as keyword arguments of ``AnsibleModule``.
    :param provider: the name of the provider in failures; empty for a module of all providers.
    :param early_violations: returns violations in the options as written, all of which a task must report together. Its
        second parameter is true if Ansible has already validated and accepted the options.
    """

    argument_spec: dict[str, Any]
    work: Callable[[Task], dict[str, Any]]
    rules: dict[str, Any] = field(default_factory=dict)
    provider: str = ""
    early_violations: Callable[[dict[str, Any], bool], list[Violation]] = _no_violations


class Task:
    """One task, after Ansible has converted its options.

    :param params: the converted options.
    :param params_as_written: the options before the conversion.
    :param show: shows a line to the people who watch the task. It must not raise an error.
    """

    def __init__(
        self,
        module: Module,
        params: dict[str, Any],
        params_as_written: dict[str, Any],
        *,
        check_mode: bool,
        permit: Permit,
        show: Callable[[str], None] | None = None,
    ) -> None:
        self.module = module
        self.argument_spec = module.argument_spec
        self.params = params
        self.params_as_written = params_as_written
        self.check_mode = check_mode
        self.permit = permit
        self.show = show
        self.warnings: list[str] = []
        self.progress: dict[str, Any] = {}
        """The values that a failure returns in addition to its message."""
        self.awaited: Callable[[str], str] = lambda _duration: ""
        """Returns a line about what the task waits for. Its parameter is how long the task has run."""
        self.option_texts = OptionTexts(RESULT_WORDS)

    def result(self) -> dict[str, Any]:
        """Run the module and return the result. A failed one contains ``failed``, ``msg`` and ``failure``."""
        error, result = None, {}
        try:
            problem = library_problem()
            if problem:
                raise CloudError(problem)
            result = self.permit.while_uninterrupted(lambda: self.module.work(self))
        except CloudError as caught:
            error = caught
        except Exception as caught:  # the user must get a message for any exception
            error = internal_error(caught)
        # Not in an except block: ansible-core before 2.19 would add a traceback, which can contain secrets.
        if error is not None:
            failure = error.failure(self.module.provider)
            result = {"failed": True, "msg": str(error), "failure": failure, **self.progress}
        # To mask the options of a fleet takes a while, and its result has its own invocation.
        return result if "invocation" in result else {**invocation(self.argument_spec, self.params), **result}

    def warn(self, warning: str) -> None:
        """Add a warning to the result."""
        self.warnings.append(printable(warning))

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
        client = connect(provider, self.params, self.check_mode, permit=self.permit, written=self.params_as_written)
        client.secrets.masked = self.option_texts.masked()
        return client


def invocation(argument_spec: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a task as results show them, without their probable secrets."""
    return {"invocation": {"module_args": shown_options(argument_spec, params)}}
