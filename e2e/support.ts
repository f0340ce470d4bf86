import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, type Page } from "@playwright/test";
import { generate } from "otplib";
import { demoFileShape, type DemoFile } from "../lib/cli/demo-file.ts";
import { settings } from "./settings.ts";

export type Person = { email: string; password: string; totpSecret: string; roles: string[] };

let demo: DemoFile | undefined;

/** The demo file of the desk under test. */
export function loadDemo(): DemoFile {
  demo ??= demoFileShape.parse(JSON.parse(readFileSync(settings.demoFile, "utf8")));
  return demo;
}

/** The first seeded person with `role`; `index` chooses another one. */
export function personWith(role: string, index = 0): Person {
  const person = loadDemo().users.filter((user) => user.roles.includes(role))[index];
  if (person === undefined) throw new Error(`The demo has no person ${index + 1} with the role ${role}.`);
  return person;
}

const stepMs = 30_000;

// A code works once: the file makes two test processes agree on who uses which step.
function claimStep(email: string, step: number): boolean {
  const folder = join(settings.dataDir, "e2e-codes");
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(folder, `${encodeURIComponent(email)}-${step}`), "", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/** A code of this person that no test has used; waits for the next 30 s step when this one's is used. */
export async function freshCode(person: Person): Promise<string> {
  for (;;) {
    const now = Date.now();
    const step = Math.floor(now / stepMs);
    if (claimStep(person.email, step)) return generate({ secret: person.totpSecret, epoch: Math.floor(now / 1000) });
    await pause((step + 1) * stepMs - now + 200);
  }
}

/** Signs a person in through the two pages, as they would. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/two-factor/);
  await page.getByLabel("Code", { exact: true }).fill(await freshCode(person));
  await page.getByRole("button", { name: "Verify", exact: true }).click();
  await expect(page).not.toHaveURL(/\/(sign-in|two-factor)/);
}

/** Keeps a picture of a main screen for the README. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(settings.screens, `${name}.png`), animations: "disabled" });
}
