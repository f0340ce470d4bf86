import type { Sensitive } from "@/lib/sensitive";

export type EmulatorCredentials = {
  pg: { clientId: string; clientSecret: Sensitive<string> };
  payout: { clientId: string; clientSecret: Sensitive<string> };
};

/** What a run may tune; the control API changes these while it runs. */
export type EmulatorTuning = {
  /** Time between two steps of a transfer or a pending payment. */
  stepMs: number;
  /** How long the published time-out account keeps its caller waiting after recording the transfer. */
  slowAccountMs: number;
  ratePerMinute: number;
  /** The gateway's answer to a transfer_id it has seen is not published: both readings can be played. */
  duplicateTransfer: "conflict" | "echo";
  /** Waits before webhook attempts 2, 3, 4 …; the gateway's default is 2, 10 and 30 minutes. */
  webhookRetryMs: number[];
  webhookTimeoutMs: number;
  /** The gateway disables a payout endpoint after more than five consecutive failures; null plays without that. */
  payoutDisableAfter: number | null;
  /** The gateway's private key (PEM) when it asks payout callers for their mark; null while their addresses are allow-listed. */
  payoutPrivateKey: string | null;
  /** Opening balance of the payout wallet. */
  walletPaise: string;
};

export type EmulatorSettings = {
  port: number;
  dir: string;
  /** Origin of the application; null sends no webhooks. */
  webhookTarget: string | null;
  credentials: EmulatorCredentials;
  tuning: EmulatorTuning;
};

const minuteMs = 60_000;

export const defaultTuning: EmulatorTuning = {
  stepMs: 1000,
  slowAccountMs: 25_000,
  ratePerMinute: 6000,
  duplicateTransfer: "conflict",
  webhookRetryMs: [2 * minuteMs, 10 * minuteMs, 30 * minuteMs],
  webhookTimeoutMs: 10_000,
  payoutDisableAfter: null,
  payoutPrivateKey: null,
  walletPaise: "5000000000",
};
