import { randomBytes } from "node:crypto";
import { generateSecret } from "otplib";
import { roleLabels, type Role } from "@/lib/access";
import { createPerson } from "@/lib/auth";
import { withTransaction } from "@/lib/context";
import { asSeed, type SeededPerson } from "./stage.ts";

type Cast = Record<"owner" | "secondOwner" | "firstAdmin" | "secondAdmin" | "maker" | "secondMaker" | "support" | "risk" | "compliance" | "security" | "auditor", SeededPerson>;

const cast: [keyof Cast, string, Role][] = [
  ["owner", "Asha Rao", "owner"],
  ["secondOwner", "Vikram Sen", "owner"],
  ["firstAdmin", "Meera Iyer", "finance_admin"],
  ["secondAdmin", "Farhan Qureshi", "finance_admin"],
  ["maker", "Rohan Das", "finance_maker"],
  ["secondMaker", "Leela Nair", "finance_maker"],
  ["support", "Priya Menon", "support"],
  ["risk", "Kabir Anand", "risk_analyst"],
  ["compliance", "Nisha Verma", "compliance"],
  ["security", "Arjun Pillai", "security_admin"],
  ["auditor", "Sara Thomas", "auditor"],
];

/** One person per role and a second owner, maker and finance admin; passwords and codes are random and only in demo.json. */
export async function seedPeople(): Promise<Cast> {
  const people: Partial<Cast> = {};
  for (const [part, name, role] of cast) {
    const email = `${name.toLowerCase().replace(" ", ".")}@countersign.example`;
    const password = `${roleLabels[role].toLowerCase().replace(" ", "-")}-${randomBytes(9).toString("base64url")}`;
    const totpSecret = generateSecret({ length: 20 });
    const { userId } = await withTransaction(asSeed(), (tx) => createPerson(tx, { email, name, password, roles: [role], totpSecret }));
    people[part] = { userId, sessionId: "", seenAt: null, email, password, totpSecret, roles: [role] };
  }
  return people as Cast;
}

export type { Cast };
