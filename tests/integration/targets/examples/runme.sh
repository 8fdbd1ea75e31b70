#!/usr/bin/env bash
# Every EXAMPLES block of the collection's modules runs as a play, against the simulator, in the order in which it stands.
set -eux

python make_playbook.py > "${OUTPUT_DIR}/examples.yml"
ansible-playbook -i "${INVENTORY_PATH}" -e @../../integration_config.yml "${OUTPUT_DIR}/examples.yml" "$@"
