import { mutationOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/http/client";
import { beneficiariesShape, beneficiaryShape, type CreateBeneficiary } from "./contract.ts";

export const beneficiariesQuery = (accountId: string) =>
  queryOptions({
    queryKey: ["accounts", "beneficiaries", accountId],
    queryFn: ({ signal }) => api.get(`/api/accounts/${accountId}/beneficiaries`, beneficiariesShape, { signal }),
  });

/** Those a new payout may go to. */
export const payableBeneficiariesQuery = (accountId: string) =>
  queryOptions({
    queryKey: ["accounts", "beneficiaries", accountId, "payable"],
    queryFn: ({ signal }) => api.get(`/api/accounts/${accountId}/beneficiaries?payable=true`, beneficiariesShape, { signal }),
  });

/** One idempotency key per filled-in form, so that pressing twice adds once. */
export const createBeneficiaryMutation = (accountId: string) =>
  mutationOptions({
    mutationKey: ["accounts", "beneficiaries", accountId, "create"],
    mutationFn: ({ input, idempotencyKey }: { input: CreateBeneficiary; idempotencyKey: string }) =>
      api.post(`/api/accounts/${accountId}/beneficiaries`, input, beneficiaryShape, { idempotencyKey }),
  });
