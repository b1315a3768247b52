package dev.merapi.indy;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A class with all that are nested in it.
final class Nest {
  private final ClassFolder folder;
  private final Conflicts conflicts;
  private final ClassDesc host;
  private final List<ClassModel> members = new ArrayList<>();
  private final List<FunctionClass> functions = new ArrayList<>();

  Nest(ClassFolder folder, Conflicts conflicts, ClassDesc host) {
    this.folder = folder;
    this.conflicts = conflicts;
    this.host = host;
  }

  /// The class whose nest a class belongs to.
  static ClassDesc hostOf(ClassModel member) {
    return member
        .findAttribute(Attributes.nestHost())
        .map(attribute -> attribute.nestHost().asSymbol())
        .orElse(member.thisClass().asSymbol());
  }

  void add(ClassModel member) {
    members.add(member);
  }

  /// Writes what changes, once all of it is known: an error leaves the nest as it was.
  void write() throws IOException {
    if (members.stream().noneMatch(Nest::hasDynamicCalls)) {
      return;
    }
    Map<ClassDesc, byte[]> written = new LinkedHashMap<>();
    for (ClassModel member : members) {
      written.put(member.thisClass().asSymbol(), transformed(member));
    }
    if (!functions.isEmpty()) {
      ClassModel hosting = folder.classFile().parse(written.get(host));
      written.put(host, folder.classFile().transformClass(hosting, withMembers(hosting)));
    }
    for (FunctionClass each : functions) {
      written.put(each.name(), each.bytes(folder.classFile()));
    }
    for (Map.Entry<ClassDesc, byte[]> each : written.entrySet()) {
      folder.write(each.getKey(), each.getValue());
    }
  }

  private static boolean hasDynamicCalls(ClassModel model) {
    return model.findAttribute(Attributes.bootstrapMethods()).isPresent();
  }

  private ClassTransform withMembers(ClassModel model) {
    var names = new ArrayList<ClassDesc>();
    model
        .findAttribute(Attributes.nestMembers())
        .ifPresent(members -> {
          for (ClassEntry each : members.nestMembers()) {
            names.add(each.asSymbol());
          }
        });
    for (FunctionClass each : functions) {
      if (!names.contains(each.name())) {
        names.add(each.name());
      }
    }
    return ClassTransform.dropping(NestMembersAttribute.class::isInstance)
        .andThen(
            ClassTransform.endHandler(
                builder -> builder.with(NestMembersAttribute.ofSymbols(names))));
  }

  private byte[] transformed(ClassModel model) {
    var switches = new ArrayList<TypeSwitch>();
    ClassTransform bodies =
        ClassTransform.transformingMethodBodies(
            calls(model.thisClass().asSymbol(), model, switches));
    ClassTransform all =
        (builder, element) -> {
          if (!writeRecordMethod(builder, element)) {
            builder.with(element);
          }
        };
    return folder
        .classFile()
        .transformClass(
            model,
            all.andThen(bodies)
                .andThen(
                    ClassTransform.endHandler(builder -> {
                      for (int i = 0; i < switches.size(); i++) {
                        switches.get(i).write(builder, "caseOf" + i);
                      }
                    })));
  }

  private static boolean writeRecordMethod(ClassBuilder builder, ClassElement element) {
    if (!(element instanceof MethodModel method) || method.code().isEmpty()) {
      return false;
    }
    for (CodeElement each : method.code().get()) {
      if (each instanceof InvokeDynamicInstruction instruction
          && RecordMethods.isOne(instruction)) {
        builder.withMethodBody(
            method.methodName(),
            method.methodType(),
            method.flags().flagsMask(),
            code -> RecordMethods.write(code, instruction));
        return true;
      }
    }
    return false;
  }

  private CodeTransform calls(ClassDesc owner, ClassModel model, List<TypeSwitch> switches) {
    boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
    return (code, element) -> {
      if (!(element instanceof InvokeDynamicInstruction instruction)) {
        code.with(element);
        return;
      }
      Optional<Site> site = Site.of(instruction);
      Optional<TypeSwitch> types = TypeSwitch.of(instruction);
      if (site.isPresent()) {
        FunctionClass functions = functionsFor(site.get());
        functions.make(code, functions.add(site.get()));
      } else if (types.isPresent()) {
        code.invokestatic(owner, "caseOf" + switches.size(), types.get().type(), isInterface);
        switches.add(types.get());
      } else {
        code.with(element);
      }
    };
  }

  /// The first class whose interfaces go together with those of a lambda.
  private FunctionClass functionsFor(Site site) {
    for (FunctionClass each : functions) {
      if (conflicts.none(each.interfaces(), site.interfaces())) {
        return each;
      }
    }
    String suffix = "$$Functions" + (functions.isEmpty() ? "" : functions.size());
    String name = ClassFolder.internalName(host) + suffix;
    var added = new FunctionClass(ClassDesc.ofInternalName(name), folder.find(host));
    functions.add(added);
    return added;
  }
}
