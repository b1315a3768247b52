package dev.merapi.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException;
import dev.merapi.MerapiException.Kind;
import dev.merapi.spi.Backend;
import dev.merapi.spi.BackendProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendsTest {
  private static final BackendProvider CPU = new Fake("cpu", true, "512-bit vectors");
  private static final BackendProvider CUDA = new Fake("cuda", false, "no driver");

  private record Fake(String name, boolean usable, String description) implements BackendProvider {
    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Availability probe() {
      return new Availability(usable, description);
    }

    @Override
    public Backend backend() {
      throw MerapiException.of(Kind.BACKEND_UNAVAILABLE, "a fake has no backend");
    }
  }

  @Test
  void oneUsableBackendIsEnough() {
    var findings = Backends.findings(List.of(CPU, CUDA));
    assertTrue(findings.stream().allMatch(Finding::good));
    assertEquals("not usable here: no driver", findings.get(1).text());
  }

  @Test
  void noUsableBackendAsksForOne() {
    assertFalse(Backends.findings(List.of(CUDA)).getLast().good());
    assertFalse(Backends.findings(List.of()).getLast().good());
  }
}
