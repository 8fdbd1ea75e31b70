# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 13: no text shows a secret or a form of it, and no secret changes the texts of the collection."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.arguments import argument_spec
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result_words import RESULT_WORDS
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES as CLASSES
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.free_text import FreeText
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.docker_options import DockerOptions

from ..harness import run_module

needs = pytest.mark.needs

ARGUMENTS = "--login '-u bot -p canary-1 registry.example' --env '-e A=canary-2 -p 80:80' --api-key canary-3"
MASKED = "--login '-u bot -p ******** registry.example' --env '-e A=******** -p 80:80' --api-key ********"


def free_texts(fields, path=()):
    """Yield the path of each option for a command or its arguments, except options that accept no variables."""
    for field in fields:
        if isinstance(field, FreeText) and not isinstance(field, DockerOptions):
            yield (*path, field.name)
        yield from free_texts(getattr(field, "fields", ()), (*path, field.name))


def fragment(path, text):
    """Return a task fragment that sets an option."""
    for name in reversed(path):
        text = {name: text}
    return text


def at(values, path):
    """Return the value at a path, or None."""
    for name in path:
        values = values.get(name, {})
    return values or None


@needs("secretive", "env_updates")
def test_law_13_secret_arguments_are_masked(world):
    world.create().ok()
    paths = list(free_texts(CLASSES[world.resource_type.module].table.fields))
    assert paths
    for path in paths:
        results = [
            run(**fragment(path, text))
            for text in (ARGUMENTS, ARGUMENTS.replace("canary", "canary-b"))
            for run in (world.check, world.task, world.task)
        ]
        assert [result["changed"] for result in results] == [True, True, False] * 2
        assert [at(result["diff"]["after"], path) for result in results[:2]] == [MASKED] * 2
        before = at(results[3]["diff"]["before"], path)
        assert before and before != MASKED, "the diff must show that the secrets differ"
        for result in [*results, world.info()]:
            assert "canary" not in result.printed
        reveal = {world.resource_type.reveal: True}
        [shown] = world.found(**reveal)
        assert at(shown["spec"], path) == ARGUMENTS.replace("canary", "canary-b")


@needs("secretive", "env_updates")
def test_law_13_secret_arguments_that_the_provider_quotes_are_masked(world):
    world.create().ok()
    for path in free_texts(CLASSES[world.resource_type.module].table.fields):
        world.fault(
            world.resource_type.env_update, "status", status=400, message="the password tiger-0123456789 is refused"
        )
        refused = world.task(**fragment(path, "-u bot -p tiger-0123456789")).failing("is refused")
        assert "tiger" not in refused.printed


@needs("secretive", "env_updates")
def test_law_13_a_value_that_the_provider_ignores_is_named_without_its_secrets(world):
    world.create().ok()
    for path in free_texts(CLASSES[world.resource_type.module].table.fields):
        world.fault(world.resource_type.env_update, "ignore", fields=[path[0]])
        ignored = world.task(**fragment(path, ARGUMENTS), settle_timeout=1).failing(path[-1])
        assert "canary" not in ignored.printed


@needs("named")
def test_law_13_the_refusal_of_a_short_secret_contains_no_explanation(world):
    refused = world.task(api_key="short").failing()
    assert refused["msg"].endswith("api_key: must have at least 8 characters. Nothing was sent.")
    assert refused.requests == []


@pytest.mark.any_resource_type
@pytest.mark.parametrize(
    "word", sorted({word for word in RESULT_WORDS if len(word) >= 8} | {"olls_wor", "worker_config"})
)
def test_law_13_a_secret_that_is_part_of_a_word_in_results_is_refused(world, word):
    refused = world.task(secret_envs={"A": word}).failing("secret_envs.A: must not have a value that is part of a word")
    assert refused.requests == []


@pytest.mark.any_resource_type
def test_law_13_words_of_results_are_complete(world):
    """No secret may be part of an action or effect in a plan, or of the reason of a failure."""
    created = world.create().ok()
    replaced = world.task(products=["8"], recreate=True, wait=False)
    failed = world.task(id="unknown")
    steps = [*created["plan"], *replaced["plan"]]
    words = {step["action"] for step in steps} | {step["effect"] for step in steps} | {failed["failure"]["reason"]}
    assert words <= set(RESULT_WORDS)


