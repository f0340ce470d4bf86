// A browser in words: a hint for its owner, who knows what they use. That it changes within a session is a sign of a copied
// cookie, except where one browser shows its other face.

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
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

/** Where one browser answers "request desktop site": it says it is on the second while it is on the first. */
const faces: readonly (readonly [string, string])[] = [
  ["Android", "Linux"],
  ["an iPhone", "a Mac"],
  ["an iPad", "a Mac"],
];

/** The first number of the version a browser names itself by; Safari's stands under another word. */
function majorOf(userAgent: string): number | null {
  const [, major] = /\b(?:Edg(?:A|iOS)?|OPR|SamsungBrowser|Firefox|FxiOS|Chrome|CriOS|HeadlessChrome)\/(\d{1,4})/.exec(userAgent) ?? /\bVersion\/(\d{1,4})/.exec(userAgent) ?? [];
  return major === undefined ? null : Number(major);
}

/**
 * How the browser of a request is related to that of its session. `same`: the same kind on the same system, whatever its version
 * (unknown at the start, it may be any). `other_face`: the same kind and version, asking for a page as its desktop or
 * its mobile form would. `other`: neither.
 */
export function kinshipOf(then: string | null, now: string | null): "same" | "other_face" | "other" {
  if (then === null || then === now || deviceOf(then) === deviceOf(now)) return "same";
  if (now === null || named(browsers, then) === null || named(browsers, then) !== named(browsers, now)) return "other";
  const [before, after] = [named(systems, then), named(systems, now)];
  const paired = faces.some(([one, other]) => (before === one && after === other) || (before === other && after === one));
  const [was, is] = [majorOf(then), majorOf(now)];
  // A browser may have renewed itself once since the session began.
  return paired && was !== null && is !== null && is - was >= 0 && is - was <= 1 ? "other_face" : "other";
}
