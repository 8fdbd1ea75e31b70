# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Canaries in every place that can hold a secret, through Ansible itself at -vvvv: none is found anywhere afterwards.

They are in the key, in every secret option, in what earlier tasks left in records and in what the provider says of
them. They reach the playbook through the environment, so that no file of the test holds one. All that a run can leave
behind is under one folder, which is searched. Ansible's own fact ``ansible_env`` would be that environment, so the play
does not gather it.
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
    RESOURCE_TYPES,
    VAST_WORKERGROUP,
)

from .test_bad_input import specification

PAUSE = 0.004
"""Seconds between two looks at the arguments of all processes."""
COLLECTIONS = pathlib.Path(__file__).resolve().parents[5]
TIMEOUT = 500
LONGEST_REMOVAL = 120
PROVIDERS = ("novita", "ppio", "vast")
FIRST_ENDPOINT = 4712
STATE = {"novita_endpoint": "state", "ppio_endpoint": "status", "novita_instance": "statusError"}
"""Where a provider says in words what became of a record."""
SECRET_KEYS = ("password", "api_key")
"""What providers call the secrets that they put in answers of their own accord."""
SECRET_NAME = re.compile("^secret_|_auth$|_key$|password|token")
"""What options for secrets are called."""
ODD = 'cänary "{}" \\ %2F+&=<>\''
"""A form in which JSON, shells and addresses each spell a value in their own way."""
LEFT_EMPTY = ("tmp", "local", "remote")
"""Folders in which nothing must be left at all."""
KEPT = ("home", "async", "facts", "retry", "junit", "tree")


class Canaries:
    """Values that must be found nowhere, each known by what it stands for and by a core that no spelling changes.

    ``environment`` brings them to a playbook, which asks for them with ``use``.
    """

    def __init__(self):
        self._cores = {}
        self.environment = {}

    def new(self, what, form="canary-{}"):
        self._cores[what] = secrets.token_hex(12)
        self.environment[self._variable(what)] = form.format(self._cores[what])
        return self.environment[self._variable(what)]

    def use(self, what, form="canary-{}"):
        """A new canary, as an expression that a playbook can hold."""
        self.new(what, form)
        return _from_environment(self._variable(what))

    def value(self, what):
        return self.environment[self._variable(what)]

    def learn(self, what, value):
        """Take in a secret that the simulator has made up by itself."""
        self._cores[what] = value

    def spellings(self):
        """Each canary as texts and files can spell it: as it is, and the inner part of it in base 64."""
        for what, core in self._cores.items():
            yield what, core.encode()
            for shift in range(3):
                yield f"{what} in base 64", base64.b64encode(b"-" * shift + core.encode())[4:-4]

    @staticmethod
    def _variable(what):
        return "CANARY_" + "".join(letter if letter.isalnum() else "_" for letter in what.upper())


def _from_environment(variable):
    return f"{{{{ lookup('env', '{variable}') }}}}"


def secret_options(resource_type):
    """The types of a kind's options whose values Ansible must not show, by what it is told or by their names."""
    found = {}
    for name, argument in specification(resource_type).items():
        assert not any(inner.get("no_log") for inner in argument.get("options", {}).values()), "this one is not tried"
        type_ = argument.get("type", "str")
        if name != "api_key" and type_ != "bool" and (argument.get("no_log") or SECRET_NAME.search(name)):
            found[name] = type_
    return found


def private_values(shown, path=""):
    """The secrets that a record holds by itself, as the provider shows them."""
    if isinstance(shown, list):
        shown = dict(enumerate(shown))
    for name, value in shown.items() if isinstance(shown, dict) else ():
        if name in SECRET_KEYS and value:
            yield f"{path}{name}", value
        yield from private_values(value, f"{path}{name} ")


