// Chooses one of several endpoints that serve the same files (a CDN and the
// origin, regions), learns from every outcome, and leaves out those that
// fail.
//
// Sources: smooth weighted round robin (nginx); the power of two choices (M.
// Mitzenmacher) on a peak-sensitive moving average of latency (Finagle's
// PeakEWMA); rendezvous hashing (D. Thaler, C. Ravishankar), weighted by
// copies; outlier ejection after failures in a row, for longer each time, and
// never of everything (Envoy).
//
// An idle endpoint's latency estimate fades, so that one which was slow is
// tried again some time; one that returns from ejection gets one request at a
// time until it succeeds.
//
// Memory: 80 bytes an endpoint. Every call O(endpoints), rendezvous O(sum of
// weights). Times in ms on one clock that never goes back; random numbers in
// [0, 1). Not owned: nothing; copies nothing but numbers.
#ifndef APUS_LAZY_ENDPOINT_POOL_H_
#define APUS_LAZY_ENDPOINT_POOL_H_

#include <array>
#include <cstdint>

namespace apus {

class EndpointPool {
 public:
  static constexpr uint32_t kMaxEndpoints = 32;
  static constexpr uint32_t kMaxWeight = 100;
  static constexpr int32_t kNone = -1;

  // The order is part of the boundary.
  enum class Policy : uint32_t {
    kRoundRobin = 0,
    kWeighted = 1,
    kLeastOutstanding = 2,
    kPowerOfTwo = 3,
    kRendezvous = 4,
    kNearest = 5,
  };

  // An endpoint is ejected after `failures` in a row, for `ejection` ms times
  // the number of its ejections, at most `max_ejection`; its estimate of
  // latency halves in `fade` ms without a request.
  // Requires: failures >= 1, 0 <= ejection <= max_ejection, fade > 0.
  EndpointPool(Policy policy, uint32_t failures, double ejection,
               double max_ejection, double fade);

  // Adds an endpoint and returns its index. `distance`: in any unit, for
  // kNearest. `identity`: a hash of its name, for kRendezvous.
  // Requires: size() < kMaxEndpoints, 1 <= weight <= kMaxWeight.
  uint32_t add(uint32_t weight, double distance, uint32_t identity);

  // The endpoint for the next request, which counts as sent; kNone when all
  // are in `without`, a bit mask. An ejected one is chosen only when nothing
  // else is left: the one that returns first.
  int32_t pick(double now, double random, uint32_t key, uint32_t without);

  enum class Outcome : uint32_t { kFailed = 0, kOk = 1, kCancelled = 2 };

  // The outcome of a request that was picked. A cancelled one teaches how
  // slow the endpoint is at least.
  void record(uint32_t index, double now, double latency, Outcome outcome);

  // Ends an ejection (a health probe succeeded), or starts one.
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
    double latency = 0;  // moving average, ms; 0: unknown
    double updated = 0;
    double ejected_until = 0;
    int32_t credit = 0;  // of smooth weighted round robin
    uint32_t outstanding = 0;
    uint32_t in_a_row = 0;   // failures
    uint32_t ejections = 0;  // without a success since
  };

  bool usable(uint32_t index, double now) const;
  int32_t choose(uint32_t mask, double now, double random, uint32_t key);
  // Compares two endpoints by the policy; the smaller is the better.
  double cost(uint32_t index, double now) const;
  void eject(Endpoint& endpoint, double now);

  Policy policy_;
  uint32_t failures_;
  double ejection_;
  double max_ejection_;
  double fade_;
  uint32_t size_ = 0;
  uint32_t next_ = 0;  // of round robin
  std::array<Endpoint, kMaxEndpoints> endpoints_{};
};

}  // namespace apus

#endif  // APUS_LAZY_ENDPOINT_POOL_H_
