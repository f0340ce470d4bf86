import { createHmac, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isWithin, requireRanges } from "./addresses.ts";
import { digestMatches, isSignedBy, publicKeyBytes, publicKeyFrom, readClaim, signatureBase } from "./signature.ts";
import { onlyBytes, onlyInnerList, writeInnerList } from "./structured.ts";

// RFC 9421, appendix B.1.4 and B.1.5.
const edPublic = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
const edPrivate = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n";
const shared = Buffer.from("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==", "base64");
const date = "Tue, 20 Apr 2021 02:07:55 GMT";

function must<T>(value: T | null): T {
  if (value === null) throw new Error("It did not parse.");
  return value;
}

describe("RFC 9421 examples", () => {
  test("B.2.6: an Ed25519 signature over a request verifies, and ours is the same to the bit", () => {
    const input = must(onlyInnerList('sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"', "sig-b26"));
    const signature = must(onlyBytes("sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:", "sig-b26"));
    const values: Record<string, string> = { date, "@method": "POST", "@path": "/foo", "@authority": "example.com", "content-type": "application/json", "content-length": "18" };
    const base = signatureBase(
      input.items.map((name) => [name, values[name] ?? ""] as const),
      input,
    );
    const key = { algorithm: "ed25519", publicKey: publicKeyFrom(must(publicKeyBytes(edPublic))) } as const;
    expect(isSignedBy(key, base, signature)).toBe(true);
    expect(Buffer.from(signature)).toEqual(sign(null, Buffer.from(base), createPrivateKey(edPrivate)));
    expect(isSignedBy(key, `${base} `, signature)).toBe(false);
  });

  test("B.2.5: an HMAC-SHA-256 over a request verifies", () => {
    const input = must(onlyInnerList('sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"', "sig-b25"));
    const signature = must(onlyBytes("sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:", "sig-b25"));
    const base = signatureBase(
      [
        ["date", date],
        ["@authority", "example.com"],
        ["content-type", "application/json"],
      ],
      input,
    );
    expect(isSignedBy({ algorithm: "hmac-sha256", secret: shared }, base, signature)).toBe(true);
    expect(isSignedBy({ algorithm: "hmac-sha256", secret: shared.subarray(1) }, base, signature)).toBe(false);
  });

  test("RFC 9530: the digest of the body is of exactly these bytes, SHA-256, once", () => {
    const body = Buffer.from('{"hello": "world"}');
    const digest = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    expect(digestMatches(digest, body)).toBe(true);
    for (const wrong of [
      null,
      "",
      digest.replace("sha-256", "sha-512"),
      `${digest}, ${digest}`,
      `${digest}, sha-512=:AA==:`,
      `${digest};a=1`,
      "sha-256=X48E",
      digest.replace("=:X", "=:Y"),
    ])
      expect(digestMatches(wrong, body), String(wrong)).toBe(false);
    expect(digestMatches(digest, Buffer.from('{"hello":  "world"}'))).toBe(false);
  });
});

describe("structured fields", () => {
  test.each([
    ["two members", 'sig1=("@method"), sig2=("@method")'],
    ["the same member twice", 'sig1=("@method"), sig1=("@path")'],
    ["another label", 'sig2=("@method")'],
    ["a component twice", 'sig1=("@method" "@method")'],
    ["a component with a parameter", 'sig1=("@method";req)'],
    ["a token for a component", "sig1=(method)"],
    ["a parameter twice", 'sig1=("@method");created=1;created=2'],
    ["a flag parameter", 'sig1=("@method");created'],
    ["a decimal", 'sig1=("@method");created=1.5'],
    ["a number too long", 'sig1=("@method");created=1234567890123456'],
    ["an upper-case name", 'sig1=("@method");Created=1'],
    ["an open list", 'sig1=("@method"'],
    ["something after it", 'sig1=("@method");created=1 x'],
    ["a tab", 'sig1=("@method"\t"@path")'],
    ["an escape that is none", 'sig1=("@me\\thod")'],
    ["text that is not ASCII", 'sig1=("@méthod")'],
    ["no space between", 'sig1=("@method""@path")'],
    ["nothing", ""],
  ])("%s does not parse", (_, text) => {
    expect(onlyInnerList(text, "sig1")).toBeNull();
  });

  test.each(["sig1=:AAA:", "sig1=:AAAB=:", "sig1=:AAB=:", "sig1=:A A=:", "sig1=AAAA", "sig1=:AAAA:;a=1", "sig1=:AA-_:"])("%s is not the one spelling of any bytes", (text) => {
    expect(onlyBytes(text, "sig1")).toBeNull();
  });

  test("whatever is written is read back the same", () => {
    const text = fc.stringMatching(/^[ -~]{0,20}$/);
    const name = fc.stringMatching(/^[a-z][a-z0-9_.*-]{0,8}$/);
    const bare = fc.oneof(
      text.map((value) => ({ kind: "string" as const, value })),
      fc.integer().map((value) => ({ kind: "integer" as const, value })),
      fc.uint8Array().map((value) => ({ kind: "bytes" as const, value: new Uint8Array(value) })),
    );
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 6 }), fc.uniqueArray(fc.tuple(name, bare), { selector: ([key]) => key, maxLength: 5 }), (items, params) => {
        const list = { items, params: new Map(params) };
        expect(onlyInnerList(`sig1=${writeInnerList(list)}`, "sig1")).toEqual(list);
      }),
    );
  });

  test("no text at all makes the readers throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^sig1=[("@a-z;=:\d) ]{0,30}$/)), (text) => {
        expect(() => [onlyInnerList(text, "sig1"), onlyBytes(text, "sig1"), digestMatches(text, new Uint8Array())]).not.toThrow();
      }),
    );
  });
});

