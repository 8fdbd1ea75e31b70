# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's templates."""

from __future__ import annotations

import json

import pytest

OWN = "/users/current/templates/"
TEMPLATE = {
    "name": "tts-worker",
    "image": "registry.example.org/tts",
    "tag": "1.4",
    "env": "-e MODEL=small -p 3000:3000",
    "onstart": "entry.sh",
    "runtype": "ssh",
    "docker_login_repo": "registry.example.org",
    "docker_login_user": "bot",
    "docker_login_pass": "canary-0001",
}


@pytest.fixture(name="v1")
def _v1(vast):
    """Return a function that edits a template with version 1 of the API."""
    base = vast.base.replace("/v0", "/v1")
    return lambda **fields: vast.call("PUT", "/template/", fields, base)


def created(vast, **fields):
    return vast.ok("POST", "/template/", {**TEMPLATE, **fields})["template"]


def own(vast):
    return vast.ok("GET", OWN)["templates"]


def test_a_template_is_created_and_listed_without_its_login(vast, vast_account):
    response = vast.ok("POST", "/template/", TEMPLATE)
    [row] = own(vast)
    assert response["template"] == {key: row[key] for key in ("id", "hash_id", "name")}
    assert response["msg"].endswith(f"New Template ID: {row['id']}")
    assert {**row, "docker_login_user": "bot", "docker_login_pass": "canary-0001"}.items() >= TEMPLATE.items()
    assert (len(row["hash_id"]), row["recommended_disk_space"], row["repo"]) == (32, 8.0, TEMPLATE["image"])
    assert not {"docker_login_user", "docker_login_pass"} & row.keys()
    vast_account.settings.set(template_logins="answered")
    assert own(vast)[0]["docker_login_pass"] == "canary-0001"


def test_the_same_content_is_one_template_and_the_order_of_env_is_content(vast):
    first = created(vast)
    assert created(vast) == first
    other = created(vast, env="-p 3000:3000 -e MODEL=small")
    assert (other["id"] != first["id"], other["hash_id"] != first["hash_id"]) == (True, True)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"name": ""}, "Template name is required"),
        ({"image": None}, "image is required"),
        ({"onstart": "x" * 4049}, "onstart"),
        ({"desc": "x" * 513}, "desc"),
        ({"runtype": "bash"}, "runtype"),
        ({"extra_filters": "num_gpus=1"}, "extra_filters"),
    ],
)
def test_an_invalid_template_is_refused(vast, fields, text):
    response = vast.call("POST", "/template/", {**TEMPLATE, **fields})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_args")
    assert text in response.json()["msg"]


def test_only_ascii_characters_of_a_script_survive(vast):
    created(vast, onstart="echo grüß dich")
    assert own(vast)[0]["onstart"] == "echo gr dich"


@pytest.mark.parametrize("mode", ["full", "partial", "null_clears"])
def test_an_edit_needs_the_current_hash_and_changes_it(vast, vast_account, v1, mode):
    vast_account.settings.set(put_mode=mode)
    first = created(vast)
    assert v1(id=first["id"], name="b").status_code == 400
    edited = v1(id=first["id"], hash_id=first["hash_id"], name="b", image="b", env=None).json()["template"]
    assert (edited["id"], edited["hash_id"] != first["hash_id"]) == (first["id"], True)
    [row] = own(vast)
    assert row["onstart"] == ("" if mode == "full" else "entry.sh")
    assert row["env"] == (TEMPLATE["env"] if mode == "partial" else "")
    assert v1(id=first["id"], hash_id=first["hash_id"], name="c", image="c").status_code == 400
    assert v1(id=1, hash_id=edited["hash_id"], name="c", image="c").status_code == 404


def test_an_edit_can_change_the_id(vast, vast_account, v1):
    vast_account.settings.set(template_id_on_edit="new")
    first = created(vast)
    edited = v1(**first, image="b").json()["template"]
    assert edited["id"] != first["id"]
    assert [row["id"] for row in own(vast)] == [edited["id"]]


@pytest.mark.parametrize("mode", ["broken", "works", "resets"])
def test_the_documented_form_of_an_edit_is_disputed(vast, vast_account, mode):
    vast_account.settings.set(template_v0_put=mode)
    first = created(vast)
    response = vast.call("PUT", "/template/", {**TEMPLATE, "hash_id": first["hash_id"], "onstart": None, "tag": "2"})
    assert response.status_code == (400 if mode == "broken" else 200)
    [row] = own(vast)
    expected = {"broken": ("1.4", "entry.sh"), "works": ("2", "entry.sh"), "resets": ("2", "")}[mode]
    assert (row["tag"], row["onstart"]) == expected


def test_a_template_is_deleted_by_its_id_only(vast):
    first = created(vast)
    refused = vast.call("DELETE", "/template/", {"hash_id": first["hash_id"]})
    assert (refused.status_code, refused.json()["msg"]) == (400, "Invalid Template ID or User ID")
    vast.ok("DELETE", "/template/", {"template_id": first["id"]})
    assert own(vast) == []
    assert vast.call("DELETE", "/template/", {"template_id": first["id"]}).status_code == 404


def search(vast, **filters):
    address = f"{vast.base}/template/"
    response = vast.session.get(address, params={"select_filters": json.dumps(filters), "select_cols": '["*"]'})
    return response.json()["templates"]


def test_a_search_mixes_own_and_public_templates(vast, vast_account):
    first, user = created(vast), vast.ok("GET", "/users/current/")["id"]
    found = search(vast, creator_id={"eq": user})
    assert len(found) > 300 and found[0]["creator_id"] != user
    assert [row["id"] for row in found if row["creator_id"] == user] == [first["id"]]
    assert len([row for row in found if row["name"] == first["name"]]) == 2
    vast_account.settings.set(template_search="honored")
    assert [row["id"] for row in search(vast, creator_id={"eq": user})] == [first["id"]]


@pytest.mark.parametrize(("name", "text"), [("select_cols", "[*]"), ("select_filters", '"creator_id"')])
def test_a_search_takes_only_json(vast, name, text):
    response = vast.session.get(f"{vast.base}/template/", params={name: text})
    assert (response.status_code, "AttributeError" in response.json()["msg"]) == (400, True)


@pytest.mark.parametrize(("setting", "status"), [("forbidden", 403), ("unknown", 404)])
def test_the_list_of_own_templates_can_be_missing(vast, vast_account, setting, status):
    vast_account.settings.set(own_templates=setting)
    assert vast.call("GET", OWN).status_code == status


def test_a_workergroup_can_demand_that_its_template_exists(vast, vast_account):
    vast_account.settings.set(demand_templates=True)
    endpoint, template = vast.endpoint(), created(vast)
    for fields in ({"template_hash": "0f3a"}, {"template_hash": None, "template_id": 1}):
        group = {"endpoint_id": endpoint, "search_params": "", **fields}
        assert vast.call("POST", "/workergroups/", group).status_code == 400
    vast.group(endpoint, template_hash=template["hash_id"])
    vast.group(endpoint, template_hash=None, template_id=template["id"])


def test_templates_can_be_seeded_and_changed(sim, vast):
    control = f"{sim.url}/_sim/vast/templates"
    row = vast.ok("POST", "", {"name": "a", "image": "b", "env": "-e A=1"}, control)
    assert own(vast) == [row]
    changed = vast.ok("PATCH", f"/{row['id']}", {"env": "-e A=2", "creator_id": 7}, control)
    assert (changed["hash_id"] != row["hash_id"], changed["creator_id"]) == (True, 7)
