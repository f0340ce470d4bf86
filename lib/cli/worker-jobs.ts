// Every job handler and sweep the worker runs; a room exports its own and is listed here.
import { auditSweeps } from "@/lib/audit";
import { authSweeps } from "@/lib/auth";
import { edgeSweeps } from "@/lib/edge";
import { clientSweeps } from "@/lib/clients";
import { jobSweeps, type Job, type Sweep } from "@/lib/jobs";
import { ledgerSweeps } from "@/lib/ledger";
import { paymentJobs, paymentSweeps } from "@/lib/payments";
import { payoutJobs, payoutSweeps } from "@/lib/payouts";
import { settingsSweeps } from "@/lib/settings";
import { userSweeps } from "@/lib/users";
import { webhookJobs, webhookSweeps } from "@/lib/webhooks";

export const jobs: readonly Job[] = [...paymentJobs, ...payoutJobs, ...webhookJobs];

export const sweeps: readonly Sweep[] = [
  ...auditSweeps,
  ...authSweeps,
  ...clientSweeps,
  ...edgeSweeps,
  ...jobSweeps,
  ...ledgerSweeps,
  ...paymentSweeps,
  ...payoutSweeps,
  ...settingsSweeps,
  ...userSweeps,
  ...webhookSweeps,
];
