// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @clamp_and_linear
// CHECK: cca.qk_norm %{{.*}} : tensor<?x?x2x128xf32> normalize clamp eps 7.812500e-03 temperature linear(%{{.*}} : tensor<2xf32>){{$}}
func.func @clamp_and_linear(%k: tensor<?x?x2x128xf32>, %t: tensor<2xf32>) -> tensor<?x?x2x128xf32> {
  %n = cca.qk_norm %k : tensor<?x?x2x128xf32>
      normalize clamp eps 7.812500e-03 temperature linear(%t : tensor<2xf32>)
  return %n : tensor<?x?x2x128xf32>
}

// CHECK-LABEL: @rsqrt_and_exp
// CHECK: cca.qk_norm %{{.*}} : tensor<2x3x2x4xf16> normalize rsqrt eps 9.9999999999999998E-13 temperature exp(%{{.*}} : tensor<2xf32>) {some_note = "kept"}
func.func @rsqrt_and_exp(%k: tensor<2x3x2x4xf16>, %t: tensor<2xf32>) -> tensor<2x3x2x4xf16> {
  %n = cca.qk_norm %k : tensor<2x3x2x4xf16>
      normalize rsqrt eps 1.0e-12 temperature exp(%t : tensor<2xf32>) {some_note = "kept"}
  return %n : tensor<2x3x2x4xf16>
}

// CHECK-LABEL: @queries_without_temperature
// CHECK: cca.qk_norm %{{.*}} : tensor<?x?x8x4xbf16> normalize clamp eps 0.000000e+00{{$}}
func.func @queries_without_temperature(%q: tensor<?x?x8x4xbf16>) -> tensor<?x?x8x4xbf16> {
  %n = cca.qk_norm %q : tensor<?x?x8x4xbf16> normalize clamp eps 0.0
  return %n : tensor<?x?x8x4xbf16>
}
