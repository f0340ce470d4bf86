// `npm run ip:emergency -- MINUTES REASON`: break-glass for whoever shut everybody out. Suspends IP rules and bans.
import { userInfo } from "node:os";
import { config, connectAs } from "@/lib/config";
import { closePools, systemCtx } from "@/lib/context";
import { pauseIpRules } from "@/lib/edge";
import { setLogLevel } from "@/lib/monitoring";
import { toIst } from "@/lib/time";
import { openVault } from "@/lib/vault";
import { whyLength, whyRefused } from "@/lib/why";
import { loadEnvironment, runCommand } from "./environment.ts";

const usage = `Usage: npm run ip:emergency -- MINUTES REASON   (1 to 240 minutes, and why in at least ${whyLength.min} characters)`;

await runCommand(async () => {
  const [minutesText = "", ...words] = process.argv.slice(2);
  const minutes = /^\d{1,3}$/.test(minutesText) ? Number(minutesText) : 0;
  const reason = words.join(" ").trim();
  if (minutes < 1 || minutes > 240 || whyRefused(reason) !== undefined || reason.length > whyLength.max) {
    console.error(usage);
    return 1;
  }
  loadEnvironment();
  setLogLevel(config().logLevel);
  // The running desk may not write a pause, so that whoever takes it over cannot either.
  connectAs("owner");
  await openVault();
  try {
    const until = await pauseIpRules(systemCtx(userInfo().username, "operator"), { minutes, reason });
    console.log(`IP rules and bans are not applied until ${toIst(until)}. Put right what shut you out before then.`);
    return 0;
  } finally {
    await closePools();
  }
});
