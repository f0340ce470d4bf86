-- The database itself asks for a used factor. Only these triggers write consumed_xid, so within a transaction it proves
-- that a code's step or a passkey's use was used up in that very transaction.
create or replace function auth_factor_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.consumed_xid := null;
    return new;
  end if;
  if new.last_step < old.last_step then
    raise exception 'the codes of a factor only move on' using errcode = 'CS020';
  end if;
  new.consumed_xid := case when new.last_step > old.last_step then pg_current_xact_id() else old.consumed_xid end;
  return new;
end $$;
drop trigger if exists b_rules on auth_factors;
create trigger b_rules before insert or update on auth_factors for each row execute function auth_factor_rules();

create or replace function auth_factor_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a factor is never rewritten' using errcode = 'CS020';
end $$;
create or replace trigger b_kept before update of id, user_id, kind, created_at on auth_factors for each row execute function auth_factor_kept();

create or replace function passkey_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.uses <> 0 or new.removed_at is not null then
      raise exception 'a passkey starts unused' using errcode = 'CS020';
    end if;
    new.consumed_xid := null;
    return new;
  end if;
  if (new.id, new.user_id, new.credential_id, new.public_key, new.created_at) is distinct from (old.id, old.user_id, old.credential_id, old.public_key, old.created_at)
     or old.removed_at is not null then
    raise exception 'a passkey is never rewritten, and a removed one stays removed' using errcode = 'CS020';
  end if;
  if new.uses = old.uses + 1 and (new.counter > old.counter or (new.counter = 0 and old.counter = 0)) then
    new.consumed_xid := pg_current_xact_id();
  elsif new.uses = old.uses and new.counter = old.counter then
    new.consumed_xid := old.consumed_xid;
  else
    raise exception 'a passkey is used once at a time, and its counter never stands still or falls' using errcode = 'CS020';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on passkeys;
create trigger b_rules before insert or update on passkeys for each row execute function passkey_rules();

-- Whether this person used up a factor of this kind in the present transaction. A question by itself for each kind: together
-- they would all be made ready, and one asked.
create or replace function factor_consumed(person text, factor text) returns boolean language plpgsql stable as $$
begin
  if factor = 'totp' then
    return exists (select from auth_factors f where f.user_id = person and f.kind = 'totp' and f.status = 'active' and f.consumed_xid = pg_current_xact_id());
  elsif factor = 'passkey' then
    return exists (select from passkeys p where p.user_id = person and p.removed_at is null and p.consumed_xid = pg_current_xact_id());
  elsif factor = 'recovery_code' then
    return exists (select from auth_recovery_codes c where c.user_id = person and c.used_at is not null and c.ended_at is null
      and c.created_xid is distinct from pg_current_xact_id() and c.xmin = pg_current_xact_id()::xid);
  end if;
  return false;
end $$;

-- A recovery code starts unused and is used up once, in a later transaction than the one that made it; what factor_consumed
-- sees is therefore a use of this transaction of a code that was there before.
create or replace function recovery_code_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.used_at is not null or new.ended_at is not null then
      raise exception 'a recovery code starts unused' using errcode = 'CS020';
    end if;
    new.created_xid := pg_current_xact_id();
    return new;
  end if;
  if old.used_at is not null or old.ended_at is not null
     or (new.id, new.user_id, new.code_index, new.created_at, new.created_xid) is distinct from (old.id, old.user_id, old.code_index, old.created_at, old.created_xid) then
    raise exception 'a used or ended recovery code stays as it is, and none is rewritten' using errcode = 'CS020';
  end if;
  if new.used_at is not null and old.created_xid = pg_current_xact_id() then
    raise exception 'a recovery code is not made and used at once' using errcode = 'CS020';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on auth_recovery_codes;
create trigger b_rules before insert or update on auth_recovery_codes for each row execute function recovery_code_rules();

create or replace function approvers_need_passkeys() returns boolean language plpgsql stable as $$
begin
  return exists (select from settings s where s.name = 'passkeysRequiredForApprovers' and s.value = 'true'::jsonb);
end $$;

-- Where the setting asks approvers for passkeys, whether this person holds two: one to use, one to lose.
create or replace function approver_keys_held(person text) returns boolean language plpgsql stable as $$
begin
  if not approvers_need_passkeys() then return true; end if;
  return (select count(*) from passkeys p where p.user_id = person and p.removed_at is null) >= 2;
end $$;

-- Whether this transaction froze the person's say in payouts, for as long as the shortest freeze there may be.
create or replace function frozen_here(person text, moment timestamptz) returns boolean language sql stable as $$
  select exists (
    select from payout_freezes f
    where f.user_id = person and f.xmin = pg_current_xact_id()::xid
      and f.until >= moment + coalesce((select r.min from setting_rules r where r.name = 'payoutFreezeHours'), 24) * interval '1 hour')
$$;

