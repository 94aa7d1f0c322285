//===- Patterns.h - One pattern per cca op ----------------------*- C++ -*-===//

#ifndef CCA_LIB_CONVERSION_CCATOLINALG_PATTERNS_H
#define CCA_LIB_CONVERSION_CCATOLINALG_PATTERNS_H

namespace mlir {
class RewritePatternSet;

namespace cca {

void populateConvPatterns(RewritePatternSet &patterns);
void populateFlashAttentionPatterns(RewritePatternSet &patterns);
void populateProjectionPatterns(RewritePatternSet &patterns);
void populateQKMeanPatterns(RewritePatternSet &patterns);
void populateQKNormPatterns(RewritePatternSet &patterns);
void populateRopePatterns(RewritePatternSet &patterns);
void populateValueShiftPatterns(RewritePatternSet &patterns);

} // namespace cca
} // namespace mlir

#endif // CCA_LIB_CONVERSION_CCATOLINALG_PATTERNS_H
