#include "apus/lazy/endpoint_pool.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace apus::lazy {
namespace {

// MurmurHash3's finalizer over both halves.
uint32_t mix(uint32_t a, uint32_t b) {
  uint32_t hash = a ^ (b * 0x9e3779b9u);
  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16);
}

// The index of the n-th set bit. Requires: n < popcount(mask).
uint32_t nth(uint32_t mask, uint32_t n) {
  for (; n > 0; --n) mask &= mask - 1;
  return static_cast<uint32_t>(std::countr_zero(mask));
}

}  // namespace

EndpointPool::EndpointPool(Policy policy, uint32_t failures, double ejection,
                           double max_ejection, double fade)
    : policy_(policy),
      failures_(failures),
      ejection_(ejection),
      max_ejection_(max_ejection),
      fade_(fade) {}

uint32_t EndpointPool::adopt(const EndpointPool& other, uint32_t index,
                             uint32_t weight, double distance) {
  assert(index < other.size_);
  const Endpoint& known = other.endpoints_[index];
  const uint32_t at = add(weight, distance, known.identity);
  endpoints_[at] = known;
  endpoints_[at].weight = weight;
  endpoints_[at].distance = distance;
  return at;
}

uint32_t EndpointPool::add(uint32_t weight, double distance,
                           uint32_t identity) {
  assert(size_ < kMaxEndpoints && weight >= 1 && weight <= kMaxWeight);
  Endpoint& endpoint = endpoints_[size_];
  endpoint.weight = weight;
  endpoint.distance = distance;
  endpoint.identity = identity;
  return size_++;
}

bool EndpointPool::usable(uint32_t index, double now) const {
  const Endpoint& endpoint = endpoints_[index];
  if (endpoint.ejected_until > now) return false;
  // After an ejection, one request at a time until one succeeds.
  return endpoint.ejections == 0 || endpoint.outstanding == 0;
}

int32_t EndpointPool::pick(double now, double random, uint32_t key,
                           uint32_t without) {
  uint32_t mask = 0;
  int32_t first_back = kNone;
  for (uint32_t i = 0; i < size_; ++i) {
    if ((without >> i & 1) != 0) continue;
    if (usable(i, now)) mask |= 1u << i;
    if (first_back == kNone ||
        endpoints_[i].ejected_until <
            endpoints_[static_cast<uint32_t>(first_back)].ejected_until) {
      first_back = static_cast<int32_t>(i);
    }
  }
  const int32_t index = mask != 0 ? choose(mask, now, random, key) : first_back;
  if (index != kNone) ++endpoints_[static_cast<uint32_t>(index)].outstanding;
  return index;
}

int32_t EndpointPool::choose(uint32_t mask, double now, double random,
                             uint32_t key) {
  uint32_t best = 0;
  switch (policy_) {
    case Policy::kRoundRobin:
      while ((mask >> next_ & 1) == 0) next_ = (next_ + 1) % size_;
      best = next_;
      next_ = (next_ + 1) % size_;
      break;
    case Policy::kWeighted: {
      int32_t total = 0;
      int32_t most = INT32_MIN;
      for (uint32_t i = 0; i < size_; ++i) {
        if ((mask >> i & 1) == 0) continue;
        Endpoint& endpoint = endpoints_[i];
        const auto weight = static_cast<int32_t>(endpoint.weight);
        endpoint.credit += weight;
        total += weight;
        if (endpoint.credit > most) {
          most = endpoint.credit;
          best = i;
        }
      }
      endpoints_[best].credit -= total;
      break;
    }
    case Policy::kPowerOfTwo: {
      // Two different endpoints from one random number.
      const auto count = static_cast<uint32_t>(std::popcount(mask));
      const double scaled = random * count;
      const auto first = static_cast<uint32_t>(scaled);
      const auto step = static_cast<uint32_t>((scaled - first) * (count - 1));
      best = nth(mask, first);
      if (count == 1) break;
      const uint32_t other = nth(mask, (first + 1 + step) % count);
      if (cost(other, now) < cost(best, now)) best = other;
      break;
    }
    case Policy::kRendezvous: {
      uint32_t highest = 0;
      bool found = false;
      for (uint32_t i = 0; i < size_; ++i) {
        if ((mask >> i & 1) == 0) continue;
        for (uint32_t copy = 0; copy < endpoints_[i].weight; ++copy) {
          const uint32_t score = mix(key, mix(endpoints_[i].identity, copy));
          if (found && score <= highest) continue;
          found = true;
          highest = score;
          best = i;
        }
      }
      break;
    }
    case Policy::kLeastOutstanding:
    case Policy::kNearest:
      best = nth(mask, 0);
      for (uint32_t i = best + 1; i < size_; ++i) {
        if ((mask >> i & 1) != 0 && cost(i, now) < cost(best, now)) best = i;
      }
      break;
  }
  return static_cast<int32_t>(best);
}

double EndpointPool::cost(uint32_t index, double now) const {
  const Endpoint& endpoint = endpoints_[index];
  switch (policy_) {
    case Policy::kNearest:
      return endpoint.distance;
    case Policy::kPowerOfTwo:
      return latency(index, now) * (endpoint.outstanding + 1) / endpoint.weight;
    default:
      return static_cast<double>(endpoint.outstanding) / endpoint.weight;
  }
}

double EndpointPool::latency(uint32_t index, double now) const {
  const Endpoint& endpoint = endpoints_[index];
  const double idle = std::max(0.0, now - endpoint.updated);
  return endpoint.latency * fade_ / (fade_ + idle);
}

void EndpointPool::record(uint32_t index, double now, double latency,
                          Outcome outcome) {
  assert(index < size_);
  Endpoint& endpoint = endpoints_[index];
  if (endpoint.outstanding > 0) --endpoint.outstanding;
  // A slower latency counts at once, a faster one step by step. A failure
  // may be quick and says nothing about latency.
  if (outcome != Outcome::kFailed) {
    const bool peak = latency > endpoint.latency;
    if (outcome == Outcome::kOk || peak) {
      endpoint.latency =
          peak ? latency : endpoint.latency * 0.75 + latency * 0.25;
      endpoint.updated = now;
    }
  }
  if (outcome == Outcome::kOk) {
    endpoint.in_a_row = endpoint.ejections = 0;
    endpoint.ejected_until = 0;
  } else if (outcome == Outcome::kFailed &&
             (++endpoint.in_a_row >= failures_ || endpoint.ejections > 0)) {
    // Failures of requests sent before the ejection do not lengthen it.
    if (!ejected(index, now)) eject(endpoint, now);
  }
}

void EndpointPool::set_healthy(uint32_t index, double now, bool healthy) {
  assert(index < size_);
  Endpoint& endpoint = endpoints_[index];
  if (healthy) {
    endpoint.in_a_row = endpoint.ejections = 0;
    endpoint.ejected_until = 0;
  } else {
    eject(endpoint, now);
  }
}

void EndpointPool::eject(Endpoint& endpoint, double now) {
  ++endpoint.ejections;
  endpoint.ejected_until =
      now + std::min(max_ejection_, ejection_ * endpoint.ejections);
}

}  // namespace apus::lazy
