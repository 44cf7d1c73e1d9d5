// Panels: the layout of every matrix that kernels touch (native/README.md has a picture). A panel is a 64-byte-wide
// column of a row-major matrix, and panels lie one after the other.
//
//   matrix [rows, columns]  →  panels [columns / perPanel][rows][perPanel],  perPanel = 64 bytes / element
//
// One row of a panel is one cache line. The same bytes serve as the left operand of a product (a few rows of a panel,
// each contiguous along K) and as the right operand of a weight gradient (one panel is [K, 16]), so activations are
// never repacked. Columns are padded with zeros to a multiple of 32, so no kernel has a tail.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/inline.h"

namespace understudy {

constexpr size_t kPanelBytes = 64;
/// fp32 columns of a panel.
constexpr size_t kPanelFloats = kPanelBytes / sizeof(float);
/// Multiple to which columns are padded: one bf16 panel, two fp32 panels, one AMX tile's depth.
constexpr size_t kPad = 32;
/// Columns of the logits, the alphabet's 98 padded to a multiple of every operand panel's width.
constexpr size_t kPaddedLogits = 128;

UNDERSTUDY_ALWAYS_INLINE constexpr size_t padded(size_t columns) { return (columns + kPad - 1) / kPad * kPad; }

/// Panels of fp32: outputs of products and operands of pointwise code. `stride`: floats from one panel to the next.
struct Fp32Panels {
  float* data;
  size_t stride;

  UNDERSTUDY_ALWAYS_INLINE float* panel(size_t index) const { return data + index * stride; }
  UNDERSTUDY_ALWAYS_INLINE Fp32Panels from_row(size_t row) const { return {data + row * kPanelFloats, stride}; }
  UNDERSTUDY_ALWAYS_INLINE Fp32Panels from_column(size_t column) const {
    return {panel(column / kPanelFloats), stride};
  }
};

/// Panels of a mode's operand type (fp32 or bf16): inputs of products. `stride`: bytes from one panel to the next.
struct OperandPanels {
  char* data;
  size_t stride;

  UNDERSTUDY_ALWAYS_INLINE OperandPanels from_row(size_t row) const { return {data + row * kPanelBytes, stride}; }
  UNDERSTUDY_ALWAYS_INLINE OperandPanels from_panel(size_t index) const { return {data + index * stride, stride}; }
};

/// bfloat16: the 16 high bits of a float.
struct Bfloat16 {
  uint16_t bits;
};

}  // namespace understudy
