// `npm run owner:invite -- EMAIL`: the one-time link of a first owner. Needs a desk that was started once, and its database.
import { parseArgs } from "node:util";
import { closePools, systemCtx } from "@/lib/context";
import { setLogLevel } from "@/lib/monitoring";
import { inviteOwner } from "@/lib/users";
import { email } from "@/lib/users/contract";
import { ensureVaultKeys } from "@/lib/vault";
import { loadEnvironment, runCommand } from "./environment.ts";

await runCommand(async () => {
  loadEnvironment();
  const { positionals } = parseArgs({ allowPositionals: true, options: {} });
  const address = email.safeParse(positionals[0] ?? "");
  if (!address.success || positionals.length !== 1) throw new Error("Say whom to invite: npm run owner:invite -- EMAIL");
  setLogLevel("error");
  try {
    const ctx = systemCtx("owner:invite", "operator");
    await ensureVaultKeys(ctx);
    const link = await inviteOwner(ctx, address.data);
    console.log(`Open this link once, before ${link.expiresAt}. It is shown only here:`);
    console.log(link.url);
    return 0;
  } finally {
    await closePools();
  }
});
