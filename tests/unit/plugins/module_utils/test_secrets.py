# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The masking of secrets in the texts of a provider."""

from __future__ import annotations

import base64
import html
import json
import re
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._secret_arguments import secrets_in, without_secrets
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import MASK, Secrets

SECRET = 'tiger-0123456789-\u00e4"q"/lion'


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


PEM = "-----BEGIN KEY-----\nMIIBOgIBAAJBAKj34GkxFhD9\n0vcNYLInpXcJuzqZlr3w+Q\n-----END KEY-----"
DSN = "postgres://app:S3cretPw1@db.example.com:5432/prod?sslpassword=0ther.Pw"
SETTINGS = "host=db user=app password=S3cretPw1"
ACCOUNT = '{"type": "service", "private_key_id": "9f8e7d6c5b", "password": "S3cretPw1"}'


def scrubbed(secret, text):
    secrets = Secrets()
    secrets.add(secret)
    return secrets.scrub(text)


def test_the_longest_secret_is_masked_first():
    secrets = Secrets()
    secrets.add('with "quotes"', "short", "longer-than-eight", "longer-than-eight-and-more")
    text = secrets.scrub('a with \\"quotes\\" b with "quotes" c short d longer-than-eight-and-more e longer-than-eight')
    assert text == f"a {MASK} b {MASK} c short d {MASK} e {MASK}"


def escaped(text, form):
    return "".join(form.format(ord(letter)) for letter in text)


ENCODINGS = {
    "JSON": json.dumps,
    "JSON, not ASCII": lambda value: json.dumps(value, ensure_ascii=False),
    "JSON, upper case": lambda value: re.sub(
        r"u([0-9a-f]{4})", lambda found: f"u{found[1].upper()}", json.dumps(value)
    ),
    "JSON of Go": lambda value: json.dumps(value, ensure_ascii=False).replace("&", r"\u0026").replace("<", r"\u003c"),
    "JSON of PHP": lambda value: json.dumps(value).replace("/", r"\/"),
    "JSON in JSON": lambda value: json.dumps(json.dumps(value)),
    "JSON in an address": lambda value: quote(json.dumps(value)),
    "HTML": html.escape,
    "HTML, numbers": lambda value: escaped(value, "&#{};"),
    "HTML, numbers of base 16": lambda value: escaped(value, "&#x{:X};"),
    "an address": lambda value: quote(value, safe=""),
    "an address, lower case": lambda value: re.sub("%..", lambda found: found[0].lower(), quote(value, safe="")),
    "an address in an address": lambda value: quote(quote(value)),
    "a form": quote_plus,
    "lines, indented": lambda value: value.replace("\n", "\r\n    "),
    "Python": repr,
}


@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
@pytest.mark.parametrize(
    "secret",
    [
        "canary://app:canary+canary@canary/x?canary=on&canary=5",
        "canaryc2VjcmV0/canaryWU+QUJD==",
        'cänäry"<cänäry>😀',
        "---BEGIN CANARY---\ncanary/abc+canary==\n---END CANARY---\n",
        "C:\\new\\canary &amp; %41canary\\",
        "'canary'\tcanary",
    ],
)
def test_secrets_are_masked_in_every_encoding(secret, encode):
    secrets = Secrets()
    secrets.add("canary-0123456789", secret)
    scrubbed = secrets.scrub(f"Before: {encode(secret)}, after, and canary-0123456789.")
    assert re.fullmatch(rf"""Before: ["'\\]*{re.escape(MASK)}[^,]*, after, and {re.escape(MASK)}\.""", scrubbed)
    assert not re.search("c[aä]n|newline|[A-Z]{4}", scrubbed)


def test_a_text_without_secrets_stays_unchanged():
    secrets = Secrets()
    text = r"  a+b \u0026 %41 &amp; C:\new  "
    assert secrets.scrub(text) == text
    secrets.add("canary-0123456789", "\\" * 8, " " * 8)
    assert secrets.scrub(text) == text
    assert secrets.scrub(f"{text}canary-0123456789") == f"{text}{MASK}"


def test_an_encoded_secret_is_masked_before_a_shorter_secret_that_it_contains():
    secrets = Secrets()
    secrets.add("canary-0123456789", "canary-0123456789&canary")
    assert secrets.scrub(r"is canary-0123456789\u0026canary seen?") == f"is {MASK} seen?"


def test_a_secret_is_masked_while_another_thread_adds_one(monkeypatch):
    class Busy:
        """A lock that another thread acquires as soon as it is released, to add a secret."""

        waiting = True

        def __enter__(self):
            return self

        def __exit__(self, *_exception):
            if self.waiting:
                self.waiting = False
                secrets.add("another-0123456789")

    secrets = Secrets()
    secrets.add("canary-0123456789")
    monkeypatch.setattr(secrets, "_lock", Busy())
    assert secrets.scrub("is canary-0123456789 seen?") == f"is {MASK} seen?"
    assert secrets.scrub("is another-0123456789 seen?") == f"is {MASK} seen?"


