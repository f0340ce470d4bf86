-- A payment only moves forward (pending < dropped < failed < succeeded), and what it was for never changes.
create or replace function countersign_payment_forward() returns trigger language plpgsql as $$
declare
  lattice constant text[] := array['pending', 'dropped', 'failed', 'succeeded'];
begin
  if array_position(lattice, new.status) < array_position(lattice, old.status) then
    raise exception 'payment % cannot go from % to %', old.id, old.status, new.status using errcode = 'CS010';
  end if;
  if (new.cf_payment_id, new.order_id, new.amount_paise) is distinct from (old.cf_payment_id, old.order_id, old.amount_paise)
     or new.account_id is distinct from old.account_id then
    raise exception 'payment % cannot change its order, account or amount', old.id using errcode = 'CS010';
  end if;
  return new;
end $$;
drop trigger if exists b_forward on public.payments;
create trigger b_forward before update on public.payments for each row execute function countersign_payment_forward();

-- A link that ended stays ended; only money that was already on its way may still make it paid.
create or replace function countersign_link_forward() returns trigger language plpgsql as $$
begin
  if old.status in ('paid', 'refused') and new.status <> old.status
     or old.status in ('expired', 'cancelled') and new.status not in (old.status, 'paid', 'partially_paid')
     or old.status <> 'creating' and new.status = 'creating' then
    raise exception 'link % cannot go from % to %', old.id, old.status, new.status using errcode = 'CS010';
  end if;
  if (new.account_id, new.amount_paise, new.environment, new.created_by) is distinct from (old.account_id, old.amount_paise, old.environment, old.created_by) then
    raise exception 'link % cannot change what it is for', old.id using errcode = 'CS010';
  end if;
  return new;
end $$;
drop trigger if exists b_forward on public.payment_links;
create trigger b_forward before update on public.payment_links for each row execute function countersign_link_forward();
