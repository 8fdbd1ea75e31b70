# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offers and the account of Vast.ai."""

from __future__ import annotations

import json

import pytest

FILTER = "gpu_name=RTX_4090 num_gpus=1 verified=true rentable=true rented=false"


@pytest.fixture(name="vast")
def _vast(cloud):
    return Vast(cloud)


class Vast:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")

    def search(self, **options):
        return self.cloud.run("vast_offer_info", options).ok()

    def answer(self, *offers):
        body = json.dumps({"offers": list(offers)})
        self.account.fault("offer.list", "garbage", body=body, content_type="application/json")


def test_offers_are_sorted_by_price_with_the_cheapest_and_the_prices_of_traffic(vast):
    result = vast.search(search_params=FILTER)
    prices = [offer["hourly_price"] for offer in result["offers"]]
    assert prices == sorted(prices)
    assert result["cheapest"] == result["offers"][0]
    assert result["count"] == len(prices) > 1
    assert result["complete"] is True
    assert result["continue_at"] is None
    assert {"inet_down_cost", "inet_up_cost", "storage_cost", "dph_base", "min_bid"} <= result["cheapest"].keys()
    assert result["cheapest"]["hourly_price"] == result["cheapest"]["dph_total"]
    assert result["worst_case"] == {}


def test_offers_that_do_not_meet_a_condition_are_dropped(vast):
    conditions = f"{FILTER} dph_total<=0.5 inet_down>=200 reliability>0.95"
    offers = vast.search(search_params=conditions)["offers"]
    assert offers
    for offer in offers:
        assert offer["gpu_name"] == "RTX 4090"
        assert offer["num_gpus"] == 1
        assert offer["dph_total"] <= 0.5
        assert offer["inet_down"] >= 200
        assert offer["reliability"] > 0.95
    vast.account.settings.set(numeric_filters="honored")
    assert [offer["id"] for offer in vast.search(search_params=conditions)["offers"]] == [
        offer["id"] for offer in offers
    ]


@pytest.mark.parametrize(
    ("condition", "row", "fits"),
    [
        ({"gpu_ram": {"gte": 23000}}, {"gpu_ram": 24564}, True),
        ({"gpu_ram": {"gte": 23000}}, {"gpu_ram": 22500}, False),
        ({"gpu_ram": {"gte": 23000}}, {"gpu_ram": None}, False),
        ({"gpu_ram": {"gte": 23000}}, {}, True),
        ({"gpu_name": {"in": ["RTX 4090", "RTX 5090"]}}, {"gpu_name": "RTX 5090"}, True),
        ({"gpu_name": {"notin": ["RTX 4090"]}}, {"gpu_name": "RTX 4090"}, False),
        ({"geolocation": {"in": ["SE", "DE"]}}, {"geolocation": "Sweden, SE"}, True),
        ({"geolocation": {"in": ["SE", "DE"]}}, {"geolocation": "Oregon, US"}, False),
        ({"geolocation": {"in": ["SE", "DE"]}}, {"geolocation": None}, False),
        ({"verified": {"eq": True}}, {"verification": "verified"}, True),
        ({"verified": {"eq": True}}, {"verification": "unverified"}, False),
        ({"verified": {"eq": False}}, {"verification": "unverified"}, True),
        ({"reliability": {"gt": 0.9}}, {"reliability2": 0.95}, True),
        ({"reliability": {"gt": 0.9}}, {"reliability2": 0.85}, False),
        ({"rented": {"eq": False}}, {"rented": True}, False),
        ({"num_gpus": {"eq": 2}}, {"num_gpus": 2.0}, True),
        ({"dph_total": {"lt": 0.5}}, {"dph_total": 0.5}, False),
        ({"driver_version": {"gte": "535.129.3"}}, {"driver_version": "570.86.16"}, True),
        ({"driver_version": {"gte": "535.129.3"}}, {"driver_version": "525.60.11"}, False),
    ],
)
def test_every_condition_is_checked_on_the_properties_that_an_offer_has(vast, condition, row, fits):
    vast.answer({"id": 1, **row}, {"id": 2, **row})
    assert vast.search(search_params=condition)["count"] == (2 if fits else 0)


def test_the_filter_is_sent_as_a_mapping_with_the_disk_and_without_other_conditions(vast):
    result = vast.search(search_params="gpu_ram>=23 duration>2 gpu_name=RTX_4090 num_gpus=any", disk=64, type="bid")
    [request] = result.requests
    assert request["body"] == {
        "gpu_ram": {"gte": 23000},
        "duration": {"gt": 172800},
        "gpu_name": {"eq": "RTX 4090"},
        "type": "bid",
        "order": [["dph_total", "asc"]],
        "limit": 64,
        "allocated_storage": 64,
    }
    assert "allocated_storage" not in vast.search().requests[0]["body"]


def test_the_disk_is_part_of_the_price(vast):
    small, large = (vast.search(search_params=FILTER, disk=disk)["offers"] for disk in (10, 500))
    prices = {offer["id"]: offer["hourly_price"] for offer in small}
    assert all(offer["hourly_price"] > prices[offer["id"]] for offer in large if offer["id"] in prices)


def test_one_offer_again_is_found_by_its_id(vast):
    expected = vast.search(search_params=FILTER)["offers"][1]
    found = vast.search(search_params={"id": {"eq": int(expected["id"])}})
    assert [offer["id"] for offer in found["offers"]] == [expected["id"]]


