# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions from users are evaluated in a process that ends within a limit."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils import _user_patterns as user_patterns
from ansible_collections.gpufleet.cloud.plugins.module_utils._signals import kept_for_main_thread
from ansible_collections.gpufleet.cloud.plugins.module_utils._user_patterns import PatternError, matching, searching

SLOW = "(?:|){60}~"
NAMES = ["tts", "team-tts", "", "模型-ü-🚀", "\ud800", "a\nb", "TTS"]


@pytest.mark.parametrize("pattern", ["tts", "^t", "s$", "", ".", "(?i)tts", "模", "\\w+", "\ud800", ".*b", "(?s).*b"])
def test_the_result_is_that_of_re(pattern):
    import re

    assert matching(pattern, NAMES) == [re.match(pattern, name) is not None for name in NAMES]
    assert searching(pattern, NAMES) == [re.search(pattern, name) is not None for name in NAMES]


def test_no_names_need_no_process(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert matching("(", []) == []


@pytest.mark.parametrize("pattern", ["[", "(" * 20_000, "x{2,1}", "x{99999999999999999999}", "(?P<a>x)(?P<a>x)"])
def test_an_invalid_pattern_is_reported(pattern):
    with pytest.raises(PatternError, match="must be a valid regular expression"):
        matching(pattern, ["a"])


def test_a_pattern_without_end_is_reported_even_where_signals_are_blocked(monkeypatch):
    """The thread that plans a fleet blocks all signals, and a child process inherits that."""
    monkeypatch.setattr(user_patterns, "SECONDS", 1)
    with kept_for_main_thread(), pytest.raises(PatternError, match="at most 1 second"):
        matching(SLOW, ["a"])


@pytest.mark.parametrize("executable", ["", "/nonexistent/python"])
def test_a_python_that_does_not_start_is_reported(monkeypatch, executable):
    monkeypatch.setattr(sys, "executable", executable)
    with pytest.raises(PatternError, match="could not be evaluated"):
        matching("a", ["a"])


@pytest.mark.parametrize("blocked", [False, True])
def test_the_process_ends_by_itself_if_its_parent_is_killed(monkeypatch, blocked):
    """Only the process itself can end it then, so the test leaves it without a parent that would."""
    started = []

    def start(command, *, input, **options):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdin.write(input)
        process.stdin.close()
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(user_patterns, "SECONDS", 1)
    monkeypatch.setattr(user_patterns.subprocess, "run", start)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals() if blocked else [])
    try:
        with pytest.raises(KeyboardInterrupt):
            matching(SLOW, ["a"])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    [process] = started
    for _attempt in range(600):
        if process.poll() is not None:
            break
        time.sleep(0.1)
    assert process.returncode == -signal.SIGPROF
    process.stdout.close()
