# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Regular expressions from users, evaluated within a limit of time and memory.

The module ``re`` has no such limits: an expression such as ``(a+)+$`` can run for years, no other thread runs in the
meantime, and no signal handler outside the main thread ends it. A separate process evaluates the expression. It sets
its own limits, so that it also ends if this process is killed.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

SECONDS = 5
"""The limit of one evaluation, in seconds of the processor, which do not depend on the load of the host."""

_MEGABYTES = 512

_PROGRAM = """
import contextlib, json, re, resource, signal, sys
seconds, megabytes = map(int, sys.argv[1:])
# A parent can block or ignore signals, and its children inherit that. Ctrl-C is the parent's decision.
signal.signal(signal.SIGPROF, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGINT})
signal.setitimer(signal.ITIMER_PROF, seconds)
with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
function, pattern, texts = json.load(sys.stdin)
try:
    compiled = re.compile(pattern)
except (re.error, OverflowError, RecursionError) as error:
    result = {"invalid": str(error)}
else:
    result = {"matches": [getattr(compiled, function)(text) is not None for text in texts]}
json.dump(result, sys.stdout)
"""


class PatternError(Exception):
    """A regular expression cannot be evaluated. The text is a rule for a violation."""


def matching(pattern: str, texts: list[str]) -> list[bool]:
    """Return for each text whether the pattern matches from its start. Raises ``PatternError``."""
    return _evaluate("match", pattern, texts)


def searching(pattern: str, texts: list[str]) -> list[bool]:
    """Return for each text whether the pattern matches somewhere in it. Raises ``PatternError``."""
    return _evaluate("search", pattern, texts)


def _evaluate(function: str, pattern: str, texts: list[str]) -> list[bool]:
    if not texts:
        return []
    try:
        # pylint: disable-next=ansible-bad-function  # it can also run in the process of Ansible, without a module
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _PROGRAM, str(SECONDS), str(_MEGABYTES)],
            input=json.dumps([function, pattern, texts]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
            # Only if the process cannot set its own limit. Python itself can start slowly on a busy host.
            timeout=SECONDS + 60,
            check=False,
        )
        result: dict[str, Any] = json.loads(done.stdout)
    except OSError as error:
        raise PatternError(f"could not be evaluated, because Python did not start ({error.strerror})") from None
    except (ValueError, subprocess.TimeoutExpired):
        limit = f"{SECONDS} second{'' if SECONDS == 1 else 's'} and {_MEGABYTES} MB of memory"
        advice = "simplify it, for example remove repetitions inside a repetition, such as (a+)+"
        raise PatternError(
            f"must be a regular expression that needs at most {limit}, not {pattern!r}; {advice}"
        ) from None
    if "invalid" in result:
        raise PatternError(f"must be a valid regular expression ({result['invalid']})")
    matches: list[bool] = result["matches"]
    return matches
