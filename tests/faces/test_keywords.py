# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keywords of a task have the same effect in both faces."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.other_face

ENVIRONMENT = """
- hosts: localhost
  gather_facts: false
  vars:
    test_key: "{{ lookup('env', 'FACE_KEY') }}"
    settings: {HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "*", no_proxy: "*"}
  tasks:
    - name: From the environment
      gpufleet.cloud.vast_endpoint: {name: one, max_workers: 1}
      environment:
        - VAST_API_KEY: "{{ test_key[:10] }}"
          VAST_API_URL: http://127.0.0.1:9
          A_NUMBER: 12
          A_FLOAT: 1.5
          A_BOOLEAN: true
          NOTHING: null
          A_LIST: [1, two]
        - "{{ settings }}"
        - VAST_API_KEY: "{{ test_key }}"
          VAST_API_URL: "{{ lookup('env', 'VAST_API_URL') }}"
          TMPDIR: "{{ lookup('env', 'FACE_FOLDER') }}/temporary"
    - name: No longer set
      gpufleet.cloud.vast_endpoint_info: {}
      ignore_errors: true
    - name: Only in some items
      gpufleet.cloud.vast_endpoint_info: {api_retries: 0}
      environment: "{{ variables[item] }}"
      loop: [none, key, no key, number, boolean, empty, no address, proxy]
      vars:
        variables:
          none: {}
          key: {VAST_API_KEY: "{{ test_key }}"}
          no key: {}
          number: {VAST_API_KEY: 12345678901234567890}
          boolean: {VAST_API_KEY: true}
          empty: {VAST_API_KEY: ""}
          no address: {VAST_API_KEY: "{{ test_key }}", VAST_API_URL: no address}
          proxy:
            VAST_API_KEY: "{{ test_key }}"
            VAST_API_URL: https://nowhere.invalid
            HTTPS_PROXY: http://127.0.0.1:9
            https_proxy: http://127.0.0.1:9
            NO_PROXY: none.invalid
            no_proxy: none.invalid
      ignore_errors: true
    - name: Not a mapping
      gpufleet.cloud.vast_endpoint_info: {}
      environment: ["{{ 'text' }}"]
      ignore_errors: true
    - name: Undefined
      gpufleet.cloud.vast_endpoint_info: {}
      environment: {VAST_API_KEY: "{{ not_there }}"}
      ignore_errors: true
    - name: From a block
      environment: {VAST_API_KEY: "{{ test_key }}"}
      block:
        - name: Inherited
          gpufleet.cloud.vast_endpoint_info: {}
"""


def test_environment(faces):
    def prepare(run):
        (run.folder / "temporary").mkdir()

    direct, module = faces.play(ENVIRONMENT, "-vvv", environment={"VAST_API_KEY": None}, prepare=prepare, expected=0)
    assert direct.result("From the environment")["changed"] is True
    for run in (direct, module):
        assert [path.name.partition("-")[0] for path in (run.folder / "temporary").iterdir()] == ["gpufleet.cloud"]
        assert "VAST_API_KEY in the environment" in run.result("No longer set")["msg"]
        [items] = run.results("Only in some items")
        assert ["failure" in item for item in items["results"]] == [True, False, True, False, True, True, True, True]
        assert len(run.result("Inherited")["endpoints"]) == 1
    assert set(direct.faces_of_tasks) == {"in the process of Ansible"}
    assert set(module.faces_of_tasks) == {"as a module, because GPUFLEET_DIRECT is false"}


KEYWORDS = """
- hosts: localhost
  gather_facts: false
  collections: [gpufleet.cloud]
  module_defaults:
    group/gpufleet.cloud.vast: {api_retries: 1}
    gpufleet.cloud.vast_endpoint: {max_workers: 3, min_load: 0, cold_workers: 0}
    gpufleet.cloud.novita_endpoint: {ports: [8000]}
  tasks:
    - name: Check mode
      vast_endpoint: {name: llm, cold_mult: 2}
      check_mode: true
      diff: true
      timeout: 120
    - name: Create
      vast_endpoint: {name: llm, cold_mult: 2}
      diff: true
      register: created
    - name: Change
      vast_endpoint:
        name: llm
        endpoint_name: llm
        cold_mult: 3
        max_workers: "{{ created.endpoint.spec.max_workers + 1 }}"
      diff: true
      throttle: 1
      run_once: true
    - name: Secret
      vast_endpoint: {name: llm, cold_mult: 4}
      no_log: true
      diff: true
    - name: Until
      vast_endpoint_info: {name: llm}
      register: polled
      until: polled.attempts >= 3
      retries: 4
      delay: 0
    - name: Never
      vast_endpoint_info: {name: "llm {{ item }}"}
      register: polled
      until: polled.endpoints
      retries: 1
      delay: 0
      loop: [1, 2]
      loop_control: {label: "item {{ item }}"}
      ignore_errors: true
    - name: Declared failed
      vast_endpoint_info: {name: llm}
      register: found
      failed_when: found.endpoints | length == 1
      ignore_errors: true
    - name: Declared unchanged
      vast_endpoint: {name: llm, cold_mult: 5}
      changed_when: false
      delegate_to: localhost
    - name: Declared successful
      vast_endpoint: {name: llm, max_workers: -1}
      register: refused
      failed_when: "'max_workers' not in refused.msg"
    - name: Skipped
      vast_endpoint: {name: llm, cold_mult: "{{ not_there }}"}
      when: false
    - name: Undefined
      vast_endpoint: {name: llm, cold_mult: "{{ not_there }}"}
      ignore_errors: true
    - name: As another user
      vast_endpoint: {name: llm, cold_mult: 6}
      become: true
      become_method: su
    - name: Polled
      vast_endpoint: {name: llm, cold_mult: 7}
      async: 60
      poll: 1
    - name: Started
      vast_endpoint: {name: llm, cold_mult: 8}
      async: 60
      poll: 0
      register: job
    - name: Wait
      ansible.builtin.wait_for: {path: "{{ job.results_file }}", search_regex: deleted_workers}
      no_log: true
    - name: Finished
      ansible.builtin.async_status: {jid: "{{ job.ansible_job_id }}"}
    - name: Handled
      block:
        - name: Refused
          vast_endpoint: {name: llm, max_workers: many}
      rescue:
        - name: Show
          ansible.builtin.debug: {var: ansible_failed_result.msg}
    - name: Notify
      vast_endpoint: {name: llm, cold_mult: 9}
      notify: Handler
  handlers:
    - name: Handler
      vast_endpoint: {name: llm, state: absent}
"""


