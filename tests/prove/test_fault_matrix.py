# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every fault of the simulator at every request of every action.

For each resource type and action, a run without faults shows the requests and the expected result. Then each fault is
injected at each request: once, and permanently from that request on. Some faults also affect all requests from there
on. ``Case`` checks each run under a fault, and a second run without it.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass, field, replace

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.faults import FITS
from ansible_collections.gpufleet.cloud.tests.unit.harness import READS
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    PPIO_ENDPOINT,
    PPIO_INSTANCE,
    RESOURCE_TYPES,
    VAST_ENDPOINT,
    VAST_INSTANCE,
    VAST_WORKERGROUP,
)

from .messages import flaws

HTML = {"body": "<html>Bad Gateway</html>", "content_type": "text/html"}
BOOT = 2.0
LONGEST = 400.0
"""Seconds of simulated time that a run under a fault can take: its timeouts and some retries."""
PATIENCE = {"api_retries": 2, "settle_timeout": 10, "wait_timeout": 60}
MOST_OCCURRENCES = 3
OF_ONE = ("endTime", "end_time", "public_ipaddr", "ssh_port")
"""Wire fields that differ between equal resources."""
LATE = 1.3


@dataclass(frozen=True)
class Fault:
    """One fault with its arguments.

    :param everywhere: the fault can also affect all requests from one on.
    :param verbs: the operations at which the fault is injected, if not all that it fits.
    :param managed: the fault corrupts a value. Only a task that sets this value can repair it.
    :param seconds: real time after which the provider has executed the request.
    :param timeout: how many seconds of real time the task waits for a response, if not as long as by default.
    :param inconclusive: the response proves nothing. A single one must not end a run that waits or reads back.
    :param fast: the fault belongs to the selection of ``make test-rest``.
    :param denies: the response says that no resource exists. At the first list request, nothing contradicts it. After
        that, a run must not believe it once, and must believe it if it persists.
    """

    name: str
    arguments: dict = field(default_factory=dict)
    everywhere: bool = False
    verbs: tuple = ()
    managed: bool = False
    seconds: float = 0.0
    timeout: int = 0
    inconclusive: bool = False
    fast: bool = False
    denies: bool = False

    def __str__(self):
        return " ".join([self.name, *(f"{key}={str(value)[:24]}" for key, value in self.arguments.items())])

    def slower(self, factor=8):
        """Return the same fault with more time, for a machine on which other requests take longer than the timeout."""
        arguments = {key: value * factor if "seconds" in key else value for key, value in self.arguments.items()}
        return replace(self, arguments=arguments, seconds=self.seconds * factor, timeout=self.timeout * factor)

    def fits(self, operation):
        # An account without SSH keys has this list.
        if operation == "ssh_key.list" and self.arguments.get("body") == "[]":
            return False
        verb = operation.rpartition(".")[2]
        fitting = FITS.get(self.name)
        return (fitting is None or operation in fitting or verb in fitting) and (not self.verbs or verb in self.verbs)

    def shows(self, resource_type):
        """Whether a client must report it.

        A list response without pages and total looks complete when it is short. Equal SSH keys are not an error. No
        read shows the value of a variable, and nothing of a credential can change.
        """
        if self.name == "duplicate" and not resource_type.ambiguous:
            return False
        if self.name in ("ignore", "clip") and not (resource_type.changed_wire and resource_type.visible_change):
            return False
        return resource_type.short or self.name not in ("short_list", "empty_list")


