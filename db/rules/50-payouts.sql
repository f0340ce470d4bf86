-- A payout's state machine and its signatures, so that no path (program, script, console) can go around them.
create or replace function countersign_payout_may_move(was text, becomes text) returns boolean language sql immutable as $$
  -- As one list of constants: pairs would be a comparison each, made ready one by one in every transaction.
  select was || ' ' || becomes in (
    'draft pending_approval', 'draft held', 'draft cancelled',
    'pending_approval approved', 'pending_approval held', 'pending_approval rejected', 'pending_approval cancelled', 'pending_approval expired',
    'held pending_approval', 'held rejected', 'held cancelled', 'held expired',
    'approved submitting', 'approved pending_approval', 'approved cancelled', 'approved expired',
    'submitting in_flight', 'submitting succeeded', 'submitting failed', 'submitting reversed', 'submitting cancelled', 'submitting expired',
    'in_flight succeeded', 'in_flight failed', 'in_flight reversed',
    'succeeded reversed')
$$;

-- What a request is decided by. Two equal requests at the same moment come one after the other, so that the second sees the
-- first: everything is read by statements that begin after the lock.
drop function if exists payout_target(json);
drop function if exists payout_target(text, text, bigint);
create or replace function payout_target(account text, payee text, amount bigint, now_at timestamptz, minutes_default int) returns json language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('payout:' || payee || ':' || amount, 0));
  return (
    select json_build_object(
      'accountStatus', a.status, 'beneficiary', b,
      'paid', exists (select from payouts where beneficiary_id = b.id and status = 'succeeded'),
      'last', (select json_build_object('id', id, 'createdAt', created_at) from payouts
               where beneficiary_id = b.id and created_at > now_at - coalesce((select (value #>> '{}')::int from settings where name = 'duplicateMinutes'), minutes_default) * interval '1 minute' and amount_paise = amount and status not in ('rejected', 'cancelled', 'expired', 'failed') order by created_at desc limit 1),
      'settings', (select json_object_agg(name, value) from settings where name in ('payoutMaxPaise', 'twoApproverFromPaise', 'duplicateMinutes', 'approvalExpiryDays')))
    from accounts a join beneficiaries b on b.id = payee where a.id = account);
end $$;

drop function if exists request_payouts(json);
create or replace function request_payout(id text, account_id text, beneficiary_id text, beneficiary_version int, beneficiary_created_by text, payee text, amount_paise bigint,
  fee_paise bigint, currency text, rail text, purpose text, status text, version int, policy_version int, approvals_needed int, approvals_given int,
  verdict_id text, digest bytea, maker_id text, last_editor_id text, hold_reasons jsonb, hold_until timestamptz, created_at timestamptz,
  expires_at timestamptz, updated_at timestamptz) returns void language sql as $$
  insert into payouts (id, account_id, beneficiary_id, beneficiary_version, beneficiary_created_by, payee, amount_paise, fee_paise, currency, rail, purpose, status,
    version, policy_version, approvals_needed, approvals_given, verdict_id, digest, maker_id, last_editor_id, hold_reasons, hold_until, created_at,
    expires_at, updated_at)
  values (id, account_id, beneficiary_id, beneficiary_version, beneficiary_created_by, payee, amount_paise, fee_paise, currency, rail, purpose, status,
    version, policy_version, approvals_needed, approvals_given, verdict_id, digest, maker_id, last_editor_id, hold_reasons, hold_until, created_at,
    expires_at, updated_at);
$$;

-- What a signature is decided by. The payout's row is locked first and the rest is read by statements that begin after that,
-- so no vote that the lock waited for stays unseen. The challenge is used up if it is this person's, in this session, for this payout,
-- unused and in time.
drop function if exists signing_facts(json);
create or replace function signing_facts(payout text, challenge text, person text, session text, now_at timestamptz) returns json language plpgsql as $$
declare
  taken json;
begin
  perform from payouts where id = payout for update;
  update approval_challenges c set used_at = now_at
  where c.id = challenge and c.payout_id = payout and c.user_id = person and c.session_id = session and c.used_at is null and c.expires_at > now_at
  returning json_build_object('digest', c.digest, 'payoutVersion', c.payout_version) into taken;
  return (select json_build_object('challenge', taken,
    'freeze', (select json_build_object('reason', reason, 'until', until) from payout_freezes
               where user_id = person and frozen_at <= now_at and until > now_at order by until desc limit 1),
    'votes',
    (select coalesce(json_agg(json_build_object('id', v.id, 'approverId', v.approver_id, 'digest', v.digest, 'at', v.at, 'factor', v.factor,
                     'gone', signer_gone(v.approver_id, now_at), 'withdrawn', (select w.at from payout_withdrawals w where w.approval_id = v.id)) order by v.at, v.id), '[]')
     from payout_approvals v where v.payout_id = payout)));
end $$;

-- One signature: the vote first, because the payout's trigger counts votes and believes nobody.
drop function if exists sign_payouts(json);
create or replace function sign_payout(id text, payout_id text, approver_id text, challenge_id text, digest bytea, statement text, factor text, at timestamptz,
  version int, given int, status text) returns void language plpgsql as $$
begin
  insert into payout_approvals (id, payout_id, approver_id, challenge_id, digest, statement, factor, at) values (id, payout_id, approver_id, challenge_id, digest, statement, factor, at);
  -- By its id alone: an index on the status would be walked past every other payout that waits.
  update payouts p set approvals_given = sign_payout.given, status = sign_payout.status, updated_at = sign_payout.at
  where p.id = sign_payout.payout_id and (p.status = 'pending_approval' and p.version = sign_payout.version) is true;
  if not found then raise exception 'payout % moved', payout_id using errcode = 'CS114'; end if;
end $$;

-- What is set aside for a payout is its amount and its fee, on its own account. Found by the payout alone: an index on the
-- account would be walked past all that is set aside there.
create or replace function payout_hold_fits(p payouts) returns boolean language sql stable as $$
  select exists (select from holds h where h.payout_id = p.id and (h.account_id = p.account_id and h.status = 'open' and h.amount_paise = p.amount_paise + p.fee_paise) is true)
$$;

-- Whether two people who may still decide it agreed to give the last try up, and it is proven absent (see countersign_attempt_update).
create or replace function payout_given_up(payout text, at_time timestamptz) returns boolean language sql stable as $$
  select exists (
    select from payout_attempts a
    where a.payout_id = payout and a.status = 'absent' and a.number = (select max(number) from payout_attempts where payout_id = payout)
      and (select count(*) from payout_resolutions r
           where r.payout_id = payout and r.attempt_number = a.number and r.choice = 'give_up' and signer_gone(r.person_id, at_time) is null) >= 2)
$$;

create or replace function countersign_payout_insert() returns trigger language plpgsql as $$
begin
  if new.status not in ('draft', 'pending_approval', 'held') or new.version <> 1 or new.approvals_given <> 0 or new.last_editor_id <> new.maker_id then
    raise exception 'payout % cannot begin as %, version %, with % approvals', new.id, new.status, new.version, new.approvals_given using errcode = 'CS101';
  end if;
  if new.status <> 'draft' and not payout_hold_fits(new) then
    raise exception 'payout % begins with exactly its own money set aside', new.id using errcode = 'CS116';
  end if;
  return new;
end $$;

create or replace function countersign_payout_update() returns trigger language plpgsql as $$
declare
  votes bigint;
  gone bigint;
begin
  if new.status <> old.status and not countersign_payout_may_move(old.status, new.status) then
    raise exception 'payout % cannot go from % to %', old.id, old.status, new.status using errcode = 'CS102';
  end if;
  -- A draft holds nothing, so it is asked when it begins to wait; countersign_payout_edit asks when what it says changes.
  if old.status = 'draft' and new.status in ('pending_approval', 'held') then
    if not payout_hold_fits(new) then
      raise exception 'payout % keeps exactly its own money set aside', old.id using errcode = 'CS116';
    end if;
  end if;
  -- Nor does anybody let go what they asked for themselves, or through a program they stand behind.
  if old.status = 'held' and new.status = 'pending_approval'
     and (current_setting('app.actor', true) = old.maker_id or is_client_maker(old.maker_id, current_setting('app.actor', true))) then
    raise exception 'payout % is let go by somebody who had no part in asking for it', old.id using errcode = 'CS106';
  end if;
  -- What the gateway is said to have done is said by the process that sends and asks (decision 27): money let go on another's word
  -- could be sent twice. The web's ends only what two people gave up.
  if new.status <> old.status and new.status in ('submitting', 'in_flight', 'succeeded', 'failed', 'reversed')
     and not has_table_privilege(current_user, 'public.payout_attempts', 'insert')
     and not (old.status = 'submitting' and new.status = 'failed' and is_house_time(new.updated_at) and payout_given_up(new.id, new.updated_at)) then
    raise exception 'payout % is said to be % by a process that cannot know it', old.id, new.status using errcode = 'CS111';
  end if;
  -- What may have reached the gateway is never let go by a person or by time.
  if old.status = 'submitting' and new.status in ('cancelled', 'expired') then
    if exists (select from payout_attempts where payout_id = new.id and status not in ('not_sent', 'absent')) then
      raise exception 'payout % may have reached the gateway', old.id using errcode = 'CS111';
    end if;
  end if;
  -- Votes are counted from the signatures over this very content, never believed from the caller; those taken off do not
  -- count, and the last one completes it only beside signers who may still sign. Whoever signs in this very transaction was asked for
  -- that when their vote came. What was complete goes back only when it is not.
  if new.approvals_given <> old.approvals_given or new.status <> old.status and (new.status = 'approved' or old.status = 'approved' and new.status = 'pending_approval') then
    select count(*), count(*) filter (where new.status = 'approved' and v.xmin <> pg_current_xact_id()::xid and signer_gone(v.approver_id, new.updated_at) is not null) into votes, gone
      from payout_approvals v where v.payout_id = new.id and v.digest = new.digest and (select w.at from payout_withdrawals w where w.approval_id = v.id) is null;
    if new.approvals_given <> votes or new.status = 'approved' and (votes <> new.approvals_needed or gone > 0 or not is_house_time(new.updated_at))
       or new.status = 'pending_approval' and votes >= new.approvals_needed then
      raise exception 'payout % carries % signatures (% of no use), not %, and needs %', new.id, votes, gone, new.approvals_given, new.approvals_needed using errcode = 'CS104';
    end if;
  end if;
  return new;
end $$;

-- Asked only by a statement that names one of these columns: one that does not cannot change what a payout says.
create or replace function countersign_payout_edit() returns trigger language plpgsql as $$
begin
  if new.version = old.version then
    if (new.id, new.maker_id, new.created_at, new.account_id, new.beneficiary_id, new.beneficiary_version, new.beneficiary_created_by, new.payee, new.amount_paise, new.fee_paise,
        new.currency, new.rail, new.purpose, new.policy_version, new.approvals_needed, new.verdict_id, new.digest, new.last_editor_id, new.expires_at)
       is distinct from
       (old.id, old.maker_id, old.created_at, old.account_id, old.beneficiary_id, old.beneficiary_version, old.beneficiary_created_by, old.payee, old.amount_paise, old.fee_paise,
        old.currency, old.rail, old.purpose, old.policy_version, old.approvals_needed, old.verdict_id, old.digest, old.last_editor_id, old.expires_at) then
      raise exception 'payout % keeps its id, its maker and its beginning, and what it says may change only with its version', old.id using errcode = 'CS103';
    end if;
  elsif (new.id, new.maker_id, new.created_at) is distinct from (old.id, old.maker_id, old.created_at)
     or new.version <> old.version + 1 or old.status not in ('draft', 'pending_approval', 'held') or new.approvals_given <> 0 or new.digest = old.digest then
    raise exception 'payout % cannot be edited so now, or keeps votes or a digest of its former content', old.id using errcode = 'CS103';
  end if;
  if new.status <> 'draft' and (new.account_id, new.amount_paise, new.fee_paise) is distinct from (old.account_id, old.amount_paise, old.fee_paise) then
    if not payout_hold_fits(new) then
      raise exception 'payout % keeps exactly its own money set aside', old.id using errcode = 'CS116';
    end if;
  end if;
  return new;
end $$;

create or replace trigger payouts_edit before update of id, maker_id, created_at, account_id, beneficiary_id, beneficiary_version, beneficiary_created_by, payee, amount_paise,
  fee_paise, currency, rail, purpose, version, policy_version, approvals_needed, verdict_id, digest, last_editor_id, expires_at on payouts for each row execute function countersign_payout_edit();
create or replace trigger payouts_insert before insert on payouts for each row execute function countersign_payout_insert();
create or replace trigger payouts_update before update on payouts for each row execute function countersign_payout_update();

-- A hold ends with its payout and not before: given back when no money moves, used up when it did. Asked at the commit, when
-- the payout stands where it will stand.
create or replace function countersign_hold_ends() returns trigger language plpgsql as $$
declare
  stands text;
begin
  select status into stands from payouts where id = new.payout_id;
  if found and not (new.status = 'released' and stands in ('rejected', 'cancelled', 'expired', 'failed', 'reversed') or new.status = 'posted' and stands in ('succeeded', 'reversed')) then
    raise exception 'the money set aside for payout % stays so while it is %', new.payout_id, stands using errcode = 'CS117';
  end if;
  return null;
end $$;
drop trigger if exists d_hold_ends on holds;
create constraint trigger d_hold_ends after update on holds deferrable initially deferred for each row when (old.status <> new.status) execute function countersign_hold_ends();

-- Nobody signs what they made, edited or chose the destination of; nobody signs for someone else, or anything but the content as it is.
-- One question with one answer: every condition of its own would cost as much as all of them do together. Who stands behind a
-- client is asked here as is_client_maker asks it.
create or replace function countersign_approval_insert() returns trigger language plpgsql as $$
declare
  gone constant text := signer_gone(new.approver_id, new.at);
  refusal text;
begin
  select case
      when o.status <> 'pending_approval' then 'CS105 this payout is not waiting for signatures'
      when new.approver_id in (o.maker_id, o.last_editor_id, o.beneficiary_created_by, b.created_by) then 'CS106 they asked for it, edited it or added its beneficiary'
      when exists (select from client_makers m where m.client_id = o.maker_id and m.user_id = new.approver_id) then 'CS106 they stand behind the API client that asked for it'
      when gone = 'frozen' then 'CS120 they may decide no payout at this time'
      when new.digest <> o.digest then 'CS107 this signature is over other content than the payout has'
      when (c.user_id, c.payout_id, c.digest) is distinct from (new.approver_id, new.payout_id, new.digest) then 'CS108 this signature does not answer its own challenge'
      when c.used_at is distinct from new.at or new.at >= c.expires_at then 'CS108 this challenge was not used for this signature, or too late'
      when sha256(convert_to(new.statement, 'UTF8')) <> new.digest then 'CS107 the statement kept is not the one that was signed'
      when new.approver_id is distinct from current_setting('app.actor', true) then 'CS108 nobody signs for someone else'
      when not is_house_time(new.at) then 'CS108 a signature is given now, neither before nor later'
      when gone is not null then 'CS106 they hold no right to sign'
      when not factor_consumed(new.approver_id, new.factor) then 'CS115 this signature needs a factor of its person used in the same transaction'
      when approvers_need_passkeys() and (new.factor <> 'passkey' or not approver_keys_held(new.approver_id)) then 'CS115 approvers sign with a passkey here, and hold two of them'
      else ''
    end into refusal
    from payouts o join beneficiaries b on b.id = o.beneficiary_id left join approval_challenges c on c.id = new.challenge_id
    where o.id = new.payout_id;
  if refusal = '' then return new; end if;
  raise exception '% may not sign payout %: %', new.approver_id, new.payout_id, coalesce(substr(refusal, 7), 'there is no such payout')
    using errcode = coalesce(left(refusal, 5), 'CS105');
end $$;

create or replace trigger payout_approvals_insert before insert on payout_approvals for each row execute function countersign_approval_insert();

create or replace function countersign_challenge_update() returns trigger language plpgsql as $$
begin
  if old.used_at is not null or new.used_at is null then
    raise exception 'a challenge is used once' using errcode = 'CS109';
  end if;
  return new;
end $$;
create or replace trigger approval_challenges_update before update on approval_challenges for each row execute function countersign_challenge_update();

create or replace function countersign_challenge_kept() returns trigger language plpgsql as $$
begin
  raise exception 'a challenge never changes' using errcode = 'CS109';
end $$;
create or replace trigger approval_challenges_kept before update of id, payout_id, payout_version, user_id, session_id, digest, envelope, expires_at on approval_challenges
  for each row execute function countersign_challenge_kept();

-- An attempt's answer only becomes more certain. That it is absent is believed only of two people, a day after it was begun.
create or replace function countersign_attempt_update() returns trigger language plpgsql as $$
begin
  if (new.id, new.payout_id, new.number, new.request_hash, new.prepared_at) is distinct from (old.id, old.payout_id, old.number, old.request_hash, old.prepared_at) then
    raise exception 'an attempt keeps what was sent' using errcode = 'CS110';
  end if;
  if new.status <> old.status and not (old.status = 'prepared' or old.status = 'unknown' and new.status in ('accepted', 'refused', 'absent')) then
    raise exception 'attempt % cannot go from % to %', old.id, old.status, new.status using errcode = 'CS110';
  end if;
  -- That nothing left is said by whoever could have sent it, and nobody else: what is let go on this word could be sent twice.
  if new.status = 'not_sent' and old.status <> 'not_sent' and not has_table_privilege(current_user, 'public.payout_attempts', 'insert') then
    raise exception 'attempt % was made by another process, which alone knows whether it left', old.id using errcode = 'CS110';
  end if;
  if new.status = 'absent' and old.status <> 'absent' and (
       new.answered_at is null or new.answered_at < old.prepared_at + interval '24 hours' or not is_house_time(new.answered_at)
       or not exists (select from payout_resolutions where payout_id = old.payout_id and attempt_number = old.number and signer_gone(person_id, new.answered_at) is null group by choice having count(*) >= 2)) then
    raise exception 'attempt % is not proven absent by two people', old.id using errcode = 'CS112';
  end if;
  return new;
end $$;

create or replace trigger payout_attempts_update before update on payout_attempts for each row execute function countersign_attempt_update();

-- Nobody resolves what they asked for or alone signed, or in someone else's name, or what is not open.
create or replace function countersign_resolution_insert() returns trigger language plpgsql as $$
declare
  p record;
begin
  select o.status, o.maker_id, o.last_editor_id, o.approvals_needed, a.status as attempt_status, a.prepared_at,
         exists (select from payout_approvals v where v.payout_id = o.id and v.approver_id = new.person_id
           and not exists (select from payout_withdrawals w where w.approval_id = v.id)) as signed
    into p
    from payouts o join payout_attempts a on a.payout_id = o.id and a.number = new.attempt_number
    where o.id = new.payout_id;
  if p.status is distinct from 'submitting' or p.attempt_status not in ('prepared', 'unknown') or new.at < p.prepared_at + interval '24 hours' then
    raise exception 'nothing about payout % may be decided by people now', new.payout_id using errcode = 'CS113';
  end if;
  -- A word dated ahead would come before its day is over, and after the freeze of whoever gives it.
  if not is_house_time(new.at) then
    raise exception 'about payout % is decided now, neither before nor later', new.payout_id using errcode = 'CS113';
  end if;
  if new.person_id in (p.maker_id, p.last_editor_id) or p.signed and p.approvals_needed = 1 then
    raise exception '% asked for or alone signed payout %', new.person_id, new.payout_id using errcode = 'CS106';
  end if;
  if new.person_id is distinct from current_setting('app.actor', true) then
    raise exception 'nobody decides for someone else' using errcode = 'CS108';
  end if;
  if payout_frozen(new.person_id, new.at) then
    raise exception '% may decide no payout at this time', new.person_id using errcode = 'CS120';
  end if;
  return new;
end $$;

create or replace trigger payout_resolutions_insert before insert on payout_resolutions for each row execute function countersign_resolution_insert();
