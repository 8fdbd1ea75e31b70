# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only templates have: options in one text, a hash of the content, registry logins, a search as list."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._engine.convergence import Convergence

NAME = "tts-worker"
IMAGE = "registry.example.org/team/tts"
LOGIN = {"docker_login_user": "bot", "docker_login_pass": "canary-password"}
ENV = "-p 9000:9000/udp --shm-size=8g -e 'B=a b' -e A=1 --env A=2"
"""A text in an order that the module would not choose."""


@pytest.fixture(name="templates")
def _templates(cloud):
    return Templates(cloud)


class Templates:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")
        self.store = self.account.store("templates")

    def add(self, **wire_fields):
        return self.store.seed({"name": NAME, "image": IMAGE, "tag": "1.4", **wire_fields})

    def group(self, **wire_fields):
        fields = {"endpoint_id": 1, "endpoint_name": "tts", **wire_fields}
        return str(self.account.store("workergroups").seed(fields)["id"])

    def run(self, check=False, **options):
        return self.cloud.run("vast_template", {"name": NAME, **options}, check)

    def info(self, **options):
        return self.cloud.run("vast_template_info", options).ok()["templates"]

    def row(self):
        [row] = self.store.views()
        return row


def words(warnings):
    return " ".join(map(str, warnings))


# -- the options of docker run ---------------------------------------------------------------------------------------


def test_variables_ports_and_other_options_become_one_text(templates):
    task = {
        "image": IMAGE,
        "envs": {"B": "a b", "A": ""},
        "secret_envs": {"TOKEN": "canary-$HOME'\""},
        "ports": ["9000:9000/udp", "8000:8000/tcp"],
        "docker_options": '--label "a b" --ipc=host',
    }
    made = templates.run(**task).ok(changed=True)
    expected = "-e A='' -e B='a b' -e TOKEN='canary-$HOME'\"'\"'\"' -p 8000:8000 -p 9000:9000/udp "
    assert templates.row()["env"] == expected + '--label "a b" --ipc=host'
    assert made["template"]["env_names"] == ["A", "B", "TOKEN"]
    assert "canary" not in made.printed
    templates.run(**task).ok(changed=False)
    assert templates.run(docker_options="--ipc=host --label 'a b'", check=True).ok(changed=True).writes == []


@pytest.mark.parametrize(
    "same",
    [
        {"envs": {"A": 2, "B": "a b"}, "ports": ["9000:9000/udp"], "docker_options": "--shm-size=8g"},
        {"envs": {"A": "2"}, "envs_mode": "merge"},
        {"docker_options": "'--shm-size=8g'"},
    ],
)
def test_a_text_with_the_same_meaning_stays_as_it_is(templates, same):
    templates.add(env=ENV)
    templates.run(**same).ok(changed=False)
    [write] = templates.run(**same, desc="new").ok(changed=True).writes
    assert write["body"]["env"] == ENV


def test_a_change_of_one_port_keeps_variables_and_other_options(templates):
    templates.add(env=f"{ENV} -p 80 -e HOSTNAME")
    changed = templates.run(ports=["80:80"]).ok(changed=True)
    assert changed["plan"] == [{"action": "update", "fields": ["ports"], "effect": "none"}]
    assert templates.row()["env"] == "-e A=2 -e B='a b' -p 80:80 --shm-size=8g -p 80 -e HOSTNAME"


def test_each_form_of_an_option_sets_a_variable_or_a_port(templates):
    templates.add(env="--env=A=1 -eB='a b' -p80:80 --publish=90:90/udp --publish 70:70/tcp -e C -p7 --ports")
    spec = {
        "envs": {"A": "1", "B": "a b"},
        "ports": ["70:70", "80:80", "90:90/udp"],
        "docker_options": "-e C -p7 --ports",
    }
    templates.run(**spec).ok(changed=False)


def test_a_port_that_a_text_has_twice_is_one_port(templates):
    templates.add(env="-p 80:80 -p80:80/tcp")
    templates.run(ports=["80:80"]).ok(changed=False)
    templates.run(envs={"A": "1"}).ok(changed=True)
    assert templates.row()["env"] == "-e A=1 -p 80:80"


