// Products and weight gradients on AMX tiles, bf16. A tile is 16 rows of 64 bytes. Of a: 16 rows and 32 elements along
// K, the layout of 16 rows of an operand panel. Of b: 16 pairs along K and 16 columns, the layout of a packed panel. Of
// c: 16 rows and 16 fp32 columns, the layout of 16 rows of an fp32 panel. So tiles are loaded and stored without
// copying.
#pragma once

#include <immintrin.h>
#include <string.h>

#include "bf16_avx512.h"
#include "kernels/gradient.h"
#include "pack_avx512.h"

namespace understudy {
namespace {

constexpr size_t kTileRows = 16;
constexpr size_t kTileBytes = kTileRows * kPanelBytes;
/// Panels of a (32 elements each) of one pass over K: 32 rows of 16 panels are 32 KB, in the first-level cache.
constexpr size_t kTilePass = 16;

/// Compiler barrier: completes all stores before a tile instruction reads them. GCC's tile intrinsics declare only the
/// first eight bytes of a configuration as read, and GCC dropped the stores to the rest where shapes are constants.
inline void finish_stores(const void* read) { __asm__ volatile("" : : "r"(read) : "memory"); }

/// Configuration of the eight tiles: two by two of sums (0 … 3), two of a (4, 5) and two of b (6, 7). a's two tiles
/// have `upper` and `lower` rows.
class Tiles {
 public:
  ~Tiles() { _tile_release(); }

  void configure(size_t upper, size_t lower) {
    if (upper == upper_ && lower == lower_) return;
    upper_ = upper;
    lower_ = lower;
    struct alignas(64) {
      uint8_t palette = 1;
      uint8_t start_row = 0;
      uint8_t reserved[14] = {};
      uint16_t row_bytes[16] = {};
      uint8_t rows[16] = {};
    } config;
    const size_t rows[8] = {upper, upper, lower, lower, upper, lower, kTileRows, kTileRows};
    for (size_t tile = 0; tile < 8; tile++) {
      // An unused tile keeps a valid shape.
      config.rows[tile] = static_cast<uint8_t>(rows[tile] ? rows[tile] : 1);
      config.row_bytes[tile] = kPanelBytes;
    }
    finish_stores(&config);
    _tile_loadconfig(&config);
    finish_stores(&config);
  }

