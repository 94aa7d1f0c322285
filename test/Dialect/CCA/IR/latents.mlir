// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @plain
//       CHECK:   %{{.*}}, %{{.*}} = cca.latents %{{.*}} : tensor<?x?x2048xbf16>
//  CHECK-NEXT:       weight(%{{.*}} : tensor<1536x2048xbf16>)
//  CHECK-NEXT:       -> tensor<?x?x1280xbf16>, tensor<?x?x2x128xbf16>
func.func @plain(%hidden: tensor<?x?x2048xbf16>, %w: tensor<1536x2048xbf16>)
    -> (tensor<?x?x1280xbf16>, tensor<?x?x2x128xbf16>) {
  %x, %v = cca.latents %hidden : tensor<?x?x2048xbf16>
      weight(%w : tensor<1536x2048xbf16>)
      -> tensor<?x?x1280xbf16>, tensor<?x?x2x128xbf16>
  return %x, %v : tensor<?x?x1280xbf16>, tensor<?x?x2x128xbf16>
}

// CHECK-LABEL: @every_clause
//       CHECK:       bias(%{{.*}} : tensor<18xf32>)
//  CHECK-NEXT:       packed(%{{.*}} : tensor<?xi32>)
//  CHECK-NEXT:       schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1, blocks_per_multiprocessor = 2> {some_note = "kept"}
//  CHECK-NEXT:       -> tensor<1x?x12xbf16>, tensor<1x?x1x6xbf16>
func.func @every_clause(%hidden: tensor<1x?x16xbf16>, %w: tensor<18x16xbf16>, %b: tensor<18xf32>, %cu: tensor<?xi32>) {
  %x, %v = cca.latents %hidden : tensor<1x?x16xbf16> weight(%w : tensor<18x16xbf16>) bias(%b : tensor<18xf32>)
      packed(%cu : tensor<?xi32>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1, blocks_per_multiprocessor = 2>
      {some_note = "kept"}
      -> tensor<1x?x12xbf16>, tensor<1x?x1x6xbf16>
  return
}
