-- A setting changes in one way only: one administrator proposed exactly this value, and a different one lets it take effect
-- in this very transaction. Bounds hold for everybody, the owner role included; what that role writes by hand carries no
-- proposal, and the drift check shows it.
create or replace function setting_value_allowed(setting text, given jsonb) returns boolean language sql stable as $$
  select exists (
    select 1 from setting_rules r where r.name = setting and case r.kind
      when 'switch' then jsonb_typeof(given) = 'boolean'
      when 'int' then jsonb_typeof(given) = 'number' and given #>> '{}' ~ '^-?\d{1,15}$' and (given #>> '{}')::numeric between r.min and r.max
      when 'paise' then jsonb_typeof(given) = 'string' and given #>> '{}' ~ '^(0|[1-9]\d{0,13})$' and (given #>> '{}')::numeric between r.min and r.max
    end)
$$;

create or replace function is_settings_administrator(person text, moment timestamptz) returns boolean language sql stable as $$
  select exists (
    select 1 from users u join role_grants g on g.user_id = u.id
    where u.id = person and u.status = 'active' and g.ended_at is null and g.valid_from <= moment and (g.valid_until is null or g.valid_until > moment)
      and g.role in ('owner', 'security_admin'))
$$;

create or replace function setting_rules_hold() returns trigger language plpgsql as $$
declare
  proposal setting_proposals%rowtype;
begin
  if not setting_value_allowed(new.name, new.value) then
    raise exception 'the setting % may not have this value', new.name using errcode = 'CS030';
  end if;
  if current_user not in ('countersign_app', 'countersign_jobs') then return new; end if;
  select * into proposal from setting_proposals where id = new.proposal_id;
  if not found or proposal.name <> new.name or proposal.value is distinct from new.value or proposal.status <> 'accepted'
     or proposal.decided_xid is distinct from pg_current_xact_id() or new.changed_by is distinct from proposal.decided_by
     or new.version <> proposal.base_version + 1 then
    raise exception 'a setting changes only by a proposal that a second person accepts' using errcode = 'CS031';
  end if;
  if tg_op = 'UPDATE' and (new.name <> old.name or old.version <> proposal.base_version) then
    raise exception 'the proposal was made against another value' using errcode = 'CS031';
  end if;
  return new;
end $$;
drop trigger if exists b_rules on settings;
create trigger b_rules before insert or update on settings for each row execute function setting_rules_hold();

create or replace function setting_proposal_rules() returns trigger language plpgsql as $$
declare
  acting text := current_setting('app.actor', true);
begin
  if tg_op = 'INSERT' then
    if new.status <> 'pending' or new.decided_xid is not null or new.proposed_by is distinct from acting or not is_settings_administrator(acting, new.proposed_at) then
      raise exception 'a proposal is made by an administrator, for themselves, and waits' using errcode = 'CS032';
    end if;
    if not setting_value_allowed(new.name, new.value) then
      raise exception 'the setting % may not have this value', new.name using errcode = 'CS030';
    end if;
    new.proposed_xid := pg_current_xact_id();
    return new;
  end if;
  if old.status <> 'pending' or new.status = 'pending' or new.proposed_xid is distinct from old.proposed_xid
     or (new.id, new.name, new.before, new.value, new.base_version, new.direction, new.reason, new.proposed_by, new.proposed_at)
        is distinct from (old.id, old.name, old.before, old.value, old.base_version, old.direction, old.reason, old.proposed_by, old.proposed_at) then
    raise exception 'a proposal is decided once and never rewritten' using errcode = 'CS032';
  end if;
  if new.decided_by is distinct from acting or not is_settings_administrator(acting, new.decided_at) then
    raise exception 'an administrator decides for themselves' using errcode = 'CS032';
  end if;
  if (new.status = 'withdrawn') <> (acting = old.proposed_by) then
    raise exception 'who proposed may only withdraw; another person decides' using errcode = 'CS032';
  end if;
  -- Whoever was shut out, or administers no longer, proposes nothing: what they left waiting may only be turned down.
  if new.status = 'accepted' and not is_settings_administrator(old.proposed_by, new.decided_at) then
    raise exception 'this proposal''s proposer may no longer propose' using errcode = 'CS032';
  end if;
  -- One connection can call itself anybody, one after the other; two people never share a transaction.
  if new.status <> 'withdrawn' and old.proposed_xid = pg_current_xact_id() then
    raise exception 'a proposal is not decided in the transaction that made it' using errcode = 'CS032';
  end if;
  new.decided_xid := pg_current_xact_id();
  return new;
end $$;
drop trigger if exists b_rules on setting_proposals;
create trigger b_rules before insert or update on setting_proposals for each row execute function setting_proposal_rules();