class Stage:
    """One kind in an account: what is there before the play, and what goes wrong in it."""

    def __init__(self, simulator, canaries, resource_type, key):
        self.resource_type = resource_type
        self.canaries = canaries
        self.world = World(Cloud(simulator, None, key=key), resource_type)
        self.account = self.world.account
        self.account.settings.set(boot_seconds=0.2)
        self.update = resource_type.env_update if resource_type.envs else resource_type.update
        self.markers = [f"marker{secrets.token_hex(12)}" for _number in range(4)]
        self.own, self.earlier, self.broken, self.failed = map(self._identity, range(4))
        self.secret = self._secrets("given")
        self.wanted = {**resource_type.task, **self.own, **self.secret, **self._told_apart(0, "template_hash")}
        self.rotation = {**self.own, **(self._secrets("rotated") or resource_type.change)}
        self.change = {**self.earlier, **resource_type.change, "settle_timeout": 1}
        self.addition = {**self.earlier, **self.secret, **({"envs_mode": "merge"} if resource_type.envs else {})}
        self._quoted = self._seed()

    def _identity(self, number):
        """The options that say which record is meant. What tells it apart is no secret, and must be found."""
        if self.resource_type is not VAST_WORKERGROUP:
            return {"name": self.markers[number]}
        self.account.store("endpoints").seed({"id": FIRST_ENDPOINT + number, "endpoint_name": self.markers[number]})
        return {"endpoint_id": FIRST_ENDPOINT + number}

    def _told_apart(self, number, field):
        return {field: self.markers[number]} if self.resource_type is VAST_WORKERGROUP else {}

    def _secrets(self, when):
        """Values for every secret option."""
        options = {}
        for name, form in secret_options(self.resource_type).items():
            what = f"{self.resource_type} {name}, {when}"
            options[name] = (
                self.canaries.use(what)
                if form == "str"
                else {"TOKEN": self.canaries.use(what), "ODD": self.canaries.use(f"{what}, odd", ODD)}
            )
        return options

    def wrong_secrets(self):
        """Secrets in forms that are refused."""
        for name, form in secret_options(self.resource_type).items():
            what, use = f"{self.resource_type} {name}, wrong", self.canaries.use
            if form == "str":
                yield {name: [use(f"{what} in a list")]}
            else:
                yield {name: use(f"{what} as text")}
                yield {name: {"TOKEN": [use(f"{what} in a list")]}}
                yield {name: {"TOKEN": use(f"{what} given twice")}, "envs": {"TOKEN": "in the open"}}

    def _seed(self):
        """Put a record there that somebody else has made, and return the secrets that he gave it."""
        resource_type, canaries = self.resource_type, self.canaries
        fields = self._told_apart(1, "template_hash")
        if resource_type.envs:
            fields["envs"] = [
                {"key": "OLD", "value": canaries.new(f"{resource_type} variable, earlier")},
                {"key": "ODD_ONE", "value": canaries.new(f"{resource_type} variable, earlier and odd", ODD)},
            ]
        if resource_type is VAST_WORKERGROUP:
            fields["launch_args"] = f"--env '-e OLD={canaries.new(f'{resource_type} launch_args, earlier')}'"
        if resource_type is NOVITA_INSTANCE:
            fields["ssh"] = {"password": canaries.new(f"{resource_type} password of SSH, earlier")}
        self.world.seed(self.earlier[resource_type.identity], **fields)
        self.learn("earlier")
        told = [entry["value"] for entry in fields.get("envs", ())]
        if resource_type.boots:
            state = {"message": f"started with {' '.join(told)}", "state": "failed", "status": "failed"}
            self.world.seed(
                self.failed[resource_type.identity], envs=fields["envs"], **{STATE[resource_type.module]: state}
            )
        # A refusal names what is wrong with a text, and not all of it.
        return told + [
            canaries.value(what)
            for what in [f"{resource_type} launch_args, earlier"]
            if resource_type is VAST_WORKERGROUP
        ]

    def learn(self, when):
        """Take in the secrets that the simulator has put in the records."""
        for record in self.world.store.views():
            for what, value in private_values(record):
                self.canaries.learn(f"{self.resource_type} {record['id']} {what}, {when}", value)

    def queue_faults(self):
        """What goes wrong, in the order of the tasks; most of it tells secrets."""
        world, key = self.world, self.world.cloud.key
        world.fault("list", "redirect", location=f"https://elsewhere.invalid/?token={key}")
        world.fault("list", "garbage", body=f"<html>no such key: {key}</html>", content_type="text/html")
        world.fault("create", "echo_secrets")
        if self.resource_type.boots:
            given = self.canaries.value(f"{self.resource_type} secret_envs, given")
            world.fault("create", "failed_state", error="FAILED", message=f"cannot start with {given}")
        for operation in dict.fromkeys((self.update, self.resource_type.update)):
            ignored = (
                "envs" if operation == self.update and self.resource_type.envs else self.resource_type.changed_wire
            )
            self.account.fault(world.operation(operation), "echo_secrets", spelling="go")
            self.account.fault(world.operation(operation), "ignore", fields=[ignored])
        # Where a rotation is the same operation, one passes first.
        self.queue_quotation(skip=int(self.update == self.resource_type.update))
        world.fault("delete", "status", status=500, message=self._quotation())

    def queue_quotation(self, skip=0):
        self.account.fault(
            self.world.operation(self.resource_type.update),
            "status",
            status=400,
            reason="REFUSED",
            message=self._quotation(),
            skip=skip,
        )

    def _quotation(self):
        return f"{' '.join(self._quoted)} and {self.world.cloud.key} are refused"


