// What every page of the emulator wears: the desk's paper and ink in both themes, in one inline sheet that the policy names by its hash.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Reply } from "./wire.ts";

const faces = [
  { file: "inter-latin-wght-normal.woff2", range: "U+0000-00FF,U+2000-206F,U+2212" },
  { file: "inter-latin-ext-wght-normal.woff2", range: "U+0100-02BA,U+20A0-20AB,U+20AD-20C0" },
];

/** Its colours are those of app/globals.css, light and dark. */
export const style = `
${faces.map(({ file, range }) => `@font-face{font-family:"Inter Variable";font-weight:100 900;font-display:swap;src:url(/fonts/${file}) format("woff2");unicode-range:${range}}`).join("")}
:root{color-scheme:light dark;--paper:#faf8f4;--sheet:#fffefb;--sunk:#f3f0ea;--ink:#1c1a16;--ink-2:#4c473f;--ink-3:#6b655a;--line:#e5e0d6;--line-2:#cfc8bb;--control:#8a8376;--accent:#0b5a63;--accent-2:#07454d;--on-accent:#fffefb;--failed:#a3271d;--waiting:#825000;--waiting-wash:#faeed6}
@media (prefers-color-scheme:dark){:root{--paper:#151411;--sheet:#1c1b17;--sunk:#26241f;--ink:#efebe2;--ink-2:#bdb7aa;--ink-3:#9c968a;--line:#34312b;--line-2:#4b473f;--control:#7d776b;--accent:#72c4c8;--accent-2:#93d6d9;--on-accent:#05292c;--failed:#f0897c;--waiting:#e0ab57;--waiting-wash:#30240f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:420 .875rem/1.25rem "Inter Variable",system-ui,sans-serif;font-feature-settings:"cv11","ss03";font-variant-numeric:lining-nums;-webkit-font-smoothing:antialiased}
.note{background:var(--waiting-wash);color:var(--waiting);border-bottom:1px solid var(--line);padding:.5rem 1.25rem;text-align:center;font-weight:530;text-wrap:balance}
main{max-width:26.5rem;margin:0 auto;padding:10dvh 1.25rem 3rem}main.wide{max-width:60rem;padding-top:2.5rem}
.sheet{border-top:2px solid var(--ink);padding-top:.5rem}
.kind{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;margin:0;padding-bottom:.5rem;border-bottom:1px solid var(--line);font-size:.75rem;line-height:1rem;color:var(--ink-3)}.kind b{font-weight:530;color:var(--ink-2)}
h1{font-size:1rem;line-height:1.5rem;font-weight:530;margin:1rem 0 0;overflow-wrap:anywhere;text-wrap:balance}
.amount{font-size:1.75rem;line-height:2.25rem;font-weight:530;letter-spacing:-.025em;font-variant-numeric:tabular-nums lining-nums;margin:0}
p{margin:.5rem 0;text-wrap:pretty}.soft{color:var(--ink-3)}.ref{font-family:ui-monospace,monospace;font-size:.923em;overflow-wrap:anywhere}
.said{border-left:2px solid var(--line-2);padding:.125rem 0 .125rem .75rem;font-weight:530}.said.bad{border-color:var(--failed);color:var(--failed)}
dl{margin:1rem 0 0;border-top:1px solid var(--line)}dl div{display:flex;justify-content:space-between;gap:1rem;padding:.375rem 0;border-bottom:1px solid var(--line);font-size:.8125rem}dt{color:var(--ink-3)}dd{margin:0;text-align:end;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
label{display:block;margin:1rem 0 .25rem;font-size:.8125rem;font-weight:530}
input,button{width:100%;min-height:2.75rem;font:inherit;border-radius:3px}
input{font-size:1rem;padding:.375rem .625rem;color:inherit;background:var(--sheet);border:1px solid var(--control)}input:hover{border-color:var(--ink-2)}
button{padding:.25rem 1rem;font-weight:530;border:1px solid var(--line-2);background:var(--sheet);color:inherit;cursor:pointer}button:hover{border-color:var(--control);background:var(--sunk)}
button.main{margin-top:1.5rem;background:var(--accent);border-color:var(--accent);color:var(--on-accent)}button.main:hover{background:var(--accent-2)}
fieldset{margin:1.5rem 0 0;padding:0;border:0;display:grid;grid-template-columns:1fr 1fr;gap:.5rem}legend{padding:0 0 .375rem;font-size:.75rem;line-height:1rem;font-weight:530;color:var(--ink-3)}
a{color:inherit;text-decoration-color:var(--line-2);text-underline-offset:3px}a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.scroll{overflow-x:auto;margin-top:1rem}table{width:100%;border-collapse:collapse;font-size:.8125rem}td,th{text-align:start;padding:.625rem 1.5rem .625rem 0;border-bottom:1px solid var(--line);white-space:nowrap}th{font-size:.75rem;font-weight:530;color:var(--ink-3)}td:first-child{white-space:normal;min-width:10rem}.num{text-align:end;font-variant-numeric:tabular-nums}
@media (max-width:640px){main{padding-top:2rem}td.ref,th:last-child{display:none}}`;

export const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "cache-control": "no-store",
};

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A whole page; that it is a simulation stands over everything else. */
export function page(title: string, body: string, wide = false): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)} · Cashfree emulator</title><style>${style}</style></head><body><div class="note" role="note">Simulation: the emulator plays Cashfree's checkout. No money moves.</div><main${wide ? ' class="wide"' : ""}>${body}</main></body></html>`;
}

/** One of the two files of the desk's type; null for any other path. */
export function fontReply(path: string): Reply | null {
  const face = faces.find(({ file }) => path === `/fonts/${file}`);
  if (face === undefined) return null;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(`@fontsource-variable/inter/files/${face.file}`));
  return { status: 200, bytes, headers: { "content-type": "font/woff2", "cache-control": "public, max-age=86400" } };
}
