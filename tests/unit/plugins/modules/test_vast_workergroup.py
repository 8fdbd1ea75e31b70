# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only workergroups have: no name, an endpoint, a template with two identifiers, a filter of offers."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.task import Task

OLD, NEW = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e", "7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e"
QUERY = "gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6"

SAFE = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}
SAFE_TEXT = "verified=true rentable=true rented=false"
STORED = {**SAFE, "num_gpus": {"eq": "1"}}


@pytest.fixture(name="groups")
def _groups(cloud):
    return Groups(cloud)


class Groups:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")
        self.store = self.account.store("workergroups")
        self.endpoint = self.add_endpoint("tts")

    def add_endpoint(self, name):
        return self.account.store("endpoints").seed({"endpoint_name": name})["id"]

    def add(self, **wire_fields):
        return str(self.store.seed({"endpoint_id": self.endpoint, "template_hash": OLD, **wire_fields})["id"])

    def run(self, check=False, **options):
        return self.cloud.run(
            "vast_workergroup", {"autoscaler_url": self.cloud.url("vast-autoscaler"), **options}, check
        )

    def info(self, **options):
        return self.cloud.run("vast_workergroup_info", options).ok()["workergroups"]

    def row(self, number=0):
        return self.store.views()[number]


# -- match -----------------------------------------------------------------------------------------------------------


def test_the_name_of_the_endpoint_is_resolved_and_its_id_is_sent(groups):
    made = groups.run(endpoint="tts", template_hash=OLD, search_params=QUERY).ok(changed=True)
    assert made.operations == ["endpoint.list", "workergroup.list", "workergroup.create", "workergroup.list"]
    [write] = made.writes
    assert (write["body"]["endpoint_id"], write["body"]["endpoint_name"]) == (groups.endpoint, "tts")
    assert made["workergroup"]["spec"]["endpoint"] == "tts"
    assert groups.run(endpoint="tts", template_hash=OLD, search_params=QUERY).ok(changed=False).writes == []


@pytest.mark.parametrize("check", [True, False])
def test_a_missing_endpoint_is_refused_and_in_check_mode_causes_a_warning(groups, check):
    done = groups.run(check, endpoint="later", template_hash=OLD)
    assert done.writes == []
    if check:
        assert done.ok(changed=True)["plan"][0]["action"] == "create"
        assert "endpoint 'later' does not exist" in str(done["warnings"])
    else:
        done.failing("endpoint 'later' does not exist", "vast_endpoint")
        assert done["failure"]["reason"] == "not_found"


@pytest.mark.parametrize("later", ["later", "tts"])
def test_check_mode_warns_that_a_cost_cannot_be_calculated_without_the_endpoint(groups, later):
    task = {"endpoint": later, "template_hash": OLD, "search_params": QUERY, "max_hourly_cost": {"USD": 100}}
    planned = groups.run(True, **task).ok(changed=True)
    warning = f"max_hourly_cost: check mode cannot calculate the cost without the endpoint '{later}'"
    assert (warning in str(planned["warnings"])) is (later == "later")


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_endpoints_with_the_same_name_are_refused_with_their_ids(groups, state):
    groups.add()
    other = groups.add_endpoint("tts")
    failed = groups.run(endpoint="tts", template_hash=NEW, state=state).failing(groups.endpoint, other, "endpoint_id")
    assert failed.writes == []


def test_a_workergroup_is_found_after_its_endpoint_was_renamed(groups):
    number = groups.add(endpoint_name="tts")
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "speech"})
    found = groups.run(endpoint="speech", template_hash=OLD).ok(changed=False)
    assert (found["id"], found["workergroup"]["spec"]["endpoint"]) == (number, "speech")
    assert [group["id"] for group in groups.info(endpoint="speech")] == [number]
    assert groups.info(endpoint="tts") == []


def test_a_new_endpoint_with_an_old_name_does_not_get_the_workergroup(groups):
    number = groups.add(endpoint_name="tts")
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "speech"})
    groups.run(endpoint="tts", state="absent").ok(changed=False)
    groups.add_endpoint("tts")
    assert groups.run(endpoint="tts", template_hash=NEW).ok(changed=True)["id"] != number
    assert groups.row()["template_hash"] == OLD


