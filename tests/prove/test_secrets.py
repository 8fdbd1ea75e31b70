# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in every place that can contain a secret: after a run of Ansible with -vvvv, no output contains any of them.

The canaries are in the key, in every secret option, in existing resources and in messages of the provider. The playbook
gets them through environment variables, so no file of the test contains one. The test searches a folder with everything
that the run can write. The play does not gather Ansible's fact ``ansible_env``, because it contains the environment.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import pathlib
import re
import secrets
import subprocess
import threading
import time

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import MASK
from ansible_collections.gpufleet.cloud.tests.simulator.faults import SPELLINGS
from ansible_collections.gpufleet.cloud.tests.simulator.server import Simulator
from ansible_collections.gpufleet.cloud.tests.unit.harness import Cloud
from ansible_collections.gpufleet.cloud.tests.unit.laws.conftest import World
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import (
    NOVITA_ENDPOINT,
    NOVITA_INSTANCE,
    NOVITA_REGISTRY_AUTH,
    PPIO_INSTANCE,
    RESOURCE_TYPES,
    VAST_ENV_VAR,
    VAST_TEMPLATE,
    VAST_WORKERGROUP,
)

from .test_bad_input import specification
from .test_odd_responses import everything, places, put, responses

PAUSE = 0.004
"""Seconds between two reads of the arguments of all processes."""
COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
TIMEOUT = 500
CLEANUP_TIMEOUT = 120
PROVIDERS = ("novita", "ppio", "vast")
FIRST_ENDPOINT = 4712
SECRET_KEYS = ("password", "api_key")
"""The keys of secrets that providers return without a request for them."""
SECRET_NAME = re.compile("^secret_|_auth$|_key$|_pass$|password|token|^value$")
"""The names of options for secrets."""
ODD = 'cänary "{}" \\ %2F+&=<>\''
"""A value that JSON, shells and URLs spell in different ways."""
LEFT_EMPTY = ("tmp", "local", "remote")
"""Folders that must be empty after a run."""
KEPT = ("home", "async", "facts", "retry", "junit", "tree")


class Canaries:
    """Secret values that no output may contain. Each has a description, and a core that is the same in all spellings.

    ``environment`` contains the variables that a playbook reads with ``use``.
    """

    def __init__(self):
        self._cores = {}
        self.environment = {}

    def new(self, what, form="canary-{}"):
        self._cores[what] = secrets.token_hex(12)
        self.environment[self._variable(what)] = form.format(self._cores[what])
        return self.environment[self._variable(what)]

    def use(self, what, form="canary-{}"):
        """Create a canary; return an expression for a playbook."""
        self.new(what, form)
        return _from_environment(self._variable(what))

    def value(self, what):
        return self.environment[self._variable(what)]

    def add(self, what, value):
        """Add a secret that the simulator has created."""
        self._cores[what] = value

    def spellings(self):
        """Yield each canary with each form that no output may contain."""
        for what, core in self._cores.items():
            for form in forms_of(core):
                yield what, form.encode()

    @staticmethod
    def _variable(what):
        return "CANARY_" + "".join(letter if letter.isalnum() else "_" for letter in what.upper())


def forms_of(core):
    """Return the forms of a canary that no output may contain: its halves, and its inner part in other encodings."""
    middle = len(core) // 2
    halves = [core[:middle], core[middle:]]
    encoded = [base64.b64encode(b"-" * shift + core.encode())[4:-4].decode() for shift in range(3)]
    return [*halves, *map(str.upper, halves), core.encode().hex(), *encoded]


def _from_environment(variable):
    return f"{{{{ lookup('env', '{variable}') }}}}"


def secret_options(resource_type):
    """Return the secret options of a resource type with their types. Their name or "no_log" marks them as secret."""
    found = {}
    for name, argument in specification(resource_type).items():
        assert not any(inner.get("no_log") for inner in argument.get("options", {}).values()), (
            "nested secrets are not tested"
        )
        type_ = argument.get("type", "str")
        if (
            name not in ("api_key", resource_type.identity)
            and type_ != "bool"
            and not argument.keys() & {"options", "choices"}
            and (argument.get("no_log") or SECRET_NAME.search(name))
        ):
            found[name] = type_
    return found


