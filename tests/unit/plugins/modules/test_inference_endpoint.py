# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One endpoint at the first of several candidates that works, and never a second one without need."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ProbeFailed
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.response import Response
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference import probe_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._inference.routed_probe import RoutedProbe
from ansible_collections.gpufleet.cloud.plugins.module_utils._lock_file import LockFile, NoLocks
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets

from ...documentation import block_of
from ...harness import PlayedClock, run_direct, run_module

TEMPLATE = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"
PINNED = f"docker.io/example/llm@sha256:{'0' * 64}"
OF_TEMPLATE = ["image", "envs", "max_concurrent", "request_timeout", "port", "health_path", "policy"]
SEARCH = "num_gpus=1 dph_total<=0.6 verified=true rentable=true rented=false"
COMMON = {
    "name": "llm",
    "image": "registry.example.org/team/llm:1.4",
    "envs": {"LOG_LEVEL": "info"},
    "min_workers": 0,
    "max_workers": 2,
    "max_concurrent": 4,
    "idle_timeout": 300,
    "request_timeout": 600,
    "port": 8000,
    "health_path": "/health",
    "policy": {"type": "queue", "value": 15},
    "wait_timeout": 20,
}
NOVITA = {
    "provider": "novita",
    "product": "7",
    "gpu_count": 1,
    "provider_options": {"novita": {"cluster_id": "us-demo-1"}},
}
PPIO = {"provider": "ppio", "product": "9", "gpu_count": 1}
VAST = {
    "provider": "vast",
    "product": TEMPLATE,
    "template_covers": OF_TEMPLATE,
    "provider_options": {"vast": {"endpoint": {"min_load": 0}, "workergroup": {"search_params": SEARCH}}},
}
CANDIDATES = {"novita": NOVITA, "ppio": PPIO, "vast": VAST}
ORDERS = pytest.mark.parametrize("order", list(itertools.permutations(CANDIDATES, 2)), ids=">".join)
BOTH = pytest.mark.parametrize("check", [True, False], ids=["check", "run"])


@pytest.fixture(name="world", params=["module", "fleet"])
def _world(cloud, request):
    return World(cloud) if request.param == "module" else FleetWorld(cloud)


