# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of Vast.ai's search for offers: by default, it is as unreliable as any report of the live service."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.tests.simulator.vast.catalog import CATALOG, DAY
from ansible_collections.gpufleet.cloud.tests.simulator.vast.store import EPOCH

BY_PRICE = [["dph_total", "asc"]]


@pytest.fixture
def search(vast):
    """Return a function that searches, and returns a list of rows."""

    def call(**body):
        offers = vast.ok("POST", "/bundles/", body)["offers"]
        return offers if isinstance(offers, list) else [offers]

    return call


@pytest.fixture
def exact(vast_account):
    vast_account.settings.set(numeric_filters="honored", single_offer="list")


def everything(search, **query):
    """Return all rows, as a client reads them: it continues at the last price and drops the rows that it has."""
    rows, least = {}, 0
    while True:
        page = search(**query, dph_total={"gte": least}, order=BY_PRICE, limit=1000)
        assert len(page) <= 64
        if not {row["id"] for row in page} - rows.keys():
            return list(rows.values())
        rows.update((row["id"], row) for row in page)
        least = page[-1]["dph_total"]


def test_a_search_returns_at_most_64_rows_and_equal_prices_at_the_border(search, exact):
    assert len(CATALOG) > 200
    first = search(order=BY_PRICE, limit=1000)
    assert len(first) == 64 and [row["dph_total"] for row in first] == sorted(row["dph_total"] for row in first)
    rows = everything(search)
    assert sorted(row["dph_total"] for row in rows)[64] == first[-1]["dph_total"]
    shown = [row for row in CATALOG if row["verified"] and row["rentable"] and not row["rented"]]
    assert {row["id"] for row in rows} == {row["id"] for row in shown} and len(shown) > 3 * 64


def test_equal_prices_have_another_order_in_another_search(search, exact):
    first, second = search(order=BY_PRICE), search(order=BY_PRICE, limit=64)
    assert [row["dph_total"] for row in first] == [row["dph_total"] for row in second]
    assert [row["id"] for row in first] != [row["id"] for row in second]


def test_a_search_has_conditions_of_its_own_unless_it_replaces_them(search, exact):
    rows = everything(search)
    assert {(row["verification"], row["rentable"], row["rented"]) for row in rows} == {("verified", True, False)}
    rows = everything(search, verified={"eq": False}, rentable={"in": [True, False]}, rented={})
    assert {row["verification"] for row in rows} == {"unverified", "deverified"}
    assert {row["rentable"] for row in rows} == {row["rented"] for row in rows} == {True, False}


def test_some_rows_do_not_fit_a_condition_on_a_number(search, vast_account):
    query = {"gpu_name": {"in": ["RTX 4090", "RTX 5090"]}, "num_gpus": {"eq": "2"}, "order": BY_PRICE}
    rows = search(**query)
    assert {row["gpu_name"] for row in rows} == {"RTX 4090", "RTX 5090"}
    others = [row for row in rows if row["num_gpus"] != 2]
    assert len(others) == 3 and rows[0] in others and rows[-1] in others
    vast_account.settings.set(numeric_filters="honored")
    assert [row["id"] for row in search(**query)] == [row["id"] for row in rows if row not in others]
    assert search(gpu_name={"eq": "RTX_4090"}) == []


def test_one_offer_is_found_by_ask_contract_id_only(search):
    [offer] = search(gpu_name={"eq": "L4"}, order=BY_PRICE, limit=1)
    assert search(id={"eq": offer["id"]}) == []
    rows = search(ask_contract_id={"eq": offer["id"]})
    assert offer["id"] in [row["id"] for row in rows] and len(rows) > 1


def test_a_single_offer_is_not_in_a_list(vast, vast_account):
    body = {"gpu_name": {"eq": "B200"}, "limit": 1}
    offer = vast.ok("POST", "/bundles/", body)["offers"]
    assert offer["gpu_name"] == "B200"
    vast_account.settings.set(single_offer="list")
    assert vast.ok("POST", "/bundles/", body)["offers"] == [offer]
    assert vast.ok("POST", "/bundles/", {"gpu_name": {"eq": "none"}})["offers"] == []


@pytest.mark.parametrize("condition, field", [({"gt": 0.97}, "reliability"), ({"lte": "0.97"}, "reliability2")])
def test_a_condition_applies_to_rows_that_show_the_field_under_its_other_name(search, exact, condition, field):
    rows = everything(search, **{field: condition})
    values = [row.get("reliability", row.get("reliability2")) for row in rows]
    assert all(value > 0.97 if "gt" in condition else value <= 0.97 for value in values)
    assert {("reliability" in row, "reliability2" in row) for row in rows} == {(1, 1), (1, 0), (0, 1)}


