// From level 0: what the passes make of it, sequential and scheduled, computes what the
// CPU does. 300 tokens end in the middle of a tile.
//
// REQUIRES: numpy
// RUN: %python -c "import numpy as np; r = np.random.default_rng(0); \
// RUN:   [np.save(f'%t.{n}.npy', (r.standard_normal((2, 300, h, 128)).astype(np.float32) \
// RUN:     .view(np.uint32) >> 16).astype(np.uint16)) for n, h in (('q', 2), ('k', 1), ('v', 1))]"
// DEFINE: %{inputs} = --input=%t.q.npy --input=%t.k.npy --input=%t.v.npy
// DEFINE: %{sim} = cca-run --target=sim %{inputs} --check=%t.o.npy --rtol=4e-3
// RUN: cca-run %s --target=cpu %{inputs} --output=%t.o.npy
// RUN: cca-opt %s --cca-select-schedule --convert-cca-to-hopper -o %t.mlir
// RUN: %{sim} %t.mlir
// RUN: %{sim} %s
// RUN: %{sim} %s --sim-policy=latest
// RUN: %{sim} %s --sim-policy=random --sim-seed=1 --sim-multiprocessors=1
// RUN: %{sim} %s --sim-policy=random --sim-seed=2 --sim-multiprocessors=3
// RUN: %{sim} %s --sim-policy=timed

func.func @attention(%q: tensor<?x?x2x128xbf16>, %k: tensor<?x?x1x128xbf16>,
                     %v: tensor<?x?x1x128xbf16>) -> tensor<?x?x2x128xbf16> {
  %o = cca.flash_attention
      query(%q : tensor<?x?x2x128xbf16>)
      key(%k : tensor<?x?x1x128xbf16>)
      value(%v : tensor<?x?x1x128xbf16>)
      causal
      -> tensor<?x?x2x128xbf16>
  return %o : tensor<?x?x2x128xbf16>
}
