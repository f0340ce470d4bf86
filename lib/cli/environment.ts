import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./children.ts";

/** The terminal's variables, with those of the project's `.env` file beneath them. */
export function loadEnvironment(): NodeJS.ProcessEnv {
  const file = join(projectRoot, ".env");
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}

/** Runs a command's main function; a refusal or failure is printed as a sentence, without a stack, and ends with 1. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
