// Starts a program of this repository and learns from its first line where it listens.
import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Runs bin/NAME. It says its address first; stop ends it and waits for that. */
export async function launch(name, args, env = {}) {
  const child = spawn(`${root}bin/${name}`, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
      const found = said.match(/^\s*(http:\/\/\S+)\n/m);
      if (found) resolve(new URL(found[1]).origin);
    });
    child.once("error", reject);
    gone.then((code) => reject(new Error(`${name} ended with ${code} before it said where it is`)));
  });
  return { address, stop: () => (child.kill("SIGTERM"), gone) };
}

/** Runs bin/NAME to its end. */
export function run(name, args, env = {}) {
  execFileSync(`${root}bin/${name}`, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] });
}
