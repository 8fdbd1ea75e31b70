# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The products, regions and accounts of Novita AI and PPIO."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(name="shop", params=["novita", "ppio"])
def _shop(request, cloud):
    return Shop(cloud, request.param)


class Shop:
    def __init__(self, cloud, provider):
        self.cloud = cloud
        self.provider = provider
        self.account = cloud.account(provider)
        self.products = self.account.store("products")
        self.list_operation = "product_v2.list" if provider == "novita" else "product.list"

    def read(self, **options):
        return self.cloud.run(f"{self.provider}_product_info", options).ok()

    def ids(self, **options):
        return [product["id"] for product in self.read(**options)["products"]]

    def change(self, product_id, **fields):
        self.products.change(product_id, fields)

    def only(self, **fields):
        """Replace the response by a list with one product."""
        body = json.dumps({"data": [{"id": "x", **fields}]})
        self.account.fault(self.list_operation, "garbage", body=body, content_type="application/json")
        [product] = self.read()["products"]
        return product


def test_products_are_sorted_by_price_and_those_without_a_price_are_last(shop):
    result = shop.read()
    prices = [product["hourly_price"] for product in result["products"]]
    known = [price for price in prices if price is not None]
    assert known == sorted(known)
    assert prices == known + [None] * (len(prices) - len(known))
    assert None in prices
    assert result["count"] == len(prices) == 10
    assert all(isinstance(price, float) and price < 100 for price in known)
    assert {product["currency"] for product in result["products"]} == {"USD" if shop.provider == "novita" else "CNY"}
    # The cheapest product of PPIO is out of stock.
    assert result["cheapest"]["id"] == "2"


def test_prices_have_the_unit_of_their_response(shop):
    pricing = {"postpaid": {"final_price": "12600", "unit": "per_hour"}, "precision": 3}
    assert shop.only(pricing=pricing)["hourly_price"] == 12.6
    assert shop.only(pricing={**pricing, "precision": "5"})["hourly_price"] == 0.126
    for unknown in (
        {**pricing, "precision": None},
        {**pricing, "precision": 400},
        {**pricing, "postpaid": None},
        {**pricing, "postpaid": {"final_price": 0}},
        {**pricing, "postpaid": {"final_price": 12600, "unit": "per_day"}},
        {},
        None,
    ):
        product = shop.only(pricing=unknown)
        assert product["hourly_price"] is None
        assert product["prices"]["on_demand"] is None


def test_what_a_response_lacks_is_unknown_and_not_zero(shop):
    product = shop.only()
    assert product["gpu_memory_gb"] is product["max_gpus"] is product["available_gpus"] is product["in_stock"] is None
    assert product["region_ids"] == product["billing"] == product["prices"]["monthly"] == []
    assert product["rootfs"] == {"min_gb": None, "max_gb": None, "free_gb": None}


def test_a_price_is_for_the_number_of_gpus(shop):
    [one] = [product for product in shop.read()["products"] if product["id"] == "7"]
    [three] = [product for product in shop.read(gpu_num=3)["products"] if product["id"] == "7"]
    assert three["hourly_price"] == pytest.approx(3 * one["hourly_price"])
    assert three["prices"] == one["prices"]


def test_every_filter_is_checked_although_the_provider_ignores_it(shop):
    by_id = {product["id"]: product for product in shop.read()["products"]}
    assert shop.ids(id="7") == ["7"]
    assert shop.ids(id="none") == []
    assert set(shop.ids(name="rtx 50")) == {"9"}
    assert set(shop.ids(gpu="rtx-4090")) == {"7", "1", "14", "SL-serverless-3"}
    assert set(shop.ids(gpu="4090")) == {"7", "1", "14", "SL-serverless-3", "2"}
    assert set(shop.ids(gpu="H100")) == {"8", "31"}
    assert shop.ids(gpu="409") == shop.ids(gpu="?") == []
    assert set(shop.ids(billing="spot")) == {"9"}
    region = by_id["1"]["region_ids"][0]
    assert set(shop.ids(region=region)) == {key for key, product in by_id.items() if region in product["region_ids"]}
    limit = by_id["7"]["hourly_price"]
    below = {key for key, product in by_id.items() if (product["hourly_price"] or 1000) <= limit}
    assert set(shop.ids(max_hourly_price=limit)) == below
    shop.change("7", resource_spec={"gpu": {"min": 2, "max": 4}})
    assert "7" not in shop.ids(gpu_num=1) + shop.ids(gpu_num=8)
    assert "7" in shop.ids(gpu_num=2)