class ByModule:
    """Tasks of the module of one kind."""

    def __init__(self, stage):
        self.stages = [stage]
        self.module = stage.resource_type.module

    def task(self, make, key=None):
        """The action that does what ``make`` makes of a stage, and the key as an option if that is wanted."""
        return f"gpufleet.cloud.{self.module}", {**make(self.stages[0]), **({"api_key": key} if key else {})}

    def look(self, key=None):
        """An action that reads what there is."""
        return f"gpufleet.cloud.{self.stages[0].resource_type.info}", {"api_key": key} if key else {}


class ByFleet:
    """Tasks of ``fleet``, each with an entry for every kind."""

    module = "fleet"

    def __init__(self, stages, journal):
        self.stages = stages
        self._journal = str(journal)

    def task(self, make, key=None):
        made = {stage.resource_type.module: make(stage) for stage in self.stages}
        return "gpufleet.cloud.fleet", {
            "resources": [{resource_type: options} for resource_type, options in made.items() if options is not None],
            "journal": self._journal,
            **({provider: {"api_key": key} for provider in PROVIDERS} if key else {}),
        }

    def look(self, key=None):
        return self.task(lambda stage: stage.own, key)


class Play:
    """The tasks of one playbook, each registered under a name of its own."""

    def __init__(self):
        self._tasks = []
        self._seen = []

    def add(self, title, call, fails=False, **keywords):
        action, options = call
        name = f"seen_{len(self._seen)}"
        self._seen.append(name)
        judged = {"failed_when": f"{name} is not failed"} if fails else {}
        self._tasks.append({"name": title, action: options, "register": name, **judged, **keywords})
        return name

    def see_end(self, begun):
        """Wait for a task in the background, and leave its file there."""
        name = f"seen_{len(self._seen)}"
        self.add(
            "See it end",
            ("ansible.builtin.async_status", {"jid": f"{{{{ {begun}.ansible_job_id }}}}"}),
            until=f"{name} is finished",
            retries=100,
            delay=1,
        )

    def end(self, call):
        """Print all that was registered, keep it as facts, print all that is known of the host, and fail."""
        action, options = call
        self._tasks += [{"name": "Show a result", "ansible.builtin.debug": {"var": name}} for name in self._seen]
        self._tasks += [
            {
                "name": "Keep results",
                "ansible.builtin.set_fact": {"cacheable": True, **{name: f"{{{{ {name} }}}}" for name in self._seen}},
            },
            {"name": "Show all", "ansible.builtin.debug": {"var": "hostvars[inventory_hostname]"}},
            {"name": "Fail in the end", action: options},
        ]

    def text(self):
        return json.dumps(
            [
                {
                    "hosts": "localhost",
                    "connection": "local",
                    "gather_facts": True,
                    "gather_subset": ["!all", "!min", "platform", "user"],
                    "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
                    "tasks": self._tasks,
                }
            ],
            indent=1,
        )


def complete_play(by, key):
    """Everything that is done with secrets, well and badly."""
    play = Play()
    play.add("Be sent elsewhere", by.look(), fails=True, check_mode=True)
    play.add("Be answered with nonsense", by.look(key), fails=True, check_mode=True)
    play.add("Plan a create", by.task(lambda stage: stage.wanted), check_mode=True)
    play.add("Be refused with an echo", by.task(lambda stage: stage.wanted, key), fails=True)
    if by.stages[0].resource_type.boots:
        play.add(
            "Wait in vain",
            by.task(lambda stage: {**stage.wanted, **stage.broken} if stage.resource_type.boots else None),
            fails=True,
        )
    play.add("Create", by.task(lambda stage: stage.wanted))
    play.add("Do nothing", by.task(lambda stage: stage.wanted, key))
    play.add("Read", by.look(), check_mode=True)
    play.add("Plan a rotation", by.task(lambda stage: stage.rotation), check_mode=True)
    play.add("Be refused a rotation with an echo", by.task(lambda stage: stage.rotation), fails=True)
    play.add("Be ignored", by.task(lambda stage: {**stage.rotation, "settle_timeout": 1}), fails=True)
    play.add("Rotate", by.task(lambda stage: stage.rotation))
    add_refusals(play, by)
    add_tasks_on_earlier(play, by)
    play.add("Fail to delete", by.task(lambda stage: {**stage.earlier, "state": "absent"}), fails=True)
    play.add("Delete", by.task(lambda stage: {**stage.earlier, "state": "absent"}))
    play.end(by.task(lambda stage: {**stage.wanted, "wait_timeout": 0}))
    return play


