# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of machines, and mistakes in conditions on them.

The properties are those that the vendor's client and the page on searching offers list. Vast.ai accepts a condition on
any other property, too, and rents other machines than intended, or none.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

import difflib
import itertools
import math
import re
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, NamedTuple

from .._validation import PLACEHOLDER, is_placeholder

Condition = dict[str, Any]
"""The condition on one property: values by operator."""

SIGN_OF = {"eq": "=", "neq": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
COMPARISONS = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
LISTED = ("in", "notin")

ALIASES = {
    "cuda_vers": "cuda_max_good",
    "display_active": "gpu_display_active",
    "dlperf_usd": "dlperf_per_dphtotal",
    "dph": "dph_total",
    "flops_usd": "flops_per_dphtotal",
    # The name in rows of responses.
    "reliability2": "reliability",
}
NUMBERS = frozenset(
    [
        "avail_vol_ask_id",
        "avail_vol_dph",
        "avail_vol_size",
        "bw_nvlink",
        "cluster_id",
        "compute_cap",
        "cpu_cores",
        "cpu_cores_effective",
        "cpu_ghz",
        "cpu_ram",
        "cuda_max_good",
        "direct_port_count",
        "disk_bw",
        "disk_space",
        "dlperf",
        "dlperf_per_dphtotal",
        "dph_base",
        "dph_total",
        "driver_version",
        "duration",
        "end_date",
        "flops_per_dphtotal",
        "gpu_frac",
        "gpu_max_power",
        "gpu_max_temp",
        "gpu_mem_bw",
        "gpu_ram",
        "gpu_total_ram",
        "host_id",
        "id",
        "inet_down",
        "inet_down_cost",
        "inet_up",
        "inet_up_cost",
        "machine_id",
        "min_bid",
        "num_gpus",
        "pci_gen",
        "pcie_bw",
        "reliability",
        "storage_cost",
        "total_flops",
    ]
)
BOOLEANS = frozenset(
    [
        "datacenter",
        "external",
        "gpu_display_active",
        "has_avx",
        "rentable",
        "rented",
        "static_ip",
        "verified",
        "vms_enabled",
    ]
)
TEXTS = frozenset(["cpu_arch", "geolocation", "gpu_arch", "gpu_name", "mobo_name", "ubuntu_version", "verification"])
PROPERTIES = NUMBERS | BOOLEANS | TEXTS


class Unit(NamedTuple):
    """The units of a property that text and mappings count differently.

    :param factor: how many of the unit of a mapping are one of the unit of text.
    """

    in_text: str
    in_mapping: str
    factor: int


UNITS = {
    "cpu_ram": Unit("GB", "MB", 1000),
    "duration": Unit("days", "seconds", 24 * 60 * 60),
    "gpu_ram": Unit("GB", "MB", 1000),
    "gpu_total_ram": Unit("GB", "MB", 1000),
}
RANGES = {
    "compute_cap": ("100", "10000"),
    "cpu_ram": ("1", "8000"),
    "driver_version": ("1000000", "1000000000"),
    "duration": ("0.01", "3000"),
    "gpu_ram": ("1", "1000"),
    "gpu_total_ram": ("1", "5000"),
    "reliability": ("0", "1"),
}
"""The ranges in which the values of all machines are, in the units of text. A number outside has another unit."""
_HINTS = {
    "compute_cap": "it is 100 times the compute capability",
    "driver_version": "write three numbers such as 560.35.3",
    "reliability": "it is a share, not a percentage",
}

_NUMBER = re.compile(r"-?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})")
VERSION = re.compile(r"([0-9]{1,9})\.([0-9]{1,3})\.([0-9]{1,3})")


def number_of(name: str, value: Any) -> Decimal | None:
    """Return a number, or a string that represents one, as ``Decimal``; ``None`` for other values."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return Decimal(repr(value)) if is_finite(value) else None
    version = VERSION.fullmatch(value) if name == "driver_version" else None
    if version:
        major, minor, patch = map(int, version.groups())
        return Decimal(major * 1_000_000 + minor * 1_000 + patch)
    return Decimal(value) if is_number(value) else None


def is_number(text: str) -> bool:
    """Return whether a text is a number in decimal notation."""
    return bool(_NUMBER.fullmatch(text))


def is_finite(number: float) -> bool:
    """Return whether a number can be represented in JSON and compared with other numbers."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def decimal(number: Decimal) -> str:
    """Return a number in decimal notation, without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def mistake(name: str, condition: Condition, in_text: bool) -> str:
    """Return the rule that a condition on a property breaks, or an empty string. An empty condition removes the
    condition.

    :param in_text: whether the task has the condition as text.
    """
    if not condition:
        return ""
    if name not in PROPERTIES:
        similar = difflib.get_close_matches(name.lower(), (*sorted(PROPERTIES), *ALIASES), n=1)
        hint = f"did you mean {similar[0]}?" if similar else "vastai search offers --help lists the properties"
        return f"unknown property; {hint}"
    rules = [
        _broken_rule(name, operator, value, in_text)
        for operator, given in condition.items()
        for value in (given if isinstance(given, list) else [given])
    ]
    return next(filter(None, rules), "") or _contradiction(name, condition, in_text)


def _broken_rule(name: str, operator: str, value: Any, in_text: bool) -> str:
    """Return the rule that a value breaks, or an empty string."""
    if isinstance(value, str) and is_placeholder(value):
        return PLACEHOLDER
    number = number_of(name, value)
    if number is None and operator in COMPARISONS:
        return f"must be a number after {SIGN_OF[operator]}, not {value!r}"
    if value is None:
        return ""
    if name in BOOLEANS and not isinstance(value, bool) and number not in (0, 1):
        return f"must be true or false, not {value!r}"
    if name not in NUMBERS:
        return ""
    return f"must be a number, not {value!r}" if number is None else _broken_range(name, number, in_text)


def _broken_range(name: str, number: Decimal, in_text: bool) -> str:
    """Return the range that a number is not in, with the unit, or an empty string."""
    if name not in RANGES or number == 0:
        return ""
    low, high = (Decimal(limit) * _factor(name, not in_text) for limit in RANGES[name])
    number /= _factor(name, in_text)
    if low <= number <= high:
        return ""
    unit, hint = "", _HINTS.get(name, "")
    if name in UNITS:
        text, mapping, _factor_between = UNITS[name]
        unit = f" {text if in_text else mapping}"
        hint = (
            f"in text the unit is {text}, in a mapping it is {mapping}"
            if in_text
            else f"in a mapping the unit is {mapping}, in text it is {text}"
        )
    return f"must be from {decimal(low)} to {decimal(high)}{unit}, not {decimal(number)}: {hint}"


def _factor(name: str, applies: bool) -> int:
    """Return the factor between the units of a property, or 1 if it does not apply."""
    return UNITS[name].factor if applies and name in UNITS else 1


def _contradiction(name: str, condition: Condition, in_text: bool) -> str:
    """Return the rule that two operators of a condition break, because no value meets both, or an empty string."""
    numbers = {operator: number_of(name, value) for operator, value in condition.items()}
    for low, high in itertools.product(("gt", "gte", "eq"), ("lt", "lte", "eq")):
        least, most = numbers.get(low), numbers.get(high)
        if least is None or most is None or low == high:
            continue
        if least > most or (least == most and (low == "gt" or high == "lt")):
            one, other = (decimal(limit / _factor(name, in_text)) for limit in (least, most))
            return f"no machine can be both {SIGN_OF[low]}{one} and {SIGN_OF[high]}{other}"
    possible = [condition["eq"]] if "eq" in condition else condition.get("in")
    if not possible or any(all(meets(name, value, *limit) for limit in condition.items()) for value in possible):
        return ""
    conditions = (
        f"{SIGN_OF.get(operator, operator + ' ')}{_written(name, limit, in_text)}"
        for operator, limit in condition.items()
    )
    return f"no machine can meet all conditions: {', '.join(conditions)}"


def _written(name: str, value: Any, in_text: bool) -> str:
    """Return a value in the units of the task."""
    number = number_of(name, value) if name in UNITS else None
    return repr(value) if number is None else decimal(number / _factor(name, in_text))


def meets(name: str, value: Any, operator: str, limit: Any) -> bool:
    """Return whether a value meets a condition. A value that is not a number meets each comparison."""
    if operator in LISTED:
        return any(meets(name, value, "eq", item) for item in limit) == (operator == "in")
    one, other = number_of(name, value), number_of(name, limit)
    if operator in ("eq", "neq"):
        is_equal = value == limit if one is None or other is None else one == other
        return is_equal == (operator == "eq")
    return one is None or other is None or bool(COMPARISONS[operator](one, other))
