// The demo's Cashfree: `npm start` runs it beside the desk; by hand: `node --import tsx lib/cli/emulator.ts`.
import { startEmulator } from "@/lib/cashfree/emulator/index.ts";
import { emulatorConfig } from "@/lib/config/emulator.ts";
import { runCommand } from "./environment.ts";

await runCommand(async () => {
  const settings = emulatorConfig();
  const { stepMs, ratePerMinute } = settings;
  const emulator = await startEmulator({ ...settings, tuning: { stepMs, ratePerMinute } });
  console.log(`Cashfree emulator: ${emulator.url}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await emulator.close();
  return 0;
});