describe("the profile", () => {
  const headers = (params: string, more: Record<string, string> = {}): Headers => new Headers({ "signature-input": `sig1=${params}`, signature: "sig1=:AAAA:", ...more });
  const url = new URL("https://desk.example/api/v1/payouts?a=%20b");
  const good = ';created=1618884473;nonce="0123456789abcdef";keyid="cl_x";alg="ed25519"';

  test("takes exactly its components, in its order", () => {
    expect(readClaim({ method: "GET", url, headers: headers(`("@method" "@path" "@query")${good}`), hasBody: false })?.base).toBe(
      `"@method": GET\n"@path": /api/v1/payouts\n"@query": ?a=%20b\n"@signature-params": ("@method" "@path" "@query")${good}`,
    );
    for (const list of ['("@method" "@path")', '("@path" "@method" "@query")', '("@method" "@path" "@query" "date")', "()", '("@method" "@path" "@query" "@authority")'])
      expect(readClaim({ method: "GET", url, headers: headers(list + good), hasBody: false }), list).toBeNull();
  });

  test("needs digest and key to be covered, and there, whenever there is a body", () => {
    const list = '("@method" "@path" "@query" "content-digest" "idempotency-key")';
    const sent = { "content-digest": "sha-256=:AA==:", "idempotency-key": "0123456789abcdef" };
    expect(readClaim({ method: "POST", url, headers: headers(list + good, sent), hasBody: true })).not.toBeNull();
    expect(readClaim({ method: "POST", url, headers: headers(`("@method" "@path" "@query")${good}`, sent), hasBody: true })).toBeNull();
    expect(readClaim({ method: "POST", url, headers: headers(list + good, { "content-digest": "x" }), hasBody: true })).toBeNull();
    expect(readClaim({ method: "GET", url, headers: headers(list + good, sent), hasBody: false })).toBeNull();
  });

  test.each([
    good.replace(";created=1618884473", ""),
    good.replace('nonce="0123456789abcdef"', 'nonce="short"'),
    good.replace('nonce="0123456789abcdef"', "nonce=:AAAA:"),
    good.replace('alg="ed25519"', 'alg="none"'),
    good.replace('alg="ed25519"', 'alg="hmac-sha512"'),
    good.replace(';alg="ed25519"', ""),
    `${good};expires=1618884500`,
    `${good};tag="x"`,
  ])("refuses the parameters %s", (params) => {
    expect(readClaim({ method: "GET", url, headers: headers(`("@method" "@path" "@query")${params}`), hasBody: false })).toBeNull();
  });

  test("an empty query is signed as a question mark", () => {
    const claim = readClaim({ method: "GET", url: new URL("https://desk.example/api/v1/payouts"), headers: headers(`("@method" "@path" "@query")${good}`), hasBody: false });
    expect(claim?.base).toContain('"@query": ?\n');
  });
});

describe("keys", () => {
  test("a public key never serves as the secret of the other algorithm", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const raw = must(publicKeyBytes(pem));
    const key = { algorithm: "ed25519", publicKey: publicKeyFrom(raw) } as const;
    for (const secret of [pem, raw]) expect(isSignedBy(key, "base", createHmac("sha256", secret).update("base").digest())).toBe(false);
    expect(isSignedBy(key, "base", sign(null, Buffer.from("base"), privateKey))).toBe(true);
  });

  test("private keys, other kinds of keys and points of small order are no public keys", () => {
    const pem = (der: Buffer) => `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----`;
    const head = Buffer.from("302a300506032b6570032100", "hex");
    expect(publicKeyBytes(edPrivate)).toBeNull();
    expect(publicKeyBytes(generateKeyPairSync("x25519").publicKey.export({ format: "pem", type: "spki" }).toString())).toBeNull();
    expect(publicKeyBytes(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "pem", type: "spki" }).toString())).toBeNull();
    expect(publicKeyBytes(pem(Buffer.concat([head, Buffer.alloc(32)])))).toBeNull();
    expect(publicKeyBytes(pem(Buffer.concat([head, Buffer.from([1]), Buffer.alloc(30), Buffer.from([0x80])])))).toBeNull();
    for (const text of ["", "hello", edPublic + edPrivate, pem(head)]) expect(publicKeyBytes(text)).toBeNull();
  });
});

describe("addresses", () => {
  test("a caller is within a range of its own family, whatever form its address has", () => {
    const ranges = requireRanges(["203.0.113.0/24", "198.51.100.7", "2001:DB8::/32"]);
    expect(ranges).toEqual(["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32"]);
    for (const ip of ["203.0.113.0", "203.0.113.255", "198.51.100.7", "2001:db8:ffff::1", "::ffff:203.0.113.9"]) expect(isWithin(ranges, ip), ip).toBe(true);
    for (const ip of ["203.0.114.0", "198.51.100.8", "2001:db9::1", "::1", "203.0.113.1.1", "", null]) expect(isWithin(ranges, ip), String(ip)).toBe(false);
    expect(isWithin([], null)).toBe(true);
  });

  test.each(["0.0.0.0/0", "::/0", "10.0.0.0/33", "2001:db8::/129", "10.0.0/8", "010.0.0.1", "1.2.3.4/", "1.2.3.4/x", "hello", "10.0.0.0/7"])("%s is no range", (text) => {
    expect(() => requireRanges([text])).toThrow(/^There is no range .* that this desk takes/);
  });
});
