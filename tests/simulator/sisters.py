# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The code that Novita and PPIO share: the two are sister platforms with different names for the same things.

Novita's endpoints use the first generation of the API, PPIO's the second. The generations differ in field names and
envelopes, but not in the behavior of endpoints and workers, nor in refusals.
"""

from __future__ import annotations

import hashlib
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

# The Unix time at which the simulator's clock is 0: any value that does not change between two reads.
EPOCH = 1_783_000_000


def error_body(status, reason, message):
    return {"code": status, "reason": reason, "message": message, "metadata": {}}


ROUTER_TEXT = "404 page not found"


def page(settings, key, shown, count):
    """Return one page of a list under its key, with the total in the envelope."""
    if not count and settings.empty_list == "null" and settings.total != "missing":
        shown = None
    return {key: shown, **total(settings, count)}


def total(settings, count):
    """Return the part of a list's envelope that contains the total."""
    if settings.total == "missing":
        return {}
    return {"total": str(count) if settings.total == "string" else count}


MOST_CURSORS = 500


class Cursors:
    """Opaque positions in a list. A cursor stands for the resources that remained when it was created.

    Equal remainders have equal cursors. A resource that is created or deleted later does not move the positions. Only
    the last ``MOST_CURSORS`` are valid.
    """

    def __init__(self):
        self._rests = {}

    def to(self, rest):
        ids = [record.id for record in rest]
        cursor = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:32]
        # The newest one is the last one.
        self._rests.pop(cursor, None)
        self._rests[cursor] = frozenset(ids)
        if len(self._rests) > MOST_CURSORS:
            del self._rests[next(iter(self._rests))]
        return cursor

    def follow(self, cursor, records):
        """Return those of the resources that a cursor stands for, or all without a cursor."""
        if not cursor:
            return records
        if cursor not in self._rests:
            raise Refusal(400, "cursor: is none that was answered")
        return [record for record in records if record.id in self._rests[cursor]]


def cursor_page(store, call, found, size):
    """Return one page of a list of the second generation, with at most ``size`` resources.

    If a fault shortens the list, the response still has ``has_more``, but no cursor, unless the fault sets the total.
    """
    rest = store.cursors.follow(call.query.get("cursor", ""), found)
    left = rest[size:]
    next_cursor, has_more = store.cursors.to(left) if left else "", bool(left)
    if call.fault and call.fault.name in ("short_list", "empty_list"):
        next_cursor, has_more = "", call.fault.arguments.get("total") is None
    if call.fault and call.fault.name == "repeat_cursor":
        next_cursor, has_more = store.cursors.to(found), True
    shown = [store.view(record, listed=True) for record in rest[:size]]
    return {**page(store.settings, "data", shown, len(found)), "next_cursor": next_cursor, "has_more": has_more}


def new_id():
    return secrets.token_hex(8)


def number(value):
    """Return a string of digits as a number, and any other value unchanged."""
    return int(value) if isinstance(value, str) and value.removeprefix("-").isdecimal() else value


class SisterStore(Store):
    """The resources of one type in one account: how they are read, shown and not found."""

    # The name of a resource in a refusal, and the error code if it does not exist.
    noun: str
    not_found = "RESOURCE_NOT_FOUND"
    # Fields that responses contain as strings of digits.
    large_numbers: tuple[str, ...] = ()

    def shown(self, record, listed):
        """Return a resource with the field names of the API's generation, numbers as numbers."""
        raise NotImplementedError

    def admit(self, record, fault):
        """Store a new resource. Readers can see it after the delay in the settings."""
        self.store_written(record, fault, {})
        record.visible_at = self.now + self.settings.visible_after
        self.add(record)

    def read(self, record_id):
        """Return a resource as readers see it, or refuse if there is none."""
        return next((record for record in self.readable() if record.id == record_id), None) or self.missing(record_id)

    def missing(self, record_id):
        raise Refusal(self.settings.not_found_status, f"{self.noun} {record_id} not found", self.not_found)

    def view(self, record, listed=False):
        return self.with_large_numbers(wire.merged(self.shown(record, listed), record.overrides), self.large_numbers)

    def with_large_numbers(self, shown, paths):
        """Convert the 64-bit numbers to strings if the account's settings require it."""
        if self.settings.numbers_as_strings:
            for path in paths:
                if wire.read(shown, path) is not None:
                    wire.write(shown, path, str(wire.read(shown, path)))
        return shown

    def normalized(self, spec):
        """Convert all strings of digits in a specification to numbers."""
        for path in self.large_numbers:
            if wire.read(spec, path) is not None:
                wire.write(spec, path, number(wire.read(spec, path)))
        return spec


