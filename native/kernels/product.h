// fp32 matrix products, after BLIS: a register tile of `Vector::product_rows` × 16·`Vector::product_panels` sums runs
// along K; the packed panel of b stays in the first-level cache while the rows of a go by.
#pragma once

#include <string.h>

#include <utility>

#include "kernels.h"

namespace understudy {
namespace {

/// Depth of one pass over K: 256 rows of a packed panel are 16 KB, half a first-level cache.
constexpr size_t kProductDepth = 256;
/// Depth for which rows of a are used with all of b before the next: so much of a stays in the second-level cache.
constexpr size_t kResidentDepth = 512;

/// c [rows, 16·panels] = (bias or c) + a [rows, 16·k_panels] · b [16·k_panels, 16·panels]. `b_stride`, `c_stride`,
/// `a_stride`: floats between panels.
template <class V, size_t rows, size_t panels>
void product_block(const float* a, size_t a_stride, size_t k_panels, const float* b, size_t b_stride, float* c,
                   size_t c_stride, const float* bias) {
  constexpr size_t vectors = kPanelFloats / V::width;
  typename V::F sums[rows][panels][vectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) {
        const float* start = bias ? bias + j * kPanelFloats : c + j * c_stride + i * kPanelFloats;
        sums[i][j][v] = V::load(start + v * V::width);
      }
  for (size_t panel = 0; panel < k_panels; panel++, a += a_stride) {
    for (size_t k = 0; k < kPanelFloats; k++, b += kPanelFloats) {
      typename V::F right[panels][vectors];
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) right[j][v] = V::load(b + j * b_stride + v * V::width);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        const typename V::F left = V::set(a[i * kPanelFloats + k]);
#pragma GCC unroll 2
        for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
          for (size_t v = 0; v < vectors; v++) sums[i][j][v] = V::fma(left, right[j][v], sums[i][j][v]);
      }
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++)
        V::store(c + j * c_stride + i * kPanelFloats + v * V::width, sums[i][j][v]);
}

template <class V>
struct ProductBlocks {
  using Function = void (*)(const float*, size_t, size_t, const float*, size_t, float*, size_t, const float*);

  /// The block function for 1 … product_rows rows.
  static Function of(size_t rows) { return table(std::make_index_sequence<V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {product_block<V, i + 1, V::product_panels>...};
    return functions;
  }
};

/// Rows of the next block, so that `left` rows fall into as few blocks as possible, all about equal.
inline size_t block_rows(size_t left, size_t largest) {
  const size_t blocks = (left + largest - 1) / largest;
  return (left + blocks - 1) / blocks;
}

/// One pass: c [rows, 16·product_panels] = (bias or c) + a [rows, depth] · b.
template <class V>
void product_pass(Operand a, size_t k_panels, const float* b, size_t b_stride, Values c, Segments segments,
                  const float* bias) {
  for (size_t s = 0; s < segments.segments; s++) {
    const Operand left = a.from_row(s * segments.a_step);
    const Values out = c.from_row(s * segments.c_step);
    for (size_t row = 0; row < segments.rows;) {
      const size_t rows = block_rows(segments.rows - row, V::product_rows);
      ProductBlocks<V>::of(rows)(reinterpret_cast<const float*>(left.from_row(row).data), a.stride / sizeof(float),
                                 k_panels, b, b_stride, out.from_row(row).data, out.stride, bias);
      row += rows;
    }
  }
}

template <class V>
void product(Operand a, size_t k, const char* packed, Values c, size_t n, Segments segments, const float* bias) {
  const size_t k_panels = k / kPanelFloats;
  const size_t depth = kProductDepth / kPanelFloats;
  const size_t resident = kResidentDepth / kPanelFloats;
  const size_t b_stride = k * kPanelFloats;
  for (size_t k1 = 0; k1 < k_panels; k1 += resident) {
    const size_t k_end = k_panels - k1 < resident ? k_panels : k1 + resident;
    for (size_t j = 0; j < n / kPanelFloats; j += V::product_panels)
      for (size_t k0 = k1; k0 < k_end; k0 += depth) {
        const float* b = reinterpret_cast<const float*>(packed) + j * b_stride + k0 * kPanelFloats * kPanelFloats;
        product_pass<V>(a.from_panel(k0), k_end - k0 < depth ? k_end - k0 : depth, b, b_stride,
                        c.from_column(j * kPanelFloats), segments, bias && k0 == 0 ? bias + j * kPanelFloats : nullptr);
      }
  }
}

/// Packs for `product`: panels [n / 16][k][16].
inline void pack_fp32(const PackedPart& part) {
  for (size_t n = 0; n < part.n; n += kPanelFloats) {
    float* out = reinterpret_cast<float*>(part.packed + n / kPanelFloats * part.panel_stride);
    const size_t left = part.n_valid > n ? part.n_valid - n : 0;
    const size_t columns = left < kPanelFloats ? left : kPanelFloats;
    const float* source = part.source + n * part.n_step;
    if (columns < kPanelFloats) memset(out, 0, part.k * kPanelBytes);
    if (part.n_step == 1) {
      for (size_t k = 0; k < part.k_valid; k++)
        memcpy(out + k * kPanelFloats, source + k * part.k_step, columns * sizeof(float));
    } else {
      // Transposed: 16 rows of the source become 16 columns, a cache line of each at a time.
      for (size_t k0 = 0; k0 < part.k_valid; k0 += kPanelFloats) {
        const size_t end = part.k_valid - k0 < kPanelFloats ? part.k_valid : k0 + kPanelFloats;
        for (size_t i = 0; i < columns; i++)
          for (size_t k = k0; k < end; k++) out[k * kPanelFloats + i] = source[k * part.k_step + i * part.n_step];
      }
    }
    memset(out + part.k_valid * kPanelFloats, 0, (part.k - part.k_valid) * kPanelBytes);
  }
}

}  // namespace
}  // namespace understudy
