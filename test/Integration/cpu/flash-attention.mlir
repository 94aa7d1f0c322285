// The attention core alone, with its log-sum-exp.
// The expected results are those of python/cca/reference.py in fp64; see make_vectors.py.
//
// RUN: cca-run %s --entry=attention --target=cpu \
// RUN:   --input=%S/Inputs/f32/query.npy --input=%S/Inputs/f32/key.npy \
// RUN:   --input=%S/Inputs/f32/value.npy --check=%S/Inputs/f32/expected_attention.npy \
// RUN:   --check=%S/Inputs/f32/expected_lse.npy --rtol=2e-5

func.func @attention(
    %query: tensor<?x?x4x8xf32>,
    %key: tensor<?x?x2x8xf32>,
    %value: tensor<?x?x2x8xf32>) -> (tensor<?x?x4x8xf32>, tensor<?x4x?xf32>) {
  %out, %lse = cca.flash_attention
      query(%query : tensor<?x?x4x8xf32>)
      key(%key : tensor<?x?x2x8xf32>)
      value(%value : tensor<?x?x2x8xf32>)
      causal
      -> tensor<?x?x4x8xf32>, tensor<?x4x?xf32>
  return %out, %lse : tensor<?x?x4x8xf32>, tensor<?x4x?xf32>
}
