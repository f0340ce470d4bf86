import type { PostureTable } from "./contract.ts";
import { failureLabels, failures, guardIds, guards, type Guard } from "./posture.ts";
import { postureProof } from "./posture-proof.ts";

/** Every guard with what it does for every failure, and by which test on which day that was proved. */
export function getPosture(): PostureTable {
  const rows = guardIds.map((id) => {
    const guard: Guard = guards[id];
    const cells = failures.map((failure) => {
      const proof = postureProof.find((one) => one.guard === id && one.failure === failure);
      return { failure, ...guard.cells[failure], proof: proof === undefined ? null : { test: proof.test, provedOn: proof.provedOn, posture: proof.posture } };
    });
    return { id, label: guard.label, about: guard.about, money: guard.money, cells };
  });
  const due = rows.flatMap((row) => row.cells).filter((cell) => cell.posture !== "not_applicable");
  const proved = due.filter((cell) => cell.proof?.posture === cell.posture);
  const provedOn = proved.map((cell) => cell.proof?.provedOn ?? "").sort();
  return {
    failures: failures.map((id) => ({ id, ...failureLabels[id] })),
    guards: rows,
    cellsDue: due.length,
    cellsProved: proved.length,
    oldestProof: provedOn[0] ?? null,
  };
}
