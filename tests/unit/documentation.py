# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the documentation of the modules, and derives from the tables the sentences that it must contain."""

from __future__ import annotations

import ast
import importlib
import json
import pathlib

import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio.instance_ports import InstancePorts
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Items, Scalars
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.free_text import FreeText, RevealedText
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.returned_secret import ReturnedSecret
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import SHORTEST
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.instance_table import (
    FIRST_RANDOM_PORT,
    LAST_PORT,
    MAX_ENVIRONMENT,
    MAX_START,
    Arguments,
    InstanceEnvironment,
    VastPorts,
)

MODULES = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "modules"
FRAGMENTS = "ansible_collections.gpufleet.cloud.plugins.doc_fragments"


def block_of(module, name):
    """Return ``DOCUMENTATION``, ``EXAMPLES`` or ``RETURN`` of a module, decoded."""
    tree = ast.parse((MODULES / f"{module}.py").read_text(encoding="utf-8"))
    assignments = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    texts = {node.targets[0].id: node.value.value for node in assignments}
    return yaml.safe_load(texts[name])


def options_of(module):
    """Return the options in the documentation of a module, including those of its fragments."""
    document = block_of(module, "DOCUMENTATION")
    options = {}
    for name in document["extends_documentation_fragment"]:
        fragment, _dot, section = name.removeprefix("gpufleet.cloud.").partition(".")
        text = importlib.import_module(f"{FRAGMENTS}.{fragment}").ModuleDocFragment
        options.update(yaml.safe_load(getattr(text, section.upper() or "DOCUMENTATION")).get("options", {}))
    return {**options, **document.get("options", {})}


def text_of(documented):
    """Return a description as one text."""
    description = documented["description"]
    return " ".join(description) if isinstance(description, list) else description


def options_with_paths(options, path=""):
    """Yield all options and their suboptions, with their paths in the syntax of ``O()``."""
    for name, option in options.items():
        yield f"{path}{name}", option
        inner = f"{path}{name}[]." if option["type"] == "list" else f"{path}{name}."
        yield from options_with_paths(option.get("suboptions", {}), inner)


class Sentences:
    """The sentences that the documentation of some fields must contain, by option path.

    :param noun: the noun of the resource.
    :param required: the paths of the options that a create needs.
    :param named_by: the options that select a resource, which a replacement cannot change.
    :param lost: what a replacement would lose, so that the module never replaces the resource.
    :param alternatives: for an option that a create needs, another option that can be set instead.
    """

    def __init__(self, noun="", required=(), named_by=(), alternatives=None, lost=""):
        self._noun = noun
        self._required = required
        self._named_by = named_by
        self._alternatives = alternatives or {}
        self._lost = lost

    def of(self, fields, path=""):
        """Return the sentences for fields, by option path."""
        sentences = {}
        for field in fields:
            if not field.option:
                continue
            here = f"{path}{field.name}"
            sentences[here] = [
                *self._on_create(field, here),
                *limits_of(field),
                *self._properties(field),
                *_conditions(field, path),
            ]
            if isinstance(field, Environment):
                sentences.update(
                    {f"{path}{field.secret_name}": [_SECRET_VALUES, _MASKED_VALUES], f"{path}{field.name}_mode": []}
                )
            if isinstance(field, RevealedText):
                sentences[f"{path}{field.secret_name}"] = [_SECRET_TEXT, _MASKED]
            elif isinstance(field, FreeText):
                sentences[here].append(_FREE_TEXT)
            inner = f"{here}[]." if isinstance(field, Items) else f"{here}."
            sentences.update(self.of(getattr(field, "fields", ()), inner))
        return sentences

    def _on_create(self, field, path):
        if path in self._required:
            yield f"B(Required to create the {self._noun}.)"
        if path in self._alternatives:
            yield f"B(Required to create the {self._noun}) unless O({self._alternatives[path]}) is set."
        if field.on_create is not None:
            new = "entry" if "[]" in path else self._noun
            yield f"If omitted, the module sends V({json.dumps(field.on_create).strip(chr(34))}) for a new {new}."

    def _properties(self, field):
        if field.immutable and field.name in self._named_by and field.name != "name":
            yield f"Immutable: a different value means another {self._noun}."
        elif field.immutable and field.name in self._named_by:
            yield f"Immutable: the provider cannot rename the {self._noun}."
        elif isinstance(field, ReturnedSecret):
            yield f"Immutable: O(update_{field.name}) defines what a different value means."
        elif field.immutable and self._lost:
            yield f"Immutable: the module never replaces the {self._noun}, because {self._lost} would be lost."
        elif field.immutable:
            yield f"Immutable: a different value requires O(recreate=true), which replaces the {self._noun}."
        if field.write_only:
            yield "Write-only: the provider never returns this value, so it is never compared."
        if field.update_only:
            yield (
                "Update-only: a create request does not accept this option, so the module sets it right after the "
                "create."
            )
        if field.may_be_missing:
            yield "The module compares this value only if the provider returns it."
        if not field.immutable and not field.write_only:
            yield from _EFFECTS.get(field.effect, ())
        if field.limits:
            yield "The range depends on your account."


