# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations in Vast.ai's contract."""

from __future__ import annotations

from pathlib import Path

from flask import jsonify

from ..provider import UNKNOWN, Provider, Refusal
from . import autoscaler, clients, instance_app
from .catalog import GPUS
from .endpoints import Endpoints
from .env_vars import EnvVars
from .instances import Instances
from .offers import Offers
from .ssh_keys import SshKeys
from .templates import Templates, search_filters
from .users import Users
from .workergroups import Workergroups

LIST_OF_TEMPLATES = "/api/v0/users/current/templates/"


def list_endpoints(account, call):
    """Return all endpoints. If there are none, this can be an error."""
    endpoints = account.store("endpoints")
    rows = [endpoints.view(record, listed=True) for record in endpoints.readable()]
    if not rows and account.settings.empty_list_400:
        raise Refusal(400, "No endpoints for user found")
    return {"success": True, "results": rows}


def create_endpoint(account, call):
    return {"success": True, "result": int(account.store("endpoints").create(call.body or {}, call.fault).id)}


def get_endpoint(account, call):
    endpoints = account.store("endpoints")
    record = endpoints.read(call.path["id"]) or endpoints.missing("Endpointgroup not found for user")
    return {"result": endpoints.view(record)}


def update_endpoint(account, call):
    account.store("endpoints").update(call.path["id"], call.body or {}, call.fault)
    return {"success": True}


def delete_endpoint(account, call):
    return deleted(account, account.store("endpoints").delete(call.path["id"]))


def list_workergroups(account, call):
    groups = account.store("workergroups")
    return {"success": True, "results": [groups.view(record, listed=True) for record in groups.readable()]}


def create_workergroup(account, call):
    return {"success": True, "id": int(account.store("workergroups").create(call.body or {}, call.fault).id)}


def update_workergroup(account, call):
    account.store("workergroups").update(call.path["id"], call.body or {}, call.fault)
    return {"success": True}


def delete_workergroup(account, call):
    """Delete a workergroup. Its refusal is the only one that contains an ID."""
    released = account.store("workergroups").delete(call.path["id"])
    if released is not None:
        return deleted(account, released)
    body = error_body(404, "no_such_workergroup", "No workergroup by that id is available.")
    response = jsonify({**body, "id": int(call.path["id"])})
    response.status_code = 404
    return response


def list_offers(account, call):
    return {"offers": account.store("offers").search(call.body)}


def list_gpu_names(account, call):
    return {"success": True, "gpu_names": sorted(gpu.name for gpu in GPUS)}


def get_user(account, call):
    return account.store("users").current()


def list_ssh_keys(account, call):
    """Return the keys as an array, or in an envelope. If there are none, this can be an error."""
    rows = account.store("ssh_keys").rows()
    return {"ssh_keys": rows} if account.settings.ssh_keys_shape == "object" else rows


def create_ssh_key(account, call):
    keys = account.store("ssh_keys")
    return {"success": True, "key": keys.view(keys.create(call.body or {}, call.fault))}


def update_ssh_key(account, call):
    keys = account.store("ssh_keys")
    return {"success": True, "key": keys.view(keys.update(call.path["id"], call.body or {}, call.fault))}


def delete_ssh_key(account, call):
    account.store("ssh_keys").delete(call.path["id"])
    return {"success": True}


def list_env_vars(account, call):
    return {"success": True, "secrets": account.store("env_vars").rows()}


def create_env_var(account, call):
    account.store("env_vars").create(call.body or {}, call.fault)
    return {"success": True, "msg": "created"}


def update_env_var(account, call):
    account.store("env_vars").update(call.body or {}, call.fault)
    return {"success": True, "msg": "updated"}


def delete_env_var(account, call):
    account.store("env_vars").delete(call.body or {})
    return {"success": True, "msg": "deleted"}


def list_templates(account, call):
    """Return the user's own templates, unless the key lacks the scope or the path does not exist."""
    if account.settings.own_templates == "forbidden":
        raise Refusal(403, "")
    if account.settings.own_templates == "unknown":
        raise Refusal(404, f"no such path: {LIST_OF_TEMPLATES}")
    templates = account.store("templates")
    return {"templates": [templates.view(record, listed=True) for record in templates.readable()]}


def search_templates(account, call):
    filters = search_filters(call.query.get("select_filters"), call.query.get("select_cols"))
    rows = account.store("templates").search(filters)
    return {"success": True, "templates_found": len(rows), "templates": rows}


