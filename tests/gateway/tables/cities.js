// Rows for the tests of tables.

/** Columns: id, name, country, population, visited, secret, owner. Populations tie, and some are null. */
export const cities = Array.from({ length: 60 }, (_, i) => ({
  id: i + 1,
  name: `City ${i % 7} of ${["river", "hill", "coast"][i % 3]}`,
  country: ["DE", "FR", "PT", null][i % 4],
  population: i % 5 === 0 ? null : (i % 6) * 1000,
  secret: "s",
  owner: i % 2 ? "ann" : "bob",
}));

/** The rows as an order has them. @param {string | undefined} order */
export function sorted(order) {
  const rows = cities.map(({ id, name, country, population }) => ({
    id,
    name,
    country,
    population,
  }));
  const by = {
    population: [
      ["population", -1, -1],
      ["id", 1, 1],
    ],
    country: [
      ["country", -1, 1],
      ["population", 1, 1],
      ["id", -1, 1],
    ],
    nulls: [
      ["population", 1, -1],
      ["country", -1, -1],
      ["id", 1, 1],
    ],
    id: [["id", 1, 1]],
  }[order ?? "id"];
  return rows.sort((/** @type {any} */ a, /** @type {any} */ b) => {
    for (const [column, direction, nulls] of /** @type {[string, number, number][]} */ (by)) {
      if (a[column] === b[column]) continue;
      if (a[column] === null) return nulls;
      if (b[column] === null) return -nulls;
      return a[column] < b[column] ? -direction : direction;
    }
    return 0;
  });
}
