// What the library's documentation promises, of the library and of the sampler over it.
import { test } from "../../browser.js";
import { cases, subjects } from "./cases.js";
import { Probe } from "./probe.js";

for (const { name, run } of cases) {
  for (const subject of subjects) {
    test(`${subject}: ${name}`, async ({ page, server, problems }) => {
      await run(new Probe(page, server.url, subject));
      void problems;
    });
  }
}
