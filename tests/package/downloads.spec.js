// The download of a page that uses one room: WebAssembly, facade and element, gzip.
import { budgets, download, used } from "../../tools/downloads.js";
import { expect, test } from "../browser.js";

for (const room of used) {
  test(`${room}: a page downloads no more than its budget`, async ({ page, problems }) => {
    const files = await download(page, room);
    const sum = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const list = files.map(({ name, bytes }) => `${name} ${bytes}`).join("\n");
    expect(sum / 1024, list).toBeLessThanOrEqual(budgets[room]);
    expect(problems).toEqual([]);
  });
}