@pytest.mark.parametrize("word", ["resource", "novita_endpoint", "unchanged"])
def test_law_13_a_secret_that_is_part_of_a_word_in_the_result_of_a_fleet_is_refused(cloud, word):
    connection = {"novita": {"api_key": cloud.key, "api_url": cloud.url("novita")}}
    entry = {"novita_endpoint": {"name": "a", "secret_envs": {"TOKEN": word}}}
    values, _printed = run_module("fleet", {"resources": [entry], **connection})
    assert " a): secret_envs.TOKEN: must not have a value that is part of a word in results" in values["msg"]


@needs("envs")
def test_law_13_a_variable_with_a_word_of_a_message_changes_no_message(world):
    words = [
        "endpoint",
        "instance",
        "resource",
        "provider",
        "response",
        "Cannot update",
        "settle_timeout",
        "the provider ",
    ]
    world.seed("a", **world.environment())
    world.seed("b", **world.environment(**{f"W{number}": word for number, word in enumerate(words)}))
    messages = []
    for name in ("a", "b"):
        world.fault("update", "ignore", fields=[world.resource_type.changed_wire])
        change = {world.resource_type.identity: name, **world.resource_type.change, "settle_timeout": 1}
        failed = world.run(change).failing("accepted the")
        messages.append(failed["msg"].replace(failed["id"], "ID").replace(f"'{name}'", "NAME"))
    assert messages[0] == messages[1]


@needs("envs")
def test_law_13_the_end_of_a_long_quote_contains_no_part_of_a_secret(world):
    """Neither a secret that is longer than a quote, nor many secrets before its end, leave a part of a secret."""
    secrets = {"LONG": "tiger" * 14_000, "SHORT": "lion-0123456789"}
    world.seed("long", **world.environment(**secrets))
    encoded = base64.b64encode(secrets["LONG"].encode()).decode()
    # The reader takes 65,536 characters. Of the last text, these end in the middle of a secret, after one long mask.
    cut = f"{secrets['LONG'][:65_517]} {secrets['SHORT']}"
    for text in (secrets["LONG"], encoded, f"{secrets['SHORT']} " * 10_000, cut):
        world.fault("update", "status", status=400, message=f"Refused: {text}")
        change = {world.resource_type.identity: "long", **world.resource_type.change}
        refused = world.run(change).failing("Refused: ")
        for part in ("tige", "lion", encoded[4:16]):
            assert part not in refused.printed


@pytest.mark.any_resource_type
def test_law_13_the_options_of_a_task_are_logged_without_secret_arguments(world, monkeypatch):
    logged = []
    monkeypatch.setattr(
        "ansible.module_utils.basic.AnsibleModule.log",
        lambda self, msg, log_args=None: logged.append(f"{msg} {log_args}"),
    )
    world.task(image={"command": ARGUMENTS})
    assert ("-u bot" in "".join(logged)) is world.cloud.logs
    assert "canary" not in "".join(logged)


@pytest.mark.any_resource_type
def test_law_13_the_system_log_gets_only_visible_characters(world, monkeypatch):
    logged = []
    monkeypatch.setattr(
        "ansible.module_utils.basic.AnsibleModule.log", lambda self, msg, log_args=None: logged.append(str(log_args))
    )
    world.run({"name": "a\0b\nc", "state": "absent"}).failing("name: must not")
    assert (r"a\\x00b\\nc" in "".join(logged)) is world.cloud.logs


def test_law_13_the_value_of_a_misspelled_option_is_masked(world):
    result = world.task(secret_env={"TOKEN": "canary-0123"}).failing("secret_env")
    assert "canary" not in result.printed


@needs("secretive")
def test_law_13_a_secret_option_is_masked_as_a_whole(world):
    """Ansible masks only the exact values of secret options, so the module must not change them in the result."""
    spec = argument_spec(CLASSES[world.resource_type.module])
    secret_options = [name for name, argument in spec.items() if argument.get("no_log")]
    assert secret_options
    for name in secret_options:
        text = "postgres://app:word-0123@internal-host/prod -p word-4567"
        value = {"TOKEN": text} if spec[name]["type"] == "dict" else text
        for result in (world.check(**{name: value}), world.create(**{name: value}), world.task(**{name: [value]})):
            assert "internal-host" not in result.printed and "word-" not in result.printed
