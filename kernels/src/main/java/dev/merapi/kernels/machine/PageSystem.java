package dev.merapi.kernels.machine;

import java.util.Locale;
import java.util.Optional;

/// How an operating system gives memory and changes what may be done with it: its functions and
/// their constants.
enum PageSystem {
  LINUX(
      "",
      // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS
      new Step("mmap", Success.NOT_MINUS_ONE, 0, Step.BYTES, 1 | 2, 0x02 | 0x20, -1, 0),
      // PROT_READ | PROT_EXEC
      new Step("mprotect", Success.ZERO, Step.ADDRESS, Step.BYTES, 1 | 4),
      new Step("munmap", Success.ZERO, Step.ADDRESS, Step.BYTES)),
  MACOS(
      "",
      // MAP_PRIVATE | MAP_ANON
      new Step("mmap", Success.NOT_MINUS_ONE, 0, Step.BYTES, 1 | 2, 0x02 | 0x1000, -1, 0),
      new Step("mprotect", Success.ZERO, Step.ADDRESS, Step.BYTES, 1 | 4),
      new Step("munmap", Success.ZERO, Step.ADDRESS, Step.BYTES)),
  WINDOWS(
      "kernel32",
      // MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE
      new Step("VirtualAlloc", Success.NOT_ZERO, 0, Step.BYTES, 0x1000 | 0x2000, 0x04),
      // PAGE_EXECUTE_READ, and a place for the protection before
      new Step("VirtualProtect", Success.TRUE, Step.ADDRESS, Step.BYTES, 0x20, Step.SCRATCH),
      // MEM_RELEASE
      new Step("VirtualFree", Success.TRUE, Step.ADDRESS, 0, 0x8000));

  /// What a function returns when it did what it was asked for.
  enum Success {
    /// A C `int`.
    ZERO,
    /// A Windows `BOOL`.
    TRUE,
    /// An address.
    NOT_ZERO,
    /// An address.
    NOT_MINUS_ONE;

    boolean is(long returned) {
      return switch (this) {
        case ZERO -> (int) returned == 0;
        case TRUE -> (int) returned != 0;
        case NOT_ZERO -> returned != 0;
        case NOT_MINUS_ONE -> returned != -1;
      };
    }
  }

  /// A call.
  ///
  /// @param arguments of which the constants below stand for what is known later
  record Step(String function, Success success, long... arguments) {
    static final long ADDRESS = Long.MIN_VALUE;
    static final long BYTES = Long.MIN_VALUE + 1;
    static final long SCRATCH = Long.MIN_VALUE + 2;

    /// Whether it writes to memory that it is given.
    boolean needsScratch() {
      for (long argument : arguments) {
        if (argument == SCRATCH) {
          return true;
        }
      }
      return false;
    }

    /// Six arguments, of which those behind the function's own are 0.
    long[] arguments(long address, long bytes, long scratch) {
      long[] all = new long[6];
      for (int i = 0; i < arguments.length; i++) {
        long argument = arguments[i];
        all[i] =
            argument == ADDRESS
                ? address
                : argument == BYTES ? bytes : argument == SCRATCH ? scratch : argument;
      }
      return all;
    }
  }

  private final String library;
  private final Step allocate;
  private final Step makeExecutable;
  private final Step release;

  PageSystem(String library, Step allocate, Step makeExecutable, Step release) {
    this.library = library;
    this.allocate = allocate;
    this.makeExecutable = makeExecutable;
    this.release = release;
  }

  /// The system that this JVM runs on, if it is one of these.
  static Optional<PageSystem> host() {
    return named(System.getProperty("os.name", ""));
  }

  /// @param name as in the system property `os.name`
  static Optional<PageSystem> named(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("linux")
        ? Optional.of(LINUX)
        : lower.startsWith("mac")
            ? Optional.of(MACOS)
            : lower.startsWith("windows") ? Optional.of(WINDOWS) : Optional.empty();
  }

  /// Where its functions are: the name of a library, or empty for the C library.
  String library() {
    return library;
  }

  /// Memory that may be read and written.
  Step allocate() {
    return allocate;
  }

  /// Makes it memory that may be read and executed.
  Step makeExecutable() {
    return makeExecutable;
  }

  /// Gives it back.
  Step release() {
    return release;
  }
}
