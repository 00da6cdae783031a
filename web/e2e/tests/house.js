// A house of our own: the whole program under `serve --dev --empty`, with an empty database of its own, as a newcomer
// would start it. One for all tests of a run; what two tests must not share, they make themselves.
import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "@playwright/test";
import { launch, run } from "./program.js";

/** A JSON answer; with a body, to a POST. */
async function ask(url, body) {
  const answer = await fetch(url, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The simulator: what it has charged, and its webhooks. */
class Till {
  constructor(address) {
    this.address = address;
  }

  /** All charges that were tried, as Stripe has them. */
  charges() {
    return ask(`${this.address}/_sim/objects/charges`);
  }

  /** Keeps its webhooks back, or lets them go. */
  hold(back) {
    return ask(`${this.address}/_sim/webhooks`, { hold: back });
  }

  /** Whether its own books balance. */
  check() {
    return ask(`${this.address}/_sim/check`);
  }
}

/** The running program, and the demo's own routes: its mails and its clock. */
export class House {
  constructor(address, state, till) {
    this.address = address;
    this.state = state;
    this.till = till;
  }

  url(path) {
    return this.address + path;
  }

  #dev(path, body) {
    return ask(this.url("/api/v1/dev" + path), body);
  }

  /** Gives somebody who has an account the right to run the platform. */
  grantOperator(email) {
    run("workfluence", ["operator", "grant", "--dev", email], { WORKFLUENCE_STATE_DIR: this.state });
  }

  /** Waits until every event has arrived and no job is due. */
  settle() {
    return this.#dev("/settle", {});
  }

  /** Moves the clock, deadline by deadline. */
  pass(days) {
    return this.#dev("/clock", { hours: days * 24 });
  }

  /** The mails to an address, the newest first, with their texts. */
  async mails(to) {
    await this.settle();
    const { data } = await this.#dev(`/mails?to=${encodeURIComponent(to)}`);
    return Promise.all(data.map(({ id }) => this.#dev(`/mails/${id}`)));
  }

  /** The address in the newest mail to somebody that holds a link of this kind, such as /l/ or /orders/. */
  async mailed(to, path) {
    for (const mail of await this.mails(to)) {
      const from = mail.text.indexOf(this.address + path);
      if (from >= 0) return mail.text.slice(from + this.address.length).match(/^\S+/)[0];
    }
    throw new Error(`no mail to ${to} with ${path}`);
  }
}

export const test = base.extend({
  house: [
    async ({}, use) => {
      const state = join(tmpdir(), `workfluence-e2e-${randomUUID()}`); // made by the program, which knows who must reach it
      const { address, stop } = await launch("workfluence", ["serve", "--dev", "--empty"], { WORKFLUENCE_STATE_DIR: state, WORKFLUENCE_LOG_LEVEL: "error" });
      const { stripe } = JSON.parse(await readFile(join(state, "ports.json"), "utf8"));
      await use(new House(address, state, new Till(`http://127.0.0.1:${stripe}`)));
      await stop();
      await rm(state, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: ({ house }, use) => use(house.address),
});

export { expect };

/** The size of a phone. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let count = 0;
/** An address that nobody in this house has yet. */
export const someone = (name) => `${name}.${++count}@example.net`;
