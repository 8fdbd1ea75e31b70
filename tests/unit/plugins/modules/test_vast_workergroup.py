# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only a workergroup has: no name, an endpoint, a template with two names, a filter that comes back in another form."""

from __future__ import annotations

import pytest

OLD, NEW = "0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e", "7b1d2f4a6c8e0b2d4f6a8c0e0f3a5c7e"
QUERY = "gpu_name=RTX_4090 num_gpus=1 dph_total<=0.6"

# What a record of the simulator has when nobody set a filter.
DEFAULTS = {"verified": {"eq": True}, "rentable": {"eq": True}, "rented": {"eq": False}}
STORED = {**DEFAULTS, "num_gpus": {"eq": 1}}


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
        return self.cloud.run("vast_workergroup", options, check)

    def info(self, **options):
        return self.cloud.run("vast_workergroup_info", options).ok()["workergroups"]

    def row(self, number=0):
        return self.store.views()[number]


# -- which one is meant --------------------------------------------------------------------------------------------------

def test_the_endpoint_s_name_is_looked_up_and_its_id_is_sent(groups):
    made = groups.run(endpoint="tts", template_hash=OLD, search_params=QUERY).ok(changed=True)
    assert made.operations == ["endpoint.list", "workergroup.list", "workergroup.create", "workergroup.list"]
    [write] = made.writes
    assert (write["body"]["endpoint_id"], write["body"]["endpoint_name"]) == (groups.endpoint, "tts")
    assert made["workergroup"]["spec"]["endpoint"] == "tts"
    assert groups.run(endpoint="tts", template_hash=OLD, search_params=QUERY).ok(changed=False).writes == []


@pytest.mark.parametrize("check", [True, False])
def test_an_endpoint_that_does_not_exist_is_refused_but_only_warned_about_in_check_mode(groups, check):
    done = groups.run(check, endpoint="later", template_hash=OLD)
    assert done.writes == []
    if check:
        assert done.ok(changed=True)["plan"][0]["action"] == "create"
        assert "no endpoint 'later'" in str(done["warnings"])
    else:
        done.failing("no endpoint 'later'", "vast_endpoint")
        assert done["failure"]["reason"] == "not_found"


@pytest.mark.parametrize("state", ["present", "absent"])
def test_two_endpoints_of_a_name_are_refused_with_their_ids(groups, state):
    groups.add()
    other = groups.add_endpoint("tts")
    failed = groups.run(endpoint="tts", template_hash=NEW, state=state).failing(groups.endpoint, other, "endpoint_id")
    assert failed.writes == []


def test_a_workergroup_is_found_although_its_endpoint_was_renamed(groups):
    number = groups.add(endpoint_name="tts")
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "speech"})
    found = groups.run(endpoint="speech", template_hash=OLD).ok(changed=False)
    assert (found["id"], found["workergroup"]["spec"]["endpoint"]) == (number, "speech")
    assert [group["id"] for group in groups.info(endpoint="speech")] == [number]
    assert groups.info(endpoint="tts") == []


def test_a_new_endpoint_of_an_old_name_does_not_inherit_the_workergroup(groups):
    number = groups.add(endpoint_name="tts")
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "speech"})
    groups.run(endpoint="tts", state="absent").ok(changed=False)
    groups.add_endpoint("tts")
    assert groups.run(endpoint="tts", template_hash=NEW).ok(changed=True)["id"] != number
    assert groups.row()["template_hash"] == OLD


def test_a_workergroup_that_outlived_its_endpoint_is_removed_by_the_endpoint_s_name(groups):
    groups.add(endpoint_id=99, endpoint_name="gone")
    groups.run(endpoint="gone", state="absent").ok(changed=True)
    assert groups.store.views() == []


def test_what_outlived_its_endpoint_is_shown_by_the_name_by_which_it_is_removed(groups):
    number = groups.add(endpoint_id=99, endpoint_name="gone")
    assert [group["id"] for group in groups.info(endpoint="gone")] == [number]
    groups.run(True, endpoint="gone", state="absent").ok(changed=True)
    own = groups.add(endpoint_id=groups.add_endpoint("gone"), endpoint_name="gone")
    assert [group["id"] for group in groups.info(endpoint="gone")] == [own]
    groups.run(endpoint="gone", state="absent").ok(changed=True)
    assert [str(row["id"]) for row in groups.store.views()] == [number]


def test_workergroups_are_sorted_by_what_their_endpoints_are_called_now(groups):
    first, second = groups.add(), groups.add(endpoint_id=groups.add_endpoint("llm"))
    assert [group["id"] for group in groups.info()] == [second, first]
    groups.account.store("endpoints").change(str(groups.endpoint), {"endpoint_name": "asr"})
    assert [group["id"] for group in groups.info()] == [first, second]


