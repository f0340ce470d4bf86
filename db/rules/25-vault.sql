-- A column named *_ct holds what the vault sealed and nothing else: format byte 1, a header, an IV and a tag.
do $$
declare
  c record;
  rule text;
begin
  for c in select table_name, column_name from information_schema.columns where table_schema = 'public' and column_name like '%\_ct' loop
    rule := c.table_name || '_' || c.column_name || '_sealed';
    if exists (select from pg_constraint where conname = rule and conrelid = format('public.%I', c.table_name)::regclass) then continue; end if;
    execute format('alter table public.%I add constraint %I check (octet_length(%I) >= 32 and substring(%I from 1 for 1) = ''\x01''::bytea)',
      c.table_name, rule, c.column_name, c.column_name);
  end loop;
end $$;
