-- Clients made before this cannot say where: they count as a demo's, so elsewhere they are made anew.
ALTER TABLE "api_clients" ADD COLUMN "environment" text DEFAULT 'demo' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_clients" ALTER COLUMN "environment" DROP DEFAULT;
