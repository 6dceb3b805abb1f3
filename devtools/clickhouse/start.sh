#!/bin/sh
# Gives the users their passwords and starts the server. A password that the environment names is taken; where it
# names none, one is made at the first start. Either way it lies in the passwords volume, which only the services
# of this compose file see, and there they read it.
set -eu

passwords=${PASSWORDS_DIR:-/run/passwords}

# keep FILE PASSWORD: in a new file, as nobody may write to the old one. The services read it as users of their own.
keep() {
  rm -f "$1"
  printf '%s' "$2" >"$1"
  chmod 444 "$1"
}

# password NAME GIVEN: writes NAME's password and prints it.
password() {
  file=$passwords/$1
  if [ -n "$2" ]; then
    keep "$file" "$2"
  elif [ ! -s "$file" ]; then
    # 128 random bits. The letter in front keeps readers of YAML from taking the text for a number.
    keep "$file" "p$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  fi
  cat "$file"
}

OTEL_USER_PASSWORD=$(password otel_user "${OTEL_USER_PASSWORD:-}")
GRAFANA_USER_PASSWORD=$(password grafana_user "${GRAFANA_USER_PASSWORD:-}")
export OTEL_USER_PASSWORD GRAFANA_USER_PASSWORD
password grafana_admin "${GRAFANA_ADMIN_PASSWORD:-}" >/dev/null

exec "${SERVER:-/entrypoint.sh}"
