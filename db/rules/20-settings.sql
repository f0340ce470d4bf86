-- The roles with payouts.restart in lib/access.
create or replace function may_restart_payouts(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (
    select from users u join role_grants g on g.user_id = u.id
    where u.id = person and u.status = 'active' and g.ended_at is null and g.valid_from <= at_time and (g.valid_until is null or g.valid_until > at_time)
      and g.role in ('owner', 'finance_admin', 'security_admin', 'risk_analyst'))
$$;

-- An emergency stop changes in one way only: it is restarted, once, by two different people who did not stop it.
create or replace function emergency_restart_rules() returns trigger language plpgsql as $$
begin
  if new.person_id is distinct from current_setting('app.actor', true) then
    raise exception 'everyone signs for themselves' using errcode = 'CS010';
  end if;
  if not may_restart_payouts(new.person_id, new.at) then
    raise exception 'this person may not restart' using errcode = 'CS010';
  end if;
  if new.person_id = (select stopped_by from emergency_stops where id = new.stop_id) then
    raise exception 'who stopped may not restart' using errcode = 'CS010';
  end if;
  -- One connection can call itself anybody, one after the other; two people never share a transaction.
  if exists (select from emergency_restarts where stop_id = new.stop_id and voted_xid = pg_current_xact_id()) then
    raise exception 'two people do not sign in one transaction' using errcode = 'CS010';
  end if;
  new.voted_xid := pg_current_xact_id();
  return new;
end $$;
drop trigger if exists b_rules on emergency_restarts;
create trigger b_rules before insert on emergency_restarts for each row execute function emergency_restart_rules();

create or replace function emergency_stop_rules() returns trigger language plpgsql as $$
begin
  if old.restarted_at is not null
     or (new.id, new.scope, new.reason, new.stopped_by, new.stopped_at) is distinct from (old.id, old.scope, old.reason, old.stopped_by, old.stopped_at) then
    raise exception 'an emergency stop is never rewritten' using errcode = 'CS010';
  end if;
  -- Of those who signed only whoever may still restart counts.
  if (select count(distinct person_id) from emergency_restarts where stop_id = new.id and may_restart_payouts(person_id, new.restarted_at)) < 2 then
    raise exception 'restarting needs two people' using errcode = 'CS010';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on emergency_stops;
create trigger b_rules before update on emergency_stops for each row execute function emergency_stop_rules();

-- Two statements: the second one's snapshot must be younger than the lock, or a stop it waited for stays unseen.
drop function if exists payouts_stopped(json);
create or replace function payouts_stopped() returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('countersign.emergency.payouts'));
  return exists (select from emergency_stops where scope = 'payouts' and restarted_at is null);
end $$;
