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
  foreach t in array array['audit_log', 'audit_seals', 'audit_heads'] loop
    execute format('drop trigger if exists a_append_only on public.%I', t);
    execute format('create trigger a_append_only before update or delete or truncate on public.%I for each statement execute function countersign_append_only()', t);
  end loop;
end $$;
