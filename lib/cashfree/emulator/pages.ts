import { formatPaise, paise, parseRupees } from "@/lib/money";
import { linkUrl, requireLink } from "./links.ts";
import { escape, fontReply, page, pageHeaders } from "./page-frame.ts";
import type { Outcome, Payments } from "./payments.ts";
import type { LinkRecord, PaymentRecord } from "./records.ts";
import { decimalOf, Refusal, type Ask, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

function money(paiseText: string): string {
  return formatPaise(paise(BigInt(paiseText)));
}

const stateWords: Record<LinkRecord["status"], string> = { ACTIVE: "Waiting", PARTIALLY_PAID: "Partly paid", PAID: "Paid", EXPIRED: "Expired", CANCELLED: "Cancelled" };

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
    const font = ask.method === "GET" ? fontReply(ask.path) : null;
    if (font !== null) return font;
    throw new Refusal(404, "page_not_found", "There is no such page.");
  }

  problem(refusal: Refusal): Reply {
    return { status: refusal.status, html: page("Not possible", sheet("Payment link", "", `<h1>Not possible</h1><p>${escape(refusal.message)}</p>`)), headers: pageHeaders };
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
        return `<tr><td><a href="${escape(linkUrl(seen, origin))}">${escape(seen.purpose)}</a></td><td class="num">${money(seen.amountPaise)}</td><td>${stateWords[seen.status]}</td><td class="ref soft">${escape(seen.linkId)}</td></tr>`;
      });
    const table =
      rows.length === 0
        ? `<p class="soft">No payment links yet. Create one in Countersign and it appears here.</p>`
        : `<div class="scroll" tabindex="0"><table><thead><tr><th>Purpose</th><th class="num">Amount</th><th>State</th><th>Link</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
    return page("Payment links", sheet("Cashfree emulator", "", `<h1>Payment links</h1><p class="soft">Open one to play the customer.</p>${table}`), true);
  }

  #checkout(link: LinkRecord, problem: string | null): string {
    const due = (BigInt(link.amountPaise) - BigInt(link.paidPaise)).toString();
    const last = this.#lastPayment(link.linkId);
    const ending = last === undefined ? undefined : paymentWords[last.status];
    const said = problem ?? ending ?? null;
    const bad = problem !== null || (last !== undefined && last.status !== "SUCCESS");
    const open = link.status === "ACTIVE" || link.status === "PARTIALLY_PAID";
    const head = `<h1>${escape(link.purpose)}</h1><p class="amount">${money(open ? due : link.amountPaise)}</p>${said === null ? "" : `<p class="said${bad ? " bad" : ""}" role="status">${escape(said)}</p>`}`;
    return page(link.purpose, sheet("Payment link", link.linkId, `${head}${open ? form(link, due) : closed(link, last)}`));
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

/** Head and body of a sheet, as the desk's statements have them. */
function sheet(kind: string, reference: string, body: string): string {
  return `<article class="sheet"><p class="kind"><b>${kind}</b><span class="ref">${escape(reference)}</span></p>${body}</article>`;
}

function form(link: LinkRecord, duePaise: string): string {
  const amount = link.partial
    ? `<label for="amount">Amount in rupees${link.minimumPaise === null ? "" : `, at least ${money(link.minimumPaise)}`}</label><input id="amount" name="amount" inputmode="decimal" value="${decimalOf(duePaise)}" required>`
    : "";
  const phone = escape(link.customer["customer_phone"] ?? "");
  return `<form method="post" action="/pay/${link.code}">${amount}<label for="phone">Phone</label><input id="phone" name="phone" inputmode="tel" autocomplete="off" value="${phone}"><label for="vpa">UPI ID</label><input id="vpa" name="vpa" autocomplete="off" value="customer@upi" required><button class="main" name="action" value="pay">Pay ${link.partial ? "this amount" : money(duePaise)}</button><fieldset><legend>Or play another ending</legend><button name="action" value="fail">Fail this payment</button><button name="action" value="drop">Leave without paying</button></fieldset></form>`;
}

function closed(link: LinkRecord, last: PaymentRecord | undefined): string {
  const reference =
    link.status === "PAID" && last?.bankReference
      ? `<dl><div><dt>Bank reference (UTR)</dt><dd class="ref">${escape(last.bankReference)}</dd></div><div><dt>Payment</dt><dd class="ref">${escape(last.cfPaymentId)}</dd></div></dl>`
      : `<p>${escape(linkWords[link.status])}</p>`;
  const back = link.meta["return_url"];
  const target = typeof back === "string" && /^https?:\/\//.test(back) ? `<p><a href="${escape(back)}" rel="noreferrer">Return to the merchant</a></p>` : "";
  return `${reference}${target}`;
}
