import { formatPaise, paise, parseRupees } from "@/lib/money";
import { linkUrl, requireLink } from "./links.ts";
import type { Outcome, Payments } from "./payments.ts";
import type { LinkRecord, PaymentRecord } from "./records.ts";
import { decimalOf, Refusal, type Ask, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6470;--line:#d9dde3;--page:#f5f6f8;--card:#fff;--act:#0b5cad;--warn:#7a4b00;--warnpage:#fff4de}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaee;--soft:#a2abb8;--line:#363d47;--page:#14171c;--card:#1d2127;--act:#6db0f5;--warn:#ffd591;--warnpage:#3a2c10}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
.note{background:var(--warnpage);color:var(--warn);text-align:center;padding:.6rem 1rem;font-weight:600}
main{max-width:30rem;margin:2rem auto;padding:0 1rem}main.wide{max-width:60rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.5rem}
h1{font-size:1.125rem;margin:0 0 .25rem}.amount{font-size:2rem;font-weight:650;font-variant-numeric:tabular-nums;margin:.25rem 0 1rem}
p{margin:.25rem 0}.soft{color:var(--soft)}label{display:block;margin:.9rem 0 .25rem;font-weight:600}
input{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem;padding:.6rem .75rem}
button{width:100%;font:inherit;font-weight:600;margin-top:.75rem;padding:.7rem 1rem;border-radius:.5rem;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer}
button.main{background:var(--act);border-color:var(--act);color:var(--card)}a{color:var(--act)}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
table{width:100%;border-collapse:collapse}.scroll{overflow-x:auto}td,th{text-align:left;padding:.5rem;border-bottom:1px solid var(--line)}.num{text-align:right;font-variant-numeric:tabular-nums}`;

const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function page(title: string, body: string, wide = false): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} · Cashfree emulator</title><style>${style}</style></head><body><div class="note" role="note">Simulation: this page plays Cashfree's checkout. No money moves.</div><main${wide ? ' class="wide"' : ""}>${body}</main></body></html>`;
}

function money(paiseText: string): string {
  return formatPaise(paise(BigInt(paiseText)));
}

const linkWords: Record<LinkRecord["status"], string> = {
  ACTIVE: "Waiting for payment",
  PARTIALLY_PAID: "Partly paid",
  PAID: "Paid",
  EXPIRED: "This link has expired.",
  CANCELLED: "This link was cancelled.",
};

const paymentWords: Partial<Record<PaymentRecord["status"], string>> = {
  SUCCESS: "Payment received.",
  FAILED: "The payment failed. You can try again.",
  USER_DROPPED: "The payment was abandoned. You can try again.",
};

/** The customer's side, played by a person: pay a link, fail it, walk away. */
export class Pages {
  readonly #world: World;
  readonly #payments: Payments;

  constructor(world: World, payments: Payments) {
    this.#world = world;
    this.#payments = payments;
  }

