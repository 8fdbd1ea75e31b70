# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's search for offers. It is not exact: it can return rows that do not fit, and its answers are cut."""

from __future__ import annotations

import hashlib
import json
import math
import operator
from collections import Counter

from ..provider import Refusal
from ..records import Record, Store
from .catalog import CATALOG, DAY
from .store import EPOCH, new_number

MOST_ROWS = 64
# The conditions that apply to a search without conditions for these fields.
DEFAULTS = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}
# The disk in GB that is part of the price if a search does not contain its size.
DEFAULT_STORAGE = 8
HOURS_PER_MONTH = 730
# The members of a search that are no conditions.
OPTIONS = ("type", "order", "limit", "allocated_storage", "disable_bundling")
TEXTS = {
    "cpu_arch",
    "cpu_name",
    "disk_name",
    "geolocation",
    "gpu_arch",
    "gpu_name",
    "mobo_name",
    "ubuntu_version",
    "verification",
}
BOOLEANS = {
    "datacenter",
    "external",
    "gpu_display_active",
    "rentable",
    "rented",
    "static_ip",
    "verified",
    "vms_enabled",
}
# Fields for conditions that rows do not contain.
HIDDEN = ("datacenter", "ubuntu_version", "verified")
CALCULATED = {
    "dph_total",
    "dlperf_per_dphtotal",
    "end_date",
    "flops_per_dphtotal",
    "reliability2",
    "score",
    "storage_total_cost",
}
FIELDS = {*CATALOG[0], *CALCULATED}

COMPARISONS = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda value, items: value in items,
    "notin": lambda value, items: value not in items,
}


