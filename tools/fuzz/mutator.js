/** Numbers at which counting code fails. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Text that parsers treat specially. */
const WORDS = [
  ..."\0\n\r\t \"'\\/{}[]():;,.*?!#%&=<>-+~^$|`",
  ..."null true -1 1e999 NaN Infinity __proto__ constructor .. // data: blob: \u0130 \ud800".split(
    " ",
  ),
].map((word) => new TextEncoder().encode(word));

/** Endless mutations of seeds. The same seeds and number give the same mutations. */
export class Mutator {
  #corpus;
  #state;

  /** @param {Uint8Array[]} corpus @param {number} seed */
  constructor(corpus, seed) {
    this.#corpus = corpus.length > 0 ? corpus : [new Uint8Array()];
    this.#state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  /** @returns {Uint8Array} */
  next() {
    let bytes = this.#pick(this.#corpus);
    for (let left = 1 + this.#below(2 ** this.#below(5)); left > 0; left--) {
      bytes = this.#change(bytes);
    }
    return bytes;
  }

  /** @param {Uint8Array} bytes */
  #change(bytes) {
    const at = this.#below(bytes.length + 1);
    const length = 1 + this.#below(2 ** this.#below(8));
    switch (this.#below(9)) {
      case 0:
        return splice(bytes, at, 1, [(bytes[at] ?? 0) ^ (1 << this.#below(8))]);
      case 1:
        return splice(bytes, at, 1, [this.#below(256)]);
      case 2:
        return splice(bytes, at, length, []);
      case 3:
        return splice(
          bytes,
          at,
          0,
          Array.from({ length }, () => this.#below(256)),
        );
      case 4:
        return splice(bytes, at, this.#below(2) * length, this.#pick(WORDS));
      case 5: {
        const edge = new DataView(new ArrayBuffer(4));
        edge.setUint32(0, this.#pick(EDGES), this.#below(2) === 0);
        return splice(bytes, at, 4, new Uint8Array(edge.buffer));
      }
      case 6: {
        // repeats a piece of it
        const from = this.#below(bytes.length + 1);
        return splice(bytes, at, 0, bytes.subarray(from, from + length));
      }
      case 7: {
        // takes the rest of another one
        const other = this.#pick(this.#corpus);
        return splice(bytes, at, bytes.length, other.subarray(this.#below(other.length + 1)));
      }
      default:
        // changes a digit
        return splice(bytes, at, 1, [(bytes[at] ?? 0) + this.#below(9) - 4]);
    }
  }

  /** @template T @param {ArrayLike<T>} items @returns {T} */
  #pick(items) {
    return items[this.#below(items.length)];
  }

  /** xorshift32. @param {number} end @returns {number} in [0, end) */
  #below(end) {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }
}

/** @param {Uint8Array} bytes @param {number} at @param {number} gone @param {ArrayLike<number>} added */
function splice(bytes, at, gone, added) {
  const rest = bytes.subarray(Math.min(bytes.length, at + gone));
  const result = new Uint8Array(at + added.length + rest.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(rest, at + added.length);
  return result;
}
