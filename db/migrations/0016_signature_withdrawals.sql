CREATE TABLE "payout_withdrawals" (
	"approval_id" text PRIMARY KEY NOT NULL,
	"payout_id" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payout_withdrawals" ADD CONSTRAINT "payout_withdrawals_approval_id_payout_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."payout_approvals"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_withdrawals" ADD CONSTRAINT "payout_withdrawals_payout_id_payouts_id_fk" FOREIGN KEY ("payout_id") REFERENCES "public"."payouts"("id") ON DELETE restrict ON UPDATE no action;