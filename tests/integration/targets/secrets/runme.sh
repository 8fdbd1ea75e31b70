#!/usr/bin/env bash
# Law 13: the output with -vvvv contains none of the two canaries, which are the API key and a secret environment variable.
#
# The playbook gets the canaries as variables, because Ansible prints the source lines of a failing task.
set -eux

set +x # keep the canaries out of the trace of this script
key="canary-key-$(python -c 'import secrets; print(secrets.token_hex(16))')"
secret="canary-secret-$(python -c 'import secrets; print(secrets.token_hex(16))')"
printf '{"canary_key": "%s", "canary_secret": "%s"}\n' "${key}" "${secret}" > "${OUTPUT_DIR}/canaries.json"
export NOVITA_API_KEY="${key}"
set -x

printed="${OUTPUT_DIR}/printed.txt"
ANSIBLE_LOG_PATH="${OUTPUT_DIR}/ansible.log" ansible-playbook -vvvv --diff -i "${INVENTORY_PATH}" \
    -e @../../integration_config.yml -e @"${OUTPUT_DIR}/canaries.json" test_secrets.yml > "${printed}" 2>&1 \
    || { tail -n 100 "${printed}"; exit 1; }

# The tasks run as the settings say.
if grep -q '^gpufleet_direct: false' ../../integration_config.yml; then face="as a module"; else face="in the process of Ansible"; fi
grep -F "gpufleet.cloud.novita_endpoint runs ${face}" "${printed}"

# The output must contain text that the search can find.
grep -q 'LOG_LEVEL' "${printed}"
grep -q 'TOKEN.*(hidden' "${printed}"
for file in "${printed}" "${OUTPUT_DIR}/ansible.log"; do
    for canary in canary-key- canary-secret-; do
        if grep -n "${canary}[0-9a-f]" "${file}"; then
            echo "The output contains a secret."
            exit 1
        fi
    done
done
