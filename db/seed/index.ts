// The demo's history: made by the product's own commands, as its own people, against the emulator.
import { ensureVaultKeys } from "@/lib/vault";
import { seedAccess } from "./access.ts";
import { seedAccounts, seedBeneficiaries, seedRates } from "./accounts.ts";
import { seedClients, type SeededClient } from "./clients.ts";
import { atWork } from "./office.ts";
import { seedPayments, type SeededLink } from "./payments.ts";
import { seedPayouts } from "./payouts.ts";
import { seedPeople } from "./people.ts";
import { seedStrays } from "./strays.ts";
import { ago, asSeed, tellEmulator, together } from "./stage.ts";

export type Seeded = {
  users: { email: string; password: string; totpSecret: string; roles: string[] }[];
  apiClients: SeededClient[];
  links: SeededLink[];
  accounts: { id: string; name: string }[];
};

// More than anything of the history is old.
const ratedDays = 42;

/** Fills an empty demo database; answers what demo.json tells people and programs. Needs the emulator. */
export async function seedDemo(): Promise<Seeded> {
  await ensureVaultKeys(asSeed());
  // Nobody is listening yet; the desk reads the gateway itself. Failed deliveries must not disable the payout endpoint.
  await tellEmulator("/emulator/faults", { webhook: "drop", times: 1000 });
  await tellEmulator("/emulator/tuning", { payoutDisableAfter: null });
  const [told] = await together(tell, () => seedRates(ratedDays));
  await tellEmulator("/emulator/faults/clear", {});
  await tellEmulator("/emulator/tuning", { stepMs: 1000, payoutDisableAfter: 5 });
  await tellEmulator("/emulator/clock", { offsetMs: 0 });
  return told;
}

async function tell(): Promise<Seeded> {
  const people = await ago(atWork(32, 1), seedPeople);
  const accounts = await ago(atWork(31, 5), seedAccounts);
  const beneficiaries = await seedBeneficiaries(people, accounts);
  const [links, apiClients] = await together(
    () => seedPayments(people, accounts),
    () => seedClients(people),
    () => seedPayouts({ cast: people, accounts, beneficiaries }),
    seedStrays,
    () => seedAccess(people),
  );
  return {
    users: Object.values(people).map(({ email, password, totpSecret, roles }) => ({ email, password, totpSecret, roles })),
    apiClients,
    links,
    accounts: Object.values(accounts),
  };
}
