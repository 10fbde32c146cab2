// The smallest TrueType font that browsers accept: one empty glyph, 1,000 units
// wide, for the letter A. Tables as in the OpenType specification.

const u16 = (...values) => values.flatMap((value) => [(value >> 8) & 255, value & 255]);
const u32 = (...values) => values.flatMap((value) => u16(value >>> 16, value & 0xffff));
const tag = (text) => [...text].map((letter) => letter.charCodeAt(0));
const utf16 = (text) => [...text].flatMap((letter) => u16(letter.charCodeAt(0)));

/** @param {string} family @returns {Uint8Array} a .ttf file */
export function tinyFont(family) {
  const names = [family, "Regular", family, family, "1", family];
  const tables = {
    "OS/2": os2(),
    cmap: [
      ...u16(0, 1, 3, 1), // one table, for Windows, Unicode
      ...u32(12),
      ...u16(4, 32, 0, 4, 4, 1, 0), // format 4, two segments
      ...u16(65, 0xffff, 0, 65, 0xffff, (1 - 65) & 0xffff, 1, 0, 0),
    ],
    glyf: u16(0, 0),
    head: [
      ...u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
      ...u16(3, 1000),
      ...u32(0, 0, 0, 0), // created, modified
      ...u16(0, 0, 0, 0, 0, 8, 2, 0, 0),
    ],
    hhea: [...u32(0x10000), ...u16(800, 65336, 0, 1000, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2)],
    hmtx: u16(1000, 0, 1000, 0),
    loca: u16(0, 0, 0),
    maxp: [...u32(0x10000), ...u16(2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
    name: [
      ...u16(0, names.length, 6 + 12 * names.length),
      ...names.flatMap((text, i) => {
        const before = names.slice(0, i).join("").length;
        return u16(3, 1, 0x409, i + 1, 2 * text.length, 2 * before);
      }),
      ...utf16(names.join("")),
    ],
    post: [...u32(0x30000, 0), ...u16(0, 0), ...u32(0, 0, 0, 0, 0)],
  };
  const entries = Object.entries(tables);
  const directory = [...u32(0x10000), ...u16(entries.length, 128, 3, entries.length * 16 - 128)];
  const body = [];
  const start = 12 + 16 * entries.length;
  for (const [name, bytes] of entries) {
    directory.push(...tag(name), ...u32(checksum(bytes), start + body.length, bytes.length));
    body.push(...bytes, ...Array((4 - (bytes.length % 4)) % 4).fill(0));
  }
  return Uint8Array.from([...directory, ...body]);
}

function os2() {
  return [
    ...u16(4, 1000, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
    ...Array(10).fill(0), // PANOSE
    ...u32(1, 0, 0, 0),
    ...tag("APUS"),
    ...u16(64, 65, 65, 800, 65336, 0, 800, 200),
    ...u32(1, 0),
    ...u16(500, 700, 0, 32, 1),
  ];
}

function checksum(bytes) {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 4) {
    sum += u32Of(bytes, i);
  }
  return sum >>> 0;
}

const u32Of = (bytes, at) =>
  [0, 1, 2, 3].reduce((value, i) => value * 256 + (bytes[at + i] ?? 0), 0);