def private_values(shown, path=""):
    """Yield the secrets that the provider has created for a resource, from its response."""
    if isinstance(shown, list):
        shown = dict(enumerate(shown))
    for name, value in shown.items() if isinstance(shown, dict) else ():
        if name in SECRET_KEYS and value:
            yield f"{path}{name}", value
        yield from private_values(value, f"{path}{name} ")


class Stage:
    """A resource type in an account, with the resources before the play and the faults during it."""

    def __init__(self, simulator, canaries, resource_type, key):
        self.resource_type = resource_type
        self.canaries = canaries
        self.world = World(Cloud(simulator, None, key=key), resource_type)
        self.account = self.world.account
        self.account.settings.set(boot_seconds=0.2)
        self.changes_envs = resource_type.envs and resource_type.env_updates
        self.update = resource_type.env_update if self.changes_envs else resource_type.update
        self.has_message = bool(resource_type.state_wire)
        # Names of variables of an account are in upper case.
        self.markers = [f"MARKER{secrets.token_hex(12).upper()}" for _number in range(4)]
        self.own, self.earlier, self.broken, self.failed = map(self._identity, range(4))
        self.secret = self._secrets("given")
        self.desired = {**resource_type.task, **self.own, **self.secret, **self._marker(0, "template_hash")}
        if resource_type is VAST_WORKERGROUP:
            del self.desired["launch_args"]
        self.rotation = self._rotation()
        self.change = {**self.earlier, **resource_type.change, "settle_timeout": 1} if resource_type.updates else None
        self.addition = {**self.earlier, **self.secret, **({"envs_mode": "merge"} if resource_type.envs else {})}
        if resource_type.envs and not self.changes_envs:
            # Secrets of an existing resource cannot change in place.
            self.addition = self.change
        self._kept, self._replaced = self._seed()

    def _identity(self, number):
        """Return the options that select a resource. They contain a public marker, which the search must find."""
        resource_type = self.resource_type
        if resource_type is not VAST_WORKERGROUP:
            identity = resource_type.identity_with(self.markers[number])
            return {resource_type.identity: identity, **resource_type.also_named}
        self.account.store("endpoints").seed({"id": FIRST_ENDPOINT + number, "endpoint_name": self.markers[number]})
        return {"endpoint_id": FIRST_ENDPOINT + number}

    def _marker(self, number, field):
        return {field: self.markers[number]} if self.resource_type is VAST_WORKERGROUP else {}

    def _secrets(self, when):
        """Return values for every secret option."""
        options = {}
        for name, form in secret_options(self.resource_type).items():
            what = f"{self.resource_type} {name}, {when}"
            options[name] = (
                self.canaries.use(what)
                if form == "str"
                else {"TOKEN": self.canaries.use(what), "ODD": self.canaries.use(f"{what}, odd", ODD)}
            )
        return options

    def _rotation(self):
        """Return options that change the secrets or, without secrets, another value. ``None`` if nothing can change."""
        can_rotate = self.changes_envs or not self.resource_type.envs
        rotated = (self._secrets("rotated") if can_rotate else None) or self.resource_type.change
        if not rotated:
            return None
        rotation = {**self.own, **rotated}
        if self.resource_type is NOVITA_REGISTRY_AUTH:
            rotation["update_password"] = "always"
        if self.resource_type is VAST_ENV_VAR:
            rotation["update_value"] = "always"
        return rotation

    @property
    def ignored_rotation(self):
        """The rotation, if a read shows that the provider has ignored it."""
        shown = self.resource_type.updates and self.resource_type.visible_change
        return {**self.rotation, "settle_timeout": 1} if shown else None

    def wrong_secrets(self):
        """Yield secrets in forms that the module refuses."""
        for name, form in secret_options(self.resource_type).items():
            what, use = f"{self.resource_type} {name}, wrong", self.canaries.use
            if form == "str":
                yield {name: [use(f"{what} in a list")]}
                if self.resource_type is VAST_ENV_VAR:
                    yield {name: use(f"{what} with spaces", "canary {} space")}
            else:
                yield {name: use(f"{what} as text")}
                yield {name: {"TOKEN": [use(f"{what} in a list")]}}
                yield {name: {"TOKEN": use(f"{what} set twice")}, "envs": {"TOKEN": "not secret"}}

    def _seed(self):
        """Create the resources of another user.

        Return the secrets that stay in them until the play deletes them, and the secrets that the play replaces.
        """
        resource_type, canaries = self.resource_type, self.canaries
        fields = self._marker(1, "template_hash")
        kept, replaced = [], []
        if resource_type.envs:
            variables = {
                "OLD": canaries.new(f"{resource_type} variable, earlier"),
                "ODD_ONE": canaries.new(f"{resource_type} variable, earlier and odd", ODD),
            }
            fields.update(self.world.environment(**variables))
            kept += variables.values()
        if resource_type is VAST_WORKERGROUP:
            value = canaries.new(f"{resource_type} launch_args, earlier")
            fields["launch_args"] = f"--env '-e OLD={value}'"
            # A refusal quotes a part of the text, and not all of it.
            replaced.append(value)
        if resource_type is VAST_TEMPLATE:
            self.account.settings.set(template_logins="answered")
            user = canaries.new(f"{resource_type} docker_login_user, earlier")
            password = canaries.new(f"{resource_type} docker_login_pass, earlier")
            fields.update(docker_login_repo="registry.example.org", docker_login_user=user, docker_login_pass=password)
            kept.append(user)
            replaced.append(password)
        if resource_type in (NOVITA_INSTANCE, PPIO_INSTANCE):
            fields["ssh"] = {"password": canaries.new(f"{resource_type} password of SSH, earlier")}
        if resource_type is NOVITA_REGISTRY_AUTH:
            fields["password"] = canaries.new(f"{resource_type} password, earlier")
            kept.append(fields["password"])
        if resource_type is VAST_ENV_VAR:
            fields["value"] = canaries.new(f"{resource_type} value, earlier")
        self.world.seed(self.earlier[resource_type.identity], **fields)
        self.learn("earlier")
        if self.has_message:
            state = {"message": f"started with {' '.join(kept)}", "state": "failed", "status": "failed"}
            self.world.seed(
                self.failed[resource_type.identity], envs=fields["envs"], **{resource_type.state_wire: state}
            )
        return kept, replaced

    def learn(self, when):
        """Add the secrets that the simulator has created for the resources."""
        for resource in self.world.store.views():
            for what, value in private_values(resource):
                self.canaries.add(f"{self.resource_type} {resource['id']} {what}, {when}", value)

    def queue_faults(self):
        """Queue the faults in the order of the tasks. Most of them return secrets."""
        world, key = self.world, self.world.cloud.key
        world.fault("list", "redirect", location=f"https://elsewhere.invalid/?token={key}")
        world.fault("list", "garbage", body=f"<html>no such key: {key}</html>", content_type="text/html")
        world.fault("create", "echo_secrets")
        if self.has_message:
            given = self.canaries.value(f"{self.resource_type} secret_envs, given")
            world.fault("create", "failed_state", error="FAILED", message=f"cannot start with {given}")
        # If a rotation replaces the resource, the first create and the delete of the rotation must pass.
        replaces = bool(self.rotation) and not self.resource_type.updates
        if replaces:
            world.fault("create", "echo_secrets", spelling="go", skip=1)
        for operation in dict.fromkeys((self.update, self.resource_type.update) if self.resource_type.updates else ()):
            self.account.fault(world.operation(operation), "echo_secrets", spelling="go")
            if self.ignored_rotation:
                self.account.fault(world.operation(operation), "ignore", fields=[self._ignored(operation)])
        # If a rotation is the same operation, it must pass first.
        self.queue_quotation(skip=int(self.update == self.resource_type.update))
        world.fault("delete", "status", status=500, message=self._quotation(self._kept), skip=int(replaces))

    def _ignored(self, operation):
        """Return the wire field that an update ignores: one that the rotation changes, or one that the change does."""
        if operation != self.update:
            return self.resource_type.changed_wire
        if self.resource_type is VAST_WORKERGROUP:
            return "launch_args"
        return self.resource_type.env_wire if self.changes_envs else self.resource_type.changed_wire

    def queue_quotation(self, skip=0):
        if not self.resource_type.updates:
            return
        self.account.fault(
            self.world.operation(self.resource_type.update),
            "status",
            status=400,
            reason="REFUSED",
            message=self._quotation(self._kept + self._replaced),
            skip=skip,
        )

    def _quotation(self, quoted):
        return f"{' '.join(quoted)} and {self.world.cloud.key} are refused"


