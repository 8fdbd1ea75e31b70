# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The face of a module on a host: a program that Ansible copies there and starts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import atexit
import gc
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule

from .._secret_arguments import shown_options
from .._visible import printable
from .permit import Permit
from .task import Module, Task, invocation
from .yaml_input import drop_nulls, safe_for_ansible


def run_module(module: Module) -> NoReturn:
    """Run a module with the options that Ansible passes to this process, and print its result."""
    _collect_garbage_rarely()
    permit = Permit()
    ansible_module = _AnsibleModule(module)
    task = Task(
        module,
        ansible_module.params,
        ansible_module.params_as_written,
        check_mode=ansible_module.check_mode,
        permit=permit,
    )
    result = task.result()
    for warning in task.warnings:
        ansible_module.warn(warning)
    if result.get("failed"):
        ansible_module.fail_json(**result)
    ansible_module.exit_json(**result)


class _AnsibleModule(AnsibleModule):
    """Keeps the unconverted values of its options, and shows no probable secrets."""

    def __init__(self, module: Module) -> None:
        super().__init__(argument_spec=module.argument_spec, supports_check_mode=True, **module.rules)

    def _load_params(self) -> None:
        """Keep the values of the options before Ansible converts them."""
        super()._load_params()
        drop_nulls(self.argument_spec, self.params)
        self.params_as_written = self.params
        self.params = safe_for_ansible(self.argument_spec, self.params)

    def _log_invocation(self) -> None:
        """Log the options to the system log of the host, without their probable secrets.

        That log cannot contain all characters.
        """
        params, shown = self.params, shown_options(self.argument_spec, self.params)
        self.params = {name: printable(value) if isinstance(value, str) else value for name, value in shown.items()}
        try:
            super()._log_invocation()
        finally:
            self.params = params

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        super().fail_json(printable(msg), **{**invocation(self.argument_spec, self.params), **result})


def _collect_garbage_rarely() -> None:
    """Collect garbage only after many new objects, and not at exit, because a task keeps nearly all objects.

    This reduces the CPU time of a module from 0.33 s to 0.28 s, and that of ``fleet`` with 300 entries from 0.83 s to
    0.77 s.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
