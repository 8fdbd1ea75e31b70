# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 13: no value is changed by Ansible's masking, which replaces secrets wherever they occur in a result."""

from __future__ import annotations

import time

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.arguments import argument_spec
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as CLASSES
from ansible_collections.gpufleet.cloud.plugins.module_utils._masking import Located, Masked

from ..harness import run_module
from .resource_types import PPIO_ENDPOINT

needs = pytest.mark.needs
modes = pytest.mark.parametrize("check", [True, False], ids=["check", "run"])

SECRET = "20261234"
"""It can be part of a name, an ID and a number."""
MASKS = ("********", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")


def shown_options(spec, path=""):
    """Yield each option that is not secret as its path and a function that makes a task fragment from its value."""
    for name, argument in spec.items():
        inner = f"{path}{name}"
        if argument.get("no_log") or argument.get("choices") or argument["type"] in ("bool", "float"):
            continue
        if "options" in argument:
            in_list = argument["type"] == "list"
            others = {
                option: suboption["choices"][0] if suboption.get("choices") else "1"
                for option, suboption in argument["options"].items()
                if suboption.get("required")
            }
            for suboption, fragment in shown_options(argument["options"], f"{inner}[0]." if in_list else f"{inner}."):

                def nested(value, name=name, fragment=fragment, in_list=in_list, others=others):
                    item = {**others, **fragment(value)}
                    return {name: [item] if in_list else item}

                yield suboption, nested
        elif argument["type"] == "dict":
            yield f"{inner}.NAME", lambda value, name=name: {name: {"NAME": value}}
        elif argument["type"] == "list":
            yield f"{inner}[0]", lambda value, name=name: {name: [value]}
        else:
            yield inner, lambda value, name=name: {name: value}


def secret_options(resource_type):
    """Yield each secret option of a resource type as its path and a task fragment."""
    for name, argument in argument_spec(CLASSES[resource_type.module]).items():
        if argument.get("no_log"):
            is_mapping = argument["type"] == "dict"
            yield f"{name}.TOKEN" if is_mapping else name, {name: {"TOKEN": SECRET} if is_mapping else SECRET}
    yield "api_key", {"api_key": SECRET}


def together(resource_type):
    """Return the options that select a resource if a task must set several of them together."""
    return resource_type.selection if resource_type.also_named else {}


def refusal(result, *words):
    """Check that a task was refused before the first request, and return the violations in its message."""
    failed = result.failing(*words)
    assert failed.requests == []
    assert failed["failure"]["reason"] == "invalid_option"
    return failed["msg"].split("; ")


@pytest.fixture(name="specification")
def _specification(resource_type):
    return argument_spec(CLASSES[resource_type.module])


def test_law_13_a_secret_in_any_other_option_is_refused(world, specification):
    """Options that accept only other values can report another violation."""
    path_of_secret, secret = next(secret_options(world.resource_type))
    refused = 0
    for path, fragment in shown_options(specification):
        is_identity = path == world.resource_type.identity
        text = world.resource_type.identity_with(f"{SECRET}0") if is_identity else f"{SECRET}0"
        text = refusal(
            world.run({"id": "1", **together(world.resource_type), **secret, **fragment(text)}), f"{path}: must"
        )
        refused += any("must not contain the value of" in violation for violation in text)
        if is_identity:
            assert any(f"{path_of_secret}, because Ansible masks" in violation for violation in text), text
    assert refused >= (3 if world.resource_type.any_text else 2)


@modes
def test_law_13_each_secret_option_is_compared_with_the_others(world, check):
    for path, secret in secret_options(world.resource_type):
        fragment = {world.resource_type.identity: world.resource_type.identity_with(f"{SECRET}0"), **secret}
        refusal(
            world.run({**world.resource_type.task, **fragment}, check),
            f"{world.resource_type.identity}: must not contain the value of",
            f"{path}, because Ansible masks that value in all output and would change this one",
        )


@needs("envs")
def test_law_13_a_secret_in_the_name_of_a_variable_is_refused(world):
    for option in ("envs", "secret_envs"):
        task = {"secret_envs": {"TOKEN": "transcribe"}, option: {"TOKEN": "transcribe", "transcribe_url": "somewhere"}}
        refusal(world.task(**task), f"{option}.********_url: must not have a name that contains the value of")


@needs("envs")
def test_law_13_a_secret_that_is_also_set_as_a_visible_value_is_refused(world):
    task = {"envs": {"URL": "s3cret-value"}, "secret_envs": {"TOKEN": "s3cret-value"}}
    refusal(world.task(**task), "envs.URL: must not have the same value as secret_envs.TOKEN", "if it is a secret, set")


@needs("envs")
def test_law_13_two_secrets_can_have_the_same_value(world):
    secrets = {"TOKEN": "s3cret-value", "AGAIN": "s3cret-value", "LONGER": "my-s3cret-value", "KEY": world.cloud.key}
    world.create(secret_envs=secrets).ok(changed=True)
    world.create(secret_envs=secrets).ok(changed=False)


@needs("envs")
def test_law_13_no_refusal_shows_the_secret(world):
    failed = world.create(name="transcribe-prod", secret_envs={"DB_PASSWORD": "transcribe"}).failing("DB_PASSWORD")
    assert "transcribe" not in failed.printed


@modes
@needs("envs", "named")
def test_law_13_a_secret_in_the_current_resource_is_refused_before_any_write(world, check):
    resource_id = world.seed("transcribe-prod", command="serve transcribe")
    failed = world.run({"id": resource_id, "secret_envs": {"TOKEN": "transcribe"}}, check).failing(
        "secret_envs.TOKEN: must not have a value that occurs in ", "because Ansible masks that value"
    )
    assert failed.writes == []
    assert failed["failure"]["reason"] == "invalid_option"
    assert failed["id"] == resource_id


@needs("envs")
def test_law_13_a_secret_in_the_current_id_is_refused_before_any_write(world):
    world.seed(world.name, id=f"{SECRET}0")
    failed = world.task(secret_envs={"TOKEN": SECRET}).failing("TOKEN: must not have a value that occurs in id of")
    assert failed.writes == []


@needs("any_text")
@modes
def test_law_13_the_key_in_the_current_resource_is_refused_before_any_write(world, check):
    key = world.cloud.key
    fields = {"name": key} if world.resource_type.named else {"name": world.name, "template_hash": key}
    failed = world.run({"id": world.seed(**fields), **world.resource_type.change}, check).failing(
        "api_key: must not have a value that occurs in spec."
    )
    assert failed.writes == []


@needs("envs", "named", "env_updates")
def test_law_13_a_secret_in_a_value_that_the_task_changes_is_accepted(world):
    world.create(envs={"MODE": "transcribe"}).ok()
    world.create(envs={"MODE": "serve"}, secret_envs={"TOKEN": "transcribe"}).ok(changed=True)


@needs("envs", "named")
def test_law_13_a_resource_with_a_secret_in_its_name_can_be_deleted_by_id(world):
    resource_id = world.seed("transcribe-prod")
    world.run({"id": resource_id, "state": "absent", "secret_envs": {"TOKEN": "transcribe"}}).ok(changed=True)
    assert world.ids() == []


@needs("envs", "ready", "state_wire")
def test_law_13_a_secret_in_a_message_of_the_provider_is_no_violation(world):
    resource_id = world.create().ok()["id"]
    state = world.resource_type.state_wire
    world.store.change(resource_id, {state: {"message": "started with canary-secret-0001"}})
    world.create().ok(changed=False)


# -- Ansible's mask ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", MASKS)
def test_law_13_a_value_with_the_mask_is_refused(world, specification, mask):
    """Options that accept only other values can report another violation."""
    refused = 0
    for path, fragment in shown_options(specification):
        failed = world.run({"id": "1", **together(world.resource_type), **fragment(f"{mask}-prod")})
        if "unable to convert" in failed["msg"] or "cannot be converted" in failed["msg"]:
            assert failed.requests == []
            continue
        text = refusal(failed, f"{path}: must")
        refused += any(f"must not contain {mask}, which Ansible shows instead" in violation for violation in text)
    assert refused >= (2 if world.resource_type.provider == "vast" else 3)


@modes
def test_law_13_a_secret_that_is_a_mask_is_refused(world, check):
    for path, secret in secret_options(world.resource_type):
        [(option, value)] = secret.items()
        masked = {"TOKEN": MASKS[0]} if isinstance(value, dict) else MASKS[0]
        options = {world.resource_type.identity: world.name, option: masked}
        refusal(world.run(options, check), f"{path}: must not contain ********", "the original value")


@needs("envs")
def test_law_13_the_name_of_a_variable_with_the_mask_is_refused(world):
    for option in ("envs", "secret_envs"):
        masked = {option: {"********_URL": "somewhere"}}
        refusal(world.task(**masked), f"{option}.********_URL: must not contain ********")


def test_law_13_an_info_module_refuses_the_mask(world):
    resource_type = world.resource_type
    for option in ("id", "name") if resource_type.named else ("id",):
        refusal(
            world.cloud.run(resource_type.info, {option: "********-prod"}),
            f"{option}: must not contain ********, which Ansible shows instead of a secret",
        )


@needs("envs")
def test_law_13_a_masked_name_of_an_earlier_result_creates_nothing(world):
    """The secret of the first task is part of its name and image. The second task takes the name from the result."""
    image = "docker.io/team/transcribe-server:1"
    path, option = {
        "novita_endpoint": ("image.image", {"image": {"image": image}}),
        "novita_instance": ("image_url", {"image_url": image}),
        "ppio_endpoint": ("image", {"image": image}),
        "ppio_instance": ("image", {"image": image}),
        "vast_instance": ("image", {"image": image}),
        "vast_template": ("image", {"image": image, "tag": None}),
    }[world.resource_type.module]
    refusal(
        world.create(name="transcribe-prod", secret_envs={"DB_PASSWORD": "transcribe"}, **option),
        "name: must not contain the value of secret_envs.DB_PASSWORD, because Ansible masks that value in all output",
        f"{path}: must not contain the value of secret_envs.DB_PASSWORD",
    )
    refusal(world.create(name="********-prod"), "name: must not contain ********")
    assert world.ids() == []


# -- fleet ------------------------------------------------------------------------------------------------------------


def fleet(cloud, *entries, **options):
    """Run a fleet with the connection options of all providers."""
    connections = {
        provider: {"api_key": f"{cloud.key}-{provider}", "api_url": cloud.url(provider)}
        for provider in ("novita", "ppio", "vast")
    }
    return run_module("fleet", {**connections, "resources": list(entries), **options})[0]


NAMED = {"vast_endpoint": {"name": "transcribe-prod"}}
WITH_SECRET = {"ppio_endpoint": {**PPIO_ENDPOINT.task, "name": "a", "secret_envs": {"TOKEN": "transcribe"}}}


def test_law_13_a_secret_of_another_entry_is_refused(cloud):
    result = fleet(cloud, NAMED, WITH_SECRET)
    assert result["failure"]["reason"] == "invalid_option"
    assert (
        "entry 1 (vast_endpoint ********-prod): name: must not contain the value of secret_envs.TOKEN in "
        "entry 2 (ppio_endpoint a), because Ansible masks" in result["msg"]
    )


def test_law_13_a_key_of_another_provider_is_refused(cloud):
    result = fleet(cloud, {"vast_endpoint": {"name": f"{cloud.key}-novita"}})
    assert "name: must not have the same value as novita.api_key" in result["msg"]


def test_law_13_a_secret_of_another_entry_in_a_current_resource_is_refused(cloud):
    account = cloud.simulator.account("vast", f"{cloud.key}-vast")
    account.store("endpoints").seed({"id": 4711, "endpoint_name": "transcribe-prod"})
    result = fleet(cloud, {"vast_endpoint": {"id": "4711", "max_workers": 3}}, WITH_SECRET)
    entry = result["resources"][0]
    assert "secret_envs.TOKEN in entry 2 (ppio_endpoint a): must not have a value that occurs in" in entry["msg"]
    assert not [request for request in account.requests if request["operation"] == "endpoint.update"]


def test_law_13_a_pattern_of_prune_with_a_secret_or_the_mask_is_refused(cloud):
    for pattern, rule in (("transcribe", "must not have the same value as"), ("********", "must not contain ********")):
        result = fleet(cloud, WITH_SECRET, prune={"vast_endpoint": pattern})
        assert f"prune.vast_endpoint: {rule}" in result["msg"]


def test_law_13_the_mask_in_an_entry_is_refused(cloud):
    result = fleet(cloud, WITH_SECRET, {"vast_endpoint": {"name": "********-prod"}})
    assert "entry 2 (vast_endpoint ********-prod): name: must not contain ********, which" in result["msg"]


def test_law_13_many_secrets_are_searched_quickly():
    """Three seconds are many times the usual duration, and a small part of that of a search for each pair."""
    masked = Masked(Located("secret", f"secret-{number:08}-value") for number in range(3000))
    texts = [f"docker.io/team/server-{number}:1.4 secret-0000" for number in range(20_000)]
    start = time.process_time()
    assert not any(map(masked.found_in, texts))
    assert time.process_time() - start < 3
    assert masked.found_in("a secret-00000007-value").text == "secret-00000007-value"
