import fc from "fast-check";
import { expect, test } from "vitest";
import { maskAccount, maskEmail, maskName, maskPhone, maskReference, maskVpa } from "./policy.ts";

test("a mask keeps what helps to recognise and nothing that helps to contact or pay", () => {
  expect([
    maskEmail("asha.rao@example.com"),
    maskPhone("+91 98765 43210"),
    maskName("Asha  Kumari Rao"),
    maskVpa("asha@okbank"),
    maskAccount("4821"),
    maskReference("AXIS234928698581"),
  ]).toEqual(["a••••@example.com", "••••3210", "A•••• K•••• R••••", "a••••@okbank", "••4821", "••••8581"]);
});

test("short or broken values are hidden whole", () => {
  expect([maskEmail("nobody"), maskEmail("@x"), maskPhone("12345"), maskName("  "), maskReference("1234")]).toEqual(Array.from({ length: 5 }, () => "••••"));
});

test("no mask ever carries the whole value, and its length says nothing of the hidden part", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{3,20}$/), fc.stringMatching(/^\d{10}$/), (word, digits) => {
      expect(maskEmail(`${word}@x.in`)).not.toContain(word);
      expect(maskName(word)).not.toContain(word);
      expect(maskPhone(digits)).not.toContain(digits.slice(0, 6));
      expect(maskEmail(`${word}@x.in`)).toHaveLength(maskEmail("abc@x.in").length);
    }),
  );
});
