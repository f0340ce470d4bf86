import { lineAt, type Source, type SyntaxNode, type Violation } from "./source.ts";

type SyntaxRule = { rule: string; applies: (path: string) => boolean; finds: (node: SyntaxNode, source: Source) => boolean; sentence: string };

const isTest = (path: string) => /\.(test|spec)\.tsx?$/.test(path) || path.startsWith("e2e/") || path.startsWith("lib/testing/");
const product = (path: string) => !isTest(path) && !/^(next|drizzle|postcss|playwright)\.config|^public\//.test(path);

function name(value: unknown): string | null {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string" ? value.name : null;
}

function child(node: SyntaxNode, key: string): SyntaxNode | null {
  const value = node[key];
  return typeof value === "object" && value !== null && "type" in value ? (value as SyntaxNode) : null;
}

function memberOf(node: SyntaxNode | null, object: string, property?: string): boolean {
  if (node === null || node.type !== "MemberExpression") return false;
  return name(node["object"]) === object && (property === undefined || name(node["property"]) === property);
}

function templateText(node: SyntaxNode): string {
  const quasis = child(node, "quasi")?.["quasis"];
  if (!Array.isArray(quasis)) return "";
  return quasis.map((quasi: { value?: { raw?: string } }) => quasi.value?.raw ?? "").join("?");
}

export const syntaxRules: SyntaxRule[] = [
  {
    rule: "environment-is-config",
    applies: (path) => product(path) && !/^lib\/(config|cli)\//.test(path) && path !== "instrumentation.ts",
    finds: (node) => memberOf(node, "process", "env"),
    sentence: "process.env is read in lib/config only",
  },
  {
    rule: "one-clock",
    applies: (path) => product(path) && path !== "lib/time.ts" && path !== "lib/context.ts" && !path.startsWith("lib/cli/"),
    finds: (node) =>
      (node.type === "NewExpression" && name(node["callee"]) === "Date" && Array.isArray(node["arguments"]) && node["arguments"].length === 0) ||
      (node.type === "CallExpression" && memberOf(child(node, "callee"), "Date", "now")),
    sentence: "the time comes from lib/time or ctx.now",
  },
  {
    rule: "no-database-clock",
    applies: product,
    finds: (node) =>
      node.type === "TaggedTemplateExpression" && name(node["tag"]) === "sql" && /\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\bclock_timestamp\(\)/i.test(templateText(node)),
    sentence: "SQL uses ctx.now, not the database's clock",
  },
  {
    rule: "logs-go-through-monitoring",
    applies: (path) => product(path) && !/^lib\/(monitoring|cli)\//.test(path),
    finds: (node) => memberOf(node, "console"),
    sentence: "console.* only in lib/monitoring and lib/cli",
  },
  {
    rule: "network-is-fenced",
    applies: (path) => product(path) && !/^(lib\/(cashfree|cli)|db\/seed)\//.test(path) && path !== "lib/http/client.ts",
    finds: (node) => node.type === "CallExpression" && name(node["callee"]) === "fetch",
    sentence: "fetch lives in lib/cashfree (gateway) and lib/http/client.ts (browser)",
  },
  {
    rule: "no-server-actions",
    applies: () => true,
    finds: (node) => node.type === "ExpressionStatement" && node["directive"] === "use server",
    sentence: "commands are route handlers with stable URLs, not Server Actions",
  },
  {
    rule: "money-is-not-a-number",
    applies: product,
    finds: (node) => {
      if (node.type !== "TSPropertySignature" && node.type !== "PropertyDefinition" && node.type !== "Identifier") return false;
      const label = node.type === "Identifier" ? name(node) : name(node["key"]);
      const annotation = child(node, "typeAnnotation");
      return label !== null && /paise$/i.test(label) && annotation !== null && child(annotation, "typeAnnotation")?.type === "TSNumberKeyword";
    },
    sentence: "money is Paise (bigint), never number",
  },
  {
    rule: "writes-live-in-commands",
    applies: (path) => /^lib\/[^/]+\/(queries|policy|contract|client|state|statement)[^/]*\.ts$/.test(path) && product(path),
    finds: (node) =>
      node.type === "CallExpression" &&
      ["insert", "update", "delete"].includes(name(child(node, "callee")?.["property"]) ?? "") &&
      ["db", "inner"].includes(name(child(child(node, "callee") ?? node, "object")?.["property"]) ?? name(child(child(node, "callee") ?? node, "object")) ?? ""),
    sentence: "a database write outside commands, event handlers and recorders",
  },
  {
    rule: "no-inline-style",
    applies: (path) => path.endsWith(".tsx"),
    finds: (node) => node.type === "JSXAttribute" && name(node["name"]) === "style",
    sentence: "the content policy refuses style attributes in server HTML; use a class",
  },
  {
    rule: "no-raw-html",
    applies: (path) => path.endsWith(".tsx"),
    finds: (node) => node.type === "JSXAttribute" && name(node["name"]) === "dangerouslySetInnerHTML",
    sentence: "no raw HTML",
  },
];

export function checkSyntax(source: Source): Violation[] {
  const active = syntaxRules.filter(({ applies }) => applies(source.path));
  return source.nodes.flatMap((node) =>
    active.filter(({ finds }) => finds(node, source)).map(({ rule, sentence }) => ({ rule, path: source.path, sentence: `line ${lineAt(source, node.start)}: ${sentence}` })),
  );
}
