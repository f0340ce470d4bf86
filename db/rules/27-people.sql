-- Who may hold which role, decided by two: no program, script or console hands out power, or takes the last owner, around it.

-- The roles with a part in a way to money; lib/access/paths derives the same list and a test holds the two together.
create or replace function role_is_privileged(role text) returns boolean language sql immutable as $$
  select role in ('owner', 'finance_admin', 'finance_maker', 'risk_analyst', 'security_admin')
$$;

-- Two roles that open a way to money when one person holds both; lib/access/paths works the same pairs out and a test holds the
-- two together.
create or replace function roles_are_toxic(one text, other text) returns boolean language sql immutable as $$
  select (least(one, other), greatest(one, other)) in (
    ('finance_admin', 'owner'), ('finance_admin', 'finance_maker'), ('finance_admin', 'security_admin'), ('finance_maker', 'risk_analyst'), ('risk_analyst', 'security_admin'))
$$;

create or replace function is_machinery(actor text) returns boolean language sql immutable as $$
  select coalesce(actor, '') like 'operator:%' or coalesce(actor, '') like 'system:%'
$$;

-- The roles with roles.propose and roles.decide in lib/access.
create or replace function may_administer(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (
    select from users u join role_grants g on g.user_id = u.id
    where u.id = person and u.status = 'active' and g.role in ('owner', 'security_admin') and g.ended_at is null
      and g.valid_from <= at_time and (g.valid_until is null or g.valid_until > at_time))
$$;

create or replace function change_rules() returns trigger language plpgsql as $$
declare
  actor constant text := current_setting('app.actor', true);
begin
  if tg_op = 'INSERT' then
    if new.status <> 'pending' or new.decided_by is not null or new.decided_at is not null
       or new.expires_at <= new.proposed_at or new.expires_at > new.proposed_at + interval '7 days' or (new.kind = 'role_grant') is distinct from (new.role is not null) then
      raise exception 'a change begins as a proposal that lasts seven days at most' using errcode = 'CS030';
    end if;
    if new.proposed_by is distinct from actor or new.proposed_by = new.subject_id or not (is_machinery(actor) or may_administer(actor, new.proposed_at)) then
      raise exception 'nobody proposes for someone else, for themselves, or without the right to' using errcode = 'CS031';
    end if;
    new.proposed_xid := pg_current_xact_id();
    return new;
  end if;
  if old.status <> 'pending' or new.status = 'pending' or new.proposed_xid is distinct from old.proposed_xid
     or (new.id, new.kind, new.subject_id, new.role, new.valid_from, new.valid_until, new.reason, new.proposed_by, new.proposed_at, new.expires_at)
        is distinct from (old.id, old.kind, old.subject_id, old.role, old.valid_from, old.valid_until, old.reason, old.proposed_by, old.proposed_at, old.expires_at) then
    raise exception 'a proposal is decided once and never rewritten' using errcode = 'CS030';
  end if;
  if new.decided_by is distinct from actor or new.decided_at is null then
    raise exception 'nobody decides for someone else' using errcode = 'CS031';
  end if;
  if new.status in ('approved', 'refused') then
    if old.proposed_xid = pg_current_xact_id() then
      raise exception 'a second admin decides, and never in the transaction that proposed' using errcode = 'CS031';
    end if;
    if new.decided_by in (new.proposed_by, new.subject_id) or not may_administer(new.decided_by, new.decided_at) then
      raise exception 'a second admin decides: neither the proposer nor the person it is about' using errcode = 'CS031';
    end if;
    if new.status = 'approved' and (new.decided_at >= new.expires_at or not (is_machinery(new.proposed_by) or may_administer(new.proposed_by, new.decided_at))) then
      raise exception 'this proposal has expired, or its proposer may no longer propose' using errcode = 'CS032';
    end if;
  elsif new.status = 'withdrawn' and new.decided_by <> new.proposed_by then
    raise exception 'only its proposer withdraws a proposal' using errcode = 'CS031';
  elsif new.status = 'expired' and new.decided_at < new.expires_at then
    raise exception 'this proposal has not expired yet' using errcode = 'CS032';
  end if;
  return new;
end $$;
create or replace trigger b_rules before insert or update on changes for each row execute function change_rules();

-- A privileged role comes from the terminal or the house's own machinery, from a proposal that two others decided, or from
-- a review that gives back, to the same end, what it had suspended. Whoever lets it in is named, and is never its holder.
create or replace function role_grant_insert() returns trigger language plpgsql as $$
declare
  actor constant text := current_setting('app.actor', true);
begin
  if new.ended_at is not null or new.granted_by is distinct from actor or new.valid_until <= new.valid_from then
    raise exception 'a grant begins open, in the name of whoever gives it' using errcode = 'CS033';
  end if;
  -- Whoever gives it, in whatever order, and however many at once: at no time of the grant may the person hold a pair.
  perform from users where id = new.user_id for no key update;
  if exists (
    select from role_grants g
    where g.user_id = new.user_id and g.ended_at is null and roles_are_toxic(g.role, new.role)
      and g.valid_from < coalesce(new.valid_until, 'infinity') and new.valid_from < coalesce(g.valid_until, 'infinity')) then
    raise exception 'with this role one person could move money alone' using errcode = 'CS038';
  end if;
  if roles_are_toxic(new.role, 'finance_maker') and asks_through_client(new.user_id, new.valid_from) then
    raise exception 'with this role one person could decide what their API client asks for' using errcode = 'CS038';
  end if;
  -- Machinery brings people in; over somebody who has been here it gives no power.
  if is_machinery(actor) and not (role_is_privileged(new.role) and exists (select from users u where u.id = new.user_id and u.last_sign_in_at is not null)) then
    return new;
  end if;
  if actor = new.user_id or not may_administer(actor, new.valid_from) and not may_administer(actor, (select decided_at from changes where id = new.change_id)) then
    raise exception 'nobody gives a role to themselves or without the right to' using errcode = 'CS033';
  end if;
  if role_is_privileged(new.role)
     and not exists (
       select from changes c
       where c.id = new.change_id and c.kind = 'role_grant' and c.status = 'approved' and c.subject_id = new.user_id and c.role = new.role and c.decided_by = actor
         and new.valid_from = greatest(c.decided_at, c.valid_from) and new.valid_until is not distinct from c.valid_until)
     and not exists (
       select from access_review_items i join role_grants g on g.id = i.grant_id
       where i.id = new.review_item_id and i.outcome = 'attested' and i.decided_by = actor and g.user_id = new.user_id and g.role = new.role
         and g.ended_reason = 'review_overdue' and new.valid_from >= i.decided_at and new.valid_until is not distinct from g.valid_until) then
    raise exception 'the role % needs a second admin', new.role using errcode = 'CS033';
  end if;
  if new.role = 'finance_admin' and not approver_keys_held(new.user_id) then
    raise exception 'approving needs two passkeys here' using errcode = 'CS033';
  end if;
  return new;
end $$;
create or replace trigger b_rules_insert before insert on role_grants for each row execute function role_grant_insert();

-- Whether someone can administer now and for good: active, an owner whose time has begun and has no end, and able to come in,
-- which takes a second factor.
create or replace function owner_stands(person text) returns boolean language sql stable as $$
  select exists (
    select from users u join role_grants g on g.user_id = u.id
    where u.id = person and u.status = 'active' and g.role = 'owner' and g.ended_at is null and g.valid_until is null and g.valid_from <= clock_timestamp()
      and (exists (select from auth_factors f where f.user_id = u.id and f.status = 'active')
        or exists (select from passkeys p where p.user_id = u.id and p.removed_at is null)))
$$;

-- Whether somebody else would be left who can. Changes of owners queue here.
create or replace function another_owner_stands(person text) returns boolean language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtext('countersign.owners'));
  return exists (select from role_grants g where g.user_id <> person and g.role = 'owner' and g.ended_at is null and owner_stands(g.user_id));
