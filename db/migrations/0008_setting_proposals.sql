CREATE TABLE "setting_proposals" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"before" jsonb NOT NULL,
	"value" jsonb NOT NULL,
	"base_version" integer NOT NULL,
	"direction" text NOT NULL,
	"reason" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"decide_reason" text,
	"decided_xid" "xid8",
	CONSTRAINT "setting_proposals_decided" CHECK (("setting_proposals"."status" = 'pending') = ("setting_proposals"."decided_by" is null)),
	CONSTRAINT "setting_proposals_two_people" CHECK ("setting_proposals"."status" not in ('accepted', 'refused') or "setting_proposals"."decided_by" <> "setting_proposals"."proposed_by")
);
--> statement-breakpoint
CREATE TABLE "setting_rules" (
	"name" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"min" numeric,
	"max" numeric
);
--> statement-breakpoint
ALTER TABLE "settings" ADD COLUMN "proposal_id" text;--> statement-breakpoint
CREATE UNIQUE INDEX "setting_proposals_open" ON "setting_proposals" USING btree ("name") WHERE "setting_proposals"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "setting_proposals_name" ON "setting_proposals" USING btree ("name","proposed_at");