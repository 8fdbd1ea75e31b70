# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Novita and PPIO have in common: these are sister platforms that name the same things differently.

The first generation of the API and the second differ in their words and envelopes; what happens to an endpoint, which
workers it has and how a request is refused does not.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from . import wire
from .provider import Refusal
from .records import Record, Store
from .workers import Workers

REASONS = {
    400: "VALIDATOR_PARAM",
    401: "FAILED_TO_AUTH",
    404: "RESOURCE_NOT_FOUND",
    429: "RATE_LIMIT_EXCEEDED",
}

# The Unix time at which the simulator's clock reads 0. It need not be true, but must not change between two reads.
EPOCH = 1_783_000_000


def error_body(status, reason, message):
    return {"code": status, "reason": reason, "message": message, "metadata": {}}


ROUTER_TEXT = "404 page not found"


def page(settings, key, shown, count):
    """Return one page of a list under its key, with what the envelope tells of the number of records."""
    if not count and settings.empty_list == "null" and settings.total != "missing":
        shown = None
    return {key: shown, **total(settings, count)}


def total(settings, count):
    """Return what the envelope of a list tells of the number of records."""
    if settings.total == "missing":
        return {}
    return {"total": str(count) if settings.total == "string" else count}


def new_id():
    return secrets.token_hex(8)


def number(value):
    """Read digits in a string as the number that they mean."""
    return int(value) if isinstance(value, str) and value.removeprefix("-").isdecimal() else value


class SisterStore(Store):
    """The records of one kind in one account: how they are read, shown and not found."""

    # What a record is called in a refusal, and the word for there being none.
    noun: str
    not_found = "RESOURCE_NOT_FOUND"
    # Answered as digits in a string.
    large_numbers: tuple[str, ...] = ()

    def shown(self, record, listed):
        """Return a record in the words of the generation, numbers as numbers."""
        raise NotImplementedError

    def admit(self, record, fault):
        """Store a new record, which readers may see only later."""
        self.store_written(record, fault, {})
        record.visible_at = self.now + self.settings.visible_after
        self.add(record)

    def read(self, record_id):
        """Return what readers may see of a record."""
        return next((record for record in self.readable() if record.id == record_id), None) or self.missing(record_id)

    def missing(self, record_id):
        raise Refusal(self.settings.not_found_status, f"{self.noun} {record_id} not found", self.not_found)

    def view(self, record, listed=False):
        return self.with_large_numbers(wire.merged(self.shown(record, listed), record.by_hand), self.large_numbers)

    def with_large_numbers(self, shown, paths):
        """Return what is shown with its 64-bit numbers as the account's settings want them."""
        if self.settings.numbers_as_strings:
            for path in paths:
                if wire.read(shown, path) is not None:
                    wire.write(shown, path, str(wire.read(shown, path)))
        return shown

    def normalised(self, spec):
        """Return a specification with all numbers as numbers."""
        for path in self.large_numbers:
            if wire.read(spec, path) is not None:
                wire.write(spec, path, number(wire.read(spec, path)))
        return spec


class Endpoint(Record):
    """One endpoint with its workers."""

    # Where the specification tells how many workers are always kept.
    kept_workers: str

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.workers = Workers()

    def boot(self, phase, now, settings, fault=None):
        """Go through a phase, then start the workers that are missing; each takes as long again to be healthy."""
        seconds = settings.boot_seconds
        self.begin(phase, now, seconds, fault)
        failure = ()
        if fault and fault.name == "failed_workers":
            failure = (fault.arguments["error"], fault.arguments["message"])
        self.staff(now, settings, self.settles_at, self.settles_at + seconds, failure)

    def staff(self, now, settings, appear_at, healthy_at, failure=()):
        count = int(wire.read(self.spec, self.kept_workers) or 0)
        self.workers.scale(count, now, appear_at, healthy_at, settings.worker_linger, failure)