class ByModule:
    """Tasks with the module of one resource type."""

    def __init__(self, stage):
        self.stages = [stage]
        self.module = stage.resource_type.module

    def task(self, make, key=None):
        """Return the action with the options that ``make`` returns for a stage, and with the key, if set.

        If it returns no options, return ``None``.
        """
        options = make(self.stages[0])
        return options and (f"gpufleet.cloud.{self.module}", {**options, **({"api_key": key} if key else {})})

    def read(self, key=None):
        """Return an action that reads the resources."""
        return f"gpufleet.cloud.{self.stages[0].resource_type.info}", {"api_key": key} if key else {}


class ByFleet:
    """Tasks with ``fleet``. Each has an entry for every resource type."""

    module = "fleet"

    def __init__(self, stages, journal):
        self.stages = stages
        self._journal = str(journal)

    def task(self, make, key=None):
        entries = {stage.resource_type.module: make(stage) for stage in self.stages}
        return "gpufleet.cloud.fleet", {
            "resources": [
                {resource_type: options} for resource_type, options in entries.items() if options is not None
            ],
            "journal": self._journal,
            **({provider: {"api_key": key} for provider in PROVIDERS} if key else {}),
        }

    def read(self, key=None):
        return self.task(lambda stage: stage.own, key)


class Play:
    """The tasks of one playbook. Each registers its own variable."""

    def __init__(self):
        self._tasks = []
        self._registered = []

    def add(self, title, call, fails=False, **keywords):
        """Add a task, unless the call is ``None``, and return the name of its variable."""
        if call is None:
            return ""
        action, options = call
        name = f"result_{len(self._registered)}"
        self._registered.append(name)
        judged = {"failed_when": f"{name} is not failed"} if fails else {}
        self._tasks.append({"name": title, action: options, "register": name, **judged, **keywords})
        return name

    def wait_for(self, started):
        """Wait for a task in the background, and keep its file."""
        name = f"result_{len(self._registered)}"
        self.add(
            "Wait for the task",
            ("ansible.builtin.async_status", {"jid": f"{{{{ {started}.ansible_job_id }}}}"}),
            until=f"{name} is finished",
            retries=100,
            delay=1,
        )

    def end(self, call):
        """Print all registered variables, store them as facts, print all variables of the host, and fail."""
        action, options = call
        self._tasks += [{"name": "Show a result", "ansible.builtin.debug": {"var": name}} for name in self._registered]
        self._tasks += [
            {
                "name": "Store the results as facts",
                "ansible.builtin.set_fact": {
                    "cacheable": True,
                    **{name: f"{{{{ {name} }}}}" for name in self._registered},
                },
            },
            {"name": "Show all variables", "ansible.builtin.debug": {"var": "hostvars[inventory_hostname]"}},
            {"name": "Fail at the end", action: options},
        ]

    def text(self):
        return json.dumps(
            [
                {
                    "hosts": "localhost",
                    "connection": "local",
                    "gather_facts": True,
                    "gather_subset": ["!all", "!min", "platform", "user"],
                    "tasks": self._tasks,
                }
            ],
            indent=1,
        )


