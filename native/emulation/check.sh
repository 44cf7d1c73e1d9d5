#!/bin/sh
# Checks the AVX-512, AVX-512 BF16 and AMX kernels on an x64 processor that has none of them but AVX2: compiled against
# an emulation of their instructions (immintrin.h here; needs SIMDe, Debian's libsimde-dev). Shows that the code
# computes the right numbers; says nothing of its speed.
set -e
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags="-O2 -std=c++17 -Wno-psabi -ffp-contract=off -DUNDERSTUDY_X64 -DUNDERSTUDY_BF16 -mavx2 -mfma"
for table in avx512 avx512bf16 amx; do
  ${CXX:-g++} $flags -w -Iemulation -c kernels/isa_$table.cc -o "$out/$table.o"
done
${CXX:-g++} $flags emulation/check.cc engine/*.cc kernels/isa_plain.cc kernels/isa_avx2.cc "$out"/*.o -o "$out/check" -pthread
"$out/check"
