// `npm run passwords:breached -- FILE…`: makes the desk's own list of breached passwords of plain lists, one password a line.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { bloomOf, encodeBloom, ownListPath } from "@/lib/auth";
import { passwordLength } from "@/lib/auth/contract";
import { loadEnvironment, runCommand } from "./environment.ts";

await runCommand(async () => {
  loadEnvironment();
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { out: { type: "string" } } });
  if (positionals.length === 0) throw new Error("Name the lists: npm run passwords:breached -- FILE… [--out FILE]");
  // Shorter ones are refused for their length.
  const long = (line: string) => Array.from(line.normalize("NFKC")).length >= passwordLength.min;
  const found = new Set(
    positionals.flatMap((file) =>
      readFileSync(file, "utf8")
        .split(/\r?\n/)
        .filter(long)
        .map((line) => line.normalize("NFKC").toLowerCase()),
    ),
  );
  if (found.size === 0) throw new Error(`No password of ${passwordLength.min} characters or more stands in these files.`);
  const path = values.out ?? ownListPath();
  writeFileSync(path, encodeBloom(bloomOf([...found])), { mode: 0o644 });
  console.log(`${found.size} breached passwords of ${passwordLength.min} characters and more are in ${path}. Restart the desk to use it.`);
  return 0;
});
