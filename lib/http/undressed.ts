import ipaddr from "ipaddr.js";

const v4 = (high = 0, low = 0, mask = 0): string => {
  const [one, two] = [high ^ mask, low ^ mask];
  return [one >> 8, one & 255, two >> 8, two & 255].join(".");
};

/** The IPv4 address beneath IPv6 clothes (mapped, 6to4, translated, Teredo): whoever has the one has the other. Any other address as it is. */
export function undressed(ip: string): string {
  const address = ipaddr.process(ip);
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  const { parts } = address;
  const range = address.range();
  if (range === "6to4") return v4(parts[1], parts[2]);
  if (range === "rfc6052" || range === "rfc6145") return v4(parts[6], parts[7]);
  if (range === "teredo") return v4(parts[6], parts[7], 0xffff);
  return address.toString();
}
