// The attention of ZAYA1-8B behind its prologue: 8 query heads, 2 key heads of 128.
func.func @attention(%q: tensor<?x?x8x128xbf16>, %k: tensor<?x?x2x128xbf16>,
                     %v: tensor<?x?x2x128xbf16>, %temperature: tensor<2xf32>)
    -> tensor<?x?x8x128xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x8x128xbf16>)
      key(%k : tensor<?x?x2x128xbf16>)
      value(%v : tensor<?x?x2x128xbf16>)
      normalized(%temperature : tensor<2xf32>)
      causal
      -> tensor<?x?x8x128xbf16>
  return %o : tensor<?x?x8x128xbf16>
}