def test_an_id_says_which_one_is_removed_whatever_the_endpoint_s_name_means(groups):
    number = groups.add()
    groups.add_endpoint("tts")
    gone = groups.run(id=number, endpoint="tts", state="absent").ok(changed=True)
    assert gone.operations == ["workergroup.list", "workergroup.delete", "workergroup.list"]


def test_two_workergroups_of_an_endpoint_are_refused_with_their_ids(groups):
    first, second = groups.add(), groups.add(template_hash=NEW)
    for state in ("present", "absent"):
        failed = groups.run(endpoint="tts", state=state, gpu_ram=8).failing(first, second)
        assert failed.writes == []


def test_with_match_template_the_template_says_which_one(groups):
    first = groups.add()
    made = groups.run(endpoint="tts", match="template", template_hash=NEW).ok(changed=True)
    assert made["plan"][0]["action"] == "create"
    again = groups.run(endpoint="tts", match="template", template_hash=NEW, gpu_ram=8).ok(changed=True)
    assert again["id"] == made["id"]
    groups.run(endpoint="tts", match="template", template_hash=NEW, state="absent").ok(changed=True)
    assert [str(row["id"]) for row in groups.store.views()] == [first]


def test_match_template_needs_a_template(groups):
    groups.run(endpoint="tts", match="template").failing("template_hash, template_id")


def test_two_names_for_one_thing_are_refused(groups):
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
def test_an_update_never_sends_a_name_that_may_be_another_endpoint_s(groups, by):
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


# -- the template --------------------------------------------------------------------------------------------------------

def test_a_new_template_is_sent_without_the_old_one_s_number(groups):
    groups.add(template_id=5, search_query={"num_gpus": {"eq": 2}})
    changed = groups.run(endpoint="tts", template_hash=NEW).ok(changed=True)
    assert changed["plan"] == [{"action": "update", "fields": ["template_hash"], "effect": "rolls_workers"}]
    [write] = changed.writes
    assert (write["body"]["template_hash"], write["body"]["template_id"]) == (NEW, None)
    assert write["body"]["search_params"] == {**DEFAULTS, "num_gpus": {"eq": 2}}
    assert groups.run(endpoint="tts", template_hash=NEW).ok(changed=False).writes == []


def test_a_template_can_be_given_by_its_number(groups):
    groups.add(template_id=5)
    [write] = groups.run(endpoint="tts", template_id=6).ok(changed=True).writes
    assert (write["body"]["template_hash"], write["body"]["template_id"]) == (None, 6)
    assert groups.info()[0]["spec"]["template_id"] == 6


def test_a_workergroup_without_template_and_filter_is_refused(groups):
    for check in (True, False):
        assert groups.run(check, endpoint="tts").failing("template_hash:", "search_params").writes == []


# -- the filter ----------------------------------------------------------------------------------------------------------

def test_the_filter_is_sent_as_a_mapping_to_which_nothing_is_added(groups):
    [write] = groups.run(endpoint="tts", search_params=QUERY).ok(changed=True).writes
    assert write["body"]["search_params"] == {
        "gpu_name": {"eq": "RTX 4090"}, "num_gpus": {"eq": 1}, "dph_total": {"lte": 0.6}}


@pytest.mark.parametrize("same", [
    "gpu_name=RTX_4090", 'gpu_name == "RTX 4090"', {"gpu_name": {"eq": "RTX_4090"}}, "num_gpus eq 1",
    {"num_gpus": {"eq": 1.0}}, {"num_gpus": {"eq": "1"}}, "reliability>0.98", "reliability2>0.98", "verified=true",
    {"geolocation": {"in": ["US", "CA"]}}, "geolocation in [US,CA]", "dph<=0.6", {}, {"num_gpus": None},
    "inet_up=any", {"inet_up": {}}], ids=str)
def test_what_says_the_same_is_no_change(groups, same):
    groups.add(search_query={
        "gpu_name": {"eq": "RTX 4090"}, "num_gpus": {"eq": 1}, "reliability2": {"gt": 0.98}, "verified": {"eq": True},
        "geolocation": {"in": ["CA", "US"]}, "dph_total": {"lte": 0.6}})
    assert groups.run(endpoint="tts", search_params=same).ok(changed=False).writes == []


