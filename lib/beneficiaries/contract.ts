import * as z from "zod/mini";

const beneficiaryKinds = ["bank_account", "vpa"] as const;
export type BeneficiaryKind = (typeof beneficiaryKinds)[number];
const beneficiaryStatuses = ["active", "retired"] as const;
const gatewayStatuses = ["unregistered", "registered", "refused"] as const;

const beneficiaryIdShape = z.string().check(z.regex(/^ben_[0-9a-z]{26}$/));

/** The gateway takes letters, digits, dots, hyphens, ampersands and spaces in a payee's name. */
const nameShape = z
  .string()
  .check(
    z.trim(),
    z.regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} .&'-]{1,98}[\p{L}\p{N}.]$/u, "Give the name as the bank has it: 3 to 100 letters, digits, spaces, dots, hyphens, apostrophes or &."),
  );
const accountNumberShape = z.string().check(z.regex(/^\d{4,25}$/, "An account number has 4 to 25 digits."));
const ifscShape = z.string().check(z.regex(/^[A-Z]{4}0[A-Z0-9]{6}$/, "An IFSC has four letters, a zero and six letters or digits, such as HDFC0001234."));
const vpaShape = z.string().check(z.regex(/^[A-Za-z0-9._-]{2,256}@[A-Za-z][A-Za-z0-9]{1,63}$/, "A UPI id looks like name@bank."));

/** `replaces` names the beneficiary whose details change: it is retired and the new row carries the next version. */
export const createBeneficiaryShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("bank_account"), name: nameShape, accountNumber: accountNumberShape, ifsc: ifscShape, replaces: z.optional(beneficiaryIdShape) }),
  z.strictObject({ kind: z.literal("vpa"), name: nameShape, vpa: vpaShape, replaces: z.optional(beneficiaryIdShape) }),
]);
export type CreateBeneficiary = z.infer<typeof createBeneficiaryShape>;

export const beneficiaryShape = z.object({
  id: z.string(),
  accountId: z.string(),
  /** Whole for those who name a payee or decide on one, masked for everyone else. */
  name: z.string(),
  kind: z.enum(beneficiaryKinds),
  /** "••4821" or "••@okbank": all anyone sees of the destination. */
  masked: z.string(),
  last4: z.string(),
  ifsc: z.nullable(z.string()),
  version: z.number(),
  status: z.enum(beneficiaryStatuses),
  gatewayStatus: z.enum(gatewayStatuses),
  createdById: z.string(),
  createdByName: z.string(),
  createdAt: z.string(),
  coolOffUntil: z.string(),
  /** True until the cool-off has ended: payouts to it are held. */
  coolingOff: z.boolean(),
  /** True until one payout to it has succeeded: payouts to it need two approvers. */
  firstPayout: z.boolean(),
});
export type BeneficiaryDto = z.infer<typeof beneficiaryShape>;

/** `payable=true` leaves out the retired ones. */
export const beneficiariesQueryShape = z.strictObject({ payable: z.optional(z.literal("true")) });

export const beneficiariesShape = z.object({ items: z.array(beneficiaryShape) });
export type Beneficiaries = z.infer<typeof beneficiariesShape>;
