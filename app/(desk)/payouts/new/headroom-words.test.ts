import { expect, test } from "vitest";
import { leavesWords, underReserve } from "./headroom-words.ts";

test.each<[string, { afterPaise: string; reservePaise: string }, [boolean, string]]>([
  ["more than the reserve", { afterPaise: "1000000", reservePaise: "886800" }, [false, "It leaves ₹10,000.00, of which ₹8,868.00 must stay."]],
  ["exactly the reserve", { afterPaise: "886800", reservePaise: "886800" }, [false, "It leaves ₹8,868.00, of which ₹8,868.00 must stay."]],
  ["a paisa too little", { afterPaise: "886799", reservePaise: "886800" }, [true, "It would leave ₹8,867.99, ₹0.01 under the reserve of ₹8,868.00."]],
  ["less than the reserve", { afterPaise: "111450", reservePaise: "886800" }, [true, "It would leave ₹1,114.50, ₹7,753.50 under the reserve of ₹8,868.00."]],
  ["less than nothing", { afterPaise: "-999052650", reservePaise: "886800" }, [true, "It would leave −₹99,90,526.50, ₹99,99,394.50 under the reserve of ₹8,868.00."]],
])("what a request leaves is said from the numbers: %s", (_title, figures, words) => {
  expect([underReserve(figures), leavesWords(figures)]).toEqual(words);
});