@pytest.mark.parametrize("length", range(12, len(SECRET)))
def test_a_secret_that_the_provider_cut_is_masked(length):
    for part in (SECRET[:length], SECRET[-length:]):
        assert scrubbed(SECRET, f"The token {part}... is odd").replace('"', "") == f"The token {MASK}... is odd"


def test_a_run_of_eleven_characters_is_not_taken_for_a_secret():
    assert scrubbed(SECRET, f"at {SECRET[:11]}, {SECRET[4:15]}") == f"at {SECRET[:11]}, {SECRET[4:15]}"


@pytest.mark.parametrize(
    ("secret", "part"),
    [
        (PEM, "MIIBOgIBAAJBAKj34GkxFhD9"),
        (PEM, "0vcNYLInpXcJuzqZlr3w+Q"),
        (PEM, PEM.replace("\n", "\\n")),
        ("first line\nS3cretPw\nlast line", "S3cretPw"),
        (DSN, "S3cretPw1"),
        (DSN, "0ther.Pw"),
        (SETTINGS, "S3cretPw1"),
        (ACCOUNT, "S3cretPw1"),
        (ACCOUNT, "9f8e7d6c5b"),
        (SECRET, SECRET.upper()),
        (SECRET, SECRET.replace('"', '""')),
        (SECRET, SECRET.replace('"', '\\\\\\"')),
        ("it's a secret", "'it'\\''s a secret'"),
        (SECRET, "".join(f"\\{ord(letter):03o}" for letter in SECRET)),
        (SECRET, "".join(f"\\u{{{ord(letter):x}}}" for letter in SECRET)),
        (SECRET, "".join(f"\\U{ord(letter):08x}" for letter in SECRET)),
        (SECRET, "".join(f"%u{ord(letter):04x}" for letter in SECRET)),
        (SECRET, "".join(f"\\x{ord(letter):02X}" for letter in SECRET)),
        (SECRET, SECRET.encode().hex()),
        (SECRET, SECRET.encode().hex().upper()),
        (SECRET, "\\xff" + SECRET.encode().hex()),
        ("\\U0001f600" * 10, "\U0001f600" * 10),
        (SECRET, "".join(f"\\{ord(letter):o}" for letter in SECRET)),
        (SECRET, "".join(f"&#{ord(letter)}" for letter in SECRET)),
        (SECRET, "".join(f"&#{ord(letter):08d};" for letter in SECRET)),
        (SECRET, f"0x{SECRET.encode().hex()}"),
        (SECRET, SECRET.encode().hex(":")),
        (SECRET, SECRET.encode().hex(" ", 2).upper()),
        (SECRET, ", ".join(map(hex, SECRET.encode()))),
        (SECRET, str(list(SECRET.encode()))),
        (SECRET, " ".join(map(str, SECRET.encode()))),
        (SECRET, in_base64(in_base64(SECRET))),
        (SECRET, in_base64(json.dumps({"auths": {"registry.example": {"auth": in_base64(f"bot:{SECRET}")}}}))),
        ("S3cretPw", in_base64("S3cretPw")),
        ("S3cretPw12", in_base64("S3cretPw12")),
        (json.dumps({"auths": {"registry.example": {"auth": in_base64("bot:S3cretPw1")}}}), "S3cretPw1"),
        ("https://bot:S3c%2FretPw1@registry.example", "S3c/retPw1"),
    ],
)
def test_a_part_or_another_form_of_a_secret_is_masked(secret, part):
    text = scrubbed(secret, f"Cannot use {part} today.")
    assert MASK in text
    assert text.startswith("Cannot use ") and text.endswith(" today.")
    assert not set(re.findall(r"\w{4,}", text)) & set(re.findall(r"\w{4,}", part))


@pytest.mark.parametrize("secret", ["S3cretPw", SECRET, "s" * 40])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "bot:"])
@pytest.mark.parametrize("alphabet", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_is_masked_in_base64_with_anything_around_it(secret, before, alphabet):
    encoded = alphabet(f"{before}{secret}:after".encode()).decode().rstrip("=")
    assert encoded[8:20] not in scrubbed(secret, f"Basic {encoded} is refused")
    assert encoded[8:20] not in scrubbed(secret, json.dumps(f"Basic {encoded}").replace("/", "\\/"))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\\n", " "])
def test_a_secret_is_masked_in_base64_that_a_line_end_divides(line_end):
    lines = base64.encodebytes(f"{'-' * 46}{SECRET[:20]}".encode()).decode().split()
    assert not any(line in scrubbed(SECRET[:20], f"Basic {line_end.join(lines)} is refused") for line in lines)


@pytest.mark.parametrize("text", ["&#" + "0" * 65536, "&#x" + "f" * 5000 + ";", "\\u{ffffffff}", "256, " * 20])
def test_numbers_that_are_no_characters_are_accepted(text):
    assert scrubbed(SECRET, text) == text


def test_names_in_a_structured_secret_are_not_masked():
    text = "The password of the postgres database is wrong: sslpassword. The inference of login.issuer.org failed."
    claims = ({"alg": "HS256"}, {"iss": "https://login.issuer.org", "aud": "inference"})
    token = ".".join(in_base64(json.dumps(part)).rstrip("=") for part in claims) + ".c2lnbmF0dXJlQWJjRA"
    secrets = Secrets()
    secrets.add(DSN, SETTINGS, ACCOUNT, token)
    assert secrets.scrub(text) == text


def test_words_that_only_look_encoded_are_not_masked():
    text = "Endpoint 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e at bm9ib2R5IGtub3dz/dGhpcw== is not ready."
    assert scrubbed(SECRET, text) == text


def test_a_secret_without_letters_is_masked():
    assert scrubbed("\"\" '' \\\\", "a \"\" '' \\\\ b") == f"a {MASK} b"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://h.example/lab?token=abc&x=1#k=2", f"https://h.example/lab?token={MASK}&x={MASK}#k={MASK}"),
        ("see https://me:pw@h.example/ now", f"see https://{MASK}@h.example/ now"),
        ("h.example:8888/?token=abc", f"h.example:8888/?token={MASK}"),
        ("write to me@h.example: is x=1?", "write to me@h.example: is x=1?"),
    ],
)
def test_logins_and_parameters_in_an_address_are_masked(text, masked):
    assert Secrets().scrub(text) == scrubbed(SECRET, text) == masked


