package dev.merapi.bench;

import dev.merapi.bench.PairedRun.Contender;
import java.lang.foreign.Arena;
import java.util.List;

/// `./merapi bench conv`: 3x3 convolutions of one image on one thread, weights packed beforehand as
/// in a compiled model, beside the FMA peak.
final class ConvBench {
  private static final List<SquareConv> LAYERS =
      List.of(new SquareConv(64, 56), new SquareConv(128, 28), new SquareConv(256, 14));

  private ConvBench() {}

  static void main() {
    Table.head();
    for (var layer : LAYERS) {
      try (Arena arena = Arena.ofShared()) {
        var images = layer.operands(1L, arena);
        var ours = new MerapiConv(images);
        ours.run();
        Table.check("Merapi", layer.toString(), images.error(), Floats.tolerance(layer.products()));
        var contenders = List.of(new Contender("Merapi", layer.operations(), ours));
        Table.rows(layer.toString(), contenders, PairedRun.of(contenders));
      }
    }
  }
}
