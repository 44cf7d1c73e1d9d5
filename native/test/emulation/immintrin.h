// Stands in for the compiler's header when the AVX-512 and AMX kernels are checked on a processor without them
// (run.sh): AVX-512 by SIMDe, AMX tiles by the few functions below, written from their definition.
#pragma once

#include_next <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#undef _mm512_madd_epi16  // SIMDe 0.7.4 gives it the masked one's arguments
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)
// Instructions that SIMDe lacks, lane by lane.
template <class To, class From, class Lane, class Convert>
To emulated_lanes(const From& from, Lane, Convert convert) {
  using Out = decltype(convert(Lane()));
  Lane in[sizeof(From) / sizeof(Lane)];
  Out out[sizeof(To) / sizeof(Out)];
  static_assert(sizeof in / sizeof *in == sizeof out / sizeof *out, "as many lanes");
  std::memcpy(in, &from, sizeof in);
  for (size_t i = 0; i < sizeof in / sizeof *in; i++) out[i] = convert(in[i]);
  To to;
  std::memcpy(&to, out, sizeof to);
  return to;
}
#undef _mm512_cvtepi32_ps
#define _mm512_cvtepi32_ps(a) emulated_lanes<__m512>(a, int32_t(), [](int32_t x) { return static_cast<float>(x); })
#undef _mm512_cvtps_epi32
#define _mm512_cvtps_epi32(a) \
  emulated_lanes<__m512i>(a, float(), [](float x) { return static_cast<int32_t>(std::nearbyint(x)); })
#undef _mm512_cvtepu16_epi32
#define _mm512_cvtepu16_epi32(a) \
  emulated_lanes<__m512i>(a, uint16_t(), [](uint16_t x) { return static_cast<uint32_t>(x); })
#undef _mm512_cvtepi32_epi16
#define _mm512_cvtepi32_epi16(a) \
  emulated_lanes<__m256i>(a, uint32_t(), [](uint32_t x) { return static_cast<uint16_t>(x); })

#undef _mm512_cvtepi32_epi8
#define _mm512_cvtepi32_epi8(a) \
  emulated_lanes<__m128i>(a, uint32_t(), [](uint32_t x) { return static_cast<uint8_t>(x); })
#undef _mm256_dpbusd_avx_epi32
#undef _mm512_dpbusd_epi32
#define _mm256_dpbusd_avx_epi32 emulated_dpbusd
#define _mm512_dpbusd_epi32 emulated_dpbusd
/// Of as many sums as a vector has.
template <class Integers>
Integers emulated_dpbusd(Integers sums, Integers unsigned_ones, Integers signed_ones) {
  int32_t sum[sizeof sums / 4];
  uint8_t a[sizeof sums];
  int8_t b[sizeof sums];
  std::memcpy(sum, &sums, sizeof sum);
  std::memcpy(a, &unsigned_ones, sizeof a);
  std::memcpy(b, &signed_ones, sizeof b);
  for (size_t i = 0; i < sizeof a; i++) sum[i / 4] += a[i] * b[i];
  std::memcpy(&sums, sum, sizeof sum);
  return sums;
}

#undef _mm512_reduce_add_ps
#define _mm512_reduce_add_ps emulated_reduce_add
inline float emulated_reduce_add(__m512 a) {
  float lanes[16], sum = 0;
  std::memcpy(lanes, &a, sizeof lanes);
  for (const float lane : lanes) sum += lane;
  return sum;
}
#undef _mm512_reduce_max_ps
#define _mm512_reduce_max_ps emulated_reduce_max
inline float emulated_reduce_max(__m512 a) {
  float lanes[16], largest;
  std::memcpy(lanes, &a, sizeof lanes);
  largest = lanes[0];
  for (const float lane : lanes) largest = lane > largest ? lane : largest;
  return largest;
}

struct EmulatedTiles {
  struct Shape {
    unsigned rows = 0, row_bytes = 0;
  };
  bool configured = false;
  Shape shapes[8];
  unsigned char data[8][16][64];
};
inline thread_local EmulatedTiles emulated_tiles;

inline void emulated_require(bool condition) {
  if (!condition) std::abort();  // the processor would fault
}

