package dev.merapi.kernels.conv;

import static java.util.Comparator.comparingDouble;

import dev.merapi.kernels.product.Tile;
import dev.merapi.kernels.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How the Winograd tiles are cut: into strips, whose transforms are multiplied in register tiles.
/// A strip is a block of lines of one image, or several whole images side by side.
///
/// @param register output channels by vectors of Winograd tiles
/// @param width tiles of a line as the output kernel reads them
/// @param lines lines of a block, the last of an image may have fewer
/// @param images images of a strip, the last strip may have fewer
record WinogradTiling(RegisterTile register, int width, int lines, int images) {
  private static final int[] IMAGES = {1, 2, 4};

  /// Cycles of a call beside its steps, and of a vector of products on its way.
  private static final double CALL = 40;

  private static final double STORE = 2;

  /// Bytes of transformed pixels that a strip should not exceed, so that they stay in the
  /// second-level cache beside a panel of weights.
  private static final long PIXEL_BYTES = 512 << 10;

  /// The cheapest tiling by an estimate of cycles.
  static WinogradTiling choose(Correlation tiles, int lineLength, Target target) {
    return all(tiles, lineLength, target).stream()
        .min(comparingDouble(each -> each.cycles(tiles, lineLength)))
        .orElseThrow();
  }

  /// Blocks of one line, and all that fit. An image may have far more lines than a block.
  private static List<WinogradTiling> all(Correlation tiles, int lineLength, Target target) {
    int lines = tiles.rows().output();
    int width = WinogradOutput.of(tiles.columns().output(), target).width(tiles.columns().output());
    List<WinogradTiling> all = new ArrayList<>();
    for (RegisterTile register : RegisterTile.of(tiles.outputs(), target)) {
      WinogradTiling block = new WinogradTiling(register, width, 1, 1);
      do {
        all.add(block);
        block = new WinogradTiling(register, width, block.lines + 1, 1);
      } while (block.lines <= lines && block.fits(tiles, lineLength));
      for (int images : IMAGES) {
        WinogradTiling whole = new WinogradTiling(register, width, lines, images);
        if (images <= tiles.batch() && whole.fits(tiles, lineLength)) {
          all.add(whole);
        }
      }
    }
    return all;
  }

  private boolean fits(Correlation tiles, int lineLength) {
    return pixelBytes(tiles, lineLength) <= PIXEL_BYTES;
  }

  Tile tile() {
    return register.tile();
  }

  /// Blocks of lines in an image.
  int blocks(Correlation tiles) {
    return Math.ceilDiv(tiles.rows().output(), lines);
  }

  /// Panels of output channels in a group.
  int panels(Correlation tiles) {
    return Math.ceilDiv(tiles.outputs(), tile().rows());
  }

  /// Lines of a block.
  int linesOf(int block, Correlation tiles) {
    return Math.min(lines, tiles.rows().output() - block * lines);
  }

  /// Strips of all images of one group of channels.
  int strips(Correlation tiles) {
    return Math.ceilDiv(tiles.batch(), images) * blocks(tiles);
  }

  /// Places from one image of a strip to the next.
  int imagePlaces(int lineLength) {
    return lines * lineLength;
  }

  /// Places of a number of lines, the gaps between them included.
  static int span(int lines, int lineLength, Correlation tiles) {
    return (lines - 1) * lineLength + tiles.columns().output();
  }

  /// Places that are multiplied for a number of lines of so many images: whole register tiles.
  int places(int lines, int images, int lineLength, Correlation tiles) {
    int span = (images - 1) * imagePlaces(lineLength) + span(lines, lineLength, tiles);
    return Math.ceilDiv(span, tile().columns()) * tile().columns();
  }

  /// Places that are transformed for a number of lines of one image: whole vectors.
  int transformed(int lines, int lineLength) {
    int lanes = tile().lanes();
    return Math.ceilDiv(read(lines, lineLength), lanes) * lanes;
  }

  /// Places whose products the output kernel reads for a number of lines of one image: the last
  /// line ends with a whole vector.
  private int read(int lines, int lineLength) {
    return (lines - 1) * lineLength + width;
  }

  /// Whether the output kernel reads places of some strip that are not multiplied.
  boolean readsBehind(int lineLength, Correlation tiles) {
    int lastLines = linesOf(blocks(tiles) - 1, tiles);
    int lastImages = (tiles.batch() - 1) % images + 1;
    return IntStream.of(lines, lastLines)
        .anyMatch(count ->
            IntStream.of(images, lastImages)
                .anyMatch(each ->
                    (each - 1) * imagePlaces(lineLength) + read(count, lineLength)
                        > places(count, each, lineLength, tiles)));
  }

  /// Places from one channel to the next in a strip.
  int channelPlaces(int lineLength, Correlation tiles) {
    int last = (images - 1) * imagePlaces(lineLength) + transformed(lines, lineLength);
    return Math.max(places(lines, images, lineLength, tiles), last);
  }

  /// Bytes from one element of a transform to the next in a strip of transformed pixels. They do
  /// not all begin in the same set of the first-level cache.
  long elementBytes(Correlation tiles, int lineLength) {
    return (long) tiles.inputs() * channelPlaces(lineLength, tiles) * Float.BYTES + 64;
  }

  /// Bytes of the transformed pixels of a strip.
  long pixelBytes(Correlation tiles, int lineLength) {
    return Winograd.ELEMENTS * elementBytes(tiles, lineLength);
  }

  /// Estimated cycles for one image and group, without what is the same for all tilings.
  private double cycles(Correlation tiles, int lineLength) {
    int blocks = blocks(tiles);
    double places = (blocks - 1) * (double) places(lines, 1, lineLength, tiles);
    places += places(linesOf(blocks - 1, tiles), images, lineLength, tiles);
    double perTile = tiles.inputs() * register.stepCycles() + CALL;
    perTile += STORE * tile().rows() * tile().vectors();
    double multiply = panels(tiles) * Winograd.ELEMENTS * places / tile().columns() * perTile;
    return (multiply + blocks * panels(tiles) * 2 * CALL) / images;
  }
}
