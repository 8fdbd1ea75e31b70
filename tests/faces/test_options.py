# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same values of options have the same results, messages and warnings in both faces."""

from __future__ import annotations

import json
import textwrap

import pytest

from .faces import TOKEN

pytestmark = pytest.mark.other_face

# Each value that Ansible or YAML can change, and each kind of refusal: of Ansible, of the options, and of a fleet.
TASKS = """
- novita_endpoint: {name: yes, ports: no, app_name: 2026-08-01, cluster_id: 2026-08-01 12:30:00}
- novita_endpoint: {name: 12.80, app_name: 010, envs: {A: 1.5, B: no, C: 2026-08-01, D: null, 8: x, "yes": text}}
- novita_endpoint: {name: 123, app_name: 456, products: [7, 8], cluster_id: 12:30:45, ports: null, policy: null}
- novita_endpoint: {name: null, id: null}
- novita_endpoint: {name: llm, worker_config: {min_num: "1", max_num: 2.0, gpu_num: yes}, products: [null]}
- novita_endpoint: {name: llm, worker_config: [1], image: docker.io/example/llm, ports: "8000", products: "[7]"}
- novita_endpoint: {name: llm, worker_config: {min_num: many}}
- novita_endpoint: {name: llm, volume_mounts: [{type: local, mount_path: /data, extra: 1}], nothing: 1, more: {a: b}}
- novita_endpoint: {name: llm, volume_mounts: [{type: other, mount_path: /data}], wait: maybe, nothing: 1}
- novita_endpoint: {name: " llm", api_timeout: .inf, state: "", secret_envs: {SHORT: abc}}
- novita_endpoint: {name: llm, secret_envs: {TOKEN: "{{ token }}", OTHER: [1]}, image: {command: "-p hf_qwerty"}}
- novita_endpoint: {name: "x {{ token }}", secret_envs: "{{ token }}", api_key: "{{ token }}"}
- novita_endpoint: {name: "a\\u0000b\\u202e\\U0001f600 ü", app_name: !unsafe "{{ token }}"}
- novita_endpoint: "name={{ 'in one text' }} products=7,8 state=present"
- novita_endpoint:
- novita_endpoint_info: {name: "{{ ['llm'] }}", return_env_values: "{{ 'yes' }}"}
- novita_endpoint_info: {id: "{{ 12 }}", name: "{{ none }}"}
- vast_endpoint: {name: llm, endpoint_name: other}
- vast_endpoint: {endpoint_name: llm, name: null, max_workers: 1}
- vast_workergroup: {endpoint: llm, endpoint_name: llm, gpu_ram: "{{ 20 }}", search_params: num_gpus=x}
- vast_workergroup: {template_hash: abc}
- ppio_endpoint: {name: llm, worker_config: {min_num: 5, max_num: 1}, products: [{a: 1}], region: [x]}
- fleet: {}
- fleet: {resources: [text, 5, null, {a: {}, b: {}}, {vast_endpoint: {name: yes}}, {vast_endpoint: {extra: 1}}]}
- fleet: {resources: [{vast_endpoint: {name: x, endpoint_name: x, max_workers: 1}}], vast: {api_key: null}}
- fleet: {resources: [{vast_endpoint: {name: x, max_workers: -1}}], vast: {nothing: 1}, concurrency: many}
- fleet: {resources: "{{ [{'vast_endpoint': {'name': 'x', 'max_workers': 2}}] }}", prune: {vast_endpoint: "{{ '(' }}"}}
- fleet: {resources: [{novita_endpoint: {name: llm, secret_envs: {TOKEN: "{{ token }}"}, envs: {A: 2026-08-01}}}]}
"""


def _playbook():
    tasks = []
    for number, line in enumerate(TASKS.strip().splitlines()):
        tasks.append(f"    - name: Task {number}\n      gpufleet.cloud.{line[2:]}\n      ignore_errors: true")
    head = (
        "- hosts: localhost\n  gather_facts: false\n  vars: {token: \"{{ lookup('env', 'FACE_TOKEN') }}\"}\n  tasks:\n"
    )
    return head + "\n".join(tasks)


def test_values_of_every_kind(faces):
    direct, _module = faces.play(_playbook(), "-v", environment={"ANSIBLE_DISPLAY_ARGS_TO_STDOUT": None}, expected=0)
    failed = [event for event in direct.events if event["event"] == "runner_on_failed"]
    assert len(failed) > 15
    assert "Traceback" not in direct.output
    messages = " ".join(event["result"]["msg"] for event in failed)
    assert "MODULE FAILURE" not in messages