_SECRET_VALUES = f"Values: at least {SHORTEST} characters."
_SECRET_TEXT = f"At least {SHORTEST} characters."
_FREE_TEXT = "Results mask what is probably a secret in it. Store secrets in O(secret_envs)."
_MASKED = "Must not occur in an option that is not secret, because Ansible would mask it there."
_MASKED_VALUES = "A value must not occur in an option that is not secret, because Ansible would mask it there."
_EFFECTS = {
    "in_place": ["A change takes effect without a restart."],
    "restarts": ["A change restarts the instance; see O(save_data)."],
    "rolls_workers": ["The provider documents that a change replaces the workers one after the other."],
}


def limits_of(field):
    """Yield the sentences on the limits of a field."""
    if isinstance(field, Scalars):
        # The ports of an instance are strings such as 80/tcp; the class of the field checks their numbers.
        is_ports = isinstance(field, InstancePorts)
        if isinstance(field, VastPorts):
            yield f"Range of each port: 1 to {LAST_PORT}, or {FIRST_RANDOM_PORT} to 99999."
        item = {**_PORT, "forbidden": field.forbidden} if is_ports else _attributes(field.item)
        yield from _number_of_entries(field.min_items, field.max_items)
        yield from (sentence.replace("Range:", "Range of each entry:") for sentence in _numbers(item))
    elif isinstance(field, Items):
        yield from _number_of_entries(0, field.max_items)
    elif isinstance(field, Environment):
        yield from _environment(field)
    else:
        yield from _numbers(_attributes(field))
        yield from _texts(field)


def _attributes(field):
    names = ("minimum", "maximum", "exclusive_minimum", "forbidden")
    return {name: getattr(field, name, None) for name in names}


_PORT = {"minimum": 1, "maximum": 65535, "exclusive_minimum": None}


def _numbers(limits):
    minimum, maximum = limits["minimum"], limits["maximum"]
    if limits["exclusive_minimum"] is not None:
        yield f"Must be greater than {limits['exclusive_minimum']}."
    if minimum is not None and maximum is not None:
        yield f"Range: {minimum} to {maximum}."
    elif minimum is not None:
        yield f"Minimum: {minimum}."
    elif maximum is not None:
        yield f"Maximum: {maximum}."
    if limits["forbidden"]:
        yield f"Reserved ports: {', '.join(map(str, limits['forbidden']))}."


def _texts(field):
    if not isinstance(field, Text):
        return
    if isinstance(field, Arguments):
        yield f"Together with O(onstart): at most {MAX_START} characters."
    least = SHORTEST if field.secret else 0 if field.may_be_empty or field.choices or field.printed_choices else 1
    if least and field.max_length:
        yield f"Length: {least} to {field.max_length} characters."
    elif field.max_length:
        yield f"At most {field.max_length} characters."
    elif least:
        yield "Must not be empty." if least == 1 else f"At least {least} characters."
    if field.may_be_empty and not field.secret:
        yield "An empty text removes the value."
    if field.secret:
        yield _MASKED
    if field.trimmed:
        yield "Must not start or end with whitespace or contain control characters."
    if field.printed_choices:
        yield f"Supported values: {', '.join(f'V({choice})' for choice in field.printed_choices)}."


def _number_of_entries(least, most):
    if least and least == most:
        yield f"Exactly {least} {'entry' if least == 1 else 'entries'}."
    elif most is not None:
        yield f"At most {most} entries"
    if least and least != most:
        yield f"At least {least} {'entry' if least == 1 else 'entries'}"


def _environment(field):
    if field.max_name_length is not None:
        yield f"Names: at most {field.max_name_length} characters."
    if field.max_value_length is not None:
        yield f"Values: at most {field.max_value_length} characters."
    if field.max_items is not None:
        yield f"At most {field.max_items} variables, including those in O({field.secret_name})."
    if isinstance(field, InstanceEnvironment):
        yield f"Together with O({field.secret_name}): at most {MAX_ENVIRONMENT} characters."


def _conditions(field, path):
    if field.when is None:
        return
    sibling, value = field.when
    condition = f"O({path}{sibling}={value})"
    yield (
        f"Required with {condition}, and not allowed otherwise."
        if field.required
        else f"Allowed only with {condition}."
    )


def environment_variable(name):
    """Return the sentence on the environment variable of an option."""
    return f"If omitted, the module uses the environment variable E({name}) of the host on which it runs."