end $$;

create or replace function role_grant_update() returns trigger language plpgsql as $$
begin
  if old.ended_at is not null or new.ended_at is null or new.ended_by is distinct from current_setting('app.actor', true) or new.ended_reason is null
     or (new.id, new.user_id, new.role, new.granted_by, new.valid_from, new.valid_until, new.change_id, new.review_item_id)
        is distinct from (old.id, old.user_id, old.role, old.granted_by, old.valid_from, old.valid_until, old.change_id, old.review_item_id) then
    raise exception 'a grant changes in one way only: somebody ends it, for a reason' using errcode = 'CS034';
  end if;
  if old.role = 'owner' and old.valid_until is null and exists (select from users where id = old.user_id and status = 'active') and not another_owner_stands(old.user_id) then
    raise exception 'the last owner keeps the role' using errcode = 'CS035';
  end if;
  return new;
end $$;
create or replace trigger b_rules_update before update on role_grants for each row execute function role_grant_update();

create or replace function user_status_rules() returns trigger language plpgsql as $$
begin
  if new.status = 'invited' then
    raise exception 'nobody becomes invited again' using errcode = 'CS036';
  end if;
  -- The columns that go with it are not the worker's to write, so it lets nobody in again.
  if new.status = 'active' and (case old.status
       when 'invited' then not exists (
         select from auth_links l where l.user_id = old.id and l.purpose = 'invitation' and l.used_at is not null and l.xmin = pg_current_xact_id()::xid)
       else new.enabled_at is not distinct from old.enabled_at end) then
    raise exception 'whoever is let in used an invitation, or is let in again at a time' using errcode = 'CS036';
  end if;
  if old.status = 'active' and exists (select from role_grants where user_id = old.id and role = 'owner' and ended_at is null and valid_until is null) and not another_owner_stands(old.id) then
    raise exception 'the last owner stays' using errcode = 'CS035';
  end if;
  return new;
end $$;
create or replace trigger b_rules_status before update of status on users for each row when (old.status is distinct from new.status) execute function user_status_rules();

create or replace function access_review_item_rules() returns trigger language plpgsql as $$
declare
  actor constant text := current_setting('app.actor', true);
begin
  if (new.id, new.review_id, new.grant_id, new.user_id, new.role) is distinct from (old.id, old.review_id, old.grant_id, old.user_id, old.role)
     or old.outcome not in ('open', 'suspended', 'kept_unseen') or new.decided_by is distinct from actor then
    raise exception 'a review says once of a grant what somebody decided themselves' using errcode = 'CS037';
  end if;
  if new.outcome in ('attested', 'revoked') and (actor = new.user_id or not may_administer(actor, new.decided_at)) then
    raise exception 'nobody attests their own access' using errcode = 'CS037';
  end if;
  return new;
end $$;
create or replace trigger b_rules before update on access_review_items for each row execute function access_review_item_rules();

-- That somebody has been here is never forgotten.
create or replace function user_sign_in_rules() returns trigger language plpgsql as $$
begin
  if new.last_sign_in_at is null then
    raise exception 'a sign-in is never forgotten' using errcode = 'CS036';
  end if;
  return new;
end $$;
create or replace trigger b_rules_sign_in before update of last_sign_in_at on users for each row when (old.last_sign_in_at is not null) execute function user_sign_in_rules();
