# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an instance gets from the request that rents it, from its template and from its offer."""

from __future__ import annotations

import re
import shlex

from ..provider import Refusal
from .offers import HOURS_PER_MONTH

LEAST_DISK = 8.0
LONGEST_ONSTART = 4048
LONGEST_COMMAND = 4096
LONGEST_ENV = 32768
MOST_PORTS = 64
PRICES = (0.001, 128.0)

# The documented words for how to connect, as the vendor's client spells them. Rows have this spelling.
RUNTYPES = {
    "ssh": "ssh_proxy",
    "ssh_direct": "ssh_direc ssh_proxy",
    "jupyter": "jupyter_proxy ssh_proxy",
    "jupyter_proxy": "jupyter_proxy ssh_proxy",
    "jupyter_direct": "jupyter_direc ssh_direc ssh_proxy",
}

# The facts about a machine that a row repeats from the offer.
MACHINE = (
    "machine_id",
    "host_id",
    "gpu_name",
    "num_gpus",
    "gpu_ram",
    "dph_base",
    "min_bid",
    "storage_cost",
    "inet_up_cost",
    "inet_down_cost",
    "inet_up",
    "inet_down",
    "cpu_name",
    "cpu_ram",
    "cuda_max_good",
    "driver_version",
    "geolocation",
    "verification",
    "static_ip",
    "direct_port_count",
    "duration",
)

PORT_OPTION = re.compile(r"-p\s+(?:\d+:)?(\d+)(?:/(tcp|udp))?")


def software(desired, template, spelled):
    """Return the stored fields of a request: what runs on the instance. Those of its template are the defaults.

    ``spelled`` is a value of the setting ``runtype_rows``.
    """
    from_template = template_fields(template)
    given = {key: value for key, value in stored(desired, spelled).items() if value is not None}
    fields = {**from_template, **given}
    if "env" in desired or template:
        pairs = {**dict(from_template.get("extra_env", ())), **dict(given.get("extra_env", ()))}
        fields["extra_env"] = [list(pair) for pair in pairs.items()]
    check(fields)
    return fields


def stored(desired, spelled):
    """Return the stored fields of a request. A text as ``env`` is accepted, and has no effect."""
    env, runtype = desired.get("env"), desired.get("runtype")
    args = desired.get("args")
    if args is None and desired.get("args_str"):
        args = shlex.split(desired["args_str"])
    return {
        "image_uuid": desired.get("image"),
        "image_runtype": RUNTYPES.get(runtype, runtype) if spelled == "client" else runtype,
        "image_args": args,
        "onstart": desired.get("onstart"),
        "extra_env": [list(pair) for pair in env.items()] if isinstance(env, dict) else None,
    }


def template_fields(template):
    """Return the stored fields that a template sets."""
    if template is None:
        return {}
    tag = template["tag"]
    return {
        "template_id": template["id"],
        "template_hash_id": template["hash_id"],
        "template_name": template["name"],
        "image_uuid": f"{template['image']}:{tag}" if tag else template["image"],
        "image_runtype": RUNTYPES.get(template["runtype"], template["runtype"]),
        "image_args": shlex.split(template["args_str"] or ""),
        "onstart": template["onstart"],
        "extra_env": [list(pair) for pair in docker_options(template["env"] or "").items()],
    }


def docker_options(text):
    """Return the variables and the ports in the Docker options of a template."""
    found, words = {}, iter(shlex.split(text))
    for word in words:
        if word in ("-e", "--env"):
            name, _equals, value = next(words, "").partition("=")
            found[name] = value
        elif word == "-p":
            found[f"-p {next(words, '')}"] = "1"
    return found


def check(fields):
    """Refuse what is too long."""
    onstart, args, pairs = fields.get("onstart") or "", fields.get("image_args") or [], fields.get("extra_env") or []
    if len(onstart) > LONGEST_ONSTART:
        raise Refusal(400, f"onstart: must have at most {LONGEST_ONSTART} characters")
    if len(onstart) + sum(map(len, args)) > LONGEST_COMMAND:
        raise Refusal(400, f"args and onstart: must have at most {LONGEST_COMMAND} characters")
    if sum(len(name) + len(value) for name, value in pairs) > LONGEST_ENV:
        raise Refusal(400, f"env: must have at most {LONGEST_ENV} characters")
    if len([name for name, _value in pairs if name.startswith("-p")]) > MOST_PORTS:
        raise Refusal(400, f"env: must have at most {MOST_PORTS} ports")


def check_price(price):
    lowest, highest = PRICES
    if price is not None and not lowest <= price <= highest:
        raise Refusal(400, f"price: must be from {lowest} to {highest}", "invalid_price")


def machine(offer, disk, price):
    """Return the fields of a row that depend on the machine, and the prices."""
    base = offer["dph_base"] if price is None else price
    storage = (offer.get("storage_cost") or 0) * disk / HOURS_PER_MONTH
    geolocation = offer.get("geolocation")
    return {
        **{name: offer.get(name) for name in MACHINE},
        "country": geolocation and geolocation.rpartition(", ")[2],
        "dph_base": base,
        "storage_total_cost": storage,
        "dph_total": base + storage,
        "is_bid": price is not None,
        "disk_space": disk,
    }


def inner_ports(spec):
    """Return the ports that an instance opens, such as ``8000/tcp``."""
    found = [PORT_OPTION.fullmatch(name) for name, _value in spec["extra_env"]]
    ports = [f"{match[1]}/{match[2] or 'tcp'}" for match in found if match]
    runtype = spec["image_runtype"] or ""
    if "jupyter_direc" in runtype:
        ports.insert(0, "8080/tcp")
    if "ssh_direc" in runtype:
        ports.insert(0, "22/tcp")
    return list(dict.fromkeys(ports))