def test_both_categories_and_types_have_their_own_products(shop):
    serverless, instances = set(shop.ids()), set(shop.ids(category="instance"))
    cpus = set(shop.ids(category="instance", type="cpu"))
    assert serverless and instances and cpus
    assert not serverless & instances and not instances & cpus
    assert "cpu.4c8g" in cpus


def test_the_stock_follows_every_sign_of_the_response(shop):
    gpu = {"available": 8, "max_available": 4}
    stock = {"inventory_state": "normal", "deployable": True, "resource_spec": {"gpu": gpu}}
    assert shop.only(**stock)["in_stock"] is True
    for empty in (
        {"inventory_state": "none"},
        {"deployable": False},
        {"activity": {"purchasable": False}},
        {"resource_spec": {"gpu": {"available": "0"}}},
        {"resource_spec": {"gpu": {"available": 8, "max_available": 0}}},
    ):
        assert shop.only(**{**stock, **empty})["in_stock"] is False, empty
    assert shop.only(inventory_state="new word")["in_stock"] is None
    out = [product["id"] for product in shop.read()["products"] if product["in_stock"] is False]
    assert out == ["12"]
    assert "12" not in shop.ids(available_only=True)


def test_more_gpus_than_the_largest_free_machine_are_out_of_stock(shop):
    [product] = shop.read(id="14", gpu_num=4)["products"]
    assert (product["max_available_gpus"], product["in_stock"]) == (2, False)
    assert shop.read(id="14", gpu_num=2)["products"][0]["in_stock"] is True
    shop.change("14", missing=["resource_spec.gpu.max_available"])
    assert shop.read(id="14", gpu_num=4)["products"][0]["in_stock"] is False


def test_a_subscription_is_sorted_by_its_price_for_a_month(shop):
    result = shop.read(category="instance", billing="monthly")
    prices = [product["monthly_price"] for product in result["products"] if product["monthly_price"] is not None]
    assert prices == sorted(prices)
    assert all(product["hourly_price"] is None for product in result["products"])
    first = result["products"][0]
    assert first["prices"]["monthly"][0]["months"] == 1
    assert first["monthly_price"] == min(term["price"] / term["months"] for term in first["prices"]["monthly"])


def test_the_name_of_a_region_needs_the_list_of_regions(shop):
    name, region_id = {
        "novita": ("US-CA-06 (Demo City)", "us-demo-1"),
        "ppio": ("CN-EAST-04 (Demo Town)", "cn-demo-1"),
    }[shop.provider]
    assert shop.ids(region=name) == shop.ids(region=region_id)
    assert "region.list" not in shop.read(region=region_id).operations
    unknown = shop.read(region="nowhere")
    assert unknown["products"] == []
    assert name in str(unknown["warnings"])


def test_a_list_without_a_cursor_is_complete_but_one_with_a_larger_total_is_not(shop):
    shop.account.settings.set(catalog_page=0)
    assert len(shop.ids()) == 10
    for envelope in ({"total": 2}, {"has_more": True}, {"has_more": True, "next_cursor": ""}):
        body = json.dumps({"data": [{"id": "x"}], **envelope})
        shop.account.fault(shop.list_operation, "garbage", body=body, content_type="application/json")
        shop.cloud.run(f"{shop.provider}_product_info", {}).failing("the list response is incomplete")


def test_a_page_is_read_after_the_other(shop):
    shop.account.settings.set(catalog_page=4)
    assert shop.read().operations == [shop.list_operation] * 3


