-- The books: every journal balances, entries belong to their journal's own transaction, and nothing posted ever changes.
create or replace function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % refused: the books are append-only', tg_op, tg_table_name using errcode = 'CS002';
end $$;

do $$
declare t text;
begin
  foreach t in array array['journals', 'ledger_entries', 'fx_rates', 'reserve_receipts', 'risk_verdicts'] loop
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
drop function if exists reserve_basis(json);
create or replace function reserve_basis(now_at timestamptz) returns json language plpgsql as $$
begin
  return (select json_build_object(
    'usdCents', (select value from settings where name = 'reserveUsdCents'),
    'rate', (select json_build_object('id', id, 'rateMicros', rate_micros::text, 'source', source, 'effectiveAt', effective_at) from fx_rates
             where pair = 'USDINR' and confirmed_by is not null and effective_at <= now_at order by effective_at desc, id desc limit 1)));
end $$;

-- The books have four doors, and the application no other way in: it may neither write an entry or a hold nor change a
-- cached figure by itself, so balance and pending are what the entries say, and held what the open holds say.
drop function if exists open_books(json);
create or replace function open_books(payee text, opened timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into ledger_accounts (id, kind, account_id, created_at) values
    ('la_payee_pending_' || payee, 'payee_pending', payee, opened), ('la_payee_available_' || payee, 'payee_available', payee, opened);
  insert into account_balances (account_id) values (payee);
end $$;

-- Posts a journal once per kind and source: header, entries, the payees' cached figures and the hold it uses up. Answers
-- null when it was posted before, else for the payee how its figures moved.
create or replace function post_journal(journal json) returns json language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  payee constant text := journal ->> 'accountId';
  posted constant timestamptz := (journal ->> 'at')::timestamptz;
  added record;
  freed bigint := 0;
  enabled boolean;
begin
  insert into journals (id, kind, source_kind, source_id, at)
  values (journal ->> 'id', journal ->> 'kind', journal ->> 'sourceKind', journal ->> 'sourceId', posted) on conflict (kind, source_kind, source_id) do nothing;
  if not found then return null; end if;
  with entries as (
    insert into ledger_entries (id, journal_id, ledger_account_id, account_id, amount_paise, at)
    select l.id, journal ->> 'id', a.id, a.account_id, l.amount, posted
    from json_to_recordset(journal -> 'lines') as l(id text, account text, amount bigint),
      -- One by one: joined, all accounts of the house could be walked.
      lateral (select id, account_id from ledger_accounts where id = l.account limit 1) a
    where a.account_id is null or a.account_id = payee returning ledger_account_id, amount_paise
  )
  -- A payee's money is what we owe, so credits (negative) raise it.
  select count(*) as lines, coalesce(-sum(amount_paise) filter (where ledger_account_id = 'la_payee_available_' || payee), 0)::bigint as available,
         coalesce(-sum(amount_paise) filter (where ledger_account_id = 'la_payee_pending_' || payee), 0)::bigint as pending
    into added from entries;
  if added.lines <> json_array_length(journal -> 'lines') then
    raise exception 'journal % refused: it names accounts that are not there or of another payee', journal ->> 'id' using errcode = 'CS005';
  end if;
  if payee is null then return json_build_object('available', '0', 'freed', '0', 'enabled', null); end if;
  update holds set status = 'posted', closed_at = posted
  where payout_id = journal ->> 'closesHoldOf' and status = 'open' and account_id = payee returning amount_paise into freed;
  update account_balances
  set balance_paise = balance_paise + added.available, pending_paise = pending_paise + added.pending, held_paise = held_paise - coalesce(freed, 0), version = version + 1
  where account_id = payee returning payouts_enabled into enabled;
  return json_build_object('available', added.available::text, 'freed', coalesce(freed, 0)::text, 'enabled', enabled);
end $$;

-- Sets money aside: the only place that does, in one conditional statement, so that no concurrency can take balance − held
-- below the reserve.
drop function if exists place_holds(json);
create or replace function place_hold(id text, account_id text, payout_id text, amount_paise bigint, reserve_paise bigint, created_at timestamptz) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update account_balances b set held_paise = b.held_paise + place_hold.amount_paise, version = b.version + 1
  where b.account_id = place_hold.account_id and b.payouts_enabled and place_hold.reserve_paise >= 0
    and b.balance_paise - b.held_paise - place_hold.amount_paise >= place_hold.reserve_paise;
  if not found then raise exception 'account % cannot hold that', account_id using errcode = 'CS201'; end if;
  insert into holds (id, account_id, payout_id, amount_paise, created_at) values (id, account_id, payout_id, amount_paise, created_at);
end $$;

-- Gives back exactly the hold of a payout that moves no money; null when it holds nothing (any more).
drop function if exists release_hold(json);
create or replace function release_hold(payout text, at timestamptz) returns json language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  released record;
  enabled boolean;
begin
  update holds set status = 'released', closed_at = at
  where payout_id = payout and status = 'open' returning account_id, amount_paise into released;
  if not found then return null; end if;
  update account_balances set held_paise = held_paise - released.amount_paise, version = version + 1
  where account_id = released.account_id returning payouts_enabled into enabled;
  return json_build_object('accountId', released.account_id, 'enabled', enabled);
end $$;

-- What is posted to each account: the running totals and what came since. Transaction ids mean something only within one
-- cluster, so in another the totals do not count.
create or replace view ledger_sums as
  with counted as (select below_xid, system_identifier = (select system_identifier::text from pg_control_system()) as here from ledger_counted)
  select ledger_account_id, sum(entries)::bigint as entries, sum(debit_paise) as debit_paise, sum(credit_paise) as credit_paise from (
    select t.ledger_account_id, t.entries, t.debit_paise, t.credit_paise from ledger_totals t where (select here from counted)
    union all
    select e.ledger_account_id, 1, greatest(e.amount_paise, 0), greatest(-e.amount_paise, 0)
    from journals j join ledger_entries e on e.journal_id = j.id
    where j.xid >= coalesce((select below_xid from counted where here), '0'::xid8)
  ) parts group by ledger_account_id;

-- Counts what was posted since the last time into the totals: everything of transactions below the horizon, which are all
-- decided, so nothing that commits late is passed over. A long way goes in steps of so many journals, never splitting a
-- transaction; true while there is more.
drop function if exists count_ledger();
create or replace function count_ledger(at_once int) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  cluster constant text := (select system_identifier::text from pg_control_system());
  counted ledger_counted;
  decided xid8;
  horizon xid8;
begin
  insert into ledger_counted (id, below_xid, system_identifier) values (1, '0', cluster) on conflict do nothing;
  select * into counted from ledger_counted where id = 1 for update;
  if counted.system_identifier <> cluster then
    delete from ledger_totals;
    counted.below_xid := '0';
  end if;
  -- After the lock: whoever counted before us may have come further than we saw.
  decided := pg_snapshot_xmin(pg_current_snapshot());
  horizon := coalesce(
    (select min(xid) from journals where xid < decided and xid > counted.below_xid
      and xid >= (select xid from journals where xid >= counted.below_xid and xid < decided order by xid offset at_once limit 1)),
    decided);
  insert into ledger_totals as t (ledger_account_id, entries, debit_paise, credit_paise)
  select e.ledger_account_id, count(*), sum(greatest(e.amount_paise, 0)), sum(greatest(-e.amount_paise, 0))
  from journals j join ledger_entries e on e.journal_id = j.id where j.xid >= counted.below_xid and j.xid < horizon group by e.ledger_account_id
  on conflict (ledger_account_id) do update
    set entries = t.entries + excluded.entries, debit_paise = t.debit_paise + excluded.debit_paise, credit_paise = t.credit_paise + excluded.credit_paise;
  update ledger_counted set below_xid = horizon, system_identifier = cluster where id = 1;
  return horizon < decided;
end $$;

-- Keeps what was seen when an account still had its reserve with the payout's hold already inside held; false when it has not.
drop function if exists keep_receipts(json);
drop function if exists keep_receipt(json);
create or replace function keep_receipt(id text, payout_id text, account_id text, stage text, reserve_paise bigint, rate_id text, at timestamptz) returns boolean language plpgsql as $$
begin
  insert into reserve_receipts (id, payout_id, account_id, stage, balance_paise, held_paise, reserve_paise, rate_id, balance_version, at)
  select keep_receipt.id, keep_receipt.payout_id, b.account_id, keep_receipt.stage, b.balance_paise, b.held_paise, keep_receipt.reserve_paise, keep_receipt.rate_id, b.version, keep_receipt.at
  from account_balances b
  where b.account_id = keep_receipt.account_id and b.payouts_enabled and b.balance_paise - b.held_paise >= keep_receipt.reserve_paise
    and exists (select from holds h where h.payout_id = keep_receipt.payout_id and (h.account_id = b.account_id and h.status = 'open') is true);
  return found;
end $$;

create or replace function require_receipt(id text, payout_id text, account_id text, stage text, reserve_paise bigint, rate_id text, at timestamptz) returns void language plpgsql as $$
begin
  if not keep_receipt(id, payout_id, account_id, stage, reserve_paise, rate_id, at) then
    raise exception 'account % does not keep its reserve', account_id using errcode = 'CS202';
  end if;
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
