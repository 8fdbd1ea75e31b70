# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations on instances in PPIO's contract."""

from __future__ import annotations

from .pages import list_page


def create_instance(account, call):
    return {"id": account.store("instances").create(call.body, call.fault).id}


def list_instances(account, call):
    instances = account.store("instances")
    return list_page(instances, call, instances.search(call.query))


def get_instance(account, call):
    instances = account.store("instances")
    return instances.view(instances.read(call.path["instance_id"]))


def operation(method, *members):
    """Return an operation on one instance: a method of the store, called with members of the body."""

    def execute(account, call):
        body = call.body or {}
        arguments = [body.get(member) for member in members]
        getattr(account.store("instances"), method)(call.path["instance_id"], *arguments, call.fault)
        return {}

    return execute


def write(method):
    """Return an operation on one instance: a method of the store, called with the whole body."""

    def execute(account, call):
        getattr(account.store("instances"), method)(call.path["instance_id"], call.body, call.fault)
        return {}

    return execute


OPERATIONS = {
    "instance.create": create_instance,
    "instance.list": list_instances,
    "instance.get": get_instance,
    "instance.start": operation("start"),
    "instance.stop": operation("stop"),
    "instance.restart": operation("restart"),
    "instance.delete": operation("delete"),
    "instance.migrate": operation("migrate"),
    "instance.renew": operation("renew", "months"),
    "instance.expand_rootfs": operation("expand_rootfs", "rootfs_size_expand_gb"),
    "instance.set_billing_mode": operation("set_billing_mode", "type", "months"),
    "instance.set_web_terminal": operation("set_web_terminal", "enable"),
    "instance.set_ports": write("set_ports"),
    "instance.upgrade": write("upgrade"),
    "instance.set_auto_renew": write("set_auto_renew"),
    "instance.set_auto_migrate": write("set_auto_migrate"),
}
