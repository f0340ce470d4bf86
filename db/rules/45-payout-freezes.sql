-- Whoever came in by a recovery code, or whose second factors or password were reset, decides no payout for a while.
-- Whenever it began: the moment of a vote is what the vote says of itself, and one dated back would come before its freeze.
create or replace function payout_frozen(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (select from payout_freezes where user_id = person and until > at_time)
$$;

-- Votes ask for it themselves (see 50-payouts.sql).
drop trigger if exists payout_approvals_freeze on payout_approvals;
drop function if exists payout_freeze_refuses_votes();
