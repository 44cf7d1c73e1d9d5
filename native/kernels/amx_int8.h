// Products and weight gradients of bytes on AMX tiles. A tile of a is 16 rows of 64 bytes along K, as `to_bytes` leaves
// them; one of b 16 units of four bytes along K and 16 columns, as `pack_int8` leaves them; one of sums 16 rows of 16
// integers, which are scaled on their way to c.
#pragma once

#include "amx.h"
#include "gradient_int8.h"
#include "int8_avx512.h"
#include "pack_int8.h"

namespace understudy {
namespace {

/// Tiles multiply signed bytes with signed ones.
struct MultiplyTileBytes : MultiplyBytes {
  static constexpr int32_t added = 0;
};

/// Sums of up to 32 rows and 32 columns, those of 16 columns after each other.
struct TileSums {
  alignas(64) int32_t sums[2][2 * kTileRows][kPanelFloats];
};

/// c [rows, 32] = (bias or c) + sums × scales, of which `scales` has 16 here and 16 `scales_step` bytes on.
inline void add_scaled(const TileSums& from, size_t rows, const float* row_scales, const char* scales,
                       size_t scales_step, Values c, const float* bias) {
  for (size_t half = 0; half < 2; half++) {
    const __m512 columns = _mm512_loadu_ps(scales + half * scales_step);
    const __m512 start = bias ? _mm512_loadu_ps(bias + half * kPanelFloats) : _mm512_setzero_ps();
    float* to = c.panel(half);
    for (size_t row = 0; row < rows; row++, to += kPanelFloats) {
      const __m512 sums = _mm512_cvtepi32_ps(_mm512_load_si512(from.sums[half][row]));
      const __m512 scale = _mm512_mul_ps(columns, _mm512_set1_ps(row_scales[row]));
      _mm512_storeu_ps(to, _mm512_fmadd_ps(sums, scale, bias ? start : _mm512_loadu_ps(to)));
    }
  }
}

/// Up to 32 rows of one block of K, which meet all of b. `b`: the block in the first panel.
inline void product_of_tile_bytes(Tiles& tiles, const ByteRows& a, size_t rows, size_t k, const char* b,
                                  size_t b_stride, Values c, size_t n, const float* bias) {
  TileSums sums;
  TileBlock block{};
  block.upper = rows < kTileRows ? rows : kTileRows;
  block.lower = rows - block.upper;
  block.a = reinterpret_cast<const char*>(a.bytes);
  block.a_lower = block.a + block.upper * kPanelBytes;
  block.a_step = rows * kPanelBytes;
  block.depth = k / kPanelBytes;
  block.c = reinterpret_cast<float*>(sums.sums[0]);
  block.c_right = reinterpret_cast<float*>(sums.sums[1]);
  block.c_row = kPanelBytes;
  block.from_zero = true;
  tiles.configure(block.upper, block.lower);
  for (size_t j = 0; j < n / kPanelFloats; j += 2) {
    block.b = b + j * b_stride;
    block.b_right = block.b + b_stride;
    multiply_tiles<Right::streams, Elements::bytes>(block);
    const size_t column = j * kPanelFloats;
    add_scaled(sums, rows, a.scales, block.b + k * kPanelFloats, b_stride, c.from_column(column),
               bias ? bias + column : nullptr);
  }
}

inline void product_amx_int8(Operand a, size_t k, const char* packed, Values c, size_t n, Segments segments,
                             const float* bias) {
  const size_t b_stride = panel_bytes_int8(k);
  if (segments.a_step == segments.rows && segments.c_step == segments.rows)
    segments = one_segment(segments.rows * segments.segments);
  Tiles tiles;
  ByteRows bytes;
  for (size_t s = 0; s < segments.segments; s++)
    for (size_t row = 0; row < segments.rows; row += 2 * kTileRows) {
      const size_t left = segments.rows - row;
      const size_t rows = left < 2 * kTileRows ? left : 2 * kTileRows;
      const Operand some = a.from_row(s * segments.a_step + row);
      for (size_t k0 = 0; k0 < k; k0 += kByteDepth) {
        const size_t depth = k - k0 < kByteDepth ? k - k0 : kByteDepth;
        to_bytes<MultiplyTileBytes>(some.from_panel(k0 * sizeof(Bfloat) / kPanelBytes), depth, 0, rows, bytes);
        product_of_tile_bytes(tiles, bytes, rows, byte_depth(depth),
                              packed + k0 / kByteDepth * packed_block_bytes(kByteDepth), b_stride,
                              c.from_row(s * segments.c_step + row), n, k0 == 0 ? bias : nullptr);
      }
    }
}

/// Tiles of one pass of a gradient, of 16 columns.
constexpr size_t kByteTiles = kByteRowsTogether / kUnitRows / kTileRows;

/// Sixteen columns of an operand that is ready for `gradient_int8`, from unit to unit → tiles: units × columns as b's
/// tiles want them, or columns × units as a's do. The last one is filled up with zeros.
template <bool transposed>
void pack_byte_tiles(const char* from, size_t units, char* to) {
  for (size_t unit = 0; unit < units; unit += kTileRows, to += kTileBytes) {
    __m512i lines[kTileRows];
    for (size_t i = 0; i < kTileRows; i++)
      lines[i] = unit + i < units ? _mm512_load_si512(from + (unit + i) * kUnitStep) : _mm512_setzero_si512();
    if (transposed) transpose_units(lines);
    for (size_t i = 0; i < kTileRows; i++) _mm512_store_si512(to + i * kPanelBytes, lines[i]);
  }
}

/// tile [32, 32] (+)= sums × the columns' scales.
inline void add_scaled_columns(const TileSums& from, const ColumnScales scales[2], float* tile, size_t ld, bool first) {
  for (size_t half = 0; half < 2; half++) {
    const __m512 scale = _mm512_loadu_ps(scales[half].scales);
    float* to = tile + half * kPanelFloats;
    for (size_t row = 0; row < 2 * kTileRows; row++, to += ld) {
      const __m512 sums = _mm512_cvtepi32_ps(_mm512_load_si512(from.sums[half][row]));
      _mm512_storeu_ps(to, _mm512_fmadd_ps(sums, scale, first ? _mm512_setzero_ps() : _mm512_loadu_ps(to)));
    }
  }
}

constexpr size_t byte_tiles_scratch(size_t panels) { return panels * 2 * kByteTiles * kTileBytes; }

/// One pass over rows `first` … `first + rows`, as many as share their scales.
inline void gradient_pass_amx_int8(const GradientTile& g, size_t first, size_t rows) {
  constexpr size_t run = kByteTiles * kTileBytes;  // of 16 columns
  char* const d_tiles = g.scratch + byte_tiles_scratch(g.a_panels);
  const size_t units = rows / kUnitRows;
  const size_t ld = g.d_panels * kByteColumns;
  for (size_t i = 0; i < g.a_panels * 2; i++)
    pack_byte_tiles<true>(sixteen_columns_of_bytes(g.a, i, first), units, g.scratch + i * run);
  for (size_t j = 0; j < g.d_panels * 2; j++)
    pack_byte_tiles<false>(sixteen_columns_of_bytes(g.d, j, first), units, d_tiles + j * run);
  TileSums sums;
  TileBlock block{};
  block.upper = block.lower = kTileRows;
  block.a_step = kTileBytes;
  block.depth = (units + kTileRows - 1) / kTileRows;
  block.c = reinterpret_cast<float*>(sums.sums[0]);
  block.c_right = reinterpret_cast<float*>(sums.sums[1]);
  block.c_row = kPanelBytes;
  block.from_zero = true;
  for (size_t j = 0; j < g.d_panels; j++) {
    const auto* scales = reinterpret_cast<const ColumnScales*>(g.d_scales + j * scale_bytes_int8(g.rows)) +
                         first / kByteRowsTogether * 2;
    block.b = d_tiles + 2 * j * run;
    block.b_right = block.b + run;
    for (size_t i = 0; i < g.a_panels; i++) {
      block.a = g.scratch + 2 * i * run;
      block.a_lower = block.a + run;
      multiply_tiles<Right::stays, Elements::bytes>(block);
      add_scaled_columns(sums, scales, g.tile + kByteColumns * (i * ld + j), ld, first == 0);
    }
  }
}

inline void gradient_amx_int8(const GradientTile& g) {
  Tiles tiles;
  tiles.configure(kTileRows, kTileRows);
  for (size_t row = 0; row < g.rows; row += kByteRowsTogether)
    gradient_pass_amx_int8(g, row, g.rows - row < kByteRowsTogether ? g.rows - row : kByteRowsTogether);
}

}  // namespace
}  // namespace understudy
