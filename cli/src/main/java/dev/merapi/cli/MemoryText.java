package dev.merapi.cli;

import dev.merapi.CompileOptions;
import dev.merapi.CompiledModel;
import dev.merapi.MemoryUse;
import dev.merapi.Model;
import dev.merapi.spi.Buffer;
import dev.merapi.spi.Program;
import java.util.Locale;
import java.util.Map;

/// What a compiled model takes of memory, and for what.
final class MemoryText {
  private MemoryText() {}

  static String of(Model model, Map<String, Long> sizes, Program program) {
    MemoryUse use;
    try (CompiledModel compiled = model.compile(Timing.bound(CompileOptions.best(), sizes))) {
      use = compiled.memory();
    }
    long separate =
        program.buffers().stream()
            .filter(each -> !each.space().isPersistent())
            .mapToLong(Buffer::bytes)
            .sum();
    var table = new Columns("lrl");
    table.row("memory", "bytes", "");
    table.row("parameters", number(use.persistent()), "and constants, once for a model");
    table.row("packed", number(use.packed()), "what the backend derives from parameters, once");
    table.row(
        "session",
        number(use.session()),
        "inputs, outputs, and what lies between; "
            + number(separate)
            + " if nothing shared a place");
    table.row("scratch", number(use.scratch()), "working memory of the backend, for each session");
    table.row("total", number(use.total()), "with one session");
    return table.toString();
  }

  private static String number(long bytes) {
    return String.format(Locale.ROOT, "%,d", bytes);
  }
}
