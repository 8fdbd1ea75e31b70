# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features that only SSH keys have: the key as the identity, comments, equal keys, and the forms of the list."""

from __future__ import annotations

import base64
import json

import pytest

from ansible_collections.gpufleet.cloud.tests.unit.harness import ThroughFleet, run_module
from ansible_collections.gpufleet.cloud.tests.unit.laws.resource_types import fingerprint, public_key

KEY = public_key("first")
OTHER = public_key("second")
CANARY = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"
PRIVATE_KEYS = [
    f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n{CANARY}\n-----END OPENSSH PRIVATE KEY-----\n",
    f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    f"-----BEGIN PRIVATE KEY----- {CANARY}",
    f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\n{CANARY}\nPrivate-MAC: {CANARY}\n",
]


@pytest.fixture(name="keys")
def _keys(cloud):
    return Keys(cloud)


class Keys:
    def __init__(self, cloud):
        self.cloud = cloud
        self.account = cloud.account("vast")
        self.store = self.account.store("ssh_keys")

    def add(self, key=KEY, **fields):
        return str(self.store.seed({"public_key": key, **fields})["id"])

    def run(self, check=False, **options):
        return self.cloud.run("vast_ssh_key", options, check)

    def info(self, **options):
        return self.cloud.run("vast_ssh_key_info", options).ok()["ssh_keys"]

    def texts(self):
        return [row.get("public_key", row.get("key")) for row in self.store.views()]


# -- identity --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY}",
        f"{KEY} another comment\n",
        f"  {KEY.replace(' ', '   ')}  x ",
        f'from="10.0.0.0/8",command="echo hi ssh-ed25519 there",no-pty {KEY} ops@build',
    ],
)
def test_options_whitespace_and_the_comment_do_not_identify_a_key(keys, text):
    known = keys.add(f"{KEY} ops@build")
    found = keys.run(public_key=text).ok(changed=False)
    assert found["id"] == known
    assert found["ssh_key"]["spec"] == {"public_key": KEY}
    assert [row["id"] for row in keys.info(public_key=text)] == [known]
    keys.run(public_key=text, state="absent").ok(changed=True)
    assert keys.texts() == []


def test_a_new_key_gets_the_comment_of_its_text_and_no_options(keys):
    made = keys.run(public_key=f"no-pty {KEY} ops@build  of team\n").ok(changed=True)
    assert keys.texts() == [f"{KEY} ops@build of team"]
    assert made["ssh_key"]["fingerprint"] == fingerprint(KEY)
    assert "comment" not in made["ssh_key"]["spec"]
    assert "ops@build" not in json.dumps({name: made[name] for name in ("ssh_key", "plan", "diff")})


def test_the_option_for_the_comment_takes_precedence_over_the_text(keys):
    keys.run(public_key=f"{KEY} a", comment=" b  c\n").ok(changed=True)
    assert keys.texts() == [f"{KEY} b c"]
    keys.run(public_key=f"{KEY} a", comment="b c").ok(changed=False)
    keys.run(public_key=f"{KEY} a").ok(changed=False)
    [write] = keys.run(public_key=KEY, comment="").ok(changed=True).writes
    assert write["body"] == {"ssh_key": KEY}


def test_a_comment_that_the_task_does_not_set_is_shown_only_on_request(keys):
    keys.add(f"{KEY} alice@home")
    results = [keys.run(public_key=KEY), keys.run(check=True, public_key=KEY, comment="x"), keys.run(id="404")]
    assert "alice" not in "".join(result.printed for result in results)
    assert results[1]["diff"] == {
        "before": {"public_key": KEY, "comment": "(hidden)"},
        "after": {"public_key": KEY, "comment": "x"},
    }
    assert keys.info()[0]["spec"] == {"public_key": KEY}
    assert keys.info(return_comments=True)[0]["spec"] == {"public_key": KEY, "comment": "alice@home"}


