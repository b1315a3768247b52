package dev.merapi.kernels.loop;

import static dev.merapi.graph.TensorType.f32;
import static dev.merapi.nn.Activations.relu;
import static dev.merapi.nn.Layers.conv2d;
import static dev.merapi.nn.Layers.dense;
import static dev.merapi.nn.Layers.flatten;
import static dev.merapi.nn.Layers.maxPool;
import static dev.merapi.optim.Adam.adam;
import static dev.merapi.train.Losses.crossEntropy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.merapi.CompileOptions;
import dev.merapi.KernelTarget;
import dev.merapi.Model;
import dev.merapi.RandomKey;
import dev.merapi.kernels.jit.Lanes;
import dev.merapi.nn.Sequential;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WidthsTest {
  private static final String DUMP = "merapi.dump";
  private static final String VECTOR_API = "jdk/incubator/vector/";

  @Test
  void everyMethodThatKernelsCallIsShownTheWidths(@TempDir Path folder) throws IOException {
    System.setProperty(DUMP, folder.toString());
    try {
      PrimitiveNests.all().forEach(each -> new NestRun(each.nest(), Lanes.widest()).close());
      for (SampleNests sample : SampleNests.values()) {
        new NestRun(sample.of(1009), Lanes.widest()).close();
      }
      compileNetwork();
    } finally {
      System.clearProperty(DUMP);
    }
    Set<String> called = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        called.addAll(methods(Files.readAllBytes(file)));
      }
    }
    Set<String> shown;
    try (InputStream in = Lanes.class.getResourceAsStream("Widths.class")) {
      shown = methods(in.readAllBytes());
    }
    assertTrue(called.size() > 30, called::toString);
    called.removeAll(shown);
    assertEquals(Set.of(), called);
  }

  private static void compileNetwork() {
    var net = Sequential.of(conv2d(1, 6, 5), relu(), maxPool(2), flatten(), dense(864, 7), relu());
    var options = CompileOptions.cpu().size("N", 19).target(KernelTarget.VECTOR);
    Model.of(net, Model.input("x", f32("N", 1, 28, 28)), RandomKey.of(1))
        .trainStep(crossEntropy(), adam(0.1), options)
        .close();
  }

  /// The methods of the Vector API in a class, as `FloatVector.fma(Vector,Vector)`.
  private static Set<String> methods(byte[] classFile) {
    Set<String> methods = new TreeSet<>();
    for (var entry : ClassFile.of().parse(classFile).constantPool()) {
      if (entry instanceof MemberRefEntry member
          && member.type().stringValue().startsWith("(")
          && member.owner().asInternalName().startsWith(VECTOR_API)) {
        methods.add(
            member.owner().asInternalName().substring(VECTOR_API.length())
                + "."
                + member.name().stringValue()
                + member.type().stringValue().replace("L" + VECTOR_API, "").replace(";", " "));
      }
    }
    return methods;
  }
}