@pytest.mark.parametrize(
    ("docker_options", "option"),
    [("-eA=1", "-e"), ("--env=A=1", "-e"), ("--ipc=host -p80:80", "-p"), ("--publish=80:80", "-p")],
)
def test_other_options_that_set_a_variable_or_a_port_are_refused(templates, docker_options, option):
    failed = templates.run(image=IMAGE, docker_options=docker_options)
    assert failed.failing(f"docker_options: must not have the option {option};").requests == []


def test_a_text_with_an_open_quote_is_kept_until_it_is_replaced(templates):
    templates.add(env="-e A='b -p 80:80")
    [write] = templates.run(desc="new").ok(changed=True).writes
    assert write["body"]["env"] == "-e A='b -p 80:80"
    templates.run(envs={"A": "b"}, ports=[]).ok(changed=True)
    assert templates.row()["env"] == "-e A=b"


def test_secrets_in_other_options_are_masked(templates):
    templates.add()
    for name in ("canary-1", "canary-2"):
        changed = templates.run(docker_options=f"--label token={name} --ipc=host").ok(changed=True)
        assert "canary" not in changed.printed
        assert changed["diff"]["after"]["docker_options"] == "--label token=******** --ipc=host"
        assert "docker_options" not in changed["template"]["spec"]
    assert "canary" not in str(templates.info())
    assert "canary-2" in str(templates.info(return_env_values=True))


# -- image, booleans, conditions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"image": "a/x:1", "tag": None}, {"image": "a/x", "tag": "1"}])
def test_an_image_with_its_tag_equals_image_and_tag(templates, fields):
    templates.add(**fields)
    for same in ({"image": "a/x:1"}, {"image": "a/x", "tag": "1"}, {"image": "a/x:1", "tag": "1"}, {"image": "a/x"}):
        templates.run(**same).ok(changed=False)
    [write] = templates.run(desc="new").ok(changed=True).writes
    assert fields.items() <= write["body"].items()
    assert (
        templates.run(image="a/x:2").ok(changed=True)["diff"]["before"].items() >= {"image": "a/x", "tag": "1"}.items()
    )
    assert {"image": "a/x", "tag": "2"}.items() <= templates.row().items()


def test_the_port_of_a_registry_and_a_digest_are_no_tags(templates):
    for image in ("registry:5000/x", "registry:5000/x@sha256:0f3a"):
        made = templates.run(image=image).ok(changed=True)
        assert made["template"]["spec"]["image"] == image
        templates.run(state="absent").ok(changed=True)


def test_null_means_false(templates):
    templates.add(use_ssh=None)
    templates.run(use_ssh=False).ok(changed=False)
    templates.run(use_ssh=True).ok(changed=True)


def test_conditions_are_merged_and_numbers_as_text_are_equal(templates):
    templates.add(extra_filters={"num_gpus": {"eq": "1"}, "reliability2": {"gte": 0.98}, "odd": True})
    templates.run(extra_filters={"num_gpus": {"eq": 1}, "reliability": {"gte": 0.98}}).ok(changed=False)
    changed = templates.run(extra_filters={"num_gpus": {}, "cuda_max_good": {"gte": 12.4}}).ok(changed=True)
    assert sorted(changed["plan"][0]["fields"]) == ["extra_filters.cuda_max_good", "extra_filters.num_gpus"]
    expected = {"odd": True, "reliability": {"gte": 0.98}, "cuda_max_good": {"gte": 12.4}}
    assert templates.row()["extra_filters"] == expected


# -- updates ---------------------------------------------------------------------------------------------------------


def test_an_update_sends_the_whole_template_with_its_id_and_its_current_hash(templates):
    row = templates.add(env=ENV, volume_info={"size": 10}, readme=None)
    [write] = templates.run(desc="new").ok(changed=True).writes
    assert (write["path"], write["operation"]) == ("/vast/api/v1/template/", "template.update")
    kept = {key: value for key, value in row.items() if key in templates.store.defaults and key != "desc"}
    login = {"docker_login_user": "", "docker_login_pass": ""}
    assert write["body"] == {**kept, **login, "desc": "new", "id": row["id"], "hash_id": row["hash_id"]}


