# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of renting and operating instances of Vast.ai: what the simulator accepts, refuses, plays and bills."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.simulator.page import show

IMAGE = "registry.example.org/batch:3"


@pytest.fixture(name="rent")
def _rent(vast, vast_account):
    """Return a function that rents an offer, by default the first of the catalog, and returns the response."""
    vast_account.settings.set(row_lag=0, start_lag=0)

    def rent(offer=12000000, **fields):
        return vast.call("PUT", f"/asks/{offer}/", {"image": IMAGE, "disk": 64, **fields})

    return rent


@pytest.fixture(name="rented")
def _rented(rent, clock):
    """Return a function that rents an offer, waits until the instance is running, and returns its ID."""

    def rented(**fields):
        response = rent(**fields)
        assert response.status_code == 200, response.text
        clock.advance(1)
        return response.json()["new_contract"]

    return rented


def row(vast, instance):
    return vast.ok("GET", f"/instances/{instance}/")["instances"]


def statuses(vast, instance):
    found = row(vast, instance)
    return [found[key] for key in ("actual_status", "intended_status", "cur_state", "next_state")]


def listed(vast, **query):
    text = urlencode({name: json.dumps(value) for name, value in query.items()})
    return vast.call("GET", f"/instances/?{text}", base=vast.base.replace("/v0", "/v1"))


def manage(vast, instance, **body):
    return vast.call("PUT", f"/instances/{instance}/", body)


def course(vast, clock, instance, steps):
    """Return the statuses of an instance during its next second."""
    found = []
    for _step in range(steps + 1):
        clock.advance(0.5 / steps)
        found.append(row(vast, instance)["actual_status"])
        clock.advance(0.5 / steps)
    return found


def test_a_rented_instance_goes_through_its_statuses(vast, vast_account, rent, clock):
    response = rent(label="batch-1", env={"MODE": "nightly", "-p 8080:8080": "1"}, runtype="ssh_direct").json()
    instance = response["new_contract"]
    assert course(vast, clock, instance, 3) == [None, "created", "loading", "running"]
    found = row(vast, instance)
    assert (found["label"], found["image_uuid"], found["disk_space"]) == ("batch-1", IMAGE, 64.0)
    assert (found["image_runtype"], found["machine_id"]) == ("ssh_direc ssh_proxy", 3000)
    assert found["extra_env"] == [["MODE", "nightly"], ["-p 8080:8080", "1"]]
    assert found["instance_api_key"] == response["instance_api_key"]
    assert (found["public_ipaddr"][-1], json.loads(found["ssh_keys"])) == ("\n", [])
    [request] = [request for request in vast_account.requests if request["operation"] == "instance.create"]
    assert request["status"] == 200


def test_ports_are_random_and_only_on_running_instances(vast, rent, clock):
    env = {"-p 8000:8000": "1", "-p 9000:9000/udp": "1", "-p 70000:70000": "1"}
    instance = rent(12000007, env=env).json()["new_contract"]
    assert row(vast, instance)["ports"] is None
    clock.advance(1)
    ports = row(vast, instance)["ports"]
    [(same, mapped)] = [(name, hosts) for name, hosts in ports.items() if name not in ("8000/tcp", "9000/udp")]
    assert same == f"{mapped[0]['HostPort']}/tcp"
    assert ports["8000/tcp"][0]["HostPort"].isdecimal() and ports["8000/tcp"][0]["HostPort"] != "8000"
    manage(vast, instance, state="stopped")
    clock.advance(1)
    assert row(vast, instance)["ports"] is None
    manage(vast, instance, state="running")
    clock.advance(1)
    assert row(vast, instance)["ports"].keys() >= {"8000/tcp", "9000/udp"}
    assert row(vast, instance)["ports"]["8000/tcp"] != ports["8000/tcp"]


def test_a_machine_without_direct_ports_opens_none(vast, rented):
    found = row(vast, rented(offer=12000000, env={"-p 8000:8000": "1"}))
    assert (found["ports"], found["direct_port_start"], found["direct_port_end"]) == (None, -1, -1)


