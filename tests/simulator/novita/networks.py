# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Novita's private networks. Instances can be in them."""

from __future__ import annotations

from .. import sisters
from ..provider import Refusal
from ..records import Record
from .pages import one_page

# A new network is not readable at once. In a recorded test, this took up to 10 seconds.
LATEST_READABLE = 5.0

# The values of unset fields.
UNSET = {"name": "", "clusterId": "", "segment": "10.0.0.0/24"}

# The values of a seeded network.
SEEDED = {**UNSET, "name": "seeded", "clusterId": "us-demo-1"}


class Networks(sisters.SisterStore):
    """The private networks of one account."""

    noun = "network"
    not_found = "NETWORK_NOT_FOUND"
    large_numbers = ("createTime",)

    # Called by the operations.

    def create(self, desired, fault):
        """Store a new network."""
        cluster_id = desired["clusterId"]
        regions = self.account.store("regions")
        regions.demand(cluster_id)
        if not regions.find(cluster_id).spec["feature"]["instance_vpc_network"]:
            raise Refusal(400, f"cluster {cluster_id} does not support instance networks", "CLUSTER_STATUS")
        record = self.start(desired, fault)
        if fault and fault.name == "duplicate":
            self.start(desired, None)
        return record

    def start(self, desired, fault):
        record = Record(sisters.new_id(), {**UNSET, **desired}, self.now)
        self.admit(record, fault)
        record.visible_at += min(self.settings.boot_seconds / 2, LATEST_READABLE)
        record.begin("creating", self.now, self.settings.boot_seconds, fault)
        return record

    def rename(self, record_id, name, fault):
        record = self.existing(record_id)
        former = record.spec
        record.keep_former(self.now, self.settings.stale_after)
        record.spec = {**former, "name": name}
        self.store_written(record, fault, former)

    def delete(self, record_id):
        record = self.existing(record_id)
        if self.addresses(record_id):
            raise Refusal(400, f"network {record_id} has instances", "NETWORK_IN_USE")
        record.vanish(self.now, self.settings.boot_seconds / 2)

    def existing(self, record_id):
        record = self.find(record_id)
        return record if record and not record.deleting else self.missing(record_id)

    def missing(self, record_id):
        # A live test of a client has met this spelling.
        message = f"{self.noun} {record_id} not fount"  # codespell:ignore fount
        raise Refusal(self.settings.not_found_status, message, self.not_found)

    def search(self, query):
        """Return the readable networks. A name can be part of a name."""
        return [record for record in self.readable() if query.get("name", "") in record.spec["name"]]

    def store_written(self, record, fault, former):
        super().store_written(record, fault, former)
        # A field that a create ignored is unset.
        record.spec = {**UNSET, **record.spec}

    # Called by instances.

    def check_member(self, record_id, cluster_id):
        """Refuse an instance in a network that does not exist, or that is in another cluster."""
        record = self.find(record_id)
        is_unknown = record is None or record.deleting
        if record is None and self.settings.unknown_references == "accepted":
            is_unknown = record_id.startswith("missing")
        if is_unknown or (record is not None and record.spec["clusterId"] != cluster_id):
            raise Refusal(400, f"network {record_id} not found", "NETWORK_NOT_FOUND")

    def addresses(self, record_id):
        """Return the instances in a network with their addresses."""
        members = [
            record for record in self.account.store("instances").present() if record.spec["networkId"] == record_id
        ]
        return [{"Id": member.id, "Ip": f"10.0.0.{number}"} for number, member in enumerate(members, 5)]

    # The format of responses.

    def shown(self, record, listed):
        spec = record.spec
        word, error, message = record.state(self.now)
        # There is one text for the error and its message.
        state = {"state": word, "error": ": ".join(filter(None, (error, message)))}
        return {
            "Id": record.id,
            "user": "account-1",
            "name": spec["name"],
            "state": self.wrapped(state),
            "segment": spec["segment"],
            "clusterId": spec["clusterId"],
            "Addresses": self.addresses(record.id),
            "createTime": int(sisters.EPOCH + record.created_at),
        }

    def wrapped(self, item):
        """Return an object as an object or as a list, which the page shows for some objects."""
        return [item] if self.settings.network_shape == "array" else item

    def view(self, record, listed=False):
        # The control interface expects an ID in each resource.
        return super().view(record, listed) if listed else {"id": record.id, **super().view(record, listed)}

    def summary(self, record):
        return {"id": record.id, "name": record.spec["name"], "state": record.state(self.now)[0]}

    # Called by the control interface.

    def build(self, wire_fields):
        record = Record(wire_fields.get("Id") or wire_fields.get("id") or sisters.new_id(), dict(SEEDED), self.now)
        self.apply_overrides(record, wire_fields)
        return record

    def apply_overrides(self, record, wire_fields):
        fields = {key: value for key, value in wire_fields.items() if key not in ("id", "Id")}
        if "createTime" in fields:
            record.created_at = sisters.number(fields.pop("createTime")) - sisters.EPOCH
        settable = {key: fields.pop(key) for key in SEEDED if key in fields}
        record.spec = {**record.spec, **settable}
        record.overrides = {**record.overrides, **fields}


def create_network(account, call):
    """Create a network. The recorded responses contain no ID."""
    record = account.store("networks").create(call.body, call.fault)
    return {"networkId": record.id} if account.settings.network_created == "id" else {}


def get_network(account, call):
    networks = account.store("networks")
    return {"network": networks.wrapped(networks.view(networks.read(call.query["networkId"]), listed=True))}


def list_networks(account, call):
    networks, settings = account.store("networks"), account.settings
    found = networks.search(call.query)
    shown = [networks.view(record, listed=True) for record in one_page(settings, call.query, found)]
    return sisters.page(settings, settings.networks_key, shown, len(found))


def update_network(account, call):
    account.store("networks").rename(call.body["networkId"], call.body["name"], call.fault)
    return {}


def delete_network(account, call):
    account.store("networks").delete(call.body["networkId"])
    return {}


OPERATIONS = {
    "network.create": create_network,
    "network.get": get_network,
    "network.list": list_networks,
    "network.update": update_network,
    "network.delete": delete_network,
}
