# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual responses and options that the law tests do not cover."""

from __future__ import annotations

import contextlib
import copy
import json
import re
from types import SimpleNamespace

import pytest
import requests

from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.result import resource_result
from ansible_collections.gpufleet.cloud.plugins.module_utils._entry.yaml_input import (
    drop_nulls,
    safe_for_ansible,
    yaml_violations,
)
from ansible_collections.gpufleet.cloud.plugins.module_utils._errors import ApiError, BadResponse
from ansible_collections.gpufleet.cloud.plugins.module_utils._fleet.journal import Journal
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.call import Call
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.client import Client
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.error_format import ErrorFormat
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita import api as novita_api
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.endpoint import NovitaEndpoint
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.limits import limits_in_message
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio import second_generation
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita_ppio.api import IDENTIFIER
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio import api as ppio_api
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.composites import Group
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.fields import Float, Integer, Text
from ansible_collections.gpufleet.cloud.plugins.module_utils._schema.table import Settings, Table
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import Secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._times import iso8601
from ansible_collections.gpufleet.cloud.plugins.module_utils._validation import first_violation
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.search import parse_query
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.workers import log_tail

from ...harness import PlayedClock

LIST = Call("thing.list", "GET", "/things")


def sentences(violations):
    return list(map(str, violations))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, ""),
        (None, ""),
        ("", ""),
        (86400, "1970-01-02T00:00:00Z"),
        ("86400.9", "1970-01-02T00:00:00Z"),
        ("2026-08-01", "2026-08-01"),
        (1e300, "1e+300"),
        (float("nan"), "nan"),
        ([1], ""),
        ({"at": 1}, ""),
    ],
)
def test_times_of_every_form_are_shown_as_iso_8601(value, shown):
    assert iso8601(value) == shown


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("gpu_ram>=24", {"gpu_ram": {"gte": 24_000}}),
        ("cpu_ram<1.5", {"cpu_ram": {"lt": 1500}}),
        ("duration>2", {"duration": {"gt": 172_800}}),
        ("driver_version>=535.86.05", {"driver_version": {"gte": 535_086_005}}),
        ("driver_version=535", {"driver_version": {"eq": 535}}),
        ("gpu_ram>=8 gpu_ram<=24", {"gpu_ram": {"gte": 8000, "lte": 24_000}}),
    ],
)
def test_the_values_of_a_query_are_converted_to_the_units_of_the_api(query, conditions):
    assert parse_query(query) == conditions


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("gpu_ram>=much", "a number in the condition on gpu_ram"),
        ("driver_version=5.x.1", "three numbers"),
        ("driver_version=5.1", "three numbers"),
        ("driver_version=5.1.²", "three numbers"),
        ("num_gpus>=", "must have conditions"),
        ("num_gpus>= dph<=0.5", "must have conditions"),
        ("a=b=c", "must have conditions"),
    ],
)
def test_an_invalid_query_is_refused(query, words):
    with pytest.raises(ValueError, match=words):
        parse_query(query)


def endless(page):
    """Return a client whose list response never ends; every page has another resource."""
    sent = []

    def send(call, query=None):
        sent.append(query)
        return page(len(sent))

    return SimpleNamespace(send=send, sent=sent, connections=1, together=lambda act, things: list(map(act, things)))


def test_an_endless_novita_list_response_is_an_error(monkeypatch):
    monkeypatch.setattr(novita_api, "MAX_PAGES", 5)
    client = endless(lambda number: {"things": [{"id": str(number)}]})
    with pytest.raises(BadResponse, match="no last page: after 5 pages with 5 different resources"):
        novita_api.every(client, LIST, "things", numbered)
    assert len(client.sent) == 5


def numbered(raw):
    return SimpleNamespace(id=int(raw["id"]), name="")


