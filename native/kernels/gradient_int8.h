// Weight gradients in 8 bits: as gradient.h, with four rows per unit along K. Operands are quantised before, once a
// step and in place: of every four rows' lines the first comes to hold the units of columns 0 … 15, the second those of
// columns 16 … 31. a holds states, which are within ±1, and has the scale 1 / `M::weight_qmax`. Each column of d has a
// scale of its own, and a new one for every `kRowsPerScale` rows.
#pragma once

#include "gradient.h"
#include "inference.h"
#include "product_int8.h"

namespace understudy {
namespace {

/// Rows of an operand in one unit along K.
constexpr size_t kRowsPerUnit = 4;
/// Rows of one pass, which share the scales of their columns: the lines of two panels' units are 32 KB.
constexpr size_t kRowsPerScale = 512;
/// Columns of an operand panel.
constexpr size_t kOperandColumns = kPanelBytes / sizeof(Bfloat16);

/// Quantisation of 16 columns of d in one pass.
struct ColumnScales {
  /// Scales of the integer sums, the states' scale included.
  float scales[kPanelFloats];
  /// Where the integer sums start, because of a's zero point.
  int32_t compensation[kPanelFloats];
};

/// Bytes of the scales and compensations of one operand panel.
inline size_t scale_bytes_int8(size_t rows) {
  return (rows + kRowsPerScale - 1) / kRowsPerScale * 2 * sizeof(ColumnScales);
}

/// Interleaves four rows of 32 bytes to units of four: columns 0 … 15 in the first line, 16 … 31 in the second.
inline void store_units(const uint8_t rows[kRowsPerUnit][kOperandColumns], char* lines) {
  uint32_t units[kOperandColumns];
  for (size_t i = 0; i < kOperandColumns; i++)
    units[i] = static_cast<uint32_t>(rows[0][i]) | static_cast<uint32_t>(rows[1][i]) << 8 |
               static_cast<uint32_t>(rows[2][i]) << 16 | static_cast<uint32_t>(rows[3][i]) << 24;
  memcpy(lines, units, sizeof units);
}

/// Quantises states [rows, 32·panels] in place, as the left operand of `gradient_int8`; `rows` is a multiple of 4.
template <class M>
void prepare_left_int8(OperandPanels a, size_t panels, size_t rows) {
  using V = typename M::V;
  const typename V::F inverse = V::set(M::weight_qmax);
  const typename V::F zero_point = V::set(static_cast<float>(M::zero_point));
  for (size_t panel = 0; panel < panels; panel++) {
    char* lines = a.from_panel(panel).data;
    for (size_t row = 0; row < rows; row += kRowsPerUnit, lines += kRowsPerUnit * kPanelBytes) {
      alignas(64) uint8_t bytes[kRowsPerUnit][kOperandColumns];
      for (size_t i = 0; i < kRowsPerUnit; i++)
        for (size_t v = 0; v < kOperandColumns; v += V::width) {
          const typename V::F x = V::load(reinterpret_cast<const Bfloat16*>(lines + i * kPanelBytes) + v);
          M::store(reinterpret_cast<int8_t*>(bytes[i] + v), V::fma(clamp_to_one<V>(x), inverse, zero_point));
        }
      store_units(bytes, lines);
    }
  }
}

/// Largest magnitude in each of 32 columns, over some rows.
template <class V>
void absmax_of_columns(const Bfloat16* rows, size_t count, float absmax[kOperandColumns]) {
  for (size_t v = 0; v < kOperandColumns; v += V::width) {
    typename V::F max = V::set(0.0f);
    for (size_t row = 0; row < count; row++) {
      const typename V::F x = V::load(rows + row * kOperandColumns + v);
      max = V::max(max, V::max(x, V::subtract(V::set(0.0f), x)));
    }
    V::store(absmax + v, max);
  }
}

/// Quantises one pass's rows of one panel.
template <class M>
void prepare_right_pass(char* lines, size_t rows, ColumnScales scales[2]) {
  using V = typename M::V;
  alignas(64) float absmax[kOperandColumns], inverse[kOperandColumns], totals[kOperandColumns] = {};
  absmax_of_columns<V>(reinterpret_cast<const Bfloat16*>(lines), rows, absmax);
  for (size_t i = 0; i < kOperandColumns; i++) inverse[i] = inverse_scale(absmax[i]);
  for (size_t row = 0; row < rows; row += kRowsPerUnit, lines += kRowsPerUnit * kPanelBytes) {
    alignas(64) uint8_t bytes[kRowsPerUnit][kOperandColumns];
    for (size_t v = 0; v < kOperandColumns; v += V::width) {
      typename V::F total = V::load(totals + v);
      for (size_t i = 0; i < kRowsPerUnit; i++) {
        const typename V::F x = V::load(reinterpret_cast<const Bfloat16*>(lines + i * kPanelBytes) + v);
        const typename V::F rounded = V::round(V::multiply(x, V::load(inverse + v)));
        total = V::add(total, rounded);
        M::store(reinterpret_cast<int8_t*>(bytes[i] + v), rounded);
      }
      V::store(totals + v, total);
    }
    store_units(bytes, lines);
  }
  for (size_t i = 0; i < kOperandColumns; i++) {
    // The states' scale is 1 / weight_qmax.
    scales[i / kPanelFloats].scales[i % kPanelFloats] = scale_of(absmax[i], totals[i]) / M::weight_qmax;
    scales[i / kPanelFloats].compensation[i % kPanelFloats] = compensation_of(M::zero_point, totals[i]);
  }
}

/// Quantises [rows, 32·panels] in place, as the right operand; `scales`: scale_bytes_int8(rows) per panel.
template <class M>
void prepare_right_int8(OperandPanels d, size_t panels, size_t rows, char* scales) {
  for (size_t panel = 0; panel < panels; panel++) {
    auto* to = reinterpret_cast<ColumnScales*>(scales + panel * scale_bytes_int8(rows));
    for (size_t row = 0; row < rows; row += kRowsPerScale, to += 2) {
      const size_t count = rows - row < kRowsPerScale ? rows - row : kRowsPerScale;
      prepare_right_pass<M>(d.from_panel(panel).from_row(row).data, count, to);
    }
  }
}

/// Operands of one block: `units` units along K. `upcoming`: lines to prefetch meanwhile, one per unit.
struct Int8GradientOperands {
  const char* a;
  const char* d;
  size_t d_stride;
  const char* scales;
  size_t scales_stride;
  size_t units;
  const char* upcoming;
};

/// Bytes from one unit along K to the next.
constexpr size_t kUnitStride = kRowsPerUnit * kPanelBytes;

/// Block function of `gradient_int8`: tile [rows, 16·product_panels] (+)= aᵀ · d. Panels of 16 columns are `d_stride`
/// or `scales_stride` bytes apart.
template <class M>
struct Int8GradientBlock {
  template <size_t rows>
  static void run(const Int8GradientOperands& g, float* tile, size_t ld, bool first) {
    using V = typename M::V;
    constexpr size_t panels = V::product_panels;
    constexpr size_t vectors = kPanelFloats / V::width;
    const auto scales_of = [&](size_t j) {
      return reinterpret_cast<const ColumnScales*>(g.scales + j * g.scales_stride);
    };
    typename M::Sums sums[rows][panels][vectors];
    for_each_sum<rows, panels, vectors>([&](size_t i, size_t j, size_t v) {
      sums[i][j][v] = M::initial_sums(scales_of(j)->compensation + v * V::width);
    });
    const char* a = g.a;
    const char* d = g.d;
    const char* upcoming = g.upcoming;
    const size_t d_stride = g.d_stride;
    for (size_t k = 0; k < g.units; k++, a += kUnitStride, d += kUnitStride, upcoming += kUnitStride) {
      prefetch_early(upcoming);
      // d is the signed operand, the states are the unsigned one.
      accumulate_unit<M, rows, panels, vectors>(
          sums, [&](size_t j, size_t v) { return d + j * d_stride + v * V::width * kUnitBytes; },
          [&](size_t i) { return reinterpret_cast<const int8_t*>(a + i * kUnitBytes); },
          [](typename M::Sums sum, typename M::Left left, typename M::Right right) {
            return M::multiply_add(sum, right, left);
          });
    }
    for_each_vector_of_row<panels, vectors>([&](size_t j, size_t v) {
      const typename V::F scale = V::load(scales_of(j)->scales + v * V::width);
#pragma GCC unroll 16
      for (size_t i = 0; i < rows; i++) {
        float* to = tile + i * ld + j * kPanelFloats + v * V::width;
        V::store(to, V::fma(M::to_floats(sums[i][j][v]), scale, first ? V::set(0.0f) : V::load(to)));
      }
    });
  }
};

/// First line of 16 quantised columns, from the unit that `row` is in.
inline const char* sixteen_int8_columns(OperandPanels operand, size_t index, size_t row) {
  return operand.from_panel(index / 2).from_row(row + index % 2).data;
}

/// One pass over rows `first` … `first + rows`.
template <class M>
void gradient_pass_int8(const GradientTile& g, size_t first, size_t rows) {
  constexpr size_t panels = M::V::product_panels;
  static_assert(panels <= 2 && 2 % panels == 0, "panels of one block share an operand panel");
  const size_t ld = g.d_panels * kOperandColumns;
  const size_t a_all = g.a_panels * 2;
  const size_t d_all = g.d_panels * 2;
  Int8GradientOperands block{};
  block.d_stride = kPanelBytes;
  block.scales_stride = sizeof(ColumnScales);
  block.units = rows / kRowsPerUnit;
  for (size_t j = 0; j < d_all; j += panels) {
    block.d = sixteen_int8_columns(g.d, j, first);
    block.scales =
        g.d_scales + j / 2 * scale_bytes_int8(g.rows) + (first / kRowsPerScale * 2 + j % 2) * sizeof(ColumnScales);
    for (size_t i = 0; i < a_all; i++) {
      const char* a = sixteen_int8_columns(g.a, i, first);
      float* to = g.tile + i * kPanelFloats * ld + j * kPanelFloats;
      // Lines whose first use comes next: a's next columns, then d's.
      const char* upcoming = a;
      if (j == 0 && i + 1 < a_all) upcoming = sixteen_int8_columns(g.a, i + 1, first);
      else if (i < panels && j + panels + i < d_all) upcoming = sixteen_int8_columns(g.d, j + panels + i, first);
      for (size_t column = 0; column < kPanelFloats;) {
        const size_t columns = block_rows(kPanelFloats - column, M::V::product_rows);
        block.a = a + column * kUnitBytes;
        block.upcoming = column == 0 ? upcoming : a;
        BlockTable<Int8GradientBlock<M>, M::V::product_rows>::of(columns)(block, to + column * ld, ld, first == 0);
        column += columns;
      }
    }
  }
}

template <class M>
void gradient_int8(const GradientTile& g) {
  for (size_t row = 0; row < g.rows; row += kRowsPerScale)
    gradient_pass_int8<M>(g, row, g.rows - row < kRowsPerScale ? g.rows - row : kRowsPerScale);
}

}  // namespace
}  // namespace understudy
