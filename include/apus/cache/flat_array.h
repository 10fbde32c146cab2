// The array that the parts of a cache are made of.
#ifndef APUS_CACHE_FLAT_ARRAY_H_
#define APUS_CACHE_FLAT_ARRAY_H_

#include "apus/base/flat_array.h"

#endif  // APUS_CACHE_FLAT_ARRAY_H_