class Paged:
    """A client with a paged list of numbered resources, which can change after a number of requests.

    ``total`` returns the total that a page states; it gets the number of resources and the number on the page.
    """

    def __init__(self, count, changes=None, total=lambda count, shown: count, base=0, cap=50, connections=1):
        self.ids = list(range(count))
        self.changes = changes or {}
        self.total = total
        self.base = base
        self.cap = cap
        self.sent = self.waits = 0
        self.connections = connections

    def send(self, _call, query):
        self.sent += 1
        number, size = max(query["pageNum"] - self.base, 0), min(query["pageSize"], self.cap)
        shown = [{"id": str(one)} for one in self.ids[number * size : (number + 1) * size]]
        total = self.total(len(self.ids), len(shown))
        if self.sent in self.changes:
            self.changes[self.sent](self.ids)
        return {"things": shown, **({} if total is None else {"total": total})}

    def together(self, act, things):
        self.waits += 1
        return list(map(act, things))

    def read(self):
        """Return the numbers in the list response, and the reason why it is inconsistent."""
        list_response = novita_api.every(self, LIST, "things", numbered)
        assert list_response.pages == self.sent
        return [resource.id for resource in list_response], list_response.inconsistency


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (49, 1), (50, 2), (51, 2), (99, 2), (120, 3)])
def test_a_list_response_costs_one_request_per_page(count, requests):
    paged = Paged(count)
    assert paged.read() == (list(range(count)), "")
    assert paged.sent == requests


@pytest.mark.parametrize("paging", [{}, {"cap": 20}])
@pytest.mark.parametrize("count", [99, 100, 120, 400])
def test_all_pages_after_the_first_are_read_together(count, paging):
    """Also the empty page after a full page, without a request that the provider does not require."""
    together, alone = Paged(count, connections=32, **paging), Paged(count, **paging)
    assert together.read() == alone.read() == (list(range(count)), "")
    assert (together.sent, together.waits) == (alone.sent, 1)


@pytest.mark.parametrize(
    "total",
    [
        lambda count, shown: 0,
        lambda count, shown: "0",
        lambda count, shown: None,
        lambda count, shown: 50,
        lambda count, shown: str(count),
    ],
    ids=["zero", "zero as text", "missing", "a full page", "text"],
)
@pytest.mark.parametrize("paging", [{}, {"base": 1}, {"cap": 20}])
def test_a_wrong_or_missing_total_hides_no_resource(total, paging):
    assert Paged(120, total=total, **paging).read() == (list(range(120)), "")


@pytest.mark.parametrize(
    "change",
    [lambda ids: ids.pop(3), lambda ids: ids.insert(0, 1000), lambda ids: (ids.pop(3), ids.pop(70))],
    ids=["one is deleted", "one is created", "two are deleted"],
)
def test_a_list_response_that_changes_between_its_pages_is_inconsistent(change):
    _found, inconsistency = Paged(120, {1: change}).read()
    assert re.fullmatch("changed while it was read: its pages state totals of 1.. and 1.. resources", inconsistency)


def test_a_list_response_with_fewer_resources_than_its_total_is_inconsistent():
    found, inconsistency = Paged(120, total=lambda count, shown: 130).read()
    assert found == list(range(120)), "the resources that are shown exist"
    assert inconsistency == "is incomplete: its total is 130, but it has 120 resources"


def test_an_endless_ppio_list_response_is_an_error(monkeypatch):
    monkeypatch.setattr(second_generation, "MAX_PAGES", 5)
    client = endless(lambda number: {"data": [{"id": str(number)}], "has_more": True, "next_cursor": f"c{number}"})
    with pytest.raises(BadResponse, match="no last page: after 5 pages with 5 different resources"):
        ppio_api.every(client, LIST, str)
    assert [query.get("cursor", "") for query in client.sent] == ["", "c1", "c2", "c3", "c4"]


FIELDS = [
    Group(
        "worker_config", fields=(Integer("max_num", limits=("minMax", "maxMax")), Integer("other", limits=("a", "b")))
    )
]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"minMax": "1", "maxMax": "4"}, "worker_config.max_num must be from 1 to 4, not 9"),
        ({"minMax": 1, "maxMax": "no end"}, ""),
        ({"minMax": "10"}, "worker_config.max_num must be at least 10, not 9"),
        ({"maxMax": 8}, "worker_config.max_num must be at most 8, not 9"),
        ({}, ""),
    ],
)
def test_limits_that_are_not_numbers_are_ignored(limits, words):
    target = {"worker_config": {"max_num": 9, "other": None}}
    with pytest.raises(ApiError) as caught, limits_in_message(lambda: limits, FIELDS, target):
        raise ApiError("refused", operation="thing.create", status=400)
    assert words in caught.value.advice
    assert bool(words) == bool(caught.value.advice)


