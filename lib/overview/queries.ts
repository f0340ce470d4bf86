import { can, roleLabels, rolesWith, type Permission } from "@/lib/access";
import { trailStatus } from "@/lib/audit";
import type { Ctx } from "@/lib/context";
import { countStoppedAccounts } from "@/lib/ledger";
import { getPayoutQueues } from "@/lib/payouts";
import type { PayoutQueueFigures } from "@/lib/payouts/contract";
import { istDay, toIst } from "@/lib/time";
import { dayFigures, type DayFigures } from "@/lib/transactions";
import { waitingForAdmin } from "@/lib/users";
import { countForAPerson } from "@/lib/webhooks";
import type { Overview, OverviewFigure, OverviewQueue } from "./contract.ts";
import { heldWords } from "./held.ts";
import { unknownNote, unknownWords } from "./unknown.ts";

/** The overview of the person in `ctx`: only queues and figures whose pages they may open. */
export async function getOverview(ctx: Ctx): Promise<Overview> {
  const may = (permission: Permission) => can(ctx.actor, permission).allowed;
  const [payouts, day, stopped, deliveries, trail, access] = await Promise.all([
    may("payouts.view") ? getPayoutQueues(ctx) : null,
    may("transactions.view") ? dayFigures(ctx.now) : null,
    may("accounts.view") ? countStoppedAccounts() : null,
    may("webhooks.view") ? countForAPerson() : null,
    may("audit.view") ? trailStatus() : null,
    may("roles.decide") ? waitingForAdmin(ctx) : null,
  ]);
  const queues: OverviewQueue[] = [];
  if (payouts !== null) queues.push(...payoutQueues(payouts, may));
  if (access !== null) queues.push(...accessQueues(access));
  if (day !== null && may("links.view")) queues.push(failedPayments(day, ctx.now));
  if (stopped !== null && may("payouts.view"))
    queues.push({
      key: "stopped_accounts",
      title: "Accounts below their reserve",
      count: stopped,
      oldestAt: null,
      owner: owners("payouts.create"),
      why: "Their payouts are stopped until money comes in or a hold is released.",
      href: "/accounts",
    });
  if (deliveries !== null)
    queues.push({
      key: "deliveries",
      title: "Deliveries nobody could read",
      ...deliveries,
      owner: owners("webhooks.view"),
      why: "They are authentic, but their content is not what the gateway documents.",
      href: "/webhooks?status=for_a_person",
    });
  if (trail !== null) {
    const behind = trail.behind ? Number(trail.unsealed) : 0;
    queues.push({
      key: "trail",
      title: "Audit rows not sealed in time",
      count: behind,
      oldestAt: null,
      owner: owners("audit.verify"),
      why: `The sealer is ${trail.lagSeconds} s behind; rows are safe but not yet under a signed head.`,
      href: "/audit",
    });
  }
  return { asOf: toIst(ctx.now), queues, figures: day === null ? [] : figuresOf(day, payouts, ctx.now) };
}

function accessQueues({ changes, items, review }: Awaited<ReturnType<typeof waitingForAdmin>>): OverviewQueue[] {
  return [
    {
      key: "access_changes",
      title: "Waiting for you as second admin",
      ...changes,
      owner: "You",
      why: "A role or a reset takes effect only when somebody else agrees; after seven days it expires.",
      href: "/users?tab=proposals",
    },
    {
      key: "access_review",
      title: "Roles to look at in the review",
      ...items,
      owner: "You",
      why:
        review === null
          ? "What nobody looked at by the due date is suspended."
          : review.overdue
            ? `Overdue since ${review.dueAt}: what nobody looked at is suspended until somebody keeps it.`
            : `Due ${review.dueAt}: what nobody looked at by then is suspended.`,
      href: "/reviews",
    },
  ];
}

function owners(permission: Permission): string {
  return rolesWith(permission)
    .map((role) => roleLabels[role])
    .join(", ");
}

function payoutQueues(figures: PayoutQueueFigures, may: (permission: Permission) => boolean): OverviewQueue[] {
  const queue = (
    key: OverviewQueue["key"],
    from: { count: number; oldestAt: string | null },
    text: Pick<OverviewQueue, "title" | "owner" | "why" | "href" | "watched">,
  ): OverviewQueue => ({
    key,
    count: from.count,
    oldestAt: from.oldestAt,
    ...text,
  });
  const held = heldWords(figures.held, { releaser: owners("payouts.release"), mine: may("payouts.release") });
  const queues: OverviewQueue[] = [];
  if (may("payouts.approve"))
    queues.push(
      queue("sign", figures.waiting.toSign, {
        title: "Waiting for your signature",
        owner: "You",
        why: "Nothing leaves before the last signature; unsigned requests expire.",
        href: "/payouts?queue=waiting",
      }),
    );
  const unknown = queue("unknown", figures.unknown, {
    ...unknownWords(figures.unknown, { decider: owners("payouts.approve") }),
    href: "/payouts?queue=unknown",
    watched: figures.unknown.count - figures.unknown.forMe,
  });
  if (figures.unknown.forMe > 0) queues.push(unknown);
  if (may("payouts.release"))
    queues.push(
      queue("release", figures.held, {
        ...held,
        href: "/payouts?queue=held",
        watched: figures.held.count - figures.held.forPerson,
      }),
    );
  if (may("payouts.create"))
    queues.push(
      queue("mine", figures.mine, {
        title: "Your open requests",
        owner: "You",
        why: "Neither paid nor ended yet: waiting, held, or on their way.",
        href: "/payouts?queue=mine",
        watched: figures.mine.count,
      }),
    );
  if (figures.unknown.forMe === 0) queues.push(unknown);
  if (!may("payouts.release"))
    queues.push(
      queue("release", figures.held, {
        ...held,
        href: "/payouts?queue=held",
        watched: figures.held.count,
      }),
    );
  queues.push(
    queue("moving", figures.moving, {
      title: "Moving",
      owner: "The gateway",
      why: "Approved, being sent or at the bank, which has not confirmed yet.",
      href: "/payouts?queue=moving",
      watched: figures.moving.count,
    }),
  );
  return queues;
}

function failedPayments(day: DayFigures, now: Date): OverviewQueue {
  return {
    key: "failed_payments",
    title: "Payments that failed today",
    count: day.failedPayments,
    oldestAt: day.oldestFailedAt,
    owner: owners("links.create"),
    why: "The customer may be waiting to hear how to pay.",
    href: `/transactions?kind=payment&status=failed&from=${istDay(now)}`,
  };
}

function figuresOf(day: DayFigures, payouts: PayoutQueueFigures | null, now: Date): OverviewFigure[] {
  const today = istDay(now);
  const money = (label: string, amountPaise: string, more: { href: string; note: string }): OverviewFigure => ({ label, amountPaise, text: null, ...more });
  const explained = day.succeeded === 0 ? "—" : `${Math.floor((day.explained * 100) / day.succeeded)}%`;
  return [
    money("Received today", day.receivedPaise, { href: `/transactions?kind=payment&status=succeeded&from=${today}`, note: "captured payments" }),
    money("Paid out today", day.paidOutPaise, { href: `/transactions?kind=payout&status=succeeded&from=${today}`, note: "settled at the gateway" }),
    money("Moving", day.movingPaise, { href: "/transactions?status=moving", note: "approved, not confirmed" }),
    money("Unknown", day.unknownPaise, { href: "/transactions?status=unknown", note: unknownNote(payouts?.unknown ?? null) }),
    { label: "Explained", amountPaise: null, text: explained, href: null, note: `${day.explained} of ${day.succeeded} of today's movements have their ledger entry` },
  ];
}