@pytest.mark.parametrize("setting", ["kept", "new"])
def test_the_result_has_the_new_hash_and_the_id_even_if_it_changes(templates, setting):
    templates.account.settings.set(template_id_on_edit=setting)
    row = templates.add()
    changed = templates.run(desc="new").ok(changed=True)
    latest = templates.row()
    assert (latest["id"] == row["id"], latest["hash_id"] == row["hash_id"]) == (setting == "kept", False)
    shown = changed["template"]
    assert (shown["template_hash"], shown["template_id"]) == (latest["hash_id"], str(latest["id"]))
    assert changed["id"] == shown["id"] == str(latest["id"])
    templates.run(desc="new").ok(changed=False)


@pytest.mark.parametrize("status", [None, 502, 503, 504])
def test_an_update_is_repeated_only_if_the_template_has_still_the_same_hash(templates, status):
    fault = {"fault": "reset"} if status is None else {"fault": "status", "status": status}
    templates.add()
    for when, sent in (("before", 2), ("after", 1)):
        templates.account.fault("template.update", when=when, **fault)
        done = templates.run(desc=when).ok(changed=True)
        assert done.operations.count("template.update") == sent
        assert templates.row()["desc"] == when


@pytest.mark.parametrize(("other", "failed"), [("new", False), ("other", True)])
def test_an_update_that_another_task_has_overtaken_is_compared_with_its_result(templates, monkeypatch, other, failed):
    row, plan = templates.add(), Convergence.plan

    def overtaken(self):
        planned = plan(self)
        templates.store.change(str(row["id"]), {"desc": other})
        return planned

    monkeypatch.setattr(Convergence, "plan", overtaken)
    done = templates.run(desc="new", settle_timeout=2)
    assert done.failed is failed
    if failed:
        assert done.failing("HTTP 400", "has changed since the task read it")["failure"]["retryable"] is True
    assert (templates.row()["desc"], done.operations.count("template.update")) == (other, 1)


def test_a_lost_update_without_retries_is_not_repeated(templates):
    templates.add()
    templates.account.fault("template.update", "reset")
    failed = templates.run(desc="new", api_retries=0, settle_timeout=2).failing()
    assert failed.operations.count("template.update") == 1


def test_an_ignored_update_fails_or_replaces_the_template_as_the_task_allows(templates):
    row = templates.add(env=ENV)
    ignored = {"fault": "ignore", "fields": ["desc"]}
    templates.account.fault("template.update", **ignored)
    failed = templates.run(desc="new", settle_timeout=2).failing("desc: expected 'new', found no value")
    assert failed["failure"]["reason"] == "not_applied"
    planned = templates.run(desc="new", recreate=True, check=True).ok(changed=True)
    assert "another ID" in words(planned["warnings"])
    templates.account.fault("template.update", **ignored)
    replaced = templates.run(desc="new", recreate=True, settle_timeout=2).ok(changed=True)
    assert replaced["plan"][:1] == planned["plan"]
    step = {"action": "replace", "fields": ["desc"], "effect": "replaces", "id": str(row["id"])}
    assert replaced["plan"][1:] == [step]
    latest = templates.row()
    assert (latest["desc"], latest["env"], latest["id"] != row["id"]) == ("new", ENV, True)
    assert replaced["id"] == str(latest["id"])
    templates.run(desc="new").ok(changed=False)


def test_only_a_change_warns_that_the_template_may_be_replaced(templates):
    task = {"image": IMAGE, "recreate": True}
    assert "warnings" not in templates.run(**task).ok(changed=True)
    assert "warnings" not in templates.run(**task).ok(changed=False)
    assert "creates a template with another ID" in words(templates.run(**task, desc="new").ok(changed=True)["warnings"])


def test_a_task_with_an_id_never_replaces_the_template(templates):
    number = str(templates.add()["id"])
    templates.account.fault("template.update", "ignore", fields=["desc"])
    templates.run(id=number, desc="new", recreate=True, settle_timeout=2).failing("desc: expected")
    assert str(templates.row()["id"]) == number


