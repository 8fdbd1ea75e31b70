# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The events about instances, at all providers: one poll after another, each of them with one list request."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.permit import Permit
from ansible_collections.gpufleet.cloud.plugins.module_utils._events.account_poll import AccountPoll
from ansible_collections.gpufleet.cloud.plugins.module_utils._events.options import SourceOptions

RECLAIM = 1_800_000_000
RECLAIM_TIME = "2027-01-15T08:00:00Z"


class Provider(NamedTuple):
    """How the instances of a provider are stored, and how they look to it in each case."""

    name: str
    name_key: str
    running: dict
    stopping: dict
    stopped: dict
    failed: dict
    spot: dict


NOVITA = Provider(
    "novita",
    "name",
    running={"status": "running", "statusError": {}},
    stopping={"status": "stopping", "hold": True},
    stopped={"status": "exited"},
    failed={"status": "running", "statusError": {"state": "GPU_LOST", "message": "no GPU"}},
    spot={"billingMode": "spot"},
)
PPIO = Provider(
    "ppio",
    "name",
    running={"status": {"status": "running", "error": "", "message": ""}},
    stopping={"status": "stopping", "hold": True},
    stopped={"status": "exited"},
    failed={"status": {"status": "running", "error": "GPU_LOST", "message": "no GPU"}},
    spot={"billing": {"mode": "spot"}},
)
VAST = Provider(
    "vast",
    "label",
    running={"actual_status": "running"},
    stopping={"actual_status": "running", "intended_status": "stopped"},
    stopped={"actual_status": "stopped"},
    failed={"actual_status": "exited", "status_msg": "no GPU"},
    spot={"is_bid": True, "dph_base": 0.3, "min_bid": 0.2},
)


class Account:
    """The account of a test, which is polled once at a time."""

    def __init__(self, cloud, provider):
        self.provider = provider
        self.simulated = cloud.account(provider.name)
        self.instances = self.simulated.store("instances")
        self.connection = {"api_key": cloud.key, "api_url": cloud.url(provider.name), "api_retries": 0}
        self._poll = None

    def watch(self, **options):
        """Begin to watch, as after a restart of the source."""
        options = SourceOptions.of({self.provider.name: self.connection, **options})
        [(account, watches)] = options.watches.items()
        self._poll = AccountPoll(account, watches, options.connections, Permit(lambda: ()))

    def seed(self, name="trainer", **fields):
        return self.instances.seed({self.provider.name_key: name, **fields})["id"]

    def change(self, instance_id, fields):
        self.instances.change(str(instance_id), fields)

    def poll(self):
        """Return the events of one poll."""
        before = len(self.simulated.requests)
        events = self._poll.poll()
        self.requests = [request["operation"] for request in self.simulated.requests[before:]]
        return events

    def types(self):
        return [event["type"] for event in self.poll()]


@pytest.fixture(name="account", params=[NOVITA, PPIO, VAST], ids=lambda provider: provider.name)
def _account(request, cloud, monkeypatch):
    for name in ("NOVITA", "PPIO", "VAST"):
        monkeypatch.delenv(f"{name}_API_KEY", raising=False)
    return Account(cloud, request.param)


novita, ppio, vast = (
    pytest.mark.parametrize("account", [provider], indirect=True, ids=[provider.name])
    for provider in (NOVITA, PPIO, VAST)
)

# -- instances ---------------------------------------------------------------------------------------------------------


def test_an_instance_fails_recovers_stops_and_is_removed_with_one_event_each(account):
    instance_id = account.seed()
    account.watch(instances=True)
    assert account.poll() == []
    account.change(instance_id, account.provider.failed)
    [failed] = account.poll()
    instance = failed["instance"]
    assert (failed["type"], failed["initial"], failed["watch"]) == ("instance_failed", False, "instances")
    assert (instance["id"], instance["name"]) == (str(instance_id), "trainer")
    assert instance["resource_type"] == f"{account.provider.name}_instance"
    assert "no GPU" in instance["status_message"]
    assert account.poll() == []
    account.change(instance_id, account.provider.running)
    assert account.types() == ["instance_recovered"]
    account.change(instance_id, account.provider.stopped)
    assert account.types() == ["instance_stopped"]
    assert account.poll() == []
    account.change(instance_id, account.provider.running)
    assert account.types() == ["instance_recovered"]
    account.instances.remove(str(instance_id))
    assert account.poll() == []
    [removed] = account.poll()
    assert (removed["type"], removed["instance"]["name"]) == ("instance_removed", "trainer")
    assert account.poll() == []


