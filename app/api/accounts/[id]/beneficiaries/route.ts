import { accountParamsShape } from "@/lib/accounts/contract";
import { createBeneficiary, listBeneficiaries } from "@/lib/beneficiaries";
import { beneficiariesShape, beneficiaryShape, createBeneficiaryShape } from "@/lib/beneficiaries/contract";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "beneficiaries.view",
  object: "beneficiary",
  params: accountParamsShape,
  output: beneficiariesShape,
  run: async (_ctx, { params }) => ({ items: await listBeneficiaries(params.id) }),
});

export const POST = defineRoute({
  access: "beneficiaries.create",
  object: "beneficiary",
  params: accountParamsShape,
  body: createBeneficiaryShape,
  output: beneficiaryShape,
  idempotent: true,
  run: (ctx, { params, body }) => createBeneficiary(ctx, params.id, body),
});
