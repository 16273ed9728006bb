-- The roles stay: other databases of the cluster may use them.
alter default privileges in schema public revoke all on tables from credit_app;
alter default privileges in schema public revoke all on sequences from credit_app;
revoke all on all tables in schema public from credit_app, credit_sealer;
revoke all on all sequences in schema public from credit_app, credit_sealer;
revoke usage on schema public from credit_app, credit_sealer;
