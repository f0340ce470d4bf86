// Where to go after signing in. What an address says about it was written by anyone, so only a path of ours survives.

const longest = 500;
// Only has to be an origin nobody can name in a path.
const own = "https://own.invalid";
// oxlint-disable-next-line no-control-regex -- control characters are what it must find
const control = /[\u0000-\u0020\u007f-\u009f\\]/;
const startsOver = /^\/(?:sign-in|two-factor|recovery-codes|invitation|reset|api)(?:[/?]|$)/i;

/** `text` as a path of this site with its query, or null: never another origin, an API path or a step of signing in. */
export function returnPath(text: unknown): string | null {
  if (typeof text !== "string" || text.length > longest || !/^\/(?!\/)/.test(text) || control.test(text)) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    return null;
  }
  if (control.test(decoded.replaceAll(" ", "")) || decoded.startsWith("//")) return null;
  const url = URL.canParse(text, own) ? new URL(text, own) : null;
  if (url === null || url.origin !== own || /^\/[/\\]/.test(url.pathname) || leadsBack(url.pathname)) return null;
  const kept = `${url.pathname}${url.search}`;
  // What a browser makes of it is judged as well: "/./%2fx" is "/%2fx" by then.
  return kept === text ? kept : returnPath(kept);
}

/** A proxy before the desk may spell a path out, and follow the dots in it, before it hands it on: "/%73ign-in" is "/sign-in" then. */
function leadsBack(path: string): boolean {
  let spelt = path;
  for (let before = ""; before !== spelt;) {
    if (startsOver.test(spelt)) return true;
    before = spelt;
    spelt = spell(spelt);
  }
  return false;
}

function spell(path: string): string {
  try {
    return new URL(`${own}/${decodeURIComponent(path).replace(/^\/+/, "")}`).pathname;
  } catch {
    return path;
  }
}

/** Where the next step of signing in is, with the place to return to carried along until the last one. */
export function onward(next: string, back: string | null): string {
  if (back === null) return next;
  return next === "/overview" ? back : `${next}?${new URLSearchParams({ next: back })}`;
}

/** The way to sign in and then back to `path`; what is no place to return to is left out. */
export function signInPath(path: string | null, why?: "ended"): string {
  const back = returnPath(path);
  const query = new URLSearchParams({ ...(back === null || back === "/overview" ? {} : { next: back }), ...(why === undefined ? {} : { why }) });
  return query.size === 0 ? "/sign-in" : `/sign-in?${query}`;
}
