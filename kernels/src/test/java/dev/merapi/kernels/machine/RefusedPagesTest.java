package dev.merapi.kernels.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.foreign.SystemFunction;
import dev.merapi.kernels.target.MachineTarget;
import java.io.IOException;
import java.nio.file.Path;
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
    CodePages pages = HostPages.pages();
    long answer =
        SystemFunction.find("prctl").orElseThrow().call(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN);
    if ((int) answer != 0) {
      System.out.println(OLD);
      return;
    }
    var refused = (Installation.Refused) pages.install(List.of());
    System.out.println(refused.reason());
    System.out.println(pages.bytes());
    System.out.println(Cpu.host().level());
    System.out.println(MachineTarget.upTo(Cpu.Level.AVX512));
  }
}