def create_template(account, call):
    templates = account.store("templates")
    row = templates.view(templates.create(call.body, call.fault))
    message = f"Template Created Successfully! New Template ID: {row['id']}"
    return {"success": True, "msg": message, "template": {key: row[key] for key in ("id", "hash_id", "name")}}


def update_template(account, call):
    templates = account.store("templates")
    return edited_template(templates, templates.update(call.body, call.fault))


def edit_template(account, call):
    templates = account.store("templates")
    return edited_template(templates, templates.edit(call.body, call.fault))


def edited_template(templates, record):
    row = templates.view(record)
    return {"success": True, "template": {key: row[key] for key in ("id", "hash_id")}}


def former_template(account, call):
    """Return the current fields of the template that a request edits, or None for other requests."""
    record = account.store("templates").find((call.body or {}).get("id"))
    return record and record.spec


def delete_template(account, call):
    account.store("templates").delete(call.body)
    return {"success": True, "msg": "Template deleted"}


def deleted(account, released):
    """Return the workers that were deleted and those that were not."""
    failed = account.settings.failed_workers
    done = [number for number in released if number not in failed]
    message = f"deleted with {len(done)} workers, {len(failed)} failed"
    return {"success": True, "deleted_workers": done, "failed_workers": failed, "msg": message}


def error_body(status, reason, message):
    if status == 429 and reason == UNKNOWN:
        return {"detail": message}
    return {"success": False, "error": reason, **({"msg": message} if message else {})}


VAST = Provider(
    name="vast",
    title="Vast.ai",
    openapi=Path(__file__).with_name("openapi.yaml"),
    store_types={
        "endpoints": Endpoints,
        "workergroups": Workergroups,
        "instances": Instances,
        "offers": Offers,
        "users": Users,
        "ssh_keys": SshKeys,
        "env_vars": EnvVars,
        "templates": Templates,
    },
    operations={
        "endpoint.list": list_endpoints,
        "endpoint.create": create_endpoint,
        "endpoint.get": get_endpoint,
        "endpoint.update": update_endpoint,
        "endpoint.delete": delete_endpoint,
        "workergroup.list": list_workergroups,
        "workergroup.create": create_workergroup,
        "workergroup.update": update_workergroup,
        "workergroup.delete": delete_workergroup,
        "worker.list": autoscaler.list_workers,
        "worker.list_of_group": autoscaler.list_workers_of_group,
        "worker.roll": autoscaler.roll_workers,
        "log.endpoint": autoscaler.endpoint_log,
        "log.workergroup": autoscaler.workergroup_log,
        "log.autogroup": autoscaler.autogroup_log,
        **instance_app.OPERATIONS,
        "offer.list": list_offers,
        "gpu_name.list": list_gpu_names,
        "user.get": get_user,
        "ssh_key.list": list_ssh_keys,
        "ssh_key.create": create_ssh_key,
        "ssh_key.update": update_ssh_key,
        "ssh_key.delete": delete_ssh_key,
        "env_var.list": list_env_vars,
        "env_var.create": create_env_var,
        "env_var.update": update_env_var,
        "env_var.delete": delete_env_var,
        "template.list": list_templates,
        "template_search.list": search_templates,
        "template.create": create_template,
        "template.update": update_template,
        "template.edit": edit_template,
        "template.delete": delete_template,
    },
    reasons={400: "invalid_args", 401: "auth_error", 403: "forbidden", 404: "not_found"},
    error_body=error_body,
    container=clients.respond,
    worker_fault="failed_state",
    bad_key="Invalid user key",
    bad_key_statuses={"offer.list": 404},
    intervals={
        "endpoint.list": 3.0,
        "endpoint.get": 3.0,
        "endpoint.create": 4.0,
        "endpoint.update": 2.0,
        "endpoint.delete": 3.0,
        "workergroup.list": 2.0,
        "workergroup.create": 4.0,
        "workergroup.update": 2.0,
        "workergroup.delete": 3.0,
        **instance_app.INTERVALS,
        "ssh_key.list": 1.0,
        "ssh_key.create": 1.0,
        "ssh_key.update": 1.0,
        "ssh_key.delete": 1.0,
        "env_var.list": 5.0,
        "env_var.create": 3.0,
        "env_var.update": 3.0,
        "env_var.delete": 3.0,
        "template_search.list": 3.0,
    },
    allowances={"offer.list": (10, 60.0)},
    penalties=instance_app.PENALTIES,
    by_body=instance_app.BY_BODY,
    former=former_template,
)
