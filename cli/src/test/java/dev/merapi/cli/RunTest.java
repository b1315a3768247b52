package dev.merapi.cli;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.Model;
import dev.merapi.Tensor;
import dev.merapi.graph.Shape;
import dev.merapi.toolkit.arrays.Npy;
import dev.merapi.toolkit.images.Images;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
  @TempDir private Path folder;

  private Path npy(String name, Tensor tensor) {
    Path file = folder.resolve(name);
    Npy.write(file, tensor);
    return file;
  }

  private Path text(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void printsTheOutputsOfAnArrayWhereNoFileIsNamed() {
    Path model = Models.sums(folder);
    Path x = npy("x.npy", Tensor.of(Shape.of(3, 2), 1, 2, 10, 20, -3, 0.5f));
    assertEquals(
        """
        output f32[3,2]
        [[  3.0000  -1.0000]
         [ 30.0000 -10.0000]
         [ -2.5000  -3.5000]]
        """,
        new Cli().succeed("run", model, "--input", x));
  }

  @Test
  void writesWhatItReadsAsArraysAndText() throws IOException {
    Path model = Models.sums(folder);
    Path x = npy("x.npy", Tensor.of(Shape.of(1, 2), 5f, 3));
    Path out = folder.resolve("out.npy");
    assertEquals("", new Cli().succeed("run", model, "--input", "x=" + x, "--output", out));
    assertArrayEquals(new float[] {8, 2}, Npy.read(out).toFloats());
    Path json = folder.resolve("out.json");
    new Cli()
        .succeed(
            "run",
            model,
            "--input=x=" + text("x.json", "[[5, 3], [1, 1]]"),
            "--output=output=" + json);
    assertEquals("[[8.0, 2.0], [2.0, 0.0]]\n", Files.readString(json));
  }

  @Test
  void joinsSeveralFilesOfOneInput() throws IOException {
    Path model = Models.sums(folder);
    Path one = text("one.json", "[[5, 3]]");
    Path two = text("two.json", "[[1, 1], [2, 0]]");
    Path out = folder.resolve("out.npy");
    new Cli().succeed("run", model, "--input", one, "--input", two, "--output", out);
    assertArrayEquals(new float[] {8, 2, 2, 0, 2, 2}, Npy.read(out).toFloats());
  }

  @Test
  void takesAndGivesSeveralNamedTensors() throws IOException {
    Path model = Models.two(folder);
    String a = "a=" + text("a.json", "[[1, 2, 3], [4, 5, 6]]");
    String out =
        new Cli().succeed("run", model, "--input", a, "--input", "b=" + text("b.json", "[7, -8]"));
    assertEquals(
        """
        sum f32[2,3]
        [[2.0000 3.0000 4.0000]
         [5.0000 6.0000 7.0000]]
        twice i32[2]
        [ 14 -16]
        """,
        out);
  }

  @Test
  void showsAnImageToAModelAndNamesTheBestClasses() {
    Path model = Models.images(folder);
    Path image = folder.resolve("cat.png");
    float[] pixels = new float[48];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / 255f;
    }
    Images.write(image, Tensor.of(Shape.of(1, 6, 8), pixels));
    String out = new Cli().succeed("run", model, "--input", image);
    assertTrue(out.startsWith("scores f32[1,3]\n[["), out);
    assertTrue(out.contains("row 0: "), out);
    float[] scores = scores(model, pixels);
    int best = scores[0] > scores[1] ? 0 : 1;
    best = scores[2] > scores[best] ? 2 : best;
    assertTrue(out.contains("row 0: " + new String[] {"cat", "dog", "emu"}[best]), out);
  }

  private static float[] scores(Path file, float[] pixels) {
    var options = CompileOptions.cpu().size("N", 1);
    try (var compiled = Model.load(file).compile(options)) {
      return compiled.run(Map.of("pixels", pixels)).get("scores");
    }
  }

  @Test
  void imagesOfAnotherSizeAreRefusedOrResized() {
    Path model = Models.images(folder);
    Path image = folder.resolve("wide.png");
    Images.write(image, Tensor.of(Shape.of(3, 9, 20), new float[540]));
    String line = Cli.fail(1, "run", model, "--input", image);
    assertTrue(line.contains("expected=6x8, found=9x20"), line);
    assertTrue(line.contains("--resize"), line);
    assertTrue(new Cli().succeed("run", model, "--input", image, "--resize").contains("row 0: "));
  }

  @Test
  void imagesThatAreTheOtherWayRoundAreSaidAndTurned() {
    Path model = folder.resolve("dark.merapi");
    Model.load(Models.images(folder)).withMetadata(Map.of("image.ground", "dark")).save(model);
    float[] ink = new float[48];
    Arrays.fill(ink, 1);
    ink[20] = 0; // a dark dot on white
    Path paper = folder.resolve("paper.png");
    Images.write(paper, Tensor.of(Shape.of(1, 6, 8), ink));
    float[] chalk = new float[48];
    chalk[20] = 1;
    Path board = folder.resolve("board.png");
    Images.write(board, Tensor.of(Shape.of(1, 6, 8), chalk));

    String scores = new Cli().succeed("run", model, "--input", board);
    assertEquals(scores, new Cli().succeed("run", model, "--input", paper, "--invert"));
    assertEquals(
        "merapi: %s is dark on light, and the model was trained on light on dark: --invert turns light and dark round\n"
            .formatted(paper),
        warning(model, "--input", paper));
    assertEquals(
        "merapi: %s is dark on light, and the model was trained on light on dark: leave out --invert\n"
            .formatted(board),
        warning(model, "--input", board, "--invert"));
    assertTrue(new Cli().succeed("inspect", model).contains("images  light on dark\n"));
    // a model that says nothing is told nothing
    new Cli().succeed("run", Models.images(folder), "--input", paper);
  }

  private static String warning(Object... words) {
    var cli = new Cli();
    var all = new ArrayList<Object>(List.of("run"));
    all.addAll(List.of(words));
    assertEquals(0, cli.run(all.toArray()));
    return cli.err().replace(System.lineSeparator(), "\n");
  }

  @Test
  void bigOutputsAreShownByTheirEnds() {
    Path model = Models.sums(folder);
    Path x = npy("x.npy", Tensor.of(Shape.of(500, 2), new float[1000]));
    String out = new Cli().succeed("run", model, "--input", x);
    assertEquals(8, out.lines().count(), out);
    assertTrue(out.contains("\n ...\n"), out);
  }

  @Test
  void aFileOfAnotherShapeOrTypeIsSaidWithBoth() {
    Path model = Models.sums(folder);
    String wide = fail(model, npy("wide.npy", Tensor.of(Shape.of(1, 3), 1f, 2, 3)));
    assertTrue(wide.contains("expected=f32[N,2], found=f32[1,3]"), wide);
    String whole = fail(model, npy("whole.npy", Tensor.of(Shape.of(1, 2), 1, 2)));
    assertTrue(whole.contains("found=i32[1,2]"), whole);
    String row = fail(model, npy("row.npy", Tensor.of(1f, 2f)));
    assertTrue(row.contains("first axis of size 1"), row);
  }

  private static String fail(Path model, Path input) {
    return Cli.fail(1, "run", model, "--input", input);
  }

  @Test
  void inputsThatContradictEachOtherAreSaid() throws IOException {
    String a = "a=" + text("a.json", "[[1, 2, 3], [4, 5, 6]]");
    String b = "b=" + text("b.json", "[7]");
    String line = Cli.fail(1, "run", Models.two(folder), "--input", a, "--input", b);
    assertTrue(line.contains("sizes of one name differ: input=b, N=1, elsewhere=2"), line);
  }

  @Test
  void missingAndUnknownNamesAreWrongUsage() throws IOException {
    Path model = Models.two(folder);
    Path a = text("a.json", "[[1, 2, 3]]");
    assertTrue(
        Cli.fail(2, "run", model, "--input", "a=" + a)
            .contains("missing --input b=FILE, of type i32[N]"));
    assertTrue(Cli.fail(2, "run", model).contains("missing --input a=FILE"));
    assertTrue(Cli.fail(2, "run", model, "--input", a).contains("the model has: a, b"));
    Path images = Models.images(folder);
    String typo = Cli.fail(2, "run", images, "--input", "pixel=" + a);
    assertTrue(typo.contains("no input 'pixel'; did you mean pixels? (it has: pixels)"), typo);
    String output = Cli.fail(2, "run", images, "--input", "pixels=" + a, "--output", "score=x.npy");
    assertTrue(output.contains("did you mean scores?"), output);
  }

  @Test
  void filesThatCannotBeAreSaidByName() throws IOException {
    Path model = Models.sums(folder);
    Path absent = folder.resolve("absent.npy");
    assertTrue(fail(model, absent).startsWith("input x: no such file: file=" + absent));
    assertTrue(fail(model, folder).contains("a folder, not a file"));
    Path none = npy("none.npy", Tensor.of(Shape.of(0, 2), new float[0]));
    assertTrue(fail(model, none).contains("the file holds no numbers: found=f32[0,2]"));
    assertTrue(fail(model, text("x.npz", "PK")).contains("numpy.save"));
    assertTrue(fail(model, text("x.txt", "1 2")).contains("known=.npy, .json, .png, .jpg, .webp"));
    assertTrue(fail(model, text("bad.npy", "1 2 3 4 5 6 7 8 9")).contains("not a .npy file"));
    assertTrue(fail(model, text("bad.json", "[[1, 2], [3]]")).contains("json"));
    assertTrue(fail(model, text("bad.png", "no picture")).contains("takes no images"));
    Path picture = text("bad2.png", "no picture");
    assertTrue(
        Cli.fail(1, "run", Models.images(folder), "--input", picture).contains("not a format"));
  }

  @Test
  void outputsThatCannotBeWrittenAreSaidBeforeAnythingRuns() throws IOException {
    Path model = Models.sums(folder);
    Path x = text("x.json", "[[5, 3]]");
    Path file = folder.resolve("none").resolve("out.npy");
    assertTrue(
        Cli.fail(1, "run", model, "--input", x, "--output", file).contains("no such folder"));
    Path text = folder.resolve("out.txt");
    assertTrue(
        Cli.fail(1, "run", model, "--input", x, "--output", text).contains(".npy, .json, .png"));
    assertFalse(Files.exists(text));
  }

  @Test
  void modelsThatCannotBeAreSaidByName() throws IOException {
    Path absent = folder.resolve("absent.merapi");
    assertEquals("model: no such file: file=" + absent, Cli.fail(1, "run", absent));
    assertTrue(Cli.fail(1, "run", folder).contains("a folder, not a file"));
    assertTrue(Cli.fail(1, "run", text("a.txt", "x")).contains("known=[.merapi, "));
    assertTrue(Cli.fail(1, "run", weightsOnly()).contains("model.loadWeights(file)"));
    assertTrue(Cli.fail(1, "run", text("a.merapi", "x")).contains("a.merapi"));
    assertTrue(Cli.fail(2, "run").contains("MODEL"));
  }

  /// What other frameworks save: tensors without a graph.
  private Path weightsOnly() throws IOException {
    byte[] header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}".getBytes(US_ASCII);
    var bytes = ByteBuffer.allocate(Long.BYTES + header.length + 4).order(LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).putFloat(1);
    return Files.write(folder.resolve("a.safetensors"), bytes.array());
  }

  @Test
  void aDeviceThatIsNotThereIsSaidWithThoseThatAre() {
    Path model = Models.sums(folder);
    String line = Cli.fail(2, "run", model, "--device", "cuda", "--input", "x.npy");
    assertTrue(line.contains("'cuda' is none of auto, cpu"), line);
    assertTrue(new Cli().succeed("run", "--help").contains("What to run on: auto, cpu ("));
    assertTrue(Cli.fail(2, "run", model, "--device", "gpu").contains("'gpu'"));
  }
}
