#!/usr/bin/env bash
# Law 6: three hosts of one play that need the same endpoint create one. The simulator shows a new endpoint late.
set -eux

key="several-hosts-$(python -c 'import secrets; print(secrets.token_hex(16))')"
ansible-playbook -i "${INVENTORY_PATH}" -i web1,web2,web3, -e @../../integration_config.yml -e run_key="${key}" \
    test_several_hosts.yml
