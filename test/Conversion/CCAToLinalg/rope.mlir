// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// CHECK-LABEL: func @half_of_the_channels
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<?x?x2x8xf32>, %[[COS:[^:]*]]: tensor<?x4xf32>, %[[SIN:[^:]*]]: tensor<?x4xf32>)
//       CHECK:   %[[SLICE:.*]] = tensor.extract_slice %[[X]][0, 0, 0, 0] [%{{.*}}, %{{.*}}, 2, 4] [1, 1, 1, 1]
//       CHECK:   %[[ROTATED:.*]] = linalg.generic {{.*}} ins(%[[SLICE]] : tensor<?x?x2x4xf32>)
//       CHECK:     %[[T:.*]] = linalg.index 1
//       CHECK:     %[[CHANNEL:.*]] = linalg.index 3
//       CHECK:     %[[POSITION:.*]] = arith.subi %[[T]], %{{.*}}

// Channel c and c + 2 form a pair; the first gets minus the second.
//       CHECK:     %[[C2:.*]] = arith.constant 2 : index
//       CHECK:     %[[FIRST:.*]] = arith.cmpi slt, %[[CHANNEL]], %[[C2]]
//   CHECK-DAG:     %[[UP:.*]] = arith.addi %[[CHANNEL]], %[[C2]]
//   CHECK-DAG:     %[[DOWN:.*]] = arith.subi %[[CHANNEL]], %[[C2]]
//       CHECK:     %[[PARTNER:.*]] = arith.select %[[FIRST]], %[[UP]], %[[DOWN]]
//       CHECK:     %[[OTHER:.*]] = tensor.extract %[[SLICE]][%{{.*}}, %[[T]], %{{.*}}, %[[PARTNER]]]
//       CHECK:     %[[MINUS:.*]] = arith.negf %[[OTHER]]
//       CHECK:     %[[TURNED:.*]] = arith.select %[[FIRST]], %[[MINUS]], %[[OTHER]]

// x cos + rotate(x) sin.
//       CHECK:     %[[C:.*]] = tensor.extract %[[COS]][%[[POSITION]], %[[CHANNEL]]]
//       CHECK:     %[[A:.*]] = arith.mulf %in, %[[C]]
//       CHECK:     %[[S:.*]] = tensor.extract %[[SIN]][%[[POSITION]], %[[CHANNEL]]]
//       CHECK:     %[[B:.*]] = arith.mulf %[[TURNED]], %[[S]]
//       CHECK:     arith.addf %[[A]], %[[B]]

// The other channels pass through.
//       CHECK:   %[[Y:.*]] = tensor.insert_slice %[[ROTATED]] into %[[X]][0, 0, 0, 0] [%{{.*}}, %{{.*}}, 2, 4] [1, 1, 1, 1]
//       CHECK:   return %[[Y]]
func.func @half_of_the_channels(%x: tensor<?x?x2x8xf32>, %cos: tensor<?x4xf32>, %sin: tensor<?x4xf32>) -> tensor<?x?x2x8xf32> {
  %y = cca.rope %x : tensor<?x?x2x8xf32> half(%cos, %sin : tensor<?x4xf32>, tensor<?x4xf32>)
  return %y : tensor<?x?x2x8xf32>
}

// Channels 2c and 2c + 1 form a pair.
// CHECK-LABEL: func @interleaved
//       CHECK:     %[[CHANNEL:.*]] = linalg.index 3
//       CHECK:     %[[C1:.*]] = arith.constant 1 : index
//       CHECK:     %[[ODD:.*]] = arith.andi %[[CHANNEL]], %[[C1]]
//       CHECK:     %[[FIRST:.*]] = arith.cmpi ne, %[[ODD]], %[[C1]]
//       CHECK:     %[[PARTNER:.*]] = arith.xori %[[CHANNEL]], %[[C1]]
//       CHECK:     tensor.extract %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}, %[[PARTNER]]]
//       CHECK:     arith.select %[[FIRST]]
func.func @interleaved(%x: tensor<1x6x2x8xf32>, %cos: tensor<6x4xf32>) -> tensor<1x6x2x8xf32> {
  %y = cca.rope %x : tensor<1x6x2x8xf32> interleaved(%cos, %cos : tensor<6x4xf32>, tensor<6x4xf32>)
  return %y : tensor<1x6x2x8xf32>
}

// CHECK-LABEL: func @table_per_batch_row
//  CHECK-SAME:   (%{{[^:]*}}: tensor<3x6x2x4xf32>, %[[COS:[^:]*]]: tensor<3x6x4xf32>)
//       CHECK:     %[[B:.*]] = linalg.index 0
//       CHECK:     tensor.extract %[[COS]][%[[B]], %{{.*}}, %{{.*}}]
func.func @table_per_batch_row(%x: tensor<3x6x2x4xf32>, %cos: tensor<3x6x4xf32>) -> tensor<3x6x2x4xf32> {
  %y = cca.rope %x : tensor<3x6x2x4xf32> half(%cos, %cos : tensor<3x6x4xf32>, tensor<3x6x4xf32>)
  return %y : tensor<3x6x2x4xf32>
}

// The position is counted from the begin of the token's sequence.
// CHECK-LABEL: func @packed
//  CHECK-SAME:   (%{{[^:]*}}: tensor<1x?x2x4xf32>, %[[COS:[^:]*]]: tensor<?x4xf32>, %{{[^:]*}}: tensor<?xi32>)
//       CHECK:   %[[BOUNDS:.*]]:2 = scf.for
//       CHECK:     %[[T:.*]] = linalg.index 1
//       CHECK:     %[[BEGIN:.*]] = tensor.extract %[[BOUNDS]]#0[%[[T]]]
//       CHECK:     %[[POSITION:.*]] = arith.subi %[[T]], %[[BEGIN]]
//       CHECK:     tensor.extract %[[COS]][%[[POSITION]], %{{.*}}]
func.func @packed(%x: tensor<1x?x2x4xf32>, %cos: tensor<?x4xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x2x4xf32> {
  %y = cca.rope %x : tensor<1x?x2x4xf32> half(%cos, %cos : tensor<?x4xf32>, tensor<?x4xf32>)
      packed(%cu_seqlens : tensor<?xi32>)
  return %y : tensor<1x?x2x4xf32>
}

// Products are f32, the result is rounded once.
// CHECK-LABEL: func @bf16
//       CHECK:   arith.mulf %{{.*}} : f32
//   CHECK-NOT:   arith.truncf
//       CHECK:   %[[Y:.*]] = arith.addf %{{.*}} : f32
//       CHECK:   arith.truncf %[[Y]] : f32 to bf16
//   CHECK-NOT:   arith.truncf
func.func @bf16(%x: tensor<1x6x2x4xbf16>, %cos: tensor<6x4xbf16>) -> tensor<1x6x2x4xbf16> {
  %y = cca.rope %x : tensor<1x6x2x4xbf16> half(%cos, %cos : tensor<6x4xbf16>, tensor<6x4xbf16>)
  return %y : tensor<1x6x2x4xbf16>
}

// Folds: there is no slice of size 0.
// CHECK-LABEL: func @no_rotary_channels
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<1x6x2x4xf32>
//  CHECK-NEXT:   return %[[X]]
func.func @no_rotary_channels(%x: tensor<1x6x2x4xf32>, %cos: tensor<6x0xf32>) -> tensor<1x6x2x4xf32> {
  %y = cca.rope %x : tensor<1x6x2x4xf32> half(%cos, %cos : tensor<6x0xf32>, tensor<6x0xf32>)
  return %y : tensor<1x6x2x4xf32>
}
