# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the modules agrees with the tables and with the results."""

from __future__ import annotations

import importlib
import re

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils import _errors
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.capabilities import (
    Describing,
    Gathering,
    Irreplaceable,
    Logging,
    LosingData,
    Occupied,
    Priced,
    PriceLimited,
    RelatingOptions,
    RemovingChildren,
    Renting,
    ReplacingIgnored,
    ReportingWrites,
    Revealing,
    Switchable,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.info_type import InfoType
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.resource import Resource
from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.workers import LOGS_NOT_GATHERED
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.arguments import option_tables
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.connection import connection_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import gather_options, info_options
from ansible_collections.gpufleet.cloud.plugins.module_utils._export.module import SETTINGS as EXPORT_SETTINGS
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.options import SETTINGS
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._http import client, pace
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio.endpoint import EndpointTable
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Integer
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.endpoint import COSTLY_DEFAULTS
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.properties import RANGES, UNITS
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workers import MAX_FAILED

from .documentation import MODULES, Sentences, block_of, environment_variable, options_of, options_with_paths, text_of
from .harness import MODULES as MODULE_PACKAGE
from .harness import run_module
from .laws.info_types import INFO_TYPES
from .laws.resource_types import RESOURCE_TYPES as TASKS

CLAIMS = re.compile(
    r"""Required \s to \s create | Immutable | Write-only | Update-only | Reserved | Supported \s values
    | \b (?: Range | Length | Minimum | Maximum | Names | Values ) (?: \s of \s each \s entry )? :
    | (?i: at \s most | at \s least | up \s to | no \s more \s than | greater \s than | less \s than | exactly | from
           | between ) \s V?\(? -?\d
    | \d \s (?: to | and ) \s \d | \d \s or \s (?: more | less ) | \d \s (?: characters | entries )
    | empty \s text \s removes | Must \s not \s (?: be \s empty | start | exceed \s O\(worker_config )
    | depends \s on \s your \s account | compares \s this \s value
    | Allowed \s only | Required \s with \s O | not \s allowed \s otherwise | If \s omitted, \s the \s module
    | (?i: a \s change \s (?: restarts | takes | replaces ) )""",
    re.VERBOSE,
)
"""Wording that makes a claim about the limits or properties of an option."""

ALL_MODULES = sorted(path.stem for path in MODULES.glob("*.py") if path.stem != "__init__")
# Keys of a result with a meaning for Ansible. The modules use "changed", "msg" and "diff" with this meaning.
INTERPRETED_KEYS = {"ansible_facts", "async_result", "attempts", "deprecations", "exception", "failed", "finished"}
INTERPRETED_KEYS |= {"invocation", "module_stderr", "module_stdout", "rc", "results", "retries", "skip_reason"}
INTERPRETED_KEYS |= {"skipped", "unreachable", "warnings"}
TYPE_NAMES = {str: "str", int: "int", bool: "bool", list: "list", dict: "dict", float: "float"}


def _module_of(resource_type):
    return f"{resource_type.provider.name}_{resource_type.key}"


def _create_needs(resource_type):
    """Options that a create needs unless another one is set, with the other one."""
    groups = resource_type.create_needs if issubclass(resource_type, RelatingOptions) else ()
    described = {
        field.name: field.described_by for field in resource_type.table.fields if field.described_by and field.required
    }
    return {**{one: other for group in groups for one in group for other in group if one != other}, **described}


def _sentences(resource_type):
    """The sentences that the documentation of a resource module must contain, by option path."""
    table = resource_type.table
    sentences = Sentences(
        resource_type.noun,
        required=table.missing(table.new({})),
        named_by=resource_type.named_by,
        alternatives=_create_needs(resource_type),
        lost=resource_type.lost_by_replacement if issubclass(resource_type, Irreplaceable) else "",
    ).of(table.fields)
    others = [field for options in option_tables(resource_type) if options is not table for field in options.fields]
    sentences.update(Sentences().of(others))
    sentences.update(_connection_sentences(resource_type.provider))
    for name, (low, high) in RANGES.items() if "search_params" in table.arguments() else ():
        unit = f" {UNITS[name].in_text}" if name in UNITS else ""
        sentences["search_params"].append(f"{low} to {high}{unit} of C({name})")
    if isinstance(table, EndpointTable):
        least, most = table._bounds
        sentences[f"worker_config.{least}"].append(f"Must not exceed O(worker_config.{most}).")
    return sentences


def _settings_sentences(settings):
    sentences = Sentences().of(settings.fields)
    for field in settings.fields:
        if field.env:
            sentences[field.name].append(environment_variable(field.env))
    return sentences


def _connection_sentences(provider):
    sentences = _settings_sentences(connection_options(provider))
    pauses = f"from {client._pause(0):.0f} to {client._pause(99):.0f} seconds"
    sentences["api_retries"] += [f"The pauses between the attempts grow {pauses}."]
    sentences["api_retries"] += [f"requests, up to {pace.MAX_PAUSE:.0f} seconds."]
    *statuses, last = sorted(client._REPEATED)
    sentences["api_retries"] += [f"after HTTP {', '.join(map(str, statuses))} and {last}."]
    return sentences


def _disagreements(options, sentences):
    """Where a description lacks one of its sentences, or makes a claim that is not one of them."""
    for path, option in options_with_paths(options):
        text = text_of(option)
        for sentence in sorted(sentences.get(path, ()), key=len, reverse=True):
            if sentence not in text:
                yield f"{path}: lacks {sentence!r}"
            text = text.replace(sentence, "")
        claim = CLAIMS.search(text)
        if claim:
            yield f"{path}: claims {text[max(claim.start() - 40, 0) : claim.end() + 40]!r}"


@pytest.mark.parametrize(
    ("text", "disagreements"),
    [
        ("Number of GPUs. Range: 1 to 8.", []),
        ("Number of GPUs.", ["gpu_num: lacks 'Range: 1 to 8.'"]),
        ("Number of GPUs. Range: 1 to 9.", ["gpu_num: lacks 'Range: 1 to 8.'", "gpu_num: claims"]),
        ("Number of GPUs, at most 8. Range: 1 to 8.", ["gpu_num: claims"]),
        ("Number of GPUs. Range: 1 to 8. Length: 1 to 3 characters.", ["gpu_num: claims"]),
        ("B(Required to create the instance.) Range: 1 to 8.", ["gpu_num: claims"]),
        ("Range: 1 to 8. Immutable: a different value requires another instance.", ["gpu_num: claims"]),
    ],
)
def test_a_disagreement_is_found(text, disagreements):
    sentences = Sentences().of([Integer("gpu_num", minimum=1, maximum=8)])
    found = list(_disagreements({"gpu_num": {"description": text, "type": "int"}}, sentences))
    assert len(found) == len(disagreements)
    assert all(one.startswith(other) for one, other in zip(found, disagreements))


each_resource_type = pytest.mark.parametrize("resource_type", RESOURCE_TYPES.values(), ids=RESOURCE_TYPES)


@each_resource_type
def test_every_option_documents_the_limits_and_properties_of_its_field_and_no_others(resource_type):
    options = options_of(_module_of(resource_type))
    sentences = _sentences(resource_type)
    assert sentences.keys() <= {path for path, _option in options_with_paths(options)}
    assert "\n".join(_disagreements(options, sentences)) == ""


@each_resource_type
def test_the_description_of_a_required_option_begins_with_that_fact(resource_type):
    options = dict(options_with_paths(options_of(_module_of(resource_type))))
    needed = {path for path, found in _sentences(resource_type).items() if any("Required to" in text for text in found)}
    assert {path for path, option in options.items() if text_of(option).startswith("B(Required to create")} == needed


@each_resource_type
def test_a_module_says_whether_the_provider_documents_the_effects_of_changes(resource_type):
    effects = {field.effect for field in resource_type.table.fields if field.option and not field.immutable}
    description = text_of(block_of(_module_of(resource_type), "DOCUMENTATION"))
    nothing = "The provider does not document the effect of a change on running workers."
    assert (nothing in description) is (effects == {"unknown"})
    assert ("the provider does not document it." in description) is (effects > {"unknown"})


@each_resource_type
def test_an_info_module_documents_no_limits_that_it_does_not_enforce(resource_type):
    options = options_of(f"{_module_of(resource_type)}_info")
    sentences = Sentences().of(gather_options(resource_type).fields)
    sentences.update(_connection_sentences(resource_type.provider))
    assert "\n".join(_disagreements(options, sentences)) == ""


@pytest.mark.parametrize("info_type", INFO_TYPES, ids=str)
def test_an_info_type_documents_its_options_and_its_result(cloud, info_type):
    defined = _class_of(info_type)
    own_options = info_options(defined) if issubclass(defined, Resource) else defined.options
    sentences = {**Sentences().of(own_options.fields), **_connection_sentences(defined.provider)}
    if "search_params" in sentences:
        # The documentation refers to that of workergroups.
        del sentences["search_params"]
    options = options_of(info_type.module)
    assert sentences.keys() <= options.keys()
    assert "\n".join(_disagreements(options, sentences)) == ""
    documented = block_of(info_type.module, "RETURN")
    result = cloud.run(info_type.module, {}).ok()
    assert result.keys() - {"changed", "invocation", "warnings"} == documented.keys()
    shown = result[info_type.noun]
    contains = documented[info_type.noun]["contains"]
    for item in shown if isinstance(shown, list) else [shown]:
        # The documentation explains only the most important properties of an offer.
        assert item.keys() == contains.keys() or (info_type.noun == "offers" and item.keys() >= contains.keys())
        for key in contains:
            if item[key] is not None:
                expected = {"float": (int, float), "int": int}.get(contains[key]["type"])
                assert (
                    isinstance(item[key], expected)
                    if expected
                    else TYPE_NAMES[type(item[key])] == contains[key]["type"]
                )


def _class_of(info_type):
    """Return the class of an info type, which can be a resource type that tasks only read."""
    module = importlib.import_module(f"{MODULE_PACKAGE}.{info_type.module}")
    return next(one for one in vars(module).values() if isinstance(one, type) and issubclass(one, (InfoType, Resource)))


def test_the_fleet_module_documents_the_limits_of_its_own_options():
    # The documentation of these options is generated from that of the other modules.
    assert "\n".join(_disagreements(_written_options("fleet"), _settings_sentences(SETTINGS))) == ""


def test_the_export_module_documents_the_limits_of_its_own_options():
    assert "\n".join(_disagreements(_written_options("export"), _settings_sentences(EXPORT_SETTINGS))) == ""


def _written_options(module):
    """The options of a module whose documentation is not generated."""
    generated = ("resources", "accounts", *_provider_names())
    return {name: option for name, option in options_of(module).items() if name not in generated}


def _provider_names():
    return {resource_type.provider.name for resource_type in RESOURCE_TYPES.values()}


def test_numbers_in_the_texts_on_vast_are_those_of_the_code():
    defaults = COSTLY_DEFAULTS
    sentence = (
        f"{defaults['cold_workers']} cold workers, a maximum of {defaults['max_workers']} workers and a minimum load "
        f"of {defaults['min_load']}."
    )
    assert sentence in text_of(block_of("vast_endpoint", "DOCUMENTATION"))
    options = options_of("vast_endpoint")
    assert all(f"Vast.ai's default is V({value})." in text_of(options[name]) for name, value in defaults.items())
    given_up = {3: "three"}[MAX_FAILED]
    assert f"if {given_up} workers were replaced and no worker is ready" in text_of(options["wait_for_workers"])


# -- results -----------------------------------------------------------------------------------------------------------


def _resource_keys(resource_type, info):
    """The keys of a resource in a result, with a value of each where there is one before the create."""
    return {
        "id": "",
        **({"name": ""} if "name" in resource_type.named_by else {}),
        **resource_type.facts_before_create,
        **resource_type.table.shown_facts({}),
        **(dict.fromkeys(resource_type.private_facts, "") if issubclass(resource_type, Revealing) else {}),
        **(LOGS_NOT_GATHERED if info and issubclass(resource_type, Gathering) else {}),
        **({"log": []} if info and issubclass(resource_type, Logging) else {}),
        "spec": {},
    }


def _result_keys(resource_type):
    return {
        "id",
        "deleted_id",
        resource_type.key,
        "plan",
        "diff",
        "failure",
        *(resource_type.removal_facts if issubclass(resource_type, RemovingChildren) else ()),
        *(resource_type.write_facts if issubclass(resource_type, ReportingWrites) else ()),
        *(resource_type.described_facts if issubclass(resource_type, Describing) else ()),
        *(["hourly_cost"] if issubclass(resource_type, Priced) and resource_type.limits_cost else ()),
    }


def _documented_resource(resource_type, info):
    if info:
        return block_of(f"{_module_of(resource_type)}_info", "RETURN")[f"{resource_type.key}s"]["contains"]
    return block_of(_module_of(resource_type), "RETURN")[resource_type.key]["contains"]


@each_resource_type
def test_the_documented_result_has_the_keys_of_a_result(resource_type):
    assert block_of(_module_of(resource_type), "RETURN").keys() == _result_keys(resource_type)
    assert block_of(f"{_module_of(resource_type)}_info", "RETURN").keys() == {f"{resource_type.key}s"}


@pytest.mark.parametrize("info", [False, True], ids=["module", "info"])
@each_resource_type
def test_the_documented_resource_has_the_keys_and_types_of_a_resource(resource_type, info):
    documented = _documented_resource(resource_type, info)
    expected = _resource_keys(resource_type, info)
    assert documented.keys() == expected.keys()
    for key, value in expected.items():
        assert value is None or TYPE_NAMES[type(value)] == documented[key]["type"], key
        assert TYPE_NAMES[type(documented[key]["sample"])] == documented[key]["type"], key


def is_returned(field):
    """Return whether the spec of a resource can contain a field."""
    return not field.write_only and not field.names_other


@pytest.mark.parametrize("info", [False, True], ids=["module", "info"])
@each_resource_type
def test_the_sample_of_a_spec_has_every_option_that_a_resource_can_return(resource_type, info):
    sample = _documented_resource(resource_type, info)["spec"]["sample"]
    table = resource_type.table
    returned = [field for field in table.fields if field.option and not field.secret and is_returned(field)]
    on_request = {name for field in returned if field.reveal_option for name in field.own_arguments()}
    alternatives = {name for field in returned if field.name in sample for name in field.displaces}
    possible = {field.name for field in returned} | on_request
    hidden = on_request if info else {name for name in on_request if name.startswith("secret_")}
    assert sample.keys() == possible - alternatives - hidden
    for field in returned:
        if (
            field.name in sample
            and "fields" in vars(type(field)) | vars(field)
            and isinstance(sample[field.name], dict)
        ):
            assert sample[field.name].keys() == {
                inner.name for inner in field.fields if inner.option and is_returned(inner)
            }


@each_resource_type
def test_the_sample_of_a_spec_is_valid_and_stays_as_it_is(resource_type):
    sample = _documented_resource(resource_type, info=False)["spec"]["sample"]
    table = resource_type.table
    desired = table.desired(sample)
    target = table.new(desired)
    assert table.violations(desired) + table.range_violations(desired, {}) + table.conflicts(target) == []
    # A spec has no secrets.
    assert set(table.missing(target)) <= {field.name for field in table.fields if field.secret}
    spec = table.spec(target, desired)
    assert {**spec, "envs_mode": "merge"} == {**spec, **sample, "envs_mode": "merge"}


@each_resource_type
def test_the_documented_steps_have_the_keys_and_actions_of_a_step(resource_type):
    steps = block_of(_module_of(resource_type), "RETURN")["plan"]["contains"]
    priced = {"hourly_price"} if issubclass(resource_type, PriceLimited) else set()
    losing = {"data_loss"} if issubclass(resource_type, LosingData) else set()
    rented = set(resource_type.rented_facts) if issubclass(resource_type, Renting) else set()
    assert steps.keys() == {"action", "fields", "effect", "id"} | priced | losing | rented
    immutable = {field.name for field in resource_type.table.fields if field.immutable}
    can_replace = bool(immutable - set(resource_type.named_by)) or issubclass(resource_type, ReplacingIgnored)
    actions = {"create", "delete", "none"}
    actions |= {"update"} if len(immutable) < len(resource_type.table.fields) else set()
    actions |= {"replace"} if can_replace and not issubclass(resource_type, Irreplaceable) else set()
    actions |= {"start", "stop", "restart"} if issubclass(resource_type, Switchable) else set()
    actions |= {"recycle"} if "recycled" in resource_type.states else set()
    assert set(re.findall(r"C\((\w+)\)", text_of(steps["action"]))) == actions


@each_resource_type
def test_the_documented_failure_has_the_keys_and_reasons_of_a_failure(resource_type):
    failure = block_of(_module_of(resource_type), "RETURN")["failure"]["contains"]
    assert failure.keys() == _errors.CloudError("").failure("").keys()
    reasons = {"connection", "redirect", "bad_answer", _errors.NOT_THE_PROVIDER}
    reasons |= {
        error.reason for error in vars(_errors).values() if isinstance(error, type) and hasattr(error, "reason")
    }
    reasons -= {_errors.TooMuch.reason, _errors.PlanChanged.reason, _errors.ProbeFailed.reason}
    if not issubclass(resource_type, Priced) or not resource_type.limits_cost:
        reasons -= {_errors.PriceError.reason}
    if not any(field.immutable for field in resource_type.table.fields):
        reasons -= {_errors.ImmutableField.reason}
    if not issubclass(resource_type, Occupied):
        reasons -= {_errors.InUse.reason}
    if "name" not in resource_type.named_by or not resource_type.names_can_change:
        reasons -= {_errors.SimilarName.reason}
    _code, listed, _explained = failure["reason"]["description"]
    assert set(re.findall(r"C\((\w+)\)", listed)) == reasons


@pytest.mark.parametrize("tested", TASKS, ids=str)
def test_a_real_result_has_the_documented_keys(cloud, tested):
    for store, wire_fields in tested.around:
        cloud.account(tested.provider).store(store).seed(wire_fields)
    result = cloud.run(tested.module, tested.task).ok(changed=True)
    documented = block_of(tested.module, "RETURN")
    assert set(result) - {"changed", "invocation", "warnings"} == documented.keys() - {"failure"}
    assert list(_undocumented(result, documented)) == []
    failed = cloud.run(tested.module, {**tested.task, "wait_timeout": 0}).failing()
    assert failed["failure"].keys() == documented["failure"]["contains"].keys()
    listed = cloud.run(tested.info, {}).ok()
    assert list(_undocumented(listed, block_of(tested.info, "RETURN"))) == []


def test_a_real_result_of_a_fleet_has_the_documented_keys(cloud):
    tested = TASKS[0]
    connection = {"api_key": cloud.key, "api_url": cloud.url(tested.provider)}
    entries = [{tested.module: tested.task}]
    result, _printed = run_module("fleet", {"resources": entries, tested.provider: connection, "prices": True})
    documented = block_of("fleet", "RETURN")
    assert result.keys() - {"changed", "invocation", "warnings"} == documented.keys() - {"failure"}
    of_module = block_of(tested.module, "RETURN")
    assert documented["resources"]["contains"].keys() <= result["resources"][0].keys()
    assert result["resources"][0].keys() <= documented["resources"]["contains"].keys() | of_module.keys()
    for key in ("summary", "hourly_cost"):
        assert result[key].keys() == documented[key]["contains"].keys()
    assert list(_undocumented({"accounts": result["accounts"]}, documented)) == []
    assert result["diff"][0].keys() == documented["diff"]["contains"].keys()


def test_a_real_result_of_an_export_has_the_documented_keys(cloud):
    tested = TASKS[0]
    cloud.run(tested.module, tested.task).ok()
    connection = {"api_key": cloud.key, "api_url": cloud.url(tested.provider)}
    result, _printed = run_module("export", {tested.provider: connection})
    documented = block_of("export", "RETURN")
    assert result.keys() - {"changed", "invocation", "warnings"} == documented.keys() - {"failure"}
    assert result["resources"][0].keys() == documented["resources"]["contains"].keys()
    assert result["diff"].keys() == documented["diff"]["contains"].keys()
    cloud.account(tested.provider).store("endpoints").seed({"name": "b", "state": {"state": "deleting"}})
    result, _printed = run_module("export", {tested.provider: connection})
    assert result["left_out"][0].keys() == documented["left_out"]["contains"].keys()


def _undocumented(values, documented, path=""):
    """The paths in a result that its documentation lacks."""
    for key, value in values.items():
        entry = documented.get(key)
        if entry is None:
            if path:
                yield f"{path}{key}"
        elif "contains" in entry:
            for item in value if isinstance(value, list) else [value or {}]:
                yield from _undocumented(item, entry["contains"], f"{path}{key}.")


# -- examples ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ALL_MODULES)
def test_no_return_value_has_a_key_that_ansible_interprets(module):
    # For example, Ansible shows a task with a true value of "skipped" as skipped, and since 2.21 it removes this key.
    assert not block_of(module, "RETURN").keys() & INTERPRETED_KEYS


def _keys_of(documented):
    """Yield the keys of return values, also of those inside others."""
    for key, value in documented.items():
        yield key
        yield from _keys_of(value.get("contains", {}))


@pytest.mark.parametrize("module", ALL_MODULES)
def test_no_return_value_has_the_name_of_a_method_of_a_mapping(module):
    # In a template, summary.update is the method and not the value.
    assert [key for key in _keys_of(block_of(module, "RETURN")) if hasattr(dict, key)] == []


@pytest.mark.parametrize("module", ALL_MODULES)
def test_the_names_of_examples_begin_with_a_capital_and_are_unique(module):
    names = [task["name"] for task in block_of(module, "EXAMPLES")]
    assert all(name[0].isupper() and not name.endswith(".") for name in names)
    assert len(set(names)) == len(names)
