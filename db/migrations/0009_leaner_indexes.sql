DROP INDEX "risk_verdicts_outcome";--> statement-breakpoint
DROP INDEX "transactions_source_id";--> statement-breakpoint
DROP INDEX "payouts_cf";--> statement-breakpoint
CREATE INDEX "risk_verdicts_held" ON "risk_verdicts" USING btree ("id") WHERE "risk_verdicts"."outcome" = 'hold';--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_cf" ON "payouts" USING btree ("cf_transfer_id") WHERE "payouts"."cf_transfer_id" is not null;