// Trusted Types: runs in the browser before anything is drawn. The framework's loader names its scripts by plain text; this
// one policy lets exactly our own built files through, and every other way of making a script or markup of text is refused.

import "@/components/ui/back-first.ts";

type Policies = { createPolicy: (name: string, rules: { createScriptURL: (text: string) => string }) => unknown };

const { trustedTypes } = globalThis as { trustedTypes?: Policies };

trustedTypes?.createPolicy("default", {
  createScriptURL: (text) => {
    const url = new URL(text, location.origin);
    if (url.origin === location.origin && url.pathname.startsWith("/_next/static/")) return text;
    throw new TypeError("not a script of this desk");
  },
});
