-- Whether a row's own word about when it came to be can be true. The program's clock is believed within five minutes of the
-- database's, so that nobody who writes by hand begins a wait in the past or an end in the future. A demo is filled with a history,
-- and tests move their clock: neither is a house where real money or the gateway's sandbox is asked.
create or replace function is_house_time(moment timestamptz) returns boolean language sql stable as $$
  select moment between now() - interval '5 minutes' and now() + interval '5 minutes'
    or not exists (select from installation where mode in ('sandbox', 'production'))
$$;