VAULTED = """
- hosts: localhost
  gather_facts: false
  vars:
    vaulted: !vault |
{vault}
  tasks:
    - name: From a variable
      gpufleet.cloud.novita_endpoint: &complete
        name: llm
        products: ["{{{{ 3 + 4 }}}}"]
        worker_config: "{{{{ dict(worker, request_timeout=600) }}}}"
        policy: {{type: queue, value: 15}}
        ports: [8000]
        image: {{image: "docker.io/example/{{{{ 'llm' }}}}:1.4"}}
        healthy: {{path: /health}}
        envs: {{STAGE: "{{{{ 'test' }}}}", "{{{{ 'NO_TEMPLATE' }}}}": "1"}}
        secret_envs: {{TOKEN: "{{{{ vaulted }}}}"}}
      vars: &variables
        worker: {{min_num: 1, max_num: 4, free_timeout: 300, max_concurrent: 4, gpu_num: 1}}
      diff: true
      register: created
    - name: Inline
      gpufleet.cloud.novita_endpoint:
        <<: *complete
        secret_envs:
          TOKEN: !vault |
{vault}
      vars: *variables
    - name: As an option
      gpufleet.cloud.novita_endpoint:
        name: !vault |
{name}
      ignore_errors: true
    - name: In a fleet
      gpufleet.cloud.fleet:
        resources:
          - novita_endpoint:
              id: "{{{{ created.id }}}}"
              secret_envs:
                TOKEN: !vault |
{vault}
    - name: The spec of another task
      gpufleet.cloud.novita_endpoint: "{{{{ created.endpoint.spec }}}}"
    - name: Braces
      gpufleet.cloud.novita_endpoint_info: {{id: "{{{{ lookup('env', 'BRACES') }}}}"}}
      register: found
    - name: Never evaluated
      gpufleet.cloud.novita_endpoint_info: {{name: "{{{{ found.endpoints[0].name }}}}"}}
      register: again
    - name: Never evaluated as a fact
      ansible.builtin.set_fact:
        a_name: "{{{{ found.endpoints[0].name }}}}"
        spec: "{{{{ again.endpoints[0].spec }}}}"
    - name: Shown
      ansible.builtin.debug: {{msg: "{{{{ a_name }}}} {{{{ spec.name }}}}"}}
"""
PASSWORD = "password of the vault"
# The output of ansible-vault encrypt_string.
ENCRYPTED = {
    "vault": """$ANSIBLE_VAULT;1.1;AES256
33346264613630356435386330633134623465333561326165373433643536316438623664373563
6266363465313732383137656138396435303134393430370a363266616662313364363234363265
62333039383263336333386236623036643139666235633933373534346236396335373738333238
3039653063323964310a326565333533663430346163346164363263643439666337633934383265
64306338393834623362373932656133666562623164663639626161313530613130336232393030
6533626238626364616365353761623136363739383365323239""",
    "name": """$ANSIBLE_VAULT;1.1;AES256
66643239333930656638356236303761363335316137636332666163653661313135353931386634
3338613032343731623236323734643933343734356237370a336639316437316661623436323864
63306161373561613932626237616333353934386132616466353566323163646462376238333164
3065653939323465320a393665343363343739383361613536663531393133356637313764393963
6236""",
}
BRACES = "{{ 6 * 7 }} {% if true %}x{% endif %}"


def test_vaulted_values_templates_and_braces_from_the_provider(faces):
    texts = {name: textwrap.indent(text, " " * 18) for name, text in ENCRYPTED.items()}
    password = faces.write("password", PASSWORD)
    more = {"ANSIBLE_DISPLAY_ARGS_TO_STDOUT": None}

    def prepare(run):
        more["BRACES"] = run.account("novita").store("endpoints").seed({"name": BRACES})["id"]

    # Each face has its own endpoint, so the environment variable is set by a variable of the run.
    faces.write("site.yml", VAULTED.format(**texts))
    direct, module = (
        faces.one(face, ("ansible-playbook", "--vault-password-file", str(password), "-v", "site.yml"), prepare, more)
        for face in ("direct", "module")
    )
    faces.compare(direct, module)
    assert direct.code == 0, direct.output
    assert direct.result("From a variable")["endpoint"]["env_names"]
    assert direct.result("Inline")["changed"] is False
    assert direct.result("Never evaluated")["endpoints"][0]["name"] == BRACES
    assert direct.result("Shown")["msg"] == f"{BRACES} {BRACES}"
    assert TOKEN in json.dumps(direct.requests())
