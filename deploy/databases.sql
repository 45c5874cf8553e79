-- Roles and databases on an empty server, once, as its superuser; psql asks for what is not given:
--   psql -v owner_password=... -v app_password=... -v dagster_password=... -f databases.sql
-- docs/deploying-postgresql.md says what each role is for. The tables are made by the first command of Nedra.

\set ON_ERROR_STOP on
\if :{?owner_password} \else \prompt 'Password of nedra_owner (migrates): ' owner_password \endif
\if :{?app_password} \else \prompt 'Password of nedra_app (computes): ' app_password \endif
\if :{?dagster_password} \else \prompt 'Password of dagster (its own records): ' dagster_password \endif

CREATE ROLE nedra_writer NOLOGIN;
CREATE ROLE nedra_auditor NOLOGIN;
CREATE ROLE nedra_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE nedra_app LOGIN PASSWORD :'app_password' IN ROLE nedra_writer;
CREATE ROLE dagster LOGIN PASSWORD :'dagster_password';

-- Texts sort by their code points, as in SQLite, and any letter can be stored.
CREATE DATABASE nedra OWNER nedra_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
CREATE DATABASE dagster OWNER dagster TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE CONNECT ON DATABASE nedra FROM PUBLIC;
REVOKE CONNECT ON DATABASE dagster FROM PUBLIC;
GRANT CONNECT ON DATABASE nedra TO nedra_writer, nedra_auditor;
