// RUN: cca-opt %s --cca-select-schedule | FileCheck %s
// RUN: cca-opt %s --cca-select-schedule=chip=h100 | FileCheck %s
// RUN: cca-opt %s --cca-select-schedule | cca-opt --cca-select-schedule | FileCheck %s

// The temperature bounds the scores: which form of softmax it is can wait for its value.
// CHECK-LABEL: @normalized
//       CHECK:   causal
//  CHECK-NEXT:   schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>
//  CHECK-NEXT:   -> tensor<?x?x8x128xbf16>
func.func @normalized(%q: tensor<?x?x8x128xbf16>, %k: tensor<?x?x2x128xbf16>, %t: tensor<2xf32>)
    -> tensor<?x?x8x128xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xbf16>) key(%k : tensor<?x?x2x128xbf16>) value(%k : tensor<?x?x2x128xbf16>)
      normalized(%t : tensor<2xf32>)
      causal
      -> tensor<?x?x8x128xbf16>
  return %o : tensor<?x?x8x128xbf16>
}

// Any scores need a running maximum.
// CHECK-LABEL: @any_scores
//       CHECK:   schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
func.func @any_scores(%q: tensor<1x4096x8x64xf16>, %k: tensor<1x4096x8x64xf16>) -> tensor<1x4096x8x64xf16> {
  %o = cca.flash_attention
      query(%q : tensor<1x4096x8x64xf16>) key(%k : tensor<1x4096x8x64xf16>) value(%k : tensor<1x4096x8x64xf16>)
      -> tensor<1x4096x8x64xf16>
  return %o : tensor<1x4096x8x64xf16>
}

// Two stages of the keys and values of wide heads leave room for fewer of them.
// CHECK-LABEL: @wide_heads
//       CHECK:   schedule <block_q = 128, block_kv = 48, stages = 2, consumers = 2, softmax = online>
func.func @wide_heads(%q: tensor<1x?x8x256xbf16>, %cu: tensor<?xi32>) -> tensor<1x?x8x256xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<1x?x8x256xbf16>) key(%q : tensor<1x?x8x256xbf16>) value(%q : tensor<1x?x8x256xbf16>)
      packed(%cu : tensor<?xi32>) causal window 512
      -> tensor<1x?x8x256xbf16>
  return %o : tensor<1x?x8x256xbf16>
}

// CHECK-LABEL: @chosen_by_hand
//       CHECK:   schedule <block_q = 192, block_kv = 96, stages = 3, consumers = 3, softmax = online, overlap = false, ping_pong = false>
func.func @chosen_by_hand(%q: tensor<?x?x8x64xbf16>) -> tensor<?x?x8x64xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x64xbf16>) key(%q : tensor<?x?x8x64xbf16>) value(%q : tensor<?x?x8x64xbf16>)
      schedule <block_q = 192, block_kv = 96, stages = 3, consumers = 3, softmax = online,
                overlap = false, ping_pong = false>
      -> tensor<?x?x8x64xbf16>
  return %o : tensor<?x?x8x64xbf16>
}

// CHECK-LABEL: @f32_has_no_kernel
//   CHECK-NOT:   schedule
//       CHECK:   return
func.func @f32_has_no_kernel(%q: tensor<?x?x8x96xf32>) -> tensor<?x?x8x96xf32> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x96xf32>) key(%q : tensor<?x?x8x96xf32>) value(%q : tensor<?x?x8x96xf32>)
      -> tensor<?x?x8x96xf32>
  return %o : tensor<?x?x8x96xf32>
}

// Two consumers take turns.
// CHECK-LABEL: @projection
//       CHECK:   schedule <block_m = 128, block_n = 128, block_k = 64, stages = 6, consumers = 2, cooperative = false>
func.func @projection(%x: tensor<?x?x1024xbf16>, %w: tensor<2048x1024xbf16>) -> tensor<?x?x2048xbf16> {
  %o = cca.projection %x : tensor<?x?x1024xbf16> weight(%w : tensor<2048x1024xbf16>) -> tensor<?x?x2048xbf16>
  return %o : tensor<?x?x2048xbf16>
}

// CHECK-LABEL: @given_schedule_of_latents
//       CHECK:   schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1>
func.func @given_schedule_of_latents(%h: tensor<1x5x64xf16>, %w: tensor<128x64xf16>) {
  %x, %v = cca.latents %h : tensor<1x5x64xf16> weight(%w : tensor<128x64xf16>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1>
      -> tensor<1x5x64xf16>, tensor<1x5x1x64xf16>
  return
}

// CHECK-LABEL: @projection_in_f32
//   CHECK-NOT:   schedule
//       CHECK:   return
func.func @projection_in_f32(%x: tensor<5x64xf32>, %w: tensor<8x64xf32>) -> tensor<5x8xf32> {
  %o = cca.projection %x : tensor<5x64xf32> weight(%w : tensor<8x64xf32>) -> tensor<5x8xf32>
  return %o : tensor<5x8xf32>
}
