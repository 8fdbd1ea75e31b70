# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on instances in Vast.ai's contract."""

from __future__ import annotations

from flask import jsonify

from ..provider import Refusal
from . import instance_logs
from .instances import QUEUED


def list_instances(account, call):
    return account.store("instances").page(call.query)


def get_instance(account, call):
    """Return one instance: an object under a plural key, which is null without such an instance."""
    return {"instances": account.store("instances").one(call.path["id"])}


def create_instance(account, call):
    """Rent an offer. Even the response that refuses this can contain the ID of an instance."""
    instances = account.store("instances")
    record, billed = instances.create(call.path["id"], call.body, call.fault)
    if not billed:
        secret = instances.view(record)["instance_api_key"]
        return {"success": True, "new_contract": int(record.id), "instance_api_key": secret}
    message = "cannot start: resources unavailable"
    response = jsonify({"success": False, "error": "invalid_args", "msg": message, "new_contract": int(record.id)})
    response.status_code = 400
    return response


def start_instance(account, call):
    """Start an instance. A queued start can be a refusal with HTTP status 200."""
    try:
        account.store("instances").switch_on(call.path["id"], call.fault)
    except Refusal as refusal:
        if refusal.status != 200:
            raise
        return {"success": False, "msg": QUEUED}
    return {"success": True}


def stop_instance(account, call):
    account.store("instances").stop(call.path["id"], call.fault)
    return {"success": True}


def set_label(account, call):
    account.store("instances").set_label(call.path["id"], call.body["label"], call.fault)
    return {"success": True}


def reboot_instance(account, call):
    account.store("instances").reboot(call.path["id"], call.fault)
    return {"success": True}


def recycle_instance(account, call):
    account.store("instances").recycle(call.path["id"], call.fault)
    return {"success": True}


def update_template(account, call):
    account.store("instances").update_template(call.path["id"], call.body, call.fault)
    return {"success": True}


def set_bid(account, call):
    account.store("instances").set_bid(call.path["id"], call.body["price"], call.fault)
    return {"success": True}


def request_logs(account, call):
    instances = account.store("instances")
    record = instances.live(call.path["id"]) or instances.missing(call.path["id"])
    return {"success": True, "result_url": instance_logs.put(account, record, call.body or {})}


def delete_instance(account, call):
    account.store("instances").delete(call.path["id"], call.fault)
    return {"success": True, "msg": f"deleting instance {call.path['id']}"}


def manage(body):
    """Return which operation a request to change an instance stands for."""
    body = body if isinstance(body, dict) else {}
    if "label" in body:
        return "instance.set_label"
    return "instance.stop" if body.get("state") == "stopped" else "instance.start"


OPERATIONS = {
    "instance.list": list_instances,
    "instance.get": get_instance,
    "instance.create": create_instance,
    "instance.start": start_instance,
    "instance.stop": stop_instance,
    "instance.set_label": set_label,
    "instance.reboot": reboot_instance,
    "instance.recycle": recycle_instance,
    "instance.update_template": update_template,
    "instance.set_bid": set_bid,
    "instance.request_logs": request_logs,
    "instance.delete": delete_instance,
}

# By operation in the contract that several operations share: the function of a body that returns its name.
BY_BODY = {"instance.manage": manage}

INTERVALS = {
    "instance.list": 1.0,
    "instance.get": 2.0,
    "instance.create": 4.5,
    "instance.start": 1.0,
    "instance.stop": 1.0,
    "instance.set_label": 1.0,
    "instance.reboot": 1.0,
    "instance.recycle": 1.0,
    "instance.delete": 3.0,
}

# By operation: how many seconds it is refused after a request that came too soon.
PENALTIES = {"instance.create": 12.0}
