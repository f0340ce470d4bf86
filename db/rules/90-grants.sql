-- What each role may do. Applied after every migration, so a new table starts with exactly this and nothing else.
do $$
declare
  -- Append-only for the application: it may add and read, never change or remove.
  append_only constant text[] := array['audit_log', 'audit_seals', 'audit_heads', 'journals', 'ledger_entries', 'fx_rates', 'reserve_receipts', 'risk_verdicts',
    'payout_approvals', 'payout_withdrawals', 'client_makers', 'payout_resolutions', 'transaction_evidence', 'emergency_restarts', 'bank_holidays', 'installation', 'payout_freezes', 'security_events', 'security_firsts'];
  -- Rows that are used up or thrown away.
  deletable constant text[] := array['jobs', 'auth_tickets', 'auth_limits', 'edge_quotas', 'auth_sessions', 'passkey_challenges', 'step_ups', 'idempotency_keys', 'api_calls', 'api_answers', 'auth_password_history'];
  t text;
begin
  revoke all on schema public from public;
  grant usage on schema public to countersign_app, countersign_jobs, countersign_readonly;
  revoke all on all functions in schema public from public;
  grant execute on all functions in schema public to countersign_app, countersign_jobs, countersign_readonly;
  for t in select tablename from pg_tables where schemaname = 'public' loop
    execute format('revoke all on public.%I from public, countersign_app, countersign_readonly, countersign_jobs', t);
    execute format('grant select on public.%I to countersign_readonly', t);
    execute format('grant select, insert on public.%I to countersign_app, countersign_jobs', t);
    if not t = any (append_only) then execute format('grant update on public.%I to countersign_app, countersign_jobs', t); end if;
    if t = any (deletable) then execute format('grant delete on public.%I to countersign_app, countersign_jobs', t); end if;
  end loop;
  grant usage on all sequences in schema public to countersign_app, countersign_jobs;
  -- Functions that write with their owner's rights are the application's doors, nobody else's.
  for t in select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace and prosecdef loop
    execute format('revoke execute on function %s from countersign_readonly', t);
  end loop;
end $$;

-- The books are written through their doors (40-ledger.sql); only whether an account's payouts run is the application's own to say.
revoke insert, update on public.journals, public.ledger_entries, public.ledger_accounts, public.holds, public.account_balances, public.ledger_totals, public.ledger_counted
  from countersign_app, countersign_jobs;
grant select on public.ledger_sums to countersign_app, countersign_jobs, countersign_readonly;
grant update (payouts_enabled, payouts_disabled_reason, version) on public.account_balances to countersign_app, countersign_jobs;

-- The read-only role needs no secret, even wrapped or hashed.
revoke select on public.vault_keys, public.api_client_keys, public.auth_tickets, public.auth_factors, public.users, public.auth_links,
  public.auth_password_history, public.auth_recovery_codes, public.auth_sessions from countersign_readonly;
grant select (id, status, created_at, last_sign_in_at) on public.users to countersign_readonly;
grant select (id, user_id, level, factor, created_at, last_active_at, absolute_end_at, ended_at, ended_reason) on public.auth_sessions to countersign_readonly;

-- What may stand under a setting's name is written by the migrator alone.
revoke insert, update on public.setting_rules from countersign_app, countersign_jobs;

-- What kind of house a database is for is written once, by whoever starts it first.
revoke insert on public.installation from countersign_app, countersign_jobs;

-- Break-glass is a terminal's: it connects as the owner role, which the running desk never does.
revoke insert, update on public.ip_pauses from countersign_app, countersign_jobs;

-- Two identities (decision 27). The web process, which strangers talk to, is countersign_app: it writes no attempt to send
-- money, takes no job, marks no delivery as handled, seals no trail, says of no act that it was looked at, and moves no sum that the books are checked by.
revoke insert on public.payout_attempts from countersign_app;
revoke update, delete on public.jobs from countersign_app;
grant update (run_at) on public.jobs to countersign_app;
revoke update on public.webhook_events from countersign_app;
revoke insert, update on public.audit_seals, public.audit_heads, public.audit_sealer, public.sweep_marks from countersign_app;
revoke execute on function count_ledger(int) from countersign_app;

-- The worker, which the gateway talks to, is countersign_jobs: it asks for no payout, signs none, agrees to nothing about a lost
-- one, names no place for money, lets nobody in, gives no role and no key, and changes no rule.
revoke insert on public.payouts, public.payout_approvals, public.approval_challenges, public.payout_resolutions, public.beneficiaries, public.emergency_restarts,
  public.users, public.role_grants, public.changes, public.access_reviews, public.access_review_items, public.auth_sessions, public.auth_tickets,
  public.auth_links, public.auth_factors, public.auth_recovery_codes, public.auth_password_history, public.passkeys, public.passkey_challenges,
  public.step_ups, public.setting_proposals, public.settings, public.ip_rules, public.ip_bans, public.api_clients, public.api_client_keys,
  public.client_makers from countersign_jobs;
revoke update on public.settings, public.setting_proposals, public.emergency_stops, public.ip_rules, public.ip_bans, public.auth_factors, public.auth_recovery_codes,
  public.auth_tickets, public.passkeys, public.passkey_challenges, public.step_ups, public.payout_approvals, public.approval_challenges,
  public.api_client_keys from countersign_jobs;
-- Of what it moves on, only the columns that move: with a row of its own making it would let itself in by changing another's.
revoke update on public.users, public.auth_sessions, public.auth_links, public.beneficiaries, public.api_clients, public.payouts from countersign_jobs;
grant update (status) on public.users to countersign_jobs;
grant update (ended_at, ended_reason, rotate_due) on public.auth_sessions to countersign_jobs;
grant update (superseded_at) on public.auth_links to countersign_jobs;
grant update (gateway_status) on public.beneficiaries to countersign_jobs;
grant update (status, status_reason, status_since) on public.api_clients to countersign_jobs;
grant update (status, approvals_given, hold_reasons, hold_until, end_reason, cf_transfer_id, utr, credit_confirmed, gateway_code, stuck, unknown_since,
  next_check_at, checks, settled_at, updated_at) on public.payouts to countersign_jobs;
