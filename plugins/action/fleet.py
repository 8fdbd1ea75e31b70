# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the fleet module that runs on the controller: it reports all violations at once, and shows progress."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import NOTHING_SENT, OptionError
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.entry_violations import early_violations
from ansible_collections.gpufleet.cloud.plugins.module_utils._libraries import library_problem
from ansible_collections.gpufleet.cloud.plugins.module_utils._signals import kept_for_main_thread
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import Violation

PAUSE = 0.2
LAST_LINES = 5.0
"""The time limit for showing the last lines, in seconds."""


class ActionModule(ActionBase):
    """Checks all entries, then runs the module and shows its progress."""

    _supports_async = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        self._task.args = _plain(self._task.args)
        violations = self._violations()
        if violations:
            error = OptionError(violations, advice=NOTHING_SENT)
            return {**result, "failed": True, "changed": False, "msg": str(error), "failure": error.failure("")}
        asynchronous = bool(self._task.async_val) and not self._connection.has_native_async
        arguments = dict(self._task.args)
        with self._progress(arguments, asynchronous):
            result.update(
                self._execute_module(
                    module_name="gpufleet.cloud.fleet",
                    module_args=arguments,
                    task_vars=task_vars,
                    wrap_async=asynchronous,
                )
            )
        if not asynchronous:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _violations(self) -> list[Violation]:
        # jsonschema is required only on the host on which the module runs. The module checks everything again.
        return [] if library_problem("jsonschema") else early_violations(self._task.args.get("resources"))

    @contextlib.contextmanager
    def _progress(self, arguments: dict[str, Any], asynchronous: bool) -> Iterator[None]:
        """Show the lines that the module adds to a file, if it runs on this host and the task does not set no_log."""
        if self._task.no_log or asynchronous or self._connection.transport != "local" or arguments.get("progress_file"):
            yield
            return
        try:
            folder: str = constants.DEFAULT_LOCAL_TMP  # type: ignore[attr-defined]  # Ansible sets it at run time
            descriptor, path = tempfile.mkstemp(prefix="gpufleet-", dir=folder)
        except OSError:
            yield
            return
        over = threading.Event()
        showing = threading.Thread(target=_show, args=(descriptor, path, over), daemon=True)
        try:
            with contextlib.suppress(RuntimeError), kept_for_main_thread():
                showing.start()
                arguments["progress_file"] = path
            yield
        finally:
            over.set()
            if showing.ident:
                # A terminal that is stopped can block the thread.
                showing.join(LAST_LINES)
            else:
                os.close(descriptor)
            _remove(path)


def _plain(options: Any) -> Any:
    """Return the options without the tags that Ansible adds to each string, such as its origin.

    Ansible sends the options to another process together with the result. With the tags, this takes longer than all
    checks.
    """
    try:
        return json.loads(json.dumps(options))
    except (TypeError, ValueError, RecursionError):
        # For example a date, which Ansible converts to a string when it passes the options to the module.
        return options


def _show(descriptor: int, path: str, over: threading.Event) -> None:
    """Show the lines of a file as they are added, until ``over`` is set. Close the file.

    The file is deleted when the module has opened it and added the first line, so that it does not remain if Ansible is
    killed.
    """
    # The task does not need the display: a terminal can go away, and a disk can be full.
    with os.fdopen(descriptor, "rb") as lines, contextlib.suppress(Exception):
        display, rest = Display(), b""
        while True:
            last = over.is_set()
            added = lines.read()
            if added:
                _remove(path)
            *complete, rest = (rest + added).split(b"\n")
            for line in filter(None, complete):
                display.display(f"  {line.decode('utf-8', 'replace')}")
            if last:
                return
            over.wait(PAUSE)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