def test_two_keys_can_have_the_same_comment(keys):
    keys.add(f"{OTHER} ops")
    keys.run(public_key=KEY, comment="ops").ok(changed=True)
    assert keys.texts() == [f"{OTHER} ops", f"{KEY} ops"]


def test_another_key_for_an_id_is_refused(keys):
    known = keys.add()
    for check in (True, False):
        refused = keys.run(check, id=known, public_key=OTHER).failing("public_key", "Omit the id")
        assert refused["failure"]["reason"] == "immutable"
        assert refused.writes == []


# -- equal keys ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["created", "reversed"])
def test_one_of_several_equal_keys_is_sufficient_and_a_warning_contains_their_ids(keys, order):
    keys.account.settings.set(list_order=order)
    ids = [keys.add(f"{KEY} {comment}") for comment in "ab"]
    for check in (True, False):
        found = keys.run(check, public_key=KEY).ok(changed=False)
        [warning] = found["warnings"]
        assert all(known in str(warning) for known in ids)
    assert found["id"] == ids[0]


def test_all_equal_keys_are_deleted(keys):
    ids = [keys.add(f"{KEY} {comment}") for comment in "abc"]
    kept = keys.add(OTHER)
    planned = keys.run(True, public_key=KEY, state="absent").ok(changed=True)
    deleted = keys.run(public_key=KEY, state="absent").ok(changed=True)
    assert planned["plan"] == deleted["plan"]
    assert [step["id"] for step in deleted["plan"]] == ids
    assert [str(row["id"]) for row in keys.store.views()] == [kept]
    keys.run(public_key=KEY, state="absent").ok(changed=False)


def test_the_id_selects_one_of_several_equal_keys(keys):
    first, second = keys.add(), keys.add()
    changed = keys.run(id=second, comment="second").ok(changed=True)
    assert changed["id"] == second and not changed.get("warnings")
    keys.run(id=second, public_key=KEY, state="absent").ok(changed=True)
    assert [str(row["id"]) for row in keys.store.views()] == [first]


@pytest.mark.parametrize("order", ["created", "reversed"])
def test_a_create_that_stores_a_key_twice_is_a_success_with_a_warning(keys, order):
    keys.account.settings.set(list_order=order)
    keys.account.fault("ssh_key.create", "duplicate")
    made = keys.run(public_key=KEY).ok(changed=True)
    [warning] = made["warnings"]
    ids = sorted(str(row["id"]) for row in keys.store.views())
    assert len(ids) == 2 and all(key_id in str(warning) for key_id in ids)
    assert made["id"] == ids[0]


def test_pruning_compares_comments_and_keeps_equal_keys_of_an_entry(cloud):
    keys = Keys(cloud)
    first, second = keys.add(f"{KEY} ops-a"), keys.add(f"{KEY} ops-b")
    keys.add(f"{OTHER} ops-c")
    others = keys.add(f"{public_key('third')} alice")
    connection = {"api_key": cloud.key, "api_url": cloud.url("vast")}
    entry = {"vast_ssh_key": {"public_key": KEY}}
    pruned, _printed = run_module(
        "fleet", {"resources": [entry], "prune": {"vast_ssh_key": "ops-"}, "vast": connection}
    )
    assert pruned["summary"]["deleted"] == 1, pruned
    assert [str(row["id"]) for row in keys.store.views()] == [first, second, others]


# -- invalid keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("face", [None, ThroughFleet], ids=["module", "fleet"])
@pytest.mark.parametrize("text", PRIVATE_KEYS, ids=["openssh", "rsa", "one line", "putty"])
def test_a_private_key_is_refused_before_the_first_request_and_not_shown(cloud, face, text):
    if face is not None:
        cloud = face(cloud.simulator, cloud.clock, cloud.key)
    options = {"public_key": "must be a public key and not a private key", "comment": "must not contain a private key"}
    for option, rule in options.items():
        refused = cloud.run("vast_ssh_key", {"public_key": KEY, option: text}).failing(
            f"{option}: {rule}", "Nothing was"
        )
        assert refused.requests == []
        assert CANARY not in refused.printed
    both = cloud.run("vast_ssh_key", {"public_key": f"{KEY}\n{text}"}).failing("public_key: must be a public key")
    assert CANARY not in both.printed + cloud.run("vast_ssh_key_info", {"public_key": text}).failing().printed