def test_the_first_poll_reports_failed_instances_and_not_those_that_somebody_may_have_stopped(account):
    account.seed("ready")
    resting = account.seed("resting", **account.provider.stopped)
    account.seed("broken", **account.provider.failed)
    account.watch(instances=True)
    [event] = account.poll()
    assert (event["type"], event["initial"], event["instance"]["name"]) == ("instance_failed", True, "broken")
    account.change(resting, account.provider.running)
    assert account.poll() == []
    account.change(resting, account.provider.stopped)
    assert account.types() == ["instance_stopped"]


def test_a_stop_is_reported_when_it_is_over_and_a_removal_when_the_instance_is_gone(account):
    instance_id = account.seed(**account.provider.stopping)
    account.watch(instances=True)
    assert account.poll() == []
    account.change(instance_id, account.provider.stopped)
    assert account.types() == ["instance_stopped"]
    if account.provider is not VAST:
        account.change(instance_id, {"status": "removing", "hold": True})
    assert account.poll() == []
    account.change(instance_id, account.provider.running)
    assert account.types() == ["instance_recovered"]


def test_a_pattern_selects_instances_and_spot_instances(account):
    names = ("llm-a", "tts")
    for name in names:
        account.seed(name, **{**account.provider.spot, **account.provider.failed})
    account.watch(instances={"names": ["llm-*"]}, spot_instances={"names": ["tts"]})
    assert [event["instance"]["name"] for event in account.poll() if event["watch"] == "instances"] == ["llm-a"]
    account.instances.remove(account.instances.all()[1].id)
    account.poll()
    assert [(event["type"], event["instance"]["name"]) for event in account.poll()] == [("spot_removed", "tts")]


def test_a_poll_lists_instances_once_and_reads_none(account):
    account.seed(**account.provider.spot)
    account.seed("other", **account.provider.stopped)
    account.watch(instances=True, spot_instances=True)
    account.poll()
    assert account.requests == ["instance.list"]


@pytest.mark.parametrize("fault", ["empty", "cut", "no_envelope", "wrong_types", "status"])
def test_no_instance_is_removed_because_of_a_bad_list_response(account, fault):
    instance_id = account.seed(**account.provider.spot)
    account.watch(instances=True, spot_instances=True)
    assert account.poll() == []
    account.simulated.fault("instance.list", fault, times=0)
    [failed] = account.poll()
    assert (failed["type"], failed["watches"]) == ("watch_failed", ["instances", "spot_instances"])
    account.simulated.clear_faults()
    assert account.types() == ["watch_recovered"]
    account.instances.remove(str(instance_id))
    assert account.poll() == []
    assert account.types() == ["instance_removed", "spot_removed"]


def test_an_empty_list_removes_no_instance_before_the_next_poll_confirms_it(account):
    instance_id = account.seed(**account.provider.spot)
    account.watch(instances=True, spot_instances=True)
    assert account.poll() == []
    for _time in range(2):
        account.instances.remove(str(instance_id))
        assert account.poll() == []
        assert account.seed(id=instance_id, **account.provider.spot) == instance_id
        assert account.poll() == []
    account.change(instance_id, account.provider.failed)
    assert account.types() == ["instance_failed"]


@vast
def test_an_instance_that_should_run_and_is_stopped_is_reported_at_the_first_poll(account):
    account.seed(intended_status="running", actual_status="stopped")
    account.watch(instances=True)
    [event] = account.poll()
    assert (event["type"], event["initial"]) == ("instance_stopped", True)


@vast
def test_the_workers_of_an_endpoint_are_no_instances(account):
    endpoint = {"endpoint_name": "tts", "cold_workers": 1, "max_workers": 8}
    endpoint_id = account.simulated.store("endpoints").seed(endpoint)["id"]
    group = {"endpoint_id": endpoint_id, "endpoint_name": "tts", "template_hash": "0f3a"}
    account.simulated.store("workergroups").seed(group)
    worker = f"tts:{endpoint_id}:left"
    account.seed(worker, **account.provider.failed)
    account.seed(f"{worker}-2", **{**account.provider.spot, "dph_base": 0.1, **account.provider.stopped})
    account.watch(instances=True, spot_instances=True)
    assert account.poll() == []
    for instance in account.instances.living():
        account.instances.remove(instance.id)
    assert account.poll() == []


@vast
def test_no_secret_of_an_instance_is_in_an_event(account):
    secret = "canary-secret-0123456789"
    account.seed(actual_status="exited", status_msg=f"exit of {secret}", instance_api_key=secret)
    account.watch(instances=True)
    [event] = account.poll()
    assert secret not in str(event)
    assert event["instance"]["status_message"].startswith("exit of ")


# -- spot instances ----------------------------------------------------------------------------------------------------