# -- regions -----------------------------------------------------------------------------------------------------------


def test_the_clusters_of_both_generations_are_joined_by_their_ids(cloud):
    clusters = {cluster["id"]: cluster for cluster in cloud.run("novita_cluster_info", {}).ok()["clusters"]}
    assert list(clusters) == sorted(clusters)
    assert clusters["us-demo-1"]["listed_in"] == ["clusters", "regions"]
    assert clusters["us-dallas-nas-2"]["listed_in"] == ["clusters"]
    assert clusters["as-sgp-2"]["listed_in"] == ["regions"]
    assert clusters["us-dallas-nas-2"]["network_storage"] is True
    assert clusters["as-sgp-2"]["network_storage"] is False
    assert clusters["cn-hongkong-1"]["network_storage"] is None
    assert clusters["cn-hongkong-1"]["private_network"] is None


def test_regions_are_selected_by_id_and_gpu(shop):
    module, noun = {"novita": ("novita_cluster_info", "clusters"), "ppio": ("ppio_region_info", "regions")}[
        shop.provider
    ]

    def ids(**options):
        return [region["id"] for region in shop.cloud.run(module, options).ok()[noun]]

    everywhere = ids()
    assert ids(id=everywhere[0]) == everywhere[:1]
    assert ids(id="none") == []
    with_it = ids(gpu="RTX 4090 D")
    assert with_it
    assert set(with_it) < set(ids(gpu="4090"))
    assert ids(gpu="GTX 1080") == []


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_an_account_has_amounts_in_its_currency(shop):
    shop.account.settings.set(balance=-12.3456)
    account = shop.cloud.run(f"{shop.provider}_account_info", {}).ok()["account"]
    assert account["available"] == -12.3456
    assert account["currency"] == {"novita": "USD", "ppio": "CNY"}[shop.provider]
    assert (account["pending"] is None) is (shop.provider == "ppio")
    assert account["missing_permissions"] == []


@pytest.mark.parametrize(
    ("operation", "lacks", "known"),
    [("balance.get", "balance", "endpoint_limits"), ("endpoint.limit", "endpoint limits", "available")],
)
def test_a_missing_permission_is_a_warning_and_leaves_the_values_unknown(cloud, operation, lacks, known):
    cloud.account("novita").fault(operation, "status", status=403, reason="FORBIDDEN", message="no permission")
    result = cloud.run("novita_account_info", {}).ok()
    assert result["account"]["missing_permissions"] == [lacks]
    assert f"no permission to read the {lacks}" in str(result["warnings"])
    assert result["account"][known]
    assert not result["account"]["available" if lacks == "balance" else "endpoint_limits"]


def test_a_key_without_any_permission_fails(shop):
    shop.account.fault("*", "status", status=403, reason="FORBIDDEN", message="no permission", times=0)
    shop.cloud.run(f"{shop.provider}_account_info", {}).failing("HTTP 403", "the option api_key")


def test_limits_have_the_names_of_the_provider_in_snake_case(cloud):
    account = cloud.run("novita_account_info", {}).ok()["account"]
    assert account["endpoint_limits"]["worker_num"] == {"minimum": 0, "maximum": 100}
    assert account["endpoint_limits"]["rootfs_size"] == {"minimum": 10, "maximum": 200, "free": 100}
    assert account["endpoint_limits"]["gpu_num"] == {"minimum": 1, "maximum": 8}
    assert account["cuda_versions"]
    body = json.dumps(
        {"minGPUNum": "1", "maxNewThingNum": 7, "odd": 3, "maxBad": [], "minText": "many", "cudaVersionList": None}
    )
    cloud.account("novita").fault("endpoint.limit", "garbage", body=body, content_type="application/json")
    limits = cloud.run("novita_account_info", {}).ok()["account"]["endpoint_limits"]
    assert limits == {"gpu_num": {"minimum": 1}, "new_thing_num": {"maximum": 7}}
