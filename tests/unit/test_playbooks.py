# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table in meta/variables.yml, from which the reference page is made, describes the playbooks as they are."""

from __future__ import annotations

import ast
import json
import pathlib
import re

import jinja2
import pytest
import yaml

from ansible_collections.gpufleet.cloud.plugins.doc_fragments.fleet import ModuleDocFragment
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.report import SUMMARY_KEYS

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "playbooks"
TABLE = yaml.safe_load((ROOT / "meta" / "variables.yml").read_text(encoding="utf-8"))
PLAYBOOKS = sorted(path.stem for path in FOLDER.glob("*.yml"))
NAME = re.compile(r"(?<![\w.])(?:fleet|converge|cost|drift|export|teardown|awx)_\w+\b(?!\.j2)")
FILE = re.compile(r"(?:tasks|vars)/[\w.]+\.yml|\w+\.\w+\.j2|\bwords\.j2")


class _Loader(yaml.SafeLoader):
    """Reads a value with one of Ansible's own tags as text."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


def _plays(playbook):
    return yaml.load((FOLDER / f"{playbook}.yml").read_text(encoding="utf-8"), _Loader)


def _without_comments(path):
    """The text of a playbook, a file of tasks or variables, or a template, without comments."""
    return re.sub(r"^\s*#.*$|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _texts(playbook):
    """The playbook and the files that it includes, directly or through another one."""
    texts, names = {}, [f"{playbook}.yml"]
    while names:
        name = names.pop()
        if name not in texts:
            path = FOLDER / name if (FOLDER / name).exists() else FOLDER / "templates" / name
            texts[name] = _without_comments(path)
            names += FILE.findall(texts[name])
    return texts


def _statistics(playbook):
    """The names that the playbook passes on with set_stats."""
    return {
        name
        for play in _plays(playbook)
        for task in play["tasks"]
        for name in task.get("ansible.builtin.set_stats", {}).get("data", {})
    }


def _provided(playbook):
    """Names that the playbook defines and that a user does not set: its facts, and the variables in its vars files."""
    files = [path for path in (FOLDER / "vars").glob("*.yml") if f"vars/{path.name}" in _texts(playbook)]
    return _statistics(playbook).union(*(yaml.load(path.read_text(encoding="utf-8"), _Loader) for path in files))


def _documented(playbook):
    return {name for name, variable in TABLE["variables"].items() if playbook in variable["playbooks"]}


def test_the_table_lists_every_playbook():
    assert sorted(TABLE["playbooks"]) == PLAYBOOKS
    assert {name for variable in TABLE["variables"].values() for name in variable["playbooks"]} <= set(PLAYBOOKS)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_a_playbook_uses_every_variable_that_the_table_lists_for_it(playbook):
    used = {name for text in _texts(playbook).values() for name in NAME.findall(text)}
    assert _documented(playbook) - used == set()


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_table_lists_every_variable_that_a_playbook_reads(playbook):
    used = set(NAME.findall(_texts(playbook)[f"{playbook}.yml"])) - _provided(playbook)
    # The playbook awx sets variables of the other playbooks for its jobs, also to a fact of an earlier job.
    documented = set(TABLE["variables"]) | _statistics("converge") if playbook == "awx" else _documented(playbook)
    assert used - documented == set()


def test_the_table_lists_every_variable_that_the_shared_files_read():
    used = {name for playbook in PLAYBOOKS for text in _texts(playbook).values() for name in NAME.findall(text)}
    provided = set().union(*(_provided(playbook) for playbook in PLAYBOOKS))
    assert used - provided == set(TABLE["variables"])


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_table_lists_every_fact_that_a_playbook_passes_on(playbook):
    assert set(TABLE["playbooks"][playbook].get("facts", {})) == _statistics(playbook)


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_the_defaults_in_the_table_are_those_of_the_playbook(playbook):
    [variables, *_others] = [play["vars"] for play in _plays(playbook) if "vars" in play]
    defaults = {name: variables[name] for name in _documented(playbook) & set(variables)}
    assert defaults == {name: TABLE["variables"][name]["default"] for name in defaults}
    assert playbook != "awx" or set(defaults) == _documented(playbook)


def test_no_playbook_has_tags():
    assert [
        name for playbook in PLAYBOOKS for name, text in _texts(playbook).items() if re.search(r"\btags:", text)
    ] == []


def test_a_variable_that_is_passed_to_the_module_has_the_type_and_default_of_the_option():
    task, _failure = yaml.safe_load((FOLDER / "tasks" / "reconcile.yml").read_text(encoding="utf-8"))
    tree = ast.parse((ROOT / "plugins" / "modules" / "fleet.py").read_text(encoding="utf-8"))
    documentation = next(
        node.value.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "DOCUMENTATION"
    )
    fragment = ModuleDocFragment
    texts = (documentation, fragment.DOCUMENTATION, fragment.CONNECTIONS, fragment.ACCOUNTS)
    options = {name: option for text in texts for name, option in yaml.safe_load(text)["options"].items()}
    passed = {
        option: NAME.search(template)[0]
        for option, template in task["gpufleet.cloud.fleet"].items()
        if option in options and option != "resources"
    }
    own = {name for name in TABLE["variables"] if name.startswith("fleet_")}
    from_awx = {"awx_job_id", "awx_user_name"}
    own = own - {"fleet_resources", "fleet_file", "fleet_journal_dir"} | {"drift_unmanaged"}
    assert set(passed.values()) == own | from_awx
    for option, name in passed.items():
        variable = TABLE["variables"][name]
        assert variable["type"] == options[option]["type"], name
        if "default" in variable:
            assert variable["default"] == options[option]["default"], name


@pytest.mark.parametrize("name", ["fleet_journal", "fleet_journal_dir"])
def test_the_message_of_a_failure_names_the_variable_that_sets_the_journal(name):
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER / "templates"), trim_blocks=True)
    environment.filters["regex_replace"] = lambda text, pattern, new: re.sub(pattern, new, text)
    result = {"msg": "journal: cannot write to logs/one.jsonl (No space left on device)."}
    text = environment.get_template("failure.txt.j2").render({name: "logs", "__fleet_result": result})
    assert text.strip().endswith(f"device). The variable is {name}.")


AMOUNTS = {"present": None, "worst": 1.2}
HOSTILE = "a\n0 resources: 9 deleted.\x1b[2J\x85\u2028\u202e\u200b\ufe0f"


def _rendered(template, name):
    """Render the template of a report for resources with a name, each of them in another state."""
    actions = ["create", "update", "delete", "failed", "unchanged"]
    unmanaged = [_unmanaged(name, orphan=f"Its endpoint {name} does not exist.")]
    return _report(template, [_resource(action, name=name) for action in actions], unmanaged)


def _resource(action, name="a", **more):
    """Return a resource in the result of the module, without a deleted one."""
    return {
        "resource_type": "vast_endpoint",
        "name": name,
        "id": "1",
        "deleted_id": "",
        "action": action,
        "msg": "Cannot." if action == "failed" else "",
        "done_before_failure": "",
        "plan": [{"action": action, "fields": [f"envs.{name}"], "effect": "none"}],
        "diff": {"before": {"envs": {name: name}}, "after": {"envs": {name: f"{name}b"}}},
        "failure": {},
        "account": "",
        "hourly_cost": {"currency": "USD", "before": AMOUNTS, "after": {**AMOUNTS, "worst": 2.4}},
        **more,
    }


def _unmanaged(name="a", resource_id="81", orphan=""):
    """Return a resource that no entry names."""
    row = {"resource_type": "vast_instance", "provider": "vast", "account": "", "name": name, "id": resource_id}
    return {**row, "created_at": "2026-08-01T00:00:00Z", "orphan": orphan}


def _report(template, resources, unmanaged=(), unlisted=()):
    """Render the template of a report."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(FOLDER / "templates"), trim_blocks=True)
    environment.filters["to_json"] = json.dumps
    environment.tests["search"] = lambda text, pattern: re.search(pattern, text) is not None
    total = {"known": 1.2, "unknown": 3}
    totals = {"present": total, "worst": total}
    return environment.get_template(template).render(
        ansible_check_mode=False,
        fleet_resources=[],
        __fleet_counts={"in_sync": 1, "drifted": 3, "failed": 1},
        __fleet_planned=False,
        __fleet_shown=resources,
        __fleet_result={
            "resources": resources,
            "summary": {SUMMARY_KEYS[resource["action"]]: 1 for resource in resources},
            "hourly_cost": {"USD": {"before": totals, "after": totals}},
            "accounts": [{"provider": "vast", "name": "", "balance": 9.5, "balance_hours": 7.9, "currency": "USD"}],
            "unmanaged": list(unmanaged),
        },
        __fleet_lists_unmanaged=bool(unmanaged or unlisted),
        __fleet_unmanaged=list(unmanaged),
        __fleet_unlisted=list(unlisted),
        __fleet_status="drift",
        __fleet_time="2026-08-01T00:00:00Z",
    )


