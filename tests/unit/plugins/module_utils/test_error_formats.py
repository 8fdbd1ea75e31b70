# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The error code, the message and the time to wait in the responses of each provider."""

from __future__ import annotations

import json

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._http.error_format import ErrorFormat
from ansible_collections.gpufleet.cloud.plugins.module_utils._http.response import Response
from ansible_collections.gpufleet.cloud.plugins.module_utils._novita.api import NOVITA
from ansible_collections.gpufleet.cloud.plugins.module_utils._ppio.api import PPIO
from ansible_collections.gpufleet.cloud.plugins.module_utils._vast.api import VAST

COMMON = ErrorFormat()
FORMATS = [
    pytest.param(COMMON, id="common"),
    *(pytest.param(provider.errors, id=provider.name) for provider in (NOVITA, PPIO, VAST)),
]
PLATFORM = FORMATS[1:3]


def refusal(body, status=400, **headers):
    return Response(status, headers, (body if isinstance(body, str) else json.dumps(body)).encode())


@pytest.mark.parametrize("errors", FORMATS)
@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": "word", "message": "a sentence"}, "word", "a sentence"),
        ({"error": "word"}, "word", ""),
        ({"error": {"code": "WORD", "message": "a sentence"}}, "WORD", "a sentence"),
        ({"error": {"code": 5, "message": None}}, "", '{"error": {"code": 5, "message": null}}'),
        ({"error": "two words", "message": "a sentence"}, "", "two words: a sentence"),
        ({"error": "a sentence"}, "", "a sentence"),
        ({"message": "", "odd": 1}, "", '{"message": "", "odd": 1}'),
        ('"a sentence"', "", "a sentence"),
        ("a plain text", "", "a plain text"),
        ("[1]", "", "[1]"),
        ("", "", ""),
    ],
)
def test_every_format_reads_common_error_bodies(errors, body, code, message):
    assert errors.code_and_message(refusal(body)) == (code, message)


@pytest.mark.parametrize("errors", PLATFORM)
@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"code": 400, "reason": "WORD", "message": "a sentence", "metadata": {}}, "WORD", "a sentence"),
        ({"code": 400, "reason": "MISSING_API_KEY"}, "MISSING_API_KEY", ""),
        ({"reason": "WORD", "error": "word", "message": "a sentence"}, "WORD", "a sentence"),
    ],
)
def test_novita_and_ppio_return_the_error_code_as_reason(errors, body, code, message):
    assert errors.code_and_message(refusal(body)) == (code, message)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"success": False, "error": "invalid_args", "msg": "a sentence"}, "invalid_args", "a sentence"),
        ({"msg": "a sentence", "message": "another"}, "", "a sentence"),
        ({"detail": "a sentence"}, "", "a sentence"),
        ({"success": False, "error_msg": "a sentence"}, "", "a sentence"),
        ({"error": "no_such_ask"}, "no_such_ask", ""),
        (
            {
                "detail": [
                    {"loc": ["body", "max_workers"], "msg": "too small", "type": "x"},
                    {"loc": ["body", "ids", 0], "msg": "no id"},
                ]
            },
            "",
            "body.max_workers: too small; body.ids.0: no id",
        ),
        (
            {"detail": [{"loc": [], "msg": "no body"}, {"loc": ["body"]}, {"loc": "body", "msg": "odd"}, 5]},
            "",
            "no body; odd",
        ),
        ({"detail": [5]}, "", '{"detail": [5]}'),
        (
            {"error": "invalid_args", "msg": "You need an additional $4.31"},
            "insufficient_credit",
            "You need an additional $4.31",
        ),
        ({"error": "forbidden", "msg": "Insufficient_credit."}, "insufficient_credit", "Insufficient_credit."),
    ],
)
def test_vast_returns_its_message_under_several_keys(body, code, message):
    assert VAST.errors.code_and_message(refusal(body)) == (code, message)


@pytest.mark.parametrize("errors", FORMATS[1:])
def test_the_interval_of_a_route_is_read_from_the_text(errors):
    for body in (
        {"detail": "endpoint threshold=4.5"},
        "too frequent: endpoint threshold = 4.5",
        {"message": "threshold=4.5"},
    ):
        assert errors.interval(refusal(body, 429)) == 4.5
    assert errors.interval(refusal("threshold", 429)) == 0
    assert COMMON.interval(refusal("threshold=4.5", 429)) == 0


def test_only_vast_returns_the_time_to_wait_in_the_body():
    response = refusal({"retry_after": 7}, 429, **{"retry-after": "3"})
    formats = (COMMON, NOVITA.errors, PPIO.errors, VAST.errors)
    assert [errors.retry_after(response) for errors in formats] == [3, 3, 3, 7]


def test_only_vast_documents_success_false_as_a_refusal():
    assert VAST.errors.is_refusal({"success": False})
    for errors in (COMMON, NOVITA.errors, PPIO.errors):
        assert not errors.is_refusal({"success": False})
        assert errors.failures({"success": False}) == {"success": "false"}
    for data in ({"success": True}, {"success": None}, {}, [], False, None):
        assert not VAST.errors.is_refusal(data)


@pytest.mark.parametrize("errors", [param.values[0] for param in FORMATS])
@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "error",
        {},
        {"success": True},
        {"error": None, "errors": None, "reason": None, "code": None},
        {"error": "", "errors": [], "reason": "", "code": 0},
        {"code": 200, "message": "ok", "msg": "ok", "metadata": {}},
        {"code": "0"},
        {"code": "OK"},
        {"items": [{"error": "x", "code": 5}], "status": {"error": "x"}},
    ],
)
def test_no_format_reads_a_failure_in_a_documented_success(errors, data):
    assert errors.failures(data) == {}


@pytest.mark.parametrize("errors", [param.values[0] for param in FORMATS])
@pytest.mark.parametrize(
    "data",
    [
        *({"success": value} for value in ("true", "false", "", 0, 1, None, [])),
        *({"code": value} for value in (1, 400, 500, -1, "500", "ERROR", True, False, [], {})),
        *({key: value} for key in ("error", "errors", "reason") for value in ("x", 1, True, {"a": 1}, [1])),
    ],
)
def test_every_format_reads_failures_in_a_success(errors, data):
    assert list(errors.failures(data)) == list(data)
    assert errors.failures(data, expected=tuple(data)) == {}


def test_only_vast_reports_failures_as_error_msg_or_detail():
    data = {"error_msg": "x", "detail": [{"msg": "y"}]}
    assert VAST.errors.failures(data) == {"error_msg": "x", "detail": "a list"}
    assert NOVITA.errors.failures(data) == PPIO.errors.failures(data) == {}


@pytest.mark.parametrize(
    ("code", "status", "message", "advice"),
    [
        ("", 403, "the key has no permission", "check the key"),
        ("missing_scope", 404, "", "check the key"),
        ("", 400, "the key has no permission", ""),
        ("", 403, "not enough credit", "buy credit"),
        ("low_balance", 400, "", "buy credit"),
        ("", 404, "not enough credit", ""),
        ("", 403, "no permission to use the credit", "ask the owner"),
        ("", 403, "no", "ask the owner"),
        ("known", 403, "not enough credit", "wait"),
    ],
)
def test_the_advice_depends_on_the_code_then_on_the_text_then_on_the_status(code, status, message, advice):
    errors = ErrorFormat({"known": "wait", 403: "ask the owner"}, about_key="check the key", about_credit="buy credit")
    assert errors.advice(code, status, message) == advice