def complete_play(by, key):
    """Return a play with all actions that use secrets, successful and failing ones."""
    play = Play()
    play.add("Follow a redirect", by.read(), fails=True, check_mode=True)
    play.add("Read an invalid response", by.read(key), fails=True, check_mode=True)
    play.add("Plan a create", by.task(lambda stage: stage.desired), check_mode=True)
    play.add("Create with a refusal that quotes the secrets", by.task(lambda stage: stage.desired, key), fails=True)
    play.add(
        "Wait for a failing resource",
        by.task(lambda stage: {**stage.desired, **stage.broken} if stage.has_message else None),
        fails=True,
    )
    play.add("Create", by.task(lambda stage: stage.desired))
    play.add("Change nothing", by.task(lambda stage: stage.desired, key))
    play.add("Read", by.read(), check_mode=True)
    play.add("Plan a rotation", by.task(lambda stage: stage.rotation), check_mode=True)
    play.add("Rotate with a refusal that quotes the secrets", by.task(lambda stage: stage.rotation), fails=True)
    play.add("Rotate with an ignored value", by.task(lambda stage: stage.ignored_rotation), fails=True)
    play.add("Rotate", by.task(lambda stage: stage.rotation))
    add_refusals(play, by)
    add_tasks_on_earlier(play, by)
    play.add("Delete with an error", by.task(lambda stage: {**stage.earlier, "state": "absent"}), fails=True)
    play.add("Delete", by.task(lambda stage: {**stage.earlier, "state": "absent"}))
    play.end(by.task(lambda stage: {**stage.desired, "wait_timeout": 0}))
    return play


