import { AppError } from "@/lib/errors";

/** Reads at most `capBytes` of a request's raw body; throws `too_large` beyond that without buffering more. */
export async function readCapped(request: Request, capBytes: number): Promise<Uint8Array> {
  const declared = Number(request.headers.get("content-length") ?? "-1");
  if (declared > capBytes) throw tooLarge(capBytes);
  // The server lets no more through than was declared.
  if (declared >= 0) return new Uint8Array(await arrived(request.arrayBuffer()));
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await arrived(reader.read());
    if (done) break;
    size += value.byteLength;
    if (size > capBytes) {
      await reader.cancel();
      throw tooLarge(capBytes);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** Whoever leaves in the middle of sending is no fault of ours: a browser does so when its person goes on to the next page. */
async function arrived<T>(sent: Promise<T>): Promise<T> {
  try {
    return await sent;
  } catch (cause) {
    throw new AppError("bad_request", "body_cut_short", "The request ended before all of its body had come.", { cause });
  }
}

function tooLarge(capBytes: number): AppError {
  return new AppError("too_large", "body_too_large", `The request body is larger than ${Math.floor(capBytes / 1024)} KiB.`);
}

/** Parses UTF-8 JSON strictly; throws `bad_request` on anything else. */
export function parseJson(raw: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  } catch {
    throw new AppError("bad_request", "malformed_json", "The request body is not valid JSON.");
  }
}
