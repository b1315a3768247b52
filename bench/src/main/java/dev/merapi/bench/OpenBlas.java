package dev.merapi.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// OpenBLAS on one thread, called through the Foreign Function & Memory API; the library comes out
/// of the jar `org.bytedeco:openblas`.
final class OpenBlas implements SquareProduct {
  private static final String FOLDER = "/org/bytedeco/openblas/linux-x86_64/";
  private static final String LIBRARY = "libopenblas.so.0";

  /// The library looks for these beside itself.
  private static final List<String> COMPANIONS =
      List.of("libgfortran.so.5", "libquadmath.so.0", "libgcc_s.so.1");

  // Constants of cblas.h.
  private static final int ROW_MAJOR = 101;
  private static final int NO_TRANSPOSE = 111;

  private static final List<String> PINS = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  private final MethodHandle sgemm;
  private final String core;

  private OpenBlas(SymbolLookup library) throws Throwable {
    call(library, "openblas_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT)).invokeExact(1);
    var name =
        (MemorySegment)
            call(library, "openblas_get_corename", FunctionDescriptor.of(ADDRESS)).invokeExact();
    this.core = name.reinterpret(64).getString(0);
    this.sgemm =
        call(
            library,
            "cblas_sgemm",
            FunctionDescriptor.ofVoid(
                new MemoryLayout[] {
                  JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_FLOAT,
                  ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT
                }));
  }

  private static MethodHandle call(SymbolLookup library, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  /// Unpacks and loads the library, for as long as this JVM runs.
  ///
  /// @throws MerapiException of kind `BACKEND_UNAVAILABLE` if there is none for this system
  static OpenBlas load() {
    try {
      Path folder = Files.createTempDirectory("merapi-openblas");
      for (String companion : COMPANIONS) {
        unpack(companion, folder);
      }
      Path library = unpack(LIBRARY, folder);
      forgetPinnedProcessor();
      try {
        return new OpenBlas(SymbolLookup.libraryLookup(library, Arena.global()));
      } finally {
        deleteAll(folder);
      }
    } catch (Throwable cause) {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "OpenBLAS cannot be loaded")
          .with("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
          .hint("the jar on the class path is for Linux on x86-64")
          .causedBy(cause);
    }
  }

  // The environment may pin OpenBLAS to an older processor, so that results are the same on all
  // machines of a
  // site. A comparison wants the kernels it picks for this one.
  private static void forgetPinnedProcessor() throws Throwable {
    MethodHandle unsetenv =
        call(
            Linker.nativeLinker().defaultLookup(),
            "unsetenv",
            FunctionDescriptor.of(JAVA_INT, ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      for (String variable : PINS) {
        int failed = (int) unsetenv.invokeExact(arena.allocateFrom(variable));
        if (failed != 0) {
          throw new IOException("unsetenv failed: " + variable);
        }
      }
    }
  }

  private static Path unpack(String file, Path folder) throws IOException {
    try (InputStream in = OpenBlas.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IOException("not on the class path: " + FOLDER + file);
      }
      Path target = folder.resolve(file);
      Files.copy(in, target);
      return target;
    }
  }

  // A loaded library needs its file no more.
  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Override
  public String name() {
    return "OpenBLAS " + core;
  }

  @Override
  public void multiply(MemorySegment a, MemorySegment b, MemorySegment c, int size) {
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          NO_TRANSPOSE,
          NO_TRANSPOSE,
          size,
          size,
          size,
          1f,
          a,
          size,
          b,
          size,
          0f,
          c,
          size);
    } catch (Throwable cause) {
      throw new AssertionError("cblas_sgemm does not throw", cause);
    }
  }
}