def faults():
    """Yield all faults of the simulator that can happen at a real provider."""
    yield Fault("status", {"status": 400, "reason": "VALIDATOR_PARAM", "message": "no"})
    for status in (401, 403, 404, 409, 422):
        yield Fault("status", {"status": status, "message": "no"})
    for when in ("before", "after"):
        for status in (408, 500, 503):
            yield Fault("status", {"status": status, "when": when}, everywhere=status == 503, inconclusive=True)
        yield Fault("reset", {"when": when}, everywhere=True, inconclusive=True, fast=True)
        yield Fault("cut", {"when": when}, everywhere=True, inconclusive=True)
        yield Fault("empty", {"when": when}, everywhere=True, inconclusive=True)
        yield Fault("garbage", {**HTML, "status": 200, "when": when}, everywhere=True, inconclusive=True, fast=True)
        yield Fault("garbage", {"body": "[]", "content_type": "application/json", "when": when})
        yield Fault("garbage", {"body": "[" * 50_000, "content_type": "application/json", "when": when})
        yield Fault("garbage", {"body": '{"id": {}}', "content_type": "application/json", "when": when})
        yield Fault("delay", {"seconds": LATE, "when": when}, seconds=LATE, timeout=1)
    yield Fault("garbage", {"body": "null", "content_type": "application/json"})
    yield Fault("drip", {"seconds_per_byte": 0.1}, seconds=LATE, timeout=1)
    yield Fault("flood", {"bytes": 16 * 1024 * 1024})
    yield Fault("success_false")
    for when in ("before", "after"):
        yield Fault("contradiction", {"members": {"error": "internal_error"}, "when": when}, inconclusive=True)
        yield Fault("contradiction", {"members": {"code": 500, "reason": "UNKNOWN"}, "when": when}, everywhere=True)
        yield Fault("contradiction", {"members": {"success": "false"}, "when": when}, inconclusive=True)
    yield Fault("contradiction", {"members": {"reason": "UNKNOWN"}, "emptied": True}, inconclusive=True, fast=True)
    yield Fault("contradiction", {"status": 206, "emptied": True}, verbs=READS, inconclusive=True)
    yield Fault("contradiction", {"status": 202})
    yield Fault("contradiction", {"doubled": True}, everywhere=True, inconclusive=True, fast=True)
    yield Fault("rate_limit", {"retry_after": 2}, fast=True)
    yield Fault("rate_limit", {"threshold": 4.0})
    yield Fault("rate_limit", {"plain": True}, everywhere=True)
    yield Fault("rate_limit", {"retry_after": 3600})
    yield Fault("redirect")
    yield Fault("echo_secrets")
    yield Fault("no_envelope")
    yield Fault("wrong_types", {"of": "list"})
    yield Fault("wrong_types", {"of": "items"})
    yield Fault("short_list", {"keep": 0})
    yield Fault("empty_list")
    yield Fault("empty_list", {"total": 0}, denies=True)
    yield Fault("no_route")
    yield Fault("blocked")
    yield Fault("blocked", {"html": True})
    yield Fault("status", {"status": 400, "reason": "CLUSTER_STATUS", "message": "serverless cluster is not active"})
    yield Fault("failed_workers")
    yield Fault("repeat_cursor")
    yield Fault("ignore", {"fields": ["*"]}, fast=True)
    yield Fault("clip", {"field": "*", "value": "*"}, verbs=("create", "update", "edit"), managed=True)
    yield Fault("failed_state")
    yield Fault("stuck")
    yield Fault("stopped")
    yield Fault("duplicate", fast=True)


FAULTS = list(faults())


@dataclass(frozen=True)
class Action:
    """An action of a task.

    :param before: options of the tasks that run before it. The first one creates the resource. Empty for no resource.
    :param task: options of the task itself.
    :param complete: whether the task sets all options, and not only those that select the resource.
    :param autoscaled: whether the resource has workers for which the task waits.
    :param settings: settings of the simulator.
    :param changed_outside: wire fields of the resource that somebody has changed without Ansible.
    :param fast: the action belongs to the selection of ``make test-rest``.
    """

    name: str
    task: dict
    before: tuple = ({},)
    complete: bool = False
    autoscaled: bool = False
    settings: dict = field(default_factory=dict)
    changed_outside: dict = field(default_factory=dict)
    fast: bool = False

    def options(self, resource_type):
        base = resource_type.task if self.complete else resource_type.selection
        return {**base, **PATIENCE, **self.task}


