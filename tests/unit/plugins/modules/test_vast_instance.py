# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only instances of Vast.ai have: offers, bids, queued starts, workers of endpoints, logs."""

from __future__ import annotations

import socket
import threading

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance_table import read_environment

from ...laws.resource_types import VAST_INSTANCE

BID = VAST_INSTANCE.task
NAME = BID["name"]
TASK = {option: value for option, value in BID.items() if option != "bid_price"}
ACCEPT = {"accept_data_loss": True}
STARTING = (None, "created", "loading", "rebooting")
DEAD = ("exited", "unknown", "offline")
STOPPED = (None, "created", "stopped", "frozen", *DEAD)


@pytest.fixture(name="vast")
def _vast(cloud):
    return Vast(cloud)


class Vast:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")
        self.store = self.account.store("instances")

    def set(self, **settings):
        self.account.settings.set(**settings)

    def run(self, check=False, **options):
        return self.cloud.run("vast_instance", {"name": NAME, **options}, check)

    def create(self, check=False, **options):
        return self.run(check, **{**TASK, **options})

    def by_id(self, instance_id, check=False, **options):
        return self.cloud.run("vast_instance", {"id": str(instance_id), **options}, check)

    def info(self, **options):
        return self.cloud.run("vast_instance_info", options)

    def seed(self, **wire):
        return str(self.store.seed({"label": NAME, **wire})["id"])

    def rows(self):
        return self.store.views()


def bodies(result, operation):
    return [request["body"] for request in result.requests if request["operation"] == operation]


# -- offers ----------------------------------------------------------------------------------------------------------


def test_the_plan_shows_the_offer_and_its_prices_before_anything_is_rented(vast):
    planned = vast.create(check=True).ok(changed=True)
    [step] = planned["plan"]
    assert step["offer_id"].isdigit() and step["hourly_price"] > 0
    assert {"storage_cost", "inet_down_cost", "inet_up_cost"} <= step.keys()
    assert planned.writes == []
    created = vast.create().ok(changed=True)
    assert created["plan"] == planned["plan"]
    assert created["instance"]["hourly_price"] == pytest.approx(step["hourly_price"], abs=1e-6)


def test_the_size_of_the_disk_is_part_of_the_search_and_of_the_price(vast):
    small, large = vast.create(check=True, disk=8), vast.create(check=True, disk=40)
    assert [body["allocated_storage"] for body in bodies(small, "offer.list")] == [8]
    assert small["plan"][0]["hourly_price"] < large["plan"][0]["hourly_price"]


def test_an_offer_is_searched_by_its_own_number(vast):
    offer = vast.create(check=True)["plan"][0]["offer_id"]
    task = {option: value for option, value in TASK.items() if option != "search_params"}
    created = vast.run(**task, offer_id=offer).ok(changed=True)
    assert bodies(created, "offer.list")[0]["ask_contract_id"] == {"eq": int(offer)}
    assert created["plan"][0]["offer_id"] == offer


def test_without_a_fitting_offer_nothing_is_rented_and_the_message_counts_the_rows(vast):
    vast.set(numeric_filters="leaky")
    failed = vast.create(search_params="gpu_name=RTX_4090 num_gpus=7 rentable=true rented=false")
    failed.failing("no offer that fits", "of which", "did not fit when checked again")
    assert failed["failure"]["reason"] == "not_found" and vast.rows() == []


def test_a_price_above_the_limit_rents_nothing(vast):
    failed = vast.create(max_hourly_price=0.001).failing("max_hourly_price", "the cheapest costs")
    assert failed["failure"]["reason"] == "price" and vast.rows() == []


def test_a_new_instance_needs_an_offer_or_a_filter(vast):
    task = {option: value for option, value in TASK.items() if option != "search_params"}
    vast.run(**task).failing("search_params or offer_id: must be set")


@pytest.mark.parametrize("place", ["error", "msg"])
def test_an_offer_that_is_gone_leads_to_the_next_one(vast, place):
    vast.set(stale_offers=2, no_such_ask_in=place)
    created = vast.create().ok(changed=True)
    assert created.operations.count("instance.create") == 3 and len(vast.rows()) == 1


