import { can } from "@/lib/access";
import { requirePage } from "@/lib/http/page";
import { accessReport, listPeople, whoMovesMoney } from "@/lib/users";
import { RolesView } from "./roles-view.tsx";

export const metadata = { title: "Roles" };

export default async function RolesPage() {
  const ctx = await requirePage("roles.view");
  // The names for "what would change for whom": only for those who may both see people and propose.
  const tries = can(ctx.actor, "people.view").allowed && can(ctx.actor, "roles.propose").allowed;
  const [paths, report, people] = await Promise.all([whoMovesMoney(ctx), accessReport(ctx), tries ? listPeople(ctx) : { items: [] }]);
  return <RolesView paths={paths} report={report} people={people.items.filter((person) => person.status !== "disabled").map(({ id, name }) => ({ value: id, label: name }))} />;
}
