package dev.merapi.indy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The classes of a module, in a folder, and those that they were compiled with.
final class ClassFolder {
  private final Path folder;
  private final ClassLoader known;
  private final ClassFile classFile;
  private final Map<ClassDesc, ClassModel> models = new HashMap<>();

  /// @param classPath folders and jars, as the system separates them
  ClassFolder(Path folder, String classPath) {
    this.folder = folder;
    known = new URLClassLoader(urls(folder, classPath), ClassLoader.getPlatformClassLoader());
    classFile =
        ClassFile.of(
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(known)
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached()));
  }

  private static URL[] urls(Path folder, String classPath) {
    var urls = new ArrayList<URL>();
    try {
      urls.add(folder.toUri().toURL());
      for (String each : classPath.split(File.pathSeparator)) {
        if (!each.isEmpty()) {
          urls.add(Path.of(each).toUri().toURL());
        }
      }
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
    return urls.toArray(URL[]::new);
  }

  /// What reads and writes classes of the folder.
  ClassFile classFile() {
    return classFile;
  }

  /// All classes in the folder, in the order of their names.
  List<ClassModel> classes() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(ClassFolder::isClass).sorted().toList();
    }
    var found = new ArrayList<ClassModel>();
    for (Path file : files) {
      ClassModel model = classFile.parse(Files.readAllBytes(file));
      models.put(model.thisClass().asSymbol(), model);
      found.add(model);
    }
    return found;
  }

  private static boolean isClass(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("module-info.class");
  }

  /// A class of the folder, of what it was compiled with, or of the JDK.
  ClassModel find(ClassDesc name) {
    return models.computeIfAbsent(name, this::read);
  }

  private ClassModel read(ClassDesc name) {
    String file = internalName(name) + ".class";
    try (InputStream in = known.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("no such class: name=" + name.displayName());
      }
      return classFile.parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(ClassDesc name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(internalName(name) + ".class"), bytes);
  }

  static String internalName(ClassDesc name) {
    String descriptor = name.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }
}
