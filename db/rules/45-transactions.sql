-- The searchable row of a movement: made by the first call, changed by the later ones. What a call leaves out stays as it
-- was, and the beginning never moves.
create or replace function index_movements(movements jsonb) returns void language plpgsql as $$
declare
  movement jsonb;
begin
  for movement in select jsonb_array_elements(movements) loop
    if movement @> '{"beginning": true}' or not change_movement(movement) then
      insert into transactions select * from jsonb_populate_record(null::transactions, movement) on conflict (kind, source_id) do nothing;
      -- Somebody else's first call came in between.
      if not found then perform change_movement(movement); end if;
    end if;
  end loop;
end $$;

create or replace function change_movement(movement jsonb) returns boolean language plpgsql as $$
begin
  update transactions t
  set (account_id, status, amount_paise, magnitude_paise, method, counterparty, contact_mask, gateway_id, order_id, link_id, bank_reference, related_ids,
       email_index, phone_index, vpa_index, last4, updated_at)
    = (select m.account_id, m.status, m.amount_paise, m.magnitude_paise, m.method, m.counterparty, m.contact_mask, m.gateway_id, m.order_id, m.link_id, m.bank_reference,
         m.related_ids, m.email_index, m.phone_index, m.vpa_index, m.last4, greatest(t.updated_at, m.updated_at)
       from jsonb_populate_record(t, movement) m)
  where t.kind = movement ->> 'kind' and t.source_id = movement ->> 'source_id';
  return found;
end $$;

create or replace function record_evidence(steps json) returns void language plpgsql as $$
begin
  insert into transaction_evidence (kind, source_id, at, channel, sentence, actor_id, reference, detail)
  select s.kind, s.source_id, s.at, s.channel, s.sentence, s.actor_id, s.reference, s.detail
  from json_to_recordset(steps) as s(kind text, source_id text, at timestamptz, channel text, sentence text, actor_id text, reference text, detail jsonb);
end $$;