@pytest.mark.parametrize(
    "fields",
    [
        {"image": None},
        {"disk": 7},
        {"label": "x" * 257},
        {"env": ["MODE=nightly"]},
        {"env": {"N" * 257: "1"}},
        {"env": {"N": "1" * 257}},
        {"env": {"N": 1}},
        {"env": {f"-p {port}:{port}": "1" for port in range(65)}},
        {"env": {f"N{number}": "x" * 250 for number in range(140)}},
        {"onstart": "x" * 4049},
        {"onstart": "x" * 4000, "args_str": "y" * 97},
        {"runtype": "docker"},
        {"template_id": 7},
        {"vm": True},
        {"price": 0},
        {"price": 129},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_invalid_requests_rent_nothing(vast, rent, fields):
    assert rent(**fields).status_code == 400
    assert listed(vast).json()["instances"] == []


def test_a_text_as_env_is_accepted_and_not_applied(vast, rented):
    assert row(vast, rented(env="-e MODE=nightly"))["extra_env"] == []


def test_a_request_replaces_the_scalars_of_its_template_and_joins_its_env(vast, vast_account, rented, rent):
    template = vast_account.store("templates").seed(
        {"name": "batch", "image": "docker.io/batch", "tag": "2", "env": "-e A=1 -e B=2 -p 80:80", "onstart": "run"}
    )
    assert rent(template_hash_id="0f3a").status_code == 404
    found = row(vast, rented(image=None, template_hash_id=template["hash_id"], env={"B": "3"}, onstart="go"))
    assert (found["image_uuid"], found["onstart"], found["template_name"]) == ("docker.io/batch:2", "go", "batch")
    assert found["extra_env"] == [["A", "1"], ["B", "3"], ["-p 80:80", "1"]]


@pytest.mark.parametrize("status", [400, 404, 410])
def test_an_offer_can_be_used_once_until_its_instance_is_deleted(vast, vast_account, rented, rent, status):
    vast_account.settings.set(no_such_ask_status=status)
    search = {"ask_contract_id": {"eq": 12000000}, "gpu_name": {"eq": "RTX 4090"}}
    vast_account.settings.set(numeric_filters="honored", single_offer="list")
    assert len(vast.ok("POST", "/bundles/", search)["offers"]) == 1
    instance = rented()
    assert vast.ok("POST", "/bundles/", search)["offers"] == []
    refused = rent()
    message = "no_such_ask: 12000000 cannot be rented any more"
    assert refused.status_code == status
    assert refused.json() == {"success": False, "error": "invalid_args", "msg": message}
    vast_account.settings.set(no_such_ask_in="error")
    assert rent().json()["error"] == "no_such_ask"
    vast.ok("DELETE", f"/instances/{instance}/")
    assert len(vast.ok("POST", "/bundles/", search)["offers"]) == 1
    assert rent().status_code == 200


def test_an_offer_that_a_search_returns_can_be_gone(vast, vast_account, rent):
    vast_account.settings.set(stale_offers=1, numeric_filters="honored")
    assert "no_such_ask" in rent().json()["msg"]
    found = vast.ok("POST", "/bundles/", {"ask_contract_id": {"eq": 12000000}})["offers"]
    assert found["id"] == 12000000
    assert rent().status_code == 404
    assert rent(12000007).status_code == 200


def test_a_refusal_can_contain_an_instance(vast, vast_account, rent, clock):
    vast_account.settings.set(billed_refusals=1)
    refused = rent(label="batch-1")
    assert (refused.status_code, refused.json()["success"], refused.json()["error"]) == (400, False, "invalid_args")
    clock.advance(1)
    assert statuses(vast, refused.json()["new_contract"]) == ["stopped"] * 4
    assert row(vast, refused.json()["new_contract"])["label"] == "batch-1"


def test_a_lost_response_leaves_an_instance_that_costs_money(vast, vast_account, rent, clock):
    vast_account.fault("instance.create", "reset", when="after")
    with pytest.raises(requests.ConnectionError):
        rent(label="batch-1")
    clock.advance(1)
    [found] = listed(vast).json()["instances"]
    [resource] = show(vast_account)["resources"]
    assert (resource["name"], resource["hourly_cost"]) == ("batch-1", found["dph_total"])


def test_the_list_can_lack_a_new_instance_that_a_get_returns(vast, vast_account, rent, clock):
    vast_account.settings.set(row_lag=60)
    instance = rent(label="batch-1").json()["new_contract"]
    clock.advance(59)
    assert listed(vast).json()["instances"] == [] and row(vast, instance)["label"] == "batch-1"
    clock.advance(1)
    assert len(listed(vast).json()["instances"]) == 1


def test_the_list_is_filtered_and_sorted_by_stored_columns(vast, vast_account):
    for number, label in enumerate(("a", "b", "a")):
        vast_account.store("instances").seed({"id": 100 + number, "label": label})
    page = listed(vast, select_filters={"label": {"eq": "a"}}).json()
    assert [found["id"] for found in page["instances"]] == [100, 102]
    assert (page["total_instances"], page["label_counts"]) == (2, {"a": 2})
    page = listed(vast, select_filters={"label": {"in": ["b", "c"]}}).json()
    assert [found["id"] for found in page["instances"]] == [101]
    order = [{"col": "label", "dir": "desc"}]
    page = listed(vast, order_by=order).json()
    assert [found["id"] for found in page["instances"]] == [101, 100, 102]
    for query in (
        {"select_filters": {"dph_total": {"lt": 1}}},
        {"select_filters": {"num_gpus": {"eq": 1}}},
        {"select_filters": {"label": "a"}},
        {"select_filters": {"label": {"like": "a"}}},
        {"order_by": [{"col": "dph_total"}]},
    ):
        assert listed(vast, **query).json()["error"] == "invalid_request", query


def test_power(vast, rented, clock):
    instance = rented()
    assert manage(vast, instance, state="stopped").json() == {"success": True}
    assert statuses(vast, instance) == ["running", "stopped", "stopped", "stopped"]
    clock.advance(1)
    assert statuses(vast, instance) == ["stopped"] * 4
    assert vast.call("PUT", f"/instances/reboot/{instance}/", {}).status_code == 400
    manage(vast, instance, state="running")
    assert course(vast, clock, instance, 2) == ["created", "loading", "running"]
    vast.ok("PUT", f"/instances/reboot/{instance}/", {})
    assert course(vast, clock, instance, 1) == ["rebooting", "running"]
    vast.ok("DELETE", f"/instances/{instance}/")
    assert row(vast, instance) is None
    gone = vast.call("DELETE", f"/instances/{instance}/")
    assert (gone.status_code, gone.json()["error"]) == (404, "no_such_instance")
    assert manage(vast, instance, state="running").json()["error"] == "no_such_instance"


def test_a_get_of_a_missing_instance_can_be_an_error(vast, vast_account):
    vast_account.settings.set(missing_instance="not_found")
    assert vast.call("GET", "/instances/4711/").status_code == 404


def test_the_old_status_remains_after_a_start(vast, vast_account, clock):
    vast_account.settings.set(start_lag=46)
    instance = vast_account.store("instances").seed({"actual_status": "exited", "intended_status": "stopped"})["id"]
    manage(vast, instance, state="running")
    clock.advance(45)
    assert statuses(vast, instance) == ["exited", "running", "running", "running"]
    clock.advance(2)
    assert statuses(vast, instance)[0] == "running"


@pytest.mark.parametrize("status", [200, 400])
def test_a_start_can_be_queued_until_the_machine_is_free(vast, vast_account, rented, clock, status):
    instance = rented()
    manage(vast, instance, state="stopped")
    clock.advance(1)
    vast_account.settings.set(free_machines=False, queued_start_status=status)
    queued = manage(vast, instance, state="running")
    assert (queued.status_code, queued.json()["success"]) == (status, False)
    assert queued.json()["msg"] == "Required resources are currently unavailable, state change queued"
    clock.advance(3600)
    assert statuses(vast, instance) == ["stopped", "running", "stopped", "running"]
    manage(vast, instance, state="stopped")
    vast_account.settings.set(free_machines=True)
    clock.advance(3600)
    assert statuses(vast, instance) == ["stopped"] * 4
    vast_account.settings.set(free_machines=False)
    manage(vast, instance, state="running")
    vast_account.settings.set(free_machines=True)
    assert course(vast, clock, instance, 2) == ["created", "loading", "running"]


def test_without_a_free_machine_a_create_is_refused_or_queued(vast, vast_account, rent, clock):
    vast_account.settings.set(free_machines=False)
    refused = rent()
    assert (refused.status_code, refused.json()["error"]) == (410, "no_such_ask")
    instance = rent(cancel_unavail=False).json()["new_contract"]
    clock.advance(1)
    assert statuses(vast, instance) == ["stopped", "running", "stopped", "running"]


def test_a_higher_bid_stops_an_interruptible_instance(vast, vast_account, rented, clock):
    instance = rented(price=0.5)
    found = row(vast, instance)
    assert (found["is_bid"], found["dph_base"], found["actual_status"]) == (True, 0.5, "running")
    vast_account.store("instances").change(instance, {"min_bid": 0.6})
    assert statuses(vast, instance) == ["stopped"] * 4
    manage(vast, instance, state="running")
    clock.advance(1)
    assert statuses(vast, instance) == ["stopped"] * 4
    vast.ok("PUT", f"/instances/bid_price/{instance}/", {"price": 0.7})
    manage(vast, instance, state="running")
    clock.advance(1)
    assert statuses(vast, instance) == ["running"] * 4
    refused = vast.call("PUT", f"/instances/bid_price/{instance}/", {"price": 129})
    assert refused.json()["error"] == "invalid_price"


def test_only_interruptible_instances_have_a_bid(vast, rented):
    assert vast.call("PUT", f"/instances/bid_price/{rented()}/", {"price": 0.7}).status_code == 400


def test_without_credit_nothing_is_rented_and_nothing_runs(vast, vast_account, rented, rent):
    instance = rented()
    vast_account.settings.set(credit=0)
    refused = rent(12000007)
    assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_credit")
    assert statuses(vast, instance) == ["stopped"] * 4
    assert manage(vast, instance, state="running").json()["error"] == "missing_billing"


def test_a_stopped_instance_costs_its_disk(vast, vast_account, rented, clock):
    instance = rented()
    found = row(vast, instance)
    assert found["dph_total"] == pytest.approx(found["dph_base"] + found["storage_total_cost"])

    def cost():
        return show(vast_account)["cost"]

    assert cost() == found["dph_total"]
    manage(vast, instance, state="stopped")
    assert cost() == found["dph_total"]
    clock.advance(1)
    assert cost() == found["storage_total_cost"] > 0
    vast.ok("DELETE", f"/instances/{instance}/")
    assert not cost()


def test_a_label_has_a_length(vast, rented):
    instance = rented()
    assert manage(vast, instance, label="x" * 1024).status_code == 200
    assert manage(vast, instance, label="x" * 1025).json()["error"] == "label_too_long"
    assert row(vast, instance)["label"] == "x" * 1024
    for body in ({}, {"label": "a", "state": "running"}, {"state": "paused"}, {"disk": 9}):
        assert manage(vast, instance, **body).status_code == 400, body


def test_a_recycle_applies_an_update_of_the_template(vast, rented, clock):
    instance = rented(offer=12000007, env={"A": "1", "-p 80:80": "1"})
    ports = row(vast, instance)["ports"]
    vast.ok("PUT", f"/instances/update_template/{instance}/", {"id": instance, "image": "docker.io/batch:4"})
    assert row(vast, instance)["image_uuid"] == IMAGE
    vast.ok("PUT", f"/instances/recycle/{instance}/", {})
    assert course(vast, clock, instance, 1) == ["loading", "running"]
    found = row(vast, instance)
    assert (found["image_uuid"], found["ports"], found["extra_env"][0]) == ("docker.io/batch:4", ports, ["A", "1"])


def test_the_storage_of_a_log_refuses_the_key_and_lets_the_reader_wait(vast, rented):
    instance = rented(env={"TOKEN": "canary-secret-0001"})
    url = vast.ok("PUT", f"/instances/request_logs/{instance}/", {"tail": "1000"})["result_url"]
    assert vast.session.get(url, timeout=60).status_code == 400
    found = [requests.get(url, timeout=60) for _read in range(3)]
    assert [response.status_code for response in found] == [403, 403, 200]
    assert "canary-secret-0001" in found[-1].text
    last = vast.ok("PUT", f"/instances/request_logs/{instance}/", {"tail": "1", "daemon_logs": "true"})["result_url"]
    assert [requests.get(last, timeout=60).text for _read in range(3)][-1] == f"instance {instance}: running"


@pytest.mark.parametrize(
    ("error", "message", "status"),
    [
        ("loading", "Error response from daemon: manifest unknown", "loading"),
        ("created", "OCI runtime create failed", "created"),
        ("offline", "", "offline"),
        ("FAILED", "failed to pull the image", "exited"),
    ],
)
def test_an_instance_can_fail(vast, vast_account, rent, clock, error, message, status):
    vast_account.fault("instance.create", "failed_state", error=error, message=message)
    instance = rent().json()["new_contract"]
    clock.advance(3600)
    found = row(vast, instance)
    assert (found["actual_status"], found["status_msg"], found["intended_status"]) == (status, message, "running")


@pytest.mark.parametrize(
    ("operation", "path"),
    [("instance.start", ""), ("instance.reboot", "reboot/"), ("instance.recycle", "recycle/")],
)
def test_each_operation_on_an_instance_can_be_ignored(vast, vast_account, rented, operation, path):
    instance = rented()
    if not path:
        vast_account.store("instances").change(instance, {"actual_status": "stopped"})
    before = statuses(vast, instance)
    vast_account.fault(operation, "ignore")
    vast.ok("PUT", f"/instances/{path}{instance}/", {} if path else {"state": "running"})
    assert statuses(vast, instance) == before


def test_a_fault_hits_only_the_operation_that_the_body_states(vast, vast_account, rented):
    instance = rented()
    vast_account.fault("instance.stop", "status", status=500)
    vast_account.fault("instance.set_label", "ignore", fields=["label"])
    assert manage(vast, instance, label="batch-2").status_code == 200
    assert row(vast, instance)["label"] is None
    assert manage(vast, instance, state="running").status_code == 200
    assert manage(vast, instance, state="stopped").status_code == 500


def test_writes_can_be_duplicated_clipped_and_without_effect(vast, vast_account, rent, clock):
    vast_account.fault("instance.create", "duplicate")
    instance = rent(label="batch-1").json()["new_contract"]
    assert [found["label"] for found in listed(vast).json()["instances"]] == ["batch-1", "batch-1"]
    vast_account.fault("instance.create", "clip", field="disk", value=8)
    vast_account.fault("instance.create", "ignore", fields=["label", "env"])
    clipped = row(vast, rent(12000007).json()["new_contract"])
    assert clipped["disk_space"] == 8
    ignored = row(vast, rent(12000014, label="batch-2", env={"A": "1"}).json()["new_contract"])
    assert (ignored["label"], ignored["extra_env"]) == (None, [])
    clock.advance(1)
    vast_account.fault("instance.delete", "ignore")
    vast.ok("DELETE", f"/instances/{instance}/")
    assert row(vast, instance)["actual_status"] == "running"


def test_a_console_can_change_and_hold_a_status(vast, vast_account, clock):
    store = vast_account.store("instances")
    instance = store.seed({"actual_status": "loading"})["id"]
    held = store.seed({"actual_status": "loading", "hold": True})["id"]
    failed = store.seed({"actual_status": "created", "status_msg": "OCI runtime create failed"})["id"]
    clock.advance(3600)
    assert [row(vast, number)["actual_status"] for number in (instance, held, failed)] == [
        "running",
        "loading",
        "created",
    ]
    store.change(instance, {"actual_status": "offline"})
    assert statuses(vast, instance) == ["offline", "running", "running", "running"]
    store.change(instance, {"actual_status": "stopped"})
    assert statuses(vast, instance) == ["stopped"] * 4


def test_a_worker_can_be_deleted_and_another_one_replaces_it(vast, clock):
    endpoint = vast.endpoint()
    vast.group(endpoint)
    clock.advance(2)
    [worker] = listed(vast).json()["instances"]
    assert row(vast, worker["id"])["label"] == worker["label"]
    assert manage(vast, worker["id"], state="stopped").status_code == 403
    vast.ok("DELETE", f"/instances/{worker['id']}/")
    [successor] = listed(vast).json()["instances"]
    assert (successor["id"] != worker["id"], successor["label"]) == (True, worker["label"])


def test_an_early_create_is_refused_for_longer(vast_account, rent, clock):
    vast_account.settings.set(rate_limits="documented")
    assert rent().status_code == 200
    assert rent(12000007).status_code == 429
    clock.advance(4.6)
    assert rent(12000007).status_code == 429
    clock.advance(12)
    assert rent(12000007).status_code == 200
