-- A key is claimed by a lock that ends with the transaction: whoever comes second waits, and then finds the answer. Older
-- versions of such functions took one JSON value and are dropped here and below.
drop function if exists claim_key(json);
create or replace function claim_key(actor text, route text, key text) returns json language plpgsql as $$
begin
  if key is null then return null; end if;
  perform pg_advisory_xact_lock(hashtextextended(concat_ws(e'\n', actor, route, key), 7));
  return (select json_build_object('bodyHash', k.body_hash, 'answer', k.answer) from idempotency_keys k
          where k.actor = claim_key.actor and k.route = claim_key.route and k.key = claim_key.key);
end $$;

drop function if exists keep_answers(json);
create or replace function keep_answer(actor text, route text, key text, body_hash text, answer jsonb, created_at timestamptz) returns void language sql as $$
  insert into idempotency_keys (actor, route, key, body_hash, answer, created_at) values (actor, route, key, body_hash, answer, created_at);
$$;
