# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Written by tests/tools/document_fleet.py ("make generated"); a change belongs into the module that it comes from.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  resources:
    description:
    - The wanted resources. Each entry is a mapping with one key, the kind, whose value
      are the options of the module of that name.
    type: list
    elements: dict
    required: true
    suboptions:
      novita_endpoint:
        description:
        - Manage serverless GPU endpoints of Novita AI, with the options of M(gpufleet.cloud.novita_endpoint).
        type: dict
        suboptions:
          app_name:
            description:
            - Application name, a part of the endpoint's URL. It can be used only once.
              The provider's default is the endpoint's id.
            - Cannot be changed in place, see C(recreate).
            type: str
          cluster_id:
            description:
            - Id of the cluster, up to 255 characters. Required with a network storage,
              and then the cluster of that storage.
            - An endpoint can be placed in several clusters, which no option names. They
              are kept by every update, unless this option asks for another place; then
              the endpoint is moved to this one alone.
            type: str
          envs:
            description:
            - Environment variables of the container, name to value, which may be shown
              in results and diffs.
            - Values are strings or whole numbers. Booleans, floats and null are refused
              with the advice to quote, because YAML has changed them before the module
              sees them (C(no), C(12.80), C(010)).
            - If C(envs) or C(secret_envs) is given, the variables wanted are exactly those
              of both together, and all others are removed; the plan names each of them.
              C(envs_mode=merge) changes that.
            - What a change does to running workers is not documented by the provider.
            type: dict
          envs_mode:
            description:
            - With V(replace) the variables given are all that the container shall have.
            - With V(merge) only the variables given are managed, and others are left alone.
            type: str
            choices:
            - replace
            - merge
            default: replace
          healthy:
            description:
            - The HTTP health check of the workers.
            type: dict
            suboptions:
              path:
                description:
                - The path that is asked for. Required to create an endpoint.
                type: str
          id:
            description:
            - The provider's id of the record. It wins over C(name), so that a task with
              both renames the record, and one with an id alone adopts a record that was
              made by hand.
            - An id that does not exist is an error unless C(state=absent); it never leads
              to a new record.
            - One of C(id) and C(name) is required.
            type: str
          image:
            description:
            - The container image.
            type: dict
            suboptions:
              auth_id:
                description:
                - Id of a stored registry credential, up to 255 characters. Not needed for
                  public images and images of the platform.
                type: str
              command:
                description:
                - Start command of the container, up to 2047 characters. An empty string
                  stands for the image's own.
                type: str
              image:
                description:
                - Address of the image, up to 511 characters. Required to create an endpoint.
                type: str
          name:
            description:
            - Name of the endpoint, 1 to 220 characters, compared exactly.
            - It must neither begin nor end with a blank.
            - With C(id), the name that the endpoint shall have.
            type: str
          policy:
            description:
            - What makes the number of workers grow. Both keys are required to create an
              endpoint.
            type: dict
            suboptions:
              type:
                description:
                - V(queue) scales on the time that requests wait in the queue, V(concurrency)
                  on the number of requests in it.
                type: str
                choices:
                - queue
                - concurrency
              value:
                description:
                - With C(policy.type=queue) seconds of waiting, with C(policy.type=concurrency)
                  a number of requests. The range is the account's.
                type: int
          ports:
            description:
            - The HTTP port, as a list of exactly one, from 1 to 65535 without 2222, 2223
              and 2224.
            - Required to create an endpoint.
            type: list
            elements: int
          products:
            description:
            - Ids of the serverless products that the workers may run on. Ids of instance
              products are others.
            - Required to create an endpoint. Cannot be changed in place, see C(recreate).
            type: list
            elements: str
          recreate:
            description:
            - Whether a record may be replaced when an option differs that the provider
              cannot change in place. Without it such a task fails before anything is written.
            - The new record is created first, from the present one with the task's options
              laid over it; the old one is deleted when the new one is there and, with C(wait=true),
              usable. For that time both are billed.
            - Needs a task without C(id), because the new record has another id.
            type: bool
            default: false
          rootfs_size:
            description:
            - Size of the root file system in GB. If omitted, 100 is sent when the endpoint
              is created, which is the only value that the provider's page knows at present.
            - Cannot be changed in place, see C(recreate).
            type: int
          secret_envs:
            description:
            - Environment variables whose values are hidden in results, diffs and logs.
              The provider itself keeps them like any other variable, and shows them in
              clear to whoever holds an API key.
            - A value must have at least 8 characters. A name must not be in C(envs) as
              well.
            - Give the values through variables (a vault, a lookup, an AWX credential).
              A literal value in a task can be printed by Ansible with the task's source
              when the task fails.
            type: dict
          settle_timeout:
            description:
            - How many seconds a write may take to show up in what the provider answers.
            - Every write is read back. A value that was ignored or limited by the provider
              fails the task after this time.
            - From 0 to 3600.
            type: int
            default: 30
          state:
            description:
            - V(present) makes the endpoint exist as described, V(absent) makes it not exist.
            - Deleting an endpoint removes its workers.
            type: str
            choices:
            - present
            - absent
            default: present
          volume_mounts:
            description:
            - Storage mounted into the workers. The list is compared whole, in any order,
              by type and path. If omitted, an empty list is sent when the endpoint is created.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - Id of the network storage. Required with, and only with, C(volume_mounts[].type=network).
                type: str
              mount_path:
                description:
                - Where it is mounted, up to 255 characters.
                type: str
                required: true
              size:
                description:
                - Size of local storage in GB. If omitted for a new mount, 30 is sent, the
                  only value that the provider's page knows at present. Only with C(volume_mounts[].type=local).
                type: int
              type:
                description:
                - V(local) for storage of the worker, V(network) for a network storage.
                type: str
                required: true
                choices:
                - local
                - network
          wait:
            description:
            - Whether to wait until the record is usable, also when nothing had to be changed.
            - Waiting ends at once when the provider reports a failure. There is no waiting
              in check mode.
            - With C(state=absent), whether to wait C(wait_timeout) rather than C(settle_timeout)
              seconds until it is gone.
            type: bool
            default: true
          wait_timeout:
            description:
            - How many seconds C(wait) lasts at most, and how long a record in transition
              is waited for before it is changed.
            - With C(wait=true) also how long a create or an update is repeated that the
              provider refuses for the time being, as Novita AI and PPIO do while a serverless
              cluster sleeps.
            - From 1 to 86400.
            type: int
            default: 600
          worker_config:
            description:
            - The workers. All keys are required to create an endpoint; after that a task
              may give any of them alone.
            - What a change does to running workers is not documented by the provider.
            type: dict
            suboptions:
              free_timeout:
                description:
                - Seconds until an idle worker is released. The range is the account's.
                type: int
              gpu_num:
                description:
                - Number of GPUs of each worker. The range is the account's.
                type: int
              max_concurrent:
                description:
                - Greatest number of requests that a worker handles at the same time. The
                  range is the account's.
                type: int
              max_num:
                description:
                - Greatest number of workers. The range is the account's.
                type: int
              min_num:
                description:
                - Least number of workers. V(0) scales to zero when idle.
                - At most C(worker_config.max_num). The range is the account's.
                type: int
              request_timeout:
                description:
                - Seconds until a request is given up. The range is the account's.
                type: int
      novita_instance:
        description:
        - Manage GPU instances of Novita AI, with the options of M(gpufleet.cloud.novita_instance).
        type: dict
        suboptions:
          auto_renew:
            description:
            - Whether a subscription renews itself. Only with monthly billing. A task that
              gives it costs one more request.
            type: bool
          auto_renew_month:
            description:
            - For how many months it renews itself, 1 to 12. Only with C(auto_renew=true).
            type: int
          billing_mode:
            description:
            - How the instance is billed. The provider's default is V(onDemand).
            - The change from V(onDemand) to V(monthly) is made in place and cannot be undone.
              All others need C(recreate).
            - The provider deletes a subscription only when it has ended. A task that would
              replace one is therefore refused, because both would be paid. When it has
              ended, delete it with C(state=absent), then create the new one.
            - Where the first generation of the provider's API leaves it out, it is read
              in the second, for one more request of a task that gives it. It is not compared
              when that does not tell it either.
            type: str
            choices:
            - onDemand
            - monthly
            - spot
          cluster_id:
            description:
            - Id of the cluster; without it the provider chooses one. Cannot be changed
              in place, see C(recreate).
            type: str
          command:
            description:
            - Start command, up to 2047 characters. A change resets the instance, see C(save_data).
            type: str
          entrypoint:
            description:
            - Entrypoint, up to 2047 characters. A change resets the instance, see C(save_data).
            type: str
          envs:
            description:
            - Environment variables of the container, name to value, which may be shown
              in results and diffs.
            - Values are strings or whole numbers. Booleans, floats and null are refused
              with the advice to quote, because YAML has changed them before the module
              sees them (C(no), C(12.80), C(010)).
            - If C(envs) or C(secret_envs) is given, the variables wanted are exactly those
              of both together, and all others are removed; the plan names each of them.
              C(envs_mode=merge) changes that.
            - What a change does to running workers is not documented by the provider.
            type: dict
          envs_mode:
            description:
            - With V(replace) the variables given are all that the container shall have.
            - With V(merge) only the variables given are managed, and others are left alone.
            type: str
            choices:
            - replace
            - merge
            default: replace
          gpu_num:
            description:
            - Number of GPUs, 1 to 8. Cannot be changed in place, see C(recreate).
            - Required to create an instance with C(kind=gpu). With C(kind=cpu) it must
              be left out.
            type: int
          id:
            description:
            - The provider's id of the record. It wins over C(name), so that a task with
              both renames the record, and one with an id alone adopts a record that was
              made by hand.
            - An id that does not exist is an error unless C(state=absent); it never leads
              to a new record.
            - One of C(id) and C(name) is required.
            type: str
          image_auth:
            description:
            - Credential for the image's registry, as C(user:password), from 8 to 10239
              characters, or empty for none.
            - The provider never answers it. It is sent when the instance is created, and
              never compared.
            type: str
          image_auth_id:
            description:
            - Id of a stored registry credential. A change resets the instance, see C(save_data).
            type: str
          image_url:
            description:
            - Address of the container image, 1 to 500 characters. Required to create an
              instance.
            - A change resets the instance, see C(save_data).
            type: str
          kind:
            description:
            - Kind of the instance. Required to create it. Cannot be changed in place, see
              C(recreate).
            - The product of an instance without GPUs decides its size, see C(gpu_num) and
              C(rootfs_size).
            type: str
            choices:
            - gpu
            - cpu
          max_hourly_price:
            description:
            - The highest price in USD for an hour, all GPUs counted, at which an instance
              is created or started. Above it, or when the provider's price list cannot
              be read, nothing is ordered. With C(billing_mode=spot) it is the price of
              a spot instance.
            - The plan then shows the price as C(hourly_price). A task that gives it costs
              one more request when it orders something.
            type: float
          min_cuda_version:
            description:
            - Least version of CUDA, such as V(12.4), in quotes, up to 255 characters.
            - The provider never answers it. It is sent when the instance is created, and
              never compared.
            type: str
          month:
            description:
            - Number of months of a subscription; more than 0 enforces C(billing_mode=monthly).
            - The provider never answers it. It acts when the instance is created, and when
              C(billing_mode) changes to V(monthly), where it is 1 if omitted. It never
              renews a subscription.
            type: int
          name:
            description:
            - Name of the instance, 1 to 255 characters, compared exactly. Cannot be changed
              in place.
            - It must neither begin nor end with a blank.
            type: str
          network_id:
            description:
            - Id of a private network. Cannot be changed in place, see C(recreate).
            type: str
          network_storages:
            description:
            - Network storages to mount, at most 30. The list is compared whole, in any
              order, by id.
            - A change resets the instance, see C(save_data). A storage that stays in the
              list is never detached.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - Id of the storage.
                type: str
                required: true
              mount_point:
                description:
                - Where it is mounted, 1 to 4095 characters. If omitted for a new storage,
                  C(/network) is sent.
                type: str
          ports:
            description:
            - Open ports such as V(8888/http) or V(22022/tcp), 1 to 65535 without 2222,
              2223 and 2224, at most 15 together with C(tools).
            - The list is compared whole, in any order. A change works in place, without
              a restart.
            type: list
            elements: str
          product_id:
            description:
            - Id of the instance product, 1 to 255 characters, for example V(4090.16c62g).
              Ids of serverless products are others, and so are those of products without
              GPUs, which go with C(kind=cpu).
            - Required to create an instance. Cannot be changed in place, see C(recreate).
            type: str
          recreate:
            description:
            - Whether a record may be replaced when an option differs that the provider
              cannot change in place. Without it such a task fails before anything is written.
            - The new record is created first, from the present one with the task's options
              laid over it; the old one is deleted when the new one is there and, with C(wait=true),
              usable. For that time both are billed.
            - Needs a task without C(id), because the new record has another id.
            type: bool
            default: false
          recreate_order:
            description:
            - With C(recreate=true), V(create_first) deletes the old instance only after
              the new one is usable.
            - V(delete_first) allows the other order when the new one is refused for lack
              of stock or quota. If the new one is then refused again, both are gone.
            type: str
            choices:
            - create_first
            - delete_first
            default: create_first
          return_credentials:
            description:
            - Whether passwords are returned, in clear, as C(instance.ssh_password) and
              C(instance.web_terminal_password).
            - Set C(no_log) on the task, or take care of the result.
            type: bool
            default: false
          rootfs_size:
            description:
            - Size of the root disk in GB, 10 to 6144.
            - Required to create an instance with C(kind=gpu). With C(kind=cpu) it must
              be left out, because the provider takes no size when it creates such an instance;
              the product decides it.
            - It can grow in place. To make it smaller the instance must be replaced, see
              C(recreate).
            - The provider is told the difference. Two tasks that order the same growth
              at the same moment order it twice; the one that finds more than it wanted
              fails.
            type: int
          save_data:
            description:
            - Whether the data on the root disk is kept when a change resets the instance.
            type: bool
            default: true
          secret_envs:
            description:
            - Environment variables whose values are hidden in results, diffs and logs.
              The provider itself keeps them like any other variable, and shows them in
              clear to whoever holds an API key.
            - A value must have at least 8 characters. A name must not be in C(envs) as
              well.
            - Give the values through variables (a vault, a lookup, an AWX credential).
              A literal value in a task can be printed by Ansible with the task's source
              when the task fails.
            type: dict
          settle_timeout:
            description:
            - How many seconds a write may take to show up in what the provider answers.
            - Every write is read back. A value that was ignored or limited by the provider
              fails the task after this time.
            - From 0 to 3600.
            type: int
            default: 30
          state:
            description:
            - V(present) makes the instance exist as described, in whatever power state.
              When the task waits, an instance that it made and one that was running must
              run in the end.
            - V(started) also makes it run, and creates it if it does not exist.
            - V(stopped) makes it stop. V(restarted) restarts it at every run, which is
              a change each time. Both fail when there is no such instance.
            - V(absent) makes it not exist. What is on its disk is lost.
            - An instance in transition is waited for before it is changed or switched.
            type: str
            choices:
            - present
            - started
            - stopped
            - restarted
            - absent
            default: present
          tools:
            description:
            - Tools of the provider's official images. Cannot be changed in place, see C(recreate).
            - The provider returns a port for Jupyter even where there is none. It counts
              as a tool when the provider says that it is on, and as a port where C(ports)
              has it and this option is left out.
            type: list
            elements: dict
            suboptions:
              name:
                description:
                - The tool.
                type: str
                required: true
                choices:
                - Jupyter
              port:
                description:
                - Its port, 1 to 65535 without 2222, 2223 and 2224.
                type: int
              type:
                description:
                - The port's type. The provider never answers it, so that it is not compared.
                type: str
                choices:
                - tcp
                - http
          wait:
            description:
            - Whether to wait until the record is usable, also when nothing had to be changed.
            - Waiting ends at once when the provider reports a failure. There is no waiting
              in check mode.
            - With C(state=absent), whether to wait C(wait_timeout) rather than C(settle_timeout)
              seconds until it is gone.
            type: bool
            default: true
          wait_for_ssh:
            description:
            - With C(wait=true), also wait until an SSH server answers, when the instance
              runs.
            type: bool
            default: false
          wait_timeout:
            description:
            - How many seconds C(wait) lasts at most, and how long a record in transition
              is waited for before it is changed.
            - With C(wait=true) also how long a create or an update is repeated that the
              provider refuses for the time being, as Novita AI and PPIO do while a serverless
              cluster sleeps.
            - From 1 to 86400.
            type: int
            default: 600
      ppio_endpoint:
        description:
        - Manage serverless GPU endpoints of PPIO, with the options of M(gpufleet.cloud.ppio_endpoint).
        type: dict
        suboptions:
          app_name:
            description:
            - Application name, up to 255 characters, a part of the endpoint's URL. It can
              be used only once.
            - Cannot be changed in place, see C(recreate).
            type: str
          command:
            description:
            - Start command of the container. An empty string stands for the image's own.
            type: str
          entrypoint:
            description:
            - Entrypoint of the container. An empty string stands for the image's own.
            type: str
          envs:
            description:
            - Environment variables of the container, name to value, which may be shown
              in results and diffs.
            - Values are strings or whole numbers. Booleans, floats and null are refused
              with the advice to quote, because YAML has changed them before the module
              sees them (C(no), C(12.80), C(010)).
            - If C(envs) or C(secret_envs) is given, the variables wanted are exactly those
              of both together, and all others are removed; the plan names each of them.
              C(envs_mode=merge) changes that.
            - What a change does to running workers is not documented by the provider.
            type: dict
          envs_mode:
            description:
            - With V(replace) the variables given are all that the container shall have.
            - With V(merge) only the variables given are managed, and others are left alone.
            type: str
            choices:
            - replace
            - merge
            default: replace
          health_check:
            description:
            - The HTTP health check of the workers.
            type: dict
            suboptions:
              path:
                description:
                - The path that is asked for.
                type: str
              port:
                description:
                - The port that is asked, 0 to 65535.
                type: int
          id:
            description:
            - The provider's id of the record. It wins over C(name), so that a task with
              both renames the record, and one with an id alone adopts a record that was
              made by hand.
            - An id that does not exist is an error unless C(state=absent); it never leads
              to a new record.
            - One of C(id) and C(name) is required.
            type: str
          image:
            description:
            - Address of the container image, 1 to 500 characters.
            - Required to create an endpoint.
            type: str
          name:
            description:
            - Name of the endpoint, 1 to 255 characters, compared exactly.
            - It must neither begin nor end with a blank.
            - With C(id), the name that the endpoint shall have.
            type: str
          policy:
            description:
            - What makes the number of workers grow.
            type: dict
            suboptions:
              type:
                description:
                - V(queue) scales on the time that requests wait in the queue, V(concurrency)
                  on the number of requests in it.
                type: str
                choices:
                - queue
                - concurrency
              value:
                description:
                - With C(policy.type=queue) seconds of waiting, with C(policy.type=concurrency)
                  a number of requests; 1 to 1000.
                type: int
          ports:
            description:
            - Ports of the container, each 1 to 65535. The list is compared whole, in any
              order.
            type: list
            elements: int
          product_id:
            description:
            - Id of the serverless product that the workers run on, 1 to 255 characters.
              Ids of instance products are others.
            - Required to create an endpoint.
            - What a change does to running workers is not documented by the provider.
            type: str
          recreate:
            description:
            - Whether a record may be replaced when an option differs that the provider
              cannot change in place. Without it such a task fails before anything is written.
            - The new record is created first, from the present one with the task's options
              laid over it; the old one is deleted when the new one is there and, with C(wait=true),
              usable. For that time both are billed.
            - Needs a task without C(id), because the new record has another id.
            type: bool
            default: false
          region_id:
            description:
            - Id of the region.
            type: str
          registry_auth_id:
            description:
            - Id of a stored registry credential, up to 255 characters.
            type: str
          secret_envs:
            description:
            - Environment variables whose values are hidden in results, diffs and logs.
              The provider itself keeps them like any other variable, and shows them in
              clear to whoever holds an API key.
            - A value must have at least 8 characters. A name must not be in C(envs) as
              well.
            - Give the values through variables (a vault, a lookup, an AWX credential).
              A literal value in a task can be printed by Ansible with the task's source
              when the task fails.
            type: dict
          settle_timeout:
            description:
            - How many seconds a write may take to show up in what the provider answers.
            - Every write is read back. A value that was ignored or limited by the provider
              fails the task after this time.
            - From 0 to 3600.
            type: int
            default: 30
          state:
            description:
            - V(present) makes the endpoint exist as described, V(absent) makes it not exist.
            - Deleting an endpoint removes its workers.
            type: str
            choices:
            - present
            - absent
            default: present
          type:
            description:
            - Whether requests are answered at once or collected later.
            - Listings do not show it, so that a task that gives it costs one more request.
            - Required to create an endpoint. Cannot be changed in place, see C(recreate).
            type: str
            choices:
            - sync
            - async
          volumes:
            description:
            - Storage mounted into the workers. The list is compared whole, in any order,
              by type and mount point.
            type: list
            elements: dict
            suboptions:
              id:
                description:
                - Id of the storage.
                type: str
              mount_point:
                description:
                - Where it is mounted, up to 4095 characters.
                type: str
                required: true
              size:
                description:
                - Size of local storage. Only with C(volumes[].type=local). Not compared
                  when the provider does not answer it.
                type: int
              type:
                description:
                - V(network) for a network storage. V(local) is deprecated by the provider
                  and leads to a warning.
                type: str
                required: true
                choices:
                - network
                - local
          wait:
            description:
            - Whether to wait until the record is usable, also when nothing had to be changed.
            - Waiting ends at once when the provider reports a failure. There is no waiting
              in check mode.
            - With C(state=absent), whether to wait C(wait_timeout) rather than C(settle_timeout)
              seconds until it is gone.
            type: bool
            default: true
          wait_timeout:
            description:
            - How many seconds C(wait) lasts at most, and how long a record in transition
              is waited for before it is changed.
            - With C(wait=true) also how long a create or an update is repeated that the
              provider refuses for the time being, as Novita AI and PPIO do while a serverless
              cluster sleeps.
            - From 1 to 86400.
            type: int
            default: 600
          worker_config:
            description:
            - The workers. A task may give any key alone.
            - What a change does to running workers is not documented by the provider.
            type: dict
            suboptions:
              gpu_num:
                description:
                - Number of GPUs of each worker, 1 to 8.
                type: int
              idle_timeout:
                description:
                - Seconds until an idle worker is released, 1 to 1000.
                type: int
              max_concurrent_per_worker:
                description:
                - Greatest number of requests that a worker handles at the same time, 1
                  to 1000.
                type: int
              max_replicas:
                description:
                - Greatest number of workers, 0 to 1000. Required to create an endpoint.
                type: int
              min_cuda_version:
                description:
                - Least version of CUDA, one of V(12.4), V(12.6), V(12.8), V(12.9) and V(13.0).
                - Write it in quotes; an unquoted C(12.8) is a number to YAML, and is refused.
                - Another word, such as V(any), is accepted only where the endpoint has
                  it already.
                type: str
              min_replicas:
                description:
                - Least number of workers, 0 to 1000, and at most C(worker_config.max_replicas).
                  V(0) scales to zero when idle.
                type: int
              request_timeout:
                description:
                - Seconds until a request is given up, 1 to 1800.
                type: int
              rootfs_size_gb:
                description:
                - Size of the root file system in GB, 10 to 100.
                type: int
      vast_endpoint:
        description:
        - Manage serverless endpoints of Vast.ai, with the options of M(gpufleet.cloud.vast_endpoint).
        type: dict
        suboptions:
          cold_mult:
            description:
            - Wanted capacity including cold workers, as a multiple of the active load;
              0 or more. Vast's default is V(2.5).
            type: float
          cold_workers:
            description:
            - Least number of workers that are kept even without load; 0 or more. Vast's
              default is V(5).
            - With C(min_load=0) they rest between requests. With V(0) and C(min_load=0)
              Vast recruits no worker before the first request.
            - Keep it below C(max_workers); a warning says so otherwise.
            type: int
          endpoint_state:
            description:
            - V(active) recruits and releases workers as needed.
            - V(suspended) leaves the workers as they are, and billed as they are.
            - V(stopped) makes all workers inactive, so that only their storage is billed.
            - A new endpoint is active. Another state is set by an update right after the
              create.
            - Vast can change the state by itself when an account runs out of credit.
            type: str
            choices:
            - active
            - suspended
            - stopped
          id:
            description:
            - The provider's id of the record. It wins over C(name), so that a task with
              both renames the record, and one with an id alone adopts a record that was
              made by hand.
            - An id that does not exist is an error unless C(state=absent); it never leads
              to a new record.
            - One of C(id) and C(name) is required.
            type: str
          inactivity_timeout:
            description:
            - Seconds without requests after which the endpoint may scale to zero. V(0)
              is no condition, a negative number is never. Like C(max_queue_time) in respect
              of null.
            type: float
          max_queue_time:
            description:
            - Seconds of queueing that a worker may expect before requests are held back.
              It can be null at Vast, and perhaps cannot be made null again once it is set.
            type: float
          max_workers:
            description:
            - Greatest number of workers, active and inactive; 0 or more. Vast's default
              is V(20).
            - V(0) is used to stop all spending.
            type: int
          min_cold_load:
            description:
            - Least capacity including cold workers, in units of performance per second;
              0 or more.
            type: float
          min_load:
            description:
            - Least active capacity, in units of performance per second; 0 or more. Vast's
              default is V(10).
            - Any number above 0 keeps at least one worker running, and billed, for ever.
            type: float
          name:
            description:
            - Name of the endpoint, compared exactly. Which characters it may have is left
              to Vast.
            - It must neither begin nor end with a blank.
            - With C(id), the name that the endpoint shall have.
            type: str
            aliases:
            - endpoint_name
          recreate:
            description:
            - Whether a record may be replaced when an option differs that the provider
              cannot change in place. Without it such a task fails before anything is written.
            - The new record is created first, from the present one with the task's options
              laid over it; the old one is deleted when the new one is there and, with C(wait=true),
              usable. For that time both are billed.
            - Needs a task without C(id), because the new record has another id.
            type: bool
            default: false
          return_api_key:
            description:
            - Whether the key with which clients call this endpoint is returned, in clear,
              as C(endpoint.api_key).
            - Set C(no_log) on the task, or take care of the result.
            type: bool
            default: false
          settle_timeout:
            description:
            - How many seconds a write may take to show up in what the provider answers.
            - Every write is read back. A value that was ignored or limited by the provider
              fails the task after this time.
            - From 0 to 3600.
            type: int
            default: 30
          state:
            description:
            - V(present) makes the endpoint exist as described, V(absent) makes it not exist.
            - Deleting an endpoint deletes its workergroups and their workers. Workers that
              Vast reports as not deleted lead to a warning that names them, because they
              go on costing money.
            type: str
            choices:
            - present
            - absent
            default: present
          target_queue_time:
            description:
            - Seconds of queueing above which the number of workers grows fast. Like C(max_queue_time)
              in respect of null.
            type: float
          target_util:
            description:
            - Wanted utilisation as a fraction, greater than 0 and at most 1. Vast's default
              is V(0.9).
            type: float
          wait:
            description:
            - Whether to wait until the record is usable, also when nothing had to be changed.
            - Waiting ends at once when the provider reports a failure. There is no waiting
              in check mode.
            - With C(state=absent), whether to wait C(wait_timeout) rather than C(settle_timeout)
              seconds until it is gone.
            type: bool
            default: true
          wait_for:
            description:
            - V(ready) accepts workers at rest, V(active) only workers that serve now. V(active)
              without C(wait_for_workers) waits for one worker.
            type: str
            choices:
            - ready
            - active
            default: ready
          wait_for_workers:
            description:
            - With C(wait=true), also wait until so many workers are ready; from 0 to C(max_workers).
              By default no worker is waited for.
            - A worker that serves is ready, and so is one at rest that has loaded its model
              once. Vast replaces a worker that does not come up, and reboots one in an
              error, so one bad worker does not end the wait.
            - The wait ends early when three workers were replaced and none is ready, and
              when the endpoint is not active. A state that the task itself asks for with
              C(endpoint_state) is not waited for.
            - At the time limit the message names the workers, their states, what they point
              to, and the end of the endpoint's log.
            - Refused when the task sets C(cold_workers=0) and C(min_load=0), because the
              wait would not end before the first request.
            type: int
          wait_timeout:
            description:
            - How many seconds C(wait) lasts at most, and how long a record in transition
              is waited for before it is changed.
            - With C(wait=true) also how long a create or an update is repeated that the
              provider refuses for the time being, as Novita AI and PPIO do while a serverless
              cluster sleeps.
            - From 1 to 86400.
            type: int
            default: 600
      vast_workergroup:
        description:
        - Manage workergroups of Vast.ai, with the options of M(gpufleet.cloud.vast_workergroup).
        type: dict
        suboptions:
          endpoint:
            description:
            - Name of the endpoint that it works for, compared exactly. It must exist, and
              no other may have the name.
            - In check mode an endpoint that does not exist is only warned about, because
              an earlier task may create it.
            - It costs one more request than C(endpoint_id), for the list of endpoints.
            type: str
            aliases:
            - endpoint_name
          endpoint_id:
            description:
            - Id of the endpoint that it works for; 1 or more.
            type: int
          gpu_ram:
            description:
            - Estimated memory of the model on the GPU in GB, with which Vast plans the
              bandwidth; 0 or more. Vast's default is V(24).
            - It does not select machines; a condition on C(gpu_ram) in C(search_params)
              does.
            type: float
          id:
            description:
            - Vast's id of the workergroup. It decides which one is meant, whatever else
              the task gives. With another C(endpoint) the workergroup moves to that endpoint.
            - An id that does not exist is an error unless C(state=absent); it never leads
              to a new workergroup.
            - One of C(id), C(endpoint) and C(endpoint_id) is required.
            type: str
          launch_args:
            description:
            - More arguments for creating the workers, as for the command C(create instance)
              of the vendor's client, for example V(--disk 64).
            - Vast answers this text in clear. It is shown only by a task that gives exactly
              this text, because it can hold values of environment variables. Better leave
              secrets to the template.
            type: str
          match:
            description:
            - With V(endpoint) the one workergroup of the endpoint is meant, and a task
              with another template changes it.
            - With V(template) the workergroup with the endpoint and the template is meant,
              and a task with another template creates one more. One of C(template_hash)
              and C(template_id) is required.
            type: str
            choices:
            - endpoint
            - template
            default: endpoint
          recreate:
            description:
            - Whether a record may be replaced when an option differs that the provider
              cannot change in place. Without it such a task fails before anything is written.
            - The new record is created first, from the present one with the task's options
              laid over it; the old one is deleted when the new one is there and, with C(wait=true),
              usable. For that time both are billed.
            - Needs a task without C(id), because the new record has another id.
            type: bool
            default: false
          search_params:
            description:
            - Which machines qualify, as conditions on their properties. Properties that
              the task does not name keep the conditions that they have.
            - As text it is the query language of the vendor's command line client, for
              example V(gpu_name=RTX_4090 num_gpus>=2). An underscore in a value is a blank,
              C(gpu_ram), C(cpu_ram) and C(gpu_total_ram) are in GB, C(duration) in days;
              C(property=any) takes a condition away. Text that is no list of conditions
              is refused, and so is more than 1000 GB of C(gpu_ram) or C(gpu_total_ram),
              which is meant in MB.
            - 'As a mapping it is the API''s own form, for example V({num_gpus: {gte: 2}}),
              with the operators C(eq), C(neq), C(gt), C(gte), C(lt), C(lte), C(in) and
              C(notin), and memory in MB and durations in seconds. An empty mapping as condition
              takes it away.'
            - Nothing is added to either, while the vendor's client adds C(verified=true
              rentable=true rented=false). Without these conditions machines may be rented
              that nobody has verified, and without one such as C(dph_total<=0.6) at any
              price.
            - Vast accepts a new workergroup only with text, so what text cannot carry is
              refused before the first request, whichever form the task uses. These are
              texts with a comma, bracket, quote, underscore or control character, with
              whitespace at their ends, that begin with one of C(=<>!), are empty, or are
              a word of the language such as V(any) or V('true'); empty lists; booleans
              and null in a list; anything but one number for a memory or C(duration), and
              anything but a whole number or V(535.129.3) for C(driver_version). A task
              with the C(id) of a workergroup may set them all the same.
            - What a change does to running workers is not documented. Workers on machines
              that no longer fit may be replaced.
            type: raw
          settle_timeout:
            description:
            - How many seconds a write may take to show up in what the provider answers.
            - Every write is read back. A value that was ignored or limited by the provider
              fails the task after this time.
            - From 0 to 3600.
            type: int
            default: 30
          state:
            description:
            - V(present) makes the workergroup exist as described, V(absent) makes it not
              exist.
            - Workers that Vast reports as not deleted with it lead to a warning that names
              them, because they go on costing money.
            type: str
            choices:
            - present
            - absent
            default: present
          template_hash:
            description:
            - Hash of the template that says what runs. Editing a template at Vast gives
              it a new hash, and a workergroup keeps the old one until it is pointed at
              the new one.
            - Vast's guide says that pointing it at the new one replaces the workers one
              after the other. Other texts of Vast's say that running workers keep the old
              template until they are told; that is what C(update_workers) does.
            - A new workergroup needs this or C(template_id).
            type: str
          template_id:
            description:
            - Id of the template that says what runs, instead of C(template_hash); 1 or
              more. A new workergroup needs one of the two.
            type: int
          update_workers:
            description:
            - Whether Vast is asked to replace running workers one after the other (a rolling
              update), so that they become what the workergroup says now. While that goes
              on, workers load anew and cost money.
            - With V(never) Vast is not asked. Its own texts differ on whether running workers
              then keep the old template.
            - With V(on_change) it is asked once, right after this task has changed C(template_hash),
              C(template_id), C(search_params) or C(launch_args) and has read the change
              back. A second run changes nothing and asks for nothing. If that request itself
              fails, the workergroup is changed already, and V(always) sends the request
              again.
            - With V(always) it is asked in every run, after a change if there is one, and
              the task is always C(changed).
            - V(cancel) stops an update of workers that is under way; those that were replaced
              stay as they are. It is sent in every run, and the task is always C(changed),
              because Vast does not show whether there is one.
            - A workergroup that this task creates has no workers yet, so nothing is sent
              for it.
            - The request goes to C(autoscaler_url).
            type: str
            choices:
            - never
            - on_change
            - always
            - cancel
            default: never
          wait:
            description:
            - Whether to wait until the record is usable, also when nothing had to be changed.
            - Waiting ends at once when the provider reports a failure. There is no waiting
              in check mode.
            - With C(state=absent), whether to wait C(wait_timeout) rather than C(settle_timeout)
              seconds until it is gone.
            type: bool
            default: true
          wait_timeout:
            description:
            - How many seconds C(wait) lasts at most, and how long a record in transition
              is waited for before it is changed.
            - With C(wait=true) also how long a create or an update is repeated that the
              provider refuses for the time being, as Novita AI and PPIO do while a serverless
              cluster sleeps.
            - From 1 to 86400.
            type: int
            default: 600
  novita:
    description:
    - How Novita AI is reached, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the Novita AI account, of at least 8 characters.
        - Falls back to the environment variable E(NOVITA_API_KEY) of the place where the
          module runs.
        type: str
      api_retries:
        description:
        - How often a request is repeated that may be repeated.
        - Reads, updates and deletes are repeated after a broken connection and after HTTP
          429, 502, 503 and 504. A create is repeated only when it surely did not happen,
          that is after HTTP 429 or when no connection could be made.
        - Something counts as absent only by a listing that agrees with itself; one that
          does not, as when records come and go meanwhile, is read again as often.
        - The pauses grow from 1 to 16 seconds; a longer one that the provider asks for
          is kept, up to 120 seconds.
        - From 0 to 20.
        type: int
        default: 5
      api_timeout:
        description:
        - How many seconds one request may take, from the name look-up to the last byte
          of the answer.
        - From 1 to 3600.
        type: int
        default: 30
      api_url:
        description:
        - Base address of the API.
        - Falls back to the environment variable E(NOVITA_API_URL) of the place where the
          module runs.
        type: str
        default: https://api.novita.ai
      validate_certs:
        description:
        - Whether the server's certificate is verified.
        - The environment variable E(REQUESTS_CA_BUNDLE) names other authorities to trust.
        type: bool
        default: true
  ppio:
    description:
    - How PPIO is reached, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the PPIO account, of at least 8 characters.
        - Falls back to the environment variable E(PPIO_API_KEY) of the place where the
          module runs.
        type: str
      api_retries:
        description:
        - How often a request is repeated that may be repeated.
        - Reads, updates and deletes are repeated after a broken connection and after HTTP
          429, 502, 503 and 504. A create is repeated only when it surely did not happen,
          that is after HTTP 429 or when no connection could be made.
        - Something counts as absent only by a listing that agrees with itself; one that
          does not, as when records come and go meanwhile, is read again as often.
        - The pauses grow from 1 to 16 seconds; a longer one that the provider asks for
          is kept, up to 120 seconds.
        - From 0 to 20.
        type: int
        default: 5
      api_timeout:
        description:
        - How many seconds one request may take, from the name look-up to the last byte
          of the answer.
        - From 1 to 3600.
        type: int
        default: 30
      api_url:
        description:
        - Base address of the API.
        - Falls back to the environment variable E(PPIO_API_URL) of the place where the
          module runs.
        type: str
        default: https://api.ppio.com
      validate_certs:
        description:
        - Whether the server's certificate is verified.
        - The environment variable E(REQUESTS_CA_BUNDLE) names other authorities to trust.
        type: bool
        default: true
  vast:
    description:
    - How Vast.ai is reached, for all its resources in the task.
    type: dict
    suboptions:
      api_key:
        description:
        - API key of the Vast.ai account, of at least 8 characters.
        - Falls back to the environment variable E(VAST_API_KEY) of the place where the
          module runs.
        type: str
      api_retries:
        description:
        - How often a request is repeated that may be repeated.
        - Reads, updates and deletes are repeated after a broken connection and after HTTP
          429, 502, 503 and 504. A create is repeated only when it surely did not happen,
          that is after HTTP 429 or when no connection could be made.
        - Something counts as absent only by a listing that agrees with itself; one that
          does not, as when records come and go meanwhile, is read again as often.
        - The pauses grow from 1 to 16 seconds; a longer one that the provider asks for
          is kept, up to 120 seconds.
        - From 0 to 20.
        type: int
        default: 5
      api_timeout:
        description:
        - How many seconds one request may take, from the name look-up to the last byte
          of the answer.
        - From 1 to 3600.
        type: int
        default: 30
      api_url:
        description:
        - Base address of the control plane.
        - Falls back to the environment variable E(VAST_API_URL) of the place where the
          module runs.
        type: str
        default: https://console.vast.ai
      autoscaler_url:
        description:
        - Base address of the autoscaler, which knows the workers.
        - Falls back to the environment variable E(VAST_AUTOSCALER_URL) of the place where
          the module runs.
        - The default is V(https://run.vast.ai) where C(api_url) has its default, and the
          address in C(api_url) otherwise, so that no request leaves the place that C(api_url)
          names.
        type: str
      validate_certs:
        description:
        - Whether the server's certificate is verified.
        - The environment variable E(REQUESTS_CA_BUNDLE) names other authorities to trust.
        type: bool
        default: true
"""
