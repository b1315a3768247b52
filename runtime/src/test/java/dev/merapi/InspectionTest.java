package dev.merapi;

import static dev.merapi.Model.input;
import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.MerapiException.Kind;
import dev.merapi.nn.Sequential;
import dev.merapi.spi.Region;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InspectionTest {
  private final Model model =
      Model.of(
          Sequential.of(dense(5, 3), relu(), dense(3, 2)),
          input("x", f32("N", 5)),
          RandomKey.of(1));

  @Test
  void showsTheGraphBeforeTheFirstPassAndBehindEach() {
    var seen = Inspection.of(model, Map.of("N", 4L));
    assertEquals("input", seen.passes().getFirst().name());
    assertEquals(model.graph().bind(Map.of("N", 4L)), seen.passes().getFirst().graph());
    assertEquals("DeadCode", seen.passes().getLast().name());
  }

  @Test
  void theProgramIsTheOneThatABackendGets() {
    var seen = Inspection.of(model, Map.of("N", 4L));
    List<Region> regions = seen.program().regions();
    assertEquals(2, regions.size());
    assertTrue(regions.stream().allMatch(each -> each instanceof Region.Product));
    try (var compiled = model.compile(CompileOptions.on("reference").size("N", 4))) {
      assertEquals(compiled.memory().session(), seen.program().sessionBytes());
      assertEquals(compiled.memory().persistent(), seen.program().persistentBytes());
    }
  }

  @Test
  void flopsAreTwoForEachProduct() {
    assertEquals(4 * 2 * (5 * 3 + 3 * 2), Inspection.of(model, Map.of("N", 4L)).flops());
  }

  @Test
  void aSizeWithoutANumberIsAnError() {
    var error = assertThrows(MerapiException.class, () -> Inspection.of(model, Map.of()));
    assertEquals(Kind.UNBOUND_SIZE, error.kind());
  }
}
