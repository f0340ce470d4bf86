// A browser in words. A hint for its owner, who knows what they use; that it changes within a session is a sign of a copied cookie.

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdgi?A?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, "an iPhone"],
  [/\biPad\b/, "an iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "a Mac"],
  [/\bLinux\b/, "Linux"],
];

const named = (list: typeof browsers, userAgent: string): string | null => list.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;

/** "Chrome on Windows", from what a browser says of itself. */
export function deviceOf(userAgent: string | null): string {
  if (userAgent === null || userAgent === "") return "Unknown device";
  const browser = named(browsers, userAgent);
  const system = named(systems, userAgent);
  if (browser === null && system === null) return "A program, not a known browser";
  if (system === null) return browser ?? "Unknown device";
  return `${browser ?? "A browser"} on ${system}`;
}

/** Whether two browsers could be one: the same kind on the same system, whatever its version. Unknown at the start, it may be any. */
export function isSameDevice(then: string | null, now: string | null): boolean {
  return then === null || then === now || deviceOf(then) === deviceOf(now);
}
