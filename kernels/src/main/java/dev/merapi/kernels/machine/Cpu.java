package dev.merapi.kernels.machine;

import dev.merapi.kernels.machine.CodePages.Result;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.x64.Feature;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// What the processor and the operating system let programs use.
///
/// @param features immutable
public record Cpu(Set<Feature> features) {
  /// What kernels are written for.
  public enum Level {
    /// No kernels: another processor, or too old a one.
    NONE(EnumSet.noneOf(Feature.class)),
    /// 256 bits, from Haswell and Zen on.
    AVX2(
        EnumSet.of(
            Feature.BASE,
            Feature.POPCNT,
            Feature.LZCNT,
            Feature.BMI1,
            Feature.BMI2,
            Feature.AVX,
            Feature.AVX2,
            Feature.FMA,
            Feature.F16C)),
    /// 512 bits, from the Skylake servers and Zen 4 on.
    AVX512(
        EnumSet.of(
            Feature.AVX512F,
            Feature.AVX512DQ,
            Feature.AVX512CD,
            Feature.AVX512BW,
            Feature.AVX512VL));

    private final Set<Feature> features;

    /// @param features beside those of the level before
    Level(Set<Feature> features) {
      this.features = features;
    }

    /// All that a processor of this level has at least.
    public Set<Feature> features() {
      return Collections.unmodifiableSet(upTo(this));
    }
  }

  /// Bit 27 of `ecx` of leaf 1: whether XGETBV may be executed.
  private static final int OSXSAVE = 1 << 27;

  private static final int EXTENDED = 0x8000_0000;
  private static final int EXTENSIONS = 7;

  /// Copies the set.
  public Cpu {
    features = Collections.unmodifiableSet(EnumSet.copyOf(features));
  }

  /// Of no use: another architecture, or a system that refuses machine code.
  private static final Cpu OTHER = new Cpu(EnumSet.of(Feature.BASE));

  /// This machine's, asked for once.
  public static Cpu host() {
    return Host.ANSWER.cpu();
  }

  /// Why the host could not be asked: the system refuses machine code.
  public static Optional<String> refusal() {
    return Host.ANSWER.refusal();
  }

  private record Answer(Cpu cpu, Optional<String> refusal) {
    static Answer none() {
      return new Answer(OTHER, Optional.empty());
    }
  }

  private static final class Host {
    static final Answer ANSWER = find();

    private static Answer find() {
      String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
      if (!architecture.equals("amd64") && !architecture.equals("x86_64")) {
        return Answer.none();
      }
      return switch (CodePages.host()) {
        case Result.None(String reason) -> new Answer(OTHER, Optional.of(reason));
        case Result.Pages(CodePages pages) -> ask(pages);
      };
    }

    private static Answer ask(CodePages pages) {
      return switch (NativeCpuid.install(pages, CallingConvention.host())) {
        case Refused(String reason) -> new Answer(OTHER, Optional.of(reason));
        case Installed(CodeBlock block) -> {
          try (NativeCpuid open = new NativeCpuid(block)) {
            yield new Answer(of(open), Optional.empty());
          }
        }
      };
    }
  }

  static Cpu of(Cpuid cpuid) {
    int most = cpuid.ask(0, 0)[0];
    int mostExtended = cpuid.ask(EXTENDED, 0)[0];
    int mostSubleaf = most >= EXTENSIONS ? cpuid.ask(EXTENSIONS, 0)[0] : 0;
    boolean saved = most >= 1 && (cpuid.ask(1, 0)[2] & OSXSAVE) != 0;
    long state = saved ? cpuid.xcr0() : 0;
    Set<Feature> found = EnumSet.of(Feature.BASE);
    for (Feature feature : Feature.values()) {
      int leaf = feature.leaf();
      boolean there =
          leaf < 0
              ? Integer.compareUnsigned(leaf, mostExtended) <= 0
              : leaf <= most && feature.subleaf() <= mostSubleaf;
      if (there
          && feature.bit() >= 0
          && (state & feature.state()) == feature.state()
          && (cpuid.ask(leaf, feature.subleaf())[feature.output().ordinal()] >> feature.bit() & 1)
              == 1) {
        found.add(feature);
      }
    }
    return new Cpu(found);
  }

  public boolean has(Feature feature) {
    return features.contains(feature);
  }

  /// The highest level all of whose features are there.
  public Level level() {
    Level highest = Level.NONE;
    for (Level level : Level.values()) {
      if (!features.containsAll(level.features)) {
        break;
      }
      highest = level;
    }
    return highest;
  }

  /// The same without what belongs to higher levels.
  public Cpu atMost(Level level) {
    return level.compareTo(level()) >= 0 ? this : new Cpu(upTo(level));
  }

  private static Set<Feature> upTo(Level most) {
    Set<Feature> sum = EnumSet.of(Feature.BASE);
    for (Level level : Level.values()) {
      if (level.compareTo(most) <= 0) {
        sum.addAll(level.features);
      }
    }
    return sum;
  }
}
