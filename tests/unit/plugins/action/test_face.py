# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task runs in the process of Ansible, and when as a module."""

from __future__ import annotations

import os
import sys
from types import SimpleNamespace

import pytest
from ansible import constants
from ansible.config.manager import ConfigManager
from ansible.errors import AnsibleError

from ansible_collections.gpufleet.cloud.plugins.plugin_utils import face
from ansible_collections.gpufleet.cloud.plugins.plugin_utils.face import reason_for_module, task_environment

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19

    def trust_as_template(text):
        return text


DIRECT = ""
OTHER = "/opt/other/bin/python"
OTHER_PYTHON = f"the Python of modules is set to {OTHER}, and that of Ansible is {sys.executable}"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in ("GPUFLEET_DIRECT", "ANSIBLE_PYTHON_INTERPRETER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(face.sys, "platform", "linux")


@pytest.fixture(name="reason")
def _reason(make):
    """Return a function that returns the reason why a task with these keywords runs as a module."""

    def reason(variables=None, **keywords):
        variables = variables or {}
        plugin = make(variables=variables, **keywords)
        return reason_for_module(plugin, variables, task_environment(plugin))

    return reason


def test_a_task_on_the_controller_runs_in_the_process_of_ansible(reason):
    assert reason() == DIRECT


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({"async_val": 5}, "the task sets async"),
        ({"async_val": 5, "poll": 0}, "the task sets async"),
        ({"transport": "ssh"}, "the connection is ssh"),
        ({"environment": [{"PYTHONPATH": "/opt"}]}, "the task sets PYTHONPATH"),
        (
            {"environment": [{"PYTHONPATH": "/opt"}, {"LD_PRELOAD": "x", "LANG": "C"}]},
            "the task sets LD_PRELOAD, PYTHONPATH",
        ),
        ({"environment": [{"OPENSSL_CONF": "/opt/openssl.cnf"}]}, "the task sets OPENSSL_CONF"),
        ({"environment": [{"A=B": "x"}, {"C-D": "x"}]}, "the task sets A=B, C-D"),
        ({"environment": [{"TMPDIR": "/opt"}]}, DIRECT),
    ],
)
def test_keywords_that_need_another_process(reason, keywords, expected):
    assert reason(**keywords) == expected


def test_become(make):
    plugin = make()
    plugin._connection.set_become_plugin(SimpleNamespace(name="sudo"))
    assert reason_for_module(plugin, {}, {}) == "the task sets become"


def test_the_setting_of_a_delegated_host_can_use_its_other_variables(reason):
    delegated = {"gpufleet_direct": trust_as_template("{{ flag }}"), "flag": "no"}
    variables = {"flag": "yes", "ansible_delegated_vars": {"other": delegated}}
    assert reason(variables, delegate_to="other") == "gpufleet_direct is false"


@pytest.mark.parametrize("name", ["requests", "jsonschema"])
def test_a_missing_library(reason, monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    assert reason().startswith(f"Ansible cannot use the required Python library ({name}) on ")
    assert "it is not installed; " in reason()


INTERPRETERS = [
    ({}, DIRECT),
    ({"ansible_python_interpreter": OTHER}, OTHER_PYTHON),
    ({"ansible_python_interpreter": sys.executable}, DIRECT),
    ({"ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}")}, DIRECT),
    ({"ansible_python_interpreter": trust_as_template("{{ other }}"), "other": OTHER}, OTHER_PYTHON),
    ({"ansible_python_interpreter": trust_as_template(" {{ 'auto' }} ")}, DIRECT),
    *(
        ({"ansible_python_interpreter": f"auto{suffix}"}, DIRECT)
        for suffix in ("", "_silent", "_legacy", "_legacy_silent")
    ),
    (
        {"ansible_python_interpreter": trust_as_template("{{ not_there }}")},
        OTHER_PYTHON.replace(OTHER, "an invalid template"),
    ),
]


@pytest.mark.parametrize(("variables", "expected"), INTERPRETERS)
def test_the_interpreter_is_that_of_the_variables(reason, variables, expected):
    assert reason({"ansible_playbook_python": sys.executable, **variables}) == expected


@pytest.mark.parametrize(("variables", "expected"), [INTERPRETERS[1], INTERPRETERS[2]])
def test_with_delegate_to_the_interpreter_is_that_of_the_other_host(reason, variables, expected):
    own = {"ansible_python_interpreter": sys.executable if expected else OTHER}
    assert reason({**own, "ansible_delegated_vars": {"x": variables}}, delegate_to="x") == expected


