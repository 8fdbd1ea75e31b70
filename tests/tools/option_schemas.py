# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Schemas of options, from their argument spec, their documentation and their fields in a table.

A schema accepts what a task can set: a template, a value that Ansible converts to the type of the option, and null for
an omitted option. A keyword such as ``minimum`` applies to one type only, so a single schema without alternatives can
accept a number within a range as well as a template. Errors of such a schema name the exact place. Only a text with
limits needs alternatives, because a template is text, too.
"""

from __future__ import annotations

import typing

from plain_text import plain_text

from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.environment import Environment
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.field import Field
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Float, Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import SHORTEST

TEMPLATE = r"\{[{%]"
"""Matches text that Ansible evaluates."""
IS_TEMPLATE = {"$ref": "#/definitions/template"}

_INTEGER = r"^\s*[+-]?[0-9]+\s*$"
_NUMBER = r"^\s*[+-]?[0-9.]+([eE][+-]?[0-9]+)?\s*$"
_WORDS = ("true", "false", "yes", "no", "on", "off", "t", "f", "y", "n", "1", "0")
_SPELLINGS = dict.fromkeys(spelled for word in _WORDS for spelled in (word, word.capitalize(), word.upper()))
_BOOLEAN = f"^({'|'.join(_SPELLINGS)})$"
_MAPPING = r"^\s*\{|="
"""Matches a template, and both forms of text that Ansible converts to a mapping: JSON, and ``name=value``."""
_COMMAS = r"^\s*[^\s\[]"
"""Matches the text that Ansible splits at its commas."""
_NOT_BLANK = r"\S"
_EMPTY_OR_NOT_BLANK = r"^$|\S"
_TRIMMED = r"^\S(.*\S)?$"


class Option(typing.NamedTuple):
    """An option: its argument in the argument spec, its documentation, and the field that declares its limits."""

    name: str
    argument: dict
    documented: dict
    field: Field | None = None


def options_of(arguments, documented, fields=()):
    """Return the options of an argument spec, each with the one of the fields that declares it."""
    declared = {name: field for field in fields if field.option for name in field.own_arguments()}
    return [Option(name, argument, documented[name], declared.get(name)) for name, argument in arguments.items()]


def mapping(options, path):
    """Return the schema of a mapping with a fixed set of options.

    :param path: the JSON pointer of the schema, for the references of aliases.
    """
    properties = {}
    for option in options:
        properties[option.name] = option_schema(option, f"{path}/properties/{option.name}")
        for alias in option.argument.get("aliases", ()):
            properties[alias] = {"$ref": f"{path}/properties/{option.name}"}
    schema = {
        "type": ["object", "string"],
        "pattern": _MAPPING,
        "properties": properties,
        "additionalProperties": False,
    }
    required = [option.name for option in options if option.argument.get("required")]
    return {**schema, "required": required} if required else schema


def option_schema(option, path):
    """Return the schema of an option with its description and default."""
    schema = {"description": plain_text(option.documented["description"])}
    if option.argument.get("default") is not None:
        schema["default"] = option.argument["default"]
    return {**schema, **_or_null(_value(option, path))}


def _or_null(schema):
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {**schema, "type": [*schema["type"], "null"]}


def _value(option, path):
    kind = option.argument["type"]
    if kind == "list":
        return _list(option, path)
    if "options" in option.argument:
        fields = getattr(option.field, "fields", ())
        return mapping(options_of(option.argument["options"], option.documented["suboptions"], fields), path)
    if kind == "dict" and isinstance(option.field, Environment):
        return _environment(option)
    if option.field is None and kind == "dict":
        return {"type": ["object", "string"], "pattern": _MAPPING}
    if option.field is None and kind == "raw":
        return {"type": ["string", "number", "boolean", "object", "array"]}
    if kind in ("dict", "raw"):
        return _templated(option.field.schema())
    if kind == "bool":
        # 0 and 1 are the integers that Ansible converts.
        return {**_or_template(["boolean", "integer"], _BOOLEAN), "minimum": 0, "maximum": 1}
    if isinstance(option.field, Integer) or kind == "int":
        return {**_or_template(["integer"], _INTEGER), **_range(option.field)}
    if kind == "float":
        return {**_or_template(["number"], _NUMBER), **_range(option.field)}
    return _text(option)


def _or_template(types, pattern):
    """Return the schema of values of some types, of text that Ansible converts to them, and of templates."""
    return {"type": [*types, "string"], "pattern": f"{pattern}|{TEMPLATE}"}


def _range(field):
    if not isinstance(field, (Integer, Float)):
        return {}
    limits = {
        "minimum": field.minimum,
        "exclusiveMinimum": getattr(field, "exclusive_minimum", None),
        "maximum": field.maximum,
        "not": field.schema().get("not"),
    }
    return _without_none(limits)


def _text(option):
    """Return the schema of text. Ansible converts an integer to text; the modules refuse all other types."""
    field, is_text = option.field, isinstance(option.field, Text)
    choices = option.argument.get("choices") or (is_text and field.printed_choices)
    if choices:
        return {"anyOf": [{"enum": list(choices)}, IS_TEMPLATE]}
    if not is_text:
        return {"type": ["string", "integer"]}
    is_alternative = option.name == getattr(field, "secret_name", None)
    is_secret, may_be_empty = field.secret or is_alternative, field.may_be_empty and not is_alternative
    limits = {"maxLength": field.max_length, "minLength": SHORTEST if is_secret else None}
    if field.pattern:
        limits.update(pattern=field.pattern, description=field.form)
    elif field.trimmed:
        limits["pattern"] = _TRIMMED
    pattern = _EMPTY_OR_NOT_BLANK if may_be_empty else _NOT_BLANK
    schema = _limited({"type": ["string", "integer"], "pattern": pattern}, limits)
    if is_secret and may_be_empty:
        schema["anyOf"].append({"const": ""})
    return schema


def _limited(schema, limits):
    """Return a schema of text with some limits, which do not apply to a template."""
    limits = _without_none(limits)
    return {"anyOf": [{**schema, **limits}, IS_TEMPLATE]} if limits else schema


def _list(option, path):
    """Return the schema of a list of values or of mappings."""
    argument, field = option.argument, option.field
    limits = {"minItems": getattr(field, "min_items", 0) or None, "maxItems": getattr(field, "max_items", None)}
    item = {"type": argument["elements"], **{key: argument[key] for key in ("options", "choices") if key in argument}}
    if "options" in item:
        items = _value(Option(option.name, item, option.documented, field), f"{path}/items")
        schema = {"type": ["array", "string"], "pattern": TEMPLATE, "items": items}
    else:
        items = _value(Option(option.name, item, option.documented, field and field.item), f"{path}/items")
        schema = {"type": ["array", "string", "integer"], "pattern": _COMMAS, "items": items, "uniqueItems": True}
    return {**schema, **_without_none(limits)}


def _environment(option):
    """Return the schema of the variables of a container."""
    field = option.field
    least = SHORTEST if option.name == field.secret_name else None
    value = _limited({"type": ["string", "integer"]}, {"maxLength": field.max_value_length, "minLength": least})
    return {
        "type": ["object", "string"],
        "pattern": _MAPPING,
        "propertyNames": _without_none({"pattern": "^[^=]+$", "maxLength": field.max_name_length}),
        "additionalProperties": value,
        **_without_none({"maxProperties": field.max_items}),
    }


def _templated(schema):
    """Return a schema that also accepts a template for each value, at any depth."""
    copy = dict(schema)
    for keyword in ("items", "additionalProperties"):
        if isinstance(schema.get(keyword), dict):
            copy[keyword] = _templated(schema[keyword])
    if "properties" in schema:
        copy["properties"] = {name: _templated(inner) for name, inner in schema["properties"].items()}
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if "string" in types:
        return {"anyOf": [copy, IS_TEMPLATE]} if "pattern" in copy else copy
    return {**copy, "type": [*types, "string"], "pattern": TEMPLATE}


def _without_none(keywords):
    return {keyword: value for keyword, value in keywords.items() if value is not None}