def test_an_orphaned_workergroup_is_deleted_by_the_name_of_its_endpoint(groups):
    groups.add(endpoint_id=99, endpoint_name="old")
    groups.run(endpoint="old", state="absent").ok(changed=True)
    assert groups.store.views() == []


def test_info_shows_an_orphaned_workergroup_by_the_name_that_deletes_it(groups):
    number = groups.add(endpoint_id=99, endpoint_name="old")
    assert [group["id"] for group in groups.info(endpoint="old")] == [number]
    groups.run(True, endpoint="old", state="absent").ok(changed=True)
    own = groups.add(endpoint_id=groups.add_endpoint("old"), endpoint_name="old")
    assert [group["id"] for group in groups.info(endpoint="old")] == [own]
    groups.run(endpoint="old", state="absent").ok(changed=True)
    assert [str(row["id"]) for row in groups.store.views()] == [number]


def test_workergroups_are_sorted_by_the_current_names_of_their_endpoints(groups):
    first, second = groups.add(), groups.add(endpoint_id=groups.add_endpoint("llm"))
    assert [group["id"] for group in groups.info()] == [second, first]
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "asr"})
    assert [group["id"] for group in groups.info()] == [first, second]


def test_an_id_selects_the_workergroup_to_delete_despite_an_ambiguous_endpoint_name(groups):
    number = groups.add()
    groups.add_endpoint("tts")
    deleted = groups.run(id=number, endpoint="tts", state="absent").ok(changed=True)
    assert deleted.operations == ["workergroup.list", "workergroup.delete", "workergroup.list"]


def test_two_workergroups_of_one_endpoint_are_refused_with_their_ids(groups):
    first, second = groups.add(), groups.add(template_hash=NEW)
    for state in ("present", "absent"):
        failed = groups.run(endpoint="tts", state=state, gpu_ram=8).failing(first, second)
        assert failed.writes == []


def test_match_template_selects_the_workergroup_by_its_template(groups):
    first = groups.add()
    made = groups.run(endpoint="tts", match="template", template_hash=NEW).ok(changed=True)
    assert made["plan"][0]["action"] == "create"
    again = groups.run(endpoint="tts", match="template", template_hash=NEW, gpu_ram=8).ok(changed=True)
    assert again["id"] == made["id"]
    groups.run(endpoint="tts", match="template", template_hash=NEW, state="absent").ok(changed=True)
    assert [str(row["id"]) for row in groups.store.views()] == [first]


def test_match_template_needs_a_template(groups):
    groups.run(endpoint="tts", match="template").failing("template_hash, template_id")


@pytest.mark.parametrize("module", ["vast_workergroup", "vast_workergroup_info"])
def test_endpoint_name_is_an_alias_of_endpoint(groups, module):
    number = groups.add()
    found = groups.cloud.run(module, {"endpoint_name": "tts"}).ok(changed=False)
    assert number in (found.get("id"), *(group["id"] for group in found.get("workergroups", [])))


def test_two_options_for_the_same_endpoint_or_template_are_refused(groups):
    groups.run(endpoint="tts", endpoint_id=5).failing("mutually exclusive", "endpoint")
    groups.run(endpoint="tts", template_hash=OLD, template_id=5).failing("mutually exclusive", "template")


def test_a_workergroup_moves_to_another_endpoint_only_by_its_id(groups):
    number = groups.add()
    other = groups.add_endpoint("speech")
    moved = groups.run(id=number, endpoint="speech").ok(changed=True)
    assert moved["plan"][0]["fields"] == ["endpoint"]
    assert groups.row()["endpoint_id"] == other
    assert groups.run(id=number, endpoint="speech").ok(changed=False).writes == []
    groups.run(id=number, endpoint_id=groups.endpoint).ok(changed=True)
    assert groups.row()["endpoint_name"] == "tts"