@pytest.mark.parametrize(("wish", "fields", "sent"), [
    ("num_gpus=2", ["search_params.num_gpus"], {**STORED, "num_gpus": {"eq": 2}}),
    ("num_gpus>=2", ["search_params.num_gpus"], {**STORED, "num_gpus": {"gte": 2}}),
    ("num_gpus=any", ["search_params.num_gpus"], DEFAULTS),
    ({"num_gpus": {}}, ["search_params.num_gpus"], DEFAULTS),
    ("verified=True static_ip=true", ["search_params.static_ip"], {**STORED, "static_ip": {"eq": True}}),
], ids=str)
def test_only_the_conditions_that_the_task_names_change(groups, wish, fields, sent):
    groups.add(search_query=STORED)
    planned = groups.run(True, endpoint="tts", search_params=wish).ok(changed=True)
    changed = groups.run(endpoint="tts", search_params=wish).ok(changed=True)
    assert changed["plan"] == planned["plan"] == [{"action": "update", "fields": fields, "effect": "unknown"}]
    assert changed["diff"] == planned["diff"]
    [write] = changed.writes
    assert write["body"]["search_params"] == sent
    assert groups.run(endpoint="tts", search_params=wish).ok(changed=False).writes == []


def test_an_ignored_filter_fails_with_what_was_found(groups):
    groups.add(search_query={"num_gpus": {"eq": 1}})
    groups.account.fault("workergroup.update", "ignore", fields=["search_query"])
    groups.run(endpoint="tts", search_params="num_gpus=2", settle_timeout=2).failing(
        "search_params.num_gpus", "wanted {'eq': 2}", "found {'eq': 1}")


# -- what must not be shown ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("endless", [float("inf"), float("nan"), 10 ** 400])
@pytest.mark.parametrize("form", ["eq", "in"])
def test_a_condition_that_no_json_can_hold_is_refused(groups, endless, form):
    wish = {"num_gpus": {form: [endless] if form == "in" else endless}}
    refused = groups.run(endpoint="tts", template_hash=OLD, search_params=wish).failing("search_params.num_gpus: must be made of finite")
    assert refused.requests == []


def test_a_text_of_many_digits_in_a_condition_is_compared_as_it_is(groups):
    wish = {"label": {"eq": "9" * 400}}
    groups.run(endpoint="tts", template_hash=OLD, search_params=wish).ok(changed=True)
    groups.run(endpoint="tts", template_hash=OLD, search_params=wish).ok(changed=False)


def test_a_list_in_a_condition_holds_plain_values(groups):
    groups.run(endpoint="tts", template_hash=OLD, search_params={"num_gpus": {"in": [[1]]}}).failing("search_params.num_gpus.in[0]")


def test_a_part_of_the_launch_args_of_others_is_not_quoted(groups):
    groups.add(launch_args="--env '-e TOKEN=canary-secret-0001 -p 80:80'")
    groups.account.fault("workergroup.update", "status", status=400, message="canary-secret-0001 is odd, and so is 80:80")
    refused = groups.run(endpoint="tts", gpu_ram=48).failing("is odd", "80:80")
    assert "canary-secret" not in refused.printed


def test_launch_args_of_others_are_hidden(groups):
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


def test_launch_args_that_the_task_gives_are_shown(groups):
    made = groups.run(endpoint="tts", template_hash=OLD, launch_args="--disk 64").ok(changed=True)
    assert made["workergroup"]["spec"]["launch_args"] == made["diff"]["after"]["launch_args"] == "--disk 64"


def test_the_key_in_a_row_is_in_no_result(groups):
    groups.add(api_key="canary-key-0123456789")
    groups.account.fault("workergroup.update", "status", status=400, reason="x", message="canary-key-0123456789?")
    for result in (groups.run(endpoint="tts"), groups.run(endpoint="tts", gpu_ram=8),
                   groups.cloud.run("vast_workergroup_info", {})):
        assert "canary-key" not in result.printed


# -- deleting ------------------------------------------------------------------------------------------------------------

def test_workers_that_were_not_deleted_are_warned_about(groups):
    groups.add()
    groups.account.settings.set(failed_workers=[71])
    gone = groups.run(endpoint="tts", state="absent").ok(changed=True)
    assert gone["failed_workers"] == ["71"]
    assert "71" in str(gone["warnings"])


@pytest.mark.parametrize(("status", "message"), [
    (400, "Invalid autojob ID"), (404, "No workergroup by that id is available.")])
def test_a_delete_of_what_is_gone_already_succeeds(groups, status, message):
    number = groups.add()
    groups.account.fault("workergroup.delete", "status", status=502, when="after")
    groups.account.fault("workergroup.delete", "status", status=status, reason="x", message=message)
    groups.run(id=number, state="absent").ok(changed=True)


def test_a_listing_whose_rows_lack_the_endpoint_is_an_error(groups):
    groups.account.fault("workergroup.list", "garbage", status=200, content_type="application/json",
                         body='{"success": true, "results": [{"id": 5}]}')
    groups.run(endpoint="tts", state="absent").failing("endpoint_id")
