CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"funds_available" text DEFAULT 'at_settlement' NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "beneficiaries" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"name_ct" "bytea" NOT NULL,
	"kind" text NOT NULL,
	"token_id" text NOT NULL,
	"destination_hash" "bytea" NOT NULL,
	"last4" text NOT NULL,
	"ifsc" text,
	"version" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"gateway_status" text DEFAULT 'unregistered' NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"cool_off_until" timestamp with time zone NOT NULL,
	CONSTRAINT "beneficiaries_ifsc" CHECK (("beneficiaries"."kind" = 'bank_account') = ("beneficiaries"."ifsc" is not null))
);
--> statement-breakpoint
CREATE TABLE "audit_heads" (
	"size" bigint PRIMARY KEY NOT NULL,
	"chain" "bytea" NOT NULL,
	"root" "bytea" NOT NULL,
	"key_id" text NOT NULL,
	"signature" "bytea" NOT NULL,
	"signed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"event_id" text NOT NULL,
	"xid" "xid8" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_roles" jsonb NOT NULL,
	"session_id" text,
	"factor" text,
	"ip" text,
	"request_id" text NOT NULL,
	"verb" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"before" jsonb,
	"after" jsonb,
	"leaf" "bytea" NOT NULL,
	"leaf_mac" "bytea" NOT NULL,
	CONSTRAINT "audit_log_event_id_unique" UNIQUE("event_id")
);
--> statement-breakpoint
CREATE TABLE "audit_sealer" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"system_identifier" text NOT NULL,
	"last_xid" "xid8" DEFAULT '0'::xid8 NOT NULL,
	"size" bigint DEFAULT 0 NOT NULL,
	"frontier" "bytea" DEFAULT ''::bytea NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"position" bigint PRIMARY KEY NOT NULL,
	"audit_id" bigint NOT NULL,
	"chain" "bytea" NOT NULL,
	CONSTRAINT "audit_seals_audit_id_unique" UNIQUE("audit_id")
);
--> statement-breakpoint
CREATE TABLE "auth_factors" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"secret_ct" "bytea" NOT NULL,
	"last_step" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "auth_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"window_start" timestamp with time zone NOT NULL,
	"failures" integer NOT NULL,
	"blocked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "auth_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"user_id" text NOT NULL,
	"level" text NOT NULL,
	"factor" text,
	"created_at" timestamp with time zone NOT NULL,
	"last_active_at" timestamp with time zone NOT NULL,
	"absolute_end_at" timestamp with time zone NOT NULL,
	"ip" text,
	"user_agent" text,
	"ended_at" timestamp with time zone,
	"ended_reason" text
);
--> statement-breakpoint
CREATE TABLE "auth_tickets" (
	"ticket_hash" "bytea" PRIMARY KEY NOT NULL,
	"session_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "role_grants" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"granted_by" text NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email_ct" "bytea" NOT NULL,
	"email_index" "bytea" NOT NULL,
	"name_ct" "bytea" NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_sign_in_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"actor" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"answer" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_actor_route_key_pk" PRIMARY KEY("actor","route","key")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"key" text,
	"payload" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"run_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"locked_by" text,
	"locked_until" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_balances" (
	"account_id" text PRIMARY KEY NOT NULL,
	"balance_paise" bigint DEFAULT 0 NOT NULL,
	"pending_paise" bigint DEFAULT 0 NOT NULL,
	"held_paise" bigint DEFAULT 0 NOT NULL,
	"payouts_enabled" boolean DEFAULT true NOT NULL,
	"payouts_disabled_reason" text,
	"version" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "account_balances_held" CHECK ("account_balances"."held_paise" >= 0),
	CONSTRAINT "account_balances_disabled" CHECK ("account_balances"."payouts_enabled" = ("account_balances"."payouts_disabled_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "bank_holidays" (
	"day" date PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fx_rates" (
	"id" text PRIMARY KEY NOT NULL,
	"pair" text NOT NULL,
	"rate_micros" bigint NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	"source" text NOT NULL,
	"entered_by" text NOT NULL,
	"confirmed_by" text,
	CONSTRAINT "fx_rates_sane" CHECK ("fx_rates"."rate_micros" between 20000000 and 500000000),
	CONSTRAINT "fx_rates_two_people" CHECK ("fx_rates"."confirmed_by" <> "fx_rates"."entered_by")
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"payout_id" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "holds_amount" CHECK ("holds"."amount_paise" > 0)
);
--> statement-breakpoint
CREATE TABLE "journals" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"source_kind" text NOT NULL,
	"source_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"account_id" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"journal_id" text NOT NULL,
	"ledger_account_id" text NOT NULL,
	"account_id" text,
	"amount_paise" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_entries_nonzero" CHECK ("ledger_entries"."amount_paise" <> 0)
);
--> statement-breakpoint
CREATE TABLE "reserve_receipts" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"account_id" text NOT NULL,
	"stage" text NOT NULL,
	"balance_paise" bigint NOT NULL,
	"held_paise" bigint NOT NULL,
	"reserve_paise" bigint NOT NULL,
	"rate_id" text NOT NULL,
	"balance_version" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "heartbeats" (
	"name" text PRIMARY KEY NOT NULL,
	"beat_at" timestamp with time zone NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"gateway_order_id" text NOT NULL,
	"account_id" text,
	"link_id" text,
	"amount_paise" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_links" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"cf_link_id" text,
	"amount_paise" bigint NOT NULL,
	"paid_paise" bigint DEFAULT 0 NOT NULL,
	"purpose" text NOT NULL,
	"status" text DEFAULT 'creating' NOT NULL,
	"url" text,
	"environment" text NOT NULL,
	"customer_name_ct" "bytea",
	"phone_ct" "bytea" NOT NULL,
	"phone_index" "bytea" NOT NULL,
	"email_ct" "bytea",
	"email_index" "bytea",
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"next_check_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payment_links_amount" CHECK ("payment_links"."amount_paise" >= 100),
	CONSTRAINT "payment_links_url" CHECK ("payment_links"."url" is null or "payment_links"."environment" = 'emulator' or "payment_links"."url" ~ '^https://')
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"cf_payment_id" text NOT NULL,
	"order_id" text NOT NULL,
	"account_id" text,
	"amount_paise" bigint NOT NULL,
	"status" text NOT NULL,
	"method" text,
	"bank_reference" text,
	"message" text,
	"paid_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"next_check_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payments_amount" CHECK ("payments"."amount_paise" > 0)
);
--> statement-breakpoint
CREATE TABLE "approval_challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"payout_version" integer NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"envelope" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "payout_approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"approver_id" text NOT NULL,
	"challenge_id" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"statement" text NOT NULL,
	"factor" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_approvals_challenge_id_unique" UNIQUE("challenge_id")
);
--> statement-breakpoint
CREATE TABLE "payout_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"number" integer NOT NULL,
	"status" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"prepared_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"outcome" text,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "payout_resolutions" (
	"payout_id" text NOT NULL,
	"attempt_number" integer NOT NULL,
	"choice" text NOT NULL,
	"person_id" text NOT NULL,
	"reason" text NOT NULL,
	"gateway_code" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "payout_resolutions_payout_id_attempt_number_choice_person_id_pk" PRIMARY KEY("payout_id","attempt_number","choice","person_id")
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"beneficiary_id" text NOT NULL,
	"beneficiary_version" integer NOT NULL,
	"beneficiary_created_by" text NOT NULL,
	"payee" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"fee_paise" bigint DEFAULT 0 NOT NULL,
	"currency" text DEFAULT 'INR' NOT NULL,
	"rail" text NOT NULL,
	"purpose" text NOT NULL,
	"status" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"policy_version" integer NOT NULL,
	"approvals_needed" integer NOT NULL,
	"approvals_given" integer DEFAULT 0 NOT NULL,
	"verdict_id" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"maker_id" text NOT NULL,
	"last_editor_id" text NOT NULL,
	"hold_reasons" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"hold_until" timestamp with time zone,
	"end_reason" text,
	"cf_transfer_id" text,
	"utr" text,
	"credit_confirmed" boolean DEFAULT false NOT NULL,
	"gateway_code" text,
	"stuck" jsonb,
	"unknown_since" timestamp with time zone,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "payouts_amount" CHECK ("payouts"."amount_paise" >= 100),
	CONSTRAINT "payouts_approvals" CHECK ("payouts"."approvals_needed" between 1 and 2 and "payouts"."approvals_given" between 0 and "payouts"."approvals_needed")
);
--> statement-breakpoint
CREATE TABLE "risk_verdicts" (
	"id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"outcome" text NOT NULL,
	"findings" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "emergency_restarts" (
	"stop_id" text NOT NULL,
	"person_id" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "emergency_stops" (
	"id" text PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"reason" text NOT NULL,
	"stopped_by" text NOT NULL,
	"stopped_at" timestamp with time zone NOT NULL,
	"restarted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transaction_evidence" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transaction_evidence_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"source_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"channel" text NOT NULL,
	"sentence" text NOT NULL,
	"actor_id" text NOT NULL,
	"reference" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"source_id" text NOT NULL,
	"account_id" text,
	"status" text NOT NULL,
	"amount_paise" bigint NOT NULL,
	"magnitude_paise" bigint NOT NULL,
	"method" text,
	"counterparty" text,
	"contact_mask" text,
	"gateway_id" text,
	"order_id" text,
	"link_id" text,
	"bank_reference" text,
	"related_ids" text[],
	"email_index" "bytea",
	"phone_index" "bytea",
	"vpa_index" "bytea",
	"last4" text,
	"occurred_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "transactions_magnitude_is_abs" CHECK ("transactions"."magnitude_paise" = abs("transactions"."amount_paise"))
);
--> statement-breakpoint
CREATE TABLE "vault_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"version" integer NOT NULL,
	"kek_id" text NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"uses" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"retired_at" timestamp with time zone,
	CONSTRAINT "vault_keys_version" CHECK ("vault_keys"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "vault_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"value_ct" "bytea" NOT NULL,
	"value_index" "bytea" NOT NULL,
	"last4" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" text PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"body_ct" "bytea" NOT NULL,
	"body_bytes" integer NOT NULL,
	"lane" text NOT NULL,
	"signed_with" text NOT NULL,
	"headers" jsonb NOT NULL,
	"event_type" text,
	"subject_kind" text,
	"subject_id" text,
	"status" text DEFAULT 'received' NOT NULL,
	"note" text,
	"received_at" timestamp with time zone NOT NULL,
	"handled_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "beneficiaries" ADD CONSTRAINT "beneficiaries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "beneficiaries" ADD CONSTRAINT "beneficiaries_token_id_vault_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."vault_tokens"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_factors" ADD CONSTRAINT "auth_factors_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_sessions" ADD CONSTRAINT "auth_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_tickets" ADD CONSTRAINT "auth_tickets_session_id_auth_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."auth_sessions"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_grants" ADD CONSTRAINT "role_grants_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_journal_id_journals_id_fk" FOREIGN KEY ("journal_id") REFERENCES "public"."journals"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_ledger_account_id_ledger_accounts_id_fk" FOREIGN KEY ("ledger_account_id") REFERENCES "public"."ledger_accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reserve_receipts" ADD CONSTRAINT "reserve_receipts_rate_id_fx_rates_id_fk" FOREIGN KEY ("rate_id") REFERENCES "public"."fx_rates"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_link_id_payment_links_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."payment_links"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payment_links" ADD CONSTRAINT "payment_links_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order_id_orders_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."orders"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approval_challenges" ADD CONSTRAINT "approval_challenges_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_approvals" ADD CONSTRAINT "payout_approvals_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_attempts" ADD CONSTRAINT "payout_attempts_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_resolutions" ADD CONSTRAINT "payout_resolutions_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_beneficiary_id_beneficiaries_id_fk" FOREIGN KEY ("beneficiary_id") REFERENCES "public"."beneficiaries"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "emergency_restarts" ADD CONSTRAINT "emergency_restarts_stop_id_emergency_stops_id_fk" FOREIGN KEY ("stop_id") REFERENCES "public"."emergency_stops"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "beneficiaries_account" ON "beneficiaries" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "beneficiaries_destination" ON "beneficiaries" USING btree ("account_id","destination_hash") WHERE "beneficiaries"."status" = 'active';--> statement-breakpoint
CREATE INDEX "audit_log_object" ON "audit_log" USING btree ("object_kind","object_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_actor" ON "audit_log" USING btree ("actor_id","id");--> statement-breakpoint
CREATE INDEX "audit_log_verb" ON "audit_log" USING btree ("verb","id");--> statement-breakpoint
CREATE INDEX "audit_log_xid" ON "audit_log" USING btree ("xid","id");--> statement-breakpoint
CREATE UNIQUE INDEX "auth_factors_active" ON "auth_factors" USING btree ("user_id","kind") WHERE "auth_factors"."status" = 'active';--> statement-breakpoint
CREATE INDEX "auth_factors_user" ON "auth_factors" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "auth_sessions_token" ON "auth_sessions" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "auth_sessions_user" ON "auth_sessions" USING btree ("user_id") WHERE "auth_sessions"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "role_grants_user" ON "role_grants" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "role_grants_open" ON "role_grants" USING btree ("user_id","role") WHERE "role_grants"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email_index");--> statement-breakpoint
CREATE INDEX "jobs_due" ON "jobs" USING btree ("run_at") WHERE "jobs"."locked_until" is null;--> statement-breakpoint
CREATE INDEX "jobs_locked" ON "jobs" USING btree ("locked_until") WHERE "jobs"."locked_until" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_waiting_key" ON "jobs" USING btree ("name","key") WHERE "jobs"."locked_until" is null;--> statement-breakpoint
CREATE INDEX "fx_rates_latest" ON "fx_rates" USING btree ("pair","effective_at");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_payout" ON "holds" USING btree ("payout_id");--> statement-breakpoint
CREATE INDEX "holds_account_open" ON "holds" USING btree ("account_id","id") WHERE "holds"."status" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "journals_once" ON "journals" USING btree ("kind","source_kind","source_id");--> statement-breakpoint
CREATE INDEX "journals_source" ON "journals" USING btree ("source_kind","source_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_accounts_owner" ON "ledger_accounts" USING btree ("kind",coalesce("account_id", ''));--> statement-breakpoint
CREATE INDEX "ledger_entries_journal" ON "ledger_entries" USING btree ("journal_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_ledger_account" ON "ledger_entries" USING btree ("ledger_account_id","id");--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "reserve_receipts_payout" ON "reserve_receipts" USING btree ("payout_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_gateway" ON "orders" USING btree ("gateway_order_id");--> statement-breakpoint
CREATE INDEX "orders_link" ON "orders" USING btree ("link_id") WHERE "orders"."link_id" is not null;--> statement-breakpoint
CREATE INDEX "payment_links_check" ON "payment_links" USING btree ("next_check_at") WHERE "payment_links"."next_check_at" is not null;--> statement-breakpoint
CREATE INDEX "payment_links_cf" ON "payment_links" USING btree ("cf_link_id") WHERE "payment_links"."cf_link_id" is not null;--> statement-breakpoint
CREATE INDEX "payment_links_phone" ON "payment_links" USING btree ("phone_index");--> statement-breakpoint
CREATE INDEX "payment_links_email" ON "payment_links" USING btree ("email_index") WHERE "payment_links"."email_index" is not null;--> statement-breakpoint
CREATE INDEX "payment_links_status" ON "payment_links" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "payment_links_account" ON "payment_links" USING btree ("account_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "payments_cf" ON "payments" USING btree ("cf_payment_id");--> statement-breakpoint
CREATE INDEX "payments_order" ON "payments" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "payments_check" ON "payments" USING btree ("next_check_at") WHERE "payments"."next_check_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payout_approvals_once" ON "payout_approvals" USING btree ("payout_id","approver_id");--> statement-breakpoint
CREATE UNIQUE INDEX "payout_attempts_number" ON "payout_attempts" USING btree ("payout_id","number");--> statement-breakpoint
CREATE INDEX "payouts_recent" ON "payouts" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "payouts_status" ON "payouts" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "payouts_account" ON "payouts" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "payouts_beneficiary" ON "payouts" USING btree ("beneficiary_id","created_at");--> statement-breakpoint
CREATE INDEX "payouts_paid_beneficiary" ON "payouts" USING btree ("beneficiary_id") WHERE "payouts"."status" = 'succeeded';--> statement-breakpoint
CREATE INDEX "payouts_paid_account" ON "payouts" USING btree ("account_id","created_at") WHERE "payouts"."status" = 'succeeded';--> statement-breakpoint
CREATE INDEX "payouts_maker" ON "payouts" USING btree ("maker_id","created_at","id");--> statement-breakpoint
CREATE INDEX "payouts_unknown" ON "payouts" USING btree ("unknown_since") WHERE "payouts"."unknown_since" is not null;--> statement-breakpoint
CREATE INDEX "payouts_expiry" ON "payouts" USING btree ("expires_at") WHERE "payouts"."status" in ('pending_approval', 'held', 'approved', 'submitting');--> statement-breakpoint
CREATE INDEX "payouts_check" ON "payouts" USING btree ("next_check_at") WHERE "payouts"."next_check_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_cf" ON "payouts" USING btree ("cf_transfer_id");--> statement-breakpoint
CREATE INDEX "risk_verdicts_payout" ON "risk_verdicts" USING btree ("payout_id");--> statement-breakpoint
CREATE INDEX "risk_verdicts_outcome" ON "risk_verdicts" USING btree ("outcome","id");--> statement-breakpoint
CREATE UNIQUE INDEX "emergency_restarts_once" ON "emergency_restarts" USING btree ("stop_id","person_id");--> statement-breakpoint
CREATE INDEX "emergency_restarts_stop" ON "emergency_restarts" USING btree ("stop_id");--> statement-breakpoint
CREATE UNIQUE INDEX "emergency_stops_open" ON "emergency_stops" USING btree ("scope") WHERE "emergency_stops"."restarted_at" is null;--> statement-breakpoint
CREATE INDEX "transaction_evidence_source" ON "transaction_evidence" USING btree ("kind","source_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_source" ON "transactions" USING btree ("kind","source_id");--> statement-breakpoint
CREATE INDEX "transactions_recent" ON "transactions" USING btree ("occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_status" ON "transactions" USING btree ("status","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_kind" ON "transactions" USING btree ("kind","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_account" ON "transactions" USING btree ("account_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_magnitude" ON "transactions" USING btree ("magnitude_paise","occurred_at","id");--> statement-breakpoint
CREATE INDEX "transactions_gateway" ON "transactions" USING btree ("gateway_id") WHERE "transactions"."gateway_id" is not null;--> statement-breakpoint
CREATE INDEX "transactions_order" ON "transactions" USING btree ("order_id") WHERE "transactions"."order_id" is not null;--> statement-breakpoint
CREATE INDEX "transactions_link" ON "transactions" USING btree ("link_id") WHERE "transactions"."link_id" is not null;--> statement-breakpoint
CREATE INDEX "transactions_bank_reference" ON "transactions" USING btree ("bank_reference") WHERE "transactions"."bank_reference" is not null;--> statement-breakpoint
CREATE INDEX "transactions_related" ON "transactions" USING gin ("related_ids") WHERE "transactions"."related_ids" is not null;--> statement-breakpoint
CREATE INDEX "transactions_email" ON "transactions" USING btree ("email_index") WHERE "transactions"."email_index" is not null;--> statement-breakpoint
CREATE INDEX "transactions_phone" ON "transactions" USING btree ("phone_index") WHERE "transactions"."phone_index" is not null;--> statement-breakpoint
CREATE INDEX "transactions_vpa" ON "transactions" USING btree ("vpa_index") WHERE "transactions"."vpa_index" is not null;--> statement-breakpoint
CREATE INDEX "transactions_last4" ON "transactions" USING btree ("last4","occurred_at") WHERE "transactions"."last4" is not null;--> statement-breakpoint
CREATE INDEX "transactions_source_id" ON "transactions" USING btree ("source_id");--> statement-breakpoint
CREATE UNIQUE INDEX "vault_keys_purpose_version" ON "vault_keys" USING btree ("purpose","version");--> statement-breakpoint
CREATE UNIQUE INDEX "vault_tokens_value" ON "vault_tokens" USING btree ("kind","value_index");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_events_once" ON "webhook_events" USING btree ("source","body_hash");--> statement-breakpoint
CREATE INDEX "webhook_events_key" ON "webhook_events" USING btree ("source","dedupe_key");--> statement-breakpoint
CREATE INDEX "webhook_events_waiting" ON "webhook_events" USING btree ("id") WHERE "webhook_events"."status" = 'received';--> statement-breakpoint
CREATE INDEX "webhook_events_for_a_person" ON "webhook_events" USING btree ("id") WHERE "webhook_events"."status" = 'for_a_person';--> statement-breakpoint
CREATE INDEX "webhook_events_subject" ON "webhook_events" USING btree ("subject_kind","subject_id") WHERE "webhook_events"."subject_id" is not null;