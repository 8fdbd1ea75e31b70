# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of the instances of Vast.ai: pages, typed rows, and responses that prove nothing."""

from __future__ import annotations

import json

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connect
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ApiError
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast import instance_calls
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.api import VAST
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instances import Instance, instances

ROW = {"id": 7, "label": "tts:5:6", "actual_status": "running", "dph_total": 0.5, "start_date": 1788000000}


@pytest.fixture(name="account")
def _account(cloud):
    return cloud.account("vast")


@pytest.fixture(name="client")
def _client(cloud):
    params = {"api_key": cloud.key, "api_url": cloud.url("vast"), "autoscaler_url": None, "api_retries": 0}
    client = connect(VAST, {**params, "api_timeout": 30, "validate_certs": True}, True)
    yield client
    client.close()


def answer(account, **members):
    page = {"success": True, "instances": [ROW], "total_instances": 1, "next_token": None, **members}
    account.fault("instance.list", "garbage", body=json.dumps(page), content_type="application/json")


def test_all_pages_are_read_once_per_task(client, account):
    for number in range(51):
        account.store("instances").seed({"id": 100 + number})
    assert [row.id for row in instances(client)] == [str(100 + number) for number in range(51)]
    assert instances(client)
    assert len(account.requests) == 3


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, Instance("7", "tts:5:6", "5", "running", 0.5, "2026-08-29T10:40:00Z")),
        ({"label": "tts:5"}, Instance("7", "tts:5", "", "running", 0.5, "2026-08-29T10:40:00Z")),
        ({"label": "http://host:80:"}, Instance("7", "http://host:80:", "", "running", 0.5, "2026-08-29T10:40:00Z")),
        (dict.fromkeys(("label", "actual_status", "dph_total", "start_date")), Instance("7", "", "", "", None, "")),
        ({"dph_total": "0.25", "start_date": "1788000000.5"}, ROW),
        ({"dph_total": "cheap", "start_date": ""}, Instance("7", "tts:5:6", "5", "running", None, "")),
        ({"dph_total": -1}, Instance("7", "tts:5:6", "5", "running", None, "2026-08-29T10:40:00Z")),
    ],
    ids=str,
)
def test_rows(client, account, members, expected):
    answer(account, instances=[{**ROW, **members}])
    [row] = instances(client)
    if expected is ROW:
        expected = Instance("7", "tts:5:6", "5", "running", 0.25, "2026-08-29T10:40:00Z")
    assert row == expected


@pytest.mark.parametrize(
    "members",
    [
        {"success": False},
        {"instances": None},
        {"instances": ["text"]},
        {"instances": [{**ROW, "id": True}]},
        {"instances": [{**ROW, "id": 0}]},
        {"instances": [{**ROW, "label": ["tts"]}]},
        {"next_token": 5},
        {"total_instances": 2},
        {"instances": [], "total_instances": 0, "next_token": "after-7"},
    ],
    ids=str,
)
def test_a_bad_list_is_an_error(client, account, members):
    answer(account, **members)
    with pytest.raises(ApiError) as caught:
        instances(client)
    assert str(caught.value).startswith("Cannot list the instances at Vast.ai: ")


def test_a_token_that_repeats_is_an_error(client, account):
    for _page in range(2):
        answer(account, next_token="after-7")
    with pytest.raises(ApiError, match="reports another page but does not return it"):
        instances(client)


def test_a_list_with_too_many_pages_is_an_error(client, account, monkeypatch):
    for number in range(51):
        account.store("instances").seed({"id": 100 + number})
    monkeypatch.setattr(instance_calls, "_MAX_PAGES", 2)
    with pytest.raises(ApiError, match="after 2 pages with 50 instances, there is still another one"):
        instances(client)
    assert len(account.requests) == 2


def test_no_message_contains_a_secret_of_a_row(client, account):
    secret = "the-key-of-an-instance-5d41402a"
    body = json.dumps({"instances": [{**ROW, "instance_api_key": secret}]})[:-2]
    account.fault("instance.list", "garbage", body=body, content_type="application/json")
    with pytest.raises(ApiError) as caught:
        instances(client)
    assert secret not in f"{caught.value} {caught.value.failure('vast')}"