@pytest.mark.parametrize("is_off_there", [True, False])
def test_with_delegate_to_the_variable_is_that_of_the_other_host(reason, is_off_there):
    variables = {
        "gpufleet_direct": is_off_there,
        "ansible_delegated_vars": {"x": {"gpufleet_direct": not is_off_there}},
    }
    assert reason(variables, delegate_to="x") == ("gpufleet_direct is false" if is_off_there else "")


def test_a_link_to_the_python_of_ansible_is_another_python(reason, tmp_path):
    """In a virtual environment, Python is such a link, and has other libraries."""
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    assert str(link) in reason({"ansible_python_interpreter": str(link)})


def test_the_interpreter_of_the_configuration(reason, monkeypatch, tmp_path):
    file = tmp_path / "ansible.cfg"
    file.write_text(f"[defaults]\ninterpreter_python = {OTHER}\n", encoding="utf-8")
    monkeypatch.setattr(constants, "config", ConfigManager(str(file)))
    assert reason() == OTHER_PYTHON
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", "auto_silent")
    assert reason() == DIRECT
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", OTHER)
    assert reason() == OTHER_PYTHON
    assert reason({"ansible_python_interpreter": sys.executable}) == DIRECT


TRUE = (True, 1, "true", "True", "yes", "on", "1", "y", "t")
FALSE = (False, 0, "false", "FALSE", "no", "off", "0", "n", "f")


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("value", [*TRUE, *FALSE, None, ""])
def test_every_spelling_of_the_setting(reason, monkeypatch, platform, value):
    monkeypatch.setattr(face.sys, "platform", platform)
    default = "this is the default on macOS" if platform == "darwin" else DIRECT

    def expected(name):
        return (
            default
            if value in (None, "") and not isinstance(value, int)
            else DIRECT
            if value in TRUE
            else f"{name} is false"
        )

    assert reason({"gpufleet_direct": value}) == expected("gpufleet_direct")
    assert reason(environment=[{"GPUFLEET_DIRECT": "" if value is None else value}]) == expected("GPUFLEET_DIRECT")
    if value is not None:
        monkeypatch.setenv("GPUFLEET_DIRECT", str(value))
    assert reason() == expected("GPUFLEET_DIRECT")


@pytest.mark.parametrize("value", ["maybe", 2, [], "nein", {"a": 1}])
def test_an_invalid_setting_fails_the_task_before_anything_is_sent(make, passed, monkeypatch, value):
    with pytest.raises(AnsibleError, match=r"^gpufleet_direct must be true or false, not .*\. Nothing was sent\.$"):
        make(transport="ssh").run(task_vars={"gpufleet_direct": value})
    monkeypatch.setenv("GPUFLEET_DIRECT", str(value))
    with pytest.raises(AnsibleError, match=r"^GPUFLEET_DIRECT must be true or false, not .*\. Nothing was sent\.$"):
        make().run(task_vars={})
    assert not passed


def test_the_precedence_of_the_setting(reason, monkeypatch):
    monkeypatch.setenv("GPUFLEET_DIRECT", "true")
    assert reason(environment=[{"GPUFLEET_DIRECT": False}]) == "GPUFLEET_DIRECT is false"
    assert reason({"gpufleet_direct": True}, environment=[{"GPUFLEET_DIRECT": False}]) == DIRECT
    template = trust_as_template("{{ not is_wanted }}")
    assert reason({"gpufleet_direct": template, "is_wanted": True}) == "gpufleet_direct is false"


def test_a_setting_does_not_make_direct_what_needs_another_process(reason):
    assert reason({"gpufleet_direct": True}, transport="ssh") == "the connection is ssh"


def test_a_task_on_another_host_asks_for_the_module_with_the_same_options(make, passed, shown):
    make("{name: tts}", transport="ssh").run(task_vars={})
    assert passed == [{"name": "tts"}]
    assert shown == ["gpufleet.cloud.vast_endpoint runs as a module, because the connection is ssh."]


def test_a_direct_task_says_so_and_restores_the_environment(make, passed, shown, monkeypatch):
    monkeypatch.setenv("VAST_API_KEY", "before")
    before = dict(os.environ)
    result = make("{name: tts}", environment=[{"VAST_API_KEY": "", "VAST_API_URL": 5}]).run(task_vars={})
    assert "VAST_API_KEY in the environment" in result["msg"]
    assert shown == ["gpufleet.cloud.vast_endpoint runs in the process of Ansible."]
    assert not passed
    assert dict(os.environ) == before
