# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vast.ai's templates: what a worker or an instance runs. A template's hash is derived from its content."""

from __future__ import annotations

import functools
import hashlib
import json

from ..provider import Refusal
from .store import EPOCH, NumberedStore
from .users import user_id

LONGEST_ONSTART = 4048
LONGEST_DESC = 512

# The columns that a search can filter.
COLUMNS = (
    "creator_id",
    "created_at",
    "count_created",
    "default_tag",
    "docker_login_repo",
    "id",
    "image",
    "jup_direct",
    "hash_id",
    "name",
    "recent_create_date",
    "recommended_disk_space",
    "recommended",
    "ssh_direct",
    "tag",
    "use_ssh",
)

LOGINS = ("docker_login_user", "docker_login_pass")


class Templates(NumberedStore):
    """The templates of one account."""

    defaults = {
        "name": None,
        "image": None,
        "tag": None,
        "env": "",
        "onstart": "",
        "runtype": "args",
        "args_str": "",
        "use_ssh": False,
        "ssh_direct": False,
        "jup_direct": False,
        "use_jupyter_lab": False,
        "jupyter_dir": None,
        "readme": None,
        "readme_visible": True,
        "href": None,
        "repo": None,
        "desc": None,
        "private": False,
        "docker_login_repo": "",
        "docker_login_user": "",
        "docker_login_pass": "",
        "extra_filters": {},
        "recommended_disk_space": 8.0,
        "volume_info": None,
    }
    floats = ("recommended_disk_space",)

    def create(self, desired, fault):
        """Store a new template and return it, or return an existing one with the same content."""
        given = {key: value for key, value in desired.items() if value is not None}
        spec = self.completed({**self.defaults, **given})
        same = [record for record in self.living() if content_hash(record.spec) == content_hash(spec)]
        if same and not fault:
            return same[0]
        record = self.start(spec, fault)
        if fault and fault.name == "duplicate":
            self.start(spec, None)
        return record

    def update(self, desired, fault):
        """Edit a template as version 1 of the API does, and return it. All fields must be in the request."""
        record = self.live(desired["id"])
        if record is None:
            raise Refusal(404, "Template not found")
        if desired["hash_id"] != self.view(record)["hash_id"]:
            raise Refusal(400, "hash_id: is not the current one of this template")
        return self.edited(record, desired, fault, self.settings.put_mode)

    def edit(self, desired, fault):
        """Edit a template as version 0 of the API does. Users disagree on what it does."""
        mode = self.settings.template_v0_put
        found = [record for record in self.living() if self.view(record)["hash_id"] == desired["hash_id"]]
        if not found or mode == "broken":
            raise Refusal(400, "Invalid Template ID or User ID")
        return self.edited(found[0], desired, fault, "partial" if mode == "works" else "full")

    def edited(self, record, desired, fault, mode):
        """Return a template after an edit. In the mode ``partial``, missing and null fields keep their values."""
        given = {key: value for key, value in desired.items() if key in self.defaults}
        if mode == "partial":
            spec = {**record.spec, **{key: value for key, value in given.items() if value is not None}}
        else:
            spec = {**(self.defaults if mode == "full" else record.spec), **given}
            spec = {key: self.defaults[key] if value is None else value for key, value in spec.items()}
        spec = self.completed(spec, record.spec)
        if self.settings.template_id_on_edit == "new":
            self.withdraw(record)
            return self.start(spec, fault)
        self.rewrite(record, record.spec, spec, fault)
        return record

    def delete(self, desired):
        """Delete a template by its ID. By its hash, the live service refuses."""
        if desired.get("template_id") is None:
            raise Refusal(400, "Invalid Template ID or User ID")
        record = self.live(desired["template_id"])
        if record is None:
            raise Refusal(404, "Template not found")
        self.withdraw(record)

    def completed(self, spec, former=None):
        """Return the fields as the server stores them, or refuse them."""
        carried = former if former and self.settings.update_ranges == "found" else {}
        if not (spec["name"] or "").strip():
            raise Refusal(400, "Template name is required")
        if not spec["image"]:
            raise Refusal(400, "Template image is required")
        for key, longest in (("onstart", LONGEST_ONSTART), ("desc", LONGEST_DESC)):
            if len(spec[key] or "") > longest and spec[key] != carried.get(key):
                raise Refusal(400, f"{key}: must have at most {longest} characters")
        image = spec["image"]
        bare, _colon, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "")
        return {
            **spec,
            # The vendor's client sends a text.
            "recommended_disk_space": float(spec["recommended_disk_space"]),
            "tag": spec["tag"] or (None if tag or "@" in image else "latest"),
            "onstart": (spec["onstart"] or "").encode("ascii", "ignore").decode(),
            "href": spec["href"] or f"https://hub.docker.com/r/{bare}/",
            "repo": spec["repo"] or bare,
        }

    def search(self, filters):
        """Return the rows of a search: own and public templates mixed. Some public ones look like own ones."""
        own = [self.view(record) for record in self.readable()]
        twins = [{**row, "id": row["id"] + 5_000_000, "creator_id": 1, "env": "-e TWIN=1"} for row in own]
        public = public_templates(self.settings.public_templates)
        rows = [*public[::2], *twins, *own, *public[1::2]]
        if self.settings.template_search == "ignored":
            return rows
        return [row for row in rows if all(fits(row.get(column), limits) for column, limits in filters.items())]

    def named(self, template_hash, template_id):
        """Return the row of an own or public template, or None."""
        own = [self.view(record) for record in self.living()]
        rows = [*own, *public_templates(self.settings.public_templates)]
        return next((row for row in rows if row["hash_id"] == template_hash or row["id"] == template_id), None)

    def view(self, record, listed=False):
        row = {key: value for key, value in record.spec.items() if key not in LOGINS}
        if self.settings.template_logins == "answered":
            row.update((key, record.spec[key]) for key in LOGINS)
        return {
            "id": int(record.id),
            "hash_id": content_hash(record.spec),
            "creator_id": user_id(self.account),
            "created_at": EPOCH + record.created_at,
            "count_created": 0,
            "recent_create_date": None,
            "default_tag": None,
            "recommended": False,
            **row,
            **record.overrides,
        }

    def summary(self, record):
        return {"id": record.id, "name": record.spec["name"] or "", "state": "ready"}

    def hourly_cost(self, record):
        return 0.0


