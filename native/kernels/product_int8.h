// Products in 8 bits, for processors that add four products of bytes to a sum at once. Every row of a and every column
// of b has a scale of its own (as in Wortsman et al. 2023, "Stable and low-precision training", arXiv 2304.13013), and
// anew for every `kByteDepth` units along K; a is made bytes on the way. Sums of products are exact.
//
// M is how a processor multiplies bytes (int8_avx512.h and isa_*.cc): of signed ones with signed ones, or with unsigned
// ones, to which `M::added` is then added; sums start from what makes up for it.
#pragma once

#include "cell.h"
#include "product.h"

namespace understudy {
namespace {

/// Units along K of a block. Two packed panels of them are 16 KB, half a first-level cache.
constexpr size_t kByteDepth = 512;
/// Rows of a that are made bytes at once: 32 KB, on the stack.
constexpr size_t kByteRows = 64;
constexpr float kLargestByte = 127;

/// Units filled up to whole lines.
constexpr size_t byte_depth(size_t k) { return (k + kPanelBytes - 1) / kPanelBytes * kPanelBytes; }

/// Bytes of one panel's block of k units: [k / 4][16 columns][4 units], then the columns' scales, fp32 [16].
constexpr size_t packed_block_bytes(size_t k) { return byte_depth(k) * kPanelFloats + kPanelBytes; }

/// Bytes of one packed panel [k, 16].
inline size_t panel_bytes_int8(size_t k) {
  const size_t rest = k % kByteDepth;
  return k / kByteDepth * packed_block_bytes(kByteDepth) + (rest ? packed_block_bytes(rest) : 0);
}

/// Some rows of one block of a.
struct ByteRows {
  /// Of every block of rows that are multiplied together, lines of 64 units: [k / 64][rows][64].
  alignas(64) int8_t bytes[kByteRows * kByteDepth];
  /// Value of one unit of a row's bytes.
  float scales[kByteRows];
  /// What a row's sums start from, to make up for what is added to weights.
  int32_t starts[kByteRows];
};

/// What numbers of at most `largest` are multiplied with to become bytes; nothing is left of those too small for it.
inline float steps_for(float largest) { return largest > 1e-30f ? kLargestByte / largest : 0.0f; }

/// Value of one unit of some bytes, of which `total` is the sum: not a number where one of them was none, so that their
/// products are none either.
inline float scale_of(float largest, float total) { return total == total ? largest / kLargestByte : total; }

/// Where sums of products with these bytes start, if `added` is added to what they are multiplied with.
inline int32_t start_for(int32_t added, float total) {
  return total == total ? -added * static_cast<int32_t>(total) : 0;
}

/// Rows `first` … `first + rows` of `to`, from the first `rows` rows and `k` columns of an operand.
template <class M>
void to_bytes(Operand a, size_t k, size_t first, size_t rows, ByteRows& to) {
  using V = typename M::V;
  using T = typename M::Element;
  constexpr size_t columns = kPanelBytes / sizeof(T);
  const size_t panels = k / columns;
  int8_t* const bytes = to.bytes + first * byte_depth(k);
  if (k % kPanelBytes != 0) memset(bytes + (byte_depth(k) - kPanelBytes) * rows, 0, rows * kPanelBytes);
  for (size_t row = 0; row < rows; row++) {
    typename V::F most = V::set(0.0f);
    typename V::F least = V::set(0.0f);
    for (size_t panel = 0; panel < panels; panel++)
      for (size_t v = 0; v < columns; v += V::width) {
        const typename V::F x = V::load(panel_of<const T>(a, panel) + row * columns + v);
        most = V::max(most, x);
        least = V::min(least, x);
      }
    const float largest = V::largest(V::max(most, V::subtract(V::set(0.0f), least)));
    const typename V::F steps = V::set(steps_for(largest));
    typename V::F sum = V::set(0.0f);
    for (size_t panel = 0; panel < panels; panel++)
      for (size_t v = 0; v < columns; v += V::width) {
        const size_t column = panel * columns + v;
        const typename V::F x = V::load(panel_of<const T>(a, panel) + row * columns + v);
        const typename V::F rounded = V::round(V::multiply(x, steps));
        sum = V::add(sum, rounded);
        M::store(bytes + (column / kPanelBytes * rows + row) * kPanelBytes + column % kPanelBytes, rounded);
      }
    const float total = V::sum(sum);
    to.scales[first + row] = scale_of(largest, total);
    to.starts[first + row] = start_for(M::added, total);
  }
}

/// All rows of one block of K, as they will be multiplied together.
template <class M>
void rows_to_bytes(Operand a, size_t k, size_t rows, ByteRows& to) {
  for (size_t first = 0; first < rows;) {
    const size_t some = block_rows(rows - first, M::V::product_rows);
    to_bytes<M>(a.from_row(first), k, first, some, to);
    first += some;
  }
}

/// One block's operands: `k` filled up, `a` and its scales and starts from the block's first row on.
struct ByteBlock {
  const int8_t* a;
  const float* a_scales;
  const int32_t* a_starts;
  size_t k;
  const char* b;
  size_t b_stride;
};

/// c [rows, 16·panels] = (bias or c) + a · b.
template <class M, size_t rows, size_t panels>
void byte_block(const ByteBlock& block, float* c, size_t c_stride, const float* bias) {
  using V = typename M::V;
  constexpr size_t vectors = kPanelFloats / V::width;
  const size_t b_stride = block.b_stride;
  typename M::Sums sums[rows][panels][vectors];
#pragma GCC unroll 16
  for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
    for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
      for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::start(block.a_starts[i]);
  const int8_t* a = block.a;
  const char* b = block.b;
  for (size_t line = 0; line < block.k; line += kPanelBytes, a += rows * kPanelBytes) {
    for (size_t unit = 0; unit < kUnits; unit++, b += kPanelBytes) {
      typename M::Right right[panels][vectors];
#pragma GCC unroll 2
      for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
        for (size_t v = 0; v < vectors; v++) right[j][v] = M::right(b + j * b_stride + v * V::width * kUnitBytes);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        const typename M::Left left = M::left(a + i * kPanelBytes + unit * kUnitBytes);
#pragma GCC unroll 2
        for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
          for (size_t v = 0; v < vectors; v++) sums[i][j][v] = M::add(sums[i][j][v], left, right[j][v]);
      }
    }
  }
#pragma GCC unroll 2
  for (size_t j = 0; j < panels; j++)
#pragma GCC unroll 16
    for (size_t v = 0; v < vectors; v++) {
      const size_t at = v * V::width;
      const typename V::F scale = V::load(reinterpret_cast<const float*>(b + j * b_stride) + at);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        float* to = c + j * c_stride + i * kPanelFloats + at;
        const typename V::F start = V::load(bias ? bias + j * kPanelFloats + at : to);
        V::store(to, V::fma(M::to_floats(sums[i][j][v]), V::multiply(scale, V::set(block.a_scales[i])), start));
      }
    }
}

