// Lua for transactions and locks.
import { append } from "./scripts-append.node.js";

/**
 * KEYS log, values that were read, locks, then value and lease of each write. ARGV epoch, keep, how many
 * reads, locks, the channel of wakes and its message; the versions of the reads, the tokens of the locks;
 * of each write its check, event, value and px (or nothing). An event of the kind `d` has no value.
 */
const transact = `${append}
local reads, locks = tonumber(ARGV[3]), tonumber(ARGV[4])
local key, at = 1 + reads, 6 + reads
for i = 1, locks do
  local token = string.match(redis.call('GET', KEYS[key + i]) or '', '^%d+')
  if token ~= ARGV[at + i] then return redis.error_reply('FENCED ' .. i - 1) end
end
for i = 1, reads do
  local is = string.match(redis.call('GETRANGE', KEYS[1 + i], 0, 40), '^[^\\n]*')
  if is ~= ARGV[6 + i] then return redis.error_reply('CONFLICT ' .. i - 1) end
end
key, at = key + locks, at + locks
local ids = {}
while key < #KEYS do
  local event, px = ARGV[at + 2], ARGV[at + 4]
  local id = append(KEYS[1], ARGV[1], ARGV[2], ARGV[at + 1], event)
  if string.sub(event, 1, 1) == 'd' then redis.call('DEL', KEYS[key + 1], KEYS[key + 2])
  elseif px == '' then redis.call('SET', KEYS[key + 1], id .. '\\n' .. ARGV[at + 3])
  else redis.call('SET', KEYS[key + 1], id .. '\\n' .. ARGV[at + 3], 'PX', px) end
  ids[#ids + 1] = id
  key, at = key + 2, at + 4
end
if #ids > 0 then redis.call('PUBLISH', ARGV[5], ARGV[6]) end
return ids
`;

/**
 * KEYS lock, counter. ARGV ms, holder. The lock is its token and its holder. The counter never ends, and
 * is never behind the clock: tokens grow also when a failover has lost its last steps.
 */
const acquire = `
local held = redis.call('GET', KEYS[1])
if held then
  local token, holder = string.match(held, '^(%d+):(.*)$')
  if holder ~= ARGV[2] then return { '0', math.max(1, redis.call('PTTL', KEYS[1])) } end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return { token, 0 }
end
local time = redis.call('TIME')
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
local token = string.format('%.0f', math.max(last + 1, time[1] * 1000000 + time[2]))
redis.call('SET', KEYS[2], token)
redis.call('SET', KEYS[1], token .. ':' .. ARGV[2], 'PX', ARGV[1])
return { token, 0 }
`;

const held = `string.match(redis.call('GET', KEYS[1]) or '', '^%d+') == ARGV[1]`;

/** KEYS lock. ARGV token, ms. */
const renew = `return ${held} and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0`;

/** KEYS lock. ARGV token, the channel of wakes and its message. */
const release = `
if not (${held}) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 1
`;

/** As in scripts.node.js. @type {Record<string, [number | undefined, string]>} */
export const stateScripts = {
  apusTransact: [undefined, transact],
  apusLock: [2, acquire],
  apusRenewLock: [1, renew],
  apusUnlock: [1, release],
};