@pytest.mark.parametrize("by", ["id", "endpoint_id"])
def test_an_update_never_sends_a_name_that_may_belong_to_another_endpoint(groups, by):
    number = groups.add(endpoint_name="tts")
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "speech"})
    groups.add_endpoint("tts")
    named = {"id": number} if by == "id" else {"endpoint_id": groups.endpoint}
    [write] = groups.run(**named, gpu_ram=8).ok(changed=True).writes
    assert (write["body"]["endpoint_id"], write["body"]["endpoint_name"]) == (groups.endpoint, None)
    [write] = groups.run(endpoint="speech", gpu_ram=9).ok(changed=True).writes
    assert (write["body"]["endpoint_id"], write["body"]["endpoint_name"]) == (groups.endpoint, "speech")
    other = groups.add_endpoint("asr")
    [write] = groups.run(id=number, endpoint_id=other).ok(changed=True).writes
    assert (write["body"]["endpoint_id"], write["body"]["endpoint_name"]) == (other, None)
    assert groups.row()["endpoint_name"] == "asr"


def test_a_refusal_that_mentions_no_option_is_reported(groups):
    groups.add()
    groups.account.fault(
        "workergroup.update", "status", status=400, reason="invalid_args", message="Missing endpoint ID"
    )
    groups.run(endpoint="tts", gpu_ram=8).failing("HTTP 400 invalid_args: Missing endpoint ID")


# -- the template ----------------------------------------------------------------------------------------------------


def test_a_new_template_hash_is_sent_without_the_old_template_id(groups):
    groups.add(template_id=5, search_query={"num_gpus": {"eq": 2}})
    changed = groups.run(endpoint="tts", template_hash=NEW).ok(changed=True)
    assert changed["plan"] == [{"action": "update", "fields": ["template_hash"], "effect": "rolls_workers"}]
    [write] = changed.writes
    assert (write["body"]["template_hash"], write["body"]["template_id"]) == (NEW, None)
    assert write["body"]["search_params"] == "num_gpus=2"
    assert groups.run(endpoint="tts", template_hash=NEW).ok(changed=False).writes == []


def test_a_template_can_be_set_by_its_id(groups):
    groups.add(template_id=5)
    [write] = groups.run(endpoint="tts", template_id=6).ok(changed=True).writes
    assert (write["body"]["template_hash"], write["body"]["template_id"]) == (None, 6)
    assert groups.info()[0]["spec"]["template_id"] == 6


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("options", [{}, {"search_params": QUERY}], ids=str)
def test_a_new_workergroup_without_a_template_is_refused(groups, options, check):
    assert (
        groups.run(check, endpoint="tts", **options).failing("template_hash or template_id: must be set").writes == []
    )


def test_a_workergroup_without_a_template_can_be_updated(groups):
    groups.add(template_hash=None)
    groups.run(endpoint="tts", gpu_ram=8).ok(changed=True)


# -- the filter ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, ""),
        ({"search_params": {}}, ""),
        ({"search_params": QUERY}, QUERY),
        (
            {
                "search_params": {
                    "gpu_ram": {"gte": 24000},
                    "gpu_name": {"in": ["RTX 4090", "A100"]},
                    "external": {"eq": None},
                }
            },
            "gpu_ram>=24 gpu_name in [RTX_4090,A100] external=None",
        ),
        (
            {"search_params": {"dph": {"lt": 1e-7}, "duration": {"gt": 129600}, "driver_version": {"gte": 535129003}}},
            "dph_total<0.0000001 duration>1.5 driver_version>=535.129.3",
        ),
        (
            {"search_params": "gpu_ram >= 23.5\n\treliability2 gt 0.98 display_active=false num_gpus=any"},
            "gpu_ram>=23.5 reliability>0.98 gpu_display_active=false",
        ),
    ],
    ids=str,
)
def test_a_create_always_sends_the_filter_as_text(groups, given, sent):
    [write] = groups.run(endpoint="tts", template_hash=OLD, **given).ok(changed=True).writes
    assert write["body"]["search_params"] == sent
    assert groups.run(endpoint="tts", template_hash=OLD, **given).ok(changed=False).writes == []


