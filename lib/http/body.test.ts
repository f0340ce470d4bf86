import { expect, test } from "vitest";
import { readCapped } from "./body.ts";

function cutShort(headers: Record<string, string>): Request {
  let sent = false;
  const body = new ReadableStream({
    pull(controller) {
      if (sent) controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" }));
      else controller.enqueue(new TextEncoder().encode('{"half":'));
      sent = true;
    },
  });
  return new Request("https://desk.example/api/x", { method: "POST", headers, body, duplex: "half" } as RequestInit);
}

test("a body whose sender leaves in the middle is their bad request, not a fault of ours, declared or not", async () => {
  for (const headers of [{}, { "content-length": "40" }]) {
    await expect(readCapped(cutShort(headers), 1024)).rejects.toMatchObject({ code: "bad_request", kind: "body_cut_short" });
  }
});