def add_refusals(play, by):
    """What is wrong beside secrets, and secrets that are wrong themselves."""
    for wrong in ({"wait_timeout": "many"}, {"no_such_option": 1}):
        task = by.task(lambda stage, wrong=wrong: {**stage.wanted, **wrong})
        play.add("Be refused for a wrong option", task, fails=True)
    wrong_key = by.stages[0].canaries.use("a key with blanks", "canary {} blank")
    play.add("Be refused for a wrong key", by.task(lambda stage: stage.own, wrong_key), fails=True)
    for wrongs in itertools.zip_longest(*(stage.wrong_secrets() for stage in by.stages)):
        wrong_of = dict(zip(by.stages, wrongs))
        task = by.task(lambda stage, wrong_of=wrong_of: wrong_of[stage] and {**stage.own, **wrong_of[stage]})
        play.add("Be refused for a wrong secret", task, fails=True)


def add_tasks_on_earlier(play, by):
    """The records of somebody else are read and changed in part, in the background, too."""
    play.add("Look at the earlier ones", by.task(lambda stage: stage.earlier))
    if by.stages[0].resource_type.boots:
        play.add(
            "Look at the failed ones",
            by.task(lambda stage: stage.failed if stage.resource_type.boots else None),
            fails=True,
        )
    for _number in range(max(1 if stage.resource_type.update == stage.update else 3 for stage in by.stages)):
        play.add("Be refused a change", by.task(lambda stage: stage.change), fails=True)
    play.add("Change", by.task(lambda stage: stage.change))
    play.add(
        "Plan to show a secret, and other arguments",
        by.task(
            lambda stage: {
                **stage.earlier,
                **({"envs": {"OLD": "no secret any more"}} if stage.resource_type.envs else {}),
                **({"launch_args": "--disk 64"} if stage.resource_type is VAST_WORKERGROUP else {}),
            }
        ),
        check_mode=True,
    )
    play.add("Add secrets in the background", by.task(lambda stage: stage.addition), **{"async": 200, "poll": 1})
    play.see_end(
        play.add("Do nothing in the background", by.task(lambda stage: stage.addition), **{"async": 200, "poll": 0})
    )


def short_play(by):
    """A few of these tasks."""
    play = Play()
    play.add("Be refused with an echo", by.task(lambda stage: stage.wanted), fails=True)
    play.add("Create", by.task(lambda stage: stage.wanted))
    play.add("Be refused a change", by.task(lambda stage: stage.change), fails=True)
    play.see_end(play.add("Look in the background", by.task(lambda stage: stage.addition), **{"async": 60, "poll": 0}))
    play.end(by.task(lambda stage: {**stage.wanted, "wait_timeout": 0}))
    return play


class Watchman:
    """Looks at the arguments of all new processes, again and again, and remembers what it is looking for."""

    def __init__(self, wanted, module):
        self._wanted = wanted
        self._module = f"AnsiballZ_{module}.py".encode()
        self._old = self._processes()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.found = set()
        self.seen = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._over.set()
        self._thread.join()

    def _watch(self):
        while not self._over.is_set():
            for process in self._processes() - self._old:
                with contextlib.suppress(OSError):
                    self._look(pathlib.Path(f"/proc/{process}/cmdline").read_bytes())
            time.sleep(PAUSE)

    @staticmethod
    def _processes():
        return set(filter(str.isdigit, os.listdir("/proc")))

    def _look(self, arguments):
        self.seen += self._module in arguments
        self.found.update(what for what, text in self._wanted if text in arguments)


