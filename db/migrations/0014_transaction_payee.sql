ALTER TABLE "transactions" ADD COLUMN "payee_id" text;--> statement-breakpoint
CREATE INDEX "transactions_payee" ON "transactions" USING btree ("payee_id") WHERE "transactions"."payee_id" is not null;--> statement-breakpoint
SELECT set_config('app.actor', 'operator:migrate', true), set_config('app.xid', pg_current_xact_id()::text, true);--> statement-breakpoint
UPDATE "transactions" SET "payee_id" = "related_ids"[1], "related_ids" = NULL WHERE "kind" = 'payout';
