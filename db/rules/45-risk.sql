-- What the rules look at. One screening per account at a time: requests sent all at once would not see each other and pass
-- the daily limit together; so the facts are read by a statement that begins after the lock.
create or replace function risk_facts(asked json) returns json language plpgsql as $$
declare
  account constant text := asked ->> 'accountId';
  this_payout constant text := asked ->> 'payoutId';
  now_at constant timestamptz := (asked ->> 'now')::timestamptz;
  velocity json := (select to_json(value) from settings where name = 'velocityPayoutsMax');
  unusual json := (select to_json(value) from settings where name = 'unusualTenths');
begin
  perform pg_advisory_xact_lock(hashtextextended('risk:' || account, 0));
  return (
    select json_build_object(
      'recent', (select count(*) from (select from payouts where account_id = account and created_at > now_at - interval '24 hours' and id is distinct from this_payout
                   limit coalesce((velocity #>> '{}')::int, (asked ->> 'velocityDefault')::int)) day),
      'velocityMax', velocity, 'unusualTenths', unusual,
      'paidBefore', exists (select from payouts where beneficiary_id = b.id and status = 'succeeded'),
      'coolOffUntil', b.cool_off_until, 'sample', usual.sample, 'usual', usual.p95)
    from beneficiaries b, lateral (
      select count(*) as sample, (percentile_disc(0.95) within group (order by amount_paise))::text as p95
      from (select amount_paise from payouts where account_id = account and status = 'succeeded' and created_at > now_at - interval '30 days'
            order by created_at desc limit 500) month
    ) usual
    where b.id = asked ->> 'beneficiaryId' and b.account_id = account);
end $$;

create or replace function record_verdicts(verdicts json) returns void language plpgsql as $$
begin
  insert into risk_verdicts (id, payout_id, outcome, findings, at)
  select v.id, v.payout_id, v.outcome, v.findings, v.at from json_to_recordset(verdicts) as v(id text, payout_id text, outcome text, findings jsonb, at timestamptz);
end $$;
