-- Why somebody's signature under a payout no longer counts: they were shut out, or lost the one role with payouts.approve in
-- lib/access, or their account may have been in other hands, which is asked here as payout_frozen asks it: a call would cost as
-- much again. Null while it counts.
create or replace function signer_gone(person text, at_time timestamptz) returns text language plpgsql stable as $$
declare
  why text;
begin
  select case
      when u.status <> 'active' then 'shut_out'
      when not exists (
        select from role_grants g where g.user_id = person and g.role = 'finance_admin' and g.ended_at is null
          and g.valid_from <= at_time and (g.valid_until is null or g.valid_until > at_time)) then 'role_lost'
      when exists (select from payout_freezes f where f.user_id = person and f.until > at_time) then 'frozen'
    end into why from users u where u.id = person;
  return case when found then why else 'shut_out' end;
end $$;

-- A signature is taken off only when whoever gave it may not sign any more: nobody undoes another's say otherwise. Not before
-- it was given either: there its signer did not hold the role yet. Nor ahead of time, at an end that is only to come.
create or replace function countersign_withdrawal_insert() returns trigger language plpgsql as $$
begin
  if not exists (
    select from payout_approvals v join payouts p on p.id = v.payout_id
    where v.id = new.approval_id and new.at >= v.at and is_house_time(new.at) and p.id = new.payout_id and p.status in ('pending_approval', 'held', 'approved') and signer_gone(v.approver_id, new.at) = new.reason) then
    raise exception 'a signature counts for as long as its signer may sign and its payout has not left' using errcode = 'CS121';
  end if;
  return new;
end $$;
create or replace trigger payout_withdrawals_insert before insert on payout_withdrawals for each row execute function countersign_withdrawal_insert();
