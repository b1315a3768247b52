package dev.merapi.train;

import dev.merapi.History;
import java.util.List;

/// Where a `fit` stands, for its listeners. A live view, good only during the call it is passed to
/// and on that thread.
public interface TrainingProgress {
  /// The name of the model.
  String model();

  /// The number of the epoch that runs, or ran last; the first one has number 1.
  int epoch();

  /// How many epochs there will be at most.
  int epochs();

  /// The number of steps done in this epoch.
  int step();

  /// How many steps an epoch has.
  int steps();

  /// The number of steps done in all epochs.
  long totalSteps();

  /// How many rows were learned from in this epoch, since this run of the program began it.
  long examples();

  /// The seconds spent on those rows.
  double seconds();

  /// The mean loss of this epoch so far.
  double loss();

  /// The names of the metrics.
  List<String> metrics();

  /// A metric of this epoch so far. Worked out at each call: not for every batch where it is dear,
  /// as the area under the ROC curve.
  double metric(String name);

  /// The learning rate of the last step.
  double learningRate();

  /// The epochs that are over.
  History history();

  /// Asks to stop after this step. A step in the midst of an epoch is the last one; the history
  /// does not have that epoch.
  ///
  /// @param why told in the history
  void stop(String why);
}
