// Matrix products, after BLIS: a register block of `V::product_rows` × 16·`V::product_panels` sums runs along K; the
// packed panel of b stays in the first-level cache while the rows of a pass by. M is the multiply-accumulate
// (multiply.h).
#pragma once

#include "blocks.h"
#include "multiply.h"

namespace understudy {
namespace {

/// Units along K of one pass: 256 of a packed panel are 16 KB, half a first-level cache.
constexpr size_t kProductDepth = 256;
/// Units along K after which rows of a start over with the next ones: that much of a stays in the second-level cache.
constexpr size_t kResidentDepth = 512;

/// Block function of `product`: c [rows, 16·product_panels] = (bias or c) + a [rows, k_panels] · b. Strides between
/// panels: bytes (a, b) or floats (c).
template <class M>
struct ProductBlock {
  template <size_t rows>
  static void run(const char* a, size_t a_stride, size_t k_panels, const char* b, size_t b_stride, float* c,
                  size_t c_stride, const float* bias) {
    using V = typename M::V;
    constexpr size_t panels = V::product_panels;
    constexpr size_t vectors = kPanelFloats / V::width;
    typename V::F sums[rows][panels][vectors];
    for_each_sum<rows, panels, vectors>([&](size_t i, size_t j, size_t v) {
      const float* start = bias ? bias + j * kPanelFloats : c + j * c_stride + i * kPanelFloats;
      sums[i][j][v] = V::load(start + v * V::width);
    });
    for (size_t panel = 0; panel < k_panels; panel++, a += a_stride)
      for (size_t k = 0; k < kUnits; k++, b += kPanelBytes)
        accumulate_unit<M, rows, panels, vectors>(
            sums, [&](size_t j, size_t v) { return b + j * b_stride + v * V::width * kUnitBytes; },
            [&](size_t i) { return a + i * kPanelBytes + k * kUnitBytes; }, M::multiply_add);
    for_each_sum<rows, panels, vectors>([&](size_t i, size_t j, size_t v) {
      V::store(c + j * c_stride + i * kPanelFloats + v * V::width, sums[i][j][v]);
    });
  }
};

/// One pass over K: c [rows, 16·product_panels] = (bias or c) + a [rows, k_panels] · b.
template <class M>
void product_pass(OperandPanels a, size_t k_panels, const char* b, size_t b_stride, Fp32Panels c, Segments segments,
                  const float* bias) {
  constexpr size_t max_rows = M::V::product_rows;
  for (size_t s = 0; s < segments.segments; s++) {
    const OperandPanels left = a.from_row(s * segments.a_stride);
    const Fp32Panels out = c.from_row(s * segments.c_stride);
    for (size_t row = 0; row < segments.rows;) {
      const size_t rows = block_rows(segments.rows - row, max_rows);
      const auto run = BlockTable<ProductBlock<M>, max_rows>::of(rows);
      run(left.from_row(row).data, a.stride, k_panels, b, b_stride, out.from_row(row).data, out.stride, bias);
      row += rows;
    }
  }
}

template <class M>
void product(OperandPanels a, size_t k, const char* packed, Fp32Panels c, size_t n, Segments segments,
             const float* bias) {
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
