-- Whether a row's own word about when it came to be can be true. The program's clock is believed within five minutes of the
-- database's, so that nobody who writes by hand begins a wait in the past or an end in the future. A demo is filled with a history,
-- and tests move their clock: neither is a house where real money or the gateway's sandbox is asked.
create or replace function is_near_time(moment timestamptz) returns boolean language sql stable as $$
  select moment between now() - interval '5 minutes' and now() + interval '5 minutes'
$$;

create or replace function is_house_time(moment timestamptz) returns boolean language plpgsql stable as $$
begin
  if is_near_time(moment) then return true; end if;
  return not exists (select from installation where mode in ('sandbox', 'production'));
end $$;

-- The same for a program that asks before it dates anything: how far its clock is ahead, and whether this house would believe it.
create or replace function clock_seen(moment timestamptz, out ahead_seconds float8, out near boolean, out believed boolean) language sql stable as $$
  select round(extract(epoch from moment - now())), is_near_time(moment), is_house_time(moment)
$$;
