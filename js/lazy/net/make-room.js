/**
 * Makes room for one more in a map of things that own memory: disposes of those that nobody uses,
 * the least recently set first. Those in use stay, even if there are more of them than `limit`.
 * @param {Map<string, { users: number, dispose(): void }>} map @param {number} limit
 */
export function makeRoom(map, limit) {
  for (const [key, it] of map) {
    if (map.size < limit) return;
    if (it.users > 0) continue;
    map.delete(key);
    it.dispose();
  }
}
