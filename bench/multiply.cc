// Probe of AVX2's multiply instructions: GFLOP/s of one core with operands in the first-level cache, for products of
// fp32, of 16-bit integers (vpmaddwd), and of bytes (vpmaddubsw, then vpmaddwd), in register blocks of several shapes.
//   g++ -O3 -std=c++17 -mavx2 -mfma bench/multiply.cc -o multiply && ./multiply
#include <immintrin.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace {

constexpr long kTurns = 2000000;
constexpr size_t kVectorBytes = 32;

/// Multiply-accumulate of `per_vector` products a vector.
struct Fp32 {
  static constexpr const char* name = "fp32";
  static constexpr int per_vector = 8;
  using Sums = __m256;
  static Sums multiply_add(Sums sums, __m256i left, __m256i right) {
    return _mm256_fmadd_ps(_mm256_castsi256_ps(left), _mm256_castsi256_ps(right), sums);
  }
};

struct Int16 {
  static constexpr const char* name = "int16";
  static constexpr int per_vector = 16;
  using Sums = __m256i;
  static Sums multiply_add(Sums sums, __m256i left, __m256i right) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(left, right));
  }
};

struct Int8 {
  static constexpr const char* name = "int8";
  static constexpr int per_vector = 32;
  using Sums = __m256i;
  static Sums multiply_add(Sums sums, __m256i left, __m256i right) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(left, right), _mm256_set1_epi16(1)));
  }
};

double processor_seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

alignas(64) char left_bytes[1 << 14], right_bytes[1 << 16];

template <class M, int rows, int vectors>
[[gnu::noinline]] double run(typename M::Sums* out) {
  typename M::Sums sums[rows][vectors] = {};
  const double start = processor_seconds();
  for (long turn = 0; turn < kTurns; turn++) {
    const char* right_at = right_bytes + (turn & 63) * vectors * kVectorBytes;
    const char* left_at = left_bytes + (turn & 63) * rows * 4;
    __m256i right[vectors];
#pragma GCC unroll 4
    for (int v = 0; v < vectors; v++)
      right[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(right_at + v * kVectorBytes));
#pragma GCC unroll 8
    for (int row = 0; row < rows; row++) {
      int32_t unit;
      memcpy(&unit, left_at + row * 4, sizeof unit);
      const __m256i left = _mm256_set1_epi32(unit);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++) {
        sums[row][v] = M::multiply_add(sums[row][v], left, right[v]);
        asm("" : "+x"(sums[row][v]));
      }
    }
  }
  const double seconds = processor_seconds() - start;
  memcpy(out, sums, sizeof sums);
  return 2.0 * kTurns * rows * vectors * M::per_vector / seconds / 1e9;
}

template <class M, int rows, int vectors>
void report() {
  typename M::Sums out[rows * vectors];
  double best = 0;
  for (int round = 0; round < 5; round++) {
    const double speed = run<M, rows, vectors>(out);
    if (speed > best) best = speed;
  }
  std::printf("%-5s %d × %d: %.0f GFLOP/s\n", M::name, rows, vectors * 8, best);
}

template <class M>
void report_shapes() {
  report<M, 4, 2>();
  report<M, 5, 2>();
  report<M, 6, 2>();
  report<M, 3, 3>();
}

}  // namespace

int main() {
  report_shapes<Fp32>();
  report_shapes<Int16>();
  report_shapes<Int8>();
}