@pytest.mark.parametrize(
    "text",
    [
        "ops@build",
        KEY[:-4],
        f"{KEY}x",
        f"ssh-rsa {KEY.split()[1]}",
        f"ssh-ed25519 {base64.b64encode(b'ssh-ed25519').decode()}",
        "---- BEGIN SSH2 PUBLIC KEY ----",
        "https://github.com/alice.keys",
    ],
)
def test_a_text_without_a_complete_public_key_is_refused(keys, text):
    refused = keys.run(public_key=text).failing("public_key: must be one complete public key")
    assert refused.requests == []


@pytest.mark.parametrize("comment", ["a\nb", "a\tb", "a\x00"])
def test_a_comment_with_a_control_character_is_refused(keys, comment):
    refused = keys.run(public_key=KEY, comment=comment).failing("comment: must not contain control characters")
    assert refused.requests == []


def test_a_text_with_two_keys_is_refused(keys):
    refused = keys.run(public_key=f"{KEY}\n{OTHER}\n").failing("public_key: must be one")
    assert refused.requests == []


# -- list ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["array", "object"])
@pytest.mark.parametrize("empty_404", [True, False])
def test_both_forms_of_the_list_are_read(keys, shape, empty_404):
    keys.account.settings.set(ssh_keys_shape=shape, empty_ssh_keys_404=empty_404, deleted_ssh_keys=False)
    assert keys.info() == []
    keys.run(public_key=KEY, state="absent").ok(changed=False)
    made = keys.run(public_key=KEY, comment="a").ok(changed=True)
    assert made["ssh_key"]["created_at"].startswith("20")
    keys.run(public_key=KEY, comment="b").ok(changed=True)
    keys.run(public_key=KEY, state="absent").ok(changed=True)
    assert keys.info() == []


def test_deleted_keys_in_the_list_do_not_count(keys):
    keys.run(public_key=KEY).ok(changed=True)
    keys.run(public_key=KEY, state="absent").ok(changed=True)
    assert keys.info() == []
    keys.run(public_key=KEY, state="absent").ok(changed=False)
    keys.run(public_key=KEY).ok(changed=True)
    assert len(keys.info()) == 1


@pytest.mark.parametrize(
    "message",
    [
        "No SSH keys found",
        "Invalid user key",
        "Sorry: No SSH keys found for the user.",
        "No SSH keys found for the user. x",
    ],
)
def test_another_text_with_status_404_is_no_empty_list(keys, message):
    keys.account.fault("ssh_key.list", "status", status=404, reason="not_found", message=message, times=0)
    for state in ("present", "absent"):
        assert keys.run(public_key=KEY, state=state).failing("HTTP 404", message).writes == []


def test_a_row_that_is_no_public_key_is_no_error(keys):
    odd = keys.add("unknown-type AAAA bob")
    keys.run(public_key=KEY).ok(changed=True)
    assert odd in [row["id"] for row in keys.info()]
    keys.run(id=odd, state="absent").ok(changed=True)


# -- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "message"),
    [("no_ssh_key", "gone"), ("invalid_args", "SSH key not found"), ("invalid_args", "No ssh key provided")],
)
def test_a_delete_of_a_key_that_is_gone_is_no_error(keys, reason, message):
    known = keys.add()
    keys.account.fault("ssh_key.delete", "status", when="after", status=400, reason=reason, message=message)
    keys.run(id=known, state="absent").ok(changed=True)


def test_a_key_that_the_provider_refuses_is_reported(keys):
    keys.account.settings.set(team=True)
    failed = keys.run(public_key=KEY).failing("team_ssh_keys_not_supported", "of the own account of a member")
    assert failed["failure"]["reason"] == "team_ssh_keys_not_supported"
