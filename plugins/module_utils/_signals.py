# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reserve signals, such as that of Ctrl-C, for the main thread.

The system delivers a signal to any thread that does not block it, but Python runs the handler only in the main thread.
If another thread receives the signal, a main thread that waits for a lock or a pipe does not wake up.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

_NAMED = frozenset(number for number in signal.valid_signals() if isinstance(number, signal.Signals))
"""The signals that have names. Python converts each signal of a mask, which takes ten times as long without a name."""


@contextlib.contextmanager
def kept_for_main_thread() -> Iterator[None]:
    """Threads that are started in this context, and the threads that they start, receive no signals."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NAMED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
