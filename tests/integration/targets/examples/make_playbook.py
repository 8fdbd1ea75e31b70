# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print a playbook with one play for each module of the collection, made of its EXAMPLES as ansible-doc shows them.

The plays of modules that only read have the tag ``info``.
"""

from __future__ import annotations

import json
import subprocess
import sys

import yaml

COLLECTION = "gpufleet.cloud"
ADDRESSES = {"novita": ["api_url"], "ppio": ["api_url"], "vast": ["api_url", "autoscaler_url"]}
# The examples name a registry credential of PPIO, which no module can create.
STORE_CREDENTIAL = {
    "name": "Store a registry credential",
    "ansible.builtin.uri": {
        "url": "{{ simulator_url }}/_sim/ppio/registry_auths",
        "method": "POST",
        "headers": {"Authorization": "Bearer {{ account_key }}"},
        "body_format": "json",
        "body": {"name": "registry.example.org", "username": "team-bot"},
    },
}


def ansible_doc(*arguments):
    """Return the decoded output of ansible-doc."""
    return json.loads(
        subprocess.run(
            ["ansible-doc", "--type", "module", "--json", *arguments], check=True, stdout=subprocess.PIPE
        ).stdout
    )


def play(name, examples):
    """Return a play that runs the examples of one module in an account of its own."""
    connections = {
        provider: {
            "api_key": "{{ account_key }}",
            **{option: f"{{{{ {provider}_{option} }}}}" for option in options},
        }
        for provider, options in ADDRESSES.items()
    }
    defaults = {f"group/gpufleet.cloud.{provider}": connection for provider, connection in connections.items()}
    defaults.update((f"gpufleet.cloud.{module}", connections) for module in ("export", "fleet"))
    return {
        "name": f"Run the examples of {name}",
        "hosts": "testhost",
        "tags": ["info"] if name.endswith("_info") else [],
        "gather_facts": False,
        "module_defaults": defaults,
        # The accounts of a fleet have no addresses in the examples.
        "environment": {
            f"{provider}_{option}".upper(): f"{{{{ {provider}_{option} }}}}"
            for provider, options in ADDRESSES.items()
            for option in options
        },
        "vars": {
            "account_key": f"{{{{ run_key }}}}-{name}",
            "hugging_face_token": "hf_0123456789abcdef",
            "registry_password": "registry-0123456789",
            "vast_key_of_research": "{{ run_key }}-research",
            "vast_key_of_production": "{{ run_key }}-production",
        },
        "pre_tasks": [STORE_CREDENTIAL],
        "tasks": yaml.safe_load(examples),
    }


def main():
    documents = ansible_doc(*ansible_doc("--list", COLLECTION))
    plays = [play(name, document["examples"]) for name, document in sorted(documents.items())]
    yaml.safe_dump(plays, sys.stdout, sort_keys=False, allow_unicode=True)


if __name__ == "__main__":
    main()
