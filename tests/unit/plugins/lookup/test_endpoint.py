# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin: what it returns, which options it refuses, its requests, its failures, and its documentation."""

from __future__ import annotations

import signal
import sys
import time
import warnings

import pytest
import yaml
from ansible.utils.unsafe_proxy import AnsibleUnsafeText, wrap_var

from ansible_collections.gpufleet.cloud.plugins.lookup import endpoint
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.named_endpoints import endpoint_lookup

from .conftest import PROVIDERS

KEYS = {
    "provider": str,
    "id": str,
    "name": str,
    "status": str,
    "status_message": str,
    "url": str,
    "api_key": str,
    "workers": list,
    "worker_summary": str,
    "workers_gathered": bool,
}
CANARY = "canary-0123456789abcdef"

each_provider = pytest.mark.parametrize("provider", PROVIDERS)


# -- results ---------------------------------------------------------------------------------------------------------


@each_provider
def test_an_endpoint_has_the_same_keys_and_types_at_each_provider(endpoints, provider):
    number = endpoints.seed(provider, "llm")
    [found] = endpoints.look_up("llm", provider=provider)
    assert (found["provider"], found["id"], found["name"], found["api_key"]) == (provider, number, "llm", "")
    assert found["status"]
    assert list(found) == list(KEYS)
    for key, expected in KEYS.items():
        assert isinstance(found[key], expected), key


def test_an_endpoint_has_the_facts_of_the_info_module(endpoints):
    endpoints.seed("ppio", "llm")
    [listed] = endpoints.cloud.run("ppio_endpoint_info", {"name": "llm"}).ok()["endpoints"]
    [found] = endpoints.look_up("llm")
    assert found["url"].startswith("https://") and found["workers_gathered"]
    assert {key: listed[key] for key in KEYS if key in listed} == {key: found[key] for key in KEYS if key in listed}


def test_several_names_need_one_list_request_and_keep_their_order(endpoints):
    ids = {name: endpoints.seed("novita", name) for name in ("a", "b", "c")}
    found = endpoints.look_up("c", ["a", "b"], "c", provider="novita")
    assert [(each["name"], each["id"]) for each in found] == [(name, ids[name]) for name in "cabc"]
    assert endpoints.operations == ["endpoint.list"]


def test_no_names_need_no_request(endpoints):
    assert endpoints.look_up() == endpoints.look_up([]) == []
    assert endpoints.operations == []


def test_names_are_compared_exactly(endpoints):
    endpoints.seed("ppio", "llm")
    for name in ("LLM", "llm-8b", "ll"):
        assert f"no endpoint has the name {name!r}" in endpoints.refused(name)
    assert "did you mean llm?" in endpoints.refused("llm-8b")


@pytest.mark.parametrize("name", ["日本語", "e\u0301", "a b", "{{ 1 + 1 }}", "12", "no", "null", "~", "a,b", "['a']"])
def test_a_name_can_contain_any_visible_characters(endpoints, name):
    number = endpoints.seed("ppio", name)
    [found] = endpoints.look_up(name)
    assert (found["id"], found["name"]) == (number, name)


def test_an_enormous_name_is_cut_in_the_message(endpoints):
    message = endpoints.refused("x" * 1_000_000)
    assert "no endpoint has the name 'xxx" in message and "(1000000 characters)" in message
    assert len(message) < 500


def test_a_name_of_digits_can_be_a_number(endpoints):
    number = endpoints.seed("ppio", "12")
    assert endpoints.look_up(12)[0]["id"] == number


def test_an_endpoint_that_is_being_deleted_does_not_count(endpoints):
    endpoints.seed("ppio", "llm", status={"status": "deleting"})
    assert "no endpoint has the name 'llm'" in endpoints.refused("llm")
    number = endpoints.seed("ppio", "llm")
    assert endpoints.look_up("llm")[0]["id"] == number