def test_a_failed_read_of_the_limits_keeps_the_original_error():
    def read_limits():
        raise ApiError("out of order", operation="limit", status=500)

    target = {"worker_config": {"max_num": 9}}
    with pytest.raises(ApiError, match="refused") as caught, limits_in_message(read_limits, FIELDS, target):
        raise ApiError("refused", operation="thing.create", status=400)
    assert caught.value.advice == "The limits of the account could not be read: out of order."


def test_a_log_that_cannot_be_read_is_reported_as_such():
    def refuse(call, body):
        raise ApiError("out of order", operation=call.name)

    assert log_tail(SimpleNamespace(send=refuse), "7") == "Its log could not be read: out of order"


def test_the_tail_of_a_log_is_short_and_contains_no_secrets():
    secrets = Secrets()
    secrets.add("canary-0123456789")
    lines = [f"line {number}" for number in range(20)] + ["token canary-0123456789"]
    for body in (
        {"info0": "detailed", "info1": "\n".join(lines)},
        {"info0": "\n".join(lines)},
        {"logs": "\n".join(lines)},
    ):
        tail = log_tail(SimpleNamespace(send=lambda call, body, response=body: response, secrets=secrets), "7")
        assert "line 10" not in tail and "line 12 | line 13" in tail
        assert "canary" not in tail


def test_a_value_that_is_not_a_mapping_is_refused():
    spec = {"worker_config": {"type": "dict", "options": {"name": {"type": "str"}}}}
    for wrong in ("neither JSON nor pairs", 7, True, ["a"]):
        assert sentences(yaml_violations(spec, {"worker_config": wrong})) == [
            f"worker_config: must be a mapping, not a value of type {type(wrong).__name__}"
        ]
    [violation] = yaml_violations(spec, {"worker_config": '{"name": false}'})
    assert str(violation).startswith("worker_config.name: must be a string, not a value of type bool; ")


def test_text_is_not_accepted_as_a_list_of_mappings():
    spec = {"mounts": {"type": "list", "elements": "dict", "options": {"size": {"type": "int"}}}}
    for wrong in ("size=1", '[{"size": 1}]', {"size": 1}):
        given = {"mounts": wrong}
        assert sentences(yaml_violations(spec, given)) == [
            f"mounts: must be a list of mappings, not a value of type {type(wrong).__name__}"
        ]
        assert safe_for_ansible(spec, given) == {"mounts": []}


@pytest.mark.parametrize("endless", [float("inf"), float("-inf"), "Infinity", " -inf ", "1e999", "9" * 400, 10**400])
def test_an_infinite_number_is_refused_at_every_level(endless):
    spec = {
        "number": {"type": "int"},
        "share": {"type": "float"},
        "ports": {"type": "list", "elements": "int"},
        "group": {"type": "dict", "options": {"number": {"type": "int"}}},
        "mounts": {"type": "list", "elements": "dict", "options": {"size": {"type": "int"}}},
    }
    given = {
        "number": endless,
        "share": endless,
        "ports": [1, endless],
        "group": {"number": endless},
        "mounts": [{"size": endless}],
    }
    assert [violation.path for violation in yaml_violations(spec, given)] == [
        "number",
        "share",
        "ports[1]",
        "group.number",
        "mounts[0].size",
    ]
    original = copy.deepcopy(given)
    assert safe_for_ansible(spec, given) == {
        "number": 0,
        "share": 0,
        "ports": [],
        "group": {"number": 0},
        "mounts": [{"size": 0}],
    }
    assert given == original


def test_an_infinite_number_is_found_in_a_list_or_mapping_written_as_text():
    spec = {
        "ports": {"type": "list", "elements": "int"},
        "group": {"type": "dict", "options": {"number": {"type": "int"}}},
    }
    given = {"ports": "1,Infinity", "group": "number=Infinity"}
    assert [violation.path for violation in yaml_violations(spec, given)] == ["ports[1]", "group.number"]
    assert safe_for_ansible(spec, given) == {"ports": [], "group": {"number": 0}}


