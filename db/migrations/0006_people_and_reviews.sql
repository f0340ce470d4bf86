CREATE TABLE "access_review_items" (
	"id" text PRIMARY KEY NOT NULL,
	"review_id" text NOT NULL,
	"grant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text NOT NULL,
	"outcome" text NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "access_reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"started_by" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"role" text,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"reason" text NOT NULL,
	"status" text NOT NULL,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"decision_reason" text
);
--> statement-breakpoint
ALTER TABLE "role_grants" ADD COLUMN "ended_by" text;--> statement-breakpoint
ALTER TABLE "role_grants" ADD COLUMN "ended_reason" text;--> statement-breakpoint
ALTER TABLE "role_grants" ADD COLUMN "change_id" text;--> statement-breakpoint
ALTER TABLE "role_grants" ADD COLUMN "review_item_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "enabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_review_id_access_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."access_reviews"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_grant_id_role_grants_id_fk" FOREIGN KEY ("grant_id") REFERENCES "public"."role_grants"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "changes" ADD CONSTRAINT "changes_subject_id_users_id_fk" FOREIGN KEY ("subject_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "access_review_items_grant" ON "access_review_items" USING btree ("review_id","grant_id");--> statement-breakpoint
CREATE INDEX "access_review_items_user" ON "access_review_items" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "access_reviews_one" ON "access_reviews" USING btree ((true)) WHERE "access_reviews"."status" <> 'closed';--> statement-breakpoint
CREATE INDEX "access_reviews_started" ON "access_reviews" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "changes_subject" ON "changes" USING btree ("subject_id","proposed_at");--> statement-breakpoint
CREATE INDEX "changes_recent" ON "changes" USING btree ("proposed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "changes_pending" ON "changes" USING btree ("subject_id","kind",coalesce("role", '')) WHERE "changes"."status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "role_grants_change" ON "role_grants" USING btree ("change_id");--> statement-breakpoint
CREATE UNIQUE INDEX "role_grants_review_item" ON "role_grants" USING btree ("review_item_id");