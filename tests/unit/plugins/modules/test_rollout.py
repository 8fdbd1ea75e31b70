# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A new version of an endpoint as a second endpoint, before the older one is retired."""

from __future__ import annotations

import re

import pytest

from .test_fleet import Fleet
from .test_inference_endpoint import BOTH, CANDIDATES, COMMON, NOVITA, PPIO, VAST, World, outcomes

VAST_WITH_TEMPLATE = {
    "provider": "vast",
    "provider_options": {
        "vast": {
            "endpoint": {"min_load": 0},
            "template": {"recommended_disk_space": 64},
            "workergroup": {"search_params": VAST["provider_options"]["vast"]["workergroup"]["search_params"]},
        }
    },
}
NAMES = {"novita": "name", "ppio": "name", "vast": "endpoint_name"}
MINIMUM = {
    "novita": lambda row: row["workerConfig"]["minNum"],
    "ppio": lambda row: row["worker_config"]["min_replicas"],
    "vast": lambda row: row["cold_workers"],
}
OF_TEMPLATE = ("max_concurrent", "request_timeout", "health_path", "policy")
EACH = pytest.mark.parametrize("provider", CANDIDATES)


class Rollout(World):
    """Tasks that roll out versions of one endpoint."""

    def options(self, provider, tag, **options):
        candidate = VAST_WITH_TEMPLATE if provider == "vast" else CANDIDATES[provider]
        common = {key: value for key, value in COMMON.items() if provider != "vast" or key not in OF_TEMPLATE}
        image = f"registry.example.org/team/llm:{tag}"
        return {**common, "image": image, "strategy": "blue_green", "candidates": [candidate], **options}

    def roll(self, provider, tag, check=False, **options):
        values = self.run_task(self.options(provider, tag, **options), check)
        assert not values.get("failed"), values["msg"]
        return values

    def retire(self, provider, tag, **options):
        return self.roll(provider, tag, older_revisions="retire", **options)

    def finish_interrupted(self, provider, number, when, fault="reset"):
        """Interrupt the rollout of a version at a request, and check that the next run finishes it."""
        self.roll(provider, "0", min_workers=1)
        first = self.roll(provider, "1", min_workers=1)
        self.retire(provider, "1", min_workers=1)
        self.accounts[provider].fault("*", fault, skip=number, when=when)
        self.run_task(self.options(provider, "2", min_workers=1, older_revisions="retire"))
        self.accounts[provider].faults.clear()
        finished = self.retire(provider, "2", min_workers=1)
        remaining = [each["name"] for each in finished["revisions"] if each["action"] != "delete"]
        assert remaining == [f"llm--{finished['revision']}", f"llm--{first['revision']}"]
        assert [self.minimums(provider)[name] for name in remaining] == [1, 0]
        assert self.retire(provider, "2", min_workers=1)["changed"] is False

    def names(self, provider, store="endpoints"):
        key = NAMES[provider] if store == "endpoints" else "name"
        return sorted(row[key] for row in self.rows(provider, store))

    def minimums(self, provider):
        return {row[NAMES[provider]]: MINIMUM[provider](row) for row in self.rows(provider)}


@pytest.fixture(name="world")
def _world(cloud):
    return Rollout(cloud)


def actions(values):
    return [revision["action"] for revision in values["revisions"]]


# -- the name of a revision --------------------------------------------------------------------------------------------


@EACH
def test_a_new_image_is_a_second_endpoint_and_the_first_one_stays(world, provider):
    first = world.roll(provider, "1")
    second = world.roll(provider, "2")
    assert re.fullmatch("llm--r1[0-9a-f]{8}", first["revisions"][0]["name"])
    assert first["revision"] != second["revision"]
    assert world.names(provider) == sorted(f"llm--{each['revision']}" for each in (first, second))
    assert [each["id"] for each in second["revisions"]] == [second["id"], first["id"]]
    assert world.roll(provider, "2")["changed"] is False


@EACH
@pytest.mark.parametrize(
    "change",
    [{"max_workers": 5}, {"min_workers": 1}, {"secret_envs": {"TOKEN": "s3cret-of-the-model"}}, {"idle_timeout": 600}],
    ids=lambda change: next(iter(change)),
)
def test_what_does_not_run_changes_in_place(world, provider, change):
    first = world.roll(provider, "1")
    second = world.roll(provider, "1", wait_timeout=20, **change)
    assert (second["revision"], second["id"], second["changed"]) == (first["revision"], first["id"], True)


