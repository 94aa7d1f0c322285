// RUN: cca-opt %s --cca-select-schedule --split-input-file --verify-diagnostics

func.func @third_stage_is_too_much_shared_memory(%q: tensor<?x?x8x128xbf16>) {
  // expected-error @below {{'cca.flash_attention' op expects at most 232448 bytes of shared memory, but this schedule takes 263280 (30832 too many)}}
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xbf16>) key(%q : tensor<?x?x8x128xbf16>) value(%q : tensor<?x?x8x128xbf16>)
      schedule <block_q = 128, block_kv = 128, stages = 3, consumers = 2, softmax = online>
      -> tensor<?x?x8x128xbf16>
  return
}

// -----

func.func @three_consumers_have_fewer_registers(%q: tensor<?x?x8x64xbf16>) {
  // expected-error @below {{expects at most 160 registers for a thread of 3 consumers, but this schedule takes about 184 (24 too many)}}
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x64xbf16>) key(%q : tensor<?x?x8x64xbf16>) value(%q : tensor<?x?x8x64xbf16>)
      schedule <block_q = 192, block_kv = 128, stages = 2, consumers = 3, softmax = online, ping_pong = false>
      -> tensor<?x?x8x64xbf16>
  return
}

// -----

func.func @nothing_bounds_the_scores(%q: tensor<?x?x8x128xbf16>) {
  // expected-error @below {{expects softmax = online where queries and keys are not normalized, but got auto}}
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xbf16>) key(%q : tensor<?x?x8x128xbf16>) value(%q : tensor<?x?x8x128xbf16>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = auto>
      -> tensor<?x?x8x128xbf16>
  return
}

// -----

func.func @f32_has_no_kernel(%q: tensor<?x?x8x128xf32>) {
  // expected-error @below {{expects an element type of 2 bytes, but got 4}}
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xf32>) key(%q : tensor<?x?x8x128xf32>) value(%q : tensor<?x?x8x128xf32>)
      schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> tensor<?x?x8x128xf32>
  return
}

// -----

// Each op that has none gets its message.
func.func @head_dimensions_without_a_kernel(%q: tensor<?x?x8x96xbf16>, %p: tensor<?x?x8x512xf16>) {
  // expected-error @below {{expects a head dimension of 64, 128 or 256, but got 96}}
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x96xbf16>) key(%q : tensor<?x?x8x96xbf16>) value(%q : tensor<?x?x8x96xbf16>)
      -> tensor<?x?x8x96xbf16>
  // expected-error @below {{expects a head dimension of 64, 128 or 256, but got 512}}
  %o_2 = cca.flash_attention
      query(%p : tensor<?x?x8x512xf16>) key(%p : tensor<?x?x8x512xf16>) value(%p : tensor<?x?x8x512xf16>)
      -> tensor<?x?x8x512xf16>
  return
}

// -----

func.func @stages_of_two_blocks(%x: tensor<?x64xbf16>, %w: tensor<128x64xbf16>) {
  // expected-error @below {{'cca.projection' op expects at most 115712 bytes of shared memory, but this schedule takes 147584 (31872 too many)}}
  %o = cca.projection %x : tensor<?x64xbf16> weight(%w : tensor<128x64xbf16>)
      schedule <block_m = 128, block_n = 128, block_k = 64, stages = 4, consumers = 1, blocks_per_multiprocessor = 2>
      -> tensor<?x128xbf16>
  return
}

// -----

func.func @sums_of_two_blocks(%x: tensor<?x64xbf16>, %w: tensor<192x64xbf16>) {
  // expected-error @below {{expects at most 208 registers for a thread, but this schedule takes about 232 (24 too many)}}
  %o = cca.projection %x : tensor<?x64xbf16> weight(%w : tensor<192x64xbf16>)
      schedule <block_m = 128, block_n = 192, block_k = 64, stages = 2, consumers = 1, blocks_per_multiprocessor = 2>
      -> tensor<?x192xbf16>
  return
}

// -----

func.func @channels_of_16_bytes(%x: tensor<?x60xbf16>, %w: tensor<128x60xbf16>) {
  // expected-error @below {{expects channels to be a multiple of 8, but got 60}}
  %o = cca.projection %x : tensor<?x60xbf16> weight(%w : tensor<128x60xbf16>) -> tensor<?x128xbf16>
  return
}

// -----

func.func @steps_of_whole_panels(%x: tensor<?x72xbf16>, %w: tensor<128x72xbf16>) {
  // expected-error @below {{expects block_k = 64 where input channels are no multiple of that, but got 128}}
  %o = cca.projection %x : tensor<?x72xbf16> weight(%w : tensor<128x72xbf16>)
      schedule <block_m = 64, block_n = 64, block_k = 128, stages = 2, consumers = 1> -> tensor<?x128xbf16>
  return
}

// -----

func.func @sums_of_16_bit_types(%h: tensor<1x5x64xf32>, %w: tensor<128x64xf32>) {
  // expected-error @below {{'cca.latents' op expects an element type of 2 bytes, but got 4}}
  %x, %v = cca.latents %h : tensor<1x5x64xf32> weight(%w : tensor<128x64xf32>)
      schedule <block_m = 64, block_n = 64, block_k = 64, stages = 2, consumers = 1>
      -> tensor<1x5x64xf32>, tensor<1x5x1x64xf32>
  return
}
