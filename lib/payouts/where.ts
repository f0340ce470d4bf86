// Which payouts a list is about: the viewer's queues, the filters, and what the search box may mean.
import { and, eq, inArray, isNotNull, isNull, sql, type SQL } from "drizzle-orm";
import { beneficiaries } from "@/db/schema/accounts";
import { payouts } from "@/db/schema/payouts";
import { can } from "@/lib/access";
import type { Ctx } from "@/lib/context";
import { AppError } from "@/lib/errors";
import { parseRupees } from "@/lib/money";
import { plusMs } from "@/lib/time";
import { amountCondition, referenceConditions } from "@/lib/transactions";
import type { ListPayoutsQuery, PayoutQueue } from "./contract.ts";
import { absenceMs } from "./pace.ts";

const openStatuses = ["pending_approval", "held", "approved", "submitting", "in_flight"] as const;
const movingStatuses = ["approved", "submitting", "in_flight"] as const;

export function viewerId(ctx: Ctx): string {
  return ctx.actor.kind === "user" ? ctx.actor.userId : "";
}

/** A hold that does not end by itself. */
export const heldForPerson: SQL = sql`exists (select from jsonb_array_elements(${payouts.holdReasons}) reason where reason ->> 'code' <> 'cool_off')`;

/** What waits for the viewer's signature. Mirrors `mayApprove` in SQL. */
export function toSign(ctx: Ctx, now: Date): SQL {
  if (!can(ctx.actor, "payouts.approve").allowed) return sql`false`;
  const [me, at] = [viewerId(ctx), now.toISOString()];
  return sql`(${payouts.status} = 'pending_approval' and ${payouts.expiresAt} > ${at}::timestamptz
    and ${me} not in (${payouts.makerId}, ${payouts.lastEditorId}, ${payouts.beneficiaryCreatedBy}, ${beneficiaries.createdBy})
    and not is_client_maker(${payouts.makerId}, ${me})
    and not exists (select from payout_approvals v where v.payout_id = ${payouts.id} and v.approver_id = ${me})
    and not payout_frozen(${me}, ${at}::timestamptz))`;
}

function toRelease(ctx: Ctx): SQL {
  if (!can(ctx.actor, "payouts.release").allowed) return sql`false`;
  const me = viewerId(ctx);
  return sql`(${payouts.status} = 'held' and ${payouts.makerId} <> ${me} and not is_client_maker(${payouts.makerId}, ${me}) and ${heldForPerson})`;
}

/** What has been unknown for a day, so that people decide it; `also` narrows it by its open try, `a`. */
export function forPeople(now: Date, also?: SQL): SQL {
  return sql`(${payouts.unknownSince} is not null and ${payouts.status} = 'submitting'
    and exists (select from payout_attempts a where a.payout_id = ${payouts.id} and a.status in ('prepared', 'unknown')
      and a.prepared_at <= ${plusMs(now, -absenceMs).toISOString()}::timestamptz and ${also ?? sql`true`}))`;
}

/** What has been unknown for a day and waits for the viewer's word. Mirrors `mayDecideUnknown` and `waitsForWord` in SQL. */
export function toDecide(ctx: Ctx, now: Date): SQL {
  if (!can(ctx.actor, "payouts.approve").allowed) return sql`false`;
  const [me, at] = [viewerId(ctx), now.toISOString()];
  const said = (who: SQL) =>
    sql`exists (select from payout_resolutions r where r.payout_id = ${payouts.id} and r.attempt_number = a.number and ${who} and signer_gone(r.person_id, ${at}::timestamptz) is null)`;
  return sql`(${forPeople(now, sql`(not ${said(sql`r.person_id = ${me}`)} or ${said(sql`r.person_id <> ${me}`)})`)}
    and ${me} not in (${payouts.makerId}, ${payouts.lastEditorId})
    and not is_client_maker(${payouts.makerId}, ${me})
    and not (${payouts.approvalsNeeded} = 1 and exists (select from payout_approvals v where v.payout_id = ${payouts.id} and v.approver_id = ${me}
      and not exists (select from payout_withdrawals w where w.approval_id = v.id)))
    and not payout_frozen(${me}, ${at}::timestamptz))`;
}

/** What the viewer may act on now: sign, release from a hold that does not end by itself, or decide after a day without an answer. */
export function waitingFor(ctx: Ctx, now: Date): SQL {
  return sql`(${toSign(ctx, now)} or ${toRelease(ctx)} or ${toDecide(ctx, now)})`;
}

export function inQueue(ctx: Ctx, queue: PayoutQueue, now: Date): SQL | undefined {
  const conditions: Record<PayoutQueue, SQL | undefined> = {
    waiting: waitingFor(ctx, now),
    mine: and(eq(payouts.makerId, viewerId(ctx)), inArray(payouts.status, [...openStatuses])),
    held: eq(payouts.status, "held"),
    unknown: isNotNull(payouts.unknownSince),
    // What became unknown on its way waits in its own queue, as its movement says.
    moving: and(inArray(payouts.status, [...movingStatuses]), isNull(payouts.unknownSince)),
  };
  return conditions[queue];
}

function parseCursor(text: string): { at: string; id: string } {
  const [millis = "", id = ""] = text.split(".");
  if (!/^\d{1,14}$/.test(millis) || !/^po_[0-9a-z]{26}$/.test(id))
    throw new AppError("bad_request", "bad_cursor", "This page address is not one of ours. Start from the first page.");
  return { at: millis, id };
}

/** The rows of one page: the filters, and when something is searched, at most a page of what each of its meanings finds. */
export function listed(ctx: Ctx, { queue, status, account, q, cursor, limit }: ListPayoutsQuery, now: Date): SQL | undefined {
  const place = cursor === undefined ? null : parseCursor(cursor);
  const at = place === null ? null : sql`timestamptz 'epoch' + ${place.at}::bigint * interval '1 millisecond'`;
  const narrowed = and(
    queue === undefined ? undefined : inQueue(ctx, queue, now),
    status === undefined ? undefined : eq(payouts.status, status),
    account === undefined ? undefined : eq(payouts.accountId, account),
  );
  const after = place === null ? undefined : sql`(${payouts.createdAt}, ${payouts.id}) < (${at}, ${place.id})`;
  if (q === undefined) return and(narrowed, after);
  if (q.startsWith("po_")) return and(narrowed, after, eq(payouts.id, q));
  const afterMovement = place === null ? undefined : sql`(t.occurred_at, t.source_id) < (${at}, ${place.id})`;
  const pages = meaningsOf(q).map(
    (meaning) => sql`(select ${payouts.id} from transactions t
      join ${payouts} on ${payouts.id} = t.source_id join ${beneficiaries} on ${beneficiaries.id} = ${payouts.beneficiaryId}
      where ${and(meaning, narrowed, afterMovement)} order by t.occurred_at desc, t.source_id desc limit ${limit + 1})`,
  );
  // A movement begins when its payout does, so each meaning's page is in the order of the list.
  return pages.length === 0 ? sql`false` : sql`${payouts.id} in (${sql.join(pages, sql` union `)})`;
}

/** A bank reference or Cashfree's id, the end of a destination, an amount: each found by an index of the movements. */
function meaningsOf(q: string): SQL[] {
  const rupees = parseRupees(q);
  return [...referenceConditions("payout", q.replace(/^•+/, "")), ...(rupees === null ? [] : [amountCondition("payout", rupees)])];
}
