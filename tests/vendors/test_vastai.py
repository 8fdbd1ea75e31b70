# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's command-line client and the modules with the same account of the simulator."""

from __future__ import annotations

import ast
import json
import pathlib

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import VAST_ENDPOINT, VAST_ENV_VAR, VAST_SSH_KEY

TASK = {**VAST_ENDPOINT.task, "endpoint_state": "active"}
NAME = TASK["name"]

# A program that sends a request to an endpoint.
CLIENT = pathlib.Path(__file__).with_name("vast_request.py")

# The values that "create endpoint" sends if only the name is given.
DEFAULTS = {
    "min_load": 0,
    "min_cold_load": 0,
    "target_util": 0.9,
    "cold_mult": 2.5,
    "cold_workers": 5,
    "max_workers": 20,
}


class Vastai:
    """The vendor's command. It always exits with 0, and prints errors to standard error."""

    def __init__(self, fenced, cloud):
        self.fenced = fenced
        self.connection = ("--url", cloud.url("vast"), "--api-key", cloud.key, "--raw")

    def run(self, command, *arguments, **options):
        """Run one of its commands, with options such as ``max_workers=7``."""
        given = [word for name, value in options.items() for word in (f"--{name}", value)]
        done = self.fenced("vastai", *self.connection, *command.split(), *arguments, *given)
        assert done.returncode == 0, done.stderr
        return done

    def ok(self, command, *arguments, **options):
        """Run a command that must succeed, and return its output."""
        done = self.run(command, *arguments, **options)
        assert not done.stderr, done.stderr
        if done.stdout[0] in "[{":
            return json.loads(done.stdout)
        # Some commands print a sentence that ends with a Python dictionary.
        return ast.literal_eval(done.stdout[done.stdout.index("{") :])

    def refused(self, command, *arguments, **options):
        """Run a command that must fail, and return the status and the message."""
        error = json.loads(self.run(command, *arguments, **options).stderr)
        return error["status_code"], error["msg"]

    def endpoint(self):
        """Return the only existing endpoint."""
        [row] = self.ok("show endpoints")
        return row


@pytest.fixture(name="vastai")
def _vastai(fenced, cloud, home):
    # Without this file, the command downloads the list from the vendor at every start.
    names = home / ".cache" / "vastai" / "gpu_names_cache.json"
    names.parent.mkdir(parents=True, exist_ok=True)
    names.write_text('{"gpu_names": []}', encoding="utf-8")
    return Vastai(fenced, cloud)


@pytest.fixture(name="module")
def _module(cloud):
    """Return a function that runs vast_endpoint."""
    return _runner(cloud, "vast_endpoint")


@pytest.fixture(name="workergroup")
def _workergroup(cloud):
    """Return a function that runs vast_workergroup for the endpoint."""
    run = _runner(cloud, "vast_workergroup")
    return lambda **options: run(**{"endpoint": NAME, **options})


def _runner(cloud, name):
    def run(check=False, **options):
        addresses = {"autoscaler_url": cloud.url("vast-autoscaler")}
        return cloud.run(name, {**addresses, **options}, check)

    return run


def wire(options):
    """Return options as the provider's fields."""
    return {"endpoint_name" if option == "name" else option: value for option, value in options.items()}


def test_the_command_shows_an_endpoint_that_the_module_creates(module, vastai):
    created = module(**TASK).ok(changed=True)
    shown = vastai.endpoint()
    assert (str(shown["id"]), shown["endpoint_state"]) == (created["id"], created["endpoint"]["status"])
    assert wire(TASK).items() <= shown.items()
    assert wire(created["endpoint"]["spec"]).items() <= shown.items()


