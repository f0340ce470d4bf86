-- What the rules look at. One screening per account at a time: requests sent all at once would not see each other and pass
-- the daily limit together; so the facts are read by a statement that begins after the lock.
drop function if exists risk_facts(json);
create or replace function risk_facts(account text, payee text, this_payout text, now_at timestamptz, velocity_default int) returns json language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('risk:' || account, 0));
  return (
    select json_build_object(
      'recent', (select count(*) from (select from payouts where account_id = account and created_at > now_at - interval '24 hours' and id is distinct from this_payout
                   limit coalesce((select (value #>> '{}')::int from settings where name = 'velocityPayoutsMax'), velocity_default)) day),
      'velocityMax', (select value from settings where name = 'velocityPayoutsMax'), 'unusualTenths', (select value from settings where name = 'unusualTenths'),
      'paidBefore', exists (select from payouts where beneficiary_id = b.id and status = 'succeeded'),
      'coolOffUntil', b.cool_off_until, 'sample', usual.sample, 'usual', usual.p95)
    from beneficiaries b, lateral (
      select count(*) as sample, (percentile_disc(0.95) within group (order by amount_paise))::text as p95
      from (select amount_paise from payouts where account_id = account and status = 'succeeded' and created_at > now_at - interval '30 days'
            order by created_at desc limit 500) month
    ) usual
    where b.id = payee and b.account_id = account);
end $$;

drop function if exists record_verdicts(json);
create or replace function record_verdict(id text, payout_id text, outcome text, findings jsonb, at timestamptz) returns void language sql as $$
  insert into risk_verdicts (id, payout_id, outcome, findings, at) values (id, payout_id, outcome, findings, at);
$$;