def test_a_country_matches_by_its_letters_and_null_matches_nothing(search, exact):
    united = everything(search, geolocation={"in": ["US", "SE"]})
    others = everything(search, geolocation={"notin": ["US", "SE"]})
    assert {row["geolocation"].rpartition(", ")[2] for row in united} == {"US", "SE"}
    assert {row["geolocation"].rpartition(", ")[2] for row in others} == {"DE", "FR", "JP", "VN"}
    rows = everything(search)
    assert None in {row["geolocation"] for row in rows} and len(united) + len(others) < len(rows)
    assert {"inet_down_cost" in row for row in rows} == {"cpu_ram" in row for row in rows} == {True, False}


def test_the_price_contains_the_disk(search, exact):
    query = {"gpu_name": {"eq": "H200"}, "order": [["machine_id", "desc"]], "limit": 3}
    for small, large in zip(search(**query, allocated_storage=0), search(**query, allocated_storage=730)):
        assert small["dph_total"] == small["dph_base"] == large["dph_base"]
        assert large["dph_total"] == pytest.approx(large["dph_base"] + large["storage_cost"])
    [bid] = search(**{**query, "limit": 1}, type="bid", allocated_storage=0)
    assert bid["dph_total"] == bid["min_bid"]


@pytest.mark.parametrize(
    "body, message",
    [
        ({"dph": {"lt": 1}}, "unknown field: dph"),
        ({"num_gpus": 2}, "num_gpus: 2 is not of type 'object'"),
        ({"num_gpus": {"about": 2}}, "'about' is not one of"),
        ({"num_gpus": {"eq": "two"}}, "num_gpus: expected a number, not 'two'"),
        ({"num_gpus": {"in": 2}}, "num_gpus: in requires a list"),
        ({"verified": {"eq": "yes"}}, "verified: expected true or false"),
        ({"type": "spot"}, "type: 'spot' is not one of"),
        ({"order": [["price", "asc"]]}, "order: unknown field price"),
        ({"limit": 0}, "limit: 0 is less than"),
    ],
)
def test_an_invalid_search_is_refused(vast, body, message):
    response = vast.call("POST", "/bundles/", body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_args")
    assert message in response.json()["msg"]


def test_an_invalid_key_looks_like_a_missing_resource(vast):
    vast.session.headers["Authorization"] = "Bearer short"
    response = vast.call("POST", "/bundles/", {})
    assert (response.status_code, response.json()["msg"]) == (404, "Invalid user key")
    assert vast.call("GET", "/endptjobs/").status_code == 401
    assert "RTX 4090" in vast.ok("GET", "/gpu_names/unique/")["gpu_names"]


def test_the_documented_rate_limit_is_ten_searches_a_minute(vast, vast_account, clock):
    vast_account.settings.set(rate_limits="documented")
    for _number in range(10):
        vast.ok("POST", "/bundles/", {})
        clock.advance(5)
    response = vast.call("POST", "/bundles/", {})
    assert (response.status_code, response.json()) == (429, {"detail": "API requests too frequent"})
    clock.advance(10)
    vast.ok("POST", "/bundles/", {})
    assert vast.call("POST", "/bundles/", {}).status_code == 429


def test_the_quota_of_a_day_ends_at_midnight(vast, vast_account, clock):
    vast_account.settings.set(search_quota=1)
    vast.ok("POST", "/bundles/", {})
    response = vast.call("POST", "/bundles/", {})
    assert (response.status_code, response.json()["error"]) == (429, "search_quota_exceeded")
    reset = int(response.headers["X-RateLimit-Reset"])
    assert reset % DAY == 0 and 0 < reset - EPOCH - clock.now() <= DAY
    clock.advance(reset - EPOCH - clock.now())
    vast.ok("POST", "/bundles/", {})


def test_offers_can_be_seeded_changed_and_deleted(sim, vast, search):
    control = f"{sim.url}/_sim/vast/offers"
    vast.ok("DELETE", "", base=control)
    assert search() == []
    seeded = vast.ok("POST", "", {"gpu_name": "L4", "dph_base": 0.5, "storage_cost": 0}, control)
    [row] = search(gpu_name={"eq": "L4"})
    assert (row["id"], row["ask_contract_id"], row["dph_total"]) == (seeded["id"], seeded["id"], 0.5)
    vast.ok("PATCH", f"/{row['id']}", {"rented": True}, control)
    assert search() == []
    [row] = search(rented={"eq": True})
    vast.ok("DELETE", f"/{row['id']}", base=control)
    assert search(rented={}) == []


def test_a_worker_runs_on_the_cheapest_machine_that_fits(vast):
    endpoint = vast.endpoint()
    vast.group(endpoint, search_params="gpu_name in [H100_SXM,A100_SXM4] num_gpus=2 verified=true")
    [worker] = vast.ask("/get_endpoint_workers/", id=endpoint).json()["workers"]
    assert (worker["gpu_name"], worker["num_gpus"], worker["available"]) == ("A100 SXM4", 2, False)
