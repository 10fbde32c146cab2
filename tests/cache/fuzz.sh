#!/bin/sh
# Fuzzes the byte heap (table, arena, policies, timers, tags) with libFuzzer
# under ASan and UBSan:
#
#   tests/cache/fuzz.sh [seconds, default 600]
#
# Needs clang 19 or newer with its runtime (Debian: clang-19, libclang-rt-19-dev).
set -eu
cd "$(dirname "$0")/../.."
clang=${CLANGXX:-clang++-19}
out=build/fuzz
mkdir -p "$out/cache-corpus"
$clang -std=c++23 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -Iinclude \
  -fno-exceptions tests/cache/byte_heap_fuzz.cpp src/cache/*.cpp -o "$out/byte_heap_fuzz"
"$out/byte_heap_fuzz" -max_total_time="${1:-600}" -max_len=4096 -print_final_stats=1 "$out/cache-corpus"