@each_provider
def test_law_06_several_endpoints_with_a_name_are_an_error_with_their_ids(endpoints, provider):
    ids = [endpoints.seed(provider, "llm"), endpoints.seed(provider, "llm")]
    endpoints.seed(provider, "other")
    for options in ({}, {"on_missing": "empty"}):
        message = endpoints.refused("other", "llm", provider=provider, **options)
        assert f"2 endpoints have the name 'llm': {', '.join(sorted(ids))}." in message
    assert endpoints.look_up("other", provider=provider)


def test_text_of_the_provider_is_never_a_template(endpoints):
    endpoints.seed("ppio", "llm", status={"status": "serving", "message": "{{ lookup('env', 'HOME') }}"})
    [found] = endpoints.look_up("llm")
    assert found["status_message"] == "{{ lookup('env', 'HOME') }}"
    if isinstance(
        wrap_var("x"), AnsibleUnsafeText
    ):  # ansible-core before 2.19; later versions trust no result of a plugin
        assert all(isinstance(found[key], AnsibleUnsafeText) for key in ("name", "status_message", "url"))


# -- missing endpoints -----------------------------------------------------------------------------------------------


def test_missing_endpoints_are_an_error_that_names_them(endpoints):
    endpoints.seed("ppio", "here")
    message = endpoints.refused("here", "llm-1", "llm-2")
    assert message.startswith(
        "Cannot look up endpoints at PPIO: no endpoint has the name 'llm-1' or 'llm-2'. Check the name "
    )
    assert "on_missing='empty'" in message


@each_provider
def test_with_empty_a_missing_endpoint_has_the_same_keys_and_types(endpoints, provider):
    endpoints.seed(provider, "here")
    missing, here = endpoints.look_up("llm", "here", provider=provider, on_missing="empty")
    assert here["id"]
    assert list(missing) == list(KEYS)
    assert {key: type(value) for key, value in here.items()} == {key: type(value) for key, value in missing.items()}
    shown = {key: value for key, value in missing.items() if value}
    assert shown == {"provider": provider, "name": "llm"}


@pytest.mark.parametrize("on_missing", ["error", "empty"])
@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("garbage", {}),
        ("empty", {}),
        ("cut", {}),
        ("reset", {}),
        ("no_envelope", {}),
        ("wrong_types", {}),
        ("wrong_types", {"of": "items"}),
        ("short_list", {}),
        ("redirect", {}),
        ("status", {"status": 401}),
        ("status", {"status": 404}),
        ("status", {"status": 500}),
        ("contradiction", {"status": 206}),
    ],
)
def test_law_07_a_bad_list_response_never_means_missing(endpoints, fault, arguments, on_missing):
    endpoints.seed("ppio", "here")
    endpoints.seed("ppio", "there")
    endpoints.accounts["ppio"].fault("endpoint.list", fault, times=0, **arguments)
    message = endpoints.refused("llm", on_missing=on_missing)
    assert "Cannot look up endpoints at PPIO: " in message
    assert "has the name" not in message


def test_a_temporary_error_is_retried(endpoints):
    number = endpoints.seed("ppio", "llm")
    endpoints.accounts["ppio"].fault("endpoint.list", "status", status=503, times=2)
    assert endpoints.look_up("llm")[0]["id"] == number
    endpoints.accounts["ppio"].fault("endpoint.list", "status", status=503, times=2)
    assert "HTTP 503" in endpoints.refused("llm", api_retries=1)


# -- secrets ---------------------------------------------------------------------------------------------------------


def test_law_13_the_key_of_an_endpoint_is_returned_only_on_request(endpoints):
    endpoints.seed("vast", "tts", api_key=CANARY)
    assert CANARY not in str(endpoints.look_up("tts", provider="vast"))
    assert endpoints.look_up("tts", provider="vast", return_api_key=True)[0]["api_key"] == CANARY
    assert CANARY not in endpoints.refused("t", provider="vast", return_api_key=True)


def test_a_key_that_the_provider_does_not_return_is_an_error(endpoints):
    endpoints.seed("vast", "tts")
    store = endpoints.accounts["vast"].store("endpoints")
    view = store.view
    store.view = lambda stored, **more: {**view(stored, **more), "api_key": None}
    message = endpoints.refused("tts", provider="vast", return_api_key=True)
    assert "Vast.ai did not return the API key of endpoint 'tts'" in message
    assert endpoints.look_up("t", provider="vast", return_api_key=True, on_missing="empty")[0]["api_key"] == ""


