# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep signals such as that of Ctrl-C for the main thread.

The system delivers a signal to any thread that does not block it. Python runs the handler only in the main thread. A
main thread that waits for a lock or a pipe does not wake up when another thread took the signal.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def kept_for_main_thread() -> Iterator[None]:
    """Threads that are started in this context, and those that they start, never take a signal."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
