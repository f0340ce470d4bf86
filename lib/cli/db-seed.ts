// `npm run db:seed`: fills an empty demo database; `npm start` runs it by itself. The emulator must be running.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { seedDemo } from "@/db/seed";
import { config, connectAs } from "@/lib/config";
import { closePools } from "@/lib/context";
import { demoFilePath, readDemoFile, writeDemoFile } from "./demo-file.ts";
import { loadEnvironment, runCommand } from "./environment.ts";
import { writePrivate } from "./files.ts";

await runCommand(async () => {
  loadEnvironment();
  // History is written as people and the worker together would have: only the owner of the tables may.
  connectAs("owner");
  const settings = config();
  if (settings.mode !== "demo") throw new Error(`Only the demo is seeded; this is ${settings.mode} mode.`);
  if (readDemoFile(settings.dataDir) !== null) {
    console.log(`The demo is already seeded: ${demoFilePath(settings.dataDir)}.`);
    return 0;
  }
  // Left behind by an interrupted seeding, so that the next start begins it afresh.
  const marker = join(settings.dataDir, "seeding");
  writePrivate(marker, "");
  try {
    writeDemoFile(settings, await seedDemo());
    rmSync(marker, { force: true });
  } finally {
    await closePools();
  }
  console.log(`Seeded. Sign-ins: ${demoFilePath(settings.dataDir)}.`);
  return 0;
});
