# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the JSON Schema of a fleet file, with which editors and check-jsonschema validate it.

Usage: fleet_schema.py [--check] <file>

A fleet file contains the variables of the playbooks converge, cost, drift and teardown, and other variables. The
entries of fleet_resources have the options of the modules. With --check the tool writes nothing, and fails unless the
file is up to date.
"""

import json
import pathlib
import sys

import yaml
from document_fleet import documentation
from option_schemas import IS_TEMPLATE, TEMPLATE, Option, mapping, option_schema, options_of
from plain_text import plain_text

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry import arguments
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet import options
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.entry import ACCOUNT
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.prune_rule import RULES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.argument_spec import argument_spec
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.entry_types import ENTRY_TYPES
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet_task.inference_entry import INFERENCE_ENDPOINT

VARIABLES = pathlib.Path(__file__).resolve().parents[2] / "meta" / "variables.yml"
PLAYBOOKS = {"converge", "cost", "drift", "teardown"}


def entry(name, document):
    """Return the schema of the options of a resource type."""
    resource_type = RESOURCE_TYPES[name]
    fields = [field for table in arguments.option_tables(resource_type) for field in table.fields]
    own = options_of(arguments.argument_spec(resource_type), document["options"], fields)
    aliases = {option.name: option.argument.get("aliases", []) for option in own}
    rules = arguments.rules(resource_type)
    schema = {
        "description": f"{plain_text(document['short_description'])}.",
        **mapping(own, f"#/definitions/{name}"),
        "allOf": [one_of(names, aliases) for names in rules["required_one_of"]],
    }
    together = rules.get("required_together", [])
    dependencies = {name: [other for other in names if other != name] for names in together for name in names}
    return {**schema, "dependencies": dependencies} if dependencies else schema


def inference_endpoint(document):
    """Return the schema of the options of an entry that is an inference endpoint."""
    entry_type = ENTRY_TYPES[INFERENCE_ENDPOINT]
    own = options_of(entry_type.options.spec, document["options"])
    return {
        "description": f"{plain_text(document['short_description'])}.",
        **mapping(own, f"#/definitions/{INFERENCE_ENDPOINT}"),
        "anyOf": [{"required": ["provider"]}, {"required": ["candidates"]}],
    }


def one_of(names, aliases):
    """Return the rule that one of some options must be set. An error names the second one, because the first is id."""
    usual = names[1]
    others = [spelling for name in names for spelling in (name, *aliases[name]) if spelling != usual]
    return {"if": {"not": {"anyOf": [{"required": [other]} for other in others]}}, "then": {"required": [usual]}}


def variable(name, documented, fleet):
    """Return the schema of a variable. If the playbooks pass it to the module fleet, it has the type of the option."""
    option = name.removeprefix("fleet_")
    argument = argument_spec().get(option, documented)
    suboptions = fleet["options"].get(option, {}).get("suboptions", {})
    fields = {field.name: field for field in options.SETTINGS.fields}
    # prune has a field for each resource type.
    field = RULES if option == "prune" else fields.get(option)
    described = {**documented, "suboptions": suboptions}
    return option_schema(Option(name, argument, described, field), f"#/properties/{name}")


def account(fleet):
    """Return the schema of the account of an entry."""
    argument = argument_spec()["resources"]["options"][ACCOUNT]
    documented = fleet["options"]["resources"]["suboptions"][ACCOUNT]
    return option_schema(Option(ACCOUNT, argument, documented), "")


def fleet_schema():
    """Return the schema of a fleet file."""
    documents = documentation([*ENTRY_TYPES, "fleet"])
    documented = {
        name: variable
        for name, variable in yaml.safe_load(VARIABLES.read_text(encoding="utf-8"))["variables"].items()
        if PLAYBOOKS.intersection(variable["playbooks"])
    }
    resources = documented.pop("fleet_resources")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Fleet file of the Ansible collection gpufleet.cloud",
        "description": "The desired resources, and the other variables of the playbooks that use a fleet file.",
        "type": "object",
        "required": ["fleet_resources"],
        "properties": {
            "fleet_resources": {
                "description": plain_text(resources["description"]),
                "type": ["array", "string"],
                "pattern": TEMPLATE,
                "items": {
                    "type": ["object", "string"],
                    "pattern": TEMPLATE,
                    "minProperties": 1,
                    "additionalProperties": False,
                    "properties": {
                        ACCOUNT: account(documents["fleet"]),
                        **{name: {"$ref": f"#/definitions/{name}"} for name in ENTRY_TYPES},
                    },
                    "if": {"required": [ACCOUNT]},
                    "then": {"minProperties": 2, "maxProperties": 2},
                    "else": {"maxProperties": 1},
                },
            },
            **{name: variable(name, texts, documents["fleet"]) for name, texts in documented.items()},
        },
        "definitions": {
            IS_TEMPLATE["$ref"].rpartition("/")[2]: {"type": "string", "pattern": TEMPLATE},
            **{name: entry(name, documents[name]) for name in RESOURCE_TYPES},
            INFERENCE_ENDPOINT: inference_endpoint(documents[INFERENCE_ENDPOINT]),
        },
    }


def main():
    *flags, name = sys.argv[1:]
    path = pathlib.Path(name)
    text = json.dumps(fleet_schema(), indent=2, ensure_ascii=False) + "\n"
    if flags != ["--check"]:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        sys.exit(f"{path} is not up to date: make generated")


if __name__ == "__main__":
    main()
