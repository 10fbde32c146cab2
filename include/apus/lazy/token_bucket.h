// A bucket of tokens that refills with time and by gifts. As a rate limiter
// each request takes a token; as a retry budget each request gives a fraction
// of one and each retry takes one, so retries can never be more than a share
// of the traffic; as a hedging budget the same.
//
// Source: token bucket; the use as a retry budget is Finagle's RetryBudget
// and gRPC's proposal A6.
//
// Memory: 40 bytes. Every call O(1). Times in ms on one clock that never goes
// back; an earlier time counts as no time.
#ifndef APUS_LAZY_TOKEN_BUCKET_H_
#define APUS_LAZY_TOKEN_BUCKET_H_

namespace apus {

class TokenBucket {
 public:
  // Starts full. Requires: capacity >= 1, per_second >= 0, both finite.
  TokenBucket(double capacity, double per_second, double now);

  // Adds tokens, up to the capacity. Requires: count >= 0.
  void give(double now, double count);

  // Takes `count` tokens if they are there and returns 0; else takes none and
  // returns the ms until they could be, infinite when time alone never brings
  // them. Requires: count >= 0.
  double take(double now, double count);

  double tokens(double now);

 private:
  void refill(double now);

  double capacity_;
  double per_ms_;
  double tokens_;
  double updated_;
};

}  // namespace apus

#endif  // APUS_LAZY_TOKEN_BUCKET_H_
