// Values of PostgreSQL as JSON. The session writes dates as ISO, times in UTC and bytes as hex
// (replication.node.js). OIDs: PostgreSQL's src/include/catalog/pg_type.dat.

/** @typedef {(text: string) => unknown} FromText */

/** @type {FromText} */
const bool = (text) => text === "t";

/** A number, or its text where a number would not be the same. @type {FromText} */
const integer = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text);

/** JSON has no NaN and no infinity: those stay text. @type {FromText} */
const float = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);

/** `\xdeadbeef` to base64. @type {FromText} */
const bytes = (text) => Buffer.from(text.slice(2), "hex").toString("base64");

/** To the microsecond. "infinity", and years before Christ, stay text. @type {FromText} */
const timestamp = (text) =>
  /^\d{4,}-\d\d-\d\d [\d:.]+(?:\+00)?$/.test(text)
    ? text.replace(" ", "T").replace("+00", "Z")
    : text;

/** @type {Record<number, FromText>} */
const scalars = {
  16: bool,
  17: bytes,
  20: integer, // int8
  21: integer, // int2
  23: integer, // int4
  26: integer, // oid
  114: JSON.parse,
  700: float,
  701: float,
  1114: timestamp,
  1184: timestamp, // with time zone
  3802: JSON.parse, // jsonb
};

/** OIDs of arrays by the OID of their elements; elements that are not above stay text. */
const arrays = {
  ...{ 1000: 16, 1001: 17, 1016: 20, 1005: 21, 1007: 23, 1028: 26, 199: 114, 1021: 700, 1022: 701 },
  ...{ 1115: 1114, 1185: 1184, 3807: 3802 },
  // text, varchar, char, bpchar, name, numeric, date, time, timetz, interval, uuid, inet, cidr
  ...{ 1009: 25, 1015: 1043, 1002: 18, 1014: 1042, 1003: 19, 1231: 1700, 1182: 1082, 1183: 1083 },
  ...{ 1270: 1266, 1187: 1186, 2951: 2950, 1041: 869, 651: 650 },
};

/** @type {Map<number, FromText>} */
const converters = new Map(Object.entries(scalars).map(([oid, from]) => [Number(oid), from]));
for (const [oid, element] of Object.entries(arrays)) {
  const from = converters.get(element);
  converters.set(Number(oid), (text) => parseArray(text, from));
}

/**
 * A value as JSON can hold it without loss: whole numbers up to 2^53, floating-point numbers, true
 * and false, JSON, arrays; bytes as base64; times as ISO 8601; everything else, numeric and larger
 * whole numbers included, as PostgreSQL's text.
 * @param {number} type its OID
 * @param {string} text
 */
export function fromText(type, text) {
  const from = converters.get(type);
  return from ? from(text) : text;
}

/**
 * Source: PostgreSQL manual, "Array Input and Output Syntax".
 * @param {string} text `{1,NULL,{"a b"}}`, perhaps with bounds before it: `[0:1]={…}`
 * @param {FromText} [from] of the elements
 * @returns {unknown[]}
 */
export function parseArray(text, from = (element) => element) {
  let at = text.indexOf("{") + 1;
  /** @returns {unknown[]} */
  const list = () => {
    const items = [];
    while (text[at] !== "}") {
      if (at >= text.length) throw new RangeError("an array is cut off");
      items.push(item());
      if (text[at] === ",") at++;
    }
    at++;
    return items;
  };
  const item = () => {
    if (text[at] === "{") {
      at++;
      return list();
    }
    if (text[at] === '"') return from(quoted());
    const begin = at;
    while (at < text.length && text[at] !== "," && text[at] !== "}") at++;
    const element = text.slice(begin, at);
    return element === "NULL" ? null : from(element);
  };
  const quoted = () => {
    let element = "";
    for (at++; text[at] !== '"'; at++) {
      if (at >= text.length) throw new RangeError("an array is cut off");
      if (text[at] === "\\") at++;
      element += text[at];
    }
    at++;
    return element;
  };
  return list();
}
