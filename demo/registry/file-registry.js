import { sorted } from "./sorted.js";

/**
 * A registry of files on a cache: each file's content hash and header, by path, tagged by scope.
 * Its value is text: 16 hexadecimal digits, then the header as it came.
 */
export class Registry {
  #cache;
  #hashMany;
  #validator;

  /**
   * @param {import("../../js/cache/index.js").Cache<string>} cache with `codec: "string"`
   * @param {import("../../js/store/hash.js").ContentHasher["hashMany"]} hashMany
   * @param {{ validate(value: unknown): { valid: boolean } }} validator of headers
   */
  constructor(cache, hashMany, validator) {
    this.#cache = cache;
    this.#hashMany = hashMany;
    this.#validator = validator;
  }

  /**
   * Hashes, validates and registers a batch. @param {import("./files.js").File[]} files
   * @returns {import("./files.js").File[]} those whose header is bad, which are left out
   */
  add(files) {
    const hashes = this.#hashMany(files.map(({ content }) => content));
    return files.filter(({ path, scope, header }, i) => {
      if (!this.#valid(header)) return true;
      const hash = hashes[i].toString(16).padStart(16, "0");
      this.#cache.set(path, hash + header, { tags: [scope] });
      return false;
    });
  }

  /** @param {string} path @returns {{ hash: string, header: any } | undefined} */
  get(path) {
    const text = this.#cache.get(path);
    return text === undefined
      ? undefined
      : { hash: text.slice(0, 16), header: JSON.parse(text.slice(16)) };
  }

  /** Deletes a scope's files. @param {string} scope @returns {number} how many */
  invalidate(scope) {
    return this.#cache.invalidateTag(scope);
  }

  /** @param {string} path */
  has(path) {
    return this.#cache.has(path);
  }

  /** All paths in order, for `range`: O(n log n), in short tasks. @param {(share: number) => void} [onprogress] */
  paths(onprogress) {
    return sorted(this.#cache.keys(), this.#cache.size, onprogress);
  }

  /** @param {string} header */
  #valid(header) {
    try {
      return this.#validator.validate(JSON.parse(header)).valid;
    } catch {
      return false;
    }
  }
}

/**
 * Where the paths with a prefix lie among sorted paths: O(log n).
 * @param {string[]} paths @param {string} prefix @returns {[start: number, end: number]}
 */
export function range(paths, prefix) {
  const first = (/** @type {(path: string) => boolean} */ reached) => {
    let [low, high] = [0, paths.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(paths[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const start = first((path) => path >= prefix);
  return [start, first((path) => path >= prefix && !path.startsWith(prefix))];
}
