// Two kernels and a temporary between them; a weight that is packed.
#id = affine_map<(d0) -> (d0)>

func.func @chain(%query: tensor<?x?x2x64xbf16>, %key: tensor<?x?x1x64xbf16>, %value: tensor<?x?x1x64xbf16>,
                 %weight: tensor<1xf32>) -> tensor<?x?x2x64xbf16> {
  %empty = tensor.empty() : tensor<1xf32>
  %temperature = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%weight : tensor<1xf32>) outs(%empty : tensor<1xf32>) attrs = {cca.packing} {
  ^bb0(%x: f32, %out: f32):
    %y = arith.addf %x, %x : f32
    linalg.yield %y : f32
  } -> tensor<1xf32>
  %between = cca.flash_attention
      query(%query : tensor<?x?x2x64xbf16>) key(%key : tensor<?x?x1x64xbf16>) value(%value : tensor<?x?x1x64xbf16>)
      causal -> tensor<?x?x2x64xbf16>
  %out = cca.flash_attention
      query(%between : tensor<?x?x2x64xbf16>) key(%key : tensor<?x?x1x64xbf16>) value(%value : tensor<?x?x1x64xbf16>)
      normalized(%temperature : tensor<1xf32>) causal -> tensor<?x?x2x64xbf16>
  return %out : tensor<?x?x2x64xbf16>
}