def test_at_most_five_offers_are_tried(vast):
    vast.set(stale_offers=9)
    failed = vast.create().failing("no_such_ask", "Tried 5 of")
    assert failed.operations.count("instance.create") == 5
    assert failed["failure"]["retryable"] and vast.rows() == []


def test_an_offer_of_the_task_is_tried_once(vast):
    offer = vast.create(check=True)["plan"][0]["offer_id"]
    vast.set(stale_offers=1)
    task = {option: value for option, value in TASK.items() if option != "search_params"}
    failed = vast.run(**task, offer_id=offer).failing("no_such_ask")
    assert failed.operations.count("instance.create") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"offer_id": "7"}, "offer_id: offer 7 does not exist"),
        ({"disk": 100_000}, "does not fit: it is rented, or disk is larger"),
        ({"bid_price": 0.001}, "or bid_price is lower than its min_bid"),
    ],
)
def test_an_offer_of_the_task_that_cannot_be_rented_is_explained(vast, options, words):
    offer = vast.create(check=True)["plan"][0]["offer_id"]
    task = {option: value for option, value in TASK.items() if option != "search_params"}
    failed = vast.run(**{**task, "offer_id": offer, **options}).failing(words)
    assert failed.writes == []


@pytest.mark.parametrize("words", [["say", "it's"], ["it's a", "x"], "say it's"], ids=str)
def test_the_arguments_of_a_spec_are_valid_in_a_task(vast, words):
    number = vast.seed(image_args=words, image_runtype="args")
    [found] = vast.info(return_env_values=True).ok()["instances"]
    vast.by_id(number, args=found["spec"]["args"]).ok(changed=False)
    vast.by_id(number, args="say its").failing("args", "cannot be changed in place")


def test_a_command_and_its_arguments_have_a_limit_together(vast):
    task = {**TASK, "runtype": "args", "onstart": "x" * 4000}
    vast.run(True, **task, args="y" * 96).ok(changed=True)
    failed = vast.run(**task, args="y" * 97)
    failed.failing("args: must have at most 4096 characters together with onstart, not 4097")
    assert failed.writes == []


@pytest.mark.parametrize("args", ["--name 'a b' -x", "--name 模型", "", "a  b"])
def test_arguments_are_compared_as_words(vast, args):
    task = {**TASK, "runtype": "args", "args": args, "onstart": ""}
    made = vast.run(**task).ok(changed=True)
    assert vast.run(**task).ok(changed=False).writes == []
    assert made["instance"]["spec"]["args"] == " ".join(args.split())


def test_a_script_is_shown_only_if_the_task_sets_it(vast):
    vast.create(onstart="serve --model llama").ok()
    assert vast.run(onstart="serve --model llama").ok(changed=False)["instance"]["spec"]["onstart"] == (
        "serve --model llama"
    )
    assert "serve --model llama" not in vast.run().ok(changed=False).printed


@pytest.mark.parametrize(
    ("pair", "port"),
    [
        (["-p 8080:80", "1"], "8080:80/tcp"),
        (["-p 80:80/udp", "1"], "80/udp"),
        (["-p 080:80"], "80/tcp"),
        (["-p 80"], "80/tcp"),
    ],
)
def test_a_port_has_an_outside_number_only_if_it_is_another_one(pair, port):
    assert read_environment([pair]) == {"envs": [], "ports": [port], "docker_flags": {}}


def test_an_offer_cannot_have_a_planned_id(vast):
    task = {option: value for option, value in TASK.items() if option != "search_params"}
    for check in (True, False):
        failed = vast.run(check, **task, offer_id="planned:vast_instance:another")
        assert failed.failing("offer_id: must be the ID of an offer").requests == []


def test_in_another_order_the_first_offer_is_rented_although_it_is_not_the_cheapest(vast):
    cheapest, dearest = (vast.create(check=True, order=order)["plan"][0] for order in ("dph_total", "-dph_total"))
    assert dearest["hourly_price"] > cheapest["hourly_price"]
    assert vast.create(order="-dph_total").ok(changed=True)["plan"][0]["offer_id"] == dearest["offer_id"]


