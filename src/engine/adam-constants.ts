/**
 * Adam's constants beside the learning rate, TensorFlow's defaults (Kingma and Ba, arXiv:1412.6980, algorithm 1). The
 * native kernel has the same ones in native/kernels/adam.h.
 */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;