def test_a_script_with_other_characters_leads_to_a_warning_and_is_read_back(templates):
    planned = templates.run(image=IMAGE, onstart="echo grüß", check=True).ok(changed=True)
    assert "ASCII" in words(planned["warnings"])
    templates.run(image=IMAGE, onstart="echo grüß", settle_timeout=2).failing("onstart", "'echo gr'")


# -- registry logins -------------------------------------------------------------------------------------------------


def test_an_update_without_the_login_of_the_registry_is_refused_before_the_write(templates):
    templates.run(image=IMAGE, docker_login_repo="registry.example.org", **LOGIN).ok(changed=True)
    templates.run(docker_login_repo="registry.example.org").ok(changed=False)
    for options in ({}, {"docker_login_user": "bot"}):
        failed = templates.run(desc="new", **options).failing("docker_login_pass: must be set", "registry.example.org")
        assert failed.writes == []
    changed = templates.run(desc="new", **LOGIN).ok(changed=True)
    assert LOGIN.items() <= changed.writes[0]["body"].items()
    assert "canary" not in changed.printed
    assert "bot" not in str({**changed, "invocation": None})
    templates.run(desc="newer", docker_login_repo="").ok(changed=True)
    templates.run(desc="newest").ok(changed=True)


def test_a_login_that_vast_returns_is_sent_back_and_never_shown(templates):
    templates.account.settings.set(template_logins="answered")
    templates.run(image=IMAGE, docker_login_repo="registry.example.org", **LOGIN).ok(changed=True)
    templates.account.fault("template.update", "status", status=400, message="canary-password is refused")
    assert "canary" not in templates.run(desc="new").failing("is refused").printed
    changed = templates.run(desc="new").ok(changed=True)
    assert LOGIN.items() <= changed.writes[0]["body"].items()
    assert "canary" not in changed.printed + str(templates.info(return_env_values=True))


# -- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("search", ["ignored", "honored"])
@pytest.mark.parametrize("setting", ["forbidden", "unknown"])
def test_a_search_replaces_the_list_and_finds_only_own_templates(templates, setting, search):
    templates.account.settings.set(own_templates=setting, template_search=search)
    assert templates.info() == []
    made = templates.run(image=IMAGE).ok(changed=True)
    assert made.operations == [
        "template.list",
        "user.get",
        "template_search.list",
        "template.create",
        *made.operations[:3],
    ]
    templates.run(image=IMAGE).ok(changed=False)
    assert [row["id"] for row in templates.info()] == [made["id"]]
    templates.run(state="absent").ok(changed=True)
    assert templates.store.views() == []


def test_if_the_search_fails_too_the_refusal_of_the_list_is_reported(templates):
    templates.account.settings.set(own_templates="forbidden")
    for operation in ("user.get", "template_search.list"):
        templates.account.fault(operation, "status", status=500)
        failed = templates.run(image=IMAGE).failing("HTTP 403")
        assert failed["failure"]["operation"] == "template.list"


def test_a_template_of_another_user_without_a_creator_is_no_own_one(templates):
    templates.account.settings.set(own_templates="unknown")
    templates.add(creator_id=7)
    templates.run(image=IMAGE, check=True).ok(changed=True)


# -- variables of the account ----------------------------------------------------------------------------------------

SAME_NAMES = "The account also has environment variables with these names: {}. "


@pytest.fixture(name="with_variables")
def _with_variables(templates):
    """Return the templates of an account with the variables A and TOKEN."""
    for name in ("A", "TOKEN"):
        templates.account.store("env_vars").seed({"key": name, "value": "canary-account"})
    return templates


