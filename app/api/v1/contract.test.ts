// The published document and the handlers say the same; names instead of ids; masks instead of people.
import { fromJSONSchema } from "zod";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "@/lib/api";
import { operations } from "@/lib/api/contract";
import type { Answered } from "@/lib/testing/api-client";
import { apiHandlers, useApiDesk } from "@/lib/testing/api-desk";

const { desk, call, payout, link } = useApiDesk();

type Schema = { [key: string]: unknown };
type Documented = {
  operationId: string;
  "x-scope": string;
  parameters: { name?: string; $ref?: string }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }>; $ref?: string }>;
};
const document = () =>
  openApiDocument("http://localhost:3000") as {
    paths: Record<string, Record<string, Documented>>;
    components: { schemas: { Problem: Schema }; responses: Record<string, unknown>; parameters: Record<string, unknown> };
  };

describe("the document", () => {
  test("describes every handler, and nothing else", async () => {
    const described = Object.entries(document().paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(described.sort()).toEqual((await apiHandlers()).map(([name]) => name).sort());
    expect(described.length).toBe(Object.keys(operations).length);
  });

  test("names scope, signature headers and refusals of each, and every reference in it leads somewhere", () => {
    const { paths, components } = document();
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      expect(operation["x-scope"]).toMatch(/:(create|read)$/);
      const refs = operation.parameters.map((parameter) => parameter.$ref);
      expect(refs).toEqual(expect.arrayContaining(["#/components/parameters/SignatureInput", "#/components/parameters/Signature"]));
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(["400", "401", "403", "429", "503"]));
    }
    const all = [...JSON.stringify(document()).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    for (const [, kind = "", name = ""] of all) expect((components as Record<string, Record<string, unknown>>)[kind]?.[name], `${kind}/${name}`).toBeDefined();
    expect(JSON.stringify(document())).not.toMatch(/approve"|verdict|digest_|"held_reasons"/i);
  });

  const conforms = (id: keyof typeof operations, { status, body }: Answered): void => {
    const operation = operations[id];
    const responses = document().paths[operation.path]?.[operation.method.toLowerCase()]?.responses ?? {};
    const content = status >= 400 ? { schema: document().components.schemas.Problem } : responses[String(status)]?.content?.["application/json"];
    expect(Object.keys(responses), `${id} answered ${status}`).toContain(String(status));
    if (content === undefined) throw new Error(`${id}: ${status} is not described.`);
    const result = fromJSONSchema(content.schema as Parameters<typeof fromJSONSchema>[0]).safeParse(body);
    expect(result.error?.issues ?? [], `${id}: ${JSON.stringify(body)}`).toEqual([]);
  };

  test("real answers are as it says: good ones and refusals", async () => {
    const made = await call("createPayout", { body: payout() });
    const made2 = await call("createLink", { body: link() });
    expect([made.status, made2.status]).toEqual([201, 201]);
    conforms("createPayout", made);
    const id = String(made.body["id"]);
    conforms("createLink", made2);
    const asked: [keyof typeof operations, Parameters<typeof call>[1]][] = [
      ["getPayout", { params: { id } }],
      ["listPayouts", { query: `?account=${desk.accountId}&limit=1` }],
      ["getLink", { params: { id: String(made2.body["id"]) } }],
      ["listLinks", {}],
      ["listAccounts", {}],
      ["listBeneficiaries", { params: { id: desk.accountId } }],
      ["getBalances", { params: { id: desk.accountId } }],
      ["listTransactions", { query: "?kind=payout&limit=1" }],
      ["getTransaction", { params: { id } }],
    ];
    const refused: [keyof typeof operations, Parameters<typeof call>[1], number][] = [
      ["getPayout", { params: { id: "po_00000000000000000000000000" } }, 404],
      ["getPayout", { params: { id: "nonsense" } }, 400],
      ["listPayouts", { query: "?limit=101" }, 400],
      ["listPayouts", { query: "?queue=waiting" }, 400],
      ["listPayouts", { query: "?limit=1&limit=2" }, 400],
      ["listPayouts", { query: "?cursor=1.po_xyz" }, 400],
      ["listLinks", { query: "?cursor=abc" }, 400],
      ["listAccounts", { query: "?cursor=abc" }, 400],
      ["listBeneficiaries", { params: { id: "acct_00000000000000000000000000" } }, 404],
      ["createPayout", { body: { ...payout(), approvalsNeeded: 0 } }, 422],
      ["createPayout", { body: { ...payout(), amountPaise: 100000 } }, 422],
      ["createPayout", { body: payout("99") }, 422],
      ["createPayout", { body: payout("9999999999") }, 409],
      ["createPayout", { body: { ...payout(), beneficiaryId: "ben_00000000000000000000000000" } }, 404],
      ["createPayout", { body: payout(), tamper: ({ headers }) => headers.set("content-type", "text/plain") }, 415],
      ["createPayout", { body: payout(), key: "short" }, 400],
    ];
    const good = asked.map(([name, ask]) => [name, ask, 200] as const);
    for (const [name, ask, status] of [...good, ...refused]) {
      const answered = await call(name, ask);
      expect(answered.status, `${name} ${JSON.stringify(ask)}`).toBe(status);
      conforms(name, answered);
    }
  });

  test("pages follow each other without a gap or a repeat", async () => {
    const seen: string[] = [];
    for (let page = 0, query = "?limit=1"; page < 20; page += 1) {
      const { items, nextCursor } = (await call("listPayouts", { query })).body as { items: { id: string }[]; nextCursor: string | null };
      seen.push(...items.map((item) => item.id));
      if (nextCursor === null) break;
      query = `?limit=1&cursor=${nextCursor}`;
    }
    const [row] = await desk.database.superuser<{ count: number }[]>`select count(*)::int as count from payouts`;
    expect([seen.length, new Set(seen).size]).toEqual([row?.count, row?.count]);
  });

  test("nobody's name, phone, e-mail or account number is in any answer", async () => {
    const lists = (["listPayouts", "listLinks", "listTransactions", "listBeneficiaries"] as const).map((name) => call(name, { params: { id: desk.accountId } }));
    const answers = await Promise.all([...lists, call("createLink", { body: link() })]);
    expect(JSON.stringify(answers)).not.toMatch(/Asha Rao|9876543210|asha\.rao@|026291800001191/);
  });
});
