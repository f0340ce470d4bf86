/** "12,34,567": a whole count with Indian grouping, the same on server and browser. */
export function countText(count: number): string {
  const digits = Math.abs(Math.trunc(count)).toString();
  const head = digits.length > 3 ? `${digits.slice(0, -3).replace(/\B(?=(\d{2})+$)/g, ",")},` : "";
  return `${count < 0 ? "\u2212" : ""}${head}${digits.slice(-3)}`;
}

/** "1 payout", "3 payouts". */
export function pluralText(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}
