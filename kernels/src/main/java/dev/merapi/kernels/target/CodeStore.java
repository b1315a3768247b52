package dev.merapi.kernels.target;

import dev.merapi.kernels.machine.CodeBlock;
import dev.merapi.kernels.machine.CodePages;
import dev.merapi.kernels.machine.Installation.Installed;
import dev.merapi.kernels.machine.Installation.Refused;
import dev.merapi.kernels.machine.KernelCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The code of a target's kernels, which equal kernels share. Code is compiled first and placed in
/// memory then, that of many kernels in one mapping, which is given back with the last of them: a
/// kernel that another plan has as well keeps it. Safe for use by several threads.
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

  /// A kernel of code that is known, placed or not; empty if it is not known or can no more be
  /// placed.
  Optional<MachineKernel> known(Object key) {
    synchronized (codes) {
      return Optional.ofNullable(codes.get(key))
          .filter(code -> code.entry() != null || refusal.isEmpty())
          .map(this::use);
    }
  }

  /// A kernel of new code, or of what another thread has added meanwhile.
  MachineKernel add(Object key, KernelCode code) {
    synchronized (codes) {
      return use(codes.computeIfAbsent(key, _ -> new SharedCode(key, code)));
    }
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
    synchronized (codes) {
      Map<SharedCode, KernelCode> fresh = new LinkedHashMap<>();
      for (MachineKernel kernel : kernels) {
        KernelCode code = kernel.code().code();
        if (code != null && kernel.code().users > 0) {
          fresh.put(kernel.code(), code);
        }
      }
      if (!fresh.isEmpty() && !place(fresh)) {
        return false;
      }
      kernels.forEach(MachineKernel::enter);
      return true;
    }
  }

  private boolean place(Map<SharedCode, KernelCode> fresh) {
    if (refusal.isPresent()) {
      return false;
    }
    return switch (pages.install(new ArrayList<>(fresh.values()))) {
      case Refused(String reason) -> {
        refusal = Optional.of(reason);
        yield false;
      }
      case Installed(CodeBlock block) -> {
        try (block) {
          int index = 0;
          for (SharedCode code : fresh.keySet()) {
            code.place(block.share(), index++);
          }
        }
        yield true;
      }
    };
  }
}