WITHOUT_NAMES = ("failure.txt.j2", "report.css.j2", "violations.txt.j2")
"""Templates that show no names of resources: messages of the module, options of the task, and the style of pages."""


@pytest.mark.parametrize("template", sorted(path.name for path in (FOLDER / "templates").glob("*.*.j2")))
def test_a_name_cannot_change_a_report(template):
    text = _rendered(template, HOSTILE)
    assert len(text.splitlines()) == len(_rendered(template, "a").splitlines())
    assert "9 deleted" in text or template in WITHOUT_NAMES
    assert [letter for letter in text if letter != "\n" and not letter.isprintable() or letter == "\ufe0f"] == []
    escaped = json.dumps(HOSTILE)
    if template.endswith(".txt.j2") and template not in WITHOUT_NAMES:
        assert text != _rendered(template, escaped) != _rendered(template, escaped[1:-1]) != text


@pytest.mark.parametrize("report", ["cost", "drift"])
@pytest.mark.parametrize("form", ["txt", "md", "html", "json"])
def test_a_report_shows_the_costs_and_the_balances(report, form):
    text = _rendered(f"{report}.{form}.j2", "a")
    if form == "json":
        values = json.loads(text)
        assert values["hourly_cost"]["USD"]["after"]["worst"] == {"known": 1.2, "unknown": 3}
        assert values["accounts"][0]["balance"] == 9.5
        assert values["resources"][0]["hourly_cost"]["before"] == {"present": None, "worst": 1.2}
        return
    assert "in the worst case: 1.20 and 3 resources of unknown cost. After a converge: " in text
    assert "Balance of vast: 9.50 USD, enough for 7.9 hours in the worst case." in text
    assert ("unknown" in text and "2.40" in text) == ((report, form) not in (("drift", "txt"), ("drift", "md")))


