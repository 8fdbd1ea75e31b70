# Copyright (c) 2026 gpufleet.cloud contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every resource type of the collection, by the name of its module, and every provider.

This module is private to the gpufleet.cloud collection: it may change at any time.
"""

from __future__ import annotations

from .._engine.info_type import InfoType
from .._engine.provider import Provider
from .._engine.resource import Resource
from .._novita.account import NovitaAccount
from .._novita.endpoint import NovitaEndpoint
from .._novita.instance import NovitaInstance
from .._novita.network import NovitaNetwork
from .._novita.network_storage import NovitaNetworkStorage
from .._novita.registry_auth import NovitaRegistryAuth
from .._ppio.account import PpioAccount
from .._ppio.endpoint import PpioEndpoint
from .._ppio.instance import PpioInstance
from .._vast.account import VastAccount
from .._vast.endpoint import VastEndpoint
from .._vast.env_var import VastEnvVar
from .._vast.instance import VastInstance
from .._vast.ssh_key import VastSshKey
from .._vast.template import VastTemplate
from .._vast.workergroup import VastWorkergroup

RESOURCE_TYPES: dict[str, type[Resource]] = {
    resource_type.type_name(): resource_type
    for resource_type in (
        NovitaEndpoint,
        NovitaInstance,
        NovitaNetwork,
        NovitaNetworkStorage,
        NovitaRegistryAuth,
        PpioEndpoint,
        PpioInstance,
        VastEndpoint,
        VastEnvVar,
        VastInstance,
        VastSshKey,
        VastTemplate,
        VastWorkergroup,
    )
}
PROVIDERS: dict[str, Provider] = {
    resource_type.provider.name: resource_type.provider for resource_type in RESOURCE_TYPES.values()
}
ACCOUNTS: dict[str, type[InfoType]] = {
    account.provider.name: account for account in (NovitaAccount, PpioAccount, VastAccount)
}
