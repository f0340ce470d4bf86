CREATE TABLE "edge_quotas" (
	"key" text PRIMARY KEY NOT NULL,
	"slice" bigint NOT NULL,
	"counts" integer[] NOT NULL,
	"granted" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ip_bans" (
	"id" text PRIMARY KEY NOT NULL,
	"network" "cidr" NOT NULL,
	"reason" text NOT NULL,
	"source" text NOT NULL,
	"placed_by" text NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"lifted_at" timestamp with time zone,
	"lifted_by" text
);
--> statement-breakpoint
CREATE TABLE "ip_pauses" (
	"id" text PRIMARY KEY NOT NULL,
	"reason" text NOT NULL,
	"paused_by" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ip_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"client_id" text,
	"effect" text NOT NULL,
	"network" "cidr" NOT NULL,
	"reason" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"ended_by" text
);
--> statement-breakpoint
CREATE INDEX "ip_bans_network" ON "ip_bans" USING gist ("network" inet_ops) WHERE "ip_bans"."lifted_at" is null;--> statement-breakpoint
CREATE INDEX "ip_bans_expiry" ON "ip_bans" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "ip_rules_network" ON "ip_rules" USING gist ("network" inet_ops) WHERE "ip_rules"."ended_at" is null;