@pytest.mark.parametrize("provider", ["novita", "ppio"])
def test_other_endpoints_have_no_keys_of_their_own(endpoints, provider):
    message = endpoints.refused("llm", provider=provider, return_api_key=True)
    assert message.startswith("return_api_key: must be omitted, because ")
    assert endpoints.operations == []


def test_law_13_environment_variables_and_the_key_of_the_account_are_not_returned(endpoints):
    endpoints.seed("ppio", "llm", envs=[{"key": "TOKEN", "value": CANARY}])
    status = {"status": "failed", "message": f"{CANARY} {endpoints.cloud.key}"}
    endpoints.seed("ppio", "broken", status=status)
    shown = str(endpoints.look_up("llm", "broken"))
    assert CANARY not in shown and endpoints.cloud.key not in shown
    assert "********" in shown


@pytest.mark.parametrize("fault", ["status", "echo_secrets"])
def test_law_13_a_failure_shows_no_secret(endpoints, fault):
    arguments = {"message": f"broken {endpoints.cloud.key}"} if fault == "status" else {}
    endpoints.accounts["ppio"].fault("endpoint.list", fault, times=0, **arguments)
    endpoints.refused("llm")


# -- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"provider": "aws"}, "provider"),
        ({"provider": ""}, "provider"),
        ({"provider": ["ppio"]}, "provider"),
        ({"provider": True}, "provider"),
        ({"provider": "日本"}, "provider"),
        ({"provider": "x" * 100_000}, "provider"),
        ({"on_missing": "skip"}, "on_missing"),
        ({"on_missing": ""}, "on_missing: must not be empty"),
        ({"on_missing": False}, "on_missing"),
        ({"on_missing": []}, "on_missing"),
        ({"api_key": ""}, "api_key: must be set, as an option or as PPIO_API_KEY"),
        ({"api_key": None}, "api_key: must be set, as an option or as PPIO_API_KEY"),
        ({"api_key": "short"}, "api_key: must have at least 8 characters"),
        ({"api_key": "two words"}, "api_key: must not contain spaces"),
        ({"api_key": "k" * 20 + "é"}, "api_key: must not contain spaces"),
        ({"api_key": ["a" * 20]}, "api_key: must be a string"),
        ({"api_key": 1.5}, "api_key: must be a string"),
        ({"api_url": ""}, "api_url: must not be empty"),
        ({"api_url": "http://example.com"}, "api_url: must begin with https"),
        ({"api_url": "ftp://example.com"}, "api_url: must be a URL such as"),
        ({"api_url": {"a": 1}}, "api_url: must be a string"),
        ({"api_url": "https://********.example.com"}, "api_url: must not contain ********"),
        ({"api_timeout": 0}, "api_timeout: must be from 1 to 3600, not 0"),
        ({"api_timeout": 10**30}, "api_timeout: must be from 1 to 3600"),
        ({"api_timeout": True}, "api_timeout: must be a number"),
        ({"api_timeout": "soon"}, "api_timeout"),
        ({"api_timeout": ""}, "api_timeout: must not be empty"),
        ({"api_timeout": float("inf")}, "api_timeout: must be a finite number"),
        ({"api_retries": 21}, "api_retries: must be from 0 to 20, not 21"),
        ({"api_retries": -1}, "api_retries: must be from 0 to 20, not -1"),
        ({"api_retries": [1]}, "api_retries"),
        ({"validate_certs": "perhaps"}, "validate_certs"),
        ({"validate_certs": ""}, "validate_certs: must not be empty"),
        ({"return_api_key": "perhaps", "provider": "vast"}, "return_api_key"),
        ({"return_api_key": [], "provider": "vast"}, "return_api_key"),
        ({"autoscaler_url": "https://run.vast.ai"}, "autoscaler_url: must be omitted, because PPIO does not have it"),
        ({"autoscaler_url": "http://example.com", "provider": "vast"}, "autoscaler_url: must begin with https"),
        ({"autoscaler_url": "", "provider": "vast"}, "autoscaler_url: must not be empty"),
        ({"value": "url"}, "value: is not an option of this plugin"),
        ({"api_token": CANARY}, "api_token: is not an option of this plugin"),
        ({"api_key": object()}, "api_key: must be a value that JSON can represent, not one of type object"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_law_11_invalid_options_are_refused_before_any_request(endpoints, options, words):
    message = endpoints.refused("llm", **options)
    assert words in message
    assert CANARY not in message
    assert endpoints.operations == []


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ([""], "_terms[0]: must not be empty"),
        (["llm", " "], "_terms[1]: must not be empty"),
        ([" llm"], "_terms[0]: must not start or end with whitespace"),
        (["a\nb"], "_terms[0]: must not start or end with whitespace, or contain a line break"),
        ([None], "_terms[0]: must not be null"),
        ([False], "_terms[0]: must be a string, not a value of type bool"),
        ([1.5], "_terms[0]: must be a string, not a value of type float"),
        ([{"name": "llm"}], "_terms[0]: must be a string, not a value of type dict"),
        ([["a", ["b"]]], "_terms[1]: must be a string, not a value of type list"),
        (["********"], "_terms[0]: must not contain ********"),
        ([object()], "_terms: must be a value that JSON can represent"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_law_11_invalid_names_are_refused_before_any_request(endpoints, terms, words):
    message = endpoints.refused(*terms)
    assert words in message
    assert endpoints.operations == []


def test_the_key_of_the_account_is_no_name(endpoints):
    message = endpoints.refused(endpoints.cloud.key)
    assert "_terms[0]: must not " in message
    assert endpoints.operations == []


@pytest.mark.parametrize("value", ["true", "yes", 1, True])
def test_a_boolean_can_be_written_in_the_ways_of_ansible(endpoints, value):
    endpoints.seed("vast", "tts", api_key=CANARY)
    assert endpoints.look_up("tts", provider="vast", return_api_key=value)[0]["api_key"] == CANARY


def test_null_means_that_an_option_is_omitted(endpoints):
    number = endpoints.seed("ppio", "llm")
    options = dict.fromkeys(("on_missing", "return_api_key", "autoscaler_url", "api_timeout", "validate_certs"))
    assert endpoints.look_up("llm", **options)[0]["id"] == number


def test_the_option_of_loops_is_accepted(endpoints):
    number = endpoints.seed("ppio", "llm")
    assert endpoints.look_up("llm", wantlist=True)[0]["id"] == number


# -- the environment and the provider --------------------------------------------------------------------------------


@each_provider
def test_key_address_and_provider_are_read_from_the_environment(endpoints, provider, monkeypatch):
    number = endpoints.seed(provider, "llm")
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", endpoints.cloud.key)
    monkeypatch.setenv(f"{provider.upper()}_API_URL", endpoints.cloud.url(provider))
    [found] = endpoints.run("llm")
    assert (found["provider"], found["id"]) == (provider, number)
    assert endpoints.run("llm", provider=provider) == [found]


def test_without_a_key_the_provider_is_required(endpoints, monkeypatch):
    monkeypatch.setenv("VAST_API_KEY", "")
    message = endpoints.failure(lambda: endpoints.run("llm"))
    assert message.startswith("provider: must be set, because no provider has an API key in the environment (NOVITA_")


def test_with_the_keys_of_several_providers_the_provider_is_required(endpoints, monkeypatch):
    monkeypatch.setenv("PPIO_API_KEY", endpoints.cloud.key)
    monkeypatch.setenv("VAST_API_KEY", endpoints.cloud.key)
    message = endpoints.failure(lambda: endpoints.run("llm"))
    assert "because 2 providers have an API key in the environment (PPIO_API_KEY, VAST_API_KEY)" in message
    assert endpoints.operations == []


@pytest.mark.parametrize("option", ["api_key", "api_url", "autoscaler_url"])
def test_a_connection_without_a_provider_is_refused(endpoints, option, monkeypatch):
    """A key or an address without a provider could reach another provider than the intended one."""
    monkeypatch.setenv("PPIO_API_KEY", endpoints.cloud.key)
    monkeypatch.setenv("PPIO_API_URL", endpoints.cloud.url("ppio"))
    value = endpoints.cloud.key if option == "api_key" else endpoints.cloud.url("vast")
    message = endpoints.failure(lambda: endpoints.run("llm", **{option: value}))
    assert message.startswith(f"provider: must be set if {option} is set")
    assert endpoints.operations == []


# -- libraries -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_a_missing_library_is_reported_in_one_sentence(endpoints, monkeypatch, library):
    monkeypatch.setitem(sys.modules, library, None)
    message = endpoints.refused("llm")
    assert message.startswith(f"Cannot use the required Python library ({library}) on ")
    assert message.count(". ") == 0


def test_warnings_of_python_libraries_are_not_shown(endpoints):
    endpoints.seed("ppio", "llm")
    with warnings.catch_warnings(record=True) as shown:
        warnings.simplefilter("always")
        endpoints.look_up("llm", validate_certs=False)
    assert [str(warning.message) for warning in shown] == []


def test_the_client_can_only_read(endpoints, monkeypatch):
    """The transport of a lookup is that of check mode."""
    used = []
    conclusive = endpoint_lookup.__globals__["Resource"].conclusive

    def look(resource, listed):
        used.append(resource.client.check_mode)
        return conclusive(resource, listed)

    monkeypatch.setattr(endpoint_lookup.__globals__["Resource"], "conclusive", look)
    endpoints.seed("ppio", "llm")
    endpoints.look_up("llm")
    assert used == [True]


def test_the_time_limit_of_a_task_ends_a_lookup(endpoints):
    """Ansible sets an alarm, whose handler raises an error that is no ``Exception``."""

    class OutOfTime(BaseException):
        pass

    def handle(_number, _frame):
        raise OutOfTime

    endpoints.accounts["ppio"].fault("endpoint.list", "delay", seconds=3)
    before = signal.signal(signal.SIGALRM, handle)
    began = time.monotonic()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(OutOfTime):
            endpoints.look_up("llm")
        assert signal.getsignal(signal.SIGALRM) is handle
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert time.monotonic() - began < 2


# -- documentation ---------------------------------------------------------------------------------------------------


def test_the_documentation_has_the_options_of_the_plugin():
    documented = yaml.safe_load(endpoint.DOCUMENTATION)["options"]
    defined = {}
    for provider in PROVIDERS:
        defined.update(endpoint_lookup(provider).argument_spec)
    assert documented.keys() == defined.keys()
    for name, argument in defined.items():
        option = documented[name]
        assert option["type"] == argument["type"], name
        assert option.get("elements") == argument.get("elements"), name
        assert option.get("choices") == argument.get("choices"), name
        assert bool(option.get("required")) == bool(argument.get("required")), name
        if name != "api_url":  # each provider has its own
            assert option.get("default") == argument.get("default"), name


@each_provider
def test_the_documentation_has_the_addresses_and_the_environment_variables(provider):
    documented = yaml.safe_load(endpoint.DOCUMENTATION)["options"]
    for name, argument in endpoint_lookup(provider).argument_spec.items():
        text = " ".join(documented[name]["description"])
        for variable in argument["fallback"][1] if "fallback" in argument else ():
            assert f"E({variable})" in text, name
        if name == "api_url":
            assert f"V({argument['default']})" in text


def test_the_documented_result_has_the_keys_and_types_of_a_result():
    contains = yaml.safe_load(endpoint.RETURN)["_raw"]["contains"]
    names = {str: "str", list: "list", bool: "bool"}
    assert {key: value["type"] for key, value in contains.items()} == {key: names[kept] for key, kept in KEYS.items()}
    for key, value in contains.items():
        assert names[type(value["sample"])] == value["type"], key
