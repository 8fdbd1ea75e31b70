# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module in this process, over real HTTP, and returns the result that Ansible would read."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import math
import threading

from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.module_utils.common.parameters import PASS_VARS

from ansible_collections.gpufleet.cloud.plugins.module_utils._clock import Clock
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct import DirectTask
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.direct_permit import DirectPermit

MODULES = "ansible_collections.gpufleet.cloud.plugins.modules"


class PlayedClock(Clock):
    """A clock that moves only when a thread sleeps; the modules and the simulator share it.

    It moves in steps of a power of two, so that a difference of two times is exact.
    """

    step = 2.0**-20

    epoch = 1_788_000_000.0
    """The Unix time at 0. It is that of the simulated Vast.ai."""

    def __init__(self):
        self._now = 1_000_000.0
        self._lock = threading.Lock()
        self.slept = []

    def now(self):
        return self._now

    def unix_time(self):
        return self.epoch + self._now

    def sleep(self, seconds):
        with self._lock:
            self._now += math.ceil(seconds / self.step) * self.step
            self.slept.append(seconds)


class Result(dict):
    """The result of a module, with the requests that it sent and the text that it printed."""

    def __init__(self, values, requests, printed):
        super().__init__(values)
        self.requests = requests
        self.printed = printed

    @property
    def failed(self):
        return self.get("failed", False)

    @property
    def operations(self):
        return [request["operation"] for request in self.requests]

    @property
    def writes(self):
        return [request for request in self.requests if request["operation"].split(".")[1] not in READS]

    def ok(self, changed=None):
        """Check that the module did not fail, and return the result."""
        assert not self.failed, self["msg"]
        if changed is not None:
            assert self["changed"] is changed, self["plan"]
        return self

    def failing(self, *words):
        """Check that the module failed with these words in its message, and return the result."""
        assert self.failed, self
        assert "Traceback" not in self.printed
        for word in words:
            assert str(word) in self["msg"], self["msg"]
        return self


READS = ("list", "get", "get_v2", "limit")


class Cloud:
    """Runs modules against an account of the simulator."""

    logs = True
    """Whether the options of a task are logged to the system log of the host."""

    def __init__(self, simulator, clock, key):
        self.simulator = simulator
        self.clock = clock
        self.key = key

    def account(self, provider):
        return self.simulator.account(provider, self.key)

    def url(self, provider):
        return f"{self.simulator.url}/{provider}"

    def run(self, module, options, check=False, connection=True):
        """Run a module with options, as Ansible would; ``connection`` adds the key and the URL."""
        provider = module.split("_", 1)[0]
        given = {"api_key": self.key, "api_url": self.url(provider)} if connection else {}
        before = len(self.account(provider).requests)
        values, printed = self._run(module, {**given, **options}, check)
        return Result(values, self.account(provider).requests[before:], printed)

    def fleet(self, provider, resources, check=False, **options):
        """Run the module ``fleet`` with resources of one provider."""
        connection = {"api_key": self.key, "api_url": self.url(provider), **options.pop(provider, {})}
        before = len(self.account(provider).requests)
        values, printed = self._run("fleet", {"resources": resources, provider: connection, **options}, check)
        return Result(values, self.account(provider).requests[before:], printed)

    def _run(self, module, options, check):
        return run_module(module, options, check)


class Direct(Cloud):
    """Runs modules as in the process of Ansible."""

    logs = False

    def _run(self, module, options, check):
        return run_direct(module, options, check)


CONNECTION = ("api_key", "api_url", "autoscaler_url", "api_timeout", "api_retries", "validate_certs")


class ThroughFleet(Cloud):
    """Runs each resource module as the only entry of a fleet, and returns the result that the module would return."""

    def run(self, module, options, check=False, connection=True):
        if module.endswith("_info"):
            return super().run(module, options, check, connection)
        provider = module.split("_", 1)[0]
        given = {"api_key": self.key, "api_url": self.url(provider)} if connection else {}
        given.update((option, value) for option, value in options.items() if option in CONNECTION)
        task = {option: value for option, value in options.items() if option not in CONNECTION}
        before = len(self.account(provider).requests)
        values, printed = run_module("fleet", {"resources": [{module: task}], provider: given}, check)
        entry = values["resources"][0] if values.get("resources") else {}
        common = {key: value for key, value in values.items() if key != "resources"}
        own = {key: value for key, value in entry.items() if key not in ("msg", "failure") or value}
        return Result({**common, **own}, self.account(provider).requests[before:], printed)


def run_module(name, options, check=False):
    """Run the ``main()`` of a module; return its decoded result and the text that it printed."""
    main = importlib.import_module(f"{MODULES}.{name}").main
    # In its own process, a module starts without warnings.
    warnings._global_warnings.clear()
    printed = io.StringIO()
    internal = {"module_name": name, "check_mode": check, "diff": True, "verbosity": 4}
    if "inject_invocation" in PASS_VARS:  # since ansible-core 2.21
        internal["inject_invocation"] = True
    arguments = {**options, **{f"_ansible_{setting}": value for setting, value in internal.items()}}
    with (
        _arguments(arguments),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        contextlib.suppress(SystemExit),
    ):
        main()
    text = printed.getvalue()
    return json.loads(text[text.index("{") :]), text


def run_direct(name, options, check=False):
    """Run a module as in the process of Ansible; return its result and the text that it printed, and the result."""
    module = importlib.import_module(f"{MODULES}.{name}").MODULE
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        task = DirectTask(module, name, options, check_mode=check, permit=DirectPermit())
        result = task.result()
    assert not printed.getvalue()
    return result, json.dumps(result)


@contextlib.contextmanager
def _arguments(options):
    """Pass options to the next ``AnsibleModule``; ansible-core before 2.17 has no helper for it."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
        yield
        return
    with patch_module_args(options):
        yield
