import { requirePage } from "@/lib/http/page";
import { listChanges, listPeople } from "@/lib/users";
import { UsersView } from "./users-view.tsx";

export const metadata = { title: "Users" };

export default async function UsersPage() {
  const ctx = await requirePage("people.view");
  const [people, changes] = await Promise.all([listPeople(ctx), listChanges(ctx)]);
  return <UsersView people={people} changes={changes} />;
}
