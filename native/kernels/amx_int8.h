// Products of bytes on AMX tiles. A tile of a is 16 rows of 64 bytes along K, as `to_bytes` leaves them; one of b 16 units of
// four bytes along K and 16 columns, as `pack_int8` leaves them; one of sums 16 rows of 16 integers, which are scaled on
// their way to c.
#pragma once

#include "amx.h"
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

}  // namespace
}  // namespace understudy
