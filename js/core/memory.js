/**
 * Typed-array views of one module's linear memory.
 *
 * A view dies silently when memory grows: its length becomes 0, reads give
 * `undefined`, writes vanish. Never keep a view: read `memory.u32[i]`
 * again after every call into WASM that may allocate. Each getter checks that its
 * view is alive (about a nanosecond) and renews all of them when it is not.
 */
export class Memory {
  #memory;
  #buffer;
  #u8;
  #u32;
  #i32;
  #f64;

  /**
   * @param {WebAssembly.Memory} memory
   * @param {(bytes: number) => number} buffer the module's `apus_buffer`
   */
  constructor(memory, buffer) {
    this.#memory = memory;
    this.#buffer = buffer;
    this.#u8 = new Uint8Array(memory.buffer);
    this.#u32 = new Uint32Array(memory.buffer);
    this.#i32 = new Int32Array(memory.buffer);
    this.#f64 = new Float64Array(memory.buffer);
  }

  get u8() {
    if (this.#u8.length === 0) this.#renew();
    return this.#u8;
  }

  get u32() {
    if (this.#u32.length === 0) this.#renew();
    return this.#u32;
  }

  get i32() {
    if (this.#i32.length === 0) this.#renew();
    return this.#i32;
  }

  get f64() {
    if (this.#f64.length === 0) this.#renew();
    return this.#f64;
  }

  /** Bytes of linear memory in use, as the engine counts them. */
  get size() {
    return this.#memory.buffer.byteLength;
  }

  /**
   * Room in the module's bulk buffer, which all calls share: it holds until
   * the next `room()`.
   * @param {number} bytes
   * @returns {number} the address, a multiple of 16
   * @throws {RangeError} when memory is exhausted
   */
  room(bytes) {
    const address = this.#buffer(bytes || 1) >>> 0; // there is no block of 0 bytes
    if (address === 0) throw new RangeError(`out of WASM memory: ${bytes} bytes requested`);
    return address;
  }

  /**
   * Copies an array into the bulk buffer.
   * @param {Uint8Array | Uint32Array | Int32Array | Float64Array} array
   * @returns {number} its address
   */
  write(array) {
    const address = this.room(array.byteLength);
    this.u8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
    return address;
  }

  #renew() {
    const { buffer } = this.#memory;
    this.#u8 = new Uint8Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#f64 = new Float64Array(buffer);
  }
}

/**
 * @template T
 * @param {T} given the result of a call of the core: 0 or false when it was refused memory, and
 *   then nothing has changed
 * @returns {T}
 * @throws {RangeError} when memory is exhausted
 */
export function granted(given) {
  if (!given) throw new RangeError("out of WASM memory");
  return given;
}