 private:
  size_t upper_ = 0;
  size_t lower_ = 0;
};

/// Arguments of `multiply_tiles`: c (+)= a · b for up to 32 rows and 32 columns. c holds fp32 or int32 sums, rows
/// `c_row` bytes apart; `c_right` points at its right 16 columns. Panels of a are `a_stride` bytes apart along K, tiles
/// of b are contiguous.
struct TileBlock {
  size_t upper, lower;
  const char *a, *a_lower;
  size_t a_stride;
  const char *b, *b_right;
  size_t depth;
  char *c, *c_right;
  size_t c_row;
  bool from_zero;
};

/// Cache policy of b's tiles: `stays` for the next rows, or `streams` past the first-level cache.
enum class Right { stays, streams };

/// Elements of tiles: pairs of bf16 with fp32 sums, or four bytes with int32 sums.
enum class Elements { bf16, int8 };

#define UNDERSTUDY_MULTIPLY_TILES(sums, a, b)                           \
  if constexpr (elements == Elements::bf16) _tile_dpbf16ps(sums, a, b); \
  else _tile_dpbssd(sums, a, b)

template <Right right, Elements elements = Elements::bf16>
inline void multiply_tiles(const TileBlock& t) {
  finish_stores(t.a);
  char* c_lower = t.c + t.upper * t.c_row;
  char* c_lower_right = t.c_right + t.upper * t.c_row;
  if (t.from_zero) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  } else {
    _tile_loadd(0, t.c, t.c_row);
    _tile_loadd(1, t.c_right, t.c_row);
    if (t.lower) {
      _tile_loadd(2, c_lower, t.c_row);
      _tile_loadd(3, c_lower_right, t.c_row);
    }
  }
  const char* a = t.a;
  const char* a_lower = t.a_lower;
  for (size_t k = 0; k < t.depth; k++, a += t.a_stride, a_lower += t.a_stride) {
    if (right == Right::streams) {
      _tile_stream_loadd(6, t.b + k * kTileBytes, kPanelBytes);
      _tile_stream_loadd(7, t.b_right + k * kTileBytes, kPanelBytes);
    } else {
      _tile_loadd(6, t.b + k * kTileBytes, kPanelBytes);
      _tile_loadd(7, t.b_right + k * kTileBytes, kPanelBytes);
    }
    _tile_loadd(4, a, kPanelBytes);
    UNDERSTUDY_MULTIPLY_TILES(0, 4, 6);
    UNDERSTUDY_MULTIPLY_TILES(1, 4, 7);
    if (t.lower) {
      _tile_loadd(5, a_lower, kPanelBytes);
      UNDERSTUDY_MULTIPLY_TILES(2, 5, 6);
      UNDERSTUDY_MULTIPLY_TILES(3, 5, 7);
    }
  }
  _tile_stored(0, t.c, t.c_row);
  _tile_stored(1, t.c_right, t.c_row);
  if (t.lower) {
    _tile_stored(2, c_lower, t.c_row);
    _tile_stored(3, c_lower_right, t.c_row);
  }
}

#undef UNDERSTUDY_MULTIPLY_TILES

/// Sets 32 columns of `rows` rows to the bias.
inline void start_from_bias(Fp32Panels c, size_t rows, const float* bias) {
  for (size_t half = 0; half < 2; half++) {
    const __m512 start = _mm512_loadu_ps(bias + half * kPanelFloats);
    for (size_t row = 0; row < rows; row++) _mm512_storeu_ps(c.panel(half) + row * kPanelFloats, start);
  }
}

/// One pass over K of up to 32 rows, which stay in the first-level cache while all of b passes by. `backwards`: b's
/// last columns first.
inline void product_rows(Tiles& tiles, size_t rows, TileBlock block, size_t n, size_t b_stride, Fp32Panels c,
                         const float* bias, bool backwards) {
  block.upper = rows < kTileRows ? rows : kTileRows;
  block.lower = rows - block.upper;
  block.a_lower = block.a + block.upper * kPanelBytes;
  block.c_row = kPanelBytes;
  tiles.configure(block.upper, block.lower);
  const char* const b = block.b;
  const size_t pairs = n / (2 * kPanelFloats);
  for (size_t i = 0; i < pairs; i++) {
    const size_t j = 2 * (backwards ? pairs - 1 - i : i);
    const Fp32Panels out = c.from_column(j * kPanelFloats);
    if (bias) start_from_bias(out, rows, bias + j * kPanelFloats);
    block.b = b + j * b_stride;
    block.b_right = block.b + b_stride;
    block.c = reinterpret_cast<char*>(out.data);
    block.c_right = reinterpret_cast<char*>(out.panel(1));
    multiply_tiles<Right::streams>(block);
  }
}

/// `Products::multiply` on tiles. Configuring tiles takes 100 ns, so blocks of one shape follow each other. The
/// direction along b alternates, so that each pass begins with the columns that the second-level cache still holds.
inline void product_amx(OperandPanels a, size_t k, const char* packed, Fp32Panels c, size_t n, Segments segments,
                        const float* bias) {
  const size_t k_panels = k / (kPanelBytes / sizeof(Bfloat16));
  const size_t b_stride = k_panels * kTileBytes;
  if (segments.a_stride == segments.rows && segments.c_stride == segments.rows)
    segments = one_segment(segments.rows * segments.segments);
  Tiles tiles;
  bool backwards = false;
  for (size_t k0 = 0; k0 < k_panels; k0 += kTilePass)
    for (size_t s = 0; s < segments.segments; s++)
      for (size_t row = 0; row < segments.rows; row += 2 * kTileRows, backwards = !backwards) {
        TileBlock block{};
        block.a = a.from_panel(k0).from_row(s * segments.a_stride + row).data;
        block.a_stride = a.stride;
        block.b = packed + k0 * kTileBytes;
        block.depth = k_panels - k0 < kTilePass ? k_panels - k0 : kTilePass;
        const size_t left = segments.rows - row;
        product_rows(tiles, left < 2 * kTileRows ? left : 2 * kTileRows, block, n, b_stride,
                     c.from_row(s * segments.c_stride + row), k0 == 0 ? bias : nullptr, backwards);
      }
}

/// Rows of one pass of a weight gradient.
constexpr size_t kTileGradientRows = 256;

/// Bytes of the tiles of 16 columns in one pass.
constexpr size_t kTileRun = kTileGradientRows / (2 * kTileRows) * kTileBytes;

/// Packs a 32-column panel of `rows` rows to two runs of tiles, 32 rows each: pairs along K × columns, the layout of
/// b's tiles, or columns × K, that of a's (`transposed`). The last tile is padded with zeros.
template <bool transposed>
void pack_tiles(const char* from, size_t rows, char* to) {
  for (size_t k = 0; k < rows; k += 2 * kTileRows, to += kTileBytes) {
    const auto line = [&](size_t row) {
      return row < rows ? _mm512_load_si512(from + row * kPanelBytes) : _mm512_setzero_si512();
    };
    __m512i left[kTileRows], right[kTileRows];
    for (size_t i = 0; i < kTileRows; i++) {
      const Pairs both = pairs_of(line(k + 2 * i), line(k + 2 * i + 1));
      left[i] = both.left;
      right[i] = both.right;
    }
    if (transposed) {
      transpose_units(left);
      transpose_units(right);
    }
    for (size_t i = 0; i < kTileRows; i++) {
      _mm512_store_si512(to + i * kPanelBytes, left[i]);
      _mm512_store_si512(to + kTileRun + i * kPanelBytes, right[i]);
    }
  }
}

constexpr size_t tile_gradient_scratch(size_t panels) { return panels * kTileGradientRows * kPanelBytes; }

inline void gradient_amx(const GradientTile& g) {
  char* const d_tiles = g.scratch + tile_gradient_scratch(g.a_panels);
  const size_t ld = g.d_panels * kPanelBytes / sizeof(Bfloat16);
  Tiles tiles;
  tiles.configure(kTileRows, kTileRows);
  for (size_t k0 = 0; k0 < g.rows; k0 += kTileGradientRows) {
    const size_t rows = g.rows - k0 < kTileGradientRows ? g.rows - k0 : kTileGradientRows;
    for (size_t i = 0; i < g.a_panels; i++)
      pack_tiles<true>(g.a.from_panel(i).from_row(k0).data, rows, g.scratch + 2 * i * kTileRun);
    for (size_t j = 0; j < g.d_panels; j++)
      pack_tiles<false>(g.d.from_panel(j).from_row(k0).data, rows, d_tiles + 2 * j * kTileRun);
    TileBlock block{};
    block.upper = block.lower = kTileRows;
    block.a_stride = kTileBytes;
    block.depth = (rows + 2 * kTileRows - 1) / (2 * kTileRows);
    block.c_row = ld * sizeof(float);
    block.from_zero = k0 == 0;
    for (size_t j = 0; j < g.d_panels; j++)
      for (size_t i = 0; i < g.a_panels; i++) {
        block.a = g.scratch + 2 * i * kTileRun;
        block.a_lower = block.a + kTileRun;
        block.b = d_tiles + 2 * j * kTileRun;
        block.b_right = block.b + kTileRun;
        block.c = reinterpret_cast<char*>(g.tile + 2 * kTileRows * (i * ld + j));
        block.c_right = block.c + kPanelBytes;
        multiply_tiles<Right::stays>(block);
      }
  }
}

}  // namespace
}  // namespace understudy
