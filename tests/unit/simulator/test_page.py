# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests of the page for people over HTTP: what it shows, and its switches for faults."""

from __future__ import annotations

import re
import secrets

import pytest
import requests

from ansible_collections.gpufleet.cloud.tests.simulator import Simulator, environment
from ansible_collections.gpufleet.cloud.tests.simulator.novita import NOVITA
from ansible_collections.gpufleet.cloud.tests.simulator.page import digest_of
from ansible_collections.gpufleet.cloud.tests.simulator.ppio import PPIO
from ansible_collections.gpufleet.cloud.tests.simulator.switches import switches
from ansible_collections.gpufleet.cloud.tests.simulator.vast import VAST

SWITCHES = [(provider.name, switch.name) for provider in (NOVITA, PPIO, VAST) for switch in switches(provider)]


class Page:
    """The page of a simulator, and the part of one account."""

    def __init__(self, simulator, provider, key):
        self.simulator, self.provider, self.digest = simulator, provider, digest_of(key)

    def text(self):
        return requests.get(self.simulator.url, timeout=60).text

    def section(self):
        """Return the part of the account, with whitespace as single spaces."""
        signs = (f'action="/_page/{self.provider}/switch"', f'value="{self.digest}"')
        [section] = [part for part in self.text().split("<section>") if all(sign in part for sign in signs)]
        return " ".join(section.split())

    def turn(self, switch, on, **headers):
        """Send the form of a switch. The browser then loads the page again."""
        form = {"account": self.digest, "switch": switch, "on": "true" if on else "false"}
        address = f"{self.simulator.url}/_page/{self.provider}/switch"
        return requests.post(address, data=form, headers=headers, timeout=60)

    def on(self):
        """Return the titles of the switches that are on."""
        return re.findall(r'aria-pressed="true" class="on" aria-label="([^"]+)"', self.section())


@pytest.fixture
def page(sim, account):
    return Page(sim, "novita", account.key)


@pytest.fixture
def vast_page(sim, vast_account):
    return Page(sim, "vast", vast_account.key)


@pytest.fixture
def ppio_account(sim):
    return sim.account("ppio", secrets.token_hex(12))


def test_the_page_has_the_lines_of_the_environment_and_loads_nothing_from_elsewhere(sim, page):
    text = page.text()
    assert "\n".join(environment.exports(sim.url)) in text
    assert set(re.findall(r"https?://[^/\"<\s]+", text)) == {sim.url}


@pytest.mark.parametrize(
    "state, tone", [("serving", "good"), ("failed", "bad"), ("stopped", "off"), ("creating", "busy")]
)
def test_a_state_has_the_color_of_its_meaning(page, account, state, tone):
    account.seed(name="x", state=state)
    assert f'<span class="state {tone}">{state}</span>' in page.section()


def test_an_active_endpoint_of_vast_is_green(vast_page, vast_account):
    vast_account.seed()
    assert '<span class="state good">active</span>' in vast_page.section()


def test_the_page_sums_what_running_instances_cost(page, account):
    for fields in ({"gpuNum": 2}, {"billingMode": "spot"}, {"billingMode": "monthly"}, {"status": "exited"}):
        account.store("instances").seed({"productId": "4090.16c62g", **fields})
    section = page.section()
    assert re.findall(r'<td class="number">([\d.]*)</td>', section) == ["0.7000", "0.1800", "", ""]
    assert 'Sum of the known costs</td> <td class="number">0.8800 USD</td>' in section


@pytest.mark.parametrize(
    "product, workers, cost",
    [("7", 3, "17.8800"), ("7", 0, "0.0000"), ("31", 3, ""), ("unknown", 3, "")],
)
def test_an_endpoint_costs_the_price_of_its_healthy_workers(sim, ppio_account, product, workers, cost):
    ppio_account.seed(product_id=product, worker_config={"min_replicas": workers, "max_replicas": 3, "gpu_num": 2})
    section = Page(sim, "ppio", ppio_account.key).section()
    assert f'<td class="number">{cost}</td>' in section
    assert ("CNY</td>" in section) is bool(cost)


def test_the_page_sums_what_workers_cost(vast, vast_page, vast_account, clock):
    vast_account.settings.set(rest_after=60)
    group = vast.group(vast.endpoint(cold_workers=2, min_load=0), search_params="gpu_name=H200 num_gpus=1")
    offer = vast_account.store("offers").cheapest({"gpu_name": {"eq": "H200"}, "num_gpus": {"eq": "1"}})
    assert f'Sum</td> <td class="number">{2 * offer["dph_total"]:.4f} USD</td>' in vast_page.section()
    clock.advance(100)
    assert f'Sum</td> <td class="number">{2 * offer["storage_total_cost"]:.4f} USD</td>' in vast_page.section()
    vast.ok("DELETE", f"/workergroups/{group}/")
    assert 'Sum</td> <td class="number">0.0000 USD</td>' in vast_page.section()


@pytest.mark.parametrize(("provider", "switch"), SWITCHES)
def test_a_switch_turns_its_fault_on_and_off_and_keeps_others(sim, provider, switch):
    account = sim.account(provider, f"key-of-{provider}-{switch}".replace(" ", "-"))
    page = Page(sim, provider, account.key)
    other = account.fault("*", "garbage", skip=9)
    assert page.on() == []
    for _time in range(2):
        assert page.turn(switch, True).status_code == 200
    titles = {each.name: each.title for each in switches(account.provider)}
    assert page.on() == [titles[switch]]
    assert [fault["fault"] for fault in account.faults.active()] == ["garbage", switch.split()[1]]
    page.turn(switch, False)
    assert (page.on(), account.faults.active()) == ([], [other])


def test_a_fault_that_has_happened_is_off_again(page, client):
    page.turn("* status", True)
    assert client.get("/endpoints").status_code == 500
    assert page.on() == []


def test_a_lost_response_hides_a_create_that_succeeds(page, client, account):
    page.turn("endpoint.create reset", True)
    assert client.listed() == []
    with pytest.raises(requests.ConnectionError):
        client.create(name="hidden")
    assert [resource["name"] for resource in account.records()] == ["hidden"]


def test_workers_fail_until_the_switch_is_off(page, client, clock, vast_page, vast):
    page.turn("* failed_workers", True)
    first, second = client.created(), client.created()
    clock.advance(10)
    assert {worker["state"]["state"] for each in (first, second) for worker in client.read(each)["workers"]} == {
        "failed"
    }
    vast_page.turn("* failed_state", True)
    endpoint = vast.endpoint()
    vast.group(endpoint)
    clock.advance(10)
    assert vast.workers(endpoint) == ["error"]


def test_without_accounts_a_switch_opens_the_account_of_the_sample_key():
    with Simulator() as simulator:
        page = Page(simulator, "vast", environment.SAMPLE_KEY)
        assert "No accounts." in page.section()
        page.turn("* empty_list", True)
        assert page.on() == ["Return an empty list once"]
        assert simulator.account("vast", environment.SAMPLE_KEY).faults.active()[0]["fault"] == "empty_list"


def test_a_switch_refuses_other_sites_and_unknown_accounts(page, account):
    assert page.turn("* status", True, Origin="https://elsewhere.invalid").status_code == 403
    assert page.turn("* everything", True).status_code == 404
    page.digest = digest_of("unknown")
    assert page.turn("* status", True).status_code == 404
    assert account.faults.active() == []
    page.provider, page.digest = "nobody", digest_of(environment.SAMPLE_KEY)
    assert page.turn("* status", True).status_code == 404