ALIASED = {"name": {"type": "str", "aliases": ["title"]}}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"name": "a", "title": None}, {"name": "a"}),
        ({"name": None, "title": "a"}, {"title": "a"}),
        ({"name": None, "title": None}, {}),
        ({"name": "", "other": None}, {"name": "", "other": None}),
    ],
)
@pytest.mark.parametrize(
    "spec",
    [
        ALIASED,
        {"group": {"type": "dict", "options": ALIASED}},
        {"things": {"type": "list", "elements": "dict", "options": ALIASED, "aliases": ["group"]}},
    ],
    ids=["plain", "in a mapping", "in a list under an alias"],
)
def test_null_means_omitted_for_an_option_and_its_aliases(spec, given, left):
    """Ansible would replace the value with the null of an alias."""
    inner = dict(given)
    options = inner if spec is ALIASED else {"group": [inner] if "things" in spec else inner}
    drop_nulls(spec, options)
    assert inner == left


def test_an_option_and_its_alias_must_have_the_same_value():
    assert yaml_violations(ALIASED, {"name": "a", "title": "a"}) == []
    assert yaml_violations(ALIASED, {"name": "a", "title": None}) == []
    spec = {"group": {"type": "dict", "options": ALIASED}}
    [violation] = yaml_violations(spec, {"group": {"name": "a", "title": "b"}})
    assert str(violation).startswith("group.title: must not differ from group.name, ")


def test_safe_for_ansible_keeps_valid_values():
    spec = {
        "number": {"type": "int"},
        "share": {"type": "float"},
        "name": {"type": "str"},
        "group": {"type": "dict", "options": {"number": {"type": "int"}}},
    }
    given = {"number": "7", "share": 0.5, "name": "Infinity", "group": '{"number": 8}'}
    assert safe_for_ansible(spec, given) == {"number": "7", "share": 0.5, "name": "Infinity", "group": {"number": 8}}


def test_a_long_number_is_shortened_in_a_message():
    [sentence] = sentences(Settings(Integer("a", maximum=9)).violations({"a": 10**300}))
    assert len(sentence) < 120 and sentence.endswith("... (301 characters)")


def test_a_misspelled_setting_of_a_field_is_an_error():
    with pytest.raises(TypeError, match="Text 'name' has no setting 'longest'"):
        Text("name", longest=5)


def test_a_nullable_number_distinguishes_null_from_zero():
    plain, nullable = Integer("a"), Integer("a", nullable=True)
    assert plain.equal(None, 0) and not nullable.equal(None, 0)
    assert nullable.equal(None, None) and nullable.equal(0, 0)


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        (Float("a", minimum=0.5, maximum=2), (0.5, 1, 2.0), (0.49, 2.01, float("inf"), float("nan"))),
        (Float("a", exclusive_minimum=0), (0.01,), (0, -1)),
        (Integer("a", minimum=1, maximum=3, forbidden=(2,)), (1, 3), (0, 2, 4)),
        (Text("a", max_length=3, pattern="^[a-z]*$"), ("a", "abc"), ("", "abcd", "A1", "ab\n")),
        (Text("a"), ("x" * 10_000,), ("", " ")),
        (Text("a", may_be_empty=True), ("",), (" ",)),
    ],
)
def test_limits_are_inclusive_unless_they_are_declared_exclusive(field, right, wrong):
    table = Settings(field)
    assert [value for value in right if table.violations({"a": value})] == []
    assert [value for value in wrong if not table.violations({"a": value})] == []


@pytest.mark.parametrize("placeholder", ["...", "\u2026", "<your image>"])
def test_a_placeholder_is_refused_unless_the_resource_has_it(placeholder):
    table = Table(Text("image"))
    assert table.range_violations({"image": placeholder}, {"image": "other"})
    assert table.range_violations({"image": placeholder}, {"image": placeholder}) == []
    assert table.range_violations({"image": f"registry/{placeholder}:1"}, {}) == []


