#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_template_info
short_description: Read templates of Vast.ai
version_added: 1.0.0
description:
  - Returns all templates of an account, the templates with a name, or the template with an ID. It does not return
    templates of other users.
  - You can use the C(spec) of a template as the options of M(gpufleet.cloud.vast_template).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.info
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
options:
  id:
    description: Return only the template with this ID.
    type: str
  name:
    description: Return only templates with exactly this name. Several templates can have the same name.
    type: str
  return_env_values:
    description:
      - Whether to return the values of environment variables in C(spec), in clear text.
      - The values can be secrets. Set C(no_log) on the task, or protect the result.
    type: bool
    default: false
seealso:
  - module: gpufleet.cloud.vast_template
"""

EXAMPLES = r"""
- name: List all templates
  gpufleet.cloud.vast_template_info:
  register: all_templates

- name: Show the hash of each template
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.template_hash }}"
  loop: "{{ all_templates.templates }}"
  loop_control:
    label: "{{ item.id }}"

- name: Read a template with the values of its variables
  gpufleet.cloud.vast_template_info:
    name: tts-worker
    return_env_values: true
  no_log: true
"""

RETURN = r"""
templates:
  description: The templates, sorted by name and ID. The list is empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: ID of the template.
      type: str
      sample: '90210'
    name:
      description: Name of the template.
      type: str
      sample: tts-worker
    template_id:
      description: ID of the template, under the name of the option of M(gpufleet.cloud.vast_workergroup).
      type: str
      sample: '90210'
    template_hash:
      description: Hash of the content.
      type: str
      sample: 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e
    created_at:
      description: Time of creation, in UTC.
      type: str
      sample: "2026-08-29T14:46:40Z"
    env_names:
      description: Names of all environment variables.
      type: list
      elements: str
      sample: [HUGGING_FACE_TOKEN, MODEL]
    spec:
      description:
        - Current values of the options. A task with these values changes nothing.
        - C(envs) is included only with O(return_env_values=true), or if the template has no environment variables.
          C(docker_options), C(onstart) and C(args_str) are included only with this option if they probably contain a
          secret.
        - C(image) does not contain the tag, which is in C(tag).
      type: dict
      sample:
        name: tts-worker
        image: registry.example.org/tts
        tag: "1.4"
        ports: ["3000:3000"]
        docker_options: --shm-size 8g
        onstart: entrypoint.sh
        runtype: ssh
        args_str: ""
        use_ssh: true
        ssh_direct: true
        jup_direct: false
        use_jupyter_lab: false
        jupyter_dir: ""
        readme: ""
        readme_visible: true
        href: https://hub.docker.com/r/example/tts/
        repo: example/tts
        desc: Text to speech
        private: true
        docker_login_repo: ""
        extra_filters:
          cuda_max_good: {gte: 12.4}
        recommended_disk_space: 64.0
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.info_module import info_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.template import VastTemplate

MODULE = info_module(VastTemplate)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