def content_hash(spec):
    """Return the hash of a content. Even the order of the options in ``env`` counts."""
    return hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:32]


def fits(value, limits):
    tests = {
        "eq": lambda limit: value == limit,
        "neq": lambda limit: value != limit,
        "in": lambda limit: value in limit,
        "notin": lambda limit: value not in limit,
        "gt": lambda limit: value is not None and value > limit,
        "gte": lambda limit: value is not None and value >= limit,
        "lt": lambda limit: value is not None and value < limit,
        "lte": lambda limit: value is not None and value <= limit,
    }
    return all(tests[operator](limit) for operator, limit in limits.items())


@functools.cache
def public_templates(count):
    """Return templates of other users."""
    rows = []
    for number in range(count):
        name, image = f"Public template {number}", f"docker.io/somebody/image-{number}"
        spec = {**Templates.defaults, "name": name, "image": image, "tag": "latest", "env": f"-e NUMBER={number}"}
        row = {key: value for key, value in spec.items() if key not in LOGINS}
        rows.append(
            {
                "id": 1000 + number,
                "hash_id": content_hash(spec),
                # Larger than the number of any user of the simulator.
                "creator_id": 1_000_000 + number % 7,
                "created_at": EPOCH,
                "count_created": number * 3,
                "recent_create_date": EPOCH,
                "default_tag": None,
                "recommended": not number % 10,
                **row,
            }
        )
    return rows


def search_filters(text, columns):
    """Return the filters of a search, or refuse them as the server does."""
    try:
        filters, chosen = json.loads(text or "{}"), json.loads(columns or '["*"]')
    except ValueError:
        raise Refusal(400, "AttributeError: 'str' object has no attribute 'items'") from None
    if not isinstance(filters, dict) or not isinstance(chosen, list):
        raise Refusal(400, "AttributeError: 'str' object has no attribute 'items'")
    for column in filters:
        if column not in COLUMNS:
            raise Refusal(400, f"select_filters: unknown column {column}")
    return filters
