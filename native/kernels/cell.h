// The pointwise half of a cell's step, forward and backward, on panels. T is the operands' element type: float or
// Bfloat16.
//
//   GRU    r, u = σ(pre-activations)      c = tanh(pre-activation)      h_next = u∘h_prev + (1 − u)∘c
//   RNN    h_next = tanh(pre-activation)
#pragma once

#include "activation.h"
#include "core/prefetch.h"
#include "kernels.h"

namespace understudy {
namespace {

template <class T>
inline T* panel_of(OperandPanels operand, size_t index) {
  return reinterpret_cast<T*>(operand.data + index * operand.stride);
}

/// at(operand panel, offset in it, fp32 panel, offset in it) for every vector of [rows, columns]. One operand panel
/// spans one (fp32) or two (bf16) fp32 panels.
template <class V, class T, class At>
inline void for_each_vector(size_t rows, size_t columns, At at) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  constexpr size_t halves = per_panel / kPanelFloats;
  for (size_t panel = 0; panel < columns / per_panel; panel++)
    for (size_t half = 0; half < halves; half++)
      for (size_t row = 0; row < rows; row++)
        for (size_t v = 0; v < kPanelFloats; v += V::width)
          at(panel, row * per_panel + half * kPanelFloats + v, panel * halves + half, row * kPanelFloats + v);
}

/// Prefetches the next panel's line at the same row. The processor's own prefetcher does not find it, because the rows
/// of all other time steps lie in between. The panels after the last of `columns` belong to another thread.
template <class T>
inline void prefetch_next(OperandPanels operand, size_t panel, size_t columns, size_t i) {
  const size_t next = (panel + 1) * kPanelBytes < columns * sizeof(T) ? panel + 1 : panel;
  prefetch_to_write(operand.data + next * operand.stride + i * sizeof(T));
}

template <class V, class T>
void gates_forward(const CellForward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const Fp32Panels r_pre = s.pre_activations;
  const Fp32Panels u_pre = s.pre_activations.from_column(s.units);
  const OperandPanels r_saved = s.gates;
  const OperandPanels u_saved = s.gates.from_panel(s.gate_stride / per_panel);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    const typename V::F r = sigmoid<V>(V::load(r_pre.panel(q) + j));
    const typename V::F u = sigmoid<V>(V::load(u_pre.panel(q) + j));
    const typename V::F h = V::load(s.h.panel(q) + j);
    prefetch_next<T>(r_saved, p, s.units, i);
    prefetch_next<T>(u_saved, p, s.units, i);
    prefetch_next<T>(s.rh, p, s.units, i);
    V::store(panel_of<T>(r_saved, p) + i, r);
    V::store(panel_of<T>(u_saved, p) + i, u);
    V::store(u_pre.panel(q) + j, u);
    V::store(panel_of<T>(s.rh, p) + i, V::multiply(r, h));
  });
}

template <class V, class T>
void candidate_forward(const CellForward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const Fp32Panels u_values = s.pre_activations.from_column(s.units);
  const Fp32Panels c_pre = s.pre_activations.from_column(2 * s.units);
  const OperandPanels c_saved = s.gates.from_panel(2 * s.gate_stride / per_panel);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    const typename V::F c = hyperbolic_tangent<V>(V::load(c_pre.panel(q) + j));
    const typename V::F u = V::load(u_values.panel(q) + j);
    const typename V::F h = V::load(s.h.panel(q) + j);
    const typename V::F h_next = V::fma(u, V::subtract(h, c), c);
    prefetch_next<T>(c_saved, p, s.units, i);
    prefetch_next<T>(s.h_next, p, s.units, i);
    V::store(panel_of<T>(c_saved, p) + i, c);
    V::store(s.h.panel(q) + j, h_next);
    V::store(panel_of<T>(s.h_next, p) + i, h_next);
  });
}

template <class V, class T>
void candidate_backward(const CellBackward& s) {
  constexpr size_t per_panel = kPanelBytes / sizeof(T);
  const OperandPanels u_saved = s.gates.from_panel(s.gate_stride / per_panel);
  const OperandPanels c_saved = s.gates.from_panel(2 * s.gate_stride / per_panel);
  const typename V::F one = V::set(1.0f);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    prefetch_next<T>(u_saved, p, s.units, i);
    prefetch_next<T>(c_saved, p, s.units, i);
    prefetch_next<T>(s.h_prev, p, s.units, i);
    T* u_at = panel_of<T>(u_saved, p) + i;
    T* c_at = panel_of<T>(c_saved, p) + i;
    const typename V::F u = V::load(u_at);
    const typename V::F c = V::load(c_at);
    const typename V::F h = V::load(panel_of<T>(s.h_prev, p) + i);
    const typename V::F dh = V::add(V::load(s.dh_above.panel(q) + j), V::load(s.dh_next.panel(q) + j));
    const typename V::F through_u = V::multiply(dh, u);
    const typename V::F rest = V::subtract(dh, through_u);  // dh∘(1 − u)
    V::store(s.dh_next.panel(q) + j, through_u);
    // σ′ = u(1 − u), tanh′ = 1 − c²
    V::store(u_at, V::multiply(V::multiply(rest, u), V::subtract(h, c)));
    V::store(c_at, V::multiply(rest, V::subtract(one, V::multiply(c, c))));
  });
}

template <class V, class T>
void reset_backward(const CellBackward& s) {
  const typename V::F one = V::set(1.0f);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    prefetch_next<T>(s.gates, p, s.units, i);
    T* r_at = panel_of<T>(s.gates, p) + i;
    float* dh_next = s.dh_next.panel(q) + j;
    const typename V::F r = V::load(r_at);
    const typename V::F h = V::load(panel_of<T>(s.h_prev, p) + i);
    const typename V::F through_r = V::multiply(V::load(s.d_rh.panel(q) + j), r);
    V::store(dh_next, V::add(V::load(dh_next), through_r));
    V::store(r_at, V::multiply(V::multiply(through_r, h), V::subtract(one, r)));
  });
}

template <class V, class T>
void rnn_forward(const CellForward& s) {
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    const typename V::F h_next = hyperbolic_tangent<V>(V::load(s.pre_activations.panel(q) + j));
    prefetch_next<T>(s.h_next, p, s.units, i);
    V::store(s.h.panel(q) + j, h_next);
    V::store(panel_of<T>(s.h_next, p) + i, h_next);
  });
}

template <class V, class T>
void rnn_backward(const CellBackward& s) {
  const typename V::F one = V::set(1.0f);
  for_each_vector<V, T>(s.rows, s.units, [&](size_t p, size_t i, size_t q, size_t j) {
    prefetch_next<T>(s.h_next, p, s.units, i);
    prefetch_next<T>(s.gates, p, s.units, i);
    const typename V::F h = V::load(panel_of<T>(s.h_next, p) + i);
    const typename V::F dh = V::add(V::load(s.dh_above.panel(q) + j), V::load(s.dh_next.panel(q) + j));
    // tanh′ = 1 − h_next²
    V::store(panel_of<T>(s.gates, p) + i, V::multiply(dh, V::subtract(one, V::multiply(h, h))));
  });
}

}  // namespace
}  // namespace understudy
