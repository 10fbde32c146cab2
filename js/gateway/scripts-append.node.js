/**
 * Ids of a stream's entries are positions: `epoch-offset`. The server counts the offset up in
 * `epoch-*` (Redis 7). An entry has one field: the event's check, with the event as its value.
 * Without an epoch, or when a newer one has begun, the epoch of the last entry goes on; a log
 * without entries gets a fresh one, of the server's clock.
 */
export const append = `
local function fresh()
  local time = redis.call('TIME')
  return (time[1] * 1000 + math.floor(time[2] / 1000)) * 1024 + time[2] % 1000
end
local function append(log, epoch, keep, check, event)
  local function add(epoch)
    return redis.pcall('XADD', log, 'MAXLEN', '~', keep, epoch .. '-*', check, event)
  end
  local id = epoch ~= '' and add(epoch)
  if type(id) == 'string' then return id end
  local last = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  if last then epoch = string.match(last[1], '^%d+')
  else epoch = string.format('%.0f', fresh()) end
  id = add(epoch)
  if type(id) ~= 'string' then error(id.err or id) end
  return id
end
`;
