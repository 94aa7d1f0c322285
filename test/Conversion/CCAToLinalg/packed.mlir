// The bounds of the sequences are written out for each token, once per op.
//
// RUN: cca-opt %s --cca-lower-to-linalg --cse | FileCheck %s --implicit-check-not=cca.

// CHECK-LABEL: func @bounds_of_each_token
//  CHECK-SAME:   (%[[X:[^:]*]]: tensor<1x?x4xf32>, %[[CU:[^:]*]]: tensor<?xi32>)
//   CHECK-DAG:   %[[TOKENS:.*]] = tensor.dim %[[X]], %c1{{.*}}
//   CHECK-DAG:   %[[EMPTY:.*]] = tensor.empty(%[[TOKENS]]) : tensor<?xindex>
//   CHECK-DAG:   %[[STARTS:.*]] = tensor.dim %[[CU]], %c0{{.*}}
//       CHECK:   %[[N:.*]] = arith.subi %[[STARTS]], %c1
//       CHECK:   scf.for %[[I:.*]] = %c0{{.*}} to %[[N]] step %c1{{.*}} iter_args(%[[BEGINS:.*]] = %[[EMPTY]], %[[ENDS:.*]] = %[[EMPTY]])
//       CHECK:     %[[START:.*]] = tensor.extract %[[CU]][%[[I]]]
//       CHECK:     %[[BEGIN:.*]] = arith.index_cast %[[START]] : i32 to index
//       CHECK:     %[[NEXT:.*]] = arith.addi %[[I]], %c1
//       CHECK:     %[[STOP:.*]] = tensor.extract %[[CU]][%[[NEXT]]]
//       CHECK:     %[[END:.*]] = arith.index_cast %[[STOP]] : i32 to index
//       CHECK:     %[[LENGTH:.*]] = arith.subi %[[END]], %[[BEGIN]]
//       CHECK:     linalg.fill ins(%[[BEGIN]] : index)
//       CHECK:     %[[BEGINS1:.*]] = tensor.insert_slice %{{.*}} into %[[BEGINS]][%[[BEGIN]]] [%[[LENGTH]]] [1]
//       CHECK:     linalg.fill ins(%[[END]] : index)
//       CHECK:     %[[ENDS1:.*]] = tensor.insert_slice %{{.*}} into %[[ENDS]][%[[BEGIN]]] [%[[LENGTH]]] [1]
//       CHECK:     scf.yield %[[BEGINS1]], %[[ENDS1]]
func.func @bounds_of_each_token(%x: tensor<1x?x4xf32>, %cu_seqlens: tensor<?xi32>) -> tensor<1x?x8xf32> {
  %v = cca.value_shift %x, %x : tensor<1x?x4xf32>, tensor<1x?x4xf32> packed(%cu_seqlens : tensor<?xi32>)
  return %v : tensor<1x?x8xf32>
}