NOT_AS_TEXT = [
    ("gpu_name", {"eq": "RTX_4090"}),
    ("gpu_name", {"eq": "a,b"}),
    ("gpu_name", {"eq": "[a]"}),
    ("gpu_name", {"eq": 'a"b'}),
    ("gpu_name", {"eq": "a\tb"}),
    ("gpu_name", {"eq": " a"}),
    ("gpu_name", {"in": ["A100", "a "]}),
    ("gpu_name", {"eq": "=a"}),
    ("gpu_name", {"neq": ">a"}),
    ("gpu_name", {"eq": ""}),
    ("gpu_name", {"eq": "true"}),
    ("gpu_name", {"eq": "any"}),
    ("gpu_name", {"in": []}),
    ("verified", {"in": [True]}),
    ("verified", {"notin": [None]}),
    ("gpu_ram", {"in": [24000]}),
    ("driver_version", {"in": ["535.129.3"]}),
    ("driver_version", {"eq": 535129003.5}),
]
NEITHER_TEXT_NOR_SENSIBLE = [
    ("verified", {"eq": "true"}),
    ("gpu_ram", {"gte": "much"}),
    ("duration", {"eq": True}),
    ("gpu name", {"eq": "A100"}),
]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(("name", "condition"), NOT_AS_TEXT + NEITHER_TEXT_NOR_SENSIBLE, ids=str)
def test_a_condition_that_text_cannot_express_is_refused_before_the_first_request(groups, name, condition, check):
    value = next(iter(condition.values()))
    refused = groups.run(check, endpoint="tts", template_hash=OLD, search_params={name: condition}).failing(
        f"search_params.{name}: ",
        repr(value[-1] if isinstance(value, list) and value else value).strip("[]"),
    )
    assert refused.requests == []


def test_a_quoted_value_that_cannot_be_sent_as_text_is_refused(groups):
    refused = groups.run(endpoint="tts", template_hash=OLD, search_params='gpu_name="a,b"').failing(
        "search_params: 'a,b' is not possible"
    )
    assert refused.requests == []


@pytest.mark.parametrize(("name", "condition"), NOT_AS_TEXT, ids=str)
def test_a_task_with_an_id_sends_a_condition_that_text_cannot_express_as_a_mapping(groups, name, condition):
    number = groups.add(search_query=STORED)
    [write] = groups.run(id=number, search_params={name: condition}).ok(changed=True).writes
    assert write["body"]["search_params"] == {**STORED, name: condition}
    groups.run(id=number, search_params={name: condition}).ok(changed=False)


def test_an_update_keeps_a_stored_condition_that_text_cannot_express(groups):
    stored = {**STORED, "geolocation": {"in": ["Sweden, SE"]}}
    number = groups.add(search_query=stored)
    [write] = groups.run(endpoint="tts", search_params="num_gpus=2").ok(changed=True).writes
    assert write["body"]["search_params"] == {**stored, "num_gpus": {"eq": 2}}
    [group] = groups.info(id=number)
    assert group["spec"]["search_params"]["geolocation"] == {"in": ["Sweden, SE"]}
    groups.run(**{**group["spec"], "id": number}).ok(changed=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gpu_ram>=24000", "must be from 1 to 1000 GB, not 24000: in text the unit is GB, in a mapping it is MB"),
        ("gpu_nam=RTX_4090", "did you mean gpu_name?"),
        ("gpu_name=[RTX_4090,A100]", "must use in or notin, not =, before the list"),
        ("gpu_name in [RTX_4090,,A100]", "an empty value in the condition on gpu_name"),
        ("num_gpus>=two", "a number after >="),
        ("verified<true", "a number after <"),
        ("gpu_ram in [24,48]", "a number in the condition on gpu_ram, not a list"),
        ("num_gpus=1 num_gpus=2", "conflicting conditions on num_gpus"),
        ("dph<=1 dph_total<=2", "conflicting conditions on dph_total"),
        ("num_gpus>=1 num_gpus=any", "conflicting conditions on num_gpus"),
        ("gpu_name='RTX_4090'", "must have conditions"),
        ("num_gpus=1 and more", "must have conditions"),
    ],
)
def test_a_mistake_in_the_text_is_refused_before_the_first_request(groups, text, words):
    assert (
        groups.run(endpoint="tts", template_hash=OLD, search_params=text).failing("search_params", words).requests == []
    )


