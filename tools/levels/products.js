// What the demo's shop sells, in the place of a database.

/** @type {Map<string, { id: number, name: string, tag: string, price: number }>} */
const products = new Map(
  /** @type {[string, string, number][]} */ ([
    ["Binoculars 8×42", "optics", 249],
    ["Spotting scope", "optics", 690],
    ["Tripod", "optics", 129],
    ["Lens cloth", "optics", 9],
    ["Nest box for swifts", "garden", 38],
    ["Seed feeder", "garden", 24],
    ["Bird bath", "garden", 59],
    ["Sunflower seeds", "garden", 12],
    ["Field guide", "books", 32],
    ["Atlas of migration", "books", 48],
    ["Songs and calls", "books", 19],
    ["Notebook", "books", 7],
  ]).map(([name, tag, price], i) => [`product:${i + 1}`, { id: i + 1, name, tag, price }]),
);

const TTL = 600_000;

/** @type {import("../../js/gateway/loads.node.js").Loader} */
export async function loadProduct(key) {
  const product = products.get(key);
  await new Promise((resolve) => setTimeout(resolve, 40)); // as a database would
  if (!product) return { value: undefined };
  return { value: { ...product, loaded: Date.now() }, tags: [product.tag], ttl: TTL };
}

/** @param {string} key */
export const isProduct = (key) => products.has(key);

/** Gives a product another price. @param {string} key @returns what the gateway is to keep */
export function reprice(key) {
  const product = products.get(key);
  if (!product) throw new TypeError(`no product ${key}`);
  product.price++;
  const value = { ...product, loaded: Date.now() };
  return {
    ...{ body: Buffer.from(JSON.stringify(value)), type: "application/json" },
    ...{ tags: [product.tag], ttl: TTL, price: product.price },
  };
}