def actions(resource_type):
    """Yield the actions of a resource type."""
    yield Action("create", {}, before=(), complete=True, fast=True)
    yield Action("unchanged", {}, complete=True)
    yield Action("update", resource_type.change, fast=True)
    yield Action("delete", {"state": "absent"}, fast=True)
    if resource_type.envs and resource_type.env_updates:
        yield Action("change_env", {"envs": {"LOG_LEVEL": "debug"}, "envs_mode": "merge"})
    if resource_type.fixed and resource_type.replaceable:
        yield Action(
            "replace",
            {**resource_type.fixed, **resource_type.for_replacement, "recreate": True},
            fast=resource_type is NOVITA_ENDPOINT,
        )
    if resource_type is NOVITA_INSTANCE:
        yield Action("start", {"state": "started"}, before=({}, {"state": "stopped"}))
        yield Action("stop", {"state": "stopped"}, fast=True)
        yield Action("restart", {"state": "restarted"})
        yield Action("make_monthly", {"billing_mode": "monthly", "auto_renew": True, "auto_renew_month": 2})
        yield Action("create_below_price", {"max_hourly_price": 9}, before=(), complete=True)
        yield Action("change_all", {"rootfs_size": 50, "command": "sleep 1", "state": "stopped"})
    if resource_type is PPIO_INSTANCE:
        stop = {"state": "stopped", "accept_data_loss": True}
        yield Action("start", {"state": "started"}, before=({}, stop))
        yield Action("stop", stop, fast=True)
        yield Action("restart", {"state": "restarted"})
        subscription = {"mode": "prepaid", "prepaid": {"auto_renew": {"enabled": True, "months": 2}}}
        yield Action("make_prepaid", {"billing": subscription})
        yield Action("change_settings", {"ports": [], "web_terminal": True, "auto_migrate": {"enabled": True}})
        yield Action("create_below_price", {"max_hourly_price": 9}, before=(), complete=True)
        yield Action("change_all", {**resource_type.change, "command": "sleep 1", **stop})
    if resource_type is VAST_INSTANCE:
        yield Action("start", {"state": "started"}, before=({}, {"state": "stopped"}))
        yield Action("stop", {"state": "stopped"}, fast=True)
        yield Action("restart", {"state": "restarted"})
        yield Action("recycle", {"state": "recycled", "accept_data_loss": True})
        yield Action("create_below_price", {"max_hourly_price": 9}, before=(), complete=True)
        yield Action("change_all", {**resource_type.change, "state": "stopped"})
    if resource_type in (NOVITA_ENDPOINT, PPIO_ENDPOINT):
        yield Action(
            "create_while_the_cluster_is_inactive", {}, before=({}, {"state": "absent"}), complete=True, fast=True
        )
    if resource_type is PPIO_ENDPOINT:
        yield Action(
            "update_beyond_the_ranges",
            resource_type.change,
            changed_outside={"worker_config": {"rootfs_size_gb": 130}},
            settings={"update_ranges": "found"},
        )
    if resource_type is VAST_ENDPOINT:
        yield Action("create_suspended", {"endpoint_state": "suspended"}, before=(), complete=True)
        yield Action("wait_for_workers", {"wait_for_workers": 1, "max_workers": 3}, autoscaled=True)
        yield Action(
            "wait_while_idle",
            {"wait_for_workers": 1},
            before=({"min_load": 0},),
            autoscaled=True,
            settings={"rest_after": 0.0, "rest_rows": "kept"},
            fast=True,
        )
        yield Action(
            "wait_without_proof_of_idleness",
            {"wait_for_workers": 1},
            before=({"min_load": 0},),
            autoscaled=True,
            settings={"rest_after": 0.0},
        )
        yield Action(
            "wait_for_reboot",
            {"wait_for_workers": 1, "wait_timeout": 120},
            autoscaled=True,
            settings={"worker_outcome": "recovers"},
        )
    if resource_type is VAST_WORKERGROUP:
        yield Action("create_by_name", {"endpoint": "tts", "endpoint_id": None}, before=(), complete=True)
        yield Action("delete_by_name", {"endpoint": "tts", "endpoint_id": None, "state": "absent"})


