#!/bin/sh
# Takes the password from the file that CLICKHOUSE_PASSWORD_FILE names, where it names one, and starts the program.
set -eu
if [ -n "${CLICKHOUSE_PASSWORD_FILE:-}" ]; then
  CLICKHOUSE_PASSWORD=$(cat "$CLICKHOUSE_PASSWORD_FILE")
  export CLICKHOUSE_PASSWORD
fi
exec "$@"