class Offers(Store):
    """The offers that one account sees."""

    def __init__(self, account):
        super().__init__(account)
        self._searches = Counter()
        # The offers that somebody else has rented, although searches still return them.
        self._stale = set()
        for row in CATALOG:
            self.add(Record(str(row["id"]), row, 0))

    # Called by the operations.

    def search(self, body):
        """Return the rows that a search finds: a list, or the only row."""
        self.count_search()
        query, terms = {**DEFAULTS, **conditions(body)}, Terms(body)
        # Rows with equal values are in another order for another search.
        salt = json.dumps(body, sort_keys=True)
        rows = sorted(self.found(query, terms), key=lambda row: hashlib.sha256(f"{row['id']} {salt}".encode()).digest())
        for field, direction in reversed(terms.order):
            rows.sort(key=lambda row: sort_key(row.get(field), direction), reverse=direction == "desc")
        rows = [shown(row) for row in rows[: terms.limit]]
        return rows[0] if len(rows) == 1 and self.settings.single_offer == "object" else rows

    def found(self, query, terms):
        """Return the rows that fit. Some that do not fit a condition on a number are found, too."""
        occupied = self.account.store("instances").occupied_offers()
        rows = [self.priced(record, terms) for record in self.all()]
        for row in rows:
            if str(row["id"]) in occupied:
                row.update(rentable=False, rented=True)
        exact = {field: condition for field, condition in query.items() if field in TEXTS | BOOLEANS}
        rows = [row for row in rows if fits(row, exact)]
        fitting = [row for row in rows if fits(row, query)]
        if self.settings.numeric_filters == "honored" or "id" in query:
            return fitting
        others = sorted((row for row in rows if not fits(row, query)), key=lambda row: (row["dph_total"], row["id"]))
        # The cheapest one, one in the middle, and the most expensive one.
        places = {0, len(others) // 2, len(others) - 1}
        return fitting + [row for place, row in enumerate(others) if place in places]

    def count_search(self):
        """Refuse a search if the account has used the quota of the day."""
        now = EPOCH + self.now
        day = math.floor(now / DAY)
        if self._searches[day] >= self.settings.search_quota:
            message = "You have used all searches of this day."
            headers = {"X-RateLimit-Reset": str((day + 1) * DAY)}
            raise Refusal(429, message, "search_quota_exceeded", headers)
        self._searches[day] += 1

    def rentable(self, offer_id):
        """Return an offer that can still be rented, or None. Each can be rented once at a time."""
        record = self.find(offer_id)
        taken = offer_id in self._stale or offer_id in self.account.store("instances").occupied_offers()
        return record if record and record.spec["rentable"] and not record.spec["rented"] and not taken else None

    def take(self, offer_id):
        """Let somebody else rent an offer. Searches do not notice it."""
        self._stale.add(offer_id)

    def cheapest(self, query):
        """Return the cheapest offer that the engine can rent for a workergroup with this filter, or None."""
        known = {field: condition for field, condition in (query or {}).items() if field in FIELDS}
        needed = {**known, "rentable": {"eq": True}, "rented": {"eq": False}}
        rows = [self.priced(record, Terms({})) for record in self.all()]
        try:
            return min((row for row in rows if fits(row, needed)), key=lambda row: row["dph_total"], default=None)
        except Refusal:
            # The filter of a workergroup is stored without validation.
            return None

    def priced(self, record, terms):
        """Return a row with the values that depend on the search and on the time."""
        row = dict(record.spec)
        base = row["min_bid"] if terms.bid else row["dph_base"]
        disk = (row.get("storage_cost") or 0) * terms.storage / HOURS_PER_MONTH
        total = base + disk
        row.update(
            dph_base=base,
            storage_total_cost=disk,
            dph_total=total,
            dlperf_per_dphtotal=row["dlperf"] / total,
            flops_per_dphtotal=row["total_flops"] / total,
            score=row["dlperf"] / total * (row.get("reliability") or 0),
            reliability2=row.get("reliability"),
            end_date=EPOCH + self.now + (row.get("duration") or 0),
            is_bid=terms.bid,
        )
        return row

    # Called by the control interface.

    def build(self, wire_fields):
        number = int(wire_fields.get("id") or new_number())
        record = Record(str(number), {**CATALOG[0], "id": number, "ask_contract_id": number}, self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        record.spec = {**record.spec, **{key: value for key, value in wire_fields.items() if key != "id"}}

    def view(self, record, listed=False):
        return shown(self.priced(record, Terms({})))

    def summaries(self):
        """Return no rows, because the page does not show offers."""
        return []


class Terms:
    """The options of a search."""

    def __init__(self, body):
        self.bid = body.get("type") == "bid"
        self.storage = body.get("allocated_storage", DEFAULT_STORAGE)
        self.limit = min(body.get("limit", MOST_ROWS), MOST_ROWS)
        self.order = body.get("order") or [["score", "desc"]]
        for field, _direction in self.order:
            if field not in FIELDS:
                raise Refusal(400, f"order: unknown field {field}")


def conditions(body):
    """Return the conditions of a search."""
    query = {field: condition for field, condition in body.items() if field not in OPTIONS}
    for field, condition in query.items():
        if field not in FIELDS:
            raise Refusal(400, f"unknown field: {field}")
        for sign, value in condition.items():
            if isinstance(value, list) is not (sign in ("in", "notin")):
                raise Refusal(400, f"{field}: {sign} requires {'one value' if isinstance(value, list) else 'a list'}")
            for each in value if isinstance(value, list) else [value]:
                typed(field, each)
    return query


def fits(row, query):
    return all(
        meets(field, row.get(field), sign, value)
        for field, condition in query.items()
        for sign, value in condition.items()
    )


def meets(field, found, sign, value):
    """Return whether a value meets a condition. As in a database, null meets only a condition on null."""
    if field == "id":
        return False
    if field == "driver_version":
        found = found and version(found)
    if field == "geolocation":
        found = found and found.rpartition(", ")[2]
    if value is None or found is None:
        return sign == "eq" and found is value or sign == "neq" and value is None and found is not None
    expected = [typed(field, item) for item in value] if isinstance(value, list) else typed(field, value)
    return COMPARISONS[sign](typed(field, found), expected)


def version(text):
    major, minor, patch = text.split(".")
    return int(major) * 1_000_000 + int(minor) * 1_000 + int(patch)


def typed(field, value):
    """Return a value in the type of its field. Numbers can be text."""
    if value is None or field in TEXTS:
        return value
    if field in BOOLEANS:
        if value in (True, False):
            return bool(value)
        raise Refusal(400, f"{field}: expected true or false, not {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise Refusal(400, f"{field}: expected a number, not {value!r}") from None


def sort_key(value, direction):
    """Return a key that puts null last."""
    missing = value is None
    return (missing is (direction == "asc"), "" if missing else value)


def shown(row):
    """Return a row as a response shows it: with either name of the reliability, or with both."""
    hidden = HIDDEN + ((), ("reliability",), ("reliability2",))[row["id"] % 3]
    return {key: value for key, value in row.items() if key not in hidden}
