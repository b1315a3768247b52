package dev.merapi.kernels.target;

import dev.merapi.kernels.machine.CodeBlock;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.machine.KernelCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The code of a target's kernels, which equal kernels share. Code is compiled first, on any
/// thread, and placed in memory then, that of many kernels in one mapping and in their order. The
/// mapping is given back with the last of them: a kernel that another plan has as well keeps it.
/// Safe for use by several threads.
final class CodeStore {
  private final CodePages pages;
  private final Map<Object, SharedCode> codes = new HashMap<>();
  private volatile Optional<String> refusal = Optional.empty();

  CodeStore(CodePages pages) {
    this.pages = pages;
  }

  CodePages pages() {
    return pages;
  }

  /// Why the system has refused code, if it has. Then no more is placed.
  Optional<String> refusal() {
    return refusal;
  }

  /// How many kernels are in use.
  int size() {
    synchronized (codes) {
      return codes.size();
    }
  }

  /// A kernel of code that is known, or of code that is compiled until it is placed.
  ///
  /// @param source compiles it, if nobody has one of that key
  /// @param begun is told of the compilation then
  /// @return empty if the code can no more be placed
  Optional<MachineKernel> kernel(
      Object key, Supplier<KernelCode> source, Consumer<Compilation> begun) {
    MachineKernel kernel;
    Compilation compilation = null;
    synchronized (codes) {
      SharedCode code = codes.get(key);
      if ((code == null || code.entry() == null) && refusal.isPresent()) {
        return Optional.empty();
      }
      if (code == null) {
        compilation = new Compilation(source);
        code = new SharedCode(key, compilation);
        codes.put(key, code);
      }
      kernel = use(code);
    }
    if (compilation != null) {
      begun.accept(compilation);
    }
    return Optional.of(kernel);
  }

  private MachineKernel use(SharedCode code) {
    code.users++;
    return new MachineKernel(code, () -> leave(code));
  }

  private void leave(SharedCode code) {
    synchronized (codes) {
      code.users--;
      if (code.users == 0) {
        codes.remove(code.key, code);
        code.release();
      }
    }
  }

  /// Makes kernels ready to be called. What nobody has placed yet goes into one mapping.
  ///
  /// @return false if the system refuses code: then those that are not ready never will be
  boolean place(List<MachineKernel> kernels) {
    if (refusal.isEmpty()) {
      compile(unplaced(kernels).values());
    }
    synchronized (codes) {
      Map<SharedCode, Compilation> fresh = unplaced(kernels);
      if (!fresh.isEmpty() && !place(fresh)) {
        return false;
      }
      kernels.forEach(MachineKernel::enter);
      return true;
    }
  }

  /// Kernels that are in use and have no place yet, each once.
  private Map<SharedCode, Compilation> unplaced(List<MachineKernel> kernels) {
    Map<SharedCode, Compilation> unplaced = new LinkedHashMap<>();
    synchronized (codes) {
      for (MachineKernel kernel : kernels) {
        Compilation compilation = kernel.code().compilation();
        if (compilation != null && kernel.code().users > 0) {
          unplaced.put(kernel.code(), compilation);
        }
      }
    }
    return unplaced;
  }

  /// Compiles what nobody has begun, and only then waits for those who are at the rest.
  private static void compile(Collection<Compilation> compilations) {
    for (Compilation each : compilations) {
      each.claim();
    }
    for (Compilation each : compilations) {
      KernelCode _ = each.code();
    }
  }

  private boolean place(Map<SharedCode, Compilation> fresh) {
    if (refusal.isPresent()) {
      return false;
    }
    List<KernelCode> code = new ArrayList<>();
    for (Compilation each : fresh.values()) {
      code.add(each.code()); // known: nobody has come to want a kernel since
    }
    return switch (pages.install(code)) {
      case Refused(String reason) -> {
        refusal = Optional.of(reason);
        yield false;
      }
      case Installed(CodeBlock block) -> {
        try (block) {
          int index = 0;
          for (SharedCode each : fresh.keySet()) {
            each.place(block.share(), index++);
          }
        }
        yield true;
      }
    };
  }
}
