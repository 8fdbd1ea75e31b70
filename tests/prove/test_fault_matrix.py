# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request that a task can send, under every fault that can befall it.

For each kind and action a run without faults shows the requests. Then each fault is played at each of them: once, and
from there on; and the whole provider is lost from each of them on. What must hold afterwards, whatever happened, is in
``Case``; what a run without faults leads to is the measure of it.
"""

from __future__ import annotations

import copy
import json
import time
from dataclasses import dataclass, field

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.faults import FITS
from ansible_collections.gpufleet.cloud.tests.unit.harness import READS
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    PPIO_ENDPOINT,
    RESOURCE_TYPES,
    VAST_ENDPOINT,
    VAST_WORKERGROUP,
)

HTML = {"body": "<html>Bad Gateway</html>", "content_type": "text/html"}
BOOT = 2.0
LONGEST = 400.0
"""Seconds of played time that a run under fault may take: its time-outs, and some retries."""
PATIENCE = {"api_retries": 2, "settle_timeout": 10, "wait_timeout": 60}
MOST_OCCURRENCES = 3
LATE = 1.3


@dataclass(frozen=True)
class Fault:
    """One fault with its arguments.

    :param everywhere: it can also befall every request from one on.
    :param verbs: the operations it is meant for, where not all that it fits.
    :param managed: it spoils a value, and only a task that gives this value can repair it.
    :param seconds: of real time until the provider has carried out what it was asked; the task waits for one second.
    :param bad_look: it proves nothing: one of them must not end a run that waits or reads back.
    :param fast: it belongs to the selection of ``make test-rest``.
    :param denies: it denies that there are any records. Nobody can know better at the first list request; after that it
        must not be believed once, and is believed where it lasts.
    """

    name: str
    arguments: dict = field(default_factory=dict)
    everywhere: bool = False
    verbs: tuple = ()
    managed: bool = False
    seconds: float = 0.0
    bad_look: bool = False
    fast: bool = False
    denies: bool = False

    def __str__(self):
        return " ".join([self.name, *(f"{key}={str(value)[:24]}" for key, value in self.arguments.items())])

    def fits(self, operation):
        verb = operation.rpartition(".")[2]
        fitting = FITS.get(self.name)
        return (fitting is None or operation in fitting or verb in fitting) and (not self.verbs or verb in self.verbs)

    def shows(self, resource_type):
        """Whether a client can know of it: where a listing has neither pages nor a total, a short one looks whole."""
        return resource_type.short or self.name not in ("short_list", "empty_list")


def faults():
    """All faults of the simulator that can stand for something that happens."""
    yield Fault("status", {"status": 400, "reason": "VALIDATOR_PARAM", "message": "no"})
    for status in (401, 403, 404, 409, 422):
        yield Fault("status", {"status": status, "message": "no"})
    for when in ("before", "after"):
        for status in (408, 500, 503):
            yield Fault("status", {"status": status, "when": when}, everywhere=status == 503, bad_look=True)
        yield Fault("reset", {"when": when}, everywhere=True, bad_look=True, fast=True)
        yield Fault("cut", {"when": when}, everywhere=True, bad_look=True)
        yield Fault("empty", {"when": when}, everywhere=True, bad_look=True)
        yield Fault("garbage", {**HTML, "status": 200, "when": when}, everywhere=True, bad_look=True, fast=True)
        yield Fault("garbage", {"body": "[]", "content_type": "application/json", "when": when})
        yield Fault("garbage", {"body": "[" * 50_000, "content_type": "application/json", "when": when})
        yield Fault("garbage", {"body": '{"id": {}}', "content_type": "application/json", "when": when})
        yield Fault("delay", {"seconds": LATE, "when": when}, seconds=LATE)
    yield Fault("garbage", {"body": "null", "content_type": "application/json"})
    yield Fault("drip", seconds=LATE)
    yield Fault("flood", {"bytes": 16 * 1024 * 1024})
    yield Fault("success_false")
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
    """What a task does.

    :param before: fragments of the tasks that come before it, beginning with that of the create; none to have no
        record.
    :param task: a fragment of the task itself.
    :param whole: whether the task gives all options, and not only what says which record it is.
    :param autoscaled: whether the record has workers, which the task waits for.
    :param settings: settings of the simulator.
    :param by_hand: wire fields that somebody has changed by hand in the record that is there.
    :param fast: it belongs to the selection of ``make test-rest``.
    """

    name: str
    task: dict
    before: tuple = ({},)
    whole: bool = False
    autoscaled: bool = False
    settings: dict = field(default_factory=dict)
    by_hand: dict = field(default_factory=dict)
    fast: bool = False

    def options(self, resource_type):
        base = (
            resource_type.task if self.whole else {resource_type.identity: resource_type.task[resource_type.identity]}
        )
        return {**base, **PATIENCE, **self.task}


def actions(resource_type):
    """What tasks can do to a kind."""
    yield Action("create", {}, before=(), whole=True, fast=True)
    yield Action("unchanged", {}, whole=True)
    yield Action("update", resource_type.change, fast=True)
    yield Action("delete", {"state": "absent"}, fast=True)
    if resource_type.envs:
        yield Action("change_env", {"envs": {"LOG_LEVEL": "debug"}, "envs_mode": "merge"})
    if resource_type.fixed:
        yield Action(
            "replace",
            {**resource_type.fixed, **resource_type.write_only, "recreate": True},
            fast=resource_type is NOVITA_ENDPOINT,
        )
    if resource_type is NOVITA_INSTANCE:
        yield Action("start", {"state": "started"}, before=({}, {"state": "stopped"}))
        yield Action("stop", {"state": "stopped"}, fast=True)
        yield Action("restart", {"state": "restarted"})
        yield Action("make_monthly", {"billing_mode": "monthly", "auto_renew": True, "auto_renew_month": 2})
        yield Action("create_below_price", {"max_hourly_price": 9}, before=(), whole=True)
        yield Action("change_all", {"rootfs_size": 50, "command": "sleep 1", "state": "stopped"})
    if resource_type in (NOVITA_ENDPOINT, PPIO_ENDPOINT):
        yield Action("create_while_the_cluster_sleeps", {}, before=({}, {"state": "absent"}), whole=True, fast=True)
    if resource_type is PPIO_ENDPOINT:
        yield Action(
            "update_beyond_the_ranges",
            resource_type.change,
            by_hand={"worker_config": {"rootfs_size_gb": 130}},
            settings={"update_ranges": "found"},
        )
    if resource_type is VAST_ENDPOINT:
        yield Action("create_suspended", {"endpoint_state": "suspended"}, before=(), whole=True)
        yield Action("wait_for_workers", {"wait_for_workers": 1, "max_workers": 3}, autoscaled=True)
        yield Action(
            "wait_at_rest",
            {"wait_for_workers": 1},
            before=({"min_load": 0},),
            autoscaled=True,
            settings={"rest_after": 0.0, "rest_rows": "kept"},
            fast=True,
        )
        yield Action(
            "wait_without_proof",
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
        yield Action("create_by_name", {"endpoint": "tts", "endpoint_id": None}, before=(), whole=True)
        yield Action("delete_by_name", {"endpoint": "tts", "endpoint_id": None, "state": "absent"})


ALL = [(resource_type, action) for resource_type in RESOURCE_TYPES for action in actions(resource_type)]
FAST = [(resource_type, action) for resource_type, action in ALL if action.fast]


def _plain(value):
    """A value without the empty texts inside its lists."""
    if isinstance(value, list):
        return [
            {key: part for key, part in entry.items() if part != ""} if isinstance(entry, dict) else entry
            for entry in value
        ]
    return value


class Truth:
    """What an account holds, seen from behind: no answer tells it."""

    def __init__(self, world):
        self._store, self._now = world.store, world.account.clock.now()
        self.records = {record.id: record for record in self._store.all() if not self._leaving(record)}

    def _leaving(self, record):
        return record.deleting or record.state(self._now)[0] in ("toRemove", "removing", "removed", "deleting")

    @property
    def ids(self):
        return sorted(self.records)

    def specs(self):
        """What the records are to be, without what differs from one to the next."""
        return [
            {key: _plain(value) for key, value in record.spec.items() if key != "endTime" and value != record.id}
            for record in self.records.values()
        ]

    def power(self):
        """Whether they run, where that can be changed."""
        return [record.state(self._now)[0] for record in self.records.values()]

    def moment(self):
        """All of it, for a comparison with another moment."""
        return copy.deepcopy(
            [
                (record.id, record.spec, getattr(record, "started_at", 0), getattr(record, "stopped_at", 0))
                for record in self.records.values()
            ]
        )


class Case:
    """One fault at one request of one action: the run under fault, and the one after it."""

    def __init__(self, new_world, resource_type, action, measure=None):
        self.resource_type, self.action, self.measure = resource_type, action, measure
        self.world = new_world(resource_type, boot_seconds=BOOT, **action.settings)
        self.account = self.world.account
        for fragment in action.before:
            self.world.create(**fragment).ok()
        if action.autoscaled:
            [record] = self.world.ids()
            self.account.store("workergroups").seed({"endpoint_id": int(record), "template_hash": "0f3a"})
        if action.by_hand:
            [record] = self.world.ids()
            self.world.store.change(record, action.by_hand)
        self.clock = self.world.cloud.clock
        self.before = Truth(self.world)
        self.was = self.before.moment()

    def run(self, **more):
        hosts = {"autoscaler_url": self.world.cloud.url(self.resource_type.provider)} if self.action.autoscaled else {}
        return self.world.run({**self.action.options(self.resource_type), **hosts, **more})

    def rest(self, fault=None):
        """Let everything that is under way come to its end."""
        time.sleep(fault.seconds if fault else 0)
        self.clock.sleep(4 * BOOT)
        return Truth(self.world)

    def reference(self):
        """The operations of a run without faults, and what it leads to."""
        operations = self.run().ok().operations
        truth = self.rest()
        return operations, (len(truth.ids), truth.specs(), truth.power())

    # -- under fault --------------------------------------------------------------------------------------------------

    def play(self, fault, operation, must_pass=False, **queue):
        """Run under a fault, then without; return sentences on what does not hold.

        :param must_pass: the run must survive the fault.
        """
        self.account.fault(operation, fault.name, **self._arguments(fault, operation), **queue)
        began = self.clock.now()
        result = self.run(**({"api_timeout": 1} if fault.seconds else {}))
        took = self.clock.now() - began
        truth = self.rest(fault)
        wrong = self._common(result, took) + self._judge(fault, result, truth)
        if must_pass and result.failed:
            wrong.append(f"one bad look ended the run: {result['msg']}")
        self.account.clear_faults()
        return [f"under fault: {sentence}" for sentence in wrong] + [
            f"afterwards: {sentence}" for sentence in self._repair(fault, result, truth)
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
            wrong.append(f"a traceback, or as good as one: {result.get('msg')}")
        if took > LONGEST:
            wrong.append(f"took {took:.0f} s of played time")
        if result.failed and not (result.get("msg") and result.get("failure")):
            wrong.append("failed without a word")
        if self.world.cloud.key in result.printed or "canary-secret" in json.dumps(
            {key: value for key, value in result.items() if key != "invocation"}
        ):
            wrong.append("a secret was printed")
        if not isinstance(result.get("id"), str):
            wrong.append("has no id")
        return wrong

    def _judge(self, fault, result, truth):
        wrong = []
        most = 1 + (fault.name == "duplicate") + (self.action.name == "replace")
        if len(truth.ids) > most:
            wrong.append(f"there are {len(truth.ids)} records: {truth.ids}")
        made_two = fault.name == "duplicate" and len(truth.ids) > 1
        if made_two and not (result.failed and all(record in result["msg"] for record in truth.ids)):
            wrong.append(f"two records were made, and not all are named: {result.get('msg', 'ok')}")
        if not result.failed:
            wrong += self._unlike(truth, self.measure)
            if truth.ids != [result["id"]] and (truth.ids or result["id"]):
                wrong.append(f"ok with the id {result['id']!r}, but there are {truth.ids}")
        if result.get("changed") is False and truth.moment() != self.was:
            wrong.append("says changed: false, and something has changed")
        said = json.dumps([result["id"], result.get("msg", "")])
        for record in truth.ids:
            if (
                record not in said
                and self._knowable(record, result)
                and not (record not in self.before.ids and result.get("failure", {}).get("reason") == "outcome_unknown")
            ):
                wrong.append(f"does not name {record}: {result.get('msg', 'ok')}")
        return wrong

    def _unlike(self, truth, measure):
        """Sentences on where the truth differs from what a run without faults leads to."""
        count, specs, power = measure
        if len(truth.ids) != count:
            return [f"there are {len(truth.ids)} records, not {count}"]
        wrong = [
            f"{key} is {found.get(key)!r}, not {wanted.get(key)!r}"
            for found, wanted in zip(truth.specs(), specs)
            for key in sorted({*found, *wanted})
            if found.get(key) != wanted.get(key)
        ]
        if self.resource_type is NOVITA_INSTANCE and truth.power() != power:
            wrong.append(f"the record is {truth.power()}, not {power}")
        return wrong

    def _knowable(self, record, result):
        """Whether the run can know the record: one that was there and listed, and each that it made."""
        if record not in self.before.ids:
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
            # Two of a name, or a replace that was interrupted between its two writes.
            if not second.failed or not all(record in second["msg"] for record in before.ids):
                wrong.append(
                    f"there are {before.ids}, and the second run does not name them: {second.get('msg', 'ok')}"
                )
            if second.writes:
                wrong.append("there are two, and the second run wrote")
            return wrong
        if second.failed:
            reason = second["failure"]["reason"]
            lasting = fault.name in ("failed_state", "stuck", "stopped") and reason in ("not_ready", "wait_timeout")
            # A record that never ends its way out can only be named.
            named = [record.id for record in self.world.store.all() if record.id in second["msg"]]
            # What a disk of unknown size would have to grow by, nobody can say.
            unknown = fault.name == "ignore" and "does not return the current size" in second["msg"]
            if not (lasting and named) and not unknown:
                wrong.append(f"the second run fails: {second['msg']}")
            return wrong
        truth = self.rest()
        count, specs, power = self.measure
        if fault.name == "stopped" and "state" not in self.action.task:
            # Who asks for no power state gets what the provider made of it, after one failure.
            power = truth.power() if first.failed else power
        wrong += self._unlike(truth, (count, specs, power))
        again = self.run()
        if again.failed or again["changed"] and self.action.name != "restart":
            wrong.append(f"the third run is not unchanged: {again.get('msg', again.get('plan'))}")
        return wrong


def moments(operations, most):
    """Each operation with its place among those of its name, ``most`` of each, and among all."""
    seen = {}
    for place, operation in enumerate(operations):
        number = seen[operation] = seen.get(operation, -1) + 1
        if number < most:
            yield operation, number, place


def first_look(operations):
    """The place of the first request that looks whether what was planned came true: what comes before it only plans."""
    waits = [
        place for place, operation in enumerate(operations) if not is_read(operation) or operation == "worker.list"
    ]
    return min(waits, default=len(operations))


def is_read(operation):
    return operation.startswith("log.") or operation.rpartition(".")[2] in READS


def explore(new_world, figures, resource_type, action, chosen, most=MOST_OCCURRENCES):
    operations, measure = Case(new_world, resource_type, action).reference()
    looks = first_look(operations)
    broken = []

    def play(fault, target, words, **queue):
        found = Case(new_world, resource_type, action, measure).play(fault, target, **queue)
        figures.count(
            "faults", str(resource_type), f"{action.name}:{words[0]}", str(fault), "broken" if found else "survived"
        )
        broken.extend(f"{resource_type} {action.name}, {fault} at {' '.join(words)}: {sentence}" for sentence in found)

    for operation, number, place in moments(operations, most):
        where = f"{operation}#{number + 1}"
        for fault in chosen:
            managed = not fault.managed or action.whole or action.name == "update"
            doubtful = not fault.denies or place > 0
            if fault.fits(operation) and fault.shows(resource_type) and managed and doubtful:
                look = fault.bad_look and is_read(operation) and place >= looks
                play(fault, operation, [where, "once"], must_pass=look, skip=number)
                if fault.name != "duplicate" and not fault.denies and not fault.seconds:
                    play(fault, operation, [where, "from there on"], skip=number, times=0)
            if fault.everywhere:
                play(fault, "*", [where, "and everything after it"], skip=place, times=0)
    assert not broken, f"{len(broken)} broken:\n" + "\n".join(broken)


@pytest.mark.parametrize(
    ("resource_type", "action"), ALL, ids=[f"{resource_type}-{action.name}" for resource_type, action in ALL]
)
def test_all_faults(new_world, figures, resource_type, action):
    explore(new_world, figures, resource_type, action, FAULTS)


@pytest.mark.fast
@pytest.mark.parametrize(
    ("resource_type", "action"), FAST, ids=[f"{resource_type}-{action.name}" for resource_type, action in FAST]
)
def test_some_faults(new_world, figures, resource_type, action):
    explore(new_world, figures, resource_type, action, [fault for fault in FAULTS if fault.fast], most=1)
