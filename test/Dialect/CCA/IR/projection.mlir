// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @bias
//       CHECK:   cca.projection %{{.*}} : tensor<?x?x1024xbf16>
//  CHECK-NEXT:       weight(%{{.*}} : tensor<2048x1024xbf16>)
//  CHECK-NEXT:       bias(%{{.*}} : tensor<2048xbf16>)
//  CHECK-NEXT:       -> tensor<?x?x2048xbf16>
func.func @bias(%o: tensor<?x?x1024xbf16>, %w_o: tensor<2048x1024xbf16>, %b_o: tensor<2048xbf16>)
    -> tensor<?x?x2048xbf16> {
  %out = cca.projection %o : tensor<?x?x1024xbf16>
      weight(%w_o : tensor<2048x1024xbf16>)
      bias(%b_o : tensor<2048xbf16>)
      -> tensor<?x?x2048xbf16>
  return %out : tensor<?x?x2048xbf16>
}

// CHECK-LABEL: @schedule_of_a_matrix
//       CHECK:   cca.projection %{{.*}} : tensor<6x16xf16>
//  CHECK-NEXT:       weight(%{{.*}} : tensor<8x16xf16>)
//  CHECK-NEXT:       bias(%{{.*}} : tensor<8xf32>)
//  CHECK-NEXT:       schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1> {some_note = "kept"}
//  CHECK-NEXT:       -> tensor<6x8xf16>
func.func @schedule_of_a_matrix(%x: tensor<6x16xf16>, %w: tensor<8x16xf16>, %b: tensor<8xf32>) -> tensor<6x8xf16> {
  %out = cca.projection %x : tensor<6x16xf16> weight(%w : tensor<8x16xf16>) bias(%b : tensor<8xf32>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1> {some_note = "kept"}
      -> tensor<6x8xf16>
  return %out : tensor<6x8xf16>
}
