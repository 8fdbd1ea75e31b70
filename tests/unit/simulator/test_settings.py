# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of each setting: it has its documented effect."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_numbers_as_strings(account, client):
    account.settings.set(numbers_as_strings=False)
    resource = client.read(client.created())
    assert (resource["workerConfig"]["freeTimeout"], resource["policy"]["value"]) == (240, 15)


def test_not_found_status(account, client):
    account.settings.set(not_found_status=404)
    response = client.get("/endpoint", id="nothing")
    assert response.status_code == response.json()["code"] == 404


def test_put_mode_partial(account, client):
    account.settings.set(put_mode="partial")
    resource_id = client.created()
    client.update(resource_id, "name", "envs", image={"image": "new", "command": ""})
    resource = client.read(resource_id)
    assert (resource["name"], len(resource["envs"])) == ("demo", 1)
    assert resource["image"] == {"image": "new", "authId": "cred", "command": ""}


def test_put_mode_zero_ignoring(account, client):
    account.settings.set(put_mode="zero_ignoring")
    resource_id = client.created()
    client.update(resource_id, name="", envs=[], workerConfig__minNum=0, workerConfig__maxNum=3)
    resource = client.read(resource_id)
    assert (resource["name"], len(resource["envs"])) == ("demo", 1)
    assert (resource["workerConfig"]["minNum"], resource["workerConfig"]["maxNum"]) == (1, 3)


def names(client, **query):
    return [resource["name"] for resource in client.listed(**query)]


def test_pages(account, client, clock):
    for number in range(5):
        account.seed(name=f"n{number}")
        clock.advance(1)
    assert names(client, pageSize=2, pageNum=0) == ["n0", "n1"]
    assert names(client, pageSize=2, pageNum=2) == ["n4"]
    assert names(client, pageSize=2, pageNum=3) == []
    assert client.get("/endpoints", pageSize=2).json()["total"] == 5
    account.settings.set(page_base=1)
    assert names(client, pageSize=2, pageNum=0) == names(client, pageSize=2, pageNum=1) == ["n0", "n1"]
    assert names(client, pageSize=2, pageNum=3) == ["n4"]
    account.settings.set(page_cap=3)
    assert len(names(client, pageSize=50)) == 3


def test_list_order(account, client, clock):
    for number in range(12):
        account.seed(name=f"n{number:02}")
        clock.advance(1)
    created = names(client, pageSize=50)
    assert created == sorted(created)
    account.settings.set(list_order="reversed")
    assert names(client, pageSize=50) == created[::-1]
    account.settings.set(list_order="shuffled")
    shuffled = names(client, pageSize=50)
    assert sorted(shuffled) == created and shuffled not in (created, created[::-1])
    assert names(client, pageSize=6) + names(client, pageSize=6, pageNum=1) == shuffled


def test_total(account, client):
    account.settings.set(total="string")
    assert client.get("/endpoints").json() == {"endpoints": None, "total": "0"}
    account.settings.set(empty_list="array")
    assert client.get("/endpoints").json() == {"endpoints": [], "total": "0"}
    account.settings.set(total="missing")
    assert client.get("/endpoints").json() == {"endpoints": []}


@pytest.mark.parametrize(
    ("form", "name", "stored"),
    [
        ("exact", " LLM & 8b ", " LLM & 8b "),
        ("lower", "LLM 8b", "llm 8b"),
        ("trimmed", " LLM  8b ", "LLM 8b"),
        ("composed", "u\u0308", "\u00fc"),
        ("cut", "x" * 40, "x" * 32),
        ("slug", "LLM_8b & (TTS)", "llm_8b-tts"),
        ("escaped", "a & b", "a &amp; b"),
        ("quoted", "a b", "a%20b"),
    ],
)
def test_stored_name(account, client, form, name, stored):
    account.settings.set(stored_name=form)
    resource_id = client.created(name=name)
    assert client.read(resource_id)["name"] == stored
    client.update(resource_id, name=f"{name} 2")
    assert client.read(resource_id)["name"] != f"{name} 2" or form == "exact"


def test_visible_after(account, client, clock):
    account.settings.set(visible_after=5)
    resource_id = client.created()
    assert client.listed() == []
    assert client.get("/endpoint", id=resource_id).status_code == 400
    clock.advance(5)
    assert client.listed()[0]["id"] == client.read(resource_id)["id"] == resource_id


def test_stale_after(account, client, clock):
    account.settings.set(stale_after=5)
    resource_id = client.created()
    clock.advance(9)
    client.update(resource_id, name="new")
    clock.advance(4)
    assert client.read(resource_id)["name"] == names(client)[0] == "demo"
    assert client.read(resource_id)["state"]["state"] == "serving"
    clock.advance(1)
    assert client.read(resource_id)["name"] == names(client)[0] == "new"


def test_boot_seconds(account, client, clock):
    account.settings.set(boot_seconds=30)
    resource_id = client.created()
    clock.advance(29)
    assert client.read(resource_id)["state"]["state"] == "creating"
    clock.advance(1)
    assert client.read(resource_id)["state"]["state"] == "serving"


def test_latency(account, client):
    account.settings.set(latency=0.1)
    begin = time.monotonic()
    client.listed()
    assert time.monotonic() - begin >= 0.1


def test_min_interval(account, client, clock):
    account.settings.set(min_interval={"endpoint.list": 3})
    client.listed()
    response = client.get("/endpoints")
    assert response.status_code == 429
    assert response.json()["reason"] == "RATE_LIMIT_EXCEEDED"
    assert response.json()["message"] == "API requests too frequent endpoint threshold=3.0"
    client.created()
    clock.advance(3)
    client.listed()


def test_concurrent_requests_are_accepted_without_an_interval(account, monkeypatch):
    class Slow:
        """A clock that needs some time to be read."""

        @staticmethod
        def now():
            seconds = time.monotonic()
            time.sleep(random.uniform(0, 0.002))
            return seconds

    monkeypatch.setattr(account, "clock", Slow())
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(account.pace, *[["endpoint.create"] * 100] * 2)) == [None] * 100


@pytest.mark.parametrize(
    "changes",
    [{"color": "red"}, {"put_mode": "half"}, {"page_cap": "many"}, {"page_cap": True}, {"numbers_as_strings": 1}],
)
def test_invalid_settings_change_nothing(account, changes):
    before = account.settings.as_dict()
    with pytest.raises(ValueError, match=next(iter(changes))):
        account.settings.set(boot_seconds=9, **changes)
    assert account.settings.as_dict() == before