class World:
    """Tasks for one endpoint, and the accounts of the three providers."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.accounts = {provider: cloud.account(provider) for provider in CANDIDATES}

    def run(self, *providers, check=False, **options):
        """Run the module with some candidates, and return the result with the writes of each provider."""
        candidates = [CANDIDATES[provider] for provider in providers]
        return self.run_task({**COMMON, "candidates": candidates, **options}, check)

    def run_task(self, options, check=False):
        before = {provider: len(account.requests) for provider, account in self.accounts.items()}
        values, printed = self.start({**self.connections(), **options}, check)
        assert "Traceback" not in printed
        values["printed"] = printed
        values["writes"] = {
            provider: [
                request["operation"]
                for request in account.requests[before[provider] :]
                if request["operation"].endswith((".create", ".update", ".delete"))
            ]
            for provider, account in self.accounts.items()
        }
        values["requests"] = sum(len(self.accounts[name].requests) - count for name, count in before.items())
        return values

    def connections(self):
        connections = {
            provider: {"api_key": self.cloud.key, "api_url": self.cloud.url(provider), "api_retries": 0}
            for provider in CANDIDATES
        }
        connections["vast"]["autoscaler_url"] = self.cloud.url("vast-autoscaler")
        return connections

    def start(self, options, check):
        """Run a task, and return its result with the printed text."""
        return run_module("inference_endpoint", options, check)

    def ok(self, *providers, **options):
        values = self.run(*providers, **options)
        assert not values.get("failed"), values["msg"]
        return values

    def failing(self, *providers, **options):
        values = self.run(*providers, **options)
        assert values.get("failed"), values
        return values

    def endpoints(self):
        """Return the ids of the endpoints at each provider that has one."""
        found = {name: [str(row["id"]) for row in self.rows(name)] for name in self.accounts}
        return {name: ids for name, ids in found.items() if ids}

    def rows(self, provider, store="endpoints"):
        return self.accounts[provider].store(store).views()

    def seed(self, provider, **fields):
        """Create an endpoint without the module. At Vast.ai, it has a workergroup."""
        if provider != "vast":
            return str(self.accounts[provider].store("endpoints").seed({"name": "llm", **fields})["id"])
        number = self.accounts["vast"].store("endpoints").seed({"endpoint_name": "llm", **fields})["id"]
        self.accounts["vast"].store("workergroups").seed({"endpoint_id": number, "template_hash": TEMPLATE})
        return str(number)

    def refuse_create(self, provider):
        self.accounts[provider].fault("endpoint.create", "status", status=400, message="out of stock")


class FleetWorld(World):
    """Tasks of the module ``fleet`` with the endpoint as their only entry."""

    def start(self, options, check):
        others = {
            option: options.pop(option)
            for option in [*CANDIDATES, "accounts", "prices", "max_hourly_cost"]
            if option in options
        }
        values, printed = run_module("fleet", {"resources": [{"inference_endpoint": options}], **others}, check)
        for endpoint in values.get("inference_endpoints", []):
            values.update({key: value for key, value in endpoint.items() if key != "name"})
        rows = values.get("resources", [])
        if options.get("state") == "absent":
            values["tried"] = [_removal(row) for row in rows]
        values["plan"] = [{"resource_type": row["resource_type"], **step} for row in rows for step in row["plan"]]
        for row in rows:
            kind = row["resource_type"].partition("_")[2]
            values[kind] = row[kind]
        return values, printed


def _removal(row):
    """Return the row of a deletion as the module inference_endpoint returns it."""
    account = "/".join(filter(None, [row["resource_type"].partition("_")[0], row["account"]]))
    return {"candidate": account, "outcome": "failed" if row["msg"] else "absent"}


def outcomes(values):
    return [attempt["outcome"] for attempt in values["tried"]]


# -- one candidate -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", CANDIDATES)
def test_the_endpoint_is_created_once_and_a_second_run_changes_nothing(world, provider):
    planned = world.ok(provider, check=True)
    assert (planned["changed"], outcomes(planned), world.endpoints()) == (True, ["planned"], {})
    created = world.ok(provider)
    assert (created["changed"], created["provider"], outcomes(created)) == (True, provider, ["ready"])
    assert world.endpoints() == {provider: [created["id"]]}
    assert created["plan"] == planned["plan"]
    for check in (True, False):
        again = world.ok(provider, check=check)
        assert (again["changed"], again["id"], again["writes"][provider]) == (False, created["id"], [])
    assert world.ok(provider, max_workers=3)["writes"][provider] == ["endpoint.update"]
    removed = world.ok(provider, state="absent")
    assert (removed["changed"], outcomes(removed), world.endpoints()) == (True, ["absent"], {})
    assert world.ok(provider, state="absent")["changed"] is False


def test_the_simple_form_has_one_provider(world):
    values = world.run_task({**COMMON, "provider": "ppio", "product": "9"})
    assert (values["provider"], values["url"].startswith("https://")) == ("ppio", True)


@pytest.mark.parametrize(
    ("image", "section", "stored"),
    [
        ("docker.io/example/llm:1.4", {}, ("docker.io/example/llm", "1.4")),
        ("registry.example.org:5000/llm", {}, ("registry.example.org:5000/llm", "latest")),
        (PINNED, {}, (PINNED, None)),
        (None, {"image": "docker.io/example/llm:1.4"}, ("docker.io/example/llm", "1.4")),
        ("docker.io/example/llm:1.4", {"tag": "2.0"}, ("docker.io/example/llm", "2.0")),
        ("docker.io/example/llm:1.4", {"image": "docker.io/example/tts:2.0"}, ("docker.io/example/tts", "2.0")),
        ("docker.io/example/llm:1.4", {"image": PINNED}, (PINNED, None)),
    ],
)
def test_at_vast_a_template_can_belong_to_the_endpoint(world, image, section, stored):
    options = {
        "name": "llm",
        "provider": "vast",
        "image": image,
        "envs": {"LOG_LEVEL": "info"},
        "port": 3000,
        "max_workers": 2,
        "min_workers": 0,
        "provider_options": {
            "vast": {
                "endpoint": {"min_load": 0},
                "template": {"recommended_disk_space": 64, **section},
                "workergroup": {"search_params": SEARCH},
            }
        },
    }
    created = world.run_task(options)
    assert not created.get("failed"), created["msg"]
    [template], [group] = world.rows("vast", "templates"), world.rows("vast", "workergroups")
    assert (template["name"], template["image"], template["tag"]) == ("llm", *stored)
    assert group["template_hash"] == template["hash_id"] == created["template"]["template_hash"]
    assert world.run_task(options)["changed"] is False


def vast_with(**sections):
    """Return the candidate at Vast.ai with other sections."""
    return {**VAST, "provider_options": {"vast": {**VAST["provider_options"]["vast"], **sections}}}


def with_filter(search_params):
    return vast_with(workergroup={"search_params": search_params})


def with_template(**section):
    """Return a candidate at Vast.ai that has its own template."""
    return {
        "provider": "vast",
        "template_covers": [option for option in OF_TEMPLATE if option not in ("image", "envs", "port")],
        "provider_options": {"vast": {"workergroup": {"search_params": "verified=true"}, "template": section}},
    }


@pytest.mark.parametrize(
    ("group", "filtered"),
    [
        ({}, {"num_gpus": {"eq": "2"}}),
        ({"search_params": "dph_total<=0.6"}, {"dph_total": {"lte": "0.6"}, "num_gpus": {"eq": "2"}}),
        ({"search_params": {"dph_total": {"lte": 0.6}}}, {"dph_total": {"lte": "0.6"}, "num_gpus": {"eq": "2"}}),
    ],
    ids=["none", "text", "mapping"],
)
def test_at_vast_the_number_of_gpus_is_a_condition_of_the_filter(world, group, filtered):
    world.ok(candidates=[vast_with(workergroup=group)], gpu_count=2)
    [created] = world.rows("vast", "workergroups")
    assert created["search_query"] == filtered


@BOTH
def test_at_vast_an_endpoint_without_a_workergroup_needs_a_template(world, check):
    bare = {"provider": "vast", "template_covers": OF_TEMPLATE}
    refused = world.failing(candidates=[NOVITA, bare], check=check)
    assert "candidate 2 (vast): product: must be set, because the endpoint has no workergroup yet" in refused["msg"]
    assert (refused["failure"]["reason"], any(refused["writes"].values())) == ("invalid_option", False)
    seeded = world.seed("vast")
    assert world.ok(candidates=[NOVITA, bare], check=check)["id"] == seeded


@pytest.mark.parametrize(("workers", "is_awaited"), [("1", True), ("0", False)])
@pytest.mark.parametrize("limit", ["2", None])
def test_at_vast_the_number_of_workers_can_be_text(world, workers, is_awaited, limit):
    """A template of Ansible can result in text."""
    world.accounts["vast"].settings.set(worker_outcome="loading")
    section = {"min_load": 0, "cold_workers": workers, "max_workers": limit}
    values = world.run(candidates=[vast_with(endpoint=section)], min_workers=1 - int(workers))
    assert ("not ready after 20 s" in values.get("msg", "")) is values.get("failed", False) is is_awaited


# -- failover ----------------------------------------------------------------------------------------------------------


@ORDERS
def test_a_refused_create_leads_to_the_next_candidate(world, order):
    first, second = order
    world.refuse_create(first)
    values = world.ok(*order)
    assert (values["provider"], outcomes(values)) == (second, ["not created", "ready"])
    assert list(world.endpoints()) == [second]
    again = world.ok(*order)
    assert (again["changed"], again["provider"]) == (False, second)


@pytest.mark.parametrize("order", [("novita", "ppio"), ("ppio", "novita")], ids=">".join)
def test_what_was_created_for_a_failed_candidate_is_deleted(world, order):
    first, second = order
    world.accounts[first].fault("endpoint.create", "failed_state", message="no such image")
    values = world.ok(*order)
    assert (values["provider"], outcomes(values)) == (second, ["removed", "ready"])
    assert "no such image" in values["tried"][0]["message"]
    assert values["tried"][0]["id"] not in ("", values["id"])
    assert list(world.endpoints()) == [second]


def test_an_endpoint_of_vast_without_a_workergroup_is_deleted(world):
    world.accounts["vast"].fault("workergroup.create", "status", status=400, message="no such template")
    values = world.ok("vast", "ppio")
    assert (values["provider"], outcomes(values)) == ("ppio", ["removed", "ready"])
    assert list(world.endpoints()) == ["ppio"]


@ORDERS
def test_if_all_candidates_fail_nothing_remains(world, order):
    for provider in order:
        world.refuse_create(provider)
    values = world.failing(*order)
    assert (outcomes(values), world.endpoints(), values["provider"]) == (["not created"] * 2, {}, "")
    assert values["msg"].count("out of stock") == 2
    assert "did not become ready at any candidate" in values["msg"]


def test_what_cannot_be_deleted_stops_the_task(world):
    world.accounts["novita"].fault("endpoint.create", "failed_state", message="no such image")
    world.accounts["novita"].fault("endpoint.delete", "status", times=0, status=400, message="try later")
    values = world.failing("novita", "ppio")
    assert "could not be deleted and may still be billed" in values["msg"]
    assert (values["writes"]["ppio"], list(world.endpoints())) == ([], ["novita"])


@ORDERS
def test_an_endpoint_that_is_ready_stays_where_it_is(world, order):
    _first, second = order
    created = world.ok(second)
    values = world.ok(*order, max_workers=3)
    assert (values["id"], values["provider"], list(world.endpoints())) == (created["id"], second, [second])
    world.accounts[second].fault("endpoint.update", "status", status=400, message="no such thing")
    refused = world.failing(*order, max_workers=4)
    assert "no such thing" in refused["msg"]
    assert list(world.endpoints()) == [second]


@pytest.mark.parametrize("order", [("novita", "ppio"), ("ppio", "novita")], ids=">".join)
def test_a_slow_endpoint_is_no_reason_to_rent_elsewhere(world, order):
    first, second = order
    states = {"novita": {"state": "deploying"}, "ppio": {"status": "creating"}}
    seeded = world.seed(second, **states[second])
    refused = world.failing(*order, wait_timeout=2)
    assert "tries no other candidate" in refused["msg"] and seeded in refused["msg"]
    assert (refused["writes"][first], world.endpoints()) == ([], {second: [seeded]})


@pytest.mark.parametrize("order", [("novita", "ppio"), ("ppio", "novita")], ids=">".join)
def test_an_endpoint_that_failed_and_was_never_ready_is_left(world, order):
    first, second = order
    states = {"novita": {"state": "failed"}, "ppio": {"status": "failed"}}
    seeded = world.seed(first, **states[first])
    values = world.ok(*order, wait_timeout=2)
    assert (values["provider"], outcomes(values)[0]) == (second, "left")
    assert world.endpoints()[first] == [seeded]
    assert values["others"][0]["id"] == seeded
    assert any("also exists at" in str(warning) for warning in values["warnings"])


@pytest.mark.parametrize("provider", ["novita", "ppio"])
def test_an_endpoint_that_another_task_has_just_created_is_no_reason_to_rent_elsewhere(world, provider):
    other = "ppio" if provider == "novita" else "novita"
    states = {"novita": {"state": "deploying"}, "ppio": {"status": "creating"}}
    # The first read comes before the other task creates the endpoint, the plan of the candidate after it.
    world.accounts[provider].fault("endpoint.list", "empty_list", total=0)
    seeded = world.seed(provider, **states[provider])
    refused = world.failing(provider, other, wait_timeout=2)
    assert "tries no other candidate" in refused["msg"] and seeded in refused["msg"]
    assert (refused["writes"][other], world.endpoints()) == ([], {provider: [seeded]})


# -- doubt -------------------------------------------------------------------------------------------------------------


@ORDERS
@BOTH
def test_a_provider_that_cannot_be_read_is_a_failure_unless_the_task_skips_it(world, order, check):
    first, second = order
    world.accounts[first].fault("endpoint.list", "status", times=0, status=500, message="try later")
    refused = world.failing(*order, check=check)
    assert "try later" in refused["msg"] and "failed_look: skip" in refused["msg"]
    assert (world.endpoints(), sum(map(len, refused["writes"].values()))) == ({}, 0)
    assert world.ok(*order, check=check, failed_look="skip")["provider"] == second


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fault", ["reset", "garbage"])
@pytest.mark.parametrize("provider", CANDIDATES)
def test_a_create_whose_response_is_lost_never_leads_elsewhere(world, provider, fault, when):
    other = "ppio" if provider != "ppio" else "novita"
    world.accounts[provider].fault("endpoint.create", fault, when=when)
    values = world.run(provider, other)
    assert values["writes"][other] == []
    if when == "after":
        assert (values["provider"], list(world.endpoints())) == (provider, [provider])
    else:
        assert (values["failure"]["reason"], world.endpoints()) == ("outcome_unknown", {})
        assert "tries no other candidate" in values["msg"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("provider", CANDIDATES)
def test_a_fault_at_any_request_leaves_at_most_one_endpoint_and_names_it(world, provider, number, when):
    other = "ppio" if provider != "ppio" else "novita"
    world.accounts[provider].fault("*", "reset", skip=number, when=when)
    values = world.run(provider, other)
    remaining = [resource_id for ids in world.endpoints().values() for resource_id in ids]
    assert len(remaining) <= 1
    assert not values.get("failed") or all(resource_id in values["msg"] for resource_id in remaining)
    assert values.get("failed") or remaining == [values["id"]]
    world.accounts[provider].faults.clear()
    again = world.ok(provider, other)
    assert [resource_id for ids in world.endpoints().values() for resource_id in ids] == [again["id"]]


@BOTH
def test_several_endpoints_of_the_name_are_an_error(world, check):
    ids = [world.seed("ppio"), world.seed("ppio")]
    refused = world.failing("novita", "ppio", check=check)
    assert all(number in refused["msg"] for number in ids)
    assert not any(refused["writes"].values())


@BOTH
def test_an_invalid_option_of_the_last_candidate_fails_before_the_first_write(world, check):
    last = {**PPIO, "max_concurrent": 100000}
    refused = world.failing(candidates=[NOVITA, last], check=check)
    assert "candidate 2 (ppio, product 9)" in refused["msg"]
    assert "max_concurrent: must be from 1 to 1000, not 100000" in refused["msg"]
    assert (refused["failure"]["reason"], any(refused["writes"].values())) == ("invalid_option", False)


@BOTH
def test_a_similar_name_fails_before_the_first_write(world, check):
    world.accounts["ppio"].store("endpoints").seed({"name": "LLM"})
    refused = world.failing("novita", "ppio", check=check)
    assert "candidate 2 (ppio, product 9)" in refused["msg"]
    assert not any(refused["writes"].values())
    assert world.ok("novita", "ppio", check=check, allow_similar_name=True)["provider"] == "novita"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"candidates": [VAST | {"template_covers": []}]}, "image, envs"),
        ({"candidates": [PPIO | {"template_covers": ["image"]}]}, "template_covers: supported only at Vast.ai"),
        ({"candidates": [PPIO | {"provider_options": {"novita": {"cluster_id": "x"}}}]}, "belongs to another provider"),
        ({"candidates": [PPIO], "provider_options": {"ppio": {"name": "x"}}}, "provider_options.ppio.name"),
        ({"candidates": [PPIO], "provider_options": {"ppio": {"bogus": 1}}}, "bogus"),
        ({"candidates": [PPIO], "min_workers": "many"}, "min_workers"),
        ({"candidates": [PPIO], "registry_credential": {"username": "x"}}, "registry_credential.name: must be set"),
        ({"candidates": [NOVITA], "registry_credential": {"name": ""}}, "registry_credential.name: must not be empty"),
        (
            {"candidates": [PPIO], "registry_credential": {"name": "a", "user": "x"}},
            "product 9): unknown option registry_credential.user; did you mean username?",
        ),
        ({"candidates": [PPIO], "verify": {"url": "ftp://x"}}, "verify.url"),
        ({"candidates": [VAST], "verify": {"body": "text"}}, "verify.body: must be a mapping at Vast.ai"),
        ({"candidates": []}, "candidates"),
        ({"candidates": [PPIO | {"product": ""}]}, "candidate 1 (ppio): product: must not be empty"),
        ({"candidates": [NOVITA | {"product": ""}]}, "candidate 1 (novita): product: must not be empty"),
        ({"candidates": [VAST | {"product": ""}]}, "candidate 1 (vast): product: must not be empty"),
        ({"candidates": [NOVITA | {"port": 2222}]}, "candidate 1 (novita, product 7): port: must not be"),
        ({"candidates": [PPIO], "provider": "ppio"}, "mutually exclusive"),
        ({}, "one of the following is required: provider, candidates"),
        ({"candidates": [PPIO], "name": " "}, "name: must not be empty"),
        ({"candidates": [PPIO], "max_workers": True}, "max_workers"),
        (
            {"candidates": [NOVITA | {"port": 2222}], "provider_options": {"novita": {"ports": None}}},
            "candidate 1 (novita, product 7): port: must not be",
        ),
        ({"candidates": [with_template(desc="LLM")], "name": "<id>"}, "candidate 1 (vast): name: must be a real value"),
        (
            {"candidates": [with_template(name="<id>")]},
            "candidate 1 (vast): provider_options.vast.template.name: must be a real value",
        ),
        (
            {"candidates": [with_template(desc="LLM") | {"product": ""}]},
            "product, provider_options.vast.template: only",
        ),
        ({"candidates": [with_filter({"num_gpus": {"eq": 2}})], "gpu_count": 2}, "gpu_count: cannot be combined with"),
        ({"candidates": [with_filter(5)], "gpu_count": 2}, "search_params: must be of type object or string, not 5"),
        ({"candidates": [with_filter(["x"])], "gpu_count": 2}, "search_params: must be of type object or string, not"),
    ],
)
def test_invalid_options_are_refused_before_the_first_request(world, options, words):
    refused = world.run_task({**COMMON, **options})
    assert refused.get("failed") and words in refused["msg"], refused.get("msg")
    assert refused["requests"] == 0


@BOTH
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"candidates": [NOVITA], "max_workers": -1},
            ": min_workers: must be at most max_workers (-1), not 0. Nothing",
        ),
        ({"candidates": [with_template(runtype="x")]}, ": provider_options.vast.template.runtype: must be one of ssh"),
    ],
)
def test_a_plan_that_one_resource_refuses_writes_nothing(world, options, words, check):
    """A template is refused only after its list was read. The endpoint, which comes after it, must not be created."""
    refused = world.run_task({**COMMON, **options}, check)
    assert refused.get("failed") and words in refused["msg"]
    assert (refused["failure"]["reason"], any(refused["writes"].values())) == ("invalid_option", False)


def test_no_secret_is_shown(world):
    options = {
        "candidates": [PPIO],
        "secret_envs": {"TOKEN": "canary-secret-0001"},
        "provider_options": {"vast": {"workergroup": {"secret_launch_args": "canary-secret-0002"}}},
    }
    values = world.run_task({**COMMON, **options})
    assert not values.get("failed"), values["msg"]
    assert "canary" not in values["printed"]
    # Ansible itself refuses the second task, before the module runs.
    for invalid in ({"provider_options": {"ppio": {"api_key": "canary-secret-0003"}}}, {"max_workers": "many"}):
        refused = world.run_task({**COMMON, **options, **invalid})
        assert refused.get("failed") and "canary" not in refused["printed"]
        direct, printed = run_direct("inference_endpoint", {**COMMON, **options, **invalid})
        assert direct.get("failed") and "canary" not in printed


# -- the probe ---------------------------------------------------------------------------------------------------------


def test_a_candidate_that_fails_the_probe_is_deleted(world):
    for provider in ("novita", "ppio"):
        world.accounts[provider].settings.set(endpoints_respond=True)
    verify = {"path": "/health", "retries": 0, "text": "no response has this text"}
    values = world.failing("novita", "ppio", min_workers=1, verify=verify)
    assert (outcomes(values), world.endpoints()) == (["removed", "removed"], {})
    assert "without the expected text" in values["msg"]


def test_an_endpoint_that_was_ready_and_fails_the_probe_remains(world):
    world.accounts["novita"].settings.set(endpoints_respond=True)
    created = world.ok("novita", min_workers=1)
    values = world.failing("novita", "ppio", min_workers=1, verify={"path": "/health", "retries": 0, "status": [418]})
    assert (values["failure"]["reason"], world.endpoints()) == ("probe_failed", {"novita": [created["id"]]})
    passed = world.ok("novita", "ppio", min_workers=1, verify={"path": "/health", "successes": 2})
    assert passed["probe"]["attempts"] == 2


def kept():
    """Return the candidate at Vast.ai whose endpoint keeps a worker."""
    return {**VAST, "min_workers": 1, "wait_timeout": 600}


def test_a_probe_at_vast_goes_through_the_router_to_a_worker(world):
    world.accounts["vast"].settings.set(endpoints_respond=True)
    verify = {"path": "/v1/completions", "body": {"prompt": "2 + 2 ="}, "text": "2 + 2 =", "successes": 2}
    values = world.ok(candidates=[kept()], verify=verify)
    assert (values["probe"]["attempts"], values["probe"]["status"]) == (2, 200)
    [row] = world.rows("vast")
    assert row["api_key"] not in values["printed"]


def test_a_probe_at_vast_fails_while_the_router_assigns_no_worker(world):
    world.accounts["vast"].settings.set(endpoints_respond=True, rest_after=0)
    values = world.failing("vast", verify={"path": "/x", "retries": 1, "pause": 0})
    assert "the router of Vast.ai assigned no worker" in values["msg"]
    assert (values["failure"]["reason"], world.endpoints()) == ("not_ready", {})
    assert values["tried"][0]["reason"] == "probe_failed"


@pytest.mark.parametrize(
    ("router", "words"),
    [
        ({"status": 401, "body": b"no"}, "the router of Vast.ai responded with HTTP status 401; response: 'no'"),
        ({"status": 200, "body": b"<html>"}, "the router of Vast.ai responded with HTTP status 200"),
        ({"status": 200, "body": b"[]"}, "the router of Vast.ai responded with HTTP status 200"),
        ({"status": 200, "body": b'{"url": 5}'}, "the router of Vast.ai assigned no worker (no worker)"),
        ({"status": 200, "body": b'{"url": "http://worker.example"}'}, "the assigned worker is not encrypted"),
    ],
)
def test_an_unusable_assignment_is_a_failure_of_the_probe(monkeypatch, router, words):
    options = probe_options.merged({"method": "POST", "retries": 0, "path": "/x"})
    probe = RoutedProbe(
        options,
        PlayedClock(),
        lambda: None,
        secrets=Secrets(),
        router_url="https://router.example",
        endpoint="a",
        key="k",
    )
    monkeypatch.setattr(probe, "_sent", lambda *_request: Response(router["status"], {}, router["body"]))
    with pytest.raises(ProbeFailed) as failed:
        probe.run("")
    assert words in str(failed.value)


def test_without_the_key_of_the_endpoint_no_request_is_sent():
    probe = RoutedProbe(
        probe_options.merged(), PlayedClock(), lambda: None, secrets=Secrets(), router_url="", endpoint="a", key=""
    )
    with pytest.raises(ProbeFailed, match="did not return the API key of the endpoint"):
        probe.run("")


# -- warnings ----------------------------------------------------------------------------------------------------------


def test_a_warning_about_a_resource_is_shown_once(world):
    values = world.ok(candidates=[with_filter("num_gpus=1")])
    assert [str(warning).count("the filter has") for warning in values["warnings"]] == [1]


def test_a_host_without_locks_leads_to_one_warning(world, monkeypatch):
    def try_lock(_file, _byte):
        raise NoLocks("/tmp/x belongs to another user")

    monkeypatch.setattr(LockFile, "try_lock", try_lock)
    world.refuse_create("novita")
    values = world.ok("novita", "ppio")
    assert ["/tmp/x belongs to another user" in str(warning) for warning in values["warnings"]] == [True]


# -- costs and results -------------------------------------------------------------------------------------------------


def test_each_tried_candidate_has_its_reason_and_cost(world):
    world.refuse_create("novita")
    failed, ready = world.ok("novita", "ppio", prices=True)["tried"]
    assert (failed["reason"], failed["hourly_cost"]["worst"]) != ("", {})
    assert failed["hourly_cost"]["worst"] == {"known": 0.96, "unknown": 0}
    assert (ready["reason"], ready["hourly_cost"]["currency"]) == ("", "CNY")
    assert ready["hourly_cost"]["worst"] == {"known": 9.0, "unknown": 0}


def test_a_limit_of_the_cost_leads_to_the_next_candidate(world):
    limited = {**NOVITA, "provider_options": {"novita": {"cluster_id": "us-demo-1", "max_hourly_cost": {"USD": 0.5}}}}
    values = world.ok(candidates=[limited, PPIO])
    assert (values["provider"], [row["reason"] for row in values["tried"]]) == ("ppio", ["price", ""])


# -- accounts ------------------------------------------------------------------------------------------------------


@pytest.fixture(name="east")
def _east(world):
    """A second account of Novita AI, and the option that declares it."""
    key = f"{world.cloud.key}-east"
    url = world.cloud.url("novita")
    declared = {"name": "east", "provider": "novita", "api_key": key, "api_url": url, "api_retries": 0}
    return world.cloud.simulator.account("novita", key), [declared]


IN_EAST = {**NOVITA, "account": "east"}


def test_two_candidates_can_be_two_accounts_of_one_provider(world, east):
    account, accounts = east
    world.refuse_create("novita")
    values = world.ok(candidates=[NOVITA, IN_EAST], accounts=accounts)
    assert (values["provider"], values["account"]) == ("novita", "east")
    assert [row["candidate"] for row in values["tried"]] == [
        "candidate 1 (novita, product 7)",
        "candidate 2 (novita/east, product 7)",
    ]
    assert (len(account.store("endpoints").views()), world.endpoints()) == (1, {})
    assert world.ok(candidates=[NOVITA, IN_EAST], accounts=accounts)["changed"] is False


def test_an_endpoint_of_another_account_is_reported_with_its_account(world, east):
    account, accounts = east
    account.store("endpoints").seed({"name": "llm"})
    values = world.ok("ppio", candidates=[PPIO, IN_EAST], accounts=accounts, check=True)
    assert values["account"] == "east"
    world.seed("ppio")
    values = world.ok(candidates=[PPIO, IN_EAST], accounts=accounts)
    assert [(other["provider"], other["account"]) for other in values["others"]] == [("novita", "east")]
    assert "'llm' also exists at Novita AI, account east with the id" in str(values["warnings"])


def test_an_endpoint_is_deleted_in_every_account(world, east):
    account, accounts = east
    account.store("endpoints").seed({"name": "llm"})
    world.seed("novita")
    values = world.ok(candidates=[NOVITA, IN_EAST], accounts=accounts, state="absent")
    assert [row["candidate"] for row in values["tried"]] == ["novita", "novita/east"]
    assert (account.store("endpoints").views(), world.endpoints()) == ([], {})


def test_an_unknown_account_is_refused_by_name(world, east):
    _account, accounts = east
    values = world.failing(candidates=[PPIO, {**NOVITA, "account": "esat"}], accounts=accounts)
    assert "candidate 2 (novita/esat, product 7): account: must be the name of an element of accounts" in values["msg"]
    values = world.failing(candidates=[{**PPIO, "account": "east"}], accounts=accounts)
    assert "account: must be an account of PPIO, and 'east' is one of Novita AI" in values["msg"]
    assert values["requests"] == 0


@pytest.mark.parametrize("world", ["module"], indirect=True)
def test_a_real_result_has_the_documented_keys(world):
    documented = block_of("inference_endpoint", "RETURN")
    values = world.ok("ppio", prices=True)
    assert values.keys() - {
        "changed",
        "invocation",
        "warnings",
        "printed",
        "writes",
        "requests",
    } == documented.keys() - {"failure"}
    assert values["tried"][0].keys() == documented["tried"]["contains"].keys()
    assert values["plan"][0].keys() == documented["plan"]["contains"].keys()


def test_the_result_in_the_process_of_ansible_is_the_same(world):
    world.ok("ppio")
    unchanged = world.ok("ppio")
    connection = {"ppio": {"api_key": world.cloud.key, "api_url": world.cloud.url("ppio"), "api_retries": 0}}
    values, _printed = run_direct("inference_endpoint", {**COMMON, "candidates": [PPIO], **connection})
    assert (values["changed"], values["id"], values["endpoint"]) == (False, unchanged["id"], unchanged["endpoint"])
