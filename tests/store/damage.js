/* global connect */
// Functions for the page that damage stored records through a second connection.

/** Defines the functions below in the page. `alter` runs a change on one segment's record. */
export const setup = () => {
  /** The xxHash specification's XXH64. */
  globalThis.xxhash64 = (bytes) => {
    const [p1, p2, p3, p4] = [
      0x9e3779b185ebca87n,
      0xc2b2ae3d27d4eb4fn,
      0x165667b19e3779f9n,
      0x85ebca77c2b2ae63n,
    ];
    const u64 = (n) => BigInt.asUintN(64, n);
    const rotate = (n, bits) => u64((n << bits) | (n >> (64n - bits)));
    const round = (lane, input) => u64(rotate(u64(lane + input * p2), 31n) * p1);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const lanes = [u64(p1 + p2), p2, 0n, u64(-p1)];
    let at = 0;
    const p5 = 0x27d4eb2f165667c5n;
    for (; at + 32 <= bytes.length; at += 32)
      for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i], view.getBigUint64(at + 8 * i, true));
    let hash = [1n, 7n, 12n, 18n].reduce((sum, bits, i) => sum + rotate(lanes[i], bits), 0n);
    for (const lane of lanes) hash = u64((u64(hash) ^ round(0n, lane)) * p1 + p4);
    if (at === 0) hash = p5;
    hash = u64(hash + BigInt(bytes.length));
    for (; at + 8 <= bytes.length; at += 8)
      hash = u64(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
    if (at + 4 <= bytes.length) {
      hash = u64(rotate(u64(hash ^ u64(BigInt(view.getUint32(at, true)) * p1)), 23n) * p2 + p3);
      at += 4;
    }
    for (; at < bytes.length; at++)
      hash = u64(rotate(hash ^ u64(BigInt(bytes[at]) * p5), 11n) * p1);
    hash = u64((hash ^ (hash >> 33n)) * p2);
    hash = u64((hash ^ (hash >> 29n)) * p3);
    return hash ^ (hash >> 32n);
  };
  globalThis.connect = () =>
    new Promise((resolve) => {
      const request = indexedDB.open(`apus:${globalThis.dbName}`);
      request.onsuccess = () => resolve(request.result);
    });
  /** Deletes segment `index`'s records from these stores. */
  globalThis.lose = async (stores, index) => {
    const db = await connect();
    const tx = db.transaction(["heads", "bodies"], "readwrite");
    const done = new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    tx.objectStore("heads").getAllKeys().onsuccess = ({ target }) => {
      const id = target.result[index];
      if (stores.includes("heads")) tx.objectStore("heads").delete(id);
      if (stores.includes("bodies"))
        tx.objectStore("bodies").delete(IDBKeyRange.bound([id], [id, []]));
    };
    await done;
    db.close();
  };
  /** Puts a note. */
  globalThis.note = async (key, value) => {
    const db = await connect();
    const tx = db.transaction("notes", "readwrite");
    tx.objectStore("notes").put(value, key);
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
  };
  /** The codes of the errors that a store reports. */
  globalThis.codesOf = (store) => {
    const codes = [];
    for (const type of ["error", "degraded"])
      store.addEventListener(type, ({ detail }) => codes.push(detail.code));
    return codes;
  };
  globalThis.alter = async (store, index, change) => {
    const db = await connect();
    const tx = db.transaction(store, "readwrite");
    const done = new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    const records = tx.objectStore(store);
    records.getAllKeys().onsuccess = ({ target }) => {
      const key = target.result[index];
      records.get(key).onsuccess = ({ target: { result } }) => {
        const changed = change(result);
        if (changed === undefined) records.delete(key);
        else records.put(changed, key);
      };
    };
    await done;
    db.close();
  };
};
