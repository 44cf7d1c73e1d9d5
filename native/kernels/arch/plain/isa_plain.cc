#include "vector_plain.h"

#include "kernels/isa.h"
#include "kernels/table.h"

namespace understudy {

namespace {

/// Multiply-accumulate of four bytes, one after the other. `qmax`: largest magnitude of a weight.
template <int qmax>
struct MultiplyInt8 {
  using V = Vector;
  using Element = Bfloat16;
  using Sums = V::Sums;
  struct Four {
    int8_t bytes[4];
  };
  using Left = Four;
  using Right = Four;
  static constexpr int32_t zero_point = 0;
  static constexpr float weight_qmax = qmax;

  static Sums initial_sums(int32_t sum) { return sum; }
  static Sums initial_sums(const int32_t* sums) { return *sums; }
  static Left broadcast_left(const int8_t* p) { return {{p[0], p[1], p[2], p[3]}}; }
  static Right load_right(const char* p) { return broadcast_left(reinterpret_cast<const int8_t*>(p)); }
  static Sums multiply_add(Sums sum, Left a, Right b) {
    for (int i = 0; i < 4; i++) sum += a.bytes[i] * b.bytes[i];
    return sum;
  }
  static V::F to_floats(Sums sums) { return V::to_floats(sums); }
  static void store(int8_t* p, V::F a) { *p = a == a ? static_cast<int8_t>(V::round(a)) : int8_t{0}; }
};

}  // namespace

const Kernels& plain_kernels() {
  static constexpr Kernels kernels = fp32_kernels<Vector>("plain");
  return kernels;
}

const Kernels& plain_bf16_kernels() {
  static constexpr Kernels kernels = emulated_bf16_kernels<Vector>("plain");
  return kernels;
}

const Kernels& plain_int8_kernels() {
  static constexpr Kernels kernels = [] {
    Kernels k = int8_kernels<MultiplyInt8<127>>(emulated_bf16_kernels<Vector>("plain"));
    k.emulated = true;
    return k;
  }();
  return kernels;
}

const Kernels& plain_int7_kernels() {
  static constexpr Kernels kernels = [] {
    Kernels k = int7_kernels<MultiplyInt8<63>>(emulated_bf16_kernels<Vector>("plain, 7 bits"));
    k.emulated = true;
    return k;
  }();
  return kernels;
}

}  // namespace understudy
