// Writes intl.golden.json beside itself: what Intl of Node 20 says for the cases that the Go tests compare.
// Run it with: node internal/locale/testdata/intl.mjs
import { writeFileSync } from "node:fs";

const tags = { en: "en-GB", fr: "fr", nl: "nl", ar: "ar", zh: "zh-Hans" };
const exponents = { USD: 2, EUR: 2, GBP: 2, CAD: 2, AUD: 2, CHF: 2, JPY: 0, KWD: 3, SEK: 2 };
const minors = [0, 1, 10, 99, 100, 14900, 128460, 123456789, -1, -500, -3000];
const integers = [0, 7, 42, 999, 1000, 12345, 1234567, 9007199254740991, -1, -12, -1234];
const thousandths = [0, 1000, 10000, 8875, 2500, 21000, 100000, 1250000, -20000];
const instants = ["2026-01-03T00:05:00Z", "2026-02-28T23:59:00Z", "2026-03-29T01:30:00Z", "2026-05-01T11:59:00Z",
  "2026-06-15T12:00:00Z", "2026-07-20T13:01:00Z", "2026-08-08T08:08:00Z", "2026-09-30T20:20:00Z",
  "2026-10-25T00:30:00Z", "2026-11-27T15:04:00Z", "2026-12-31T23:30:00Z", "2028-02-29T06:00:00Z", "2026-04-07T09:09:00Z"];
const zones = ["UTC", "America/New_York"];
const days = [-6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6];
const lists = [["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]];

const out = {};
for (const [key, tag] of Object.entries(tags)) {
  const hour = key === "ar" ? "numeric" : "2-digit";
  const currency = (c, m, more) => new Intl.NumberFormat(tag, { style: "currency", currency: c, ...more }).format(m / 10 ** exponents[c]);
  const dates = {
    date: { dateStyle: "long" },
    short: key === "ar" ? { dateStyle: "long" } : { dateStyle: "medium" },
    day: { weekday: "long", day: "numeric", month: "long" },
    month: { month: "long", year: "numeric" },
    clock: { timeStyle: "short" },
    dateTime: { dateStyle: "long", timeStyle: "short" },
    dayTime: { weekday: "long", day: "numeric", month: "long", hour, minute: "2-digit" },
  };
  out[key] = {
    number: integers.map((n) => ({ n, want: new Intl.NumberFormat(tag).format(n) })),
    percent: thousandths.map((n) => ({ n, want: new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 3 }).format(n / 1e5) })),
    money: Object.keys(exponents).flatMap((c) => minors.map((n) => ({
      currency: c, n, want: currency(c, n),
      signed: currency(c, n, { signDisplay: "exceptZero" }),
      price: currency(c, n, { trailingZeroDisplay: "stripIfInteger" }),
    }))),
    dates: Object.entries(dates).flatMap(([style, options]) => zones.flatMap((zone) => instants.map((at) => ({
      style, zone, at, want: new Intl.DateTimeFormat(tag, { timeZone: zone, ...options }).format(new Date(at)),
    })))),
    days: days.map((n) => ({ n, want: new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(n, "day") })),
    lists: lists.map((parts) => ({ parts, want: new Intl.ListFormat(tag, { type: "conjunction" }).format(parts) })),
  };
}
writeFileSync(new URL("intl.golden.json", import.meta.url), JSON.stringify(out).replaceAll("},{", "},\n{") + "\n");
