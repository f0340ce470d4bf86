CREATE TABLE "ledger_counted" (
	"id" integer PRIMARY KEY NOT NULL,
	"below_xid" "xid8" NOT NULL,
	"system_identifier" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_totals" (
	"ledger_account_id" text PRIMARY KEY NOT NULL,
	"entries" bigint NOT NULL,
	"debit_paise" bigint NOT NULL,
	"credit_paise" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledger_totals" ADD CONSTRAINT "ledger_totals_ledger_account_id_ledger_accounts_id_fk" FOREIGN KEY ("ledger_account_id") REFERENCES "public"."ledger_accounts"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "journals_xid" ON "journals" USING btree ("xid");