#define _tile_loadconfig emulated_tile_loadconfig
inline void emulated_tile_loadconfig(const void* config) {
  const unsigned char* bytes = static_cast<const unsigned char*>(config);
  emulated_require(bytes[0] == 1);
  for (int i = 1; i < 16; i++) emulated_require(bytes[i] == 0);
  for (int t = 0; t < 8; t++) {
    uint16_t row_bytes;
    std::memcpy(&row_bytes, bytes + 16 + 2 * t, 2);
    emulated_require(row_bytes <= 64 && bytes[48 + t] <= 16);
    emulated_tiles.shapes[t] = {bytes[48 + t], row_bytes};
  }
  std::memset(emulated_tiles.data, 0, sizeof emulated_tiles.data);
  emulated_tiles.configured = true;
}

#define _tile_release emulated_tile_release
inline void emulated_tile_release() { emulated_tiles.configured = false; }

#define _tile_zero emulated_tile_zero
inline void emulated_tile_zero(int tile) {
  emulated_require(emulated_tiles.configured);
  std::memset(emulated_tiles.data[tile], 0, sizeof emulated_tiles.data[tile]);
}

#define _tile_stream_loadd emulated_tile_loadd
#define _tile_loadd emulated_tile_loadd
inline void emulated_tile_loadd(int tile, const void* base, size_t stride) {
  emulated_require(emulated_tiles.configured);
  const auto shape = emulated_tiles.shapes[tile];
  std::memset(emulated_tiles.data[tile], 0, sizeof emulated_tiles.data[tile]);
  for (unsigned row = 0; row < shape.rows; row++)
    std::memcpy(emulated_tiles.data[tile][row], static_cast<const char*>(base) + row * stride, shape.row_bytes);
}

#define _tile_stored emulated_tile_stored
inline void emulated_tile_stored(int tile, void* base, size_t stride) {
  emulated_require(emulated_tiles.configured);
  const auto shape = emulated_tiles.shapes[tile];
  for (unsigned row = 0; row < shape.rows; row++)
    std::memcpy(static_cast<char*>(base) + row * stride, emulated_tiles.data[tile][row], shape.row_bytes);
}

inline float emulated_bf16(const unsigned char* p) {
  uint16_t half;
  std::memcpy(&half, p, 2);
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

/// Calls at(sum's bytes, four bytes of a, four bytes of b) for every product of units.
template <class At>
void emulated_tile_products(int c, int a, int b, At at) {
  const auto& shapes = emulated_tiles.shapes;
  emulated_require(emulated_tiles.configured);
  emulated_require(shapes[c].rows == shapes[a].rows && shapes[c].row_bytes == shapes[b].row_bytes &&
                   shapes[a].row_bytes / 4 == shapes[b].rows);
  for (unsigned m = 0; m < shapes[a].rows; m++)
    for (unsigned n = 0; n < shapes[b].row_bytes / 4; n++)
      for (unsigned k = 0; k < shapes[b].rows; k++)
        at(emulated_tiles.data[c][m] + 4 * n, emulated_tiles.data[a][m] + 4 * k, emulated_tiles.data[b][k] + 4 * n);
}

#define _tile_dpbf16ps emulated_tile_dpbf16ps
inline void emulated_tile_dpbf16ps(int c, int a, int b) {
  emulated_tile_products(c, a, b, [](unsigned char* to, const unsigned char* left, const unsigned char* right) {
    float sum;
    std::memcpy(&sum, to, 4);
    for (unsigned half = 0; half < 4; half += 2) sum += emulated_bf16(left + half) * emulated_bf16(right + half);
    std::memcpy(to, &sum, 4);
  });
}

#define _tile_dpbssd emulated_tile_dpbssd
inline void emulated_tile_dpbssd(int c, int a, int b) {
  emulated_tile_products(c, a, b, [](unsigned char* to, const unsigned char* left, const unsigned char* right) {
    int32_t sum;
    std::memcpy(&sum, to, 4);
    for (unsigned i = 0; i < 4; i++) sum += static_cast<int8_t>(left[i]) * static_cast<int8_t>(right[i]);
    std::memcpy(to, &sum, 4);
  });
}
