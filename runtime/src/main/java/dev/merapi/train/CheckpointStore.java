package dev.merapi.train;

import dev.merapi.spi.ModelContents;
import java.util.Optional;

/// Where a `fit` keeps what it needs to go on after it was stopped. [CheckpointDirectory] keeps
/// files.
public interface CheckpointStore {
  /// Makes ready before anything is trained, and refuses what would fail at the first checkpoint.
  ///
  /// @throws dev.merapi.MerapiException if nothing can be kept here
  default void prepare() {}

  /// Keeps a checkpoint; whatever happens meanwhile, the ones before it stay whole.
  ///
  /// @param step how many steps were done
  /// @param contents the model in the midst of its training; the tensors are its own
  void save(long step, ModelContents contents);

  /// Keeps the best checkpoint beside the others, in the place of the best one before.
  void saveBest(ModelContents contents);

  /// The checkpoint of the most steps, if there is one.
  Optional<ModelContents> latest();
}