ALL = [(resource_type, action) for resource_type in RESOURCE_TYPES for action in actions(resource_type)]
FAST = [(resource_type, action) for resource_type, action in ALL if action.fast]


def _plain(value):
    """Return a value without the empty texts inside its lists, and without what differs between equal resources."""
    if isinstance(value, list):
        return [
            {key: part for key, part in entry.items() if part != ""} if isinstance(entry, dict) else entry
            for entry in value
        ]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if key not in OF_ONE}
    return value


class Contents:
    """The resources of an account, read from the simulator's store and not from its responses."""

    def __init__(self, world):
        self._store, self._now = world.store, world.account.clock.now()
        self.resources = {
            resource.id: resource for resource in self._store.all() if not self._is_being_deleted(resource)
        }

    def _is_being_deleted(self, resource):
        state, error, _message = resource.state(self._now)
        # A removal with an error has failed.
        return resource.deleting or (state in ("toRemove", "removing", "removed", "deleting") and not error)

    @property
    def ids(self):
        return sorted(self.resources)

    def specs(self):
        """Return the settings of the resources, without values that differ between equal resources."""
        return [
            _plain({key: value for key, value in resource.spec.items() if value != resource.id})
            for resource in self.resources.values()
        ]

    def power(self):
        """Return the states of the resources."""
        return [resource.state(self._now)[0] for resource in self.resources.values()]

    def snapshot(self):
        """Return all settings and times, to compare them with another snapshot."""
        return copy.deepcopy(
            [
                (resource.id, resource.spec, getattr(resource, "started_at", 0), getattr(resource, "stopped_at", 0))
                for resource in self.resources.values()
            ]
        )