SENSELESS = {"gpu_ram": {"gte": 24}, "wheels": {"eq": "4"}, "num_gpus": {"gte": "8", "lte": "4"}}


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("name", SENSELESS)
def test_a_senseless_condition_in_a_mapping_is_refused_unless_the_workergroup_has_it(groups, name, check):
    desired = {name: SENSELESS[name]}
    refused = groups.run(check, endpoint="tts", template_hash=OLD, search_params=desired)
    assert refused.failing(f"search_params.{name}: ").writes == []
    groups.add(search_query=SENSELESS)
    assert groups.run(check, endpoint="tts", search_params=desired).ok(changed=False).writes == []
    [group] = groups.info()
    groups.run(check, **{**group["spec"], "gpu_ram": 48}).ok(changed=True)
    groups.run(check, endpoint="tts", search_params={name: {}}).ok(changed=True)


def test_conflicting_spellings_of_a_property_in_a_mapping_are_refused(groups):
    desired = {"dph": {"lte": 1}, "dph_total": {"lte": 2}}
    assert (
        groups.run(endpoint="tts", search_params=desired).failing("conflicting conditions on dph_total").requests == []
    )
    joined = {"dph": {"lte": 1}, "dph_total": {"gt": 0.1}}
    [write] = groups.run(endpoint="tts", template_hash=OLD, search_params=joined).ok(changed=True).writes
    assert write["body"]["search_params"] == "dph_total<=1 dph_total>0.1"


