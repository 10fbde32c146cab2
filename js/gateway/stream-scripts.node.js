// Lua for the streams of channels. Each script changes the keys of one bucket alone and runs
// atomically: an event, its push and its publisher's number cannot diverge.
import { PUBLISHER_LAST } from "./streams.node.js";

/**
 * Ids of a stream's entries are positions, `epoch-offset`, and an entry has one field with the event.
 *
 * `era` is `run checked began` of the bucket: the server that wrote last, when that was checked (ms),
 * and the epoch since which this server writes. A server that has taken over, perhaps without the last
 * events, begins an era, so that its events have positions that nobody has seen. It is checked twice a
 * second, because asking takes longer than appending.
 */
const append = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
local function began(era)
  local run, checked, since = string.match(redis.call('GET', era) or '', '^(%w+) (%d+) (%d+)$')
  if run and math.abs(now - checked) < 500 then return tonumber(since) end
  local info = redis.pcall('INFO', 'server')
  local is = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or run or 'unknown'
  if is ~= run then since = text(now * 1024 + time[2] % 1000) end
  redis.call('SET', era, is .. ' ' .. text(now) .. ' ' .. since)
  return tonumber(since)
end
local function append(stream, era, epoch, keep, ttl, push, name, events)
  local since = began(era)
  local id
  local function add(event)
    id = redis.pcall('XADD', stream, 'MAXLEN', '~', keep, epoch .. '-*', 'e', event)
    return type(id) == 'string'
  end
  if epoch == '' or tonumber(epoch) < since or redis.call('EXISTS', stream) == 0 or not add(events[1]) then
    local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
    epoch = last and string.match(last[1], '^%d+') or ''
    if epoch == '' or tonumber(epoch) < since then
      epoch = text(math.max(now * 1024 + time[2] % 1000, since, (tonumber(epoch) or 0) + 1))
    end
    if not add(events[1]) then error(id.err or id) end
  end
  local pushed = { #events[1] .. ':' .. events[1] }
  for i = 2, #events do
    if not add(events[i]) then error(id.err or id) end
    pushed[i] = #events[i] .. ':' .. events[i]
  end
  if ttl ~= '' then redis.call('PEXPIRE', stream, ttl) end
  redis.call('PUBLISH', push, id .. '\\n' .. name .. '\\n' .. table.concat(pushed))
  return id
end
`;

/** KEYS stream, era, publisher. ARGV epoch, keep, ttl, push, name, seq, ms, then events. */
const streamAppend = `${append}
if ARGV[6] ~= '' then
  local last = redis.call('ZRANGE', KEYS[3], -1, -1, 'WITHSCORES')
  if last[2] and tonumber(ARGV[6]) <= tonumber(last[2]) then
    local known = redis.call('ZRANGEBYSCORE', KEYS[3], ARGV[6], ARGV[6])[1]
    local oldest = redis.call('ZRANGE', KEYS[3], -${PUBLISHER_LAST}, -${PUBLISHER_LAST}, 'WITHSCORES')
    local forgotten = oldest[2] and tonumber(ARGV[6]) < tonumber(oldest[2])
    if known or forgotten then return { known or last[1], 1 } end
  end
end
local events = {}
for i = 8, #ARGV do events[i - 7] = ARGV[i] end
local id = append(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], events)
if ARGV[6] ~= '' then
  redis.call('ZADD', KEYS[3], ARGV[6], id)
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -${PUBLISHER_LAST + 1})
  redis.call('PEXPIRE', KEYS[3], ARGV[7])
end
return { id, 0 }
`;

/**
 * Members of a channel: a hash of their owners and states, and when their leases end, in order. Both
 * end some time after the last lease.
 */
const presence = `${append}
local function tell(events)
  return append(KEYS[1], KEYS[2], '', ARGV[1], '', ARGV[2], ARGV[3], events)
end
local function event(type, state, id)
  return text(now) .. ',"' .. type .. '",' .. state .. ',' .. cjson.encode(id)
end
local function leased(id, ms)
  redis.call('ZADD', KEYS[4], text(now + ms), id)
  for i = 3, 4 do redis.call('PEXPIRE', KEYS[i], ms * 10) end
end
local function gone(ids)
  if #ids == 0 then return end
  local events = {}
  for i, id in ipairs(ids) do
    redis.call('HDEL', KEYS[3], id)
    redis.call('ZREM', KEYS[4], id)
    events[i] = event('leave', 'null', id)
  end
  return tell(events)
end
local function sweep() gone(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', text(now), 'LIMIT', 0, 1000)) end
local function head()
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  return last and last[1] or ''
end
`;

/** KEYS stream, era, members, leases. ARGV keep, push, name, then member, state, owner, ms. */
const enter = `${presence}
local had = redis.call('HGET', KEYS[3], ARGV[4])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[6] .. '\\n' .. ARGV[5])
leased(ARGV[4], tonumber(ARGV[7]))
if had and string.sub(had, string.find(had, '\\n') + 1) == ARGV[5] then return head() end
return tell({ event(had and 'update' or 'enter', ARGV[5], ARGV[4]) })
`;

/** As `enter`, then member, owner. */
const leave = `${presence}
local had = redis.call('HGET', KEYS[3], ARGV[4])
if not had or string.match(had, '^[^\\n]*') ~= ARGV[5] then return 0 end
gone({ ARGV[4] })
return 1
`;

/** As `enter`, then owner, ms, members. */
const renew = `${presence}
sweep()
local missing = {}
for i = 6, #ARGV do
  local had = redis.call('HGET', KEYS[3], ARGV[i])
  if not had then missing[#missing + 1] = ARGV[i]
  elseif string.match(had, '^[^\\n]*') == ARGV[4] then leased(ARGV[i], tonumber(ARGV[5])) end
end
return missing
`;

/** As `enter`. */
const members = `${presence}
sweep()
return { head(), redis.call('HGETALL', KEYS[3]) }
`;

/** As in scripts.node.js. @type {Record<string, [number, string]>} */
export const streamScripts = {
  apusStreamAppend: [3, streamAppend],
  apusEnter: [4, enter],
  apusLeave: [4, leave],
  apusRenew: [4, renew],
  apusMembers: [4, members],
};
