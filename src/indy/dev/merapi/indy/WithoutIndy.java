package dev.merapi.indy;

import java.io.IOException;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rewrites the compiled classes of a module: what `invokedynamic` would have the JVM generate when
/// the program starts, half a millisecond for each lambda, is generated when it is built.
///
/// Arguments: the folder, the class path.
final class WithoutIndy {
  private WithoutIndy() {}

  static void main(String[] args) throws IOException {
    var folder = new ClassFolder(Path.of(args[0]), args.length > 1 ? args[1] : "");
    List<ClassModel> classes = folder.classes();
    var conflicts = new Conflicts(folder, TypeTests.in(classes));
    Map<ClassDesc, Nest> nests = new LinkedHashMap<>();
    for (ClassModel each : classes) {
      ClassDesc host = Nest.hostOf(each);
      nests.computeIfAbsent(host, name -> new Nest(folder, conflicts, host)).add(each);
    }
    for (Nest each : nests.values()) {
      each.write();
    }
  }
}
