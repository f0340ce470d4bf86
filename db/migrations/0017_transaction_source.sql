DROP INDEX "transactions_source";--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_source" ON "transactions" USING btree ("source_id","kind");