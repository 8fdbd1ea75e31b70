# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential types in AWX give the modules the environment variables that they read."""

from __future__ import annotations

import importlib
import pathlib
import re
import types

import pytest
from ansible.module_utils.basic import AnsibleModule
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .conftest import PROVIDERS
from .fake import injected

MODULES = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "modules"
FIELD_KEYS = {"id", "type", "label", "help_text", "secret", "multiline", "format", "choices", "default"}


class _ArgumentSpec(Exception):
    """Raised instead of starting a module, with its argument spec."""


def _argument_spec(module, monkeypatch):
    def start(_self, argument_spec, **_rules):
        raise _ArgumentSpec(argument_spec)

    monkeypatch.setattr(AnsibleModule, "__init__", start)
    with pytest.raises(_ArgumentSpec) as caught:
        importlib.import_module(f"ansible_collections.gpufleet.cloud.plugins.modules.{module}").main()
    return caught.value.args[0]


@pytest.fixture(name="provider", params=PROVIDERS)
def _provider(request):
    return request.param


@pytest.fixture(name="credential_type")
def _credential_type(configured, provider):
    return configured.awx.named("credential_types")[PROVIDERS[provider]]


@pytest.fixture(name="options")
def _options(provider, monkeypatch):
    """Return the options of the provider's modules that have an environment variable, by name."""
    found = [
        {
            name: types.SimpleNamespace(
                env=option["fallback"][1][0], secret=option.get("no_log"), default=option.get("default")
            )
            for name, option in _argument_spec(path.stem, monkeypatch).items()
            if "fallback" in option
        }
        for path in sorted(MODULES.glob(f"{provider}_*.py"))
    ]
    assert found and all(options == found[0] for options in found)
    return found[0]


def test_the_inputs_are_the_options_with_an_environment_variable(credential_type, options):
    assert [field["id"] for field in credential_type["inputs"]["fields"]] == sorted(options)


def test_awx_keeps_the_same_values_secret_as_the_modules(credential_type, options):
    secret = {field["id"] for field in credential_type["inputs"]["fields"] if field.get("secret") is True}
    assert secret == {name for name, option in options.items() if option.secret} == {"api_key"}
    assert credential_type["inputs"]["required"] == ["api_key"]


def test_a_job_gets_exactly_the_variables_that_the_modules_read(credential_type, options):
    values = {name: f"https://{name.replace('_', '-')}.example.com" for name in options}
    assert injected(credential_type, values) == {option.env: values[name] for name, option in options.items()}


@pytest.mark.parametrize("addresses", [None, ""], ids=["left_out", "emptied"])
def test_an_omitted_address_becomes_the_default_of_the_modules(credential_type, options, addresses):
    values = {name: addresses for name in options if addresses is not None}
    environment = injected(credential_type, {**values, "api_key": "sk-0123456789"})
    # An address without a default is derived from another one. Its variable is empty.
    expected = {option.env: option.default or "" for name, option in options.items() if name != "api_key"}
    assert environment == {options["api_key"].env: "sk-0123456789", **expected}


def test_awx_accepts_the_definition(credential_type):
    """Check the credential type with the rules of AWX."""
    assert credential_type["kind"] == "cloud"
    assert set(credential_type["inputs"]) == {"fields", "required"}
    assert set(credential_type["injectors"]) == {"env"}
    names = [field["id"] for field in credential_type["inputs"]["fields"]]
    assert len(names) == len(set(names))
    for field in credential_type["inputs"]["fields"]:
        assert set(field) <= FIELD_KEYS
        assert field["type"] == "string" and field["label"]
        assert re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", field["id"]) and field["id"] != "tower"
    strict = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for name, template in credential_type["injectors"]["env"].items():
        assert re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", name) and not name.startswith("ANSIBLE_")
        assert template.isascii()
        strict.from_string(template).render(dict.fromkeys(names, "EXAMPLE"))
