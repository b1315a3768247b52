package dev.merapi.kernels.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.kernels.machine.Cpu.Level;
import dev.merapi.kernels.x64.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CpuTest {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final int AVX_LEAF_1_ECX = 1 << 12 | 1 << 23 | 1 << 27 | 1 << 28 | 1 << 29;
  private static final int HASWELL_LEAF_7_EBX = 1 << 3 | 1 << 5 | 1 << 8;
  private static final int SKYLAKE_LEAF_7_EBX =
      HASWELL_LEAF_7_EBX | 1 << 16 | 1 << 17 | 1 << 28 | 1 << 30 | 1 << 31;

  /// @param answers by leaf and subleaf, as `7.0`; none are zeros
  private record Canned(Map<String, int[]> answers, long xcr0) implements Cpuid {
    @Override
    public int[] ask(int leaf, int subleaf) {
      String key = Integer.toHexString(leaf) + "." + subleaf;
      return answers.getOrDefault(key, new int[4]);
    }
  }

  private static Cpu cpu(int leaf1Ecx, int leaf7Ebx, long xcr0) {
    return Cpu.of(
        new Canned(
            Map.of(
                "0.0", new int[] {7, 0, 0, 0},
                "1.0", new int[] {0, 0, leaf1Ecx, 0},
                "7.0", new int[] {1, leaf7Ebx, 1 << 11, 0},
                "7.1", new int[] {1 << 5, 0, 0, 0},
                "80000000.0", new int[] {0x8000_0008, 0, 0, 0},
                "80000001.0", new int[] {0, 0, 1 << 5, 0}),
            xcr0));
  }

  @Test
  void levelsNeedAllOfTheirFeatures() {
    assertEquals(Level.AVX2, cpu(AVX_LEAF_1_ECX, HASWELL_LEAF_7_EBX, 0xe7).level());
    assertEquals(Level.AVX512, cpu(AVX_LEAF_1_ECX, SKYLAKE_LEAF_7_EBX, 0xe7).level());
    int withoutVl = SKYLAKE_LEAF_7_EBX & ~(1 << 31);
    assertEquals(Level.AVX2, cpu(AVX_LEAF_1_ECX, withoutVl, 0xe7).level());
    int withoutFma = AVX_LEAF_1_ECX & ~(1 << 12);
    assertEquals(Level.NONE, cpu(withoutFma, SKYLAKE_LEAF_7_EBX, 0xe7).level());
  }

  @Test
  void registersThatTheSystemDoesNotSaveAreNotUsed() {
    Cpu onlyYmm = cpu(AVX_LEAF_1_ECX, SKYLAKE_LEAF_7_EBX, 0x07);
    assertEquals(Level.AVX2, onlyYmm.level());
    assertFalse(onlyYmm.has(Feature.AVX512F));
    assertFalse(onlyYmm.has(Feature.VNNI));
    Cpu onlyXmm = cpu(AVX_LEAF_1_ECX, SKYLAKE_LEAF_7_EBX, 0x03);
    assertEquals(Level.NONE, onlyXmm.level());
    assertTrue(onlyXmm.has(Feature.BMI2));
    Cpu withoutXgetbv = cpu(AVX_LEAF_1_ECX & ~(1 << 27), SKYLAKE_LEAF_7_EBX, 0xe7);
    assertEquals(Level.NONE, withoutXgetbv.level());
  }

  @Test
  void leavesThatAProcessorDoesNotKnowAreNotBelieved() {
    int[] all = {-1, -1, -1, -1};
    var old =
        new Canned(Map.of("0.0", new int[] {1, 0, 0, 0}, "1.0", all, "7.0", all, "7.1", all), 0xe7);
    assertEquals(
        Set.of(Feature.BASE, Feature.AVX, Feature.FMA, Feature.F16C, Feature.POPCNT),
        Cpu.of(old).features());
    var noSubleaf =
        new Canned(
            Map.of(
                "0.0",
                new int[] {7, 0, 0, 0},
                "1.0",
                all,
                "7.0",
                new int[] {0, -1, 0, 0},
                "7.1",
                all),
            0xe7);
    assertFalse(Cpu.of(noSubleaf).has(Feature.BF16));
  }

  @Test
  void aLowerLevelHasNothingOfAHigherOne() {
    Cpu cpu = cpu(AVX_LEAF_1_ECX, SKYLAKE_LEAF_7_EBX, 0xe7);
    assertTrue(cpu.has(Feature.VNNI) && cpu.has(Feature.BF16));
    Cpu avx2 = cpu.atMost(Level.AVX2);
    assertEquals(Level.AVX2, avx2.level());
    assertEquals(cpu(AVX_LEAF_1_ECX, HASWELL_LEAF_7_EBX, 0x07).features(), avx2.features());
    assertEquals(EnumSet.of(Feature.BASE), cpu.atMost(Level.NONE).features());
    assertEquals(cpu, cpu.atMost(Level.AVX512));
  }

  @Test
  void thisProcessorIsWhatLinuxSaysOfIt() throws IOException {
    HostPages.pages();
    assumeTrue(Files.exists(CPUINFO), "no /proc");
    String line =
        Files.readAllLines(CPUINFO).stream()
            .filter(l -> l.startsWith("flags"))
            .findFirst()
            .orElseThrow();
    List<String> flags = List.of(line.substring(line.indexOf(':') + 2).split(" "));
    for (Feature feature : Feature.values()) {
      String flag =
          switch (feature) {
            case BASE -> "lm";
            case LZCNT -> "abm";
            case VNNI -> "avx512_vnni";
            case BF16 -> "avx512_bf16";
            default -> feature.name().toLowerCase(Locale.ROOT);
          };
      if (feature != Feature.LZCNT || flags.contains(flag)) { // which not every kernel names
        assertEquals(flags.contains(flag), Cpu.host().has(feature), feature::name);
      }
    }
  }
}
