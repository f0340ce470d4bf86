ALTER TABLE "ip_rules" ALTER COLUMN "network" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "ip_rules" ADD COLUMN "country" text;--> statement-breakpoint
ALTER TABLE "ip_rules" ADD CONSTRAINT "ip_rules_place" CHECK (("ip_rules"."network" is null) <> ("ip_rules"."country" is null));--> statement-breakpoint
ALTER TABLE "ip_rules" ADD CONSTRAINT "ip_rules_country" CHECK ("ip_rules"."country" is null or ("ip_rules"."country" ~ '^[A-Z]{2}$' and "ip_rules"."scope" <> 'webhooks'));