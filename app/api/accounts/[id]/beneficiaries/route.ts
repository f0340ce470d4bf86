import { accountParamsShape } from "@/lib/accounts/contract";
import { createBeneficiary, listBeneficiaries, listPayableBeneficiaries } from "@/lib/beneficiaries";
import { beneficiariesQueryShape, beneficiariesShape, beneficiaryShape, createBeneficiaryShape } from "@/lib/beneficiaries/contract";
import { otherMethods } from "@/lib/http/methods";
import { defineRoute } from "@/lib/http/route";

export const GET = defineRoute({
  access: "beneficiaries.view",
  object: "beneficiary",
  params: accountParamsShape,
  query: beneficiariesQueryShape,
  output: beneficiariesShape,
  run: async (ctx, { params, query }) => ({
    items: query.payable === "true" ? await listPayableBeneficiaries(params.id, ctx.actor) : await listBeneficiaries(ctx.actor, params.id),
  }),
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

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
