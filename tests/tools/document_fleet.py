# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the documentation of the nested options of the fleet module from the documentation of the other modules.

Usage: document_fleet.py [--check]

An entry has the options of the module of its resource type, so this command copies their documentation into
plugins/doc_fragments/fleet.py. With --check it writes nothing, and fails if the file is not up to date.
"""

import json
import pathlib
import re
import subprocess
import sys

import yaml

from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.resource_types import RESOURCE_TYPES

FRAGMENT = pathlib.Path(__file__).resolve().parents[2] / "plugins" / "doc_fragments" / "fleet.py"
PROVIDERS = {"novita": "Novita AI", "ppio": "PPIO", "vast": "Vast.ai"}
INFERENCE_ENDPOINT = "inference_endpoint"
OF_TASK = [
    *PROVIDERS,
    *("accounts", "prices", "max_hourly_cost", "allow_unknown_cost", "older_revisions", "keep_revisions", "drain"),
]
"""The options of the module inference_endpoint that an entry of a fleet does not have."""
CONNECTION = ["api_key", "api_url", "autoscaler_url", "api_timeout", "api_retries", "validate_certs"]
LONGEST_LINE = 120
KEPT = ["description", "type", "elements", "required", "choices", "default", "aliases", "suboptions"]

HEAD = '''# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by tests/tools/document_fleet.py ("make generated"). To change a text, edit the module that it comes from.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
{}"""

    CONNECTIONS = r"""
{}"""

    ACCOUNTS = r"""
{}"""
'''


def documentation(modules):
    """Return the documentation of some modules as ansible-doc returns it, with their fragments merged."""
    names = {module: f"gpufleet.cloud.{module}" for module in modules}
    command = ["ansible-doc", "--type", "module", "--json", *names.values()]
    documents = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {module: documents[name]["doc"] for module, name in names.items()}


def nested(options):
    """Return options as suboptions. The path of an option is a different one here, so links become plain code."""
    copies = {}
    for name, option in options.items():
        copy = {key: option[key] for key in KEPT if key in option}
        texts = copy["description"] if isinstance(copy["description"], list) else [copy["description"]]
        copy["description"] = [re.sub(r"\b(?:O|RV)\(", "C(", text) for text in texts]
        if "suboptions" in copy:
            copy["suboptions"] = nested(copy["suboptions"])
        copies[name] = copy
    return copies


ACCOUNT = {
    "description": [
        (
            "The name of an element of C(accounts), in which the resource is. If omitted, the resource is in the "
            "account of the option with the name of the provider."
        )
    ],
    "type": "str",
}
OF_ACCOUNT = {
    "name": {
        "description": [
            "The name of the account, which entries and candidates set as C(account). Must be unique.",
            "At most 64 letters, digits, C(_), C(-) and C(.). Must not be the name of a provider.",
        ],
        "type": "str",
        "required": True,
    },
    "provider": {
        "description": ["The provider of the account."],
        "type": "str",
        "required": True,
        "choices": list(PROVIDERS),
    },
}
KEY = [
    "API key of the account. Required: the environment variables of API keys do not apply.",
    "At least 8 characters. Must not occur in an option that is not secret, because Ansible would mask it there.",
]
ADDRESS = {
    "api_url": "Base URL of the API. If omitted, the environment variable of the provider applies, then its default.",
    "autoscaler_url": "For Vast.ai only. Base URL of the autoscaler. The same rules as for C(api_url) apply.",
}


def of_accounts(documents):
    """Return the options of an account.

    Its addresses depend on the provider, and its key has no environment variable.
    """
    options = {name: option for document in documents.values() for name, option in document["options"].items()}
    suboptions = {**OF_ACCOUNT, **nested({name: options[name] for name in CONNECTION})}
    suboptions["api_key"]["description"] = KEY
    for name, text in ADDRESS.items():
        suboptions[name] = {"description": [text], "type": "str"}
    for name in ("api_timeout", "api_retries", "validate_certs"):
        default = suboptions[name].pop("default")
        shown = json.dumps(default)
        suboptions[name]["description"] = [*suboptions[name]["description"], f"The default is C({shown})."]
    return suboptions


def of_inference_endpoint(document):
    """Return the option of an entry that is an inference endpoint."""
    own = {name: option for name, option in document["options"].items() if name not in OF_TASK}
    return {
        "description": [
            (
                f"{document['short_description']}. The options are those of M(gpufleet.cloud.{INFERENCE_ENDPOINT}), "
                "without the connections. The module plans and applies the resources of one candidate together with "
                "the other entries. After a failure, it tries the next candidate before it deletes anything."
            ),
            "Such an entry does not have the key C(account), which is an option of each candidate.",
            (
                "No other entry can have a resource of a candidate. C(prune) deletes no endpoint with the name at any "
                "candidate. C(max_hourly_cost) applies to each candidate before the module tries it. C(apply_plan) and "
                "C(approved) try no other candidate than the one in the plan."
            ),
        ],
        "type": "dict",
        "suboptions": nested(own),
    }


def fragments(documents):
    """Return the options that come from other modules: the entries, the accounts, and the connections to providers."""
    inference = documents[INFERENCE_ENDPOINT]
    documents = {name: document for name, document in documents.items() if name != INFERENCE_ENDPOINT}
    resource_types, providers = {INFERENCE_ENDPOINT: of_inference_endpoint(inference)}, {}
    for resource_type, document in documents.items():
        own = {name: option for name, option in document["options"].items() if name not in CONNECTION}
        resource_types[resource_type] = {
            "description": [
                f"{document['short_description']}. The options are those of M(gpufleet.cloud.{resource_type})."
            ],
            "type": "dict",
            "suboptions": nested(own),
        }
        provider = resource_type.split("_")[0]
        how = {name: option for name, option in document["options"].items() if name in CONNECTION}
        providers[provider] = {
            "description": [f"Connection to {PROVIDERS[provider]}, for all its resources in the task."],
            "type": "dict",
            "suboptions": nested(how),
        }
    resources = {
        "description": [
            (
                "The desired resources. Each entry is a mapping with one key, the resource type or "
                "C(inference_endpoint), and optionally C(account). The value contains the options of the module with "
                "that name."
            )
        ],
        "type": "list",
        "elements": "dict",
        "required": True,
        "suboptions": {"account": ACCOUNT, **resource_types},
    }
    accounts = {
        "description": [
            (
                "Further accounts, so that one task can use several accounts of a provider. An entry, or a candidate "
                "of an endpoint, selects one with C(account). Each account has its own list responses, rate limits and "
                "identities."
            ),
            "Two accounts must not have the same API key.",
        ],
        "type": "list",
        "elements": "dict",
        "default": [],
        "suboptions": of_accounts(documents),
    }
    return {"options": {"resources": resources}}, {"options": providers}, {"options": {"accounts": accounts}}


def dump(document):
    """Return the document as YAML with the longest lines that fit.

    PyYAML breaks a line only after it exceeds the width.
    """
    texts = (
        yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=width)
        for width in range(LONGEST_LINE, LONGEST_LINE // 2, -1)
    )
    return next(text for text in texts if all(len(line) <= LONGEST_LINE for line in text.splitlines()))


def main():
    text = HEAD.format(*map(dump, fragments(documentation([INFERENCE_ENDPOINT, *RESOURCE_TYPES]))))
    if "--check" not in sys.argv[1:]:
        FRAGMENT.write_text(text, encoding="utf-8")
    elif FRAGMENT.read_text(encoding="utf-8") != text:
        sys.exit(f"{FRAGMENT.name} is not up to date: make generated")


if __name__ == "__main__":
    main()
