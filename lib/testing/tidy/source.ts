import { existsSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { parseSync } from "oxc-parser";

/** One source file as the rules see it: where it is, what it says, what it imports (already resolved). */
export type Source = { path: string; text: string; lines: number; imports: ImportOf[]; nodes: SyntaxNode[] };
export type ImportOf = { from: string; resolved: string; typeOnly: boolean };
export type SyntaxNode = { type: string; start: number; [key: string]: unknown };
export type Violation = { rule: string; path: string; sentence: string };

/** Parses `text` as the file at `path` (relative to the root, with forward slashes). */
export function parseSource(path: string, text: string, root: string): Source {
  const parsed = parseSync(path, text);
  const imports: ImportOf[] = [];
  const add = (from: string, typeOnly: boolean) => imports.push({ from, resolved: resolveImport(path, from, root), typeOnly });
  for (const item of parsed.module.staticImports) add(item.moduleRequest.value, item.entries.length > 0 && item.entries.every((entry) => entry.isType));
  for (const item of parsed.module.staticExports) {
    for (const entry of item.entries) if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType);
  }
  for (const item of parsed.module.dynamicImports) {
    const literal = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(item.moduleRequest.start, item.moduleRequest.end));
    if (literal?.[1] !== undefined) add(literal[1], false);
  }
  return { path, text, lines: text.split("\n").length - 1, imports, nodes: collect(parsed.program) };
}

/** A path inside the project ("lib/ledger/commands.ts") or, for packages, the bare specifier. */
function resolveImport(path: string, from: string, root: string): string {
  const local = from.startsWith("@/") ? from.slice(2) : from.startsWith(".") ? posix.normalize(posix.join(dirname(path), from)) : null;
  if (local === null) return from;
  for (const candidate of [local, `${local}.ts`, `${local}.tsx`, `${local}/index.ts`]) {
    if (/\.\w+$/.test(candidate) && existsSync(join(root, candidate))) return candidate;
  }
  return local;
}

function collect(program: unknown): SyntaxNode[] {
  const nodes: SyntaxNode[] = [];
  const stack: unknown[] = [program];
  while (stack.length > 0) {
    const at = stack.pop();
    if (Array.isArray(at)) stack.push(...at);
    else if (typeof at === "object" && at !== null) {
      if (isNode(at)) nodes.push(at);
      stack.push(...Object.values(at));
    }
  }
  return nodes;
}

function isNode(value: object): value is SyntaxNode {
  return "type" in value && typeof value.type === "string" && "start" in value && typeof value.start === "number";
}

/** The 1-based line of an offset. */
export function lineAt(source: Source, offset: number): number {
  return source.text.slice(0, offset).split("\n").length;
}