@pytest.mark.parametrize(
    ("text", "masked", "found"),
    [
        ("--login '-u bot -p S3 registry.example'", f"--login '-u bot -p {MASK} registry.example'", ["S3"]),
        ("--login '-u bot -p \"my pw\" reg'", f"--login '-u bot -p {MASK} reg'", ["my pw"]),
        ("-pS3cret", f"-p{MASK}", ["S3cret"]),
        ("--env '-e A=b -e B=\"x y\" -p 80:80'", f"--env '-e A={MASK} -e B={MASK} -p 80:80'", ["b", "x y"]),
        ("-e 'A=x y' --env=B=2 -eC=3", f"-e 'A={MASK}' --env=B={MASK} -eC={MASK}", ["x y", "2", "3"]),
        ("serve --api-key sk-1 --hf_token=t", f"serve --api-key {MASK} --hf_token={MASK}", ["sk-1", "t"]),
        ("export HF_TOKEN=t; PASSWORD='a b' run", f"export HF_TOKEN={MASK} PASSWORD={MASK} run", ["t;", "a b"]),
        (
            "curl -H 'Authorization: Bearer t' https://u:p@h",
            f"curl -H 'Authorization: Bearer {MASK}' https://u:{MASK}@h",
            ["t", "p"],
        ),
        ("curl -u bot:S3 h --user='bot:S4'", f"curl -u bot:{MASK} h --user='bot:{MASK}'", ["S3", "S4"]),
        ("PGPASSWORD=a MYSQL_PWD=b hfToken=c", f"PGPASSWORD={MASK} MYSQL_PWD={MASK} hfToken={MASK}", ["a", "b", "c"]),
        (
            "-H 'X-API-Key: S3' -H 'Authorization: token t'",
            f"-H 'X-API-Key: {MASK}' -H 'Authorization: token {MASK}'",
            ["S3", "t"],
        ),
        (
            '--config \'{"password": "a b", "api_key":"S3"}\'',
            f'--config \'{{"password": "{MASK} b", "api_key":"{MASK}"}}\'',
            ["a", "S3"],
        ),
        ("get https://h/x?a=b&access_token=S3#k", f"get https://h/x?a=b&access_token={MASK}#k", ["S3"]),
        ("-p " + "1" * 100_000, f"-p {MASK}", ["1" * 100_000]),
        (f"git clone https://{'x' * 20}@h/r", f"git clone https://{MASK}@h/r", ["x" * 20]),
    ],
)
def test_secret_arguments_are_masked(text, masked, found):
    assert without_secrets({"command": [text, 1]}) == {"command": [masked, 1]}
    assert sorted(secrets_in(text)) == sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "vllm serve team/model --tokenizer team/tokens --max-tokens 4096 --top-p 0.9 -p 8000 --port 8000",
        "--disk 64 --env '-p 8080:80 -p 72299:72299/udp -p 70000-70005:70000-70005 -h worker'",
        "pip install -e . && MAX_TOKENS=4096 python -m key_server",
        "-e NAME",
        "mkdir -p /workspace/models && cp -p a b && serve -u 1000:1000 --user root:root",
        "serve --api-key $API_KEY --token ${HF_TOKEN} --password '$PW' && TOKEN=$(cat token) run https://$USER:$PASSWORD@h",
        "git clone ssh://git@host/repository && get https://h/list?key=1&page=2",
        '--config \'{"max_tokens": 4, "token": 5, "tokenizer": "a"}\'',
        "-u " + "a:" * 50_000,
        "?" + "key" * 50_000,
        "password:" + " " * 100_000,
        """--config '{"eos_token": "<eos>", "pad_token": "<pad>"}'""",
        "-" * 100_000,
        "a_" * 50_000,
        "://" + ":" * 100_000,
    ],
)
def test_other_arguments_are_not_masked(text):
    assert without_secrets(text) == text
    assert secrets_in(text) == []
