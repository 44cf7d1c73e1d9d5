// Matrix products, after BLIS: a register tile of `Vector::product_rows` × 16·`Vector::product_panels` sums runs along
// K; the packed panel of b stays in the first-level cache while the rows of a go by. M says what is multiplied.
#pragma once

#include <utility>

#include "multiply.h"

namespace understudy {
namespace {

/// Units along K of one pass: 256 of a packed panel are 16 KB, half a first-level cache.
constexpr size_t kProductDepth = 256;
/// Units along K for which rows of a meet all of b before the next: so much of a stays in the second-level cache.
constexpr size_t kResidentDepth = 512;

/// c [rows, 16·panels] = (bias or c) + a [rows, k_panels] · b. Strides: bytes (a, b) or floats (c) between panels.
template <class M, size_t rows, size_t panels>
void product_block(const char* a, size_t a_stride, size_t k_panels, const char* b, size_t b_stride, float* c,
                   size_t c_stride, const float* bias) {
  using V = typename M::V;
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
    for (size_t k = 0; k < kUnits; k++, b += kPanelBytes) {
      typename M::Right right[panels][vectors];
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) right[j][v] = M::right(b + j * b_stride + v * V::width * kUnitBytes);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        const typename M::Left left = M::left(a + i * kPanelBytes + k * kUnitBytes);
#pragma GCC unroll 2
        for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
          for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::add(sums[i][j][v], left, right[j][v]);
      }
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) V::store(c + j * c_stride + i * kPanelFloats + v * V::width, sums[i][j][v]);
}

/// The block function for 1 … product_rows rows.
template <class M>
struct ProductBlocks {
  using Function = void (*)(const char*, size_t, size_t, const char*, size_t, float*, size_t, const float*);

  static Function of(size_t rows) { return table(std::make_index_sequence<M::V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {product_block<M, i + 1, M::V::product_panels>...};
    return functions;
  }
};

/// Rows of the next block, so that `left` rows fall into as few blocks as possible, all about equal.
inline size_t block_rows(size_t left, size_t largest) {
  const size_t blocks = (left + largest - 1) / largest;
  return (left + blocks - 1) / blocks;
}

/// One pass: c [rows, 16·product_panels] = (bias or c) + a [rows, k_panels] · b.
template <class M>
void product_pass(Operand a, size_t k_panels, const char* b, size_t b_stride, Values c, Segments segments,
                  const float* bias) {
  for (size_t s = 0; s < segments.segments; s++) {
    const Operand left = a.from_row(s * segments.a_step);
    const Values out = c.from_row(s * segments.c_step);
    for (size_t row = 0; row < segments.rows;) {
      const size_t rows = block_rows(segments.rows - row, M::V::product_rows);
      ProductBlocks<M>::of(rows)(left.from_row(row).data, a.stride, k_panels, b, b_stride, out.from_row(row).data,
                                 out.stride, bias);
      row += rows;
    }
  }
}

template <class M>
void product(Operand a, size_t k, const char* packed, Values c, size_t n, Segments segments, const float* bias) {
  const size_t k_panels = k * sizeof(typename M::Element) / kPanelBytes;
  const size_t depth = kProductDepth / kUnits;
  const size_t resident = kResidentDepth / kUnits;
  const size_t b_panel = kUnits * kPanelBytes;  // of one panel of a
  const size_t b_stride = k_panels * b_panel;
  for (size_t k1 = 0; k1 < k_panels; k1 += resident) {
    const size_t k_end = k_panels - k1 < resident ? k_panels : k1 + resident;
    for (size_t j = 0; j < n / kPanelFloats; j += M::V::product_panels)
      for (size_t k0 = k1; k0 < k_end; k0 += depth)
        product_pass<M>(a.from_panel(k0), k_end - k0 < depth ? k_end - k0 : depth, packed + j * b_stride + k0 * b_panel,
                        b_stride, c.from_column(j * kPanelFloats), segments,
                        bias && k0 == 0 ? bias + j * kPanelFloats : nullptr);
  }
}

}  // namespace
}  // namespace understudy