/// The block function for 1 … product_rows rows.
template <class M>
struct ByteBlocks {
  using Function = void (*)(const ByteBlock&, float*, size_t, const float*);

  static Function of(size_t rows) { return table(std::make_index_sequence<M::V::product_rows>())[rows - 1]; }

 private:
  template <size_t... i>
  static const Function* table(std::index_sequence<i...>) {
    static constexpr Function functions[] = {byte_block<M, i + 1, M::V::product_panels>...};
    return functions;
  }
};

/// One block of K for `rows` rows, which meet all of b. `b`: the block in the first panel.
template <class M>
void product_of_bytes(const ByteRows& a, size_t rows, size_t k, const char* b, size_t b_stride, Values c, size_t n,
                      const float* bias) {
  for (size_t j = 0; j < n / kPanelFloats; j += M::V::product_panels)
    for (size_t row = 0; row < rows;) {
      const size_t some = block_rows(rows - row, M::V::product_rows);
      const ByteBlock block{a.bytes + row * k, a.scales + row, a.starts + row, k, b + j * b_stride, b_stride};
      const Values out = c.from_column(j * kPanelFloats).from_row(row);
      ByteBlocks<M>::of(some)(block, out.data, out.stride, bias ? bias + j * kPanelFloats : nullptr);
      row += some;
    }
}

/// As `product` (product.h), with b packed by `pack_int8`.
template <class M>
void product_int8(Operand a, size_t k, const char* packed, Values c, size_t n, Segments segments, const float* bias) {
  const size_t b_stride = panel_bytes_int8(k);
  ByteRows rows_as_bytes;
  for (size_t s = 0; s < segments.segments; s++)
    for (size_t row = 0; row < segments.rows; row += kByteRows) {
      const size_t rows = segments.rows - row < kByteRows ? segments.rows - row : kByteRows;
      const Values out = c.from_row(s * segments.c_step + row);
      for (size_t k0 = 0; k0 < k; k0 += kByteDepth) {
        const size_t depth = k - k0 < kByteDepth ? k - k0 : kByteDepth;
        const size_t panel = k0 * sizeof(typename M::Element) / kPanelBytes;
        const char* b = packed + k0 / kByteDepth * packed_block_bytes(kByteDepth);
        rows_to_bytes<M>(a.from_row(s * segments.a_step + row).from_panel(panel), depth, rows, rows_as_bytes);
        product_of_bytes<M>(rows_as_bytes, rows, byte_depth(depth), b, b_stride, out, n, k0 == 0 ? bias : nullptr);
      }
    }
}

}  // namespace
}  // namespace understudy
