-- Whoever came in by a recovery code, or whose second factors or password were reset, decides no payout for a while.
create or replace function payout_frozen(person text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (select from payout_freezes where user_id = person and frozen_at <= at_time and until > at_time)
$$;

create or replace function payout_freeze_refuses_votes() returns trigger language plpgsql as $$
begin
  if payout_frozen(new.approver_id, new.at) then
    raise exception '% may decide no payout at this time', new.approver_id using errcode = 'CS120';
  end if;
  return new;
end $$;
create or replace trigger payout_approvals_freeze before insert on payout_approvals for each row execute function payout_freeze_refuses_votes();
