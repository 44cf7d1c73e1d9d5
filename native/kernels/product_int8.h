// Products in 8 bits, for processors that add four products of bytes to a sum at once. Each row of a and each column of
// b has a scale of its own (as in Wortsman et al. 2023, "Stable and low-precision training", arXiv 2304.13013), and a
// new one for every `kInt8Depth` elements along K; a is quantised on the way. Sums of products are exact.
//
// M is the multiply-accumulate (int8_avx512.h and isa_*.cc): of signed bytes with signed ones, or with unsigned ones,
// whose zero point is `M::zero_point`. Sums start from a compensation: minus the zero point times the sum of the signed
// bytes (as oneDNN's "s8s8 compensation"). Members of M beside those in multiply.h: Sums (integers), initial_sums,
// to_floats, store(int8_t*, F), which rounds to bytes, and weight_qmax: the largest magnitude of a quantised weight,
// and of a state in weight gradients. The other operand's is `kInt8Max`.
#pragma once

#include "cell.h"
#include "product.h"

namespace understudy {
namespace {

/// Elements along K of a block. Two packed panels of them are 16 KB, half a first-level cache.
constexpr size_t kInt8Depth = 512;
/// Rows of a that are quantised at once: 32 KB, on the stack.
constexpr size_t kInt8Rows = 64;
constexpr float kInt8Max = 127;

/// Depth of a block, padded to whole lines of a.
constexpr size_t int8_depth(size_t k) { return (k + kPanelBytes - 1) / kPanelBytes * kPanelBytes; }

/// Bytes of one panel's block of depth k: [k / 4][16 columns][4 along K], then the columns' scales, fp32 [16].
constexpr size_t packed_block_bytes(size_t k) { return int8_depth(k) * kPanelFloats + kPanelBytes; }

/// Bytes of one packed panel [k, 16].
inline size_t panel_bytes_int8(size_t k) {
  const size_t rest = k % kInt8Depth;
  return k / kInt8Depth * packed_block_bytes(kInt8Depth) + (rest ? packed_block_bytes(rest) : 0);
}

/// Quantised rows of one block of a.
struct QuantisedRows {
  /// For each register block's rows, lines of 64 elements: [k / 64][rows][64].
  alignas(64) int8_t values[kInt8Rows * kInt8Depth];
  /// Scale of each row.
  float scales[kInt8Rows];
  /// Compensation of each row: where its sums start.
  int32_t compensation[kInt8Rows];
};

/// Inverse scale of numbers within ±absmax: qmax / absmax, 0 where absmax underflows.
inline float inverse_scale(float absmax, float qmax = kInt8Max) { return absmax > 1e-30f ? qmax / absmax : 0.0f; }

/// Scale of quantised numbers whose sum is `total`: absmax / 127. NaN where `total` is NaN, so that a NaN among the
/// numbers, which bytes cannot hold, reaches all their products.
inline float scale_of(float absmax, float total) { return total == total ? absmax / kInt8Max : total; }

/// Compensation of quantised numbers whose sum is `total`.
inline int32_t compensation_of(int32_t zero_point, float total) {
  return total == total ? -zero_point * static_cast<int32_t>(total) : 0;
}

/// Quantises the first `rows` rows and `k` columns of an operand to rows `first` … `first + rows` of `to`.
template <class M>
void quantise_rows(OperandPanels a, size_t k, size_t first, size_t rows, QuantisedRows& to) {
  using V = typename M::V;
  using T = typename M::Element;
  constexpr size_t columns = kPanelBytes / sizeof(T);
  const size_t panels = k / columns;
  int8_t* const values = to.values + first * int8_depth(k);
  if (k % kPanelBytes != 0) memset(values + (int8_depth(k) - kPanelBytes) * rows, 0, rows * kPanelBytes);
  for (size_t row = 0; row < rows; row++) {
    typename V::F max = V::set(0.0f);
    typename V::F min = V::set(0.0f);
    for (size_t panel = 0; panel < panels; panel++)
      for (size_t v = 0; v < columns; v += V::width) {
        const typename V::F x = V::load(panel_of<const T>(a, panel) + row * columns + v);
        max = V::max(max, x);
        min = V::min(min, x);
      }
    const float absmax = V::reduce_max(V::max(max, V::subtract(V::set(0.0f), min)));
    const typename V::F inverse = V::set(inverse_scale(absmax));
    typename V::F sum = V::set(0.0f);
    for (size_t panel = 0; panel < panels; panel++)
      for (size_t v = 0; v < columns; v += V::width) {
        const size_t column = panel * columns + v;
        const typename V::F x = V::load(panel_of<const T>(a, panel) + row * columns + v);
        const typename V::F rounded = V::round(V::multiply(x, inverse));
        sum = V::add(sum, rounded);
        M::store(values + (column / kPanelBytes * rows + row) * kPanelBytes + column % kPanelBytes, rounded);
      }
    const float total = V::reduce_add(sum);
    to.scales[first + row] = scale_of(absmax, total);
    to.compensation[first + row] = compensation_of(M::zero_point, total);
  }
}

/// Quantises all rows of one block of K, in the order of the register blocks.
template <class M>
void quantise_row_blocks(OperandPanels a, size_t k, size_t rows, QuantisedRows& to) {
  for (size_t first = 0; first < rows;) {
    const size_t count = block_rows(rows - first, M::V::product_rows);
    quantise_rows<M>(a.from_row(first), k, first, count, to);
    first += count;
  }
}

/// Operands of one block: `k` padded; `a`, its scales and compensation from the block's first row on.
struct Int8Operands {
  const int8_t* a;
  const float* a_scales;
  const int32_t* a_compensation;
  size_t k;
  const char* b;
  size_t b_stride;
};

/// Block function of `product_int8`: c [rows, 16·product_panels] = (bias or c) + a · b.
template <class M>
struct Int8ProductBlock {
  template <size_t rows>
  static void run(const Int8Operands& block, float* c, size_t c_stride, const float* bias) {
    using V = typename M::V;
    constexpr size_t panels = V::product_panels;
    constexpr size_t vectors = kPanelFloats / V::width;
    const size_t b_stride = block.b_stride;
    typename M::Sums sums[rows][panels][vectors];
    for_each_sum<rows, panels, vectors>(
        [&](size_t i, size_t j, size_t v) { sums[i][j][v] = M::initial_sums(block.a_compensation[i]); });
    const int8_t* a = block.a;
    const char* b = block.b;
    for (size_t line = 0; line < block.k; line += kPanelBytes, a += rows * kPanelBytes)
      for (size_t unit = 0; unit < kUnits; unit++, b += kPanelBytes)
        accumulate_unit<M, rows, panels, vectors>(
            sums, [&](size_t j, size_t v) { return b + j * b_stride + v * V::width * kUnitBytes; },
            [&](size_t i) { return a + i * kPanelBytes + unit * kUnitBytes; }, M::multiply_add);
    for_each_vector_of_row<panels, vectors>([&](size_t j, size_t v) {
      const size_t at = v * V::width;
      const typename V::F scale = V::load(reinterpret_cast<const float*>(b + j * b_stride) + at);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        float* to = c + j * c_stride + i * kPanelFloats + at;
        const typename V::F start = V::load(bias ? bias + j * kPanelFloats + at : to);
        V::store(to, V::fma(M::to_floats(sums[i][j][v]), V::multiply(scale, V::set(block.a_scales[i])), start));
      }
    });
  }
};

/// Product of one block of K: `rows` quantised rows times all of b. `b`: the block in the first panel.
template <class M>
void int8_product_pass(const QuantisedRows& a, size_t rows, size_t k, const char* b, size_t b_stride, Fp32Panels c,
                       size_t n, const float* bias) {
  constexpr size_t max_rows = M::V::product_rows;
  for (size_t j = 0; j < n / kPanelFloats; j += M::V::product_panels)
    for (size_t row = 0; row < rows;) {
      const size_t count = block_rows(rows - row, max_rows);
      const Int8Operands block{a.values + row * k, a.scales + row, a.compensation + row, k, b + j * b_stride, b_stride};
      const Fp32Panels out = c.from_column(j * kPanelFloats).from_row(row);
      const auto run = BlockTable<Int8ProductBlock<M>, max_rows>::of(count);
      run(block, out.data, out.stride, bias ? bias + j * kPanelFloats : nullptr);
      row += count;
    }
}

/// As `product` (product.h), with b packed by `pack_int8`.
template <class M>
void product_int8(OperandPanels a, size_t k, const char* packed, Fp32Panels c, size_t n, Segments segments,
                  const float* bias) {
  const size_t b_stride = panel_bytes_int8(k);
  QuantisedRows quantised;
  for (size_t s = 0; s < segments.segments; s++)
    for (size_t row = 0; row < segments.rows; row += kInt8Rows) {
      const size_t rows = segments.rows - row < kInt8Rows ? segments.rows - row : kInt8Rows;
      const Fp32Panels out = c.from_row(s * segments.c_stride + row);
      for (size_t k0 = 0; k0 < k; k0 += kInt8Depth) {
        const size_t depth = k - k0 < kInt8Depth ? k - k0 : kInt8Depth;
        const size_t panel = k0 * sizeof(typename M::Element) / kPanelBytes;
        const char* b = packed + k0 / kInt8Depth * packed_block_bytes(kInt8Depth);
        quantise_row_blocks<M>(a.from_row(s * segments.a_stride + row).from_panel(panel), depth, rows, quantised);
        int8_product_pass<M>(quantised, rows, int8_depth(depth), b, b_stride, out, n, k0 == 0 ? bias : nullptr);
      }
    }
}

}  // namespace
}  // namespace understudy
