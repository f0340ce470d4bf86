-- Who could ever have held a key of an API client is the maker of all it asks for, and stays so.
create or replace function is_client_maker(client_id text, user_id text) returns boolean language sql stable as $$
  select exists (select from client_makers m where m.client_id = $1 and m.user_id = $2)
$$;

-- Whether a person is the maker of the payouts that a living client asks for: then they ask as a finance maker does.
create or replace function asks_through_client(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (
    select from client_makers m join api_clients c on c.id = m.client_id
    where m.user_id = person and c.status = 'active' and c.expires_at > at_time and c.scopes @> '["payouts:create"]')
$$;

-- Whether somebody holds, or will hold, a role with which they could decide what they ask for.
create or replace function decides_alone(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (
    select from role_grants g where g.user_id = person and g.ended_at is null and roles_are_toxic(g.role, 'finance_maker') and (g.valid_until is null or g.valid_until > at_time))
$$;

create or replace function countersign_client_maker() returns trigger language plpgsql as $$
declare
  client api_clients%rowtype;
begin
  -- As a grant does: of a role and an answer for a client that come at once, the later one sees the other.
  perform from users where id = new.user_id for no key update;
  select * into client from api_clients where id = new.client_id;
  if client.status = 'active' and client.scopes @> '["payouts:create"]' and decides_alone(new.user_id, client.created_at) then
    raise exception 'answering for this API client one person could move money alone' using errcode = 'CS038';
  end if;
  return new;
end $$;
create or replace trigger client_makers_rules before insert on client_makers for each row execute function countersign_client_maker();

drop trigger if exists a_append_only on public.client_makers;
create trigger a_append_only before update or delete or truncate on public.client_makers for each statement execute function countersign_append_only();

-- A client keeps what it was made as: a wider scope, another owner or another way of signing is another client.
create or replace function countersign_client_update() returns trigger language plpgsql as $$
begin
  if (new.id, new.name, new.owner_id, new.scopes, new.algorithm, new.addresses, new.environment, new.expires_at, new.created_by, new.created_at)
     is distinct from (old.id, old.name, old.owner_id, old.scopes, old.algorithm, old.addresses, old.environment, old.expires_at, old.created_by, old.created_at) then
    raise exception 'API client % keeps what it was made as', old.id using errcode = 'CS120';
  end if;
  -- The worker disables what lies idle; what is shut is opened by people alone.
  if new.status = 'active' and old.status <> 'active' and current_user = 'countersign_jobs' then
    raise exception 'API client % is enabled by a person, never by the worker', old.id using errcode = 'CS120';
  end if;
  if new.status = 'active' and old.status <> 'active' and new.scopes @> '["payouts:create"]'
     and exists (select from client_makers m where m.client_id = new.id and decides_alone(m.user_id, new.status_since)) then
    raise exception 'with API client % one person could move money alone', old.id using errcode = 'CS038';
  end if;
  return new;
end $$;
create or replace trigger api_clients_update before update on api_clients for each row execute function countersign_client_update();

-- No client without the people who answer for it, and none that lives longer than a year.
create or replace function countersign_client_insert() returns trigger language plpgsql as $$
begin
  if new.expires_at > new.created_at + interval '365 days' or new.expires_at <= new.created_at then
    raise exception 'an API client lives between now and 365 days' using errcode = 'CS121';
  end if;
  if jsonb_typeof(new.scopes) <> 'array' or exists (select from jsonb_array_elements_text(new.scopes) s where s not in
       ('payouts:create', 'payouts:read', 'links:create', 'links:read', 'accounts:read', 'balances:read', 'transactions:read')) then
    raise exception 'an API client has scopes this house does not give' using errcode = 'CS121';
  end if;
  return new;
end $$;
create or replace trigger api_clients_insert before insert on api_clients for each row execute function countersign_client_insert();

create or replace function countersign_client_answered_for() returns trigger language plpgsql as $$
begin
  if not is_client_maker(new.id, new.owner_id) or new.created_by like 'usr\_%' and not is_client_maker(new.id, new.created_by) then
    raise exception 'API client % has an owner or a creator who is not among its makers', new.id using errcode = 'CS122';
  end if;
  return null;
end $$;
drop trigger if exists api_clients_answered_for on api_clients;
create constraint trigger api_clients_answered_for after insert on api_clients deferrable initially deferred for each row execute function countersign_client_answered_for();

-- A key says one thing only and is never lengthened; who brings one is from then on a maker.
create or replace function countersign_client_key() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if (new.id, new.client_id, new.public_key, new.secret_ct, new.created_by, new.created_at) is distinct from (old.id, old.client_id, old.public_key, old.secret_ct, old.created_by, old.created_at)
       or old.good_until is not null and (new.good_until is null or new.good_until > old.good_until) then
      raise exception 'the key % of an API client is never changed or lengthened', old.id using errcode = 'CS123';
    end if;
    return new;
  end if;
  if (new.public_key is null) = (new.secret_ct is null) or new.public_key is not null and octet_length(new.public_key) <> 32 then
    raise exception 'a key is a public key or a secret' using errcode = 'CS123';
  end if;
  if new.created_by is distinct from current_setting('app.actor', true) then
    raise exception 'nobody brings a key in the name of someone else' using errcode = 'CS122';
  end if;
  if new.created_by like 'usr\_%' and not is_client_maker(new.client_id, new.created_by) then
    raise exception '% brings a key to % without becoming its maker', new.created_by, new.client_id using errcode = 'CS122';
  end if;
  return new;
end $$;
create or replace trigger api_client_keys_rules before insert or update on api_client_keys for each row execute function countersign_client_key();

-- Nor does anybody behind a client settle what became of a payout it asked for.
create or replace function countersign_resolution_clients() returns trigger language plpgsql as $$
begin
  if is_client_maker((select o.maker_id from payouts o where o.id = new.payout_id), new.person_id) then
    raise exception '% is behind the API client that asked for payout %', new.person_id, new.payout_id using errcode = 'CS106';
  end if;
  return new;
end $$;
create or replace trigger payout_resolutions_clients before insert on payout_resolutions for each row execute function countersign_resolution_clients();

-- Notes a call; false when its nonce was used before. A read changes nothing, so its caller need not wait for the disk: what a
-- crash of the server could lose is that a read of the last second was heard.
create or replace function note_api_call(call json) returns boolean language plpgsql as $$
declare
  noted integer;
begin
  if call ->> 'method' in ('GET', 'HEAD') then
    perform set_config('synchronous_commit', 'off', true);
  end if;
  insert into api_calls (client_id, nonce, key_id, at, method, path, ip, request_id)
    select c.client_id, c.nonce, c.key_id, c.at, c.method, c.path, c.ip, c.request_id
    from json_to_record(call) as c(client_id text, nonce text, key_id text, at timestamptz, method text, path text, ip text, request_id text)
    on conflict do nothing;
  get diagnostics noted = row_count;
  return noted = 1;
end $$;
