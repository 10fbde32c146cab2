/**
 * Numbers for tags, for the core's index. The numbers of tags that no entry has any more are reused:
 * they are collected when the table has doubled.
 */
export class Tags {
  /** @type {Map<string, number>} */
  #numbers = new Map();
  /** @type {string[]} */
  #names = [];
  /** @type {number[]} */
  #free = [];
  #limit = 256;
  #inUse;

  /** @param {(tag: number) => boolean} inUse */
  constructor(inUse) {
    this.#inUse = inUse;
  }

  /** @param {string} name @returns {number | undefined} */
  find(name) {
    return this.#numbers.get(name);
  }

  /** @param {string} name @returns {number} */
  number(name) {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      if (this.#numbers.size >= this.#limit) this.#collect();
      number = this.#free.pop() ?? this.#numbers.size;
      this.#numbers.set(name, number);
      this.#names[number] = name;
    }
    return number;
  }

  /** @param {number} number */
  name(number) {
    return this.#names[number];
  }

  #collect() {
    for (const [name, number] of this.#numbers) {
      if (this.#inUse(number)) continue;
      this.#numbers.delete(name);
      this.#free.push(number);
    }
    this.#limit = Math.max(256, 2 * this.#numbers.size);
  }
}
