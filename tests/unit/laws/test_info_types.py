# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws for info types: what a task can only read, such as the products of a provider."""

from __future__ import annotations

import json
import secrets

import pytest

from ..harness import Cloud, Direct
from .info_types import INFO_TYPES, INVALID_CONNECTIONS

each_info_type = pytest.mark.parametrize("info_type", INFO_TYPES, ids=str)
each_list = pytest.mark.parametrize("info_type", [one for one in INFO_TYPES if one.key], ids=str)


@pytest.fixture(
    name="cloud",
    params=[
        pytest.param(Cloud, id="module"),
        pytest.param(Direct, id="direct", marks=pytest.mark.other_face),
    ],
)
def _cloud(request, _simulated, clock):
    """Return a cloud with a new account in the simulator; it runs modules in one of the two faces."""
    cloud = request.param(_simulated[0], clock, key=f"sk-{secrets.token_hex(24)}")
    request.node.callspec.params["info_type"].seed(cloud)
    return cloud


def listed(result, info_type):
    return result[info_type.noun]


@each_info_type
def test_law_02_check_mode_returns_the_same_as_a_run(cloud, info_type):
    run = cloud.run(info_type.module, {}).ok(changed=False)
    checked = cloud.run(info_type.module, {}, check=True).ok(changed=False)
    assert listed(run, info_type)
    assert dict(checked) == dict(run)
    assert run.writes + checked.writes == []


@each_info_type
@pytest.mark.parametrize("body", ["", '{"data"', "<html>Bad Gateway</html>", "[]", "{}", "null", '"text"', "7"])
def test_law_07_a_broken_response_is_an_error_and_never_an_empty_result(cloud, info_type, body):
    content_type = "text/html" if body.startswith("<") else "application/json"
    # Any object is a valid response about the limits of an account.
    for operation in (one for one in info_type.operations if (one, body) != ("endpoint.limit", "{}")):
        cloud.account(info_type.provider).fault(operation, "garbage", times=0, body=body, content_type=content_type)
        failed = cloud.run(info_type.module, {"api_retries": 1}).failing(info_type.doing)
        assert failed["failure"]["operation"].split(".")[0] in operation
        assert info_type.noun not in failed
        cloud.account(info_type.provider).clear_faults()


@each_info_type
@pytest.mark.parametrize("arguments", [{"members": {"success": False}}, {"status": 206}, {"doubled": True}], ids=str)
def test_law_07_a_response_that_reports_a_failure_is_an_error(cloud, info_type, arguments):
    for operation in info_type.operations:
        cloud.account(info_type.provider).fault(operation, "contradiction", times=0, **arguments)
        cloud.run(info_type.module, {"api_retries": 0}).failing()
        cloud.account(info_type.provider).clear_faults()


@each_list
def test_law_07_a_list_with_a_broken_item_is_an_error(cloud, info_type):
    end = {"has_more": False, "next_cursor": ""}
    for item in (
        {**info_type.item, "id": None},
        "text",
        {key: info_type.item[key] for key in info_type.item if key != "id"},
    ):
        body = json.dumps({info_type.key: [info_type.item, item], **end})
        cloud.account(info_type.provider).fault(
            info_type.operations[0], "garbage", body=body, content_type="application/json"
        )
        cloud.run(info_type.module, {}).failing("unexpected response")


@each_info_type
def test_law_11_invalid_options_are_refused_before_the_first_request(cloud, info_type):
    for options, path in (*info_type.wrong, *INVALID_CONNECTIONS):
        failed = cloud.run(info_type.module, options).failing(path)
        assert failed.requests == [], options


@each_info_type
def test_law_12_a_refused_key_is_reported_with_the_source_of_the_key(cloud, info_type):
    # At Novita AI and PPIO, an invalid key can have status 403.
    for status, reason in ((401, "FAILED_TO_AUTH"), (403, "INVALID_API_KEY")):
        cloud.account(info_type.provider).fault("*", "status", status=status, reason=reason, message="no")
        failed = cloud.run(info_type.module, {}).failing("the option api_key")
        assert failed["failure"]["status"] == status


@each_info_type
def test_law_12_a_page_of_a_proxy_is_not_blamed_on_the_key(cloud, info_type):
    cloud.account(info_type.provider).fault("*", "blocked")
    cloud.run(info_type.module, {}).failing("does not come from the API", "the API key is not the cause")


@each_info_type
def test_law_13_no_result_shows_the_key_or_personal_data(cloud, info_type):
    cloud.account(info_type.provider).fault("*", "echo_secrets", times=1)
    results = [cloud.run(info_type.module, {}), cloud.run(info_type.module, {}).ok()]
    for result in results:
        for canary in (cloud.key, *info_type.canaries):
            assert canary not in result.printed


@each_info_type
def test_law_14_a_temporary_refusal_is_repeated(cloud, info_type):
    for operation in info_type.operations:
        for status in (429, 502, 503, 504):
            cloud.account(info_type.provider).fault(operation, "status", status=status)
    cloud.run(info_type.module, {}).ok()


@each_info_type
def test_law_15_one_request_for_each_list(cloud, info_type):
    # By default, the simulator returns products in small pages.
    cloud.account(info_type.provider).settings.set(catalog_page=100)
    assert cloud.run(info_type.module, {}).ok().operations == list(info_type.operations)


@each_info_type
def test_law_19_both_faces_return_the_same(_simulated, clock, info_type):
    key = f"sk-{secrets.token_hex(24)}"
    info_type.seed(Cloud(_simulated[0], clock, key))
    module, direct = (face(_simulated[0], clock, key).run(info_type.module, {}) for face in (Cloud, Direct))
    assert dict(direct) == {**module, **({"warnings": direct["warnings"]} if "warnings" in direct else {})}
    assert direct.operations == module.operations
