import { describe, expect, test } from "vitest";
import { deviceOf, kinshipOf } from "./device.ts";

const kit = "AppleWebKit/537.36 (KHTML, like Gecko)";
const chromeOn = (system: string, version: number, mobile = "") => `Mozilla/5.0 (${system}) ${kit} Chrome/${version}.0.0.0 ${mobile}Safari/537.36`;
const android = (version: number) => chromeOn("Linux; Android 10; K", version, "Mobile ");
const linux = (version: number) => chromeOn("X11; Linux x86_64", version);
const windows = (version: number) => chromeOn("Windows NT 10.0; Win64; x64", version);
const mac = (version: number) => chromeOn("Macintosh; Intel Mac OS X 10_15_7", version);
const safari = (system: string, version: string, mobile = "") => `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${version} ${mobile}Safari/605.1.15`;
const iphone = safari("iPhone; CPU iPhone OS 18_5 like Mac OS X", "18.5", "Mobile/15E148 ");
const iphoneDesktop = safari("Macintosh; Intel Mac OS X 10_15_7", "18.5");
const firefoxAndroid = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
const firefoxLinux = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const chromeIphone = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1`;
const chromeIphoneDesktop = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/139 Version/11.1.1 Safari/605.1.15`;
const edgeAndroid = `${android(139)} EdgA/139.0.0.0`;
const edgeLinux = `${linux(139)} Edg/139.0.0.0`;
const samsung = `Mozilla/5.0 (Linux; Android 10; K) ${kit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`;
const samsungDesktop = `Mozilla/5.0 (X11; Linux x86_64) ${kit} SamsungBrowser/28.0 Chrome/130.0.0.0 Safari/537.36`;

describe("the same browser", () => {
  test.each([
    ["whatever its version", windows(139), windows(145)],
    ["unknown at the start", null, firefoxLinux],
    ["letter for letter", "curl/8", "curl/8"],
  ])("%s", (_, then, now) => expect(kinshipOf(then, now)).toBe("same"));
});

describe("its other face", () => {
  test.each([
    ["Chrome on a phone", android(139), linux(139)],
    ["Chrome, renewed meanwhile", android(139), linux(140)],
    ["Safari on an iPhone", iphone, iphoneDesktop],
    ["Safari on an iPad", safari("iPad; CPU OS 18_5 like Mac OS X", "18.5", "Mobile/15E148 "), iphoneDesktop],
    ["Firefox on a phone", firefoxAndroid, firefoxLinux],
    ["Chrome on an iPhone", chromeIphone, chromeIphoneDesktop],
    ["Edge on a phone", edgeAndroid, edgeLinux],
    ["Samsung Internet", samsung, samsungDesktop],
  ])("%s, from its mobile form to its desktop form and back", (_, mobile, desktop) => {
    expect(kinshipOf(mobile, desktop)).toBe("other_face");
    // Back again; a browser that renewed itself on the way would not go back to the older one.
    if (desktop !== linux(140)) expect(kinshipOf(desktop, mobile)).toBe("other_face");
  });
});

describe("another browser", () => {
  test.each([
    ["another kind on the paired system", android(139), firefoxLinux],
    ["another kind on the same system", linux(139), firefoxLinux],
    ["the same kind on a system that is no other face", android(139), windows(139)],
    ["a Mac's for an Android's", android(139), mac(139)],
    ["the same kind, older", linux(140), android(139)],
    ["the same kind, two versions on", android(139), linux(141)],
    ["a program", android(139), "curl/8.9.1"],
    ["none at all", android(139), null],
    ["a browser where a program was", "python-requests/2.32", linux(139)],
  ])("%s", (_, then, now) => expect(kinshipOf(then, now)).toBe("other"));
});

test("Edge is called Edge on a phone, an iPhone and a desk", () => {
  const edgeIphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 EdgiOS/139.0.0.0 Mobile/15E148 Safari/604.1";
  expect([edgeAndroid, edgeIphone, edgeLinux].map(deviceOf)).toEqual(["Edge on Android", "Edge on an iPhone", "Edge on Linux"]);
});
