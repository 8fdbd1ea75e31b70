# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on instances and products in Novita's contract."""

from __future__ import annotations

from ..sisters import page
from .pages import one_page


def create_instance(account, call):
    return {"id": account.store("instances").create(call.body, call.fault).id}


def get_instance(account, call):
    instances = account.store("instances")
    return instances.view(instances.read(call.query["instanceId"]))


def get_instance_v2(account, call):
    instances = account.store("instances")
    return instances.view_v2(instances.read(call.path["instance_id"]))


def list_instances(account, call):
    instances = account.store("instances")
    found = instances.search(call.query)
    shown = [instances.view(record, listed=True) for record in one_page(account.settings, call.query, found)]
    return page(account.settings, "instances", shown, len(found))


def start_instance(account, call):
    account.store("instances").start(call.body["instanceId"], call.fault)
    return {}


def stop_instance(account, call):
    account.store("instances").stop(call.body["instanceId"], call.fault)
    return {}


def restart_instance(account, call):
    account.store("instances").restart(call.body["instanceId"], call.fault)
    return {}


def delete_instance(account, call):
    account.store("instances").delete(call.body["instanceId"], call.fault)
    return {}


def edit_instance(account, call):
    account.store("instances").edit(call.body["instanceId"], call.body, call.fault)
    return {}


def upgrade_instance(account, call):
    account.store("instances").upgrade(call.body["instanceId"], call.body, call.fault)
    return {}


def renew_instance(account, call):
    account.store("instances").renew(call.body["instanceId"], call.body["month"], call.fault)
    return {}


def set_auto_renew(account, call):
    body = call.body
    months = body.get("autoRenewMonth")
    account.store("instances").set_auto_renew(body["instanceIds"], body["autoRenew"], months, call.fault)
    return {}


def trans_to_monthly(account, call):
    account.store("instances").trans_to_monthly(call.body["instanceId"], call.body["month"], call.fault)
    return {}


def list_products(account, call):
    return {"data": account.store("products").search_v1("gpu", call.query)}


def list_cpu_products(account, call):
    return {"data": account.store("products").search_v1("cpu", call.query)}


OPERATIONS = {
    "instance.create": create_instance,
    "instance.get": get_instance,
    "instance.get_v2": get_instance_v2,
    "instance.list": list_instances,
    "instance.start": start_instance,
    "instance.stop": stop_instance,
    "instance.restart": restart_instance,
    "instance.delete": delete_instance,
    "instance.edit": edit_instance,
    "instance.upgrade": upgrade_instance,
    "instance.renew": renew_instance,
    "instance.set_auto_renew": set_auto_renew,
    "instance.trans_to_monthly": trans_to_monthly,
    "product.list": list_products,
    "cpu_product.list": list_cpu_products,
}