def test_keywords(faces):
    # ansible-core 2.21 and later add the options to results only with this setting.
    direct, _module = faces.play(KEYWORDS, "-vvv", environment={"ANSIBLE_INJECT_INVOCATION": "true"}, expected=0)
    assert "as a module, because the task sets become" in direct.faces_of_tasks
    assert direct.faces_of_tasks.count("as a module, because the task sets async") == 2
    assert direct.result("Secret")["censored"]


HOSTS = """
- hosts: near
  gather_facts: false
  serial: [1, 2]
  tasks:
    - name: "Serial {{ inventory_hostname }}"
      gpufleet.cloud.vast_endpoint: &desired {name: "{{ inventory_hostname }}", max_workers: 1, cold_workers: 0}
      throttle: 1
    - name: Once
      gpufleet.cloud.vast_endpoint: {<<: *desired, max_workers: 2}
      run_once: true
      delegate_to: localhost
- hosts: near
  gather_facts: false
  strategy: free
  tasks:
    - name: Free
      gpufleet.cloud.vast_endpoint: {<<: *desired, max_workers: 3}
    - name: Free again
      gpufleet.cloud.vast_endpoint: {<<: *desired, max_workers: 3}
- hosts: near
  gather_facts: false
  strategy: host_pinned
  tasks:
    - name: Pinned
      gpufleet.cloud.vast_endpoint_info: {name: "{{ inventory_hostname }}"}
- hosts: far
  gather_facts: false
  tasks:
    - name: Delegated
      gpufleet.cloud.vast_endpoint: {name: "{{ inventory_hostname }}", max_workers: 1}
      delegate_to: localhost
      register: delegated
    - name: Read
      gpufleet.cloud.vast_endpoint_info: {name: "{{ inventory_hostname }}"}
      delegate_to: localhost
- hosts: near
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - name: Fails on one host
      gpufleet.cloud.vast_endpoint:
        name: "{{ inventory_hostname }}"
        max_workers: "{{ -1 if inventory_hostname == 'b' else 1 }}"
    - name: Not reached
      gpufleet.cloud.vast_endpoint_info: {}
"""
INVENTORY = """
[all:children]
near
[near]
a
b
c
[near:vars]
ansible_connection=local
ansible_python_interpreter='{{ ansible_playbook_python }}'
[far]
x
y
[far:vars]
ansible_connection=ssh
ansible_host=unreachable.invalid
ansible_python_interpreter=/opt/nothing/bin/python
"""


def test_hosts_and_strategies(faces):
    inventory = faces.write("hosts", INVENTORY)
    # With the strategy free, the arguments of a task are those of the first host that begins it.
    direct, _module = faces.play(
        HOSTS,
        "-vvv",
        inventory=str(inventory),
        environment={"ANSIBLE_DISPLAY_ARGS_TO_STDOUT": None},
        is_ordered=False,
        expected=2,
    )
    assert set(direct.faces_of_tasks) == {"in the process of Ansible"}
    assert not direct.results("Not reached")
    assert sorted(view["endpoint_name"] for view in direct.account("vast").store("endpoints").views()) == list("abcxy")


LOOP = """
- hosts: localhost
  gather_facts: false
  tasks:
    - name: Loop
      gpufleet.cloud.vast_endpoint_info: {name: "name {{ item }}"}
      loop: "{{ range(number | int) | list }}"
      register: all
    - name: Count
      ansible.builtin.debug: {msg: "{{ all.results | length }}"}
"""


def test_a_loop_with_200_items(faces):
    """The module takes too long for 200 items, so its results are compared with the first ones."""
    path = faces.write("site.yml", LOOP)
    command = ("ansible-playbook", str(path), "-v", "-e")
    direct = faces.one("direct", (*command, "number=200"))
    module = faces.one("module", (*command, "number=3"))
    [many], [few] = (run.plain(run.results("Loop")) for run in (direct, module))
    assert len(many["results"]) == 200
    assert direct.code == module.code == 0
    for results in (many, few):
        for item in results["results"]:
            item.pop("ansible_facts", None)
    assert many["results"][:3] == few["results"]
    assert [item["item"] for item in many["results"]] == list(range(200))
    assert direct.plain(direct.requests()["vast"])[:3] == module.plain(module.requests()["vast"])
    assert len(direct.requests()["vast"]) == 200
