# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The progress of ``fleet`` when it runs as a module on the controller: it adds lines to a file.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator

from ansible import constants
from ansible.playbook.task import Task
from ansible.plugins.connection import ConnectionBase
from ansible.utils.display import Display

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Module
from ansible_collections.gpufleet.cloud.plugins.module_utils._signals import kept_for_main_thread

PAUSE = 0.2
LAST_LINES = 5.0
"""The time limit for showing the last lines, in seconds."""


@contextlib.contextmanager
def progress_file(module: Module, task: Task, connection: ConnectionBase, is_asynchronous: bool) -> Iterator[str]:
    """Show the lines that a module adds to a file, and return the path of the file; empty if nobody sees the lines.

    This is the case if the module has no such option, if it runs on another host, and if the task sets ``no_log``.
    """
    is_seen = "progress_file" in module.argument_spec and not task.args.get("progress_file")
    if not is_seen or task.no_log or is_asynchronous or connection.transport != "local":
        yield ""
        return
    try:
        folder: str = constants.DEFAULT_LOCAL_TMP  # type: ignore[attr-defined]  # Ansible sets it at run time
        descriptor, path = tempfile.mkstemp(prefix="gpufleet-", dir=folder)
    except OSError:
        yield ""
        return
    over = threading.Event()
    showing = threading.Thread(target=_show, args=(descriptor, path, over), daemon=True)
    try:
        with contextlib.suppress(RuntimeError), kept_for_main_thread():
            showing.start()
        yield path if showing.ident else ""
    finally:
        over.set()
        if showing.ident:
            # A terminal that is stopped can block the thread.
            showing.join(LAST_LINES)
        else:
            os.close(descriptor)
        _remove(path)


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
