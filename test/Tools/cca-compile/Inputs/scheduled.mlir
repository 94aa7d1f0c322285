func.func @attention(%query: tensor<?x?x8x128xbf16>, %key: tensor<?x?x2x128xbf16>, %value: tensor<?x?x2x128xbf16>)
    -> tensor<?x?x8x128xbf16> {
  %o = cca.flash_attention
      query(%query : tensor<?x?x8x128xbf16>) key(%key : tensor<?x?x2x128xbf16>) value(%value : tensor<?x?x2x128xbf16>)
      causal schedule <block_q = 128, block_kv = 128, stages = 2, consumers = 2, softmax = online>
      -> tensor<?x?x8x128xbf16>
  return %o : tensor<?x?x8x128xbf16>
}