def test_too_little_credit_leads_to_no_other_offer(vast):
    vast.set(credit=0)
    failed = vast.create().failing("insufficient_credit")
    assert failed.operations.count("instance.create") == 1


def test_an_error_with_a_new_instance_counts_as_a_create(vast):
    vast.set(billed_refusals=1)
    failed = vast.create().failing("resources unavailable", "Its disk is billed", "state: absent")
    [row] = vast.rows()
    assert failed["id"] == str(row["id"]) and failed["id"] in failed["msg"]
    assert failed.operations.count("instance.create") == 1 and failed["changed"]


def test_an_existing_instance_is_kept_whatever_the_offers_are(vast):
    vast.create().ok(changed=True)
    again = vast.create(max_hourly_price=0.001, order="-dlperf", search_params="gpu_name=H200").ok(changed=False)
    assert again.operations == ["instance.list"]


def test_a_create_waits_until_the_list_shows_the_instance(vast):
    vast.set(row_lag=40)
    vast.create().ok(changed=True)
    vast.create().ok(changed=False)


def test_an_instance_that_no_list_shows_is_reported_with_what_a_read_by_its_id_shows(vast):
    vast.set(row_lag=1000)
    failed = vast.create().failing("no list response shows it", "A read by its ID shows")
    assert failed["id"]


def test_a_create_asks_for_no_stopped_instance_and_sends_ports_and_variables_as_one_object(vast):
    [body] = bodies(vast.create().ok(changed=True), "instance.create")
    assert body["cancel_unavail"] is True
    assert body["env"] == {
        "LOG_LEVEL": "info",
        "WORKERS": "4",
        "TOKEN": "canary-secret-0001",
        "-p 8000:8000": "1",
        "-p 9000:9000/udp": "1",
    }


# -- bids ------------------------------------------------------------------------------------------------------------


def test_a_bid_changes_in_place(vast):
    vast.create(bid_price=0.4).ok(changed=True)
    changed = vast.run(bid_price=0.5).ok(changed=True)
    assert bodies(changed, "instance.set_bid") == [{"price": 0.5}]


def test_a_bid_for_an_instance_on_demand_needs_a_replacement(vast):
    vast.create().ok(changed=True)
    failed = vast.run(bid_price=0.4).failing("bid_price", "cannot be changed in place")
    assert failed["failure"]["reason"] == "immutable"


def test_an_offer_above_the_bid_does_not_fit(vast):
    vast.create(bid_price=0.002).failing("no offer that fits")


def test_an_instance_that_a_higher_bid_stops_names_both_prices(vast):
    instance_id = vast.seed(is_bid=True, dph_base=0.3, min_bid=0.35)
    failed = vast.by_id(instance_id, state="started").failing("higher bid", "0.3", "0.35")
    assert failed["id"] == instance_id


# -- power -----------------------------------------------------------------------------------------------------------


def found_in(vast, intended, status):
    return vast.seed(intended_status=intended, cur_state=intended, actual_status=status)


@pytest.mark.parametrize(
    ("intended", "status"),
    [
        *(("running", status) for status in (*STARTING, "running", "stopped", "frozen", *DEAD)),
        *(("stopped", status) for status in STOPPED),
    ],
)
@pytest.mark.parametrize("state", ["stopped", "restarted", "recycled", "absent"])
def test_these_states_are_reached_from_every_status(vast, intended, status, state):
    instance_id = found_in(vast, intended, status)
    done = vast.by_id(instance_id, state=state, **ACCEPT).ok()
    assert done["changed"] is (state != "stopped" or intended == "running")
    if state == "absent":
        assert vast.rows() == []
    elif state == "stopped":
        assert done["instance"]["intended_status"] == "stopped"
        assert vast.by_id(instance_id, state=state).ok(changed=False).writes == []
    else:
        assert done["instance"]["status"] == "running"


