package dev.merapi;

import dev.merapi.memory.HostTensor;

/// What the loss of one batch is made of. Sums of these give the mean over several batches: that of
/// one batch as large.
///
/// @param sum of the loss over all positions
/// @param weight of all positions together: their number where they count alike, 0 where none does
/// @param penalty what the penalties on weights add to the loss of the batch
public record BatchLoss(double sum, double weight, double penalty) {
  static BatchLoss of(Session session) {
    HostTensor penalty = session.outputs().get(TrainingGraph.PENALTY);
    return new BatchLoss(
        session.output(LossGraph.SUM).getFloat(0),
        session.output(LossGraph.WEIGHT).getFloat(0),
        penalty == null ? 0 : penalty.getFloat(0));
  }

  boolean isFinite() {
    return Double.isFinite(sum + weight + penalty);
  }
}
