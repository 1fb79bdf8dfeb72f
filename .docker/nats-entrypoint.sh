#!/bin/sh
# A server takes what its configuration reads from the environment for a piece of configuration, in which a password
# could end its quotes: each comes as a string, whatever characters it has. Then runs what it is given.
set -eu
for name in NATS_SERVICE_PASSWORD NATS_PRODUCER_PASSWORD NATS_DASHBOARD_PASSWORD; do
  eval "value=\$$name"
  export "$name=\"$(printf %s "$value" | sed 's/["\\]/\\&/g')\""
done
exec "$@"