class Endpoints(SisterStore):
    """The endpoints of one account. A generation of the API derives from it and gives its words."""

    noun = "endpoint"
    not_found = "SERVERLESS_ENDPOINT_NOT_FOUND"
    record_type: type[Endpoint]
    # The key of the state, and inside it the key of its word; the key of a worker's health.
    state_key: str
    health_key: str
    app_name_key: str
    created_at_key: str
    # What a field is when nobody set it, and what a seeded endpoint has besides.
    unset: Mapping
    seeded: Mapping
    # Not in the body of an update, so an update leaves them alone.
    never_updated: tuple[str, ...]
    # Shown only where somebody has set it.
    optional: tuple[str, ...] = ()

    def __init__(self, account):
        super().__init__(account)
        # By place: until when its serverless cluster sleeps.
        self._sleeps_until = {}

    # What a generation adds.

    def check(self, spec, former=None):
        """Refuse what the contract's schema cannot say; ``former`` is what an update would change."""
        raise NotImplementedError

    def place(self, spec):
        """Return where the workers run, as far as that was said."""
        raise NotImplementedError

    def created_at(self, wire_fields):
        """Return when a seeded endpoint was created, by the simulator's clock."""
        return wire_fields.get(self.created_at_key, self.now)

    # What the two share.

    def all(self):
        """Return the endpoints that exist; where the last one of a place has gone, the cluster there falls asleep."""
        before = list(self._records.values())
        found = super().all()
        left = {self.place(record.spec) for record in found}
        for record in before:
            place = self.place(record.spec)
            if record.id not in self._records and place not in left:
                until = record.gone_at + self.settings.cluster_sleep_seconds
                self._sleeps_until[place] = max(until, self._sleeps_until.get(place, until))
        return found

    def demand_cluster(self, spec):
        """Refuse what would run on a cluster that sleeps."""
        self.all()
        if self.now < self._sleeps_until.get(self.place(spec), 0):
            raise Refusal(400, "serverless cluster is not active", "CLUSTER_STATUS")

    def create(self, wanted, fault):
        """Store a new endpoint and return it."""
        spec = self.normalised(wire.merged(self.unset, wanted))
        self.check(spec)
        self.demand_cluster(spec)
        app_name = spec.get(self.app_name_key)
        if app_name and any(record.spec.get(self.app_name_key) == app_name for record in self.all()):
            raise Refusal(400, f"app name {app_name} already taken", "SERVERLESS_APP_NAME_IS_EXIST")
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start({**spec, self.app_name_key: ""}, None)
        return record

    def start(self, spec, fault):
        record_id = new_id()
        spec = wire.merged(spec, {self.app_name_key: spec.get(self.app_name_key) or record_id})
        record = self.record_type(record_id, spec, self.now)
        self.admit(record, fault)
        record.boot("creating", self.now, self.settings, fault)
        return record

    def update(self, record_id, wanted, fault):
        """Change an endpoint; what a missing key means depends on the account's settings."""
        record = self.find(record_id) or self.missing(record_id)
        if record.deleting:
            raise Refusal(400, f"endpoint {record_id} is being deleted", "DEPENDENT_RESOURCE_STATE")
        former = record.spec
        base = former
        if self.settings.put_mode == "full":
            base = {**self.unset, **{key: former[key] for key in self.never_updated if key in former}}
        if self.settings.put_mode == "zero_ignoring":
            wanted = wire.without_empty(wanted)
        spec = self.normalised(wire.merged(base, wanted))
        self.check(spec, former)
        self.demand_cluster(spec)
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = spec
        self.store_written(record, fault, former)
        record.boot("updating", self.now, self.settings, fault)

    def former(self, record_id):
        """Return what an endpoint is, or None."""
        record = self.find(record_id)
        return record and record.spec

    def delete(self, record_id):
        record = self.find(record_id) or self.missing(record_id)
        record.vanish(self.now, self.settings.boot_seconds / 2)

    def build(self, wire_fields):
        record_id = wire_fields.get("id") or new_id()
        base = wire.merged(wire.merged(self.unset, self.seeded), {self.app_name_key: record_id})
        record = self.record_type(record_id, base, self.created_at(wire_fields))
        self.apply_by_hand(record, wire_fields)
        return record

    def apply_by_hand(self, record, wire_fields):
        """Lay wire fields over an endpoint; its state may be given as one word. Workers are at work at once."""
        fields = dict(wire_fields)
        if isinstance(fields.get(self.state_key), str):
            fields[self.state_key] = {self.state_key: fields[self.state_key], "error": "", "message": ""}
        settable = {self.app_name_key, *self.optional} | self.unset.keys() | self.seeded.keys()
        wanted = {key: value for key, value in fields.items() if key in settable}
        record.spec = self.normalised(wire.merged(record.spec, wanted))
        rest = {key: value for key, value in fields.items() if key not in settable | {"id", self.created_at_key}}
        record.by_hand = wire.merged(record.by_hand, rest)
        record.staff(self.now, self.settings, self.now, self.now)

    def state_of(self, record):
        """Return an endpoint's state as answers show it."""
        word, error, message = record.state(self.now)
        return self.show_state(self.settings.leaving_word if record.deleting else word, error, message)

    def show_state(self, word, error="", message=""):
        return {self.state_key: word, "error": error, "message": message}

    def workers_of(self, record):
        """Return the workers that an endpoint has now; in a bad state it has none."""
        bad = record.state(self.now)[0] in ("failed", "stopped", "deleting")
        return [] if bad else record.workers.at(self.now)

    def state_of_worker(self, worker, good):
        """Return a worker's state as answers show it; ``good`` is the word of one at work."""
        if worker.leaving(self.now):
            return self.show_state("removed")
        if worker.failed(self.now):
            return self.show_state("failed", *worker.failure)
        return self.show_state(good if worker.healthy(self.now) else "creating")

    def summary(self, record):
        shown = self.view(record)
        workers = shown["workers"]
        return {
            "id": record.id,
            "name": shown["name"],
            "state": shown[self.state_key][self.state_key],
            "workers": len(workers),
            "healthy": sum(bool(worker.get(self.health_key)) for worker in workers),
        }

    def check_product(self, product_id):
        """Refuse a product that there is not: any whose id begins with ``missing``."""
        if product_id.startswith("missing"):
            raise Refusal(400, f"product {product_id} not found", "SERVERLESS_PRODUCT_NOT_FOUND")
