#!/usr/bin/env bash
# Roll out versions of an endpoint while a client sends requests to it all the time.
set -eux

mkdir -p "${OUTPUT_DIR}/gateway"
python client.py "${OUTPUT_DIR}/gateway" &
client=$!
trap 'kill "${client}"' EXIT

# The lookup plugin that prepares and reads the accounts at the simulator belongs to another target.
ANSIBLE_LOOKUP_PLUGINS=../role_endpoint/lookup_plugins ansible-playbook -i "${INVENTORY_PATH}" \
    -e @../../integration_config.yml -e "gateway=${OUTPUT_DIR}/gateway" test_rollout.yml "$@"
