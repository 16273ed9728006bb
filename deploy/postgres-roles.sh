#!/bin/sh
# Runs once, when the database container makes its cluster: three logins, each with what its process needs and no more.
#   credit_owner   owns the tables, migrates
#   credit_app     web and workers; the migrations keep the ledger out of its reach
#   credit_sealer  moves ledger events into sealed blocks
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set db="$POSTGRES_DB" --set owner="$CREDIT_OWNER_PASSWORD" \
  --set app="$CREDIT_APP_PASSWORD" --set sealer="$CREDIT_SEALER_PASSWORD" <<'SQL'
create role credit_owner login password :'owner';
create role credit_app login password :'app';
create role credit_sealer login password :'sealer';
-- The owner may act as the others, so that its own health checks and migrations can test their rights.
grant credit_app, credit_sealer to credit_owner with admin option;
alter database :"db" owner to credit_owner;
alter schema public owner to credit_owner;
revoke connect on database :"db" from public;
grant connect on database :"db" to credit_app, credit_sealer;
SQL
