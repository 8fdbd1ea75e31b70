# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Quotations of long texts."""

from __future__ import annotations

import pytest

from ansible_collections.gpufleet.cloud.plugins.module_utils._http.quote import one_line
from ansible_collections.gpufleet.cloud.plugins.module_utils._secrets import MASK, Secrets

SECRET = "canary-secret-0123456789"
READ = 65536
"""The number of characters that are read."""
UNSHORTENED = 10 * READ


@pytest.fixture(name="secrets")
def _secrets():
    secrets = Secrets()
    secrets.add(SECRET)
    return secrets


@pytest.mark.parametrize("inside", [1, 10, len(SECRET) - 1])
def test_a_quote_does_not_end_with_the_beginning_of_a_secret(secrets, inside):
    text = "x" * (READ - inside) + SECRET + "x"
    quote = one_line(text, secrets, UNSHORTENED)
    assert not set(quote) & set(SECRET) and len(quote) > READ - 200


def test_a_mask_at_the_end_of_a_quote_is_complete(secrets):
    text = "a" * (READ - len(SECRET)) + SECRET + "b"
    assert one_line(text, secrets, UNSHORTENED) == "a" * (READ - len(SECRET)) + MASK + "..."


def test_a_text_that_is_read_completely_is_quoted_completely(secrets):
    assert one_line("a" * READ, secrets, UNSHORTENED) == "a" * READ