def test_a_single_offer_that_is_not_in_a_list_is_found(vast):
    body = json.dumps({"offers": {"id": 5.0, "dph_total": 0.3}})
    vast.account.fault("offer.list", "garbage", body=body, content_type="application/json")
    assert [offer["id"] for offer in vast.search()["offers"]] == ["5"]


def test_more_than_one_page_continues_at_the_last_price_and_finds_every_offer_once(vast):
    first = vast.search()
    assert (first["count"], first["complete"]) == (64, False)
    assert first["continue_at"] == first["offers"][-1]["hourly_price"]
    assert len(first.operations) == 1
    everything = vast.search(limit=640)
    ids = [offer["id"] for offer in everything["offers"]]
    assert everything["complete"] is True
    assert len(ids) == len(set(ids)) > 200
    assert {offer["id"] for offer in first["offers"]} <= set(ids)
    prices = [offer["hourly_price"] for offer in everything["offers"]]
    assert prices == sorted(prices)
    rest = vast.search(search_params={"dph_total": {"gte": first["continue_at"]}}, limit=640)
    assert {offer["id"] for offer in first["offers"]} | {offer["id"] for offer in rest["offers"]} == set(ids)
    assert vast.search(limit=70)["count"] == 70


def test_a_search_ends_if_no_further_page_has_another_offer(vast):
    for _page in range(2):
        vast.answer(*({"id": number, "dph_total": 0.5} for number in range(64)))
    result = vast.search(limit=640)
    assert (result["count"], result["complete"], len(result.operations)) == (64, False, 2)


def test_a_price_or_a_stock_that_a_row_does_not_show_is_unknown(vast):
    rows = [{"id": 1, "dph_total": 0}, {"id": 2, "dph_total": -1, "rentable": True}, {"id": 3, "rented": True}]
    vast.answer(*rows)
    result = vast.search(max_workers=2)
    assert [(offer["hourly_price"], offer["in_stock"]) for offer in result["offers"]] == [
        (None, None),
        (None, True),
        (None, False),
    ]
    assert result["cheapest"] == {}
    assert result["worst_case"]["hourly_price"] is None


def test_another_order_is_kept_in_the_result(vast):
    result = vast.search(order="-num_gpus", limit=10)
    gpus = [offer["num_gpus"] for offer in result["offers"]]
    assert gpus == sorted(gpus, reverse=True)
    assert result["cheapest"]["hourly_price"] == min(offer["hourly_price"] for offer in result["offers"])
    # Further offers have any price.
    assert (result["complete"], result["continue_at"]) == (False, None)


def test_the_worst_case_is_that_of_the_most_expensive_machine(vast):
    result = vast.search(search_params=f"{FILTER} dph_total<=0.6", max_workers=4)
    highest = max(offer["hourly_price"] for offer in result["offers"])
    assert result["worst_case"] == {"workers": 4, "hourly_price": pytest.approx(4 * highest), "currency": "USD"}
    assert "warnings" not in result


def test_the_worst_case_of_an_incomplete_search_is_that_of_the_upper_limit_or_unknown(vast):
    limited = vast.search(search_params="dph_total<=5", max_workers=3)
    assert limited["complete"] is False
    assert limited["worst_case"]["hourly_price"] == 15
    unlimited = vast.search(max_workers=3)
    assert unlimited["worst_case"]["hourly_price"] is None
    assert "no upper limit on dph_total" in str(unlimited["warnings"])
    nothing = vast.search(search_params="gpu_name=GTX_1080", max_workers=3)
    assert (nothing["complete"], nothing["cheapest"], nothing["worst_case"]["hourly_price"]) == (True, {}, None)


def test_a_used_up_quota_is_reported_and_not_repeated(vast):
    vast.account.settings.set(search_quota=0)
    failed = vast.cloud.run("vast_offer_info", {}).failing(
        "search_quota_exceeded", "the next quota begins at 20", "T00:00"
    )
    assert len(failed.operations) == 1
    assert failed["failure"]["retryable"] is False


def test_a_bad_key_is_not_an_empty_list(vast):
    vast.account.fault("offer.list", "status", status=404, reason="", message="Invalid user key")
    vast.cloud.run("vast_offer_info", {}).failing("Invalid user key")


# -- the account -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("credit", "first", "next_one", "below"),
    [(4.99, False, False, True), (5, True, False, False), (10, True, True, False)],
)
def test_the_credit_is_compared_with_the_known_thresholds(vast, credit, first, next_one, below):
    vast.account.settings.set(credit=float(credit))
    account = vast.cloud.run("vast_account_info", {}).ok()["account"]
    assert account["available"] == account["credit"] == credit
    assert account["balance"] == -3.75
    assert (account["enough_for_first_endpoint"], account["enough_for_next_endpoint"]) == (first, next_one)
    assert account["below_threshold"] is below


def test_an_amount_that_the_account_lacks_is_unknown(vast):
    vast.account.fault("user.get", "garbage", body='{"id": 7.0}', content_type="application/json")
    account = vast.cloud.run("vast_account_info", {}).ok()["account"]
    assert account["id"] == "7"
    assert account["credit"] is account["below_threshold"] is account["enough_for_first_endpoint"] is None


def test_no_result_contains_the_key_of_the_user_even_if_a_value_repeats_it(vast):
    shown = vast.cloud.run("vast_account_info", {}).ok()
    assert vast.account.store("users").views()[0]["api_key"] not in shown.printed
    assert "ops@example.org" not in shown.printed
