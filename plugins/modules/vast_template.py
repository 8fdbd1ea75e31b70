#!/usr/bin/python
# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vast_template
short_description: Manage templates of Vast.ai
version_added: 1.0.0
description:
  - Creates, updates and deletes templates of Vast.ai. A template defines the software of workers and instances, which
    is the image, its environment and its start. A template itself costs nothing.
  - The module finds a template by its exact O(name) among the templates of your account, or by its O(id). The hash of a
    template is derived from its content and does not identify it.
  - Every update sends the current values with the desired values merged into them, and changes the hash. A change has
    no effect on running workers. Workergroups keep the old hash, and the content that belongs to it, until a task of
    M(gpufleet.cloud.vast_workergroup) sets the new one. RV(workergroups_with_old_hash) lists them.
  - Vast.ai represents the options O(envs), O(secret_envs), O(ports) and O(docker_options) as one text. The module
    compares its meaning, and sends the text unchanged if the meaning does not change.
  - Vast.ai returns this text in clear to everybody who can read the template. Results therefore show only the names of
    variables. It is safer to store tokens as variables of your account at Vast.ai than in a template.
  - Vast.ai does not document which value applies if a template and the account set a variable with the same name. If a
    task creates a template with variables, or changes its variables, the module also reads the names of the variables
    of the account, and returns a warning about equal names. Without the scope C(user_read), it returns no such warning.
  - Sources disagree on whether Vast.ai applies each update. The module sends an update in the form of Vast.ai's own
    client, and verifies it with a read. If Vast.ai has ignored or reset a value, the task fails. With O(recreate=true)
    and without O(id), it then creates a template with the desired values and deletes the old one. The plan in the
    result contains this additional step, and the template has another ID.
  - If the API key lacks the scope C(instance_read), the module needs the scope C(user_read). It then sends two more
    requests for each list.
  - The options are those of the L(API reference,https://docs.vast.ai/api-reference/templates/create-template).
author:
  - gpufleet.cloud contributors (@gpufleet)
extends_documentation_fragment:
  - gpufleet.cloud.attributes
  - gpufleet.cloud.attributes.resource
  - gpufleet.cloud.attributes.vast
  - gpufleet.cloud.connection
  - gpufleet.cloud.connection.vast
  - gpufleet.cloud.envs
  - gpufleet.cloud.lifecycle
  - gpufleet.cloud.lifecycle.name
options:
  state:
    description:
      - V(present) creates or updates the template.
      - V(absent) deletes the template. Vast.ai does not document what happens to workergroups that use it, so the
        module returns a warning that lists them.
    type: str
    choices:
      - present
      - absent
    default: present
  name:
    description:
      - B(Required to create the template.) Name of the template. Vast.ai allows several templates with the same name.
        If your account has several, the task fails and lists their IDs.
      - Must not be empty. Must not start or end with whitespace or contain control characters.
    type: str
  image:
    description:
      - B(Required to create the template.) Address of the container image, with or without its tag. V(example/tts:1.4)
        has the same meaning as V(example/tts) with O(tag=1.4).
      - Must not be empty.
    type: str
  tag:
    description:
      - Tag of the image. Omit this option if O(image) contains another tag. With V(@vastai-automatic-tag), Vast.ai
        chooses a tag that fits the CUDA version of the machine. Must not be empty.
    type: str
  envs:
    description:
      - Environment variables of the container, as a mapping of names to values. Results and diffs show the values.
      - Values must be strings or integers. Put all other values in quotes, because YAML would change them. Examples are
        C(no), C(12.80) and C(010). For the result of an expression, use the filter C(string).
      - Vast.ai represents a variable as the option C(-e) of C(docker run). The module quotes the value as a shell
        requires it.
    type: dict
  ports:
    description:
      - Open ports, such as V("8000:8000") or V("9000:9000/udp"). Put them in quotes, because YAML reads some of them as
        numbers. The list replaces all current ports. The order is ignored.
    type: list
    elements: str
  docker_options:
    description:
      - All other options of C(docker run), for example V(--shm-size 8g), as in a shell. The order counts. The text
        replaces all current options except variables and ports, which have options of their own. An empty text removes
        the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
    type: str
  onstart:
    description:
      - Commands that run after the start of the container. At most 4048 characters. An empty text removes the value.
      - Vast.ai can remove characters that are not ASCII. The module returns a warning about such characters, and the
        task fails if Vast.ai removes them.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
    type: str
  runtype:
    description:
      - How the container starts. V(ssh) and V(jupyter) replace the entrypoint of the image, so that O(onstart) must
        start the service. V(args) keeps the entrypoint. Vast.ai's default is V(args).
      - "Supported values: V(ssh), V(jupyter), V(args)."
    type: str
  args_str:
    description:
      - Arguments for the entrypoint of the image, with O(runtype=args). An empty text removes the value.
      - Results mask what is probably a secret in it. Store secrets in O(secret_envs).
    type: str
  use_ssh:
    description: Whether the container runs an SSH server.
    type: bool
  ssh_direct:
    description: Whether SSH connections go directly to the machine instead of a proxy.
    type: bool
  jup_direct:
    description: Whether connections to Jupyter go directly to the machine instead of a proxy.
    type: bool
  use_jupyter_lab:
    description: Whether to start JupyterLab instead of Jupyter Notebook.
    type: bool
  jupyter_dir:
    description: Directory in which Jupyter starts. An empty text removes the value.
    type: str
  readme:
    description: Description of the template in Markdown. An empty text removes the value.
    type: str
  readme_visible:
    description: Whether the console of Vast.ai shows O(readme).
    type: bool
  href:
    description: Link to the page of the image. Must not be empty. If omitted, Vast.ai sets a link.
    type: str
  repo:
    description: Name of the repository. Must not be empty. If omitted, Vast.ai sets a name.
    type: str
  desc:
    description: Short description. An empty text removes the value.
    type: str
  private:
    description:
      - Whether only your account can see the template. Vast.ai does not document the default, and the module sends
        none.
    type: bool
  docker_login_repo:
    description:
      - Host of the registry to which the machine logs in, for example V(registry.example.org). An empty text removes
        the value.
      - If a template has a registry, an update requires O(docker_login_user) and O(docker_login_pass), because it sends
        the whole template. Without them, the task fails before any write. This does not apply if Vast.ai returns them.
    type: str
  docker_login_user:
    description:
      - Name of the user at the registry. An empty text removes the value.
      - Results do not show it. Because such a name can be short, Ansible does not mask it in other texts.
      - "Write-only: the provider never returns this value, so it is never compared."
    type: str
  docker_login_pass:
    description:
      - Password of the user at the registry. At least 8 characters. It can be empty for a registry without one.
      - Must not occur in an option that is not secret, because Ansible would mask it there.
      - "Write-only: the provider never returns this value, so it is never compared."
    type: str
  extra_filters:
    description:
      - >-
        Conditions on machines in the form of the API, for example V({cuda_max_good: {gte: 12.4}}). Memory is in MB, and
        durations are in seconds. The operators are C(eq), C(neq), C(gt), C(gte), C(lt), C(lte), C(in) and C(notin). The
        module keeps the current conditions on all properties that the task does not set. An empty mapping removes a
        condition.
      - Vast.ai applies the conditions to the machines of a workergroup. For instances, it only uses them in searches.
      - The module adds no conditions, and refuses conditions that cannot be intended, as C(search_params) in
        M(gpufleet.cloud.vast_workergroup).
    type: dict
  recommended_disk_space:
    description:
      - Recommended size of the disk in GB. Vast.ai's default is V(8).
      - "Minimum: 0."
    type: float
seealso:
  - module: gpufleet.cloud.vast_template_info
  - module: gpufleet.cloud.vast_workergroup
  - name: Create template
    description: API reference of Vast.ai.
    link: https://docs.vast.ai/api-reference/templates/create-template
"""

EXAMPLES = r"""
- name: Create a template for text to speech
  gpufleet.cloud.vast_template:
    name: tts-worker
    image: registry.example.org/tts:1.4
    runtype: ssh
    use_ssh: true
    ssh_direct: true
    onstart: entrypoint.sh
    ports: ["3000:3000"]
    envs:
      MODEL: small
    private: true
    recommended_disk_space: 64
    extra_filters:
      cuda_max_good:
        gte: 12.4
  register: tts_template

- name: Show the hash for a workergroup
  ansible.builtin.debug:
    msg: "{{ tts_template.template.template_hash }}"

- name: Preview the change to the next version of the image
  gpufleet.cloud.vast_template:
    name: tts-worker
    image: registry.example.org/tts:1.5
  check_mode: true
  diff: true

- name: Change the image and keep all other values
  gpufleet.cloud.vast_template:
    name: tts-worker
    image: registry.example.org/tts:1.5
  register: tts_template

- name: Show the workergroups that still use the old version
  ansible.builtin.debug:
    msg: "{{ tts_template.workergroups_with_old_hash | map(attribute='endpoint_name') }}"

- name: Set one variable and keep all others
  gpufleet.cloud.vast_template:
    name: tts-worker
    image: registry.example.org/tts:1.5
    envs_mode: merge
    envs:
      MODEL: large

- name: Use an image of a private registry
  gpufleet.cloud.vast_template:
    name: tts-private
    image: registry.example.org/team/tts:1.4
    docker_login_repo: registry.example.org
    docker_login_user: team-bot
    docker_login_pass: "{{ registry_password }}"

- name: Delete both templates
  gpufleet.cloud.vast_template:
    name: "{{ item }}"
    state: absent
  loop: [tts-worker, tts-private]
"""

RETURN = r"""
id:
  description:
    - ID of the template, or an empty string if it does not exist. A failed task also returns the ID if it is known.
    - In check mode, a new resource has a planned ID such as C(planned:vast_template:tts-worker). Later tasks of the
      same check run can use it as an ID.
  returned: always
  type: str
  sample: '90210'
template:
  description:
    - The template after the task, or in check mode as predicted. The mapping is empty if the template does not exist.
  returned: always
  type: dict
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
      description:
        - Hash of the content. Only Vast.ai can calculate the next one, so in check mode a new or changed template has a
          planned ID here, which O(gpufleet.cloud.vast_workergroup#module:template_hash) accepts.
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
        - C(envs) contains only the variables that the task sets in O(envs) to these values. C(envs_mode) is V(merge) if
          there are other variables.
        - C(docker_options), C(onstart) and C(args_str) are not included if they probably contain a secret.
        - C(image) does not contain the tag, which is in C(tag).
      type: dict
      sample:
        name: tts-worker
        image: registry.example.org/tts
        tag: "1.4"
        envs: {MODEL: small}
        envs_mode: merge
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
deleted_id:
  description:
    - ID of the template that the task deleted or replaced, or in check mode would have deleted or replaced. Empty if
      there is none.
  returned: always
  type: str
  sample: ''
plan:
  description:
    - The steps of the task. Check mode returns the same steps as the run that follows.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description:
        - Action of the step, one of C(create), C(update), C(replace), C(delete) and C(none). The step C(replace)
          follows an update that Vast.ai has ignored, with O(recreate=true). Check mode cannot predict it.
      type: str
    fields:
      description: Paths of the options that the step sets, for example C(envs.MODEL).
      type: list
      elements: str
    effect:
      description:
        - Effect of the step on running workers. C(replaces) if the step replaces the template, and C(none) otherwise.
      type: str
    id:
      description: ID of the template that the step deletes or replaces. Only in these steps.
      type: str
  sample:
    - action: update
      fields: [tag]
      effect: none
workergroups_with_old_hash:
  description:
    - The workergroups that use the template that the task changes or deletes, as they are before the change. They keep
      the old hash. Empty if the task changes nothing. A task that changes or deletes a template sends one more request
      for it. If that request fails, the module returns a warning.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: ID of the workergroup.
      type: str
    endpoint_name:
      description: Name of its endpoint, as stored in the workergroup.
      type: str
  sample:
    - id: '61230'
      endpoint_name: tts
diff:
  description: Values before and after the task, for the options that it sets.
  returned: always
  type: dict
  contains:
    before:
      description: Values before the task.
      type: dict
    after:
      description: Values after the task.
      type: dict
  sample:
    before: {tag: '1.4'}
    after: {tag: '1.5'}
failure:
  description: Details of the failure, for tasks that branch on it.
  returned: on failure
  type: dict
  contains:
    provider:
      description: Name of the provider, C(vast).
      type: str
    operation:
      description: The API call that failed, for example C(template.create). Empty if no single call failed.
      type: str
    status:
      description: HTTP status of the response, or null if there is none.
      type: int
    reason:
      description:
        - Error code of the provider, for example C(invalid_args), if its response contains one. If an error response
          has no code, C(http_) followed by RV(ignore:status).
        - Otherwise one of C(connection), C(redirect), C(bad_answer), C(invalid_option), C(ambiguous_name),
          C(similar_name), C(not_found), C(not_applied), C(outcome_unknown), C(not_ready), C(wait_timeout), C(locked),
          C(cancelled), C(not_the_provider), C(internal) and C(error).
        - C(bad_answer) means that the response of the provider is not valid or contradicts itself, for example if it
          has the status of a success and also contains an error. C(not_the_provider) means that something other than
          the API returned the response, for example a proxy. C(locked) means that another task on the same host was
          working on the resource. C(internal) and C(error) mean unexpected errors.
      type: str
    message:
      description: Cause of the failure, without the advice in RV(ignore:msg).
      type: str
    request_id:
      description: The provider's ID of the request, if the provider returns one.
      type: str
    retryable:
      description: Whether the same task can succeed if you run it again without changes.
      type: bool
"""

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.ansible_module import run_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.resource_module import resource_module
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.template import VastTemplate

MODULE = resource_module(VastTemplate)


def main() -> None:
    run_module(MODULE)


if __name__ == "__main__":
    main()
