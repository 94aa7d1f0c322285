// Two kernels of one function: the first writes to a workspace, which the second reads. Packed weights are computed by
// the function itself here. 300 tokens end in the middle of a tile.
//
// REQUIRES: numpy
// RUN: %python -c "import numpy as np; r = np.random.default_rng(0); \
// RUN:   [np.save(f'%t.{n}.npy', (r.standard_normal((2, 300, h, 64)).astype(np.float32) \
// RUN:     .view(np.uint32) >> 16).astype(np.uint16)) for n, h in (('q', 2), ('k', 1), ('v', 1))]; \
// RUN:   np.save('%t.raw.npy', np.float32([0.5, 0.75]))"
// DEFINE: %{inputs} = --input=%t.q.npy --input=%t.k.npy --input=%t.v.npy --input=%t.raw.npy
// DEFINE: %{sim} = cca-run --target=sim %{inputs} --check=%t.o.npy --rtol=4e-3
// RUN: cca-run %s --target=cpu %{inputs} --output=%t.o.npy
// RUN: %{sim} %s
// RUN: %{sim} %s --sim-policy=random --sim-seed=1
//
// The same from level 1, with its workspace function beside it.
// RUN: cca-opt %s --cca-to-tiles=outline-packing=false -o %t.tiles.mlir
// RUN: cca-run %t.tiles.mlir --target=sim %{inputs} --input=%t.q.npy \
// RUN:   --output=%t.q1.npy --output=%t.k1.npy --output=%t.v1.npy --output=%t.raw1.npy --output=%t.o1.npy
// RUN: %python -c "import numpy as np, sys; a, b = ((np.load(f).astype(np.uint32) << 16).view(np.float32) for f in sys.argv[1:]); \
// RUN:   assert np.linalg.norm(a - b) < 4e-3 * np.linalg.norm(b)" %t.o1.npy %t.o.npy
//
// RUN: cca-opt %s --cca-to-tiles --convert-linalg-to-loops --hopper-simulate -o %t.simulated.mlir

#id = affine_map<(d0) -> (d0)>

func.func @chain(%q: tensor<?x?x2x64xbf16>, %k: tensor<?x?x1x64xbf16>, %v: tensor<?x?x1x64xbf16>,
                 %raw: tensor<2xf32>) -> tensor<?x?x2x64xbf16> {
  %first = tensor.extract_slice %raw[0] [1] [1] : tensor<2xf32> to tensor<1xf32>
  %empty = tensor.empty() : tensor<1xf32>
  %temperature = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%first : tensor<1xf32>) outs(%empty : tensor<1xf32>) attrs = {cca.packing} {
  ^bb0(%x: f32, %out: f32):
    %y = arith.addf %x, %x : f32
    linalg.yield %y : f32
  } -> tensor<1xf32>
  %a = cca.flash_attention
      query(%q : tensor<?x?x2x64xbf16>) key(%k : tensor<?x?x1x64xbf16>) value(%v : tensor<?x?x1x64xbf16>)
      causal -> tensor<?x?x2x64xbf16>
  %b = cca.flash_attention
      query(%a : tensor<?x?x2x64xbf16>) key(%k : tensor<?x?x1x64xbf16>) value(%v : tensor<?x?x1x64xbf16>)
      normalized(%temperature : tensor<1xf32>) causal -> tensor<?x?x2x64xbf16>
  return %b : tensor<?x?x2x64xbf16>
}