  answer(ask: Ask): Reply {
    const code = /^\/pay\/([a-z0-9]+)$/.exec(ask.path)?.[1];
    if (ask.method === "GET" && ask.path === "/") return { status: 200, html: this.#list(ask.origin), headers: pageHeaders };
    if (code !== undefined && ask.method === "GET") return { status: 200, html: this.#checkout(this.#byCode(code), null), headers: pageHeaders };
    if (code !== undefined && ask.method === "POST") return this.#pay(this.#byCode(code), ask);
    throw new Refusal(404, "page_not_found", "There is no such page.");
  }

  problem(refusal: Refusal): Reply {
    return { status: refusal.status, html: page("Not possible", `<div class="card"><h1>Not possible</h1><p>${escape(refusal.message)}</p></div>`), headers: pageHeaders };
  }

  #byCode(code: string): LinkRecord {
    const link = this.#world.store.list("links").find((item) => item.code === code);
    if (link === undefined) throw new Refusal(404, "link_not_found", "There is no payment link at this address.");
    return requireLink(this.#world, link.linkId);
  }

  #list(origin: string): string {
    const rows = this.#world.store
      .list("links")
      .toReversed()
      .slice(0, 200)
      .map((link) => {
        const seen = requireLink(this.#world, link.linkId);
        return `<tr><td><a href="${escape(linkUrl(seen, origin))}">${escape(seen.linkId)}</a></td><td>${escape(seen.purpose)}</td><td class="num">${money(seen.amountPaise)}</td><td>${escape(linkWords[seen.status])}</td></tr>`;
      });
    const table =
      rows.length === 0
        ? `<p class="soft">No payment links yet. Create one in Countersign and it appears here.</p>`
        : `<div class="scroll" tabindex="0"><table><thead><tr><th>Link</th><th>Purpose</th><th class="num">Amount</th><th>State</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
    return page("Payment links", `<div class="card"><h1>Payment links</h1><p class="soft">Open one to play the customer.</p>${table}</div>`, true);
  }

  #checkout(link: LinkRecord, problem: string | null): string {
    const due = (BigInt(link.amountPaise) - BigInt(link.paidPaise)).toString();
    const last = this.#lastPayment(link.linkId);
    const said = problem ?? (last === undefined ? null : (paymentWords[last.status] ?? null));
    const open = link.status === "ACTIVE" || link.status === "PARTIALLY_PAID";
    const head = `<h1>${escape(link.purpose)}</h1><p class="soft">Payment link ${escape(link.linkId)}</p><p class="amount">${money(open ? due : link.amountPaise)}</p>${said === null ? "" : `<p role="status"><strong>${escape(said)}</strong></p>`}`;
    return page(link.purpose, `<div class="card">${head}${open ? form(link, due) : closed(link, last)}</div>`);
  }

  #lastPayment(linkId: string): PaymentRecord | undefined {
    const orders = new Set(
      this.#world.store
        .list("orders")
        .filter((order) => order.linkId === linkId)
        .map((order) => order.orderId),
    );
    return this.#world.store
      .list("payments")
      .filter((payment) => orders.has(payment.orderId))
      .at(-1);
  }

  #pay(link: LinkRecord, ask: Ask): Reply {
    const { origin } = ask.headers;
    if (typeof origin === "string" && origin !== ask.origin) throw new Refusal(403, "origin_foreign", "This form was sent from another site.");
    const given = new URLSearchParams(ask.raw.toString("utf8"));
    const vpa = (given.get("vpa") ?? "").trim();
    if (!/^[\w.-]{2,256}@[A-Za-z0-9.-]{2,64}$/.test(vpa)) return { status: 422, html: this.#checkout(link, "Enter a UPI ID such as customer@upi."), headers: pageHeaders };
    const outcomes: Record<string, Outcome> = { pay: "success", fail: "failure", drop: "dropped" };
    const outcome = outcomes[given.get("action") ?? ""];
    if (outcome === undefined) throw new Refusal(400, "action_invalid", "Choose pay, fail or drop.");
    const amount = given.has("amount") ? parseRupees(given.get("amount") ?? "") : undefined;
    if (amount === null) return { status: 422, html: this.#checkout(link, "Enter an amount in rupees."), headers: pageHeaders };
    this.#payments.payLink(link.linkId, { vpa, outcome, ...(amount === undefined ? {} : { amountPaise: amount.toString() }) }, ask.origin);
    return { status: 303, html: "", headers: { location: `/pay/${link.code}` } };
  }
}

function form(link: LinkRecord, duePaise: string): string {
  const amount = link.partial
    ? `<label for="amount">Amount in rupees${link.minimumPaise === null ? "" : `, at least ${money(link.minimumPaise)}`}</label><input id="amount" name="amount" inputmode="decimal" value="${decimalOf(duePaise)}" required>`
    : "";
  return `<form method="post" action="/pay/${link.code}">${amount}<label for="phone">Phone</label><input id="phone" name="phone" inputmode="tel" autocomplete="off" value="${escape(link.customer["customer_phone"] ?? "")}"><label for="vpa">UPI ID</label><input id="vpa" name="vpa" autocomplete="off" value="customer@upi" required><button class="main" name="action" value="pay">Pay ${link.partial ? "this amount" : money(duePaise)}</button><button name="action" value="fail">Fail this payment</button><button name="action" value="drop">Leave without paying</button></form>`;
}

function closed(link: LinkRecord, last: PaymentRecord | undefined): string {
  const reference =
    link.status === "PAID" && last?.bankReference
      ? `<p>Bank reference (UTR) <strong>${escape(last.bankReference)}</strong></p><p class="soft">Payment ${escape(last.cfPaymentId)}</p>`
      : `<p>${escape(linkWords[link.status])}</p>`;
  const back = link.meta["return_url"];
  const target = typeof back === "string" && /^https?:\/\//.test(back) ? `<p><a href="${escape(back)}" rel="noreferrer">Return to the merchant</a></p>` : "";
  return `${reference}${target}`;
}
