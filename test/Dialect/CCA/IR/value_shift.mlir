// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @initial
// CHECK: cca.value_shift %{{.*}}, %{{.*}} : tensor<?x?x128xf32>, tensor<?x?x128xf32> initial(%{{.*}} : tensor<128xf32>){{$}}
func.func @initial(%current: tensor<?x?x128xf32>, %delayed: tensor<?x?x128xf32>, %b: tensor<128xf32>) -> tensor<?x?x256xf32> {
  %v = cca.value_shift %current, %delayed : tensor<?x?x128xf32>, tensor<?x?x128xf32>
      initial(%b : tensor<128xf32>)
  return %v : tensor<?x?x256xf32>
}

// CHECK-LABEL: @packed
// CHECK: cca.value_shift %{{.*}}, %{{.*}} : tensor<1x?x3xbf16>, tensor<1x?x3xbf16> packed(%{{.*}} : tensor<?xi32>) {some_note = "kept"}
func.func @packed(%x: tensor<1x?x3xbf16>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x6xbf16> {
  %v = cca.value_shift %x, %x : tensor<1x?x3xbf16>, tensor<1x?x3xbf16>
      packed(%cu_seqlens : tensor<?xi32>) {some_note = "kept"}
  return %v : tensor<1x?x6xbf16>
}

// CHECK-LABEL: @static_sizes
// CHECK: cca.value_shift %{{.*}}, %{{.*}} : tensor<2x5x3xf16>, tensor<2x5x3xf16>{{$}}
func.func @static_sizes(%x: tensor<2x5x3xf16>) -> tensor<2x5x6xf16> {
  %v = cca.value_shift %x, %x : tensor<2x5x3xf16>, tensor<2x5x3xf16>
  return %v : tensor<2x5x6xf16>
}
