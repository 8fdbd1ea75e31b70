#!/usr/bin/env bash
# Run the EXAMPLES of each module of the collection as a play against the simulator.
set -eux

python make_playbook.py > "${OUTPUT_DIR}/examples.yml"
ansible-playbook -i "${INVENTORY_PATH}" -e @../../integration_config.yml "${OUTPUT_DIR}/examples.yml" "$@"
