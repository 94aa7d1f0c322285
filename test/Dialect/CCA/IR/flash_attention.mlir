// Every clause and mode comes back as it was written: printed, in generic form, as bytecode.
//
// RUN: cca-opt %s | cca-opt | FileCheck %s
// RUN: cca-opt %s --mlir-print-op-generic | cca-opt | FileCheck %s
// RUN: cca-opt %s --emit-bytecode | cca-opt | FileCheck %s

// The example of the op's documentation.
// CHECK-LABEL: @causal_window
//      CHECK: %{{.*}} = cca.flash_attention
// CHECK-NEXT:   query(%{{.*}} : tensor<?x?x8x128xbf16>)
// CHECK-NEXT:   key(%{{.*}} : tensor<?x?x2x128xbf16>)
// CHECK-NEXT:   value(%{{.*}} : tensor<?x?x2x128xbf16>)
// CHECK-NEXT:   normalized(%{{.*}} : tensor<2xf32>)
// CHECK-NEXT:   causal window 4096
// CHECK-NEXT:   -> tensor<?x?x8x128xbf16>
func.func @causal_window(%q: tensor<?x?x8x128xbf16>, %k: tensor<?x?x2x128xbf16>,
                         %v: tensor<?x?x2x128xbf16>, %temperature: tensor<2xf32>) -> tensor<?x?x8x128xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xbf16>)
      key(%k : tensor<?x?x2x128xbf16>)
      value(%v : tensor<?x?x2x128xbf16>)
      normalized(%temperature : tensor<2xf32>)
      causal window 4096
      -> tensor<?x?x8x128xbf16>
  return %o : tensor<?x?x8x128xbf16>
}

// CHECK-LABEL: @every_clause
// CHECK-SAME:   %[[T:[^:]*]]: tensor<2xf32>, %[[CU:[^:]*]]: tensor<3xi32>
//      CHECK: %{{.*}}, %{{.*}} = cca.flash_attention
//      CHECK:   normalized(%[[T]] : tensor<2xf32>)
// CHECK-NEXT:   packed(%[[CU]] : tensor<3xi32>)
// CHECK-NEXT:   causal window 2 softmax_scale -5.000000e-01
// CHECK-NEXT:   schedule <block_q = 64, block_kv = 176, stages = 3, consumers = 1, softmax = bounded, overlap = false, ping_pong = false>
//      CHECK:   {some_note = "kept"}
//      CHECK:   -> tensor<1x5x4x3xf16>, tensor<1x4x5xf32>
func.func @every_clause(%q: tensor<1x5x4x3xf16>, %k: tensor<1x5x2x3xf16>, %t: tensor<2xf32>, %cu_seqlens: tensor<3xi32>)
    -> (tensor<1x5x4x3xf16>, tensor<1x4x5xf32>) {
  %o, %lse = cca.flash_attention
      query(%q : tensor<1x5x4x3xf16>) key(%k : tensor<1x5x2x3xf16>) value(%k : tensor<1x5x2x3xf16>)
      normalized(%t : tensor<2xf32>) packed(%cu_seqlens : tensor<3xi32>) causal window 2 softmax_scale -0.5
      schedule #cca.schedule<block_q = 64, block_kv = 176, stages = 3, consumers = 1, softmax = bounded,
                             overlap = false, ping_pong = false>
      {some_note = "kept"} -> tensor<1x5x4x3xf16>, tensor<1x4x5xf32>
  return %o, %lse : tensor<1x5x4x3xf16>, tensor<1x4x5xf32>
}

// Keys may be of dynamic sizes where those of queries are static.
// CHECK-LABEL: @no_clause
//      CHECK: cca.flash_attention
// CHECK-NEXT:   query(%{{.*}} : tensor<2x5x1x4xf32>)
// CHECK-NEXT:   key(%{{.*}} : tensor<?x?x1x4xf32>)
// CHECK-NEXT:   value(%{{.*}} : tensor<?x?x1x4xf32>)
// CHECK-NEXT:   -> tensor<2x5x1x4xf32>
func.func @no_clause(%q: tensor<2x5x1x4xf32>, %k: tensor<?x?x1x4xf32>) -> tensor<2x5x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<2x5x1x4xf32>) key(%k : tensor<?x?x1x4xf32>) value(%k : tensor<?x?x1x4xf32>)
      -> tensor<2x5x1x4xf32>
  return %o : tensor<2x5x1x4xf32>
}

// A bound on the scores without anything else optional.
// CHECK-LABEL: @normalized
// CHECK-SAME:   %[[T:[^:]*]]: tensor<1xf32>
//      CHECK:   normalized(%[[T]] : tensor<1xf32>)
// CHECK-NEXT:   -> tensor<2x5x1x4xf32>
func.func @normalized(%q: tensor<2x5x1x4xf32>, %t: tensor<1xf32>) -> tensor<2x5x1x4xf32> {
  %o = cca.flash_attention
      query(%q : tensor<2x5x1x4xf32>) key(%q : tensor<2x5x1x4xf32>) value(%q : tensor<2x5x1x4xf32>)
      normalized(%t : tensor<1xf32>)
      -> tensor<2x5x1x4xf32>
  return %o : tensor<2x5x1x4xf32>
}