@pytest.mark.parametrize("text", ["7\n", "7\n\n", "\n7", "7 "])
def test_an_anchored_pattern_does_not_match_additional_whitespace(text):
    number = {"type": "string", "pattern": "^(-?[0-9]{1,20})?$", "description": "an integer"}
    schema = {"type": "object", "properties": {"a": number}}
    assert first_violation(schema, {"a": "7"}) == ""
    assert first_violation(schema, {"a": text}) == "a must be an integer"


@pytest.mark.parametrize("wrong", ["", ".", ".."])
def test_an_empty_id_and_ids_that_are_dot_segments_are_invalid(wrong):
    assert first_violation(IDENTIFIER, wrong)
    assert [right for right in ("...", ".a", "a..b", "4711") if first_violation(IDENTIFIER, right)] == []


def test_a_lone_surrogate_in_a_name_can_be_written_to_a_journal(tmp_path):
    with contextlib.closing(Journal(str(tmp_path / "journal"))) as journal:
        journal.add("a line", name="a\ud800b")
    assert json.loads((tmp_path / "journal").read_text(encoding="utf-8"))["name"] == "a\ud800b"


def test_a_netrc_file_does_not_replace_the_key(monkeypatch, tmp_path):
    """The test uses HTTPS, for which the client reads the environment because of proxies."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example.com login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    sent = []

    def send(self, request, **_settings):
        sent.append(request.headers["Authorization"])
        raise requests.ConnectionError("no network")

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    client = Client(
        {"api_url": "https://api.example.com"},
        "sk-0123456789abcdef",
        errors=ErrorFormat(),
        secrets=Secrets(),
        clock=PlayedClock(),
        retries=0,
    )
    with pytest.raises(ApiError):
        client.send(LIST)
    assert sent == ["Bearer sk-0123456789abcdef"]


@pytest.mark.parametrize("name", [" a", "a ", "a\n", "a\tb", "a\x7f", "a\u2028b", "\x85a", "\u00a0a"])
def test_a_name_that_a_provider_could_trim_is_refused(name):
    [sentence] = sentences(Table(Text("name", trimmed=True)).violations({"name": name}))
    assert sentence.startswith("name: must not start or end with whitespace")
    assert Table(Text("name")).violations({"name": name}) == []


@pytest.mark.parametrize("name", ["a b", "é", "e\u0301", "名", "🪔", "a\u200bb"])
def test_every_other_name_is_accepted(name):
    assert Table(Text("name", trimmed=True)).violations({"name": name}) == []


def test_control_characters_in_a_message_are_shown():
    error = ApiError("it said \x1b]0;pwned\x07\x1b[2J\u202e", operation="thing.get")
    error.doing = "find endpoint 'é'"
    assert str(error) == "Cannot find endpoint 'é': it said \\x1b]0;pwned\\x07\\x1b[2J\\u202e."


def test_a_response_with_another_resource_is_an_error():
    def absent():
        raise ApiError(
            "no such endpoint", operation="endpoint.get", status=404, reason="RESOURCE_NOT_FOUND", structured=True
        )

    resource, current = NovitaEndpoint(None), SimpleNamespace(id="a")
    assert resource.read_by_id(current, lambda: current) is current
    assert resource.read_by_id(current, absent) is None
    with pytest.raises(BadResponse, match="Novita AI returned endpoint b instead of a"):
        resource.read_by_id(current, lambda: SimpleNamespace(id="b"))


def test_secrets_in_the_log_of_a_worker_are_masked():
    resource = NovitaEndpoint(SimpleNamespace(secrets=Secrets()))
    resource.client.secrets.add("canary-0123456789")
    current = resource.current_state(
        {"id": "a", "name": "a", "workers": [{"id": "w", "log": "began with canary-0123456789"}]}
    )
    [worker] = resource_result(resource, current, {}, {})["workers"]
    assert worker["log"] == "began with ********"


def test_a_secret_with_python_escapes_is_masked():
    secrets = Secrets()
    secrets.add("canäry-0123456789")
    assert secrets.scrub(r"said can\xe4ry-0123456789!") == "said ********!"