-- A session is full from the start or never, and starts full only beside a used factor; nobody is moved into another's.
create or replace function auth_session_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if (new.level = 'password') is distinct from (new.factor is null) then
      raise exception 'a session names its factor exactly when it is full' using errcode = 'CS020';
    end if;
    if new.level <> 'password' and not factor_consumed(new.user_id, new.factor) then
      raise exception 'a full session needs a factor used in the same transaction' using errcode = 'CS020';
    end if;
    if new.factor = 'recovery_code' and not frozen_here(new.user_id, new.created_at) then
      raise exception 'whoever comes in by a recovery code has their payout rights frozen' using errcode = 'CS020';
    end if;
    new.created_xid := pg_current_xact_id();
    return new;
  end if;
  if (new.id, new.user_id, new.level, new.factor, new.created_at, new.absolute_end_at, new.created_xid)
     is distinct from (old.id, old.user_id, old.level, old.factor, old.created_at, old.absolute_end_at, old.created_xid) then
    raise exception 'a session keeps its person, its level and its end' using errcode = 'CS020';
  end if;
  -- Its token changes by a ticket of its own, beside a used factor, or once after its person's roles changed: whoever could
  -- write a hash of their own there would be its person.
  if new.token_hash is distinct from old.token_hash
     and not exists (select from auth_tickets t where t.session_id = new.id and t.used_at is not null and t.xmin = pg_current_xact_id()::xid)
     and not (factor_consumed(new.user_id, 'totp') or factor_consumed(new.user_id, 'passkey'))
     and not (old.rotate_due and not new.rotate_due) then
    raise exception 'a session gets a new token by its ticket, beside a used factor, or when one is due' using errcode = 'CS020';
  end if;
  if new.rotate_due and not old.rotate_due
     and not exists (select from role_grants g where g.user_id = new.user_id and g.xmin = pg_current_xact_id()::xid) then
    raise exception 'a new token is due when roles change' using errcode = 'CS020';
  end if;
  if old.ended_at is not null and new is distinct from old then
    raise exception 'a session that has ended stays as it is' using errcode = 'CS020';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on auth_sessions;
create trigger b_rules before insert or update on auth_sessions for each row execute function auth_session_rules();

-- A ticket is made with its session and used up once; nobody adds one to a session that is already open.
create or replace function auth_ticket_rules() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.used_at is not null or not exists (select from auth_sessions s where s.id = new.session_id and s.created_xid = pg_current_xact_id()) then
      raise exception 'a ticket is made with its session' using errcode = 'CS020';
    end if;
  elsif old.used_at is not null or (new.ticket_hash, new.session_id, new.expires_at) is distinct from (old.ticket_hash, old.session_id, old.expires_at) then
    raise exception 'a ticket is used once and never rewritten' using errcode = 'CS020';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on auth_tickets;
create trigger b_rules before insert or update on auth_tickets for each row execute function auth_ticket_rules();

create or replace function step_up_rules() returns trigger language plpgsql as $$
declare
  person text;
begin
  select s.user_id into person from auth_sessions s where s.id = new.session_id and s.level = 'full' and s.ended_at is null;
  if person is null or new.factor not in ('totp', 'passkey') or not factor_consumed(person, new.factor) then
    raise exception 'a step-up needs a factor of its session''s person used in the same transaction' using errcode = 'CS020';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on step_ups;
create trigger b_rules before insert or update on step_ups for each row execute function step_up_rules();

-- What a code is looked up by: the person's factor of that standing, and until when any of these keys is closed.
create or replace function code_facts(person text, standing text, limit_keys text[]) returns json language plpgsql as $$
begin
  return (select json_build_object(
    'factor', (select json_build_object('id', id, 'secretCt', secret_ct, 'lastStep', last_step) from auth_factors where user_id = person and status = standing),
    'blockedUntil', (select max(blocked_until) from auth_limits where key = any (limit_keys))));
end $$;

-- Uses a code's step up, once: of any number of callers one wins, and an older step than the last never does. Where a key was
-- closed meanwhile the right code is refused too; else one that was good clears the first key, its person's own. One that was
-- used before clears nothing: whoever saw it typed could guess on.
create or replace function use_code(factor text, step int, limit_keys text[], now_at timestamptz) returns json language plpgsql as $$
declare
  closed timestamptz;
  counted boolean;
  good boolean;
begin
  perform from auth_limits where key = any (limit_keys) order by key for update;
  counted := found;
  if counted then
    select max(blocked_until) into closed from auth_limits where key = any (limit_keys);
    if closed > now_at then return json_build_object('used', false, 'blockedUntil', closed); end if;
  end if;
  update auth_factors set last_step = step, status = 'active' where id = factor and status in ('active', 'pending') and last_step < step;
  good := found;
  if good and counted then delete from auth_limits where key = limit_keys[1]; end if;
  return json_build_object('used', good, 'blockedUntil', null);
end $$;
