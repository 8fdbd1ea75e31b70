# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of all modules. If the task runs on the controller, it runs in the process of Ansible.

Ansible imports an action plugin once, before it forks its workers. So all imports are done when a task starts.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any, ClassVar

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct import DirectTask, refusal
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct_permit import DirectPermit
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import Cancelled
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem
from ansible_collections.gpufleet.cloud.plugins.module_utils._sentences import sentences
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.face import (
    ENVIRONMENT_VARIABLE,
    reason_for_module,
    task_environment,
)
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.garbage import garbage_collected_rarely
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.plain_options import as_ansible_sends, without_tags
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.progress import Progress
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.progress_file import progress_file
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.set_environment import set_environment
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.working_directory import working_directory

_CONTINUE = "Increase timeout, or run the task again: it continues with the resources that exist then."
_SHOWS_INVOCATION = "INJECT_INVOCATION"
"""The setting of ansible-core 2.21 and later that adds the options of a task to its result. Older ones always do."""
_HAS_SETTING = _SHOWS_INVOCATION in constants.config.get_configuration_definitions()

# Imports the libraries, unless tasks run as modules by default. A task that runs directly nevertheless imports them
# itself. Without them, the module runs, perhaps with another Python.
if boolean(os.environ.get(ENVIRONMENT_VARIABLE) or sys.platform != "darwin", strict=False):
    library_problem()


class DirectAction(ActionBase):
    """Runs a module in this process if it can, and otherwise as Ansible runs any module."""

    _supports_async = True
    _supports_check_mode = True
    module: ClassVar[Module]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        self._task.args = without_tags(self._task.args)
        environment = task_environment(self)
        options = as_ansible_sends(self._task.args)
        reason = reason_for_module(self, task_vars or {}, environment)
        if not reason and options is None:
            reason = "an option has a value that JSON cannot represent"
        face = f"as a module, because {reason}" if reason else "in the process of Ansible"
        Display().vvv(f"{self._task.action} runs {face}.", host=self._play_context.remote_addr)
        if reason or options is None:
            return {**result, **(self._early_failure(options or self._task.args) or self._run_as_module(task_vars))}
        with (
            set_environment(environment),
            working_directory(self._loader.get_basedir()),
            garbage_collected_rarely(),
            warnings.catch_warnings(),
        ):
            # Those of Python libraries, such as one for each request without validate_certs. Ansible shows them with
            # paths of its own Python, and hides those of a module.
            warnings.simplefilter("ignore")
            result |= self._run_directly(options)
        if _HAS_SETTING and not constants.config.get_config_value(_SHOWS_INVOCATION, variables=task_vars):
            result.pop("invocation", None)
        return result

    def _run_directly(self, options: dict[str, Any]) -> dict[str, Any]:
        progress = Progress(self._task, self._templar)
        permit = DirectPermit(self._task.timeout or 0, each_second=progress.show)
        task = DirectTask(
            self.module,
            self._task.action,
            options,
            check_mode=self._task.check_mode,
            permit=permit,
            show=progress.add,
        )
        progress.awaited = task.awaited
        result = task.result()
        progress.show_last()
        return self._out_of_time(result, permit.out_of_time) if permit.out_of_time else result

    def _out_of_time(self, result: dict[str, Any], reason: str) -> dict[str, Any]:
        """Return the result of a task that has reached its time limit, with the keys that Ansible adds."""
        opening = reason[0].upper() + reason[1:]
        if not result.get("failed"):
            error = Cancelled(f"{opening}, but did all its work.", advice="Increase timeout.")
            result = {**result, "msg": str(error), "failure": error.failure(self.module.provider)}
        else:
            first = "" if reason in result["msg"] else opening
            result = {**result, "msg": sentences(first, result["msg"], _CONTINUE)}
        return {**result, "failed": True, "timedout": {"period": self._task.timeout}}

    def _early_failure(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return a failed result with the violations that the module alone would report one by one, or an empty one.

        :param options: the options of the task as Ansible sends them, which contain the secrets in them as text.
        """
        # jsonschema is required only on the host on which the module runs. The module checks everything again.
        missing = library_problem("jsonschema")
        violations = [] if missing else self.module.early_violations(self._task.args, False)
        return refusal(self.module.argument_spec, options, violations) if violations else {}

    def _run_as_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        is_asynchronous = bool(self._task.async_val) and not self._connection.has_native_async
        arguments = dict(self._task.args)
        with progress_file(self.module, self._task, self._connection, is_asynchronous) as path:
            if path:
                arguments["progress_file"] = path
            result: dict[str, Any] = self._execute_module(
                module_args=arguments, task_vars=task_vars, wrap_async=is_asynchronous
            )
        if not is_asynchronous:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result
