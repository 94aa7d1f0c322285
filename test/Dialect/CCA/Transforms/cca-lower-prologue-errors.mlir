// RUN: cca-opt %s --cca-lower-prologue --split-input-file --verify-diagnostics

func.func @padding_per_stage(%hidden: tensor<?x?x64xbf16>, %w: tensor<64x64xbf16>, %w_v: tensor<32x64xbf16>,
    %w0: tensor<128x2xbf16>, %b: tensor<128xbf16>, %w1: tensor<128x64x2xbf16>, %t: tensor<1xf32>,
    %cos: tensor<?x32xbf16>) {
  // expected-error @below {{'cca.prologue' op expects no per_stage_padding, which one convolution cannot do unless depthwise_bias is zero}}
  %q, %k, %v = cca.prologue %hidden : tensor<?x?x64xbf16>
      query(%w : tensor<64x64xbf16>) key(%w : tensor<64x64xbf16>)
      value(%w_v, %w_v : tensor<32x64xbf16>, tensor<32x64xbf16>)
      depthwise(%w0, %b : tensor<128x2xbf16>, tensor<128xbf16>)
      grouped(%w1, %b : tensor<128x64x2xbf16>, tensor<128xbf16>) per_stage_padding
      normalize clamp eps 7.8125e-03 temperature linear(%t : tensor<1xf32>)
      rope half(%cos, %cos : tensor<?x32xbf16>, tensor<?x32xbf16>)
      -> tensor<?x?x1x64xbf16>, tensor<?x?x1x64xbf16>, tensor<?x?x1x64xbf16>
  return
}