def test_the_module_reports_and_repairs_changes_by_the_command(module, vastai):
    endpoint = module(**TASK).ok()["id"]
    changes = {"max_workers": 7, "inactivity_timeout": 60, "endpoint_state": "stopped"}
    assert vastai.ok("update endpoint", endpoint, **changes)["success"]
    planned = module(**TASK, check=True).ok(changed=True)["plan"]
    assert [(step["action"], set(step["fields"])) for step in planned] == [("update", set(changes))]
    assert changes.items() <= vastai.endpoint().items()
    assert module(**TASK).ok(changed=True)["plan"] == planned
    assert wire(TASK).items() <= vastai.endpoint().items()
    module(**TASK).ok(changed=False)


@pytest.mark.parametrize(("by", "empty_list_400"), [("name", True), ("id", False)])
def test_the_module_adopts_and_deletes_an_endpoint_of_the_command(cloud, module, vastai, by, empty_list_400):
    cloud.account("vast").settings.set(empty_list_400=empty_list_400)
    endpoint = str(vastai.ok("create endpoint", endpoint_name=NAME)["result"])
    reference = {"name": NAME, "id": endpoint}[by]
    adopted = module(**{by: reference}, **DEFAULTS).ok(changed=False)
    assert (adopted["id"], adopted["endpoint"]["spec"]["name"]) == (endpoint, NAME)
    module(**{by: reference}, max_workers=3).ok(changed=True)
    assert wire({**DEFAULTS, "name": NAME, "max_workers": 3}).items() <= vastai.endpoint().items()
    module(**{by: reference}, state="absent").ok(changed=True)
    if empty_list_400:
        assert vastai.refused("show endpoints") == (400, "No endpoints for user found")
    else:
        assert vastai.ok("show endpoints") == []


def test_an_endpoint_that_the_command_deletes_is_absent(module, vastai):
    endpoint = module(**TASK).ok()["id"]
    assert vastai.ok("delete endpoint", endpoint)["success"]
    assert vastai.refused("delete endpoint", endpoint) == (400, "Routegroup not found for user")
    module(name=NAME, state="absent").ok(changed=False)
    assert module(**TASK, check=True).ok(changed=True)["plan"][0]["action"] == "create"


def test_the_module_waits_for_shows_and_deletes_workers_of_the_commands_workergroup(module, vastai):
    endpoint = module(**TASK).ok()["id"]
    vastai.ok("create workergroup", endpoint_id=endpoint, template_hash="4e17788f74f075dd9aab7d0d4427968f")
    ready = module(**TASK, wait_for_workers=1).ok(changed=False)
    shown = [(str(worker["id"]), worker["status"]) for worker in vastai.ok("get endpt-workers", endpoint)]
    assert shown == [(worker["id"], worker["status"]) for worker in ready["endpoint"]["workers"]]
    assert shown[0][0] in vastai.ok("get endpt-logs", endpoint)["info1"]
    deleted = module(name=NAME, state="absent").ok(changed=True)
    assert deleted["deleted_workers"] == [worker for worker, _status in shown]
    assert vastai.ok("show workergroups") == []


TEMPLATE = "4e17788f74f075dd9aab7d0d4427968f"
# The conditions that the command adds to a filter, and a filter that a person would write.
ADDED = "verified=True rentable=True rented=False"
QUERY = (
    "gpu_name in [RTX_4090,RTX_5090] num_gpus>=2 gpu_ram>=23.5 dph<0.6 duration>0.5 reliability > 0.98 "
    "driver_version>=535.129.3"
)


def test_a_worker_of_the_module_responds_to_the_python_client(cloud, fenced, module, workergroup):
    cloud.account("vast").settings.set(endpoints_respond=True)
    module(name=NAME, cold_workers=1, min_load=1)
    workergroup(template_hash=TEMPLATE, search_params=QUERY)
    endpoint = module(name=NAME, wait_for="active", return_api_key=True).ok(changed=False)["endpoint"]
    given = (NAME, endpoint["id"], endpoint["api_key"], "/v1/audio/speech", '{"input": "Hi"}')
    done = fenced(CLIENT, cloud.url("vast-autoscaler"), *given)
    assert (done.returncode, json.loads(done.stdout or "null")) == (0, {"input": "Hi"}), done.stderr


