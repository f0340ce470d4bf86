-- Nudges: at most one waits per name and key, and the earlier time wins. The workers hear of them at the commit.
create or replace function enqueue_jobs(jobs json) returns void language plpgsql as $$
begin
  insert into jobs as waiting (id, name, key, payload, run_at, created_at)
  select j.id, j.name, j.key, j.payload, j.run_at, j.created_at
  from json_to_recordset(jobs) as j(id text, name text, key text, payload jsonb, run_at timestamptz, created_at timestamptz)
  on conflict (name, key) where locked_until is null do update set run_at = least(waiting.run_at, excluded.run_at);
  perform pg_notify('countersign_jobs', '');
end $$;
