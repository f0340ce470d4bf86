import * as z from "zod/mini";
import { apiScopeLabels, apiScopes } from "@/lib/clients/contract";
import { errorStatus, type ErrorCode } from "@/lib/errors";
import { operations } from "./contract.ts";

type Json = Record<string, unknown>;
type Described = (typeof operations)[keyof typeof operations];

const problemShape = z.object({
  type: z.string(),
  status: z.int(),
  code: z.string().check(z.describe("Stable; decide by this.")),
  title: z.string().check(z.describe("A sentence for people.")),
  requestId: z.string(),
  reasons: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })),
  detail: z.record(z.string(), z.string()),
});

/** What each refusal means, for the document; `codes` are the `code` values a program should know. */
const refusals: Partial<Record<ErrorCode, { says: string; codes: readonly string[] }>> = {
  bad_request: { says: "A parameter, the JSON or the Idempotency-Key is not acceptable.", codes: ["invalid_input", "malformed_json", "idempotency_key", "bad_cursor"] },
  unauthenticated: {
    says: "The request is not signed as it must be, or its client is disabled or expired.",
    codes: ["bad_signature", "other_environment", "skewed", "replayed", "body_mismatch", "client_disabled", "client_expired"],
  },
  forbidden: { says: "The client may not do this, or not from this address.", codes: ["scope_missing", "address_not_allowed", "address_refused", "not_through_edge"] },
  not_found: { says: "There is no such thing.", codes: ["no_such_path", "payout_not_found", "link_not_found", "no_account", "transaction_not_found", "no_payout_target"] },
  conflict: {
    says: "The state of things forbids it, or the same request is being handled right now.",
    codes: ["payout_refused", "reserve_short", "contended", "idempotency_in_progress"],
  },
  too_large: { says: "The body is larger than 64 KiB.", codes: ["body_too_large"] },
  unsupported_media_type: { says: "The body is not application/json.", codes: ["not_json"] },
  unprocessable: {
    says: "A field of the body is not acceptable, or the Idempotency-Key was used for another request.",
    codes: ["invalid_input", "idempotency_mismatch", "link_not_allowed"],
  },
  too_many_requests: { says: "Too many requests, or too many badly signed ones from this address. See Retry-After.", codes: ["rate_limited", "too_many_bad_signatures"] },
  unavailable: { says: "Nothing was done. Send the same request again under the same Idempotency-Key.", codes: ["database_lost", "too_slow", "limiter_down", "rules_unknown"] },
};

const always: readonly ErrorCode[] = ["bad_request", "unauthenticated", "forbidden", "too_many_requests", "unavailable"];
const onBody: readonly ErrorCode[] = ["not_found", "conflict", "too_large", "unsupported_media_type", "unprocessable"];

function schemaOf(shape: z.ZodMiniType, io: "input" | "output"): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, target: "draft-2020-12" });
  return schema as Json;
}

function parametersOf(shape: z.ZodMiniType | undefined, place: "path" | "query"): Json[] {
  if (shape === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(shape, "input") as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

const header = (name: string) => ({ $ref: `#/components/parameters/${name}` });
const signed = [header("SignatureInput"), header("Signature")];
const signedBody = [...signed, header("ContentDigest"), header("IdempotencyKey")];
const answerHeaders = {
  "X-Request-Id": { description: "Names this request in our trail.", schema: { type: "string" } },
  "RateLimit-Policy": { description: "The quota that counts.", schema: { type: "string" } },
  RateLimit: { description: "What is left of it.", schema: { type: "string" } },
};

function answersOf(operation: Described): Json {
  const refused = [...always, ...("body" in operation ? onBody : "params" in operation ? (["not_found"] as const) : [])];
  const problems = refused.map((code): [string, Json] => [String(errorStatus[code]), { $ref: `#/components/responses/${code}` }]);
  const replayed =
    "body" in operation
      ? { "Idempotency-Replayed": { description: "`true` when this is the stored answer to an earlier request under the same key.", schema: { type: "string" } } }
      : {};
  const good = { description: operation.summary, headers: { ...answerHeaders, ...replayed }, content: { "application/json": { schema: schemaOf(operation.output, "output") } } };
  return { [String(operation.status)]: good, ...Object.fromEntries(problems.sort(([a], [b]) => a.localeCompare(b))) };
}

function describe(operation: Described): Json {
  const params = "params" in operation ? operation.params : undefined;
  const query = "query" in operation ? operation.query : undefined;
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: `Needs the scope \`${operation.scope}\`.`,
    "x-scope": operation.scope,
    security: [{ messageSignature: [] }],
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query"), ...("body" in operation ? signedBody : signed)],
    ...("body" in operation ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(operation.body, "input") } } } } : {}),
    responses: answersOf(operation),
  };
}

