-- Keeps deliveries and, for those that are new, the nudges that apply them: one statement, so one commit for a whole burst.
create or replace function keep_deliveries(deliveries json) returns void language plpgsql as $$
begin
  with added as (
    insert into webhook_events (id, source, dedupe_key, body_hash, body_ct, body_bytes, lane, signed_with, headers, received_at)
    select d.id, d.source, d."dedupeKey", decode(d."bodyHash", 'base64'), decode(d."bodyCt", 'base64'), d."bodyBytes", d.lane, d."signedWith", d.headers, d."receivedAt"
    from json_to_recordset(deliveries) as d(id text, source text, "dedupeKey" text, "bodyHash" text, "bodyCt" text, "bodyBytes" int, lane text, "signedWith" text, headers jsonb, "receivedAt" timestamptz)
    on conflict (source, body_hash) do nothing returning id, received_at
  )
  insert into jobs (id, name, key, payload, run_at, created_at)
  select 'job' || substr(id, 3), 'webhook.apply', id, jsonb_build_object('id', id), received_at, received_at from added;
  if found then perform pg_notify('countersign_jobs', ''); end if;
end $$;
