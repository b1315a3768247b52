package dev.merapi.kernels.machine;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.gelu;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.KernelTarget;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.Session;
import dev.merapi.foreign.SystemFunction;
import dev.merapi.kernels.target.MachineTarget;
import dev.merapi.nn.Module;
import dev.merapi.nn.Sequential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A process whose kernel refuses to make memory executable, as hardened systems do: Linux does so
/// from 6.3 on when a process asks for it.
class RefusedPagesTest {
  private static final int PR_SET_MDWE = 65;
  private static final int PR_MDWE_REFUSE_EXEC_GAIN = 1;
  private static final String OLD = "no such call";

  @Test
  void areAReasonAndNoCrash() throws IOException, InterruptedException {
    HostPages.pages();
    assumeTrue(System.getProperty("os.name").equals("Linux"), "another system");
    List<String> lines = run("--enable-native-access=ALL-UNNAMED", "mdwe");
    assumeFalse(lines.contains(OLD), "Linux before 6.3");
    String reason = "the system refuses executable memory: function=mprotect";
    assertEquals(List.of(reason, "0", "NONE", "None[reason=" + reason + "]"), lines);
  }

  @Test
  void withoutNativeAccessThereAreNone() throws IOException, InterruptedException {
    HostPages.pages();
    List<String> lines = run("--illegal-native-access=deny", "denied");
    assertEquals(List.of("None[reason=machine code: native access is denied]", "NONE"), lines);
  }

  @Test
  void aProgramThatIsRefusedLaterIsMadeOfClasses() throws IOException, InterruptedException {
    HostPages.cpu(Cpu.Level.AVX2);
    assumeTrue(System.getProperty("os.name").equals("Linux"), "another system");
    List<String> lines = run("--enable-native-access=ALL-UNNAMED", "later");
    assumeFalse(lines.contains(OLD), "Linux before 6.3");
    String reason = "the system refuses executable memory: function=mprotect";
    assertEquals(
        List.of("[]", "[not all kernels are machine code: " + reason + "]", "same bits"), lines);
  }

  private static List<String> run(String access, String what)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // The JVM's own code lies in pages that it has taken before.
                "-Xint",
                "-XX:ReservedCodeCacheSize=16m",
                "-XX:InitialCodeCacheSize=16m",
                access,
                "-cp",
                System.getProperty("java.class.path"),
                RefusedPagesTest.class.getName(),
                what)
            .redirectErrorStream(true)
            .start();
    var lines = List.of(new String(process.getInputStream().readAllBytes(), UTF_8).split("\n"));
    assertEquals(0, process.waitFor(), lines::toString);
    return lines;
  }

  /// The process.
  public static void main(String[] arguments) {
    if (arguments[0].equals("denied")) {
      System.out.println(CodePages.host());
      System.out.println(Cpu.host().level());
      return;
    }
    if (arguments[0].equals("later")) {
      later();
      return;
    }
    CodePages pages = HostPages.pages();
    if (!isRefusedFromNowOn()) {
      System.out.println(OLD);
      return;
    }
    var refused = (Installation.Refused) pages.install(List.of());
    System.out.println(refused.reason());
    System.out.println(pages.bytes());
    System.out.println(Cpu.host().level());
    System.out.println(MachineTarget.upTo(Cpu.Level.AVX512));
  }

  private static boolean isRefusedFromNowOn() {
    long answer =
        SystemFunction.find("prctl").orElseThrow().call(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN);
    return (int) answer == 0;
  }

  /// Between two models, of which the second has kernels of the first and others.
  private static void later() {
    Model first = model(dense(5, 9), relu());
    Model second = model(dense(5, 9), relu(), dense(9, 3), gelu());
    run(first, KernelTarget.MACHINE, true);
    if (!isRefusedFromNowOn()) {
      System.out.println(OLD);
      return;
    }
    float[] result = run(second, KernelTarget.MACHINE, true);
    boolean same = Arrays.equals(result, run(second, KernelTarget.SCALAR, false));
    System.out.println(same ? "same bits" : "other bits");
  }

  private static Model model(Module... layers) {
    return Model.of(Sequential.of(layers), Model.input("x", f32(4, 5)), RandomKey.of(7));
  }

  private static float[] run(Model model, KernelTarget target, boolean prints) {
    try (CompiledModel compiled = model.compile(CompileOptions.cpu().target(target));
        Session session = compiled.newSession()) {
      session.input("x").copyFrom(RandomKey.of(3).normal(4 * 5, 0, 1));
      session.run();
      if (prints) {
        System.out.println(compiled.diagnostics());
      }
      return session.output(Model.OUTPUT).toFloats();
    }
  }
}
