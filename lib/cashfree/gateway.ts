import { config } from "@/lib/config";
import { getPayoutBalance } from "./balance.ts";
import type { CallOptions, CreateBeneficiaryInput, CreateLinkInput, CreateOrderInput, CreateTransferInput } from "./contract.ts";
import type { CashfreeSettings } from "./http.ts";
import { cancelLink, createLink, getLink, listLinkOrders } from "./links.ts";
import { createOrder, getOrder, getOrderPayment, listOrderPayments } from "./orders.ts";
import { createBeneficiary, createTransfer, getBeneficiary, getTransfer } from "./transfers.ts";

/** The gateway as one object, bound to its settings. No method throws for anything the gateway or the network does. */
export function createCashfree(settings: CashfreeSettings) {
  return {
    createOrder: (input: CreateOrderInput, options?: CallOptions) => createOrder(settings, input, options),
    getOrder: (orderId: string, options?: CallOptions) => getOrder(settings, orderId, options),
    listOrderPayments: (orderId: string, options?: CallOptions) => listOrderPayments(settings, orderId, options),
    getOrderPayment: (key: { orderId: string; cfPaymentId: string }, options?: CallOptions) => getOrderPayment(settings, key, options),
    createLink: (input: CreateLinkInput, options?: CallOptions) => createLink(settings, input, options),
    getLink: (linkId: string, options?: CallOptions) => getLink(settings, linkId, options),
    cancelLink: (linkId: string, options?: CallOptions) => cancelLink(settings, linkId, options),
    listLinkOrders: (key: { linkId: string; status: "ALL" | "PAID" }, options?: CallOptions) => listLinkOrders(settings, key, options),
    createBeneficiary: (input: CreateBeneficiaryInput, options?: CallOptions) => createBeneficiary(settings, input, options),
    getBeneficiary: (beneficiaryId: string, options?: CallOptions) => getBeneficiary(settings, beneficiaryId, options),
    createTransfer: (input: CreateTransferInput, options?: CallOptions) => createTransfer(settings, input, options),
    getTransfer: (transferId: string, options?: CallOptions) => getTransfer(settings, transferId, options),
    getPayoutBalance: (options?: CallOptions) => getPayoutBalance(settings, options),
  };
}

export type Cashfree = ReturnType<typeof createCashfree>;

/** The gateway of this process's configuration. */
export function cashfree(): Cashfree {
  return createCashfree(config().cashfree);
}