@pytest.mark.parametrize(
    "same",
    [
        "gpu_name=RTX_4090",
        'gpu_name == "RTX 4090"',
        {"gpu_name": {"eq": "RTX 4090"}},
        "num_gpus eq 1",
        {"num_gpus": {"eq": 1.0}},
        {"num_gpus": {"eq": "1"}},
        "reliability>0.98",
        "reliability2>0.98",
        "verified=true",
        {"geolocation": {"in": ["US", "CA"]}},
        "geolocation in [US,CA]",
        "dph<=0.6",
        {},
        {"num_gpus": None},
        "inet_up=any",
        {"inet_up": {}},
        {"reliability": {"gt": "0.980"}},
        {"dph": {"lte": 0.6}},
        "duration>0.1",
        {"duration": {"gt": 8640.001}},
        {"driver_version": {"gte": "535.129.3"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("typed", [True, False])
def test_an_equivalent_filter_is_no_change(groups, same, typed):
    groups.add(
        search_query={
            "gpu_name": {"eq": "RTX 4090"},
            "num_gpus": {"eq": 1 if typed else "1"},
            "reliability2": {"gt": 0.98 if typed else "0.98"},
            "verified": {"eq": True},
            "geolocation": {"in": ["CA", "US"]},
            "dph_total": {"lte": 0.6 if typed else "0.60"},
            "duration": {"gt": 8640.0},
            "driver_version": {"gte": 535129003 if typed else "535129003"},
        }
    )
    assert groups.run(endpoint="tts", search_params=same).ok(changed=False).writes == []


@pytest.mark.parametrize(
    ("desired", "fields", "sent"),
    [
        ("num_gpus=2", ["search_params.num_gpus"], f"{SAFE_TEXT} num_gpus=2"),
        ("num_gpus>=2", ["search_params.num_gpus"], f"{SAFE_TEXT} num_gpus>=2"),
        ("num_gpus=any", ["search_params.num_gpus"], SAFE_TEXT),
        ({"num_gpus": {}}, ["search_params.num_gpus"], SAFE_TEXT),
        ("verified=True static_ip=true", ["search_params.static_ip"], f"{SAFE_TEXT} num_gpus=1 static_ip=true"),
        ({"verified": {"eq": 1}}, ["search_params.verified"], "rentable=true rented=false num_gpus=1 verified=1"),
    ],
    ids=str,
)
def test_only_the_conditions_that_the_task_sets_change(groups, desired, fields, sent):
    groups.add(search_query=STORED)
    planned = groups.run(True, endpoint="tts", search_params=desired).ok(changed=True)
    changed = groups.run(endpoint="tts", search_params=desired).ok(changed=True)
    assert changed["plan"] == planned["plan"] == [{"action": "update", "fields": fields, "effect": "unknown"}]
    assert changed["diff"] == planned["diff"]
    [write] = changed.writes
    assert write["body"]["search_params"] == sent
    assert groups.run(endpoint="tts", search_params=desired).ok(changed=False).writes == []


def test_an_ignored_filter_fails_with_the_expected_and_the_found_value(groups):
    groups.add(search_query={"num_gpus": {"eq": 1}})
    groups.account.fault("workergroup.update", "ignore", fields=["search_query"])
    groups.run(endpoint="tts", search_params="num_gpus=2", settle_timeout=2).failing(
        "search_params.num_gpus", "expected {'eq': 2}", "found {'eq': 1}"
    )


def test_the_last_condition_can_be_removed(groups):
    groups.add(search_query={"num_gpus": {"eq": 1}})
    [write] = groups.run(endpoint="tts", search_params="num_gpus=any").ok(changed=True).writes
    assert write["body"]["search_params"] == ""
    assert groups.row()["search_query"] == {}


def test_a_filter_that_is_not_returned_is_not_sent(groups):
    groups.add(search_query=None)
    [write] = groups.run(endpoint="tts", gpu_ram=8).ok(changed=True).writes
    assert "search_params" not in write["body"]


def test_numbers_stored_as_text_are_shown_as_numbers(groups):
    groups.run(endpoint="tts", template_hash=OLD, search_params=QUERY + " reliability>0.98 ubuntu_version=22.10").ok(
        changed=True
    )
    assert groups.row()["search_query"]["num_gpus"] == {"eq": "1"}
    assert groups.info()[0]["spec"]["search_params"] == {
        "gpu_name": {"eq": "RTX 4090"},
        "num_gpus": {"eq": 1},
        "dph_total": {"lte": 0.6},
        "reliability": {"gt": 0.98},
        "ubuntu_version": {"eq": "22.10"},
    }


# -- the update of the workers ---------------------------------------------------------------------------------------

ROLLING = {"action": "update", "fields": ["update_workers"], "effect": "rolls_workers"}


@pytest.mark.parametrize(
    "change",
    [{"template_hash": NEW}, {"template_id": 7}, {"launch_args": "--disk 64"}, {"search_params": "num_gpus=2"}],
    ids=str,
)
def test_workers_are_updated_once_after_a_change_that_affects_them(groups, change):
    number = groups.add(search_query=STORED)
    planned = groups.run(True, endpoint="tts", update_workers="on_change", **change).ok(changed=True)
    done = groups.run(endpoint="tts", update_workers="on_change", **change).ok(changed=True)
    assert done["plan"] == planned["plan"]
    assert done["plan"][1:] == [ROLLING]
    assert done.operations[-4:] == ["workergroup.list", "workergroup.update", "workergroup.list", "worker.roll"]
    assert done.writes[1]["body"] == {"workergroup_id": int(number)}
    assert (planned["workers_to_update"], done["workers_to_update"], done["update_cancelled"]) == (0, 5, False)
    again = groups.run(endpoint="tts", update_workers="on_change", **change).ok(changed=False)
    assert (again.writes, again["workers_to_update"]) == ([], 0)


@pytest.mark.parametrize(
    "options",
    [
        {"template_hash": NEW},
        {"template_hash": NEW, "update_workers": "never"},
        {"gpu_ram": 8, "update_workers": "on_change"},
    ],
    ids=str,
)
def test_workers_are_updated_only_on_request_and_after_a_change_that_affects_them(groups, options):
    groups.add()
    assert "worker.roll" not in groups.run(endpoint="tts", **options).ok(changed=True).operations


@pytest.mark.parametrize(
    ("update_workers", "effect", "body"),
    [("always", "rolls_workers", {}), ("cancel", "unknown", {"cancel_update": True})],
)
def test_an_update_of_workers_can_be_started_and_canceled_without_other_changes(groups, update_workers, effect, body):
    number = groups.add()
    for _again in range(2):
        planned = groups.run(True, endpoint="tts", update_workers=update_workers).ok(changed=True)
        assert planned["plan"] == [{**ROLLING, "effect": effect}]
        done = groups.run(endpoint="tts", update_workers=update_workers).ok(changed=True)
        assert (done["plan"], done["diff"]) == (planned["plan"], planned["diff"])
        assert [write["body"] for write in done.writes] == [{"workergroup_id": int(number), **body}]
        assert (done["workers_to_update"], done["update_cancelled"]) == (
            (5, False) if update_workers == "always" else (0, True)
        )


def test_a_new_workergroup_has_no_workers_to_update(groups):
    made = groups.run(endpoint="tts", template_hash=OLD, update_workers="always").ok(changed=True)
    assert "worker.roll" not in made.operations
    assert made["plan"][0]["action"] == "create"


def test_workers_are_not_updated_to_a_template_that_did_not_take_effect(groups):
    groups.add()
    groups.account.fault("workergroup.update", "ignore", fields=["template_hash"])
    failed = groups.run(endpoint="tts", template_hash=NEW, update_workers="on_change", settle_timeout=1).failing(
        "template_hash"
    )
    assert "worker.roll" not in failed.operations


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("success_false", {"error": "busy", "message": "not now"}),
        ("reset", {"when": "after"}),
        ("status", {"status": 500}),
        ("garbage", {"body": "no", "status": 200}),
    ],
)
def test_a_failed_update_of_workers_is_not_retried_and_says_how_to_repeat_it(groups, fault, arguments):
    groups.add()
    groups.account.fault("worker.roll", fault, **arguments)
    failed = groups.run(endpoint="tts", template_hash=NEW, update_workers="on_change").failing("update_workers: always")
    assert failed.operations.count("worker.roll") == 1
    assert (failed["changed"], failed["failure"]["operation"]) == (True, "worker.roll")
    assert groups.row()["template_hash"] == NEW
    groups.run(endpoint="tts", update_workers="always").ok(changed=True)


# -- warnings --------------------------------------------------------------------------------------------------------

NO_CONDITIONS = "the filter has no condition on verified, rentable, rented and no upper limit on dph_total."


@pytest.fixture(name="warned")
def _warned(groups, monkeypatch):
    """Return a function that runs a task and returns its warnings.

    The result of a task is not enough: Ansible adds the warnings of all earlier tasks in the same process.
    """
    warnings = []
    monkeypatch.setattr(Task, "warn", lambda self, text: warnings.append(text))

    def run(check=False, **options):
        warnings.clear()
        groups.run(check, endpoint="tts", **options).ok()
        return list(warnings)

    return run


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, [NO_CONDITIONS]),
        ({"search_params": f"{SAFE_TEXT} dph<=0.6"}, []),
        ({"search_params": f"{SAFE_TEXT} dph=0.6 gpu_ram>=16", "gpu_ram": 16}, []),
        ({"search_params": f"{SAFE_TEXT} dph>0.6"}, ["the filter has no upper limit on dph_total."]),
        (
            {"search_params": f"{SAFE_TEXT} dph<0.6", "gpu_ram": 16},
            ["the filter has no condition on gpu_ram (the option gpu_ram does not"],
        ),
        (
            {"search_params": "dph<0.6 verified=true", "gpu_ram": 16},
            [
                (
                    "the filter has no condition on rentable, rented and "
                    "no condition on gpu_ram (the option gpu_ram does not filter machines)."
                )
            ],
        ),
    ],
    ids=str,
)
def test_a_filter_without_important_conditions_causes_a_warning(warned, options, words):
    planned, done = warned(True, template_hash=OLD, **options), warned(template_hash=OLD, **options)
    assert planned == done
    assert len(done) == len(words)
    assert all(word in warning for word, warning in zip(words, done))