def add_refusals(play, by):
    """Add tasks with invalid options next to valid secrets, and tasks with invalid secrets."""
    for wrong in ({"wait_timeout": "many"}, {"no_such_option": 1}):
        task = by.task(lambda stage, wrong=wrong: {**stage.desired, **wrong})
        play.add("Use an invalid option", task, fails=True)
    wrong_key = by.stages[0].canaries.use("a key with spaces", "canary {} space")
    play.add("Use an invalid key", by.task(lambda stage: stage.own, wrong_key), fails=True)
    for wrongs in itertools.zip_longest(*(stage.wrong_secrets() for stage in by.stages)):
        wrong_of = dict(zip(by.stages, wrongs))
        task = by.task(lambda stage, wrong_of=wrong_of: wrong_of[stage] and {**stage.own, **wrong_of[stage]})
        play.add("Use an invalid secret", task, fails=True)


def add_tasks_on_earlier(play, by):
    """Add tasks that read and change the resources of another user, also in the background."""
    play.add("Read the existing resources", by.task(lambda stage: stage.earlier))
    play.add(
        "Read the failed resources", by.task(lambda stage: stage.failed if stage.has_message else None), fails=True
    )
    for _number in range(max(1 if stage.resource_type.update == stage.update else 3 for stage in by.stages)):
        play.add("Change with a refusal", by.task(lambda stage: stage.change), fails=True)
    play.add("Change", by.task(lambda stage: stage.change))
    play.add(
        "Plan a variable that is not secret, and other arguments",
        by.task(
            lambda stage: {
                **stage.earlier,
                **({"envs": {"OLD": "no secret any more"}} if stage.changes_envs else {}),
                **({"launch_args": "--disk 64"} if stage.resource_type is VAST_WORKERGROUP else {}),
            }
        ),
        check_mode=True,
    )
    play.add("Add secrets in the background", by.task(lambda stage: stage.addition), **{"async": 200, "poll": 1})
    play.wait_for(
        play.add("Change nothing in the background", by.task(lambda stage: stage.addition), **{"async": 200, "poll": 0})
    )