@pytest.mark.parametrize(
    ("intended", "status", "words"),
    [
        *(("running", status, None) for status in (*STARTING, "running")),
        *(("stopped", status, None) for status in STOPPED),
        *(("running", status, repr(status)) for status in DEAD),
        ("running", "stopped", "start is queued"),
        ("running", "frozen", "'frozen'"),
    ],
)
def test_a_start_reaches_running_or_fails_with_the_status(vast, intended, status, words):
    instance_id = found_in(vast, intended, status)
    done = vast.by_id(instance_id, state="started", wait_timeout=30)
    if words:
        failed = done.failing(words)
        assert failed["id"] == instance_id and failed.writes == []
        assert failed["failure"]["reason"] == ("not_ready" if status in DEAD else "wait_timeout")
    else:
        assert done.ok(changed=intended == "stopped")["instance"]["status"] == "running"


@pytest.mark.parametrize("status", [200, 400])
def test_a_queued_start_is_neither_a_success_nor_a_failure(vast, status):
    vast.create().ok(changed=True)
    vast.run(state="stopped").ok(changed=True)
    vast.set(free_machines=False, queued_start_status=status)
    failed = vast.run(state="started", wait_timeout=60).failing("start is queued", "bills it", "state: stopped")
    assert failed["failure"]["reason"] == "wait_timeout"
    again = vast.run(state="started", wait_timeout=60).failing("start is queued")
    assert again.writes == []
    withdrawn = vast.run(state="stopped").ok(changed=True)
    assert withdrawn["instance"]["intended_status"] == "stopped"


def test_a_queued_start_becomes_ready_when_its_machine_is_free(vast):
    vast.create().ok(changed=True)
    vast.run(state="stopped").ok(changed=True)
    vast.set(free_machines=False)
    vast.run(state="started", wait=False).ok(changed=True)
    vast.set(free_machines=True)
    done = vast.run(state="started").ok(changed=False)
    assert done["instance"]["status"] == "running"


def test_an_instance_that_its_new_bid_starts_does_not_count_as_stopped(vast, monkeypatch):
    vast.create(bid_price=0.4).ok(changed=True)
    vast.run(state="stopped").ok(changed=True)
    set_bid = vast.store.set_bid

    def starting(record_id, price, fault):
        set_bid(record_id, price, fault)
        vast.store.change(record_id, {"actual_status": "running"})

    monkeypatch.setattr(vast.store, "set_bid", starting)
    failed = vast.run(state="stopped", bid_price=0.5, wait_timeout=60)
    failed.failing("it is not stopped after 60 s", "'running'")


def test_the_status_from_before_a_start_is_not_its_result(vast):
    vast.create().ok(changed=True)
    vast.run(state="stopped").ok(changed=True)
    vast.set(start_lag=46)
    assert vast.run(state="started").ok(changed=True)["instance"]["status"] == "running"


def test_a_stopped_instance_is_still_billed_and_the_task_says_so(vast):
    vast.create().ok(changed=True)
    stopped = vast.run(state="stopped").ok(changed=True)
    assert "billed until the instance is deleted" in str(stopped["warnings"])


@pytest.mark.parametrize(
    "message", ["OCI runtime create failed: no such file", "manifest unknown", "pull access denied"]
)
def test_an_instance_that_cannot_start_ends_the_wait_at_once(vast, message):
    vast.account.fault("instance.create", "failed_state", error="created", message=message)
    failed = vast.create().failing(message, "Its disk is billed")
    assert failed["failure"]["reason"] == "not_ready" and failed["id"]


@pytest.mark.parametrize("status", DEAD)
def test_a_dead_status_ends_the_wait_at_once(vast, status):
    vast.account.fault("instance.create", "failed_state", error=status, message="gone")
    failed = vast.create().failing(repr(status))
    assert failed["failure"]["reason"] == "not_ready"


def test_a_restart_keeps_and_a_recycle_loses_the_disk(vast):
    vast.create().ok(changed=True)
    restarted = vast.run(state="restarted").ok(changed=True)
    assert [step["action"] for step in restarted["plan"]] == ["restart"]
    failed = vast.run(state="recycled").failing("accept_data_loss", "the data on its disk")
    assert failed.writes == []
    recycled = vast.run(state="recycled", **ACCEPT).ok(changed=True)
    assert recycled["plan"][0]["data_loss"] == "the data on its disk"
    assert recycled["id"] == restarted["id"] and "instance.recycle" in recycled.operations


