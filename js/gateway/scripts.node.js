// Lua for Valkey and Redis. Each script changes the keys of one bucket alone and runs atomically,
// so a value and its event cannot diverge.
import { append } from "./scripts-append.node.js";
import { stateScripts } from "./scripts-state.node.js";
import { streamScripts } from "./stream-scripts.node.js";

/** The version is what a stored value begins with, up to a line feed. */
const allowed = `
local function allowed(value, version, lease, token)
  if token ~= '' and redis.call('HGET', lease, 'token') ~= token then return false end
  if version == '' then return true end
  local is = string.match(redis.call('GETRANGE', value, 0, 40), '^[^\\n]*')
  return is == (version == 'none' and '' or version)
end
`;

/**
 * KEYS log, value. ARGV epoch, keep, check, event, value, px or nothing. Most calls know the epoch,
 * and go a short way.
 */
const set = `
local id = redis.pcall('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], ARGV[1] .. '-*', ARGV[3], ARGV[4])
if type(id) ~= 'string' then
  ${append}
  id = append(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
end
if ARGV[6] then redis.call('SET', KEYS[2], id .. '\\n' .. ARGV[5], 'PX', ARGV[6])
else redis.call('SET', KEYS[2], id .. '\\n' .. ARGV[5]) end
return id
`;

/** KEYS log, value, lease. ARGV as `set`, px always, and version, token. */
const write = `${append}${allowed}
if not allowed(KEYS[2], ARGV[7], KEYS[3], ARGV[8]) then return false end
local id = append(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
if ARGV[6] == '' then redis.call('SET', KEYS[2], id .. '\\n' .. ARGV[5])
else redis.call('SET', KEYS[2], id .. '\\n' .. ARGV[5], 'PX', ARGV[6]) end
return id
`;

/** KEYS log, value, lease. ARGV epoch, keep, check, event, version, token. */
const remove = `${append}${allowed}
if not allowed(KEYS[2], ARGV[5], KEYS[3], ARGV[6]) then return false end
local id = append(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])
redis.call('DEL', KEYS[2], KEYS[3])
return id
`;

/**
 * KEYS log, generations of tags and their order, the same of prefixes, the server that wrote last.
 * ARGV epoch, keep, most, check of a new epoch, then check, event of each, whose first letter is its
 * kind. Of more than `most` names the oldest are forgotten: the newest of them becomes the generation
 * of the empty prefix.
 *
 * A server that has not written here before may have taken over without the last invalidations, which
 * values are already as of. It begins an epoch, so that what it invalidates is newer than all of them;
 * where it has no log at all, newer than the epoch that the caller knows.
 */
const invalidate = `${append}
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)')
if run and redis.call('GET', KEYS[6]) ~= run then
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local before = last and string.match(last[1], '^%d+') or ARGV[1]
  if before ~= '' then
    local epoch = math.max(fresh(), tonumber(before) + 1)
    redis.call('XADD', KEYS[1], string.format('%.0f', epoch) .. '-*', ARGV[4], 'e')
  end
  redis.call('SET', KEYS[6], run)
end
local function newer(a, b)
  if not b then return true end
  local epoch, offset = string.match(a, '(%d+)-(%d+)')
  local other, its = string.match(b, '(%d+)-(%d+)')
  if epoch == other then return tonumber(offset) > tonumber(its) end
  return tonumber(epoch) > tonumber(other)
end
local id
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
for i = 5, #ARGV, 2 do
  local event = ARGV[i + 1]
  local name = string.sub(event, 2)
  local at = string.sub(event, 1, 1) == 't' and 2 or 4
  id = append(KEYS[1], ARGV[1], ARGV[2], ARGV[i], event)
  redis.call('HSET', KEYS[at], name, id)
  if name ~= '' or at == 2 then redis.call('ZADD', KEYS[at + 1], now, name) end
end
for at = 2, 4, 2 do
  local over = redis.call('ZCARD', KEYS[at + 1]) - ARGV[3]
  local oldest = over > 0 and redis.call('ZPOPMIN', KEYS[at + 1], over) or {}
  for i = 1, #oldest, 2 do
    local generation = redis.call('HGET', KEYS[at], oldest[i])
    redis.call('HDEL', KEYS[at], oldest[i])
    local floor = redis.call('HGET', KEYS[4], '')
    if generation and newer(generation, floor) then redis.call('HSET', KEYS[4], '', generation) end
  end
end
return id
`;

/** KEYS log. ARGV fresh, keep, check, event. A larger epoch needs no more than being used. */
const restart = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local epoch = tonumber(ARGV[1])
if last then epoch = math.max(epoch, tonumber(string.match(last[1], '^%d+')) + 1) end
local id = string.format('%.0f', epoch) .. '-*'
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], id, ARGV[3], ARGV[4])
`;

/** KEYS lease, counter. ARGV ms. The record outlives the lease, so that a late holder is refused. */
const lease = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local till = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if till > now then return { 0, till - now } end
local token = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], 'token', token, 'until', string.format('%.0f', now + ARGV[1]))
redis.call('PEXPIRE', KEYS[1], ARGV[1] + 60000)
return { token, 0 }
`;

/** KEYS lease. ARGV token. */
const release = `
if redis.call('HGET', KEYS[1], 'token') == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

/** KEYS value, log. Of one moment: the value, and the id of the log's last event. */
const read = `
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
return { redis.call('GET', KEYS[1]), last and last[1] }
`;

/**
 * By the name of the command: how many keys it has (undefined: the first argument says it), its text,
 * and whether replicas may run it.
 * @type {Record<string, [number | undefined, string, boolean?]>}
 */
const scripts = {
  apusRead: [2, read, true],
  apusSet: [2, set],
  apusWrite: [3, write],
  apusRemove: [3, remove],
  apusInvalidate: [6, invalidate],
  apusRestart: [1, restart],
  apusLease: [2, lease],
  apusRelease: [1, release],
  ...stateScripts,
  ...streamScripts,
};

/**
 * A client with the scripts as its methods, which iovalkey does not type.
 * @param {any} client
 */
export function withScripts(client) {
  for (const [name, [numberOfKeys, lua, readOnly = false]] of Object.entries(scripts)) {
    client.defineCommand(name, { numberOfKeys, lua, readOnly });
  }
  return client;
}