class Case:
    """One fault at one request of one action: the run under the fault, and the runs after it."""

    def __init__(self, new_world, resource_type, action, expected=None):
        self.resource_type, self.action, self.expected = resource_type, action, expected
        self.world = new_world(resource_type, boot_seconds=BOOT, **action.settings)
        self.account = self.world.account
        for fragment in action.before:
            self.world.create(**fragment).ok()
        if action.autoscaled:
            [id_] = self.world.ids()
            self.account.store("workergroups").seed({"endpoint_id": int(id_), "template_hash": "0f3a"})
        if action.changed_outside:
            [id_] = self.world.ids()
            self.world.store.change(id_, action.changed_outside)
        self.clock = self.world.cloud.clock
        self.before = Contents(self.world)
        self.first_snapshot = self.before.snapshot()

    def run(self, **more):
        hosts = {"autoscaler_url": self.world.cloud.url(self.resource_type.provider)} if self.action.autoscaled else {}
        return self.world.run({**self.action.options(self.resource_type), **hosts, **more})

    def settle(self, fault=None):
        """Wait until the provider has finished everything, and return the contents of the account."""
        time.sleep(fault.seconds if fault else 0)
        self.clock.sleep(4 * BOOT)
        return Contents(self.world)

    def reference(self):
        """Return the operations of a run without faults, and its result."""
        operations = self.run().ok().operations
        contents = self.settle()
        return operations, (len(contents.ids), contents.specs(), contents.power())

    def differences(self, contents):
        """Return sentences on the differences from the result of a run without faults."""
        return self._differences(contents, self.expected)

    @property
    def repeats(self):
        """Whether each run of the action writes."""
        return self.action.name in ("restart", "recycle") or (
            self.action.name == "update" and not self.resource_type.visible_change
        )

    # -- under the fault ----------------------------------------------------------------------------------------------

    def play(self, fault, operation, must_pass=False, **queue):
        """Run with a fault, then without it; return sentences on all problems.

        :param must_pass: whether the run must succeed under the fault.
        """
        self.account.fault(operation, fault.name, **self._arguments(fault, operation), **queue)
        began = self.clock.now()
        result = self.run(**({"api_timeout": fault.timeout} if fault.timeout else {}))
        took = self.clock.now() - began
        contents = self.settle(fault)
        wrong = self._common(result, took) + self._judge(fault, result, contents)
        if must_pass and result.failed:
            wrong.append(f"a single inconclusive read ended the run: {result['msg']}")
        self.account.clear_faults()
        return [f"under the fault: {sentence}" for sentence in wrong] + [
            f"afterwards: {sentence}" for sentence in self._repair(fault, result, contents)
        ]

    def _arguments(self, fault, operation):
        if fault.name == "ignore":
            return {"fields": [self.resource_type.changed_wire.split(".")[0]]}
        if fault.name == "clip":
            field = self.resource_type.changed_wire
            return {"field": field, "value": self.resource_type.amounts[2]}
        return fault.arguments

    def _common(self, result, took):
        wrong = []
        if "Traceback" in result.printed or "bug in the collection" in result.printed:
            wrong.append(f"a traceback, or a message about a bug: {result.get('msg')}")
        if took > LONGEST:
            wrong.append(f"took {took:.0f} s of simulated time")
        if result.failed and not (result.get("msg") and result.get("failure")):
            wrong.append("failed without a message and a reason")
        wrong += [f"the message {flaw}: {result['msg']}" for flaw in flaws(result.get("msg", "None."))]
        if self.world.cloud.key in result.printed or "canary-secret" in json.dumps(
            {key: value for key, value in result.items() if key != "invocation"}
        ):
            wrong.append("printed a secret")
        if not isinstance(result.get("id"), str):
            wrong.append("returned no id")
        return wrong

    def _judge(self, fault, result, contents):
        wrong = []
        most = 1 + (fault.name == "duplicate") + (self.action.name == "replace")
        if len(contents.ids) > most:
            wrong.append(f"there are {len(contents.ids)} resources: {contents.ids}")
        created_two = fault.name == "duplicate" and len(contents.ids) > 1
        if created_two and not (result.failed and all(id_ in result["msg"] for id_ in contents.ids)):
            wrong.append(f"two resources were created, but not all are reported: {result.get('msg', 'ok')}")
        if not result.failed:
            wrong += self.differences(contents)
            if contents.ids != [result["id"]] and (contents.ids or result["id"]):
                wrong.append(f"returned the id {result['id']!r}, but there are {contents.ids}")
        if result.get("changed") is False and contents.snapshot() != self.first_snapshot:
            wrong.append("returned changed: false, but something has changed")
        output = json.dumps([result["id"], result.get("msg", "")])
        for id_ in contents.ids:
            if (
                id_ not in output
                and self._can_report(id_, result)
                and not (id_ not in self.before.ids and result.get("failure", {}).get("reason") == "outcome_unknown")
            ):
                wrong.append(f"does not report {id_}: {result.get('msg', 'ok')}")
        return wrong

    def _differences(self, contents, expected):
        """Return sentences on the differences from the result of a run without faults."""
        count, specs, power = expected
        if len(contents.ids) != count:
            return [f"there are {len(contents.ids)} resources, not {count}"]
        wrong = [
            f"{key} is {spec.get(key)!r}, not {expected_spec.get(key)!r}"
            for spec, expected_spec in zip(contents.specs(), specs)
            for key in sorted({*spec, *expected_spec})
            if spec.get(key) != expected_spec.get(key)
        ]
        if self.resource_type in (NOVITA_INSTANCE, PPIO_INSTANCE, VAST_INSTANCE) and contents.power() != power:
            wrong.append(f"the resource is {contents.power()}, not {power}")
        return wrong

    def _can_report(self, id_, result):
        """Whether the run can report the resource: it created the resource, or it read a list."""
        if id_ not in self.before.ids:
            return True
        return any(
            request["operation"] == self.world.operation("list") and request["status"] == 200 and "fault" not in request
            for request in result.requests
        )

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def _repair(self, fault, first, before):
        began = self.clock.now()
        second = self.run()
        wrong = self._common(second, self.clock.now() - began)
        if len(before.ids) > 1:
            # Two resources with one name, or a replacement that was interrupted between its two writes.
            if not second.failed or not all(id_ in second["msg"] for id_ in before.ids):
                wrong.append(
                    f"there are {before.ids}, but the second run does not report them: {second.get('msg', 'ok')}"
                )
            if second.writes:
                wrong.append("there are two resources, but the second run wrote")
            return wrong
        if second.failed:
            reason = second["failure"]["reason"]
            lasting = fault.name in ("failed_state", "stuck", "stopped") and reason in ("not_ready", "wait_timeout")
            # If a resource never leaves a state, the run can only report it.
            reported = [resource.id for resource in self.world.store.all() if resource.id in second["msg"]]
            # A disk of unknown size cannot be resized, and an unknown number of GPUs cannot be changed.
            unknown = ("does not return the current size", "gpu_num (from no value")
            is_unknown = fault.name == "ignore" and any(words in second["msg"] for words in unknown)
            if not (lasting and reported) and not is_unknown:
                wrong.append(f"the second run fails: {second['msg']}")
            return wrong
        contents = self.settle()
        count, specs, power = self.expected
        if fault.name == "stopped" and "state" not in self.action.task:
            # A task without "state" keeps the state that the provider has set, after one failure.
            power = contents.power() if first.failed else power
        wrong += self._differences(contents, (count, specs, power))
        again = self.run()
        if again.failed or again["changed"] and not self.repeats:
            wrong.append(f"the third run is not 'unchanged': {again.get('msg', again.get('plan'))}")
        return wrong


