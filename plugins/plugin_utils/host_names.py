# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Host names that have no special meaning in Ansible, made from names that somebody chose at a provider.

Ansible uses a host name in patterns, as the name of files (``host_vars/<name>.yml``, the cache of facts), and as the
address of a host without ``ansible_host``.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

RESERVED = ("", "all", "ungrouped", "localhost", "127.0.0.1")
"""Ansible does not accept these names for hosts of an inventory, or treats them specially."""

# Special characters; a beginning that makes an option of a command or a hidden file; an ending with which two hosts
# would have the same file of variables, because ``host_vars/web.yml`` is the file of ``web``.
_SPECIAL = re.compile(r"^[.-]+|[^\w.-]|\.(?=(?:ya?ml|json)$)")

# A file name has at most 255 bytes, to which Ansible adds prefixes and endings.
_NAME_BYTES = 180
_ID_BYTES = 40


class Identity(NamedTuple):
    """The preferred host name of a resource, and its ID."""

    name: str
    id: str


def safe_host_name(name: str) -> str:
    """Return a name without special characters and at most 180 bytes long."""
    return _safe(name, _NAME_BYTES)


def unique_host_names(identities: Sequence[Identity], taken: Collection[str] = ()) -> list[str]:
    """Return a host name for each resource: its safe name, with its ID if that name is taken or not unique."""
    names = [safe_host_name(identity.name) for identity in identities]
    with_ids = [
        "-".join(filter(None, (name, _safe(identity.id, _ID_BYTES)))) for name, identity in zip(names, identities)
    ]
    uses_of_id = Counter([*RESERVED, *taken, *with_ids])
    uses = uses_of_id + Counter(names)
    return [
        name if uses[name] == 1 else with_id if uses_of_id[with_id] == 1 else f"{with_id}-{_digest(identity)}"
        for name, with_id, identity in zip(names, with_ids, identities)
    ]


def _digest(identity: Identity) -> str:
    """Return a text for two resources whose IDs become equal too."""
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:8]


def _safe(text: str, most_bytes: int) -> str:
    # A cut can leave an ending that is special by itself.
    cut = _SPECIAL.sub("_", text).encode()[:most_bytes].decode(errors="ignore")
    return _SPECIAL.sub("_", cut)
