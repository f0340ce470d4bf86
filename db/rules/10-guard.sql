-- No write without its actor, and none outside its own transaction: the driver can let a callback continue on a fresh
-- connection after the backend died, and such a statement does not carry the transaction id it was begun with.
create or replace function countersign_guard() returns trigger language plpgsql as $$
begin
  if current_setting('app.xid', true) is distinct from pg_current_xact_id()::text or coalesce(current_setting('app.actor', true), '') = '' then
    raise exception 'write to % refused: it carries no actor or not its own transaction', tg_table_name using errcode = 'CS001';
  end if;
  return null;
end $$;

-- The condition stands in the function: as the trigger's own it would be read from its text again by every statement.
create or replace procedure countersign_guard_table(guarded text) language plpgsql as $$
begin
  execute format('drop trigger if exists a_guard on public.%I', guarded);
  execute format($guard$create trigger a_guard before insert or update or delete on public.%I for each statement execute function countersign_guard()$guard$, guarded);
end $$;

-- Every table is guarded but those named here, which change no business state.
do $$
declare
  exempt constant text[] := array['auth_limits', 'edge_quotas', 'heartbeats', 'jobs', 'webhook_events', 'audit_seals', 'audit_heads', 'audit_sealer', 'installation', 'api_calls'];
  t text;
begin
  for t in select tablename from pg_tables where schemaname = 'public' loop
    if t = any (exempt) then execute format('drop trigger if exists a_guard on public.%I', t);
    else call countersign_guard_table(t);
    end if;
  end loop;
end $$;