@EACH
@pytest.mark.parametrize("change", [{"envs": {"LOG_LEVEL": "debug"}}, {"port": 9000}], ids=["envs", "port"])
def test_what_runs_is_another_revision(world, provider, change):
    assert world.roll(provider, "1")["revision"] != world.roll(provider, "1", **change)["revision"]


def test_a_section_of_a_provider_counts_like_the_option_that_it_overrides(world):
    section = {
        "novita": {**NOVITA["provider_options"]["novita"], "image": {"image": "registry.example.org/team/llm:2"}}
    }
    overridden = world.roll("novita", "1", candidates=[{**NOVITA, "provider_options": section}])
    assert world.roll("novita", "2")["revision"] == overridden["revision"]


def test_numbers_and_texts_of_one_value_are_the_same_revision(world):
    one = world.roll("ppio", "1", envs={"A": 8}, candidates=[{**PPIO, "product": 9}])
    assert world.roll("ppio", "1", envs={"A": "8"})["revision"] == one["revision"]


def test_another_candidate_does_not_change_the_revision(world):
    first = world.roll("novita", "1")
    assert world.roll("novita", "1", candidates=[NOVITA, PPIO])["revision"] == first["revision"]


def test_the_task_can_set_the_revision(world):
    first = world.roll("novita", "1", revision="v1")
    in_place = world.roll("novita", "2", revision="v1")
    assert (in_place["id"], in_place["changed"]) == (first["id"], True)
    assert world.roll("novita", "2", revision="v2")["id"] != first["id"]


def test_the_revision_does_not_depend_on_the_version_of_the_collection(world):
    """Another revision would lead to a second endpoint after an upgrade."""
    assert world.roll("novita", "1", check=True)["revision"] == "r1846ec39b"


