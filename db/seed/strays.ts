import { cashfree } from "@/lib/cashfree";
import { paise } from "@/lib/money";
import { applyPaymentTruth } from "@/lib/payments";
import { minuteMs } from "@/lib/time";
import { atWork } from "./office.ts";
import { ago, asSeed, tellGateway, together } from "./stage.ts";

/** Orders that none of our links made: one paid, which goes to suspense for a person, and one whose payer still hesitates. */
export async function seedStrays(): Promise<void> {
  await together(
    () => stray({ orderId: "pos_terminal_0017", rupees: 3_600n, vpa: "testsuccess@gocash", agoMs: atWork(6, 0.7) }),
    () => stray({ orderId: "pos_terminal_0042", rupees: 850n, vpa: "bina@okbank", agoMs: atWork(0, 0.8) }),
  );
}

async function stray(order: { orderId: string; rupees: bigint; vpa: string; agoMs: number }): Promise<void> {
  await ago(order.agoMs, async () => {
    const made = await cashfree().createOrder({ orderId: order.orderId, amountPaise: paise(order.rupees * 100n), customer: { id: "walkin", phone: "9812345670" } });
    if (made.kind !== "answer" || made.value.paymentSessionId === null) throw new Error(`the emulator gave no session for ${order.orderId}`);
    await tellGateway("/pg/orders/sessions", { payment_session_id: made.value.paymentSessionId, payment_method: { upi: { channel: "collect", upi_id: order.vpa } } });
  });
  await ago(order.agoMs - 5 * minuteMs, () => applyPaymentTruth(asSeed(), { orderId: order.orderId }));
}
