package dev.merapi.kernels.cpu;

import dev.merapi.kernels.ir.Printer;
import dev.merapi.kernels.ir.Routine;
import dev.merapi.kernels.target.Listener;
import dev.merapi.kernels.x64.Code;
import dev.merapi.kernels.x64.Feature;
import dev.merapi.spi.KernelText;
import dev.merapi.spi.KernelText.MachineCode;
import dev.merapi.spi.Region;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Writes down the kernels that are made for the regions of a program.
final class KernelTexts implements Listener {
  private final List<KernelText> texts = new ArrayList<>();
  private String place = "";

  /// What is made now is made for a region.
  void enter(Region region) {
    place = region.label();
  }

  @Override
  public void made(Routine routine, Optional<Code> code) {
    texts.add(
        new KernelText(place, routine.name(), Printer.print(routine), code.map(KernelTexts::of)));
  }

  private static MachineCode of(Code code) {
    byte[] bytes = code.bytes();
    int end = code.instructionBytes();
    // in the order of the table, which begins with what every processor has
    String features =
        code.features().stream().skip(1).map(Feature::name).collect(Collectors.joining(", "));
    return new MachineCode(
        features, Arrays.copyOf(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length));
  }

  List<KernelText> all() {
    return List.copyOf(texts);
  }
}
