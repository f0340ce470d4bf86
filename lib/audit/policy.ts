const emailOrVpa = /[^\s@<>(),;:"]+@[^\s@<>(),;:"]+/g;
const longNumber = /(?<![\p{L}\p{N}_])\+?\d(?:[ -]?\d){8,17}(?![\p{L}\p{N}_])/gu;

/** A reason a person typed, without addresses and long numbers: the trail can never be erased, so it must not hold them. */
export function withoutPersonal(text: string): string {
  return text.replace(emailOrVpa, "[address removed]").replace(longNumber, "[number removed]");
}