@pytest.mark.parametrize("state", ["restarted", "recycled"])
def test_a_restart_that_is_over_before_the_first_read_is_no_failure(vast, state):
    vast.create().ok(changed=True)
    vast.set(boot_seconds=0)
    assert vast.run(state=state, **ACCEPT).ok(changed=True)["instance"]["status"] == "running"


def test_a_stopped_instance_is_started_before_it_is_recycled(vast):
    vast.create().ok(changed=True)
    vast.run(state="stopped").ok(changed=True)
    done = vast.run(state="recycled", **ACCEPT).ok(changed=True)
    assert [step["action"] for step in done["plan"]] == ["start", "recycle"]
    assert done["instance"]["status"] == "running"


# -- templates and replacements --------------------------------------------------------------------------------------


def test_with_a_template_only_the_variables_of_the_task_are_compared(vast):
    template = {"name": "batch", "image": "registry.example.org/batch", "tag": "3", "envs": {"BASE": "1"}}
    vast.cloud.run("vast_template", {**template, "ports": ["7000:7000"]}).ok(changed=True)
    task = {"template": "batch", "disk": 16, "search_params": TASK["search_params"], "envs": {"MODE": "a"}}
    created = vast.run(**task).ok(changed=True)
    assert created["instance"]["env_names"] == ["BASE", "MODE"]
    vast.run(**task).ok(changed=False)
    vast.run(envs={"MODE": "b"}).failing("envs.MODE")


def test_a_replacement_rents_another_offer_and_deletes_the_older_instance(vast):
    created = vast.create().ok(changed=True)
    task = {**TASK, "image": "registry.example.org/other:1", "recreate": True, "registry_login": ""}
    vast.run(**task).failing("accept_data_loss")
    replaced = vast.run(**task, **ACCEPT).ok(changed=True)
    assert replaced["deleted_id"] == created["id"] != replaced["id"] and len(vast.rows()) == 1


def test_with_a_template_a_task_without_variables_keeps_those_of_the_template_and_ports_are_added(vast):
    template = {"name": "batch", "image": "registry.example.org/batch", "tag": "3", "envs": {"BASE": "1"}}
    vast.cloud.run("vast_template", {**template, "ports": ["7000:7000"]}).ok(changed=True)
    task = {"template": "batch", "disk": 16, "search_params": TASK["search_params"], "ports": ["8000/tcp"]}
    created = vast.run(**task).ok(changed=True)["instance"]
    assert (created["env_names"], created["spec"]["ports"]) == (["BASE"], ["7000/tcp", "8000/tcp"])
    vast.run(**task).ok(changed=False)
    vast.run(ports=["9000/tcp"]).failing("ports", "cannot be changed in place")


def test_a_replacement_keeps_the_other_options_of_docker_run(vast):
    number = vast.seed(extra_env=[["--ipc=host", "1"], ["--shm-size", "8g"], ["A", "2"]])
    replacement = {"image": "registry.example.org/other:1", "recreate": True, "registry_login": "", **ACCEPT}
    replaced = vast.run(**replacement, search_params=TASK["search_params"]).ok(changed=True)
    [body] = bodies(replaced, "instance.create")
    assert body["env"] == {"--ipc=host": "1", "--shm-size": "8g", "A": "2"}
    assert replaced["deleted_id"] == number


# -- workers ---------------------------------------------------------------------------------------------------------


def test_a_worker_is_neither_found_by_name_nor_listed(vast):
    vast.seed(label="tts:7:1")
    vast.run(name="tts:7:1", state="absent").failing("name: must not have the form")
    assert vast.info().ok()["instances"] == []


def test_a_worker_of_an_endpoint_is_refused_by_its_id(vast):
    endpoint = vast.account.store("endpoints").seed({"endpoint_name": "tts", "cold_workers": 0})
    instance_id = vast.seed(label=f"tts:{endpoint['id']}:1")
    failed = vast.by_id(instance_id, state="absent").failing("is a worker of the endpoint 'tts'")
    assert failed["failure"]["reason"] == "in_use" and failed.writes == []


