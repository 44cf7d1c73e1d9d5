// Products and weight gradients in 8 bits on AMX tiles. A tile of a is 16 rows of 64 bytes along K, the layout of
// `quantise_rows`; of b 16 units of four bytes along K and 16 columns, the layout of `pack_int8`; of sums 16 rows of 16
// integers, which are scaled on their way to c.
#pragma once

#include "amx.h"
#include "int8_avx512.h"
#include "kernels/gradient_int8.h"
#include "kernels/pack_int8.h"

namespace understudy {
namespace {

/// Signed bytes times signed ones.
struct MultiplyInt8Tiles : MultiplyInt8 {
  static constexpr int32_t zero_point = 0;
};

/// Integer sums of up to 32 rows and 32 columns, in two halves of 16 columns.
struct TileSums {
  alignas(64) int32_t sums[2][2 * kTileRows][kPanelFloats];
};

/// c [rows, 32] = (bias or c) + sums × scales. `column_scales`: two halves of 16, `scales_stride` bytes apart.
inline void dequantise_rows(const TileSums& from, size_t rows, const float* row_scales, const char* column_scales,
                            size_t scales_stride, Fp32Panels c, const float* bias) {
  for (size_t half = 0; half < 2; half++) {
    const __m512 columns = _mm512_loadu_ps(column_scales + half * scales_stride);
    const __m512 start = bias ? _mm512_loadu_ps(bias + half * kPanelFloats) : _mm512_setzero_ps();
    float* to = c.panel(half);
    for (size_t row = 0; row < rows; row++, to += kPanelFloats) {
      const __m512 sums = _mm512_cvtepi32_ps(_mm512_load_si512(from.sums[half][row]));
      const __m512 scale = _mm512_mul_ps(columns, _mm512_set1_ps(row_scales[row]));
      _mm512_storeu_ps(to, _mm512_fmadd_ps(sums, scale, bias ? start : _mm512_loadu_ps(to)));
    }
  }
}

/// Product of one block of K: up to 32 quantised rows times all of b. `b`: the block in the first panel.
inline void int8_tiles_pass(Tiles& tiles, const QuantisedRows& a, size_t rows, size_t k, const char* b, size_t b_stride,
                            Fp32Panels c, size_t n, const float* bias) {
  TileSums sums;
  TileBlock block{};
  block.upper = rows < kTileRows ? rows : kTileRows;
  block.lower = rows - block.upper;
  block.a = reinterpret_cast<const char*>(a.values);
  block.a_lower = block.a + block.upper * kPanelBytes;
  block.a_stride = rows * kPanelBytes;
  block.depth = k / kPanelBytes;
  block.c = reinterpret_cast<char*>(sums.sums[0]);
  block.c_right = reinterpret_cast<char*>(sums.sums[1]);
  block.c_row = kPanelBytes;
  block.from_zero = true;
  tiles.configure(block.upper, block.lower);
  for (size_t j = 0; j < n / kPanelFloats; j += 2) {
    block.b = b + j * b_stride;
    block.b_right = block.b + b_stride;
    multiply_tiles<Right::streams, Elements::int8>(block);
    const size_t column = j * kPanelFloats;
    dequantise_rows(sums, rows, a.scales, block.b + k * kPanelFloats, b_stride, c.from_column(column),
                    bias ? bias + column : nullptr);
  }
}

inline void product_amx_int8(OperandPanels a, size_t k, const char* packed, Fp32Panels c, size_t n, Segments segments,
                             const float* bias) {
  const size_t b_stride = panel_bytes_int8(k);
  if (segments.a_stride == segments.rows && segments.c_stride == segments.rows)
    segments = one_segment(segments.rows * segments.segments);
  Tiles tiles;
  QuantisedRows quantised;
  for (size_t s = 0; s < segments.segments; s++)
    for (size_t row = 0; row < segments.rows; row += 2 * kTileRows) {
      const size_t left = segments.rows - row;
      const size_t rows = left < 2 * kTileRows ? left : 2 * kTileRows;
      const OperandPanels from = a.from_row(s * segments.a_stride + row);
      for (size_t k0 = 0; k0 < k; k0 += kInt8Depth) {
        const size_t depth = k - k0 < kInt8Depth ? k - k0 : kInt8Depth;
        quantise_rows<MultiplyInt8Tiles>(from.from_panel(k0 * sizeof(Bfloat16) / kPanelBytes), depth, 0, rows,
                                         quantised);
        int8_tiles_pass(tiles, quantised, rows, int8_depth(depth),
                        packed + k0 / kInt8Depth * packed_block_bytes(kInt8Depth), b_stride,
                        c.from_row(s * segments.c_stride + row), n, k0 == 0 ? bias : nullptr);
      }
    }
}

/// Tiles of 16 columns in one pass of a gradient.
constexpr size_t kInt8Tiles = kRowsPerScale / kRowsPerUnit / kTileRows;

/// Packs 16 quantised columns to tiles: units × columns, the layout of b's tiles, or columns × units, that of a's
/// (`transposed`). The last tile is padded with zeros.
template <bool transposed>
void pack_int8_tiles(const char* from, size_t units, char* to) {
  for (size_t unit = 0; unit < units; unit += kTileRows, to += kTileBytes) {
    __m512i lines[kTileRows];
    for (size_t i = 0; i < kTileRows; i++)
      lines[i] = unit + i < units ? _mm512_load_si512(from + (unit + i) * kUnitStride) : _mm512_setzero_si512();
    if (transposed) transpose_units(lines);
    for (size_t i = 0; i < kTileRows; i++) _mm512_store_si512(to + i * kPanelBytes, lines[i]);
  }
}

/// tile [32, 32] (+)= sums × the columns' scales.
inline void dequantise_columns(const TileSums& from, const ColumnScales scales[2], float* tile, size_t ld, bool first) {
  for (size_t half = 0; half < 2; half++) {
    const __m512 scale = _mm512_loadu_ps(scales[half].scales);
    float* to = tile + half * kPanelFloats;
    for (size_t row = 0; row < 2 * kTileRows; row++, to += ld) {
      const __m512 sums = _mm512_cvtepi32_ps(_mm512_load_si512(from.sums[half][row]));
      _mm512_storeu_ps(to, _mm512_fmadd_ps(sums, scale, first ? _mm512_setzero_ps() : _mm512_loadu_ps(to)));
    }
  }
}

constexpr size_t int8_tiles_scratch(size_t panels) { return panels * 2 * kInt8Tiles * kTileBytes; }

/// One pass over rows `first` … `first + rows`, which share their scales.
inline void gradient_pass_amx_int8(const GradientTile& g, size_t first, size_t rows) {
  constexpr size_t run = kInt8Tiles * kTileBytes;  // of 16 columns
  char* const d_tiles = g.scratch + int8_tiles_scratch(g.a_panels);
  const size_t units = rows / kRowsPerUnit;
  const size_t ld = g.d_panels * kOperandColumns;
  for (size_t i = 0; i < g.a_panels * 2; i++)
    pack_int8_tiles<true>(sixteen_int8_columns(g.a, i, first), units, g.scratch + i * run);
  for (size_t j = 0; j < g.d_panels * 2; j++)
    pack_int8_tiles<false>(sixteen_int8_columns(g.d, j, first), units, d_tiles + j * run);
  TileSums sums;
  TileBlock block{};
  block.upper = block.lower = kTileRows;
  block.a_stride = kTileBytes;
  block.depth = (units + kTileRows - 1) / kTileRows;
  block.c = reinterpret_cast<char*>(sums.sums[0]);
  block.c_right = reinterpret_cast<char*>(sums.sums[1]);
  block.c_row = kPanelBytes;
  block.from_zero = true;
  for (size_t j = 0; j < g.d_panels; j++) {
    const auto* scales =
        reinterpret_cast<const ColumnScales*>(g.d_scales + j * scale_bytes_int8(g.rows)) + first / kRowsPerScale * 2;
    block.b = d_tiles + 2 * j * run;
    block.b_right = block.b + run;
    for (size_t i = 0; i < g.a_panels; i++) {
      block.a = g.scratch + 2 * i * run;
      block.a_lower = block.a + run;
      multiply_tiles<Right::stays, Elements::int8>(block);
      dequantise_columns(sums, scales, g.tile + kOperandColumns * (i * ld + j), ld, first == 0);
    }
  }
}

inline void gradient_amx_int8(const GradientTile& g) {
  Tiles tiles;
  tiles.configure(kTileRows, kTileRows);
  for (size_t row = 0; row < g.rows; row += kRowsPerScale)
    gradient_pass_amx_int8(g, row, g.rows - row < kRowsPerScale ? g.rows - row : kRowsPerScale);
}

}  // namespace
}  // namespace understudy