def test_a_workergroup_of_the_command_matches_the_task(module, workergroup, vastai):
    endpoint = module(**TASK).ok()["id"]
    created = vastai.ok(
        "create workergroup", endpoint_id=endpoint, template_hash=TEMPLATE, search_params=QUERY, gpu_ram=24
    )
    adopted = workergroup(template_hash=TEMPLATE, search_params=f"{QUERY} {ADDED}", gpu_ram=24).ok(changed=False)
    assert adopted["id"] == str(created["id"])
    workergroup(**adopted["workergroup"]["spec"]).ok(changed=False)


def test_the_module_and_the_command_send_the_same_filter(cloud, module, workergroup, vastai):
    endpoint = module(**TASK).ok()["id"]
    vastai.ok("create workergroup", endpoint_id=endpoint, template_hash=TEMPLATE, search_params=QUERY)
    [theirs] = vastai.ok("show workergroups")
    workergroup(state="absent").ok(changed=True)
    workergroup(template_hash=TEMPLATE, search_params=f"{QUERY} {ADDED}").ok(changed=True)
    [ours] = vastai.ok("show workergroups")
    assert ours["search_query"] == theirs["search_query"]


def test_the_module_reports_and_repairs_an_update_by_the_command(module, workergroup, vastai):
    endpoint = module(**TASK).ok()["id"]
    task = {"template_hash": TEMPLATE, "search_params": QUERY, "launch_args": "--disk 64"}
    group = workergroup(**task).ok(changed=True)["id"]
    vastai.ok("update workergroup", group, endpoint_id=endpoint, template_hash="0f3a", search_params="num_gpus=1")
    repaired = workergroup(**task).ok(changed=True)
    assert {"template_hash", "search_params.num_gpus", "search_params.gpu_ram"} <= set(repaired["plan"][0]["fields"])
    workergroup(**task).ok(changed=False)


def test_the_module_starts_and_cancels_an_update_of_workers_like_the_command(cloud, module, workergroup, vastai):
    module(**TASK).ok()
    group = workergroup(template_hash=TEMPLATE, search_params=QUERY).ok(changed=True)["id"]
    sent = []
    for command, update_workers in (("update workers", "always"), ("update workers --cancel", "cancel")):
        vastai.ok(command, group)
        workergroup(update_workers=update_workers).ok(changed=True)
        sent += [
            request["body"] for request in cloud.account("vast").requests if request["operation"] == "worker.roll"
        ][-2:]
    without_key = [{key: value for key, value in body.items() if key != "api_key"} for body in sent]
    assert without_key[::2] == without_key[1::2]


SEARCH = {"gpu_name": {"in": ["RTX 4090", "RTX 5090"]}, "num_gpus": {"eq": 1}}


@pytest.mark.parametrize("numeric_filters", ["leaky", "honored"])
def test_the_command_finds_the_offers_of_the_simulator(cloud, vastai, numeric_filters):
    account = cloud.account("vast")
    account.settings.set(numeric_filters=numeric_filters)
    found = vastai.ok("search offers", "gpu_name in [RTX_4090,RTX_5090] num_gpus=1", order="dph_total", storage=64)
    expected = account.store("offers").search({**SEARCH, "external": {"eq": False}, "allocated_storage": 64})
    assert {row["id"]: row["dph_total"] for row in found} == {row["id"]: row["dph_total"] for row in expected}
    assert ({row["num_gpus"] for row in found} == {1}) is (numeric_filters == "honored")


def test_the_command_shows_the_user_of_the_simulator(cloud, vastai):
    user = cloud.account("vast").store("users").current()
    del user["api_key"]
    assert vastai.ok("show user") == user


