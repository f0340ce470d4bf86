-- A key is claimed by a lock that ends with the transaction: whoever comes second waits, and then finds the answer.
create or replace function claim_key(claim json) returns json language plpgsql as $$
begin
  if claim is null or json_typeof(claim) = 'null' then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(e'\n', claim ->> 'actor', claim ->> 'route', claim ->> 'key'), 7));
  return (select json_build_object('bodyHash', k.body_hash, 'answer', k.answer) from idempotency_keys k
          where k.actor = claim ->> 'actor' and k.route = claim ->> 'route' and k.key = claim ->> 'key');
end $$;

create or replace function keep_answers(answers json) returns void language plpgsql as $$
begin
  insert into idempotency_keys (actor, route, key, body_hash, answer, created_at)
  select a.actor, a.route, a.key, a.body_hash, a.answer, a.created_at
  from json_to_recordset(answers) as a(actor text, route text, key text, body_hash text, answer jsonb, created_at timestamptz);
end $$;
