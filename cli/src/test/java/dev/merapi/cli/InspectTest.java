package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectTest {
  @TempDir private Path folder;

  @Test
  void showsInputsOutputsLabelsLayersAndKernelsInOrder() {
    String out = new Cli().succeed("inspect", Models.images(folder));
    assertTrue(out.matches("(?s).*input +pixels +f32\\[N,1,6,8].*"), out);
    assertTrue(out.matches("(?s).*output +scores +f32\\[N,3].*"), out);
    assertTrue(out.contains("labels  cat, dog, emu"), out);
    assertTrue(out.contains("Conv2d") && out.contains("Dense"), out);
    assertTrue(out.contains("plan for N=1: "), out);
    String plan = out.substring(out.indexOf("plan for"));
    int conv = plan.indexOf("convolution 3x3");
    int pool = plan.indexOf("max pool 2x2");
    int first = plan.indexOf("product 1x12 by 12x4");
    int last = plan.indexOf("product 1x4 by 4x3");
    assertTrue(conv > 0 && conv < pool && pool < first && first < last, plan);
    assertFalse(plan.contains("@"), plan);
  }

  @Test
  void flopsAreThoseOfTheSizesGiven() {
    // conv: 2 * 9 * (2 * 4 * 6); dense: 2 * (12 * 4 + 4 * 3)
    int one = 2 * 9 * 48 + 2 * 60;
    Path model = Models.images(folder);
    assertTrue(new Cli().succeed("inspect", model).contains(one + " FLOPs in products"));
    String ten = new Cli().succeed("inspect", model, "--size", "N=10");
    assertTrue(ten.contains("plan for N=10: "), ten);
    assertTrue(ten.contains(String.format(Locale.ROOT, "%,d FLOPs in products", 10 * one)), ten);
  }

  @Test
  void memoryAddsAlignedPlacesAndTotals() {
    String out = new Cli().succeed("inspect", Models.images(folder), "--memory");
    var places = Pattern.compile("pixels@(\\d+)|scores@(\\d+)|@(\\d+)").matcher(out).results();
    var numbers =
        places
            .map(MatchResult::group)
            .map(each -> Long.parseLong(each.substring(each.indexOf('@') + 1)))
            .toList();
    assertFalse(numbers.isEmpty(), out);
    assertTrue(numbers.stream().allMatch(place -> place % 64 == 0), out);
    assertTrue(out.matches("(?s).*session +[\\d,]+ .*if nothing shared a place.*"), out);
    assertTrue(out.matches("(?s).*total +[\\d,]+ .*"), out);
  }

  @Test
  void passesShowTheGraphBeforeAndBehindEach() {
    String out = new Cli().succeed("inspect", Models.images(folder), "--passes");
    assertTrue(out.contains("input: "), out);
    assertTrue(out.contains("DeadCode: "), out);
    assertTrue(out.contains("graph \""), out);
    assertTrue(out.contains("f32[1,1,6,8] = input()"), out);
  }

  @Test
  void kernelsShowTheirRoutinesAndTheirCode() {
    Path model = Models.images(folder);
    String out = new Cli().succeed("inspect", model, "--kernels", "--target", "scalar");
    String shown = out.substring(out.indexOf("plan for"));
    assertTrue(shown.matches("(?s).*\n\\d+ kernels\n.*"), shown);
    assertTrue(shown.matches("(?s).*\nroutine [^\n]*\\{\n.*\n}\n.*"), shown);
    assertFalse(shown.contains("bytes of instructions"), shown);
    String usual = new Cli().succeed("inspect", model, "--kernels");
    String cpu = dev.merapi.Backends.all().getFirst().probe().description();
    assertEquals(cpu.startsWith("machine code"), usual.contains("bytes of instructions"), usual);
    assertTrue(new Cli().succeed("inspect", model, "--target", "scalar").contains("plan for"));
    assertTrue(
        Cli.fail(2, "inspect", model, "--kernels", "--target", "vektor")
            .contains("'vektor' is none of machine, machine-avx2, vector, scalar"));
  }

  @Test
  void sizesThatCannotBeAreSaid() {
    Path model = Models.images(folder);
    assertTrue(Cli.fail(2, "inspect", model, "--size", "M=3").contains("it has: N"));
    assertTrue(Cli.fail(2, "inspect", model, "--size", "N=0").contains("'N=0' is not a whole"));
    assertTrue(Cli.fail(2, "inspect", model, "--size", "N").contains("--size"));
    assertTrue(
        Cli.fail(1, "inspect", model, "--size", "N=99999999999999").contains("smaller sizes"));
  }

  @Test
  void aMissingModelIsWrongUsageAndAnAbsentOneAFailure() {
    assertTrue(Cli.fail(2, "inspect").contains("MODEL"));
    Path absent = folder.resolve("x.merapi");
    assertEquals("model: no such file: file=" + absent, Cli.fail(1, "inspect", absent));
  }
}
