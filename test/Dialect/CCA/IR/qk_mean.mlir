// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @dynamic_sizes
// CHECK: %{{.*}}, %{{.*}} = cca.qk_mean %{{.*}}, %{{.*}} onto %{{.*}}, %{{.*}} : tensor<?x?x8x128xf32>, tensor<?x?x2x128xf32>
func.func @dynamic_sizes(%q0: tensor<?x?x8x128xf32>, %k0: tensor<?x?x2x128xf32>,
                         %zq: tensor<?x?x8x128xf32>, %zk: tensor<?x?x2x128xf32>)
    -> (tensor<?x?x8x128xf32>, tensor<?x?x2x128xf32>) {
  %q, %k = cca.qk_mean %q0, %k0 onto %zq, %zk
      : tensor<?x?x8x128xf32>, tensor<?x?x2x128xf32>
  return %q, %k : tensor<?x?x8x128xf32>, tensor<?x?x2x128xf32>
}

// CHECK-LABEL: @static_sizes
// CHECK: cca.qk_mean %{{.*}}, %{{.*}} onto %{{.*}}, %{{.*}} {some_note = "kept"} : tensor<2x3x1x4xbf16>, tensor<2x3x1x4xbf16>
func.func @static_sizes(%q0: tensor<2x3x1x4xbf16>) -> tensor<2x3x1x4xbf16> {
  %q, %k = cca.qk_mean %q0, %q0 onto %q0, %q0 {some_note = "kept"}
      : tensor<2x3x1x4xbf16>, tensor<2x3x1x4xbf16>
  return %q : tensor<2x3x1x4xbf16>
}
