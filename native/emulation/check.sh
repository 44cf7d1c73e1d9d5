#!/bin/sh
# Checks the AVX-VNNI, AVX-512 and AMX kernels on an x64 processor that has none of them but AVX2: compiled against
# an emulation of their instructions (immintrin.h here; needs SIMDe, Debian's libsimde-dev). Shows that the code
# computes the right numbers; says nothing of its speed.
set -e
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags="-O2 -std=c++17 -Wno-psabi -ffp-contract=off -DUNDERSTUDY_X64 -DUNDERSTUDY_NEWER -mavx2 -mfma"
for table in avxvnni avx512 avx512vnni avx512bf16 amx; do
  ${CXX:-g++} $flags -w -Iemulation -c kernels/isa_$table.cc -o "$out/$table.o"
done
${CXX:-g++} $flags emulation/check.cc engine/*.cc kernels/isa_plain.cc kernels/isa_avx2.cc "$out"/*.o -o "$out/check" -pthread
"$out/check"

# NEON's kernels, where there is a cross compiler and an emulation (Debian's g++-aarch64-linux-gnu and qemu-user-static).
cross=aarch64-linux-gnu-g++
if command -v $cross >/dev/null && command -v qemu-aarch64-static >/dev/null; then
  flags="-O2 -std=c++17 -ffp-contract=off -static -DUNDERSTUDY_ARM64 -DUNDERSTUDY_NEWER"
  $cross $flags -march=armv8.2-a+dotprod -c kernels/isa_neon_dot.cc -o "$out/neon_dot.o"
  $cross $flags emulation/check.cc engine/*.cc kernels/isa_plain.cc kernels/isa_neon.cc "$out/neon_dot.o" -o "$out/neon" -pthread
  qemu-aarch64-static "$out/neon"
fi
