ALTER TABLE "auth_sessions" ADD COLUMN "created_xid" "xid8";--> statement-breakpoint
ALTER TABLE "auth_recovery_codes" ADD COLUMN "created_xid" "xid8";--> statement-breakpoint
ALTER TABLE "emergency_restarts" ADD COLUMN "voted_xid" "xid8";--> statement-breakpoint
ALTER TABLE "setting_proposals" ADD COLUMN "proposed_xid" "xid8";--> statement-breakpoint
ALTER TABLE "changes" ADD COLUMN "proposed_xid" "xid8";--> statement-breakpoint
ALTER TABLE "ip_pauses" ADD CONSTRAINT "ip_pauses_length" CHECK ("ip_pauses"."until" > "ip_pauses"."started_at" and "ip_pauses"."until" <= "ip_pauses"."started_at" + interval '24 hours');--> statement-breakpoint
ALTER TABLE "step_ups" ADD CONSTRAINT "step_ups_factor" CHECK ("step_ups"."factor" in ('totp', 'passkey'));