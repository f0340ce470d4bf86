-- The searchable row of a movement: made by the first call, changed by the later ones. What a call leaves out stays as it
-- was, and the beginning never moves. It is found by its source alone: an index on the kind would be walked past all of them.
drop function if exists index_movements(jsonb);
create or replace function index_movement(movement jsonb) returns void language plpgsql as $$
begin
  if not change_movement(movement) then
    insert into transactions select * from jsonb_populate_record(null::transactions, movement) on conflict (kind, source_id) do nothing;
    -- Somebody else's first call came in between.
    if not found then perform change_movement(movement); end if;
  end if;
end $$;

-- The same for who knows that it is the first call, or that the row is there and only these columns can have changed: the
-- money path pays for nothing else.
create or replace function begin_movement(id text, kind text, source_id text, account_id text, status text, amount_paise bigint, magnitude_paise bigint, method text,
  counterparty text, payee_id text, last4 text, occurred_at timestamptz, updated_at timestamptz) returns void language sql as $$
  insert into transactions (id, kind, source_id, account_id, status, amount_paise, magnitude_paise, method, counterparty, payee_id, last4, occurred_at, updated_at)
  values (id, kind, source_id, account_id, status, amount_paise, magnitude_paise, method, counterparty, payee_id, last4, occurred_at, updated_at);
$$;

create or replace function move_movement(kind text, source_id text, status text, gateway_id text, bank_reference text, updated_at timestamptz) returns void language plpgsql as $$
begin
  update transactions t set status = move_movement.status, gateway_id = move_movement.gateway_id, bank_reference = move_movement.bank_reference,
    updated_at = greatest(t.updated_at, move_movement.updated_at)
  where t.source_id = move_movement.source_id and (t.kind = move_movement.kind) is true;
  if not found then raise exception 'no movement % % is indexed', kind, source_id using errcode = 'CS126'; end if;
end $$;

create or replace function change_movement(movement jsonb) returns boolean language plpgsql as $$
begin
  update transactions t
  set (account_id, status, amount_paise, magnitude_paise, method, counterparty, contact_mask, gateway_id, order_id, link_id, bank_reference, related_ids, payee_id,
       email_index, phone_index, vpa_index, last4, updated_at)
    = (select m.account_id, m.status, m.amount_paise, m.magnitude_paise, m.method, m.counterparty, m.contact_mask, m.gateway_id, m.order_id, m.link_id, m.bank_reference,
         m.related_ids, m.payee_id, m.email_index, m.phone_index, m.vpa_index, m.last4, greatest(t.updated_at, m.updated_at)
       from jsonb_populate_record(t, movement) m)
  where t.source_id = movement ->> 'source_id' and (t.kind = movement ->> 'kind') is true;
  return found;
end $$;

drop function if exists record_evidence(json);
create or replace function record_evidence(kind text, source_id text, channel text, sentence text, reference text, detail jsonb, at timestamptz, actor_id text) returns void language sql as $$
  insert into transaction_evidence (kind, source_id, at, channel, sentence, actor_id, reference, detail) values (kind, source_id, at, channel, sentence, actor_id, reference, detail);
$$;
