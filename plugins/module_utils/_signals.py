# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep signals such as that of Ctrl-C for the main thread.

The system gives a signal to any thread of a process that does not block it. Python runs the handler in the main thread
only, and when another thread took the signal, a main thread that waits for a lock or a pipe does not wake up.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import signal


@contextlib.contextmanager
def kept_for_main_thread():
    """Threads that are started in here, and those that they start, never take a signal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