def occurrences(operations, most):
    """Yield up to ``most`` occurrences of each operation, with their index among those and among all."""
    seen = {}
    for index, operation in enumerate(operations):
        number = seen[operation] = seen.get(operation, -1) + 1
        if number < most:
            yield operation, number, index


def first_verification(operations):
    """Return the index of the first write or read after planning. The requests before it only serve the plan."""
    indexes = [
        index for index, operation in enumerate(operations) if not is_read(operation) or operation == "worker.list"
    ]
    return min(indexes, default=len(operations))


def is_read(operation):
    return operation.startswith("log.") or operation.rpartition(".")[2] in READS


def explore(new_world, figures, resource_type, action, chosen, most=MOST_OCCURRENCES):
    operations, expected = Case(new_world, resource_type, action).reference()
    verified_from = first_verification(operations)
    broken = []

    def play(fault, target, words, **queue):
        problems = Case(new_world, resource_type, action, expected).play(fault, target, **queue)
        if problems and fault.timeout:
            problems = Case(new_world, resource_type, action, expected).play(fault.slower(), target, **queue)
        figures.count(
            "faults", str(resource_type), f"{action.name}:{words[0]}", str(fault), "broken" if problems else "survived"
        )
        broken.extend(
            f"{resource_type} {action.name}, {fault} at {' '.join(words)}: {sentence}" for sentence in problems
        )

    for operation, number, index in occurrences(operations, most):
        where = f"{operation}#{number + 1}"
        for fault in chosen:
            managed = not fault.managed or action.complete or action.name == "update"
            contradicted = not fault.denies or index > 0
            if fault.fits(operation) and fault.shows(resource_type) and managed and contradicted:
                must_pass = fault.inconclusive and is_read(operation) and index >= verified_from
                play(fault, operation, [where, "once"], must_pass=must_pass, skip=number)
                if fault.name != "duplicate" and not fault.denies and not fault.seconds:
                    play(fault, operation, [where, "permanently"], skip=number, times=0)
            if fault.everywhere:
                play(fault, "*", [where, "and all requests after it"], skip=index, times=0)
    assert not broken, f"{len(broken)} problems:\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("resource_type", "action"), ALL, ids=[f"{resource_type}-{action.name}" for resource_type, action in ALL]
)
def test_all_faults_break_no_promise(new_world, figures, resource_type, action):
    explore(new_world, figures, resource_type, action, FAULTS)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("resource_type", "action"), FAST, ids=[f"{resource_type}-{action.name}" for resource_type, action in FAST]
)
def test_some_faults_break_no_promise(new_world, figures, resource_type, action):
    explore(new_world, figures, resource_type, action, [fault for fault in FAULTS if fault.fast], most=1)