def test_the_module_and_the_command_find_the_same_offers_at_the_same_prices(cloud, module, vastai):
    cloud.account("vast").settings.set(numeric_filters="honored")
    query = "gpu_name in [RTX_4090,RTX_5090] num_gpus=1"
    found = vastai.ok("search offers", query, order="dph_total", storage=64)
    conditions = f"{query} verified=true rentable=true rented=false external=false"
    offers = cloud.run("vast_offer_info", {"search_params": conditions, "disk": 64}).ok()["offers"]
    assert offers
    assert {offer["id"]: offer["hourly_price"] for offer in offers} == {
        str(row["id"]): row["dph_total"] for row in found
    }


def test_the_module_and_the_command_show_the_same_credit(cloud, vastai):
    account = cloud.run("vast_account_info", {}).ok()["account"]
    user = vastai.ok("show user")
    assert account["id"] == str(user["id"])
    assert [account[key] for key in ("credit", "balance", "can_pay")] == [
        user[key] for key in ("credit", "balance", "can_pay")
    ]


def test_the_module_and_the_command_manage_the_same_ssh_keys(cloud, vastai):
    key = VAST_SSH_KEY.task["public_key"]
    run = _runner(cloud, "vast_ssh_key")
    vastai.run("create ssh-key", f"{key} ops@build", "-y")
    found = run(public_key=key, comment="ops@build").ok(changed=False)
    run(public_key=key, comment="build server").ok(changed=True)
    [row] = vastai.ok("show ssh-keys")
    assert (str(row["id"]), row["public_key"]) == (found["id"], f"{key} build server")
    vastai.run("delete ssh-key", found["id"])
    run(public_key=key, state="absent").ok(changed=False)


def test_the_module_and_the_command_manage_the_same_variables(cloud, vastai):
    run = _runner(cloud, "vast_env_var")
    run(**VAST_ENV_VAR.task).ok(changed=True)
    assert list(vastai.ok("show env-vars", "-s")) == [VAST_ENV_VAR.task["name"]]
    vastai.run("update env-var", VAST_ENV_VAR.task["name"].lower(), "canary-secret-0003")
    [view] = cloud.account("vast").store("env_vars").views()
    assert view["value"] == "canary-secret-0003"
    run(**VAST_ENV_VAR.task).ok(changed=False)
    vastai.run("delete env-var", VAST_ENV_VAR.task["name"])
    run(name=VAST_ENV_VAR.task["name"], state="absent").ok(changed=False)


@pytest.fixture(name="template")
def _template(cloud):
    """Return a function that runs vast_template, and let a search honor its filters, on which the command relies."""
    cloud.account("vast").settings.set(template_search="honored")
    run = _runner(cloud, "vast_template")
    return lambda **options: run(**{"name": "tts-worker", **options})


DOCKER_OPTIONS = "-e MODEL='small model' -p 3000:3000 --shm-size=8g"
SOFTWARE = {
    "image": "registry.example.org/tts",
    "tag": "1.4",
    "envs": {"MODEL": "small model"},
    "ports": ["3000:3000"],
    "docker_options": "--shm-size=8g",
    "onstart": "entrypoint.sh",
    "recommended_disk_space": 64,
    "private": True,
}


def test_the_command_finds_a_template_of_the_module(template, vastai):
    created = template(**SOFTWARE).ok(changed=True)["template"]
    found = vastai.ok("search templates", f"hash_id={created['template_hash']}")
    [row] = [row for row in found if str(row["id"]) == created["id"]]
    assert (row["name"], row["image"], row["tag"], row["env"]) == (
        "tts-worker",
        SOFTWARE["image"],
        SOFTWARE["tag"],
        DOCKER_OPTIONS,
    )


def test_the_module_adopts_changes_and_deletes_a_template_of_the_command(cloud, template, vastai):
    software = {"image": SOFTWARE["image"], "image_tag": "1.4", "env": DOCKER_OPTIONS, "onstart-cmd": "entrypoint.sh"}
    vastai.run("create template", name="tts-worker", disk_space="64", search_params="num_gpus=1", **software)
    adopted = template(**SOFTWARE, extra_filters={"num_gpus": {"eq": 1}}).ok(changed=False)
    changed = template(tag="1.5").ok(changed=True)
    assert (changed["id"], changed["template"]["template_hash"] != adopted["template"]["template_hash"]) == (
        adopted["id"],
        True,
    )
    vastai.run("update template", changed["template"]["template_hash"], name="tts-worker", disk_space="8", **software)
    repaired = template(**SOFTWARE).ok(changed=True)
    assert "recommended_disk_space" in repaired["plan"][0]["fields"]
    template(state="absent").ok(changed=True)
    assert cloud.account("vast").store("templates").views() == []