def short_play(by):
    """Return a play with a few of these tasks."""
    play = Play()
    play.add("Create with a refusal that quotes the secrets", by.task(lambda stage: stage.desired), fails=True)
    play.add("Create", by.task(lambda stage: stage.desired))
    play.add("Change with a refusal", by.task(lambda stage: stage.change), fails=True)
    play.wait_for(
        play.add("Add secrets in the background", by.task(lambda stage: stage.addition), **{"async": 60, "poll": 0})
    )
    play.end(by.task(lambda stage: {**stage.desired, "wait_timeout": 0}))
    return play


class ProcessWatcher:
    """Searches the arguments of all new processes for texts, until it is stopped."""

    def __init__(self, texts, module):
        self._texts = texts
        self._module = f"AnsiballZ_{module}.py".encode()
        self._old = self._processes()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.found = set()
        self.seen = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._stopped.set()
        self._thread.join()

    def _watch(self):
        while not self._stopped.is_set():
            for process in self._processes() - self._old:
                with contextlib.suppress(OSError):
                    self._search(pathlib.Path(f"/proc/{process}/cmdline").read_bytes())
            time.sleep(PAUSE)

    @staticmethod
    def _processes():
        return set(filter(str.isdigit, os.listdir("/proc")))

    def _search(self, arguments):
        self.seen += self._module in arguments
        self.found.update(what for what, text in self._texts if text in arguments)


