// Tests of graphs that the HTTP cache does not keep, for either module map.
import { headers } from "./bench/headers.js";
import { expect, path, test } from "./fixture.js";
import { good, test as hostile, load } from "./hostile.js";

/** Without a policy, which could forbid `blob:`. */
const blank = path("ok", "blank.html");

const opened = async (page, server) => {
  server.extra["blank.html"] = { type: "text/html", body: "<!doctype html>" };
  await page.goto(blank);
};

/** Defines the tests in the file that calls it. */
export function everyHeader() {
  for (const [name, header] of Object.entries(headers)) {
    test(`${name}: one request and one instance a module, through faults too`, async ({
      page,
      server,
    }) => {
      await opened(page, server);
      for (const fault of ["ok", "503=0.3", "hang=0.1", "reset=0.3"]) {
        const url = path(`${fault},${header}`);
        expect(await load(page, url, { timeout: 1000, budget: 60_000 }), fault).toBe(10);
        expect(await load(page, url, {}), "again").toBe(10);
        const instances = await page.evaluate(() => globalThis.instances.splice(0));
        expect(new Set(instances).size).toBe(9);
        expect(instances.length).toBe(9);
        expect(instances).toContain(new URL(url, page.url()).href);
        const asked = [...server.requests].filter(([it]) =>
          it.startsWith(url.replace("m0.js", "")),
        );
        expect(asked.length).toBe(9);
        if (fault === "ok") expect(asked.map(([, count]) => count)).toEqual(Array(9).fill(1));
      }
    });
  }

  hostile(
    "redirects with faults: imports are relative to the last URL",
    async ({ page, server }) => {
      await page.goto("/open.html");
      const broken = { status: 503 };
      server.answer("/latest/a.js", broken, { redirect: "/v2/a.js" });
      server.answer("/v2/a.js", broken, `export { who } from "./latest/b.js";`);
      server.answer("/v2/latest/b.js", broken, { redirect: "/v3/b.js" });
      server.answer("/v3/b.js", broken, `export { who } from "./c.js";`);
      server.answer("/v3/c.js", broken, good);
      expect(await load(page, "/latest/a.js", { delay: 5 })).toBe("good");
      expect(server.requests.filter(({ path: it }) => /latest\/c|v2\/c/.test(it))).toEqual([]);
    },
  );
}
