-- Nudges: at most one waits per name and key, and the earlier time wins. Nobody is notified here: a transaction that notifies
-- lets no other one that does commit beside it, so the program does it once the commit is there.
drop function if exists enqueue_jobs(json);
create or replace function enqueue_job(id text, name text, key text, payload jsonb, run_at timestamptz, created_at timestamptz) returns void language plpgsql as $$
#variable_conflict use_column
begin
  insert into jobs as waiting (id, name, key, payload, run_at, created_at)
  values (enqueue_job.id, enqueue_job.name, enqueue_job.key, enqueue_job.payload, enqueue_job.run_at, enqueue_job.created_at)
  on conflict (name, key) where locked_until is null do update set run_at = least(waiting.run_at, excluded.run_at);
end $$;