def _deletion(deleted_id, **more):
    step = {"action": "delete", "fields": [], "effect": "none", "id": deleted_id}
    return _resource("delete", name="ci-1", id="", deleted_id=deleted_id, plan=[step], **more)


@pytest.mark.parametrize("template", sorted(path.name for path in (FOLDER / "templates").glob("*.*.j2")))
def test_two_deletions_of_one_name_print_different_lines(template):
    if template in WITHOUT_NAMES:
        return
    shown = _report(template, [_deletion("71"), _deletion("72")])
    assert "71" in shown and "72" in shown
    assert _report(template, [_deletion("71")]) != _report(template, [_deletion("72")])


def test_deletions_that_were_not_attempted_print_different_lines():
    msg = "not attempted, because the plan exceeds max_deletes; planned: delete"
    failed = [{**_deletion(number), "action": "not_attempted", "msg": msg} for number in ("71", "72")]
    assert "vast_endpoint ci-1 (id 71), vast_endpoint ci-1 (id 72)" in _report("failure.txt.j2", failed)
    assert f"vast_endpoint ci-1 (id 71): {msg}" in _report("converge.txt.j2", failed)


def test_a_replacement_shows_both_ids():
    step = {"action": "replace", "fields": ["app_name"], "effect": "replaces", "id": "71"}
    replaced = _resource("replace", id="72", deleted_id="71", plan=[step])
    assert "vast_endpoint a: replaced (id 72, deleted 71), app_name" in _report("converge.txt.j2", [replaced])


def test_equal_keys_that_are_deleted_together_show_all_ids():
    steps = [{"action": "delete", "fields": [], "effect": "none", "id": number} for number in ("71", "72")]
    deleted = _resource("delete", name="key", id="", deleted_id="71", plan=steps)
    assert "vast_endpoint key: deleted (id 71, 72)" in _report("teardown.txt.j2", [deleted])


REPORTS = ("drift.html.j2", "drift.json.j2", "drift.md.j2", "drift.txt.j2")


@pytest.mark.parametrize("template", REPORTS)
def test_a_report_lists_unmanaged_resources_with_their_ids(template):
    orphan = "Its label names the endpoint 99, which does not exist."
    shown = _report(template, [], [_unmanaged("tts:99:1", "81", orphan), _unmanaged("", "82")], ["It is incomplete."])
    for text in (orphan, "81", "82", "It is incomplete."):
        assert text in shown
    assert template.startswith("drift.json") or "2 resources without an entry, among them 1 orphan." in shown
    assert "without an entry" not in _report(template, [])


def test_unmanaged_resources_in_json_have_the_keys_of_the_result():
    [row] = json.loads(_report("drift.json.j2", [], [_unmanaged()]))["unmanaged"]
    assert row == _unmanaged()