def test_a_task_that_does_not_set_the_filter_causes_no_warning_about_it(groups, warned):
    groups.add()
    assert warned(launch_args="--disk 64") == []
    [warning] = warned(search_params="num_gpus=1")
    assert NO_CONDITIONS in warning
    [warning] = warned(gpu_ram=48)
    assert "gpu_ram" in warning and "verified" not in warning
    assert warned(search_params="num_gpus=1", state="absent") == []


# -- invalid conditions and secrets ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**400])
@pytest.mark.parametrize("form", ["eq", "in"])
def test_a_number_that_json_cannot_represent_is_refused(groups, number, form):
    desired = {"num_gpus": {form: [number] if form == "in" else number}}
    refused = groups.run(endpoint="tts", template_hash=OLD, search_params=desired).failing(
        "search_params.num_gpus: must have only finite"
    )
    assert refused.requests == []


def test_a_string_of_many_digits_in_a_condition_is_compared_as_a_string(groups):
    desired = {"gpu_name": {"eq": "9" * 400}}
    groups.run(endpoint="tts", template_hash=OLD, search_params=desired).ok(changed=True)
    groups.run(endpoint="tts", template_hash=OLD, search_params=desired).ok(changed=False)


def test_a_nested_list_in_a_condition_is_refused(groups):
    groups.run(endpoint="tts", template_hash=OLD, search_params={"num_gpus": {"in": [[1]]}}).failing(
        "search_params.num_gpus.in[0]"
    )


