import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const places = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "/snap/bin/chromium"];

/** How a person gets a browser when none could be found. */
export const browserHowTo =
  "No browser was found for the browser tests: install one with `npx playwright install --with-deps chromium`, or install Chromium with your system's package manager.";

function isRunnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installed(): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places];
  return candidates.find(isRunnable) ?? null;
}

function installOnDebian(say: (line: string) => void): string | null {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return null;
  say("Installing Chromium (apt-get); this takes about a minute …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-q"],
    ["install", "-y", "-q", "--no-install-recommends", "chromium"],
  ]) {
    spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"], timeout: 600_000 });
  }
  return installed();
}

/** The browser for the browser tests: Playwright's own, else an installed Chromium, else Debian's package; null when none can be had. */
export function findBrowser(say: (line: string) => void): string | null {
  const own = chromium.executablePath();
  if (isRunnable(own)) return own;
  return installed() ?? installOnDebian(say);
}
