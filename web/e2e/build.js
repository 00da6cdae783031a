// Builds what the tests run, once before them.
import { execFileSync } from "node:child_process";
import { root } from "./tests/program.js";

export default function build() {
  for (const [name, from] of [["workfluence", "./cmd/workfluence"], ["storybook", "./web/storybook/cmd"]]) {
    execFileSync("go", ["build", "-o", `bin/${name}`, from], { cwd: root, stdio: "inherit" });
  }
}
