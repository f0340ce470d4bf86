-- The books: every journal balances, entries belong to their journal's own transaction, and nothing posted ever changes.
create or replace function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % refused: the books are append-only', tg_op, tg_table_name using errcode = 'CS002';
end $$;

do $$
declare t text;
begin
  foreach t in array array['journals', 'ledger_entries', 'reserve_receipts', 'risk_verdicts'] loop
    execute format('drop trigger if exists b_append_only on public.%I', t);
    execute format('create trigger b_append_only before update or delete or truncate on public.%I for each statement execute function ledger_refuse_change()', t);
  end loop;
end $$;

-- The writer cannot claim another transaction: the id is the database's, whatever the statement said.
create or replace function ledger_stamp_journal() returns trigger language plpgsql as $$
begin
  new.xid := pg_current_xact_id();
  return new;
end $$;
drop trigger if exists c_stamp on journals;
create trigger c_stamp before insert on journals for each row execute function ledger_stamp_journal();

create or replace function ledger_own_journal() returns trigger language plpgsql as $$
begin
  if exists (select from added a left join journals j on j.id = a.journal_id where j.xid is distinct from pg_current_xact_id()) then
    raise exception 'entries refused: their journal was written by another transaction' using errcode = 'CS003';
  end if;
  return null;
end $$;
drop trigger if exists c_own_journal on ledger_entries;
create trigger c_own_journal after insert on ledger_entries referencing new table as added for each statement execute function ledger_own_journal();

-- On both tables: the header alone would miss entries added after an early check (set constraints … immediate).
create or replace function ledger_balanced() returns trigger language plpgsql as $$
declare
  journal text := case tg_table_name when 'journals' then to_jsonb(new) ->> 'id' else to_jsonb(new) ->> 'journal_id' end;
  total numeric;
  entries int;
begin
  select coalesce(sum(amount_paise), 0), count(*) into total, entries from ledger_entries where journal_id = journal;
  if total <> 0 or entries < 2 then
    raise exception 'journal % refused: % entries with sum %', journal, entries, total using errcode = 'CS004';
  end if;
  return null;
end $$;
drop trigger if exists d_balanced on journals;
create constraint trigger d_balanced after insert on journals deferrable initially deferred for each row execute function ledger_balanced();
drop trigger if exists d_balanced on ledger_entries;
create constraint trigger d_balanced after insert on ledger_entries deferrable initially deferred for each row execute function ledger_balanced();

-- What the reserve is reckoned from: how many dollars, and the latest rate that two people vouch for.
create or replace function reserve_basis(at json) returns json language plpgsql as $$
begin
  return json_build_object(
    'usdCents', (select value from settings where name = 'reserveUsdCents'),
    'rate', (select json_build_object('id', id, 'rateMicros', rate_micros::text, 'source', source, 'effectiveAt', effective_at) from fx_rates
             where pair = 'USDINR' and confirmed_by is not null and effective_at <= (at ->> 'now')::timestamptz order by effective_at desc, id desc limit 1));
end $$;

-- Sets money aside: the only place that does, in one conditional statement, so that no concurrency can take balance − held
-- below the reserve.
create or replace function place_holds(holds json) returns void language plpgsql as $$
declare
  hold record;
begin
  for hold in select * from json_to_recordset(holds) as h(id text, account_id text, payout_id text, amount_paise bigint, reserve_paise bigint, created_at timestamptz) loop
    update account_balances b set held_paise = b.held_paise + hold.amount_paise, version = b.version + 1
    where b.account_id = hold.account_id and b.payouts_enabled and b.balance_paise - b.held_paise - hold.amount_paise >= hold.reserve_paise;
    if not found then raise exception 'account % cannot hold that', hold.account_id using errcode = 'CS201'; end if;
    insert into holds (id, account_id, payout_id, amount_paise, created_at) values (hold.id, hold.account_id, hold.payout_id, hold.amount_paise, hold.created_at);
  end loop;
end $$;

-- Keeps what was seen when an account still had its reserve with the payout's hold already inside held; false when it has not.
create or replace function keep_receipt(receipt json) returns boolean language plpgsql as $$
declare
  payout constant text := receipt ->> 'payout_id';
  account constant text := receipt ->> 'account_id';
  reserve constant bigint := (receipt ->> 'reserve_paise')::bigint;
  seen account_balances;
begin
  select * into seen from account_balances where account_id = account;
  if not found or not seen.payouts_enabled or seen.balance_paise - seen.held_paise < reserve
     or not exists (select from holds where payout_id = payout and (account_id = account and status = 'open') is true) then
    return false;
  end if;
  insert into reserve_receipts (id, payout_id, account_id, stage, balance_paise, held_paise, reserve_paise, rate_id, balance_version, at)
  values (receipt ->> 'id', payout, account, receipt ->> 'stage', seen.balance_paise, seen.held_paise, reserve, receipt ->> 'rate_id', seen.version, (receipt ->> 'at')::timestamptz);
  return true;
end $$;

create or replace function keep_receipts(receipts json) returns void language plpgsql as $$
declare
  receipt json;
begin
  for receipt in select json_array_elements(receipts) loop
    if not keep_receipt(receipt) then raise exception 'account % does not keep its reserve', receipt ->> 'account_id' using errcode = 'CS202'; end if;
  end loop;
end $$;

-- The house's own accounts and the bank holidays of the rate's home market (weekends are known by the calendar).
select set_config('app.actor', 'operator:migrate', true), set_config('app.xid', pg_current_xact_id()::text, true);

insert into ledger_accounts (id, kind, account_id, created_at)
select 'la_' || kind, kind, null, '2026-01-01T00:00:00+05:30'
from unnest(array['gateway_receivable', 'bank', 'payout_float', 'fees', 'tax', 'disputes', 'suspense', 'opening_equity']) as kind
on conflict do nothing;

insert into bank_holidays (day, name) values
  ('2026-01-26', 'Republic Day'), ('2026-02-19', 'Chhatrapati Shivaji Maharaj Jayanti'), ('2026-03-03', 'Holi'), ('2026-03-19', 'Gudi Padwa'),
  ('2026-03-26', 'Ram Navami'), ('2026-03-31', 'Mahavir Jayanti'), ('2026-04-01', 'Annual closing of banks'), ('2026-04-03', 'Good Friday'),
  ('2026-04-14', 'Dr Ambedkar Jayanti'), ('2026-05-01', 'Maharashtra Day'), ('2026-05-28', 'Bakri Id'), ('2026-06-26', 'Muharram'),
  ('2026-08-26', 'Id-e-Milad'), ('2026-09-14', 'Ganesh Chaturthi'), ('2026-10-02', 'Gandhi Jayanti'), ('2026-10-20', 'Dussehra'),
  ('2026-11-10', 'Diwali Balipratipada'), ('2026-11-24', 'Guru Nanak Jayanti'), ('2026-12-25', 'Christmas'),
  ('2027-01-26', 'Republic Day'), ('2027-02-19', 'Chhatrapati Shivaji Maharaj Jayanti'), ('2027-03-22', 'Holi'), ('2027-03-26', 'Good Friday'),
  ('2027-04-01', 'Annual closing of banks'), ('2027-04-07', 'Gudi Padwa'), ('2027-04-14', 'Dr Ambedkar Jayanti'), ('2027-04-15', 'Ram Navami'),
  ('2027-05-17', 'Bakri Id'), ('2027-05-20', 'Buddha Purnima'), ('2027-10-29', 'Diwali Laxmi Pujan')
on conflict do nothing;
