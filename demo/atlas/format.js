/**
 * The format of the cities' file, `data/cities.bin`: columns in blocks, so that
 * a page decodes during the download, in short steps.
 *
 * Little-endian. Header: "APUS", format, cities, bytes of the whole file (u32
 * each), then the country codes and the kinds, each a u32 length and text with
 * one value a line. A block: u32 bytes of the rest of the block, u32 rows, then
 * - u8 per row: UTF-16 units that the name shares with the one before it,
 *   u32 length and UTF-8 text of the rest, one a line;
 * - u8 per row: index of the country; u8 per row: index of the kind;
 * - three planes of u8 per row (low, middle, high): (latitude + 90) * 1000,
 *   three more: (longitude + 180) * 1000;
 * - populations as LEB128; 0 when unknown.
 *
 * Rows are in alphabetical order (Intl.Collator "en"), so a city's index in the
 * file is also its index in the list sorted by name.
 *
 * @typedef {object} City
 * @property {string} name
 * @property {string} country ISO 3166-1 alpha-2
 * @property {string} kind GeoNames feature code: PPLC is a capital, PPLA a region's seat…
 * @property {number} population 0 when unknown
 * @property {number} lat degrees, three decimals (110 m)
 * @property {number} lon
 * @property {number} [id] of a row of the server's table: its index in the file
 */

export const magic = 0x53555041; // "APUS"
export const format = 1;
export const headerBytes = 16;

const text = new TextDecoder();

/** Takes the file in chunks of any size and returns whole blocks. */
export class Decoder {
  /** Cities in the file; 0 until the header has arrived. */
  count = 0;
  /** Bytes of the file, and bytes that have arrived. */
  total = 0;
  received = 0;

  #bytes = new Uint8Array(headerBytes);
  #at = 0;
  /** @type {{ countries: string[], kinds: string[] } | undefined} */
  #tables;

  /**
   * @param {Uint8Array} chunk
   * @returns {Generator<City[]>} the blocks that are now complete
   * @throws {RangeError} for another kind of file, or one that is longer than its header's size
   */
  *push(chunk) {
    for (let taken = 0; taken < chunk.length; ) {
      const room = this.#bytes.length - this.received;
      if (room === 0) throw new RangeError("cities.bin: longer than the size in its header");
      const piece = chunk.subarray(taken, taken + room);
      this.#bytes.set(piece, this.received);
      this.received += piece.length;
      taken += piece.length;
      if (this.total === 0 && this.received === headerBytes) this.#readHeader();
    }
    if (this.total === 0) return;
    if (!this.#tables) {
      const start = this.#at;
      const countries = this.#line();
      const kinds = countries && this.#line();
      if (!kinds) this.#at = start;
      else this.#tables = { countries, kinds };
    }
    while (this.#tables && this.#has(4) && this.#has(4 + this.#u32(this.#at))) {
      yield this.#block(this.#tables);
    }
  }

  #readHeader() {
    if (this.#u32(0) !== magic) throw new RangeError("cities.bin: this is another kind of file");
    if (this.#u32(4) !== format)
      throw new RangeError(`cities.bin: format ${this.#u32(4)} is unknown`);
    this.count = this.#u32(8);
    this.total = this.#u32(12);
    const bytes = new Uint8Array(this.total);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#at = headerBytes;
  }

  /** @param {number} bytes */
  #has(bytes) {
    return this.#at + bytes <= this.received;
  }

  /** @param {number} at */
  #u32(at) {
    return new DataView(this.#bytes.buffer).getUint32(at, true);
  }

  /** Reads a u32 length and text of that length, split into lines; `undefined` while incomplete. */
  #line() {
    if (!this.#has(4) || !this.#has(4 + this.#u32(this.#at))) return;
    const length = this.#u32(this.#at);
    const start = this.#at + 4;
    this.#at = start + length;
    return text.decode(this.#bytes.subarray(start, this.#at)).split("\n");
  }

  /**
   * @param {{ countries: string[], kinds: string[] }} tables
   * @returns {City[]}
   */
  #block({ countries, kinds }) {
    const bytes = this.#bytes;
    const rows = this.#u32(this.#at + 4);
    const shared = this.#at + 8;
    this.#at = shared + rows;
    const rests = /** @type {string[]} */ (this.#line());
    const country = this.#at;
    const kind = country + rows;
    const lat = kind + rows;
    const lon = lat + 3 * rows;
    let at = lon + 3 * rows;
    let name = "";
    const cities = new Array(rows);
    for (let row = 0; row < rows; row++) {
      name = name.slice(0, bytes[shared + row]) + rests[row];
      let population = 0;
      for (let unit = 1; ; unit *= 128) {
        const byte = bytes[at++];
        population += (byte & 127) * unit;
        if (byte < 128) break;
      }
      cities[row] = {
        name,
        country: countries[bytes[country + row]],
        kind: kinds[bytes[kind + row]],
        population,
        lat: (plane(bytes, lat + row, rows) - 90_000) / 1000,
        lon: (plane(bytes, lon + row, rows) - 180_000) / 1000,
      };
    }
    this.#at = at;
    return cities;
  }
}

/** @param {Uint8Array} bytes @param {number} at @param {number} rows */
function plane(bytes, at, rows) {
  return bytes[at] + bytes[at + rows] * 256 + bytes[at + 2 * rows] * 65_536;
}