def test_a_template_that_the_command_deletes_is_absent(template, vastai):
    created = template(**SOFTWARE).ok(changed=True)
    vastai.run("delete template", **{"template-id": created["id"]})
    template(state="absent").ok(changed=False)


@pytest.fixture(name="instance")
def _instance(cloud, vastai):
    """Rent an offer with the command, wait until the instance runs, and return its ID."""
    software = {"image": "registry.example.org/batch:3", "env": "-e MODE=nightly -p 8080:8080"}
    flags = ("--ssh", "--direct", "--cancel-unavail")
    created = vastai.ok("create instance", "12000007", *flags, label="batch-1", disk="64", **software)
    cloud.clock.sleep(2)
    return created["new_contract"]


def test_the_command_rents_shows_and_destroys_an_instance(cloud, vastai, instance):
    [listed] = vastai.ok("show instances", label="batch-1")
    assert (listed["id"], listed["actual_status"], listed["image_runtype"]) == (
        instance,
        "running",
        "ssh_direc ssh_proxy",
    )
    assert listed["extra_env"] == {"MODE": "nightly", "-p 8080:8080": "1"}
    assert vastai.ok("show instances", label="batch-2") == []
    shown = vastai.ok("show instance", instance)
    assert shown["ports"]["22/tcp"] and shown["ports"]["8080/tcp"]
    assert vastai.refused("create instance", "12000007", image="alpine")[0] == 404
    vastai.run("destroy instance", instance, "-y")
    assert vastai.ok("show instances") == []
    assert vastai.ok("show instance", instance) == {"instances": None}
    assert cloud.account("vast").store("instances").views() == []


def test_the_command_operates_an_instance(cloud, vastai, instance):
    def status():
        row = vastai.ok("show instance", instance)
        return row["actual_status"], row["intended_status"]

    for command, transition, last in (
        ("stop instance", ("running", "stopped"), ("stopped", "stopped")),
        ("start instance", ("stopped", "running"), ("running", "running")),
        ("reboot instance", ("rebooting", "running"), ("running", "running")),
        ("recycle instance", ("loading", "running"), ("running", "running")),
    ):
        assert vastai.run(command, instance).stdout
        assert status() == transition, command
        cloud.clock.sleep(2)
        assert status() == last, command
    vastai.run("label instance", instance, "batch-2")
    assert vastai.ok("show instance", instance)["label"] == "batch-2"


def test_the_command_prints_that_a_start_is_queued(cloud, vastai, instance):
    vastai.run("stop instance", instance)
    cloud.account("vast").settings.set(free_machines=False, queued_start_status=200)
    assert "state change queued" in vastai.run("start instance", instance).stdout


def test_the_command_prints_the_log_of_an_instance(vastai, instance):
    printed = vastai.run("logs", instance, tail="10")
    assert f"instance {instance}: running" in printed.stdout, printed.stderr


def test_the_command_changes_the_bid_and_the_template_of_an_instance(cloud, vastai):
    flags = {"image": "alpine", "bid_price": "0.9", "disk": "8"}
    instance = vastai.ok("create instance", "12000007", **flags)["new_contract"]
    cloud.clock.sleep(2)
    vastai.run("change bid", instance, price="0.95")
    assert vastai.ok("update instance", instance, image="alpine:3")["success"]
    vastai.run("recycle instance", instance)
    shown = vastai.ok("show instance", instance)
    assert (shown["is_bid"], shown["dph_base"], shown["image_uuid"]) == (True, 0.95, "alpine:3")
