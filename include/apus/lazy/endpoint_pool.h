// Chooses one of several endpoints that serve the same files (a CDN and the
// origin, regions), learns from every outcome, and ejects the ones that fail.
//
// Sources: smooth weighted round robin (nginx); the power of two choices (M.
// Mitzenmacher) on a peak-sensitive moving average of latency (Finagle's
// PeakEWMA); rendezvous hashing (D. Thaler, C. Ravishankar), weighted by
// copies; outlier ejection after failures in a row, longer each time, and
// never of all endpoints (Envoy).
//
// The latency estimate of an idle endpoint fades, so a slow endpoint is tried
// again after a while. An endpoint that returns from ejection gets one request
// at a time until it succeeds.
//
// Memory: 80 bytes per endpoint. Every call is O(endpoints), rendezvous
// O(sum of weights). Times are ms on a monotonic clock, random numbers are in
// [0, 1). Holds numbers only.
#ifndef APUS_LAZY_ENDPOINT_POOL_H_
#define APUS_LAZY_ENDPOINT_POOL_H_

#include <array>
#include <cstdint>

#include "apus/lazy/outcome.h"

namespace apus::lazy {

class EndpointPool {
 public:
  static constexpr uint32_t kMaxEndpoints = 32;
  static constexpr uint32_t kMaxWeight = 100;
  static constexpr int32_t kNone = -1;

  enum class Policy : uint32_t {
    kRoundRobin = 0,
    kWeighted = 1,
    kLeastOutstanding = 2,
    kPowerOfTwo = 3,
    kRendezvous = 4,
    kNearest = 5,
  };

  // An endpoint is ejected after `failures` in a row, for `ejection` ms
  // multiplied by the number of its ejections, at most `max_ejection`. Its
  // latency estimate halves in `fade` ms without a request.
  // Requires: failures >= 1, 0 <= ejection <= max_ejection, fade > 0.
  EndpointPool(Policy policy, uint32_t failures, double ejection,
               double max_ejection, double fade);

  // Adds an endpoint and returns its index. kNearest compares `distance`, in
  // any unit; kRendezvous hashes `identity`, a hash of the endpoint's name.
  // Requires: size() < kMaxEndpoints, 1 <= weight <= kMaxWeight.
  uint32_t add(uint32_t weight, double distance, uint32_t identity);

  // Adds an endpoint of another pool, with what that one has learned of it.
  // Requires: index < other.size(), as add().
  uint32_t adopt(const EndpointPool& other, uint32_t index, uint32_t weight,
                 double distance);

  // Chooses the endpoint of the next request and counts the request as sent.
  // Returns kNone when the bit mask `without` excludes all endpoints. An
  // ejected endpoint is chosen only when no other is left; then it is the one
  // that returns first.
  int32_t pick(double now, double random, uint32_t key, uint32_t without);

  // Records the outcome of a request that was picked. A cancelled request
  // still gives a lower bound of the endpoint's latency.
  void record(uint32_t index, double now, double latency, Outcome outcome);

  // Ends an ejection after a successful health probe, or starts one.
  void set_healthy(uint32_t index, double now, bool healthy);

  bool ejected(uint32_t index, double now) const {
    return endpoints_[index].ejected_until > now;
  }
  double ejected_until(uint32_t index) const {
    return endpoints_[index].ejected_until;
  }
  double latency(uint32_t index, double now) const;
  uint32_t outstanding(uint32_t index) const {
    return endpoints_[index].outstanding;
  }
  uint32_t size() const { return size_; }

 private:
  struct Endpoint {
    uint32_t weight = 1;
    uint32_t identity = 0;
    double distance = 0;
    // Moving average, ms; 0 while unknown.
    double latency = 0;
    double updated = 0;
    double ejected_until = 0;
    // Of smooth weighted round robin.
    int32_t credit = 0;
    uint32_t outstanding = 0;
    // Failures in a row.
    uint32_t in_a_row = 0;
    // Ejections since the last success.
    uint32_t ejections = 0;
  };

  bool usable(uint32_t index, double now) const;
  int32_t choose(uint32_t mask, double now, double random, uint32_t key);
  // The value that the policy compares; the smaller cost wins.
  double cost(uint32_t index, double now) const;
  void eject(Endpoint& endpoint, double now);

  Policy policy_;
  uint32_t failures_;
  double ejection_;
  double max_ejection_;
  double fade_;
  uint32_t size_ = 0;
  // The next turn of round robin.
  uint32_t next_ = 0;
  std::array<Endpoint, kMaxEndpoints> endpoints_{};
};

}  // namespace apus::lazy

#endif  // APUS_LAZY_ENDPOINT_POOL_H_
