// The newest of each key in a batch, for channels of which only the last value
// counts: a price, a position, who is here.
#ifndef APUS_SYNC_LATEST_H_
#define APUS_SYNC_LATEST_H_

#include <cstdint>

namespace apus::sync {

// `keys`: of each message, ended by a zero byte; without a key, a message is
// always kept. Writes the indexes of the last message of each key, in order, to
// `kept`, which has room for `count`.
//
// Returns how many there are, or 0 if memory is refused. O(size) expected.
// Requires: 0 < count < 2^30, and as many zero bytes in `keys`.
uint32_t latest(const uint8_t* keys, uint32_t size, uint32_t count,
                uint32_t* kept);

}  // namespace apus::sync

#endif  // APUS_SYNC_LATEST_H_
