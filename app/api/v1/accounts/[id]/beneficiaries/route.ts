import { listBeneficiaries } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import { defineApiRoute } from "@/lib/http/api-route";

export const GET = defineApiRoute(operations.listBeneficiaries, (_ctx, { params }) => listBeneficiaries(params.id));