def test_an_instance_that_only_looks_like_a_worker_can_be_deleted_by_its_id(vast):
    instance_id = vast.seed(label="tts:7:1")
    deleted = vast.by_id(instance_id, state="absent").ok(changed=True)
    assert deleted.operations == ["instance.list", "endpoint.list", "instance.delete", "instance.list"]


# -- addresses, secrets and logs -------------------------------------------------------------------------------------


def test_ssh_is_direct_if_port_22_is_open_and_otherwise_through_the_proxy(vast):
    direct = vast.create(search_params=f"{TASK['search_params']} direct_port_count>=50").ok()["instance"]
    assert direct["ssh_host"] == direct["public_ip"] and direct["ssh_port"] == direct["ports_outside"]["22/tcp"]
    proxied = vast.create(name="batch-2", runtype="ssh_proxy").ok()["instance"]
    assert proxied["ssh_host"] == "ssh5.vast.ai"
    row = next(row for row in vast.rows() if row["label"] == "batch-2")
    assert proxied["ssh_port"] == row["ssh_port"]
    jupyter = vast.create(name="batch-3", runtype="jupyter_proxy").ok()["instance"]
    row = next(row for row in vast.rows() if row["label"] == "batch-3")
    assert jupyter["ssh_port"] == row["ssh_port"] + 1


def test_wait_for_ssh_ends_when_an_ssh_server_responds(vast):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        number = vast.seed(image_runtype="ssh_proxy", ssh_host="127.0.0.1", ssh_port=port)
        threading.Thread(target=_greet, args=(server,), daemon=True).start()
        ready = vast.by_id(number, state="started", wait_for_ssh=True).ok(changed=False)["instance"]
    assert (ready["ssh_host"], ready["ssh_port"]) == ("127.0.0.1", port)


def _greet(server):
    with server.accept()[0] as connection:
        connection.sendall(b"SSH-2.0-test\r\n")


@pytest.mark.parametrize("address", [{"ssh_host": "127.0.0.1", "ssh_port": 9}, {"ssh_host": None, "ssh_port": None}])
def test_wait_for_ssh_ends_at_the_time_limit(vast, address):
    number = vast.seed(image_runtype="ssh_proxy", **address)
    failed = vast.by_id(number, state="started", wait_for_ssh=True, wait_timeout=60)
    failed.failing("no SSH server responds yet", "60 s")
    assert vast.by_id(number, state="started", wait_timeout=60).ok(changed=False)


def test_no_result_contains_a_secret_of_a_row(vast):
    created = vast.create().ok(changed=True)
    read = vast.info(return_env_values=False).ok()
    [row] = vast.rows()
    for secret in (row["instance_api_key"], row["jupyter_token"], "canary-secret-0001"):
        assert secret not in created.printed + read.printed


def test_the_log_is_read_from_another_address_without_the_key(vast):
    vast.create().ok(changed=True)
    vast.set(log_waits=2)
    [instance] = vast.info(return_logs=True, log_tail=50).ok()["instances"]
    assert instance["log"][0].startswith(f"instance {instance['id']}") and "LOG_LEVEL=info" in instance["log"]
    assert vast.info().ok()["instances"][0]["log"] == []


def test_a_log_that_does_not_appear_leads_to_a_warning(vast):
    vast.create().ok(changed=True)
    vast.set(log_waits=1000)
    read = vast.info(return_logs=True).ok()
    assert read["instances"][0]["log"] == [] and "HTTP 403" in str(read["warnings"])


def test_a_refused_request_for_a_log_leads_to_a_warning(vast):
    vast.create().ok(changed=True)
    vast.account.fault("instance.request_logs", "status", times=0, status=403, message="no permission")
    read = vast.info(return_logs=True).ok()
    assert read["instances"][0]["log"] == []
    assert "its log could not be read: HTTP 403" in str(read["warnings"]) and "no permission" in str(read["warnings"])
