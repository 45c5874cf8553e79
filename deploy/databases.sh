#!/bin/sh
# What the PostgreSQL container runs once, on an empty volume: databases.sql with the passwords of deploy/.env.
set -eu
psql --username postgres --quiet --file /etc/nedra/databases.sql \
    --set "owner_password=$OWNER_PASSWORD" --set "app_password=$APP_PASSWORD" --set "dagster_password=$DAGSTER_PASSWORD"
