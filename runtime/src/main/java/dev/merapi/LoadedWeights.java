package dev.merapi;

import java.util.List;

/// What [Model#loadWeights(java.nio.file.Path, WeightOptions)] did, from both sides.
///
/// @param loaded the parameters that have the file's numbers now
/// @param missing parameters that were to be loaded and are not in the file
/// @param unexpected tensors of the file, by their names there, that are no parameters
/// @param otherShapes parameters whose tensor has another shape, with both shapes
public record LoadedWeights(
    List<String> loaded, List<String> missing, List<String> unexpected, List<String> otherShapes) {
  public LoadedWeights {
    loaded = List.copyOf(loaded);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    otherShapes = List.copyOf(otherShapes);
  }

  /// Whether every parameter and every tensor found its partner.
  public boolean isComplete() {
    return missing.isEmpty() && unexpected.isEmpty() && otherShapes.isEmpty();
  }
}
