#!/usr/bin/env bash
# Check that instances and endpoints become hosts, that hosts of other sources stay unchanged, that a damaged cache costs
# nothing, and that Ansible connects to hosts with only the variables of the inventory, over a real SSH server on loopback.
set -eux

setting() { sed -n "s/^$1: *//p" ../../integration_config.yml; }

RUN_KEY="$(setting run_key)-inventory"
NOVITA_API_URL="$(setting novita_api_url)"
PPIO_API_URL="$(setting ppio_api_url)"
VAST_API_URL="$(setting vast_api_url)"
export RUN_KEY NOVITA_API_URL PPIO_API_URL VAST_API_URL
export NOVITA_API_KEY="${RUN_KEY}" PPIO_API_KEY="${RUN_KEY}" VAST_API_KEY="${RUN_KEY}"
export ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED=true

seed() { python simulated.py "$(setting simulator_url)" "$1" "$2"; }

for provider in novita ppio; do
    seed "${provider}/instances" '{"name": "web", "ssh": {"host": "192.0.2.1"}, "envs": [{"key": "TOKEN", "value": "canary-0123456789"}]}'
    seed "${provider}/instances" '{"name": "idle", "status": "exited"}'
done
seed vast/instances '{"label": "web", "public_ipaddr": "192.0.2.1", "extra_env": [["TOKEN", "canary-0123456789"]]}'
seed vast/instances '{"label": "idle", "actual_status": "stopped"}'
seed vast/instances '{"label": "chat:7:12"}'

folder="$(mktemp -d)"
sshd_pid=""
tidy() {
    if [ -n "${sshd_pid}" ]; then kill "${sshd_pid}" || true; fi
    rm -rf "${folder}"
}
trap tidy EXIT

# The SSH server, if it is installed. It must be started by its full path.
sshd="$(PATH="${PATH}:/usr/sbin:/usr/local/sbin" command -v sshd || true)"
port="$(python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
user="$(id -un)"
for provider in novita ppio; do
    seed "${provider}/instances" "{\"name\": \"trainer\", \"ssh\": {\"host\": \"127.0.0.1\", \"port\": ${port}, \"user\": \"${user}\"}}"
done
seed vast/instances "{\"label\": \"trainer\", \"direct_port_count\": 0, \"ssh_host\": \"127.0.0.1\", \"ssh_port\": ${port}}"

for provider in novita ppio vast; do
    graph="$(ansible-inventory -i "${provider}.yml" --graph)"
    for line in '@is_running:' '@reachable:' '--web' '--trainer' '--idle'; do
        grep -Fq -e "${line}" <<< "${graph}"
    done
    if grep -q chat <<< "${graph}"; then exit 1; fi

    ansible-inventory -i "${provider}.yml" --list -vvvv > "${folder}/list.txt" 2>&1
    grep -q "${provider}_env_names" "${folder}/list.txt"
    grep -q "\"ansible_port\": ${port}" "${folder}/list.txt"
    for secret in canary-0123456789 "${RUN_KEY}" ansible_password; do
        if grep -Fq -e "${secret}" "${folder}/list.txt"; then exit 1; fi
    done
done

# Each provider has an instance with each name.
all=(-i novita.yml -i ppio.yml -i vast.yml)
[ "$(ansible "${all[@]}" 'web*:idle*:trainer*' --list-hosts 2> "${folder}/warnings.txt" | head -n 1 | tr -d ' ')" = "hosts(9):" ]
tr '\n' ' ' < "${folder}/warnings.txt" | tr -s ' ' | grep -F 'have the names of these instances'

# Endpoints of several accounts, one of which has the name of an instance.
seed novita/endpoints '{"name": "web", "envs": [{"key": "TOKEN", "value": "canary-0123456789"}]}'
seed vast/endpoints '{"endpoint_name": "tts", "api_key": "canary-of-an-endpoint"}'
ansible-inventory -i novita.yml -i endpoints.yml --graph > "${folder}/graph.txt"
grep -A 1 -F '@at_novita:' "${folder}/graph.txt" | grep -F -e '--web-novita-'
grep -A 1 -F '@at_vast:' "${folder}/graph.txt" | grep -F -e '--tts'
ansible-inventory -i endpoints.yml --list -vvvv > "${folder}/list.txt" 2>&1
grep -q endpoint_env_names "${folder}/list.txt"
for secret in canary- "${RUN_KEY}" ansible_host ansible_connection; do
    if grep -Fq -e "${secret}" "${folder}/list.txt"; then exit 1; fi
done
if VAST_API_KEY='' ansible-inventory -i endpoints.yml --graph > "${folder}/refused.txt" 2>&1; then exit 1; fi
tr '\n' ' ' < "${folder}/refused.txt" | tr -s ' ' | grep -F 'vast.api_key: must be set'