def test_only_spot_instances_are_spot_instances(account):
    spot = account.seed("spot", **account.provider.spot)
    other = account.seed("other")
    account.watch(spot_instances=True)
    assert account.poll() == []
    account.instances.remove(str(other))
    assert account.poll() == []
    account.instances.remove(str(spot))
    assert account.poll() == []
    [event] = account.poll()
    assert (event["type"], event["instance"]["name"]) == ("spot_removed", "spot")


@novita
def test_novita_announces_that_it_takes_an_instance_back(account):
    instance_id = account.seed(**account.provider.spot)
    account.watch(spot_instances=True)
    assert account.poll() == []
    account.change(instance_id, {"spotStatus": "notified", "spotReclaimTime": RECLAIM})
    [event] = account.poll()
    assert (event["type"], event["instance"]["spot_reclaim_time"]) == ("spot_reclaim", RECLAIM_TIME)
    assert account.poll() == []
    account.change(instance_id, {"spotStatus": "running", "spotReclaimTime": 0})
    assert account.types() == ["spot_recovered"]
    account.watch(spot_instances=True)
    account.change(instance_id, {"spotStatus": "reclaiming", "spotReclaimTime": RECLAIM})
    [event] = account.poll()
    assert (event["type"], event["initial"]) == ("spot_reclaim", True)


@novita
def test_an_announcement_that_disappears_with_a_stop_is_not_withdrawn(account):
    instance_id = account.seed(**account.provider.spot)
    account.watch(spot_instances=True)
    account.change(instance_id, {"spotStatus": "notified", "spotReclaimTime": RECLAIM})
    assert account.types() == ["spot_reclaim"]
    account.change(instance_id, {"status": "exited", "spotStatus": "", "spotReclaimTime": 0})
    assert account.poll() == []
    account.change(instance_id, {"status": "running"})
    assert account.types() == ["spot_recovered"]


@ppio
def test_ppio_announces_nothing_and_a_spot_instance_can_stop(account):
    instance_id = account.seed(**account.provider.spot)
    account.watch(spot_instances=True, instances=True)
    assert account.poll() == []
    account.change(instance_id, account.provider.stopped)
    assert account.types() == ["instance_stopped"]


@vast
def test_an_outbid_instance_is_taken_back_until_it_runs_again(account):
    instance_id = account.seed(**account.provider.spot)
    account.watch(spot_instances=True)
    assert account.poll() == []
    account.change(instance_id, {"min_bid": 0.5})
    [event] = account.poll()
    instance = event["instance"]
    assert (event["type"], instance["spot_status"], instance["status"]) == ("spot_reclaim", "outbid", "stopped")
    assert (instance["bid_price"], instance["min_bid"]) == (0.3, 0.5)
    # The price falls, and the instance does not run yet.
    account.change(instance_id, {"min_bid": 0.2})
    assert account.poll() == []
    account.change(instance_id, account.provider.running)
    assert account.types() == ["spot_recovered"]


@vast
@pytest.mark.parametrize("price", ["min_bid", "dph_base"])
def test_a_stopped_instance_whose_prices_are_unknown_counts_as_outbid(account, price):
    account.seed(**{**account.provider.spot, price: None}, **account.provider.stopped)
    account.watch(spot_instances=True)
    [event] = account.poll()
    assert (event["type"], event["instance"]["spot_status"]) == ("spot_reclaim", "outbid")


@vast
def test_a_stop_of_an_instance_with_a_sufficient_bid_is_no_higher_bid(account):
    instance_id = account.seed(**account.provider.spot)
    account.seed("own", is_bid=False, dph_base=0.1, min_bid=0.2, **account.provider.stopped)
    account.watch(spot_instances=True)
    account.poll()
    account.change(instance_id, account.provider.stopped)
    assert account.poll() == []


# -- drift -------------------------------------------------------------------------------------------------------------


def test_an_instance_drifts_from_its_entry(account):
    instance_id = account.seed()
    entry = {f"{account.provider.name}_instance": {"name": "trainer", "state": "started"}}
    account.watch(drift={"resources": [entry]}, instances=True)
    assert account.poll() == []
    account.change(instance_id, account.provider.stopped)
    drift, stopped = account.poll()
    [resource] = drift["resources"]
    assert (drift["type"], resource["name"], resource["action"]) == ("drift", "trainer", "start")
    assert stopped["type"] == "instance_stopped"
    assert account.requests.count("instance.list") == 1


def test_a_bad_list_response_is_no_drift(account):
    account.seed()
    account.watch(drift={"resources": [{f"{account.provider.name}_instance": {"name": "trainer", "state": "started"}}]})
    assert account.poll() == []
    account.simulated.fault("instance.list", "status", times=0)
    [failed] = account.poll()
    assert (failed["type"], failed["watches"]) == ("watch_failed", ["drift"])
    account.simulated.clear_faults()
    assert account.types() == ["watch_recovered"]