class Run:
    """A run of a playbook. Everything that it can write is in one folder."""

    def __init__(self, folder, canaries, simulator):
        self.folder = folder
        self._canaries = canaries
        folders = {name: str(folder / name) for name in (*KEPT, *LEFT_EMPTY)}
        for path in folders.values():
            os.mkdir(path)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            **canaries.environment,
            "HOME": folders["home"],
            "TMPDIR": folders["tmp"],
            "ANSIBLE_LOCAL_TEMP": folders["local"],
            "ANSIBLE_REMOTE_TMP": folders["remote"],
            "ANSIBLE_ASYNC_DIR": folders["async"],
            "ANSIBLE_LOG_PATH": str(folder / "log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": folders["facts"],
            "ANSIBLE_RETRY_FILES_ENABLED": "true",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": folders["retry"],
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree",
            "JUNIT_OUTPUT_DIR": folders["junit"],
            "ANSIBLE_CALLBACK_TREE_DIR": folders["tree"],
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "PYTHONDONTWRITEBYTECODE": "1",
            "VAST_AUTOSCALER_URL": simulator.vast_autoscaler_url,
        }
        for provider in PROVIDERS:
            self._environment[f"{provider.upper()}_API_URL"] = f"{simulator.url}/{provider}"
            self._environment[f"{provider.upper()}_API_KEY"] = canaries.value("key")

    def play(self, play, module):
        """Run the playbook and watch the arguments of all processes; return the watcher."""
        (self.folder / "play.yml").write_text(play.text(), encoding="utf-8")
        with (
            open(self.folder / "stdout", "wb") as stdout,
            open(self.folder / "stderr", "wb") as stderr,
            ProcessWatcher(list(self._canaries.spellings()), module) as watcher,
        ):
            done = subprocess.run(
                ["ansible-playbook", "-vvvv", "--diff", str(self.folder / "play.yml")],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                timeout=TIMEOUT,
                check=False,
            )
        self._require_end(done.returncode)
        self._await_empty()
        return watcher

    def list_hosts(self, plugins):
        """Print the hosts of inventory files with a cache, first from the providers and then from the cache."""
        sources = []
        for plugin in plugins:
            path = self.folder / f"{plugin}.yml"
            cache = {"cache": True, "cache_plugin": "jsonfile", "cache_connection": str(self.folder / "facts")}
            path.write_text(json.dumps({"plugin": f"gpufleet.cloud.{plugin}", **cache}), encoding="utf-8")
            sources += ["-i", str(path)]
        environment = {**self._environment, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true"}
        for number in range(2):
            with open(self.folder / f"list-{number}", "wb") as output:
                subprocess.run(
                    ["ansible-inventory", *sources, "--list", "-vvvv"],
                    cwd=self.folder,
                    env=environment,
                    stdout=output,
                    stderr=output,
                    timeout=TIMEOUT,
                    check=True,
                )

    def _await_empty(self):
        """Wait for Ansible's wrapper of an asynchronous task: it reports its end before it removes its files."""
        until = time.monotonic() + CLEANUP_TIMEOUT
        while self.leftovers() and time.monotonic() < until:
            time.sleep(PAUSE)

    def leftovers(self):
        """Return the content of the folders that must be empty, apart from the lock file."""
        paths = [path for name in LEFT_EMPTY for path in (self.folder / name).iterdir()]
        return [path for path in paths if not _is_lock_folder(path)]

    def _require_end(self, code):
        """Check that the play reached its last task."""
        text = (self.folder / "stdout").read_text(encoding="utf-8")
        assert "TASK [Fail at the end]" in text, text[-5000:]
        assert "failed=1 " in text
        assert code == 2
        assert "Traceback" not in text

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def places_of(self, text):
        """Return the first parts of the paths of all files that contain a text, or have it in their name."""
        return {
            path.relative_to(self.folder).parts[0]
            for path in self.folder.rglob("*")
            if text in os.fsencode(path.relative_to(self.folder)) or path.is_file() and text in path.read_bytes()
        }


@pytest.fixture(name="simulator", scope="module")
def _simulator():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(name="canaries")
def _canaries():
    canaries = Canaries()
    canaries.new("key")
    return canaries


def _is_lock_folder(path):
    """Return whether a path is the folder of the lock file, with nothing but an empty lock file."""
    return path.name == f"gpufleet.cloud-{os.geteuid()}" and [
        (file.name, file.stat().st_size) for file in path.iterdir()
    ] == [("locks", 0)]


def require_no_canary(figures, run, by, watcher):
    """Search all files for canaries, after checking that the search finds texts that must be there."""
    for stage in by.stages:
        stage.learn("new")
        assert {"stdout", "log", "facts", "tree"} <= run.places_of(stage.markers[0].encode())
        assert {"stdout", "log", "facts", "async"} <= run.places_of(stage.markers[1].encode())
    assert {"retry", "junit"} <= run.places_of(b"localhost")
    assert watcher.seen, "no process of the module was seen"
    assert not watcher.found
    found = {what: places for what, text in by.stages[0].canaries.spellings() if (places := run.places_of(text))}
    assert not found
    assert not run.leftovers()
    for _path in run.files():
        figures.count("secrets", by.module, "places searched")
    for stage in by.stages:
        for request in stage.account.requests:
            require_no_canary_in_request(stage, request)
            figures.count("secrets", by.module, "places searched")


def require_no_canary_in_request(stage, request):
    """Check that no secret is in the URL or the headers. Only the key is in one header."""
    key, headers = stage.world.cloud.key, dict(request["headers"])
    assert headers.pop("authorization") == f"Bearer {key}"
    assert key not in json.dumps(request["body"])
    sent = json.dumps([request["path"], request["query"], headers])
    assert not [what for what, text in stage.canaries.spellings() if text.decode() in sent]


def key_option():
    """Return the key as an option. It is the same for all providers."""
    return _from_environment("NOVITA_API_KEY")


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_a_module_leaves_no_secret_anywhere(figures, simulator, canaries, tmp_path, resource_type):
    stage = Stage(simulator, canaries, resource_type, canaries.value("key"))
    stage.queue_faults()
    by = ByModule(stage)
    play = complete_play(by, key_option())
    run = Run(tmp_path, canaries, simulator)
    require_no_canary(figures, run, by, run.play(play, by.module))


def test_a_fleet_leaves_no_secret_anywhere(figures, simulator, canaries, tmp_path):
    stages = [Stage(simulator, canaries, resource_type, canaries.value("key")) for resource_type in RESOURCE_TYPES]
    for stage in stages:
        stage.queue_faults()
    by = ByFleet(stages, tmp_path / "journal")
    play = complete_play(by, key_option())
    run = Run(tmp_path, canaries, simulator)
    require_no_canary(figures, run, by, run.play(play, by.module))
    for stage in stages:
        if stage.resource_type.named:
            assert "journal" in run.places_of(stage.markers[0].encode())


@pytest.mark.fast
def test_an_inventory_leaves_no_secret_anywhere(figures, simulator, canaries, tmp_path):
    key = canaries.value("key")
    stages = [Stage(simulator, canaries, each, key) for each in RESOURCE_TYPES if each.noun in ("instance", "endpoint")]
    for row in simulator.account("vast", key).store("instances").views():
        for name in ("instance_api_key", "jupyter_token"):
            canaries.add(f"{name} of {row['id']}", row[name])
    run = Run(tmp_path, canaries, simulator)
    run.list_hosts([*PROVIDERS, "endpoints"])
    for stage in stages:
        assert run.places_of(stage.markers[1].encode()) == {"list-0", "list-1", "facts", "log"}
    assert not {what: places for what, text in canaries.spellings() if (places := run.places_of(text))}
    for _path in run.files():
        figures.count("secrets", "inventory", "places searched")


@pytest.mark.fast
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_no_spelling_of_a_secret_is_shown(new_world, figures, resource_type, spelling):
    world, core = new_world(resource_type), secrets.token_hex(12)
    odd = ODD.format(core)
    given = {name: {"ODD": odd} for name, form in secret_options(resource_type).items() if form != "str"}
    world.fault("create", "echo_secrets", spelling=spelling)
    refused = world.create(**given).failing("cannot handle")
    assert MASK in refused["msg"]
    leaks = [*forms_of(core), *forms_of(world.cloud.key)]
    assert not [leak for leak in leaks if leak in refused.printed]
    if given and resource_type.state_wire:
        world.create(**given).ok()
        state = {resource_type.state_wire: {"message": SPELLINGS[spelling](f"started with {odd}.")}}
        world.store.change(world.ids()[0], state)
        assert not [leak for leak in leaks if leak in world.task().printed or leak in world.info().printed]
    figures.count("secrets", str(resource_type), "spellings tested")


@pytest.mark.fast
@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_no_fact_shows_a_secret(new_world, figures, resource_type):
    """Each text in each response contains the key in another form, or an address with a token; no fact shows it."""
    world = new_world(resource_type, boot_seconds=0)
    key, token = world.cloud.key, secrets.token_hex(12)
    login = base64.b64encode(f"bot:{key}".encode()).decode()
    found = []
    for operation, valid in responses(world):
        for path in places(valid):
            for text, leak in (
                (f"Basic {login}", login[8:20]),
                (f"starts with {key[:20]}", key[:20]),
                (f"{key.encode().hex()}", key.encode().hex()[8:20]),
                (f"https://host.example:8888/lab?token={token}", token),
                (f"https://bot:{token}@host.example/", token),
            ):
                world.account.fault(
                    operation,
                    "garbage",
                    body=json.dumps(put(valid, path, text)),
                    content_type="application/json",
                    times=0,
                )
                result = world.cloud.run(resource_type.info, everything(resource_type))
                world.account.clear_faults()
                figures.count("secrets", str(resource_type), "facts searched")
                for shown in result.get(f"{resource_type.noun}s", [{"msg": result.get("msg")}]):
                    facts = {fact: shown[fact] for fact in shown if fact not in ("id", "name", "spec", "env_names")}
                    if leak in json.dumps(facts):
                        found.append(f"{operation} {'.'.join(map(str, path))}: {text}")
    assert not found


@pytest.mark.fast
def test_some_tasks_leave_no_secret_anywhere(figures, simulator, canaries, tmp_path):
    stage = Stage(simulator, canaries, NOVITA_ENDPOINT, canaries.value("key"))
    stage.world.fault("create", "echo_secrets")
    stage.queue_quotation()
    by = ByModule(stage)
    play = short_play(by)
    run = Run(tmp_path, canaries, simulator)
    require_no_canary(figures, run, by, run.play(play, by.module))
