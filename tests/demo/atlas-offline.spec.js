// Changes of the Atlas's server mode: at once, without a network, refused, and by another page.
import { expect, test } from "./atlas-server.js";

test("a change without a network shows at once, waits, and is sent when it is back", async ({
  context,
  atlas,
  cities,
  problems,
}) => {
  await cities.visit();
  await atlas.search.fill("evora");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Évora");
  await context.setOffline(true);
  await cities.change("Évora", { Name: "Évora Nova", Population: "123456" });
  await expect(cities.row("Évora Nova")).toContainText("waits to be sent");
  await expect(cities.row("Évora Nova")).toContainText("123K");
  await expect(cities.outbox.getByText("1 waiting to be sent")).toBeVisible();
  await expect(cities.outbox.getByText("Change of Évora")).toBeVisible();
  await expect(cities.status).toHaveText(
    "The server cannot be reached. Changes wait in the outbox.",
  );
  expect((await cities.asked("evora"))[0]).toMatchObject({ name: "Évora" });

  await context.setOffline(false);
  await expect(cities.sent).toBeVisible();
  await expect.poll(async () => (await cities.asked("evora"))[0].name).toBe("Évora Nova");
  await expect(cities.row("Évora Nova")).not.toContainText("waits to be sent");
  await expect(cities.status).toHaveText(/^135,233 cities in /);

  // What shows now is the server's row: a later change by another page replaces it.
  const [{ id, population }] = await cities.asked("evora");
  expect(population).toBe(123_456);
  expect((await cities.patch(id, { name: "Évora", population: 55_620 })).status()).toBe(200);
  await expect.poll(async () => (await atlas.names())[0]).toBe("Évora");
  await expect(cities.row("Évora")).toContainText("55.6K");
  // Parts of the list that nothing had needed before.
  expect(
    problems.splice(0).filter((text) => !/^Failed to load|dynamically imported/.test(text)),
  ).toEqual([]);
});

test("a change waits through a reload, and shows again", async ({
  page,
  context,
  atlas,
  cities,
}) => {
  await cities.visit();
  await atlas.search.fill("coimbra");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Coimbra");
  // The server answers no change, but the page can be loaded.
  const path = "**/atlas/gateway/table/cities/*";
  await context.route(path, (route) => route.abort("internetdisconnected"));
  await cities.change("Coimbra", { Population: "7654321" });
  await expect(cities.row("Coimbra")).toContainText("7.65M");
  await page.reload();
  await expect(cities.outbox.getByText("1 waiting to be sent")).toBeVisible({ timeout: 60_000 });
  await atlas.search.fill("coimbra");
  await expect(cities.row("Coimbra")).toContainText("7.65M");
  await context.unroute(path);
  // It would be sent after its wait, too: a button to press may be gone before it is pressed.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(cities.sent).toBeVisible();
  const [{ id, population }] = await cities.asked("coimbra");
  expect(population).toBe(7_654_321);
  await cities.patch(id, { population: 106_582 });
});

test("a refused change is rolled back, and says why", async ({ atlas, cities, problems }) => {
  await cities.visit();
  await atlas.search.fill("braga");
  await expect.poll(async () => (await atlas.names())[0]).toBe("Braga");
  const before = await cities.row("Braga").textContent();
  await cities.change("Braga", { Population: "60000000" });
  const reason = "Refused: a city has 0 to 50 million people";
  await expect(cities.outbox.getByText(reason)).toBeVisible();
  await expect(cities.row("Braga")).toHaveText(before ?? "");
  await cities.outbox.getByRole("button", { name: "Discard: Change of Braga" }).click();
  await expect(cities.sent).toBeVisible();
  expect(problems.filter((text) => !text.startsWith("Failed to load"))).toEqual([]);
});

test("only pages of this server change cities, and only their fields", async ({
  cities,
  request,
  server,
}) => {
  const [{ id }] = await cities.asked("funchal");
  expect((await cities.patch(id, { name: "X" }, "https://example.com")).status()).toBe(403);
  expect((await cities.patch(id, { country: "ES" })).status()).toBe(422);
  expect((await cities.patch(id, { name: " " })).status()).toBe(422);
  const headers = { origin: server.url };
  const path = "/atlas/gateway/table/cities";
  expect((await request.delete(`${path}/${id}`, { headers })).status()).toBe(403);
  expect((await request.post(path, { headers, data: { name: "X" } })).status()).toBe(403);
  expect((await request.patch(`${path}:batch`, { headers, data: [] })).status()).toBe(403);
  expect((await cities.asked("funchal"))[0].name).toBe("Funchal");
});