if NOVITA_API_URL="$(setting simulator_url)/nowhere" ansible-inventory -i novita.yml --graph > "${folder}/refused.txt" 2>&1; then exit 1; fi
tr '\n' ' ' < "${folder}/refused.txt" | tr -s ' ' | grep -F 'Cannot list the instances at Novita AI'

# Names that are special in Ansible, and a static inventory with the name of an instance, in another account. Ansible reads
# variables from files whose names are host names: a host ".." would read all files of the folder.
(
    export RUN_KEY="${RUN_KEY}-names"
    export NOVITA_API_KEY="${RUN_KEY}"
    seed novita/instances '{"id": "1", "name": "web", "ssh": {"host": "192.0.2.1"}}'
    seed novita/instances '{"id": "2", "name": "..", "status": "exited"}'
    seed novita/instances '{"id": "3", "name": "gpus_1", "status": "exited"}'
    mkdir -p "${folder}/inventory/host_vars"
    cp names.novita.yml "${folder}/inventory"
    cd "${folder}/inventory"
    echo 'web ansible_host=192.0.2.50' > static.ini
    echo 'trap: true' > other.yml
    export ANSIBLE_INVENTORY_CACHE_CONNECTION="${folder}/cache"
    list() { ansible-inventory -i static.ini -i names.novita.yml --list > list.json 2> "warnings.txt"; }
    warned() { tr '\n' ' ' < warnings.txt | tr -s ' ' | grep -F -e "$1"; }
    list
    warned 'is the host web-1'
    warned 'compose.wrong: it failed for host'
    python - << 'CHECK'
import json
# ansible-core 2.19 and later marks untrusted text.
content = json.load(open("list.json"), object_hook=lambda entry: entry.get("__ansible_unsafe", entry))
hosts = content["_meta"]["hostvars"]
assert set(hosts) == {"web", "web-1", "_", "gpus_1-3"}, set(hosts)
assert hosts["web"]["ansible_host"] == "192.0.2.50" and "novita_id" not in hosts["web"], hosts["web"]
assert hosts["web-1"]["ansible_host"] == "192.0.2.1", hosts["web-1"]
assert hosts["_"]["novita_name"] == "..", hosts["_"]
assert not [host for host, variables in hosts.items() if "trap" in variables]
assert set(content["gpus_1"]["hosts"]) == {"web-1", "_", "gpus_1-3"}
assert content["ready_True"]["hosts"] == ["web-1"]
CHECK
    cp list.json before.json
    for file in "${folder}"/cache/*; do echo '{"cut' > "${file}"; done
    list
    cmp before.json list.json
    warned 'The cache entry'
    ansible -i static.ini -i names.novita.yml web-1 --list-hosts | grep -F 'hosts (1)'
)

if [ -z "${sshd}" ]; then
    echo "SKIPPED: no ping over SSH, because sshd is not installed (on Debian: apt-get install openssh-server)."
    exit 0
fi

ssh-keygen -q -t ed25519 -N '' -f "${folder}/host_key"
ssh-keygen -q -t ed25519 -N '' -f "${folder}/key"
cp "${folder}/key.pub" "${folder}/authorized_keys"
cat > "${folder}/sshd_config" << CONFIG
ListenAddress 127.0.0.1:${port}
HostKey ${folder}/host_key
PidFile none
AuthorizedKeysFile ${folder}/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
Subsystem sftp internal-sftp
CONFIG
if [ "$(id -u)" = 0 ]; then mkdir -p /run/sshd; fi
"${sshd}" -D -e -f "${folder}/sshd_config" 2> "${folder}/sshd.log" &
sshd_pid=$!
python - "${port}" << 'WAIT' || { cat "${folder}/sshd.log"; exit 1; }
import socket, sys, time
for _attempt in range(100):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=1).close()
        sys.exit()
    except OSError:
        time.sleep(0.1)
sys.exit("the SSH server does not respond")
WAIT

# Use no SSH settings, known hosts or directories of the user.
export ANSIBLE_HOST_KEY_CHECKING=false
export ANSIBLE_SSH_ARGS="-F /dev/null -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes"
python="$(python -c 'import sys; print(sys.executable)')"
# At Vast.ai, the user is always root.
ansible "${all[@]}" 'trainer*' --private-key "${folder}/key" -m ansible.builtin.ping -e "ansible_user=${user}" \
    -e "ansible_python_interpreter=${python}" -e "ansible_remote_tmp=${folder}/remote" > "${folder}/ping.txt" 2>&1 \
    || { cat "${folder}/ping.txt" "${folder}/sshd.log"; exit 1; }
[ "$(grep -F -c '"ping": "pong"' "${folder}/ping.txt")" = 3 ]
grep -F 'Accepted publickey' "${folder}/sshd.log"