@BOTH
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"revision": ""}, "revision: must not be empty"),
        ({"revision": "v1", "strategy": "in_place"}, "revision: must be omitted, unless strategy is blue_green"),
        ({"strategy": "rolling"}, "strategy: must not be rolling, which only Vast.ai supports"),
        ({"keep_revisions": -1}, "keep_revisions: must be from 0 to 100"),
        ({"drain": 86401}, "drain: must be from 0 to 86400"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_invalid_options_are_refused_before_the_first_request(world, options, words, check):
    values = world.run_task(world.options("novita", "1", **options), check)
    assert words in values["msg"]
    assert values["requests"] == 0


@BOTH
def test_the_characters_of_the_revision_count_for_the_length_of_the_name(world, check):
    values = world.run_task(world.options("novita", "1", name="x" * 209), check)
    assert "name: must have at most 220 characters" in values["msg"] and "(221 characters)" in values["msg"]
    assert values["writes"]["novita"] == []


@pytest.mark.parametrize("provider", ["novita", "ppio"])
def test_a_value_that_only_one_endpoint_can_have_is_refused(world, provider):
    section = (CANDIDATES[provider].get("provider_options") or {}).get(provider, {})
    candidate = {**CANDIDATES[provider], "provider_options": {provider: {**section, "app_name": "chat"}}}
    values = world.run_task(world.options(provider, "1", candidates=[candidate]))
    assert f"provider_options.{provider}.app_name: must be omitted if strategy is blue_green" in values["msg"]
    assert values["requests"] == 0


def test_a_task_that_does_not_say_what_runs_is_refused(world):
    values = world.run_task({"name": "llm", "provider": "novita", "max_workers": 3, "strategy": "blue_green"})
    assert "strategy: must not be blue_green" in values["msg"]
    assert values["requests"] == 0


# -- older revisions ---------------------------------------------------------------------------------------------------


@EACH
def test_the_older_revision_rests_and_those_before_it_are_deleted(world, provider):
    names = []
    for tag in ("1", "2", "3"):
        names.append(world.roll(provider, tag, min_workers=1)["revisions"][0]["name"])
        planned = world.retire(provider, tag, min_workers=1, check=True)
        retired = world.retire(provider, tag, min_workers=1)
        assert (planned["plan"], actions(planned)) == (retired["plan"], actions(retired))
        assert planned["changed"] is retired["changed"] is (tag != "1")
    assert actions(retired) == ["keep", "rest", "delete"]
    changes = [step["action"] for step in retired["plan"] if step["action"] != "none"]
    assert changes == ["delete"] * (2 if provider == "vast" else 1) + ["update"]
    assert world.minimums(provider) == {names[1]: 0, names[2]: 1}
    assert world.retire(provider, "3", min_workers=1)["changed"] is False
    if provider == "vast":
        assert world.names("vast", "templates") == sorted(names[1:])
        assert len(world.rows("vast", "workergroups")) == 2


@EACH
def test_the_former_task_returns_to_the_older_revision_without_a_new_endpoint(world, provider):
    first = world.roll(provider, "1", min_workers=1)
    world.roll(provider, "2", min_workers=1)
    world.retire(provider, "2", min_workers=1)
    back = world.roll(provider, "1", min_workers=1)
    assert (back["id"], "endpoint.create" in back["writes"][provider]) == (first["id"], False)
    retired = world.retire(provider, "1", min_workers=1)
    assert actions(retired) == ["keep", "rest"]
    assert sorted(world.minimums(provider).values()) == [0, 1]


def test_the_revision_that_still_keeps_workers_has_priority(world):
    """The oldest revision has served last, after a return to it."""
    for tag in ("1", "2"):
        world.roll("ppio", tag, min_workers=1)
    world.retire("ppio", "2", min_workers=1)
    oldest = world.roll("ppio", "1", min_workers=1)
    world.retire("ppio", "1", min_workers=1)
    world.roll("ppio", "3", min_workers=1)
    world.retire("ppio", "3", min_workers=1)
    assert f"llm--{oldest['revision']}" in world.names("ppio")


@pytest.mark.parametrize("provider", ["novita", "ppio"])
def test_a_revision_that_has_failed_is_not_kept_in_place_of_one_that_served(world, provider):
    """An interrupted run can leave a bad revision, which is newer."""
    good = world.roll(provider, "1", min_workers=1)
    bad = world.roll(provider, "2", min_workers=1)
    failed = {"novita": {"state": "failed"}, "ppio": {"status": "failed"}}[provider]
    world.accounts[provider].store("endpoints").change(bad["id"], failed)
    world.roll(provider, "3", min_workers=1)
    retired = world.retire(provider, "3", min_workers=1)
    assert [(each["id"], each["action"]) for each in retired["revisions"][1:]] == [
        (good["id"], "rest"),
        (bad["id"], "delete"),
    ]


def test_no_revision_is_kept_on_request(world):
    for tag in ("1", "2"):
        world.roll("novita", tag)
    world.retire("novita", "2", keep_revisions=0)
    assert len(world.names("novita")) == 1


def test_only_the_exact_form_is_a_revision(world):
    others = [
        "llm",
        "llm--r1",
        "llm--r1ABCDEF01",
        "llm--r2abcdef01",
        "llm--r1abcdef012",
        "x-llm--r1abcdef01",
        "llm--v1",
    ]
    for name in others:
        world.accounts["novita"].store("endpoints").seed({"name": name})
    world.roll("novita", "1", allow_similar_name=True)
    world.retire("novita", "1", keep_revisions=0, allow_similar_name=True)
    assert set(others) <= set(world.names("novita"))


def test_revisions_in_all_accounts_of_the_candidates_are_retired(world):
    world.roll("novita", "1")
    second = world.roll("ppio", "2", candidates=[PPIO, NOVITA])
    assert [each["provider"] for each in second["revisions"]] == ["ppio", "novita"]
    world.retire("ppio", "2", candidates=[PPIO, NOVITA], keep_revisions=0)
    assert (world.names("novita"), len(world.names("ppio"))) == ([], 1)


def test_the_wait_before_the_retirement_is_as_long_as_the_task_says(world, clock):
    for tag in ("1", "2"):
        world.roll("novita", tag)
    began = clock.now()
    world.retire("novita", "2", keep_revisions=0, drain=500, check=True)
    assert clock.now() - began < 100
    world.retire("novita", "2", keep_revisions=0, drain=500)
    assert clock.now() - began >= 500
    began = clock.now()
    world.retire("novita", "2", keep_revisions=0, drain=500)
    assert clock.now() - began < 100


@BOTH
def test_absent_deletes_all_revisions(world, check):
    for tag in ("1", "2"):
        world.roll("novita", tag)
    world.accounts["novita"].store("endpoints").seed({"name": "llm"})
    world.accounts["novita"].store("endpoints").seed({"name": "other--r1abcdef01"})
    world.roll("novita", "2", state="absent", check=check)
    assert world.names("novita") == ["other--r1abcdef01"] or check
    assert len(world.names("novita")) == 4 or not check


# -- failures ----------------------------------------------------------------------------------------------------------


@EACH
def test_a_bad_image_leaves_nothing_and_the_older_revision_unchanged(world, provider):
    first = world.roll(provider, "1", min_workers=1)
    before = world.rows(provider)
    operation = "workergroup.create" if provider == "vast" else "endpoint.create"
    fault = {"status": 400} if provider == "vast" else {}
    world.accounts[provider].fault(operation, "status" if fault else "failed_state", message="no such image", **fault)
    values = world.run_task(world.options(provider, "2", min_workers=1, older_revisions="retire"))
    assert values["failed"]
    assert (outcomes(values), world.endpoints()) == (["removed"], {provider: [first["id"]]})
    assert world.rows(provider) == before
    if provider == "vast":
        assert world.names("vast", "templates") == [f"llm--{first['revision']}"]


def test_a_failed_probe_removes_the_new_revision_and_retires_nothing(world):
    for provider in ("novita",):
        world.accounts[provider].settings.set(endpoints_respond=True)
    first = world.roll("novita", "1", min_workers=1)
    probe = {"path": "/health", "text": "no such text", "retries": 1, "pause": 0}
    values = world.run_task(world.options("novita", "2", min_workers=1, verify=probe, older_revisions="retire"))
    assert values["failure"]["reason"] == "probe_failed" or "probe" in values["msg"]
    assert world.endpoints() == {"novita": [first["id"]]}
    assert world.minimums("novita") == {f"llm--{first['revision']}": 1}


@pytest.mark.parametrize(("provider", "number"), [("novita", 3), ("ppio", 11), ("vast", 9), ("vast", 14)])
def test_a_rollout_that_was_interrupted_is_finished_by_the_next_run(world, provider, number):
    """tests/prove/test_rollout_faults.py interrupts it at each request."""
    world.finish_interrupted(provider, number, "after")


def test_a_revision_that_cannot_be_retired_is_named(world):
    first = world.roll("novita", "1")
    world.roll("novita", "2")
    world.accounts["novita"].fault("endpoint.delete", "status", times=0, status=400, message="try later")
    values = world.run_task(world.options("novita", "2", older_revisions="retire", keep_revisions=0))
    assert "retire the older revisions" in values["msg"] and first["revision"] in values["msg"]
    assert "The current revision is ready" in values["msg"]


def test_the_template_of_a_revision_is_deleted_before_its_endpoint(world):
    """If the task is killed between the two, the next one still finds the revision."""
    for tag in ("1", "2"):
        world.roll("vast", tag)
    writes = world.retire("vast", "2", keep_revisions=0)["writes"]["vast"]
    assert [name for name in writes if name.endswith(".delete")] == ["template.delete", "endpoint.delete"]


def test_a_template_that_cannot_be_deleted_does_not_keep_the_endpoint_and_is_deleted_later(world, clock):
    world.roll("vast", "1")
    second = world.roll("vast", "2")
    world.accounts["vast"].fault("template.delete", "status", times=0, status=400, message="try later")
    values = world.run_task(world.options("vast", "2", older_revisions="retire", keep_revisions=0))
    assert "try later" in values["msg"]
    assert world.endpoints() == {"vast": [second["id"]]}
    world.accounts["vast"].faults.clear()
    assert world.retire("vast", "2", check=True)["changed"] is True
    began = clock.now()
    assert world.retire("vast", "2", drain=500)["writes"]["vast"] == ["template.delete"]
    assert clock.now() - began < 100
    assert world.names("vast", "templates") == [f"llm--{second['revision']}"]
    assert world.retire("vast", "2")["changed"] is False


@pytest.mark.parametrize("state", ["present", "absent"])
def test_templates_of_revisions_that_no_longer_exist_are_deleted(world, state):
    """A template is the first resource of a revision. It remains alone if the task is killed before the endpoint."""
    for_both = {"candidates": [{**VAST_WITH_TEMPLATE, "template_covers": OF_TEMPLATE}, NOVITA]}
    for_both |= {option: COMMON[option] for option in OF_TEMPLATE}
    created = world.roll("vast", "1", **for_both)
    names = ["llm", "llm--r1abcdef", "llm--r1abcdef01", "other--r1abcdef01"]
    for name in names:
        world.accounts["vast"].store("templates").seed({"name": name})
    other = world.accounts["vast"].store("endpoints").seed({"endpoint_name": "other"})
    for name, option, wire in (
        ("llm--r1abcdef02", "template_hash", "hash_id"),
        ("llm--r1abcdef03", "template_id", "id"),
    ):
        used = world.accounts["vast"].store("templates").seed({"name": name})
        world.accounts["vast"].store("workergroups").seed({"endpoint_id": other["id"], option: used[wire]})
    options = {"older_revisions": "retire"} if state == "present" else {"state": "absent"}
    world.roll("vast", "1", **for_both, **options)
    own = [f"llm--{created['revision']}"] if state == "present" else []
    others = ["llm", "llm--r1abcdef", "llm--r1abcdef02", "llm--r1abcdef03", "other--r1abcdef01"]
    assert world.names("vast", "templates") == sorted([*own, *others])


# -- money -------------------------------------------------------------------------------------------------------------


def test_the_cost_contains_both_revisions(world):
    one = world.roll("novita", "1", prices=True)["hourly_cost"]["USD"]["after"]["worst"]["known"]
    both = world.roll("novita", "2", prices=True, check=True)["hourly_cost"]["USD"]
    assert both["after"]["worst"]["known"] == pytest.approx(2 * one)
    assert both["before"]["worst"]["known"] == pytest.approx(one)


@EACH
def test_the_cost_after_the_retirement_contains_the_resting_revision(world, provider):
    currency = "CNY" if provider == "ppio" else "USD"
    for tag in ("1", "2"):
        both = world.roll(provider, tag, min_workers=1, prices=True)["hourly_cost"][currency]["after"]
    retired = world.retire(provider, "2", min_workers=1, prices=True)["hourly_cost"][currency]
    assert retired["after"]["worst"] == both["worst"]
    again = world.retire(provider, "2", min_workers=1, prices=True)["hourly_cost"][currency]
    assert again["before"]["worst"] == again["after"]["worst"] == both["worst"]
    none = world.retire(provider, "2", min_workers=1, prices=True, keep_revisions=0)["hourly_cost"][currency]
    assert none["after"]["worst"]["known"] < both["worst"]["known"]


def test_a_cost_limit_applies_to_both_revisions_together(world):
    one = world.roll("novita", "1", prices=True)["hourly_cost"]["USD"]["after"]["worst"]["known"]
    limited = world.run_task(world.options("novita", "2", max_hourly_cost={"USD": one * 1.5}))
    assert [row["reason"] for row in limited["tried"]] == ["price"]
    assert len(world.names("novita")) == 1
    assert world.roll("novita", "2", max_hourly_cost={"USD": one * 2.5})["changed"]


# -- a rolling update of workers ---------------------------------------------------------------------------------------


def test_a_rolling_update_changes_the_template_and_the_workers_of_one_endpoint(world):
    first = world.roll("vast", "1", strategy="rolling")
    second = world.roll("vast", "2", strategy="rolling")
    assert (second["id"], second["revisions"]) == (first["id"], [])
    requests = [request["operation"] for request in world.accounts["vast"].requests]
    assert requests.count("worker.roll") == 1
    assert world.roll("vast", "2", strategy="rolling")["changed"] is False


# -- a fleet -----------------------------------------------------------------------------------------------------------


@pytest.fixture(name="fleet")
def _fleet(cloud):
    return Fleet(cloud)


def test_a_fleet_keeps_all_revisions_and_counts_their_cost(world, fleet):
    for tag in ("1", "2"):
        values = world.roll("novita", tag, prices=True)
    entry = {"inference_endpoint": world.options("novita", "2")}
    result = fleet.ok(entry, prune={"novita_endpoint": "llm"}, list_unmanaged=True, prices=True)
    assert [row["action"] for row in result["resources"]] == ["unchanged", "unchanged"]
    assert result["unmanaged"] == []
    assert result["hourly_cost"]["USD"]["after"]["worst"] == values["hourly_cost"]["USD"]["after"]["worst"]
    assert [each["action"] for each in result["inference_endpoints"][0]["revisions"]] == ["keep", "keep"]


def test_a_fleet_prunes_no_revision_if_the_endpoint_cannot_be_planned(world, fleet):
    world.roll("novita", "1")
    for name in ("llm", "llm-old"):
        fleet.accounts["novita"].store("endpoints").seed({"name": name})
    fleet.accounts["ppio"].fault("endpoint.list", "status", times=0, status=403, message="not allowed")
    entry = {"inference_endpoint": world.options("novita", "2", candidates=[NOVITA, PPIO])}
    fleet.run(entry, prune={"novita_endpoint": "llm"})
    assert len(fleet.names("novita")) == 1 and "--r1" in fleet.names("novita")[0]


def test_a_fleet_deletes_all_revisions(world, fleet):
    for tag in ("1", "2"):
        world.roll("novita", tag)
    names = world.names("novita")
    result = fleet.ok({"inference_endpoint": world.options("novita", "2", state="absent")})
    assert fleet.names("novita") == []
    assert sorted(row["name"] for row in result["resources"] if row["action"] == "delete") == names
    assert fleet.ok({"inference_endpoint": world.options("novita", "2", state="absent")})["changed"] is False


def test_two_entries_cannot_be_revisions_of_one_endpoint(world, fleet):
    entries = [{"inference_endpoint": world.options("novita", tag)} for tag in ("1", "2")]
    assert "duplicates entry 1" in fleet.run(*entries)["msg"]