class Run:
    """A playbook in a folder of its own that gets all that it can leave behind."""

    def __init__(self, folder, canaries, simulator):
        self.folder = folder
        self._canaries = canaries
        place = {name: str(folder / name) for name in (*KEPT, *LEFT_EMPTY)}
        for path in place.values():
            os.mkdir(path)
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            **canaries.environment,
            "HOME": place["home"],
            "TMPDIR": place["tmp"],
            "ANSIBLE_LOCAL_TEMP": place["local"],
            "ANSIBLE_REMOTE_TMP": place["remote"],
            "ANSIBLE_ASYNC_DIR": place["async"],
            "ANSIBLE_LOG_PATH": str(folder / "log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": place["facts"],
            "ANSIBLE_RETRY_FILES_ENABLED": "true",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": place["retry"],
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree",
            "JUNIT_OUTPUT_DIR": place["junit"],
            "ANSIBLE_CALLBACK_TREE_DIR": place["tree"],
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
        """Run the playbook, looking at the arguments of all processes; returns what the look has found."""
        (self.folder / "play.yml").write_text(play.text(), encoding="utf-8")
        with (
            open(self.folder / "stdout", "wb") as stdout,
            open(self.folder / "stderr", "wb") as stderr,
            Watchman(list(self._canaries.spellings()), module) as watchman,
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
        self._demand_end(done.returncode)
        self._await_empty()
        return watchman

    def _await_empty(self):
        """Ansible's wrapper of an asynchronous task tells of its end before it has removed its files."""
        until = time.monotonic() + LONGEST_REMOVAL
        while self.left() and time.monotonic() < until:
            time.sleep(PAUSE)

    def left(self):
        """What is in folders in which nothing must be left."""
        return [path for name in LEFT_EMPTY for path in (self.folder / name).iterdir()]

    def _demand_end(self, code):
        """That the play went on to the task that ends it."""
        text = (self.folder / "stdout").read_text(encoding="utf-8")
        assert "TASK [Fail in the end]" in text, text[-5000:]
        assert "failed=1 " in text
        assert code == 2
        assert "Traceback" not in text

    def files(self):
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def places_of(self, text):
        """Where a text is found, in a file or in the name of one: the first part of the paths."""
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


def demand_no_canary(figures, run, by, watchman):
    """Search everything that was left, after seeing that the search finds what is there to be found."""
    for stage in by.stages:
        stage.learn("new")
        assert {"stdout", "log", "facts", "tree"} <= run.places_of(stage.markers[0].encode())
        assert {"stdout", "log", "facts", "async"} <= run.places_of(stage.markers[1].encode())
    assert {"retry", "junit"} <= run.places_of(b"localhost")
    assert watchman.seen, "no process of the module was seen"
    assert not watchman.found
    found = {what: places for what, text in by.stages[0].canaries.spellings() if (places := run.places_of(text))}
    assert not found
    assert not run.left()
    for _path in run.files():
        figures.count("secrets", by.module, "places searched")
    for stage in by.stages:
        for request in stage.account.requests:
            demand_no_canary_in_address(stage, request)
            figures.count("secrets", by.module, "places searched")


def demand_no_canary_in_address(stage, request):
    """No secret is in an address, and the key is in one header only."""
    key, headers = stage.world.cloud.key, dict(request["headers"])
    assert headers.pop("authorization") == f"Bearer {key}"
    assert key not in json.dumps(request["body"])
    address = json.dumps([request["path"], request["query"], headers])
    assert not [what for what, text in stage.canaries.spellings() if text.decode() in address]


def key_option():
    """The key as an option: it is the same one for all providers."""
    return _from_environment("NOVITA_API_KEY")


@pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=str)
def test_no_secret_of_a_module_is_left_anywhere(figures, simulator, canaries, tmp_path, resource_type):
    stage = Stage(simulator, canaries, resource_type, canaries.value("key"))
    stage.queue_faults()
    by = ByModule(stage)
    play = complete_play(by, key_option())
    run = Run(tmp_path, canaries, simulator)
    demand_no_canary(figures, run, by, run.play(play, by.module))


def test_no_secret_of_a_fleet_is_left_anywhere(figures, simulator, canaries, tmp_path):
    stages = [Stage(simulator, canaries, resource_type, canaries.value("key")) for resource_type in RESOURCE_TYPES]
    for stage in stages:
        stage.queue_faults()
    by = ByFleet(stages, tmp_path / "journal")
    play = complete_play(by, key_option())
    run = Run(tmp_path, canaries, simulator)
    demand_no_canary(figures, run, by, run.play(play, by.module))
    for stage in stages:
        if stage.resource_type.named:
            assert "journal" in run.places_of(stage.markers[0].encode())


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
    assert core not in refused.printed and world.cloud.key not in refused.printed
    if given:
        world.create(**given).ok()
        state = {STATE[resource_type.module]: {"message": SPELLINGS[spelling](f"started with {odd}.")}}
        world.store.change(world.ids()[0], state)
        assert core not in world.task().printed and core not in world.info().printed
    figures.count("secrets", str(resource_type), "spellings tried")


@pytest.mark.fast
def test_some_secrets_are_not_left_anywhere(figures, simulator, canaries, tmp_path):
    stage = Stage(simulator, canaries, NOVITA_ENDPOINT, canaries.value("key"))
    stage.world.fault("create", "echo_secrets")
    stage.queue_quotation()
    by = ByModule(stage)
    play = short_play(by)
    run = Run(tmp_path, canaries, simulator)
    demand_no_canary(figures, run, by, run.play(play, by.module))