def test_secrets_in_launch_args_that_the_task_does_not_set_are_masked_in_a_refusal(groups):
    groups.add(launch_args="--env '-e TOKEN=canary-secret-0001 -p 80:80'")
    groups.account.fault(
        "workergroup.update", "status", status=400, message="canary-secret-0001 is odd, and so is 80:80"
    )
    refused = groups.run(endpoint="tts", gpu_ram=48).failing("is odd", "80:80")
    assert "canary-secret" not in refused.printed


def test_launch_args_that_the_task_does_not_set_are_hidden(groups):
    groups.add(launch_args="--env '-e TOKEN=canary-secret-0001'")
    seen = groups.run(endpoint="tts", gpu_ram=8).ok(changed=True)
    planned = groups.run(True, endpoint="tts", launch_args="--disk 64").ok(changed=True)
    groups.account.fault("workergroup.update", "status", status=400, reason="x", message="canary-secret-0001' is odd")
    groups.account.fault("workergroup.update", "ignore", fields=["launch_args"])
    refused = groups.run(endpoint="tts", launch_args="--disk 64").failing("odd")
    ignored = groups.run(endpoint="tts", launch_args="--disk 64", settle_timeout=1).failing("launch_args")
    for result in (seen, planned, ignored):
        assert "canary-secret" not in result.printed
    assert "TOKEN=canary-secret" not in refused.printed
    assert planned["diff"]["before"]["launch_args"] == "(hidden)"
    assert "launch_args" not in seen["workergroup"]["spec"]
    assert "launch_args" not in groups.info()[0]["spec"]
    assert "canary-secret" in groups.info(return_launch_args=True)[0]["spec"]["launch_args"]


def test_launch_args_that_the_task_sets_are_shown(groups):
    made = groups.run(endpoint="tts", template_hash=OLD, launch_args="--disk 64").ok(changed=True)
    assert made["workergroup"]["spec"]["launch_args"] == made["diff"]["after"]["launch_args"] == "--disk 64"


def test_no_result_contains_the_key_of_a_row(groups):
    groups.add(api_key="canary-key-0123456789")
    groups.account.fault("workergroup.update", "status", status=400, reason="x", message="canary-key-0123456789?")
    for result in (
        groups.run(endpoint="tts"),
        groups.run(endpoint="tts", gpu_ram=8),
        groups.cloud.run("vast_workergroup_info", {}),
    ):
        assert "canary-key" not in result.printed


# -- deleting --------------------------------------------------------------------------------------------------------


def test_a_warning_lists_workers_that_were_not_deleted(groups):
    groups.add()
    groups.account.settings.set(failed_workers=[71])
    deleted = groups.run(endpoint="tts", state="absent").ok(changed=True)
    assert deleted["failed_workers"] == ["71"]
    assert "71" in str(deleted["warnings"])


@pytest.mark.parametrize(
    ("status", "message"), [(400, "Invalid autojob ID"), (404, "No workergroup by that id is available.")]
)
def test_a_delete_of_an_already_deleted_workergroup_succeeds(groups, status, message):
    number = groups.add()
    groups.account.fault("workergroup.delete", "status", status=502, when="after")
    groups.account.fault("workergroup.delete", "status", status=status, reason="x", message=message)
    groups.run(id=number, state="absent").ok(changed=True)


def test_a_list_response_whose_rows_lack_the_endpoint_is_an_error(groups):
    groups.account.fault(
        "workergroup.list",
        "garbage",
        status=200,
        content_type="application/json",
        body='{"success": true, "results": [{"id": 5}]}',
    )
    groups.run(endpoint="tts", state="absent").failing("endpoint_id")
