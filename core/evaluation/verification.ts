/** How well distances tell matching pairs from others. */
export interface VerificationMetrics {
  readonly pairs: number;
  /** A pair counts as the same when its distance is below this. */
  readonly threshold: number;
  /** Share of pairs on their side of the threshold. */
  readonly accuracy: number;
  /** Area under the ROC curve: how often a matching pair is closer than another, ties counting half. */
  readonly auc: number;
  /** Error rate where false accepts and false rejects are equally frequent, interpolated linearly. */
  readonly eer: number;
  /** Mean distance of matching pairs. */
  readonly meanSame: number;
  /** Mean distance of the other pairs. */
  readonly meanDifferent: number;
}