class Endpoint(Record):
    """One endpoint with its workers."""

    # The path of the minimum number of workers in the specification.
    kept_workers: str
    # The path of the number of GPUs of a worker.
    worker_gpus: str
    # The path of the path that the health check requests.
    health_path: str

    def __init__(self, record_id, spec, now):
        super().__init__(record_id, spec, now)
        self.workers = Workers()
        # Whether the product has free GPUs for new workers.
        self.scheduled = True

    def boot(self, phase, now, settings, fault=None):
        """Start a phase, then start the missing workers. Each worker needs the same time again to become healthy."""
        seconds = settings.boot_seconds
        self.begin(phase, now, seconds, fault)
        failure = ()
        if fault and fault.name == "failed_workers":
            failure = (fault.arguments["error"], fault.arguments["message"])
        self.staff(now, settings, self.settles_at, self.settles_at + seconds, failure)

    def staff(self, now, settings, appear_at, healthy_at, failure=()):
        count = int(wire.read(self.spec, self.kept_workers) or 0)
        obstacle = "" if self.scheduled else "failed to schedule worker"
        self.workers.scale(count, now, appear_at, healthy_at, settings.worker_linger, failure, obstacle)


class Endpoints(SisterStore):
    """The endpoints of one account. Each generation of the API has a subclass with its field names."""

    noun = "endpoint"
    not_found = "SERVERLESS_ENDPOINT_NOT_FOUND"
    record_type: type[Endpoint]
    # The key of the state, which contains the same key again; the key of a worker's health.
    state_key: str
    health_key: str
    app_name_key: str
    created_at_key: str
    # The values of unset fields, and more values of a seeded endpoint.
    unset: Mapping
    seeded: Mapping
    # Fields that an update cannot contain, so it never changes them.
    never_updated: tuple[str, ...]
    # Fields that responses contain only if they are set.
    optional: tuple[str, ...] = ()

    def __init__(self, account):
        super().__init__(account)
        # By region: until when its serverless cluster sleeps.
        self._sleeps_until = {}

    # Implemented by the generations.

    def check(self, spec, former=None):
        """Enforce the rules that the schema cannot express; ``former`` contains the values before an update."""
        raise NotImplementedError

    def places(self, spec):
        """Return the clusters or regions that the workers can have; without any, the provider selects one."""
        raise NotImplementedError

    def products(self, spec):
        """Return the IDs of the products."""
        raise NotImplementedError

    def created_at(self, wire_fields):
        """Return the creation time of a seeded endpoint on the simulator's clock."""
        return wire_fields.get(self.created_at_key, self.now)

    # Shared by both generations.

    def place(self, spec):
        """Return the cluster or region of the workers, or an empty string."""
        return " ".join(sorted(self.places(spec)))

    def all(self):
        """Return the existing endpoints. When the last endpoint of a region is deleted, its cluster starts to sleep."""
        before = list(self._records.values())
        found = super().all()
        left = {self.place(record.spec) for record in found}
        for record in before:
            place = self.place(record.spec)
            if record.id not in self._records and place not in left:
                until = record.gone_at + self.settings.cluster_sleep_seconds
                self._sleeps_until[place] = max(until, self._sleeps_until.get(place, until))
        return found

    def check_places(self, spec):
        """Refuse a cluster or region that does not exist."""
        for place in sorted(self.places(spec)):
            self.account.store("regions").demand(place)

    def demand_cluster(self, spec):
        """Refuse an endpoint on a cluster that sleeps."""
        self.all()
        if self.now < self._sleeps_until.get(self.place(spec), 0):
            raise Refusal(400, "serverless cluster is not active", "CLUSTER_STATUS")

    def create(self, desired, fault):
        """Store a new endpoint and return it."""
        spec = self.normalized(wire.merged(self.unset, desired))
        self.check(spec)
        self.check_places(spec)
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
        record.scheduled = self.in_stock(record.spec)
        record.boot("creating", self.now, self.settings, fault)
        return record

    def update(self, record_id, desired, fault):
        """Change an endpoint. The account's settings define the meaning of a missing key."""
        record = self.find(record_id) or self.missing(record_id)
        if record.deleting:
            raise Refusal(400, f"endpoint {record_id} is being deleted", "DEPENDENT_RESOURCE_STATE")
        former = record.spec
        base = former
        if self.settings.put_mode == "full":
            base = {**self.unset, **{key: former[key] for key in self.never_updated if key in former}}
        if self.settings.put_mode == "zero_ignoring":
            desired = wire.without_empty(desired)
        spec = self.normalized(wire.merged(base, desired))
        self.check(spec, former)
        self.check_places(spec)
        self.demand_cluster(spec)
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = spec
        self.store_written(record, fault, former)
        record.scheduled = self.in_stock(record.spec)
        record.boot("updating", self.now, self.settings, fault)

    def former(self, record_id):
        """Return the current values of an endpoint, or None."""
        record = self.find(record_id)
        return record and record.spec

    def delete(self, record_id):
        record = self.find(record_id) or self.missing(record_id)
        record.vanish(self.now, self.settings.boot_seconds / 2)

    def build(self, wire_fields):
        record_id = wire_fields.get("id") or new_id()
        base = wire.merged(wire.merged(self.unset, self.seeded), {self.app_name_key: record_id})
        record = self.record_type(record_id, base, self.created_at(wire_fields))
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        """Merge wire fields into an endpoint. The state can be a string. Workers are healthy immediately."""
        fields = dict(wire_fields)
        if isinstance(fields.get(self.state_key), str):
            fields[self.state_key] = {self.state_key: fields[self.state_key], "error": "", "message": ""}
        settable = {self.app_name_key, *self.optional} | self.unset.keys() | self.seeded.keys()
        desired = {key: value for key, value in fields.items() if key in settable}
        record.spec = self.normalized(wire.merged(record.spec, desired))
        rest = {key: value for key, value in fields.items() if key not in settable | {"id", self.created_at_key}}
        record.overrides = wire.merged(record.overrides, rest)
        record.staff(self.now, self.settings, self.now, self.now)

    def url_of(self, record, app_name, domain):
        provider_url = f"{self.settings.url_scheme}://{record.id}-{app_name}.{domain}"
        return self.account.container_url(record.id) or provider_url

    def state_of(self, record):
        """Return an endpoint's state as responses show it."""
        state, error, message = record.state(self.now)
        return self.show_state(self.settings.leaving_word if record.deleting else state, error, message)

    def show_state(self, state, error="", message=""):
        return {self.state_key: state, "error": error, "message": message}

    def workers_of(self, record):
        """Return the current workers of an endpoint; in a bad state it has none."""
        bad = record.state(self.now)[0] in ("failed", "stopped", "deleting")
        return [] if bad else record.workers.at(self.now)

    def serving_workers(self, record):
        """Return the workers that respond to requests."""
        return [
            worker for worker in self.workers_of(record) if worker.healthy(self.now) and not worker.leaving(self.now)
        ]

    def state_of_worker(self, worker, good):
        """Return a worker's state as responses show it; ``good`` is the state of a healthy worker."""
        if worker.leaving(self.now):
            return self.show_state("removed")
        if worker.failed(self.now):
            return self.show_state("failed", *worker.failure)
        return self.show_state(good if worker.healthy(self.now) else "creating", message=worker.obstacle)

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

    def hourly_cost(self, record):
        """Return the price of the healthy workers, or None if the price of the product is unknown.

        The price of a product is for a GPU. Of several products, the first one counts.
        """
        product_ids = self.products(record.spec)
        price = self.account.store("products").hourly_price(product_ids[0]) if product_ids else None
        if price is None:
            return None
        return price * int(wire.read(record.spec, record.worker_gpus) or 1) * len(self.serving_workers(record))

    def check_products(self, product_ids):
        """Refuse a product that does not exist, or is for instances."""
        for product_id in product_ids:
            if self.account.store("products").select(product_id, "serverless") is None:
                raise Refusal(400, f"serverless product {product_id} not found", "SERVERLESS_PRODUCT_NOT_FOUND")

    def in_stock(self, spec):
        """Return whether one of the products has free GPUs in one of the places."""
        products = [self.account.store("products").find(product_id) for product_id in self.products(spec)]
        places = self.places(spec)
        # The product of a seeded endpoint can be missing, and a product can name no region.
        return not products or any(
            product is None
            or (product.in_stock() and (not places or not product.regions() or places & product.regions()))
            for product in products
        )
