// What packs weights is computed by ops of upstream dialects: concatenated, padded, in another order, multiplied.
//
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np, sys; r = np.random.default_rng(0); \
// RUN:   bf16 = lambda *s: (r.standard_normal(s).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16); \
// RUN:   [np.save(f'{sys.argv[1]}/{n}.npy', x) for n, x in dict(q=bf16(1, 70, 2, 64), k=bf16(1, 70, 1, 64), a=bf16(3, 8), \
// RUN:     b=bf16(5, 8), w=bf16(8, 2), f=r.standard_normal((4, 8, 2)).astype(np.float32), \
// RUN:     t=np.float32([0.5])).items()]" %t
// DEFINE: %{inputs} = --input=%t/q.npy --input=%t/k.npy --input=%t/k.npy --input=%t/a.npy --input=%t/b.npy --input=%t/w.npy \
// DEFINE:   --input=%t/f.npy --input=%t/t.npy
// DEFINE: %{check} = --check=%t/o0.npy --check=%t/o1.npy --check=%t/o2.npy --check=%t/o3.npy
// RUN: cca-run %s %{inputs} --output=%t/o0.npy --output=%t/o1.npy --output=%t/o2.npy --output=%t/o3.npy
// RUN: cca-run %s --target=sim %{inputs} %{check} --rtol=4e-3
//
// On a GPU each is a kernel of its own: two copies, a fill and a copy, and two with arithmetic.
// RUN: cca-compile %s -o %t/pack.ptx
// RUN: FileCheck %s --implicit-check-not=.entry < %t/pack.ptx
// CHECK-COUNT-6: .entry pack_pack_kernel
// CHECK-COUNT-3: .entry pack_kernel
// CHECK:         .entry flash_attention(

#in = affine_map<(m, c, d) -> (c, d, -m + 1)>
#out = affine_map<(m, c, d) -> (m, c, d)>

func.func @pack(%q: tensor<?x?x2x64xbf16>, %k: tensor<?x?x1x64xbf16>, %v: tensor<?x?x1x64xbf16>, %a: tensor<3x8xbf16>,
                %b: tensor<5x8xbf16>, %w0: tensor<8x2xbf16>, %folded: tensor<4x8x2xf32>, %t: tensor<1xf32>)
    -> (tensor<?x?x2x64xbf16>, tensor<8x8xbf16>, tensor<8x4xbf16>, tensor<2x4x8xbf16>) {
  %both = tensor.concat dim(0) %a, %b {cca.packing} : (tensor<3x8xbf16>, tensor<5x8xbf16>) -> tensor<8x8xbf16>
  %zero = arith.constant 0.0 : bf16
  %padded = tensor.pad %w0 low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : bf16
  } {cca.packing} : tensor<8x2xbf16> to tensor<8x4xbf16>
  %init = tensor.empty() : tensor<2x4x8xbf16>
  %taps = linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%folded : tensor<4x8x2xf32>) outs(%init : tensor<2x4x8xbf16>) attrs = {cca.packing} {
  ^bb0(%x: f32, %o: bf16):
    %y = arith.truncf %x : f32 to bf16
    linalg.yield %y : bf16
  } -> tensor<2x4x8xbf16>
  %factor = arith.constant dense<2.0> : tensor<1xf32>
  %temperature = arith.mulf %t, %factor {cca.packing} : tensor<1xf32>
  %o = cca.flash_attention
      query(%q : tensor<?x?x2x64xbf16>) key(%k : tensor<?x?x1x64xbf16>) value(%v : tensor<?x?x1x64xbf16>)
      normalized(%temperature : tensor<1xf32>) causal -> tensor<?x?x2x64xbf16>
  return %o, %both, %padded, %taps
      : tensor<?x?x2x64xbf16>, tensor<8x8xbf16>, tensor<8x4xbf16>, tensor<2x4x8xbf16>
}