def test_a_create_warns_about_variables_that_the_account_also_has(with_variables):
    task = {"image": IMAGE, "envs": {"A": "1", "B": "2", "token": "3"}, "secret_envs": {"TOKEN": "canary-secret"}}
    for check in (True, False):
        made = with_variables.run(check, **task).ok(changed=True)
        assert SAME_NAMES.format("A, TOKEN") + "Vast.ai does not document which value applies." in words(
            made["warnings"]
        )
        assert made.operations.count("env_var.list") == 1
        assert "canary" not in made.printed
    kept = with_variables.run(**task).ok(changed=False)
    assert kept.operations == ["template.list"]
    assert "warnings" not in kept


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"envs": {"A": "1", "TOKEN": "2"}}, "A, TOKEN"),
        ({"secret_envs": {"TOKEN": "canary-secret"}}, "TOKEN"),
        ({"envs": {"TOKEN": "2"}, "envs_mode": "merge"}, "A, TOKEN"),
        ({"envs": {"B": "2"}}, ""),
    ],
)
def test_a_change_of_the_environment_warns_about_variables_that_the_account_also_has(with_variables, change, names):
    with_variables.add(env="-e A=1 -e C=2")
    for check in (True, False):
        changed = with_variables.run(check, **change).ok(changed=True)
        assert ("also has environment variables" in words(changed.get("warnings", []))) is bool(names)
        assert not names or SAME_NAMES.format(names) in words(changed["warnings"])


@pytest.mark.parametrize("change", [{"desc": "new"}, {"envs": {}}, {"ports": ["80:80"]}, {"state": "absent"}])
def test_a_task_that_sets_no_variable_does_not_read_those_of_the_account(with_variables, change):
    with_variables.add(env="-e A=1")
    changed = with_variables.run(**change).ok(changed=True)
    assert "env_var.list" not in changed.operations
    assert "environment variables" not in words(changed.get("warnings", []))


@pytest.mark.parametrize(
    "fault", [{"status": 403, "message": "no scope"}, {"status": 500}, {"status": 200, "body": "[]"}]
)
def test_without_the_variables_of_the_account_there_is_neither_a_warning_nor_a_failure(with_variables, fault):
    with_variables.account.fault("env_var.list", "status", times=0, **fault)
    made = with_variables.run(image=IMAGE, envs={"A": "1"}).ok(changed=True)
    assert "warnings" not in made
    assert "env_var.list" in made.operations


# -- workergroups ----------------------------------------------------------------------------------------------------


def test_the_result_lists_the_workergroups_that_keep_the_old_hash(templates):
    row = templates.add()
    using = templates.group(template_hash=row["hash_id"])
    templates.group(template_hash="0f3a")
    assert templates.run().ok(changed=False)["workergroups_with_old_hash"] == []
    for check in (True, False):
        changed = templates.run(desc="new", check=check).ok(changed=True)
        assert changed["workergroups_with_old_hash"] == [{"id": using, "endpoint_name": "tts"}]


@pytest.mark.parametrize("by", ["hash", "id"])
def test_a_delete_warns_about_the_workergroups_that_use_the_template(templates, by):
    row = templates.add()
    using = templates.group(**({"template_hash": row["hash_id"]} if by == "hash" else {"template_id": row["id"]}))
    for check in (True, False):
        deleted = templates.run(state="absent", check=check).ok(changed=True)
        assert f"{using} (endpoint 'tts')" in words(deleted["warnings"])
    assert deleted.writes[0]["body"] == {"template_id": row["id"]}


def test_a_key_that_cannot_read_workergroups_leads_to_a_warning_only(templates):
    templates.add()
    templates.account.fault("workergroup.list", "status", status=403, message="no scope")
    changed = templates.run(desc="new").ok(changed=True)
    assert "could not be read" in words(changed["warnings"])
    assert changed["workergroups_with_old_hash"] == []


def test_a_workergroup_takes_the_hash_and_the_id_of_the_result(templates):
    templates.account.settings.set(demand_templates=True)
    templates.account.store("endpoints").seed({"id": 4711, "endpoint_name": "tts"})
    template = templates.run(image=IMAGE).ok(changed=True)["template"]
    for option in ("template_hash", "template_id"):
        group = {"endpoint": "tts", "search_params": "num_gpus=1", option: template[option]}
        templates.cloud.run("vast_workergroup", group).ok(changed=True)
        templates.cloud.run("vast_workergroup", {"endpoint": "tts", "state": "absent"}).ok(changed=True)
