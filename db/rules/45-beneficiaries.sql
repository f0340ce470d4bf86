-- Where money may go is said once. A beneficiary begins unregistered, in the name of whoever adds it, with its whole cool-off
-- before it; afterwards it only retires, and the gateway's word about it is noted.
create or replace function beneficiary_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.status <> 'active' or new.gateway_status <> 'unregistered' or new.created_by is distinct from current_setting('app.actor', true) then
      raise exception 'a beneficiary begins active, unregistered and in the name of whoever adds it' using errcode = 'CS070';
    end if;
    if not is_house_time(new.created_at) then
      raise exception 'a beneficiary is added now, neither before nor later' using errcode = 'CS070';
    end if;
    if new.cool_off_until < new.created_at
       + make_interval(hours => coalesce((select (value #>> '{}')::int from settings where name = 'coolOffHours'), (select min::int from setting_rules where name = 'coolOffHours'), 0)) then
      raise exception 'a beneficiary begins with its whole cool-off before it' using errcode = 'CS070';
    end if;
    return new;
  end if;
  if (to_jsonb(new) - array['status', 'gateway_status']) is distinct from (to_jsonb(old) - array['status', 'gateway_status'])
     or old.status = 'retired' and new.status <> 'retired' or old.gateway_status = 'registered' and new.gateway_status <> 'registered'
     or old.gateway_status <> 'unregistered' and new.gateway_status = 'unregistered' then
    raise exception 'a beneficiary only retires, or is noted by the gateway' using errcode = 'CS070';
  end if;
  return new;
end $$;
create or replace trigger b_rules before insert or update on beneficiaries for each row execute function beneficiary_rules();
