-- The trail only grows. Grants stop the application; these triggers stop whoever holds the owner role. A superuser can
-- still switch triggers off: what they change then is found by the signed heads kept outside the database.
create or replace function countersign_append_only() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'CS002';
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['audit_log', 'audit_seals', 'audit_heads', 'security_events', 'security_firsts'] loop
    execute format('drop trigger if exists a_append_only on public.%I', t);
    execute format('create trigger a_append_only before update or delete or truncate on public.%I for each statement execute function countersign_append_only()', t);
  end loop;
end $$;

drop function if exists record_audit(json);
create or replace function record_audit(event_id text, xid xid8, at timestamptz, actor_kind text, actor_id text, actor_roles jsonb, session_id text, factor text, ip text,
  request_id text, verb text, object_kind text, object_id text, outcome text, reason text, before jsonb, after jsonb, leaf bytea, leaf_mac bytea) returns void language sql as $$
  insert into audit_log (event_id, xid, at, actor_kind, actor_id, actor_roles, session_id, factor, ip, request_id, verb, object_kind, object_id, outcome, reason, before, after, leaf, leaf_mac)
  values (event_id, xid, at, actor_kind, actor_id, actor_roles, session_id, factor, ip, request_id, verb, object_kind, object_id, outcome, reason, before, after, leaf, leaf_mac);
$$;