const how = [
  'Every request is signed (RFC 9421) under the label `sig1`, by an Ed25519 key (`alg="ed25519"`) or a shared secret (`alg="hmac-sha256"`, the secret\'s text is the key).',
  "",
  'Covered, in this order: `"@method" "@path" "@query"`; with a body also `"content-digest" "idempotency-key"`. Parameters, each once: `created` (seconds, within 60 s of ours), `nonce` (16 to 64 letters, digits, - or _; new each time), `keyid` (the id of the client), `alg`.',
  "",
  "Every value a query can take is letters, digits, `.`, `_` and `-`: write them as they are, unescaped, and sign them so.",
  "",
  "`Content-Digest` (RFC 9530) is `sha-256=:base64:` of the body's bytes. `Idempotency-Key` is 16 to 64 letters, digits, - or _; the same key with the same body gets the stored answer for 30 days, with another body 422, and 409 while the first is being handled. Sign every repeat anew.",
  "",
  "Amounts are decimal strings of paise. A program asks for payouts; only people approve them.",
  "",
  `Scopes: ${apiScopes.map((scope) => `\`${scope}\` (${apiScopeLabels[scope]})`).join(", ")}.`,
  "",
  "Programs to start from: [TypeScript](/api-examples/client.ts), [curl and openssl](/api-examples/client.sh).",
].join("\n");

const text = (pattern?: string) => ({ type: "string", ...(pattern === undefined ? {} : { pattern }) });
const headerParameter = (name: string, description: string, schema: Json) => ({ name, in: "header", required: true, description, schema });

/** The OpenAPI 3.1 document of /api/v1, made from the contracts themselves. */
export function openApiDocument(origin: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of Object.values(operations)) paths[operation.path] = { ...paths[operation.path], [operation.method.toLowerCase()]: describe(operation) };
  const problem = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  const responses = Object.entries(refusals).map(([code, { says, codes }]) => [
    code,
    { description: `${says} \`code\` is one of: ${codes.join(", ")}.`, headers: { "X-Request-Id": answerHeaders["X-Request-Id"] }, content: problem },
  ]);
  return {
    openapi: "3.1.0",
    info: { title: "Countersign service API", version: "1", description: how },
    servers: [{ url: origin }],
    security: [{ messageSignature: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemShape, "output") },
      responses: Object.fromEntries(responses),
      parameters: {
        SignatureInput: headerParameter("Signature-Input", 'sig1=("@method" "@path" "@query" …);created=…;nonce="…";keyid="cl_…";alg="ed25519"', text("^sig1=")),
        Signature: headerParameter("Signature", "sig1=:base64:", text("^sig1=:")),
        ContentDigest: headerParameter("Content-Digest", "sha-256=:base64: of the body's bytes.", text("^sha-256=:")),
        IdempotencyKey: headerParameter("Idempotency-Key", "One key for one thing that is to be done once.", text("^[A-Za-z0-9_-]{16,64}$")),
      },
      securitySchemes: {
        messageSignature: { type: "apiKey", in: "header", name: "Signature", description: "HTTP message signature (RFC 9421), see the description above." },
      },
    },
  };
}
