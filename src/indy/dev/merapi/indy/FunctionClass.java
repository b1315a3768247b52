package dev.merapi.indy;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One class for lambdas of a nest: an object has the number of its lambda and what that captured,
/// and each method of its interfaces switches by the number.
final class FunctionClass {
  private static final String NUMBER = "number";

  /// A method of some interfaces.
  private record Method(String name, MethodTypeDesc type) {}

  private final ClassDesc name;
  private final ClassModel host;
  private final List<Site> sites = new ArrayList<>();
  private final Set<ClassDesc> interfaces = new LinkedHashSet<>();

  FunctionClass(ClassDesc name, ClassModel host) {
    this.name = name;
    this.host = host;
  }

  ClassDesc name() {
    return name;
  }

  Set<ClassDesc> interfaces() {
    return interfaces;
  }

  /// Adds a lambda.
  ///
  /// @return its number
  int add(Site site) {
    interfaces.addAll(site.interfaces());
    sites.add(site);
    return sites.size() - 1;
  }

  /// What stands at the site of a lambda: captured values lie on the stack, the object shall.
  void make(CodeBuilder code, int number) {
    Site site = sites.get(number);
    if (site.captures()) {
      code.invokestatic(name, "make" + number, site.factory());
    } else {
      code.getstatic(name, "lambda" + number, site.type());
    }
  }

  byte[] bytes(ClassFile classFile) {
    List<TypeKind> fields = fields();
    return classFile.build(
        name,
        each -> {
          each.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC);
          each.withInterfaceSymbols(List.copyOf(interfaces));
          each.with(NestHostAttribute.of(host.thisClass()));
          host.findAttribute(Attributes.sourceFile()).ifPresent(each::with); // for stack traces
          constructor(each, fields);
          factories(each, fields);
          methods().forEach((method, numbers) -> method(each, method, numbers, fields));
        });
  }

  /// As many fields of each kind as the lambda has that captures most of them.
  private List<TypeKind> fields() {
    var most = new LinkedHashMap<TypeKind, Integer>();
    for (Site site : sites) {
      var here = new LinkedHashMap<TypeKind, Integer>();
      for (ClassDesc each : site.factory().parameterList()) {
        here.merge(kind(each), 1, Integer::sum);
      }
      here.forEach((kind, count) -> most.merge(kind, count, Math::max));
    }
    var fields = new ArrayList<TypeKind>();
    most.forEach((kind, count) -> {
      for (int i = 0; i < count; i++) {
        fields.add(kind);
      }
    });
    return fields;
  }

  private static TypeKind kind(ClassDesc type) {
    return TypeKind.from(type).asLoadable();
  }

  private static ClassDesc type(TypeKind kind) {
    return kind == TypeKind.REFERENCE ? ConstantDescs.CD_Object : kind.upperBound();
  }

  private static MethodTypeDesc constructorType(List<TypeKind> fields) {
    var parameters = new ArrayList<ClassDesc>();
    parameters.add(ConstantDescs.CD_int);
    fields.forEach(each -> parameters.add(type(each)));
    return MethodTypeDesc.of(ConstantDescs.CD_void, parameters);
  }

  private void constructor(ClassBuilder builder, List<TypeKind> fields) {
    int constant = ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL;
    builder.withField(NUMBER, ConstantDescs.CD_int, constant);
    for (int i = 0; i < fields.size(); i++) {
      builder.withField("captured" + i, type(fields.get(i)), constant);
    }
    builder.withMethodBody(
        ConstantDescs.INIT_NAME,
        constructorType(fields),
        ClassFile.ACC_PRIVATE,
        code -> {
          code.aload(0);
          code.invokespecial(
              ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
          code.aload(0).iload(1).putfield(name, NUMBER, ConstantDescs.CD_int);
          int slot = 2;
          for (int i = 0; i < fields.size(); i++) {
            TypeKind kind = fields.get(i);
            code.aload(0).loadLocal(kind, slot).putfield(name, "captured" + i, type(kind));
            slot += kind.slotSize();
          }
          code.return_();
        });
  }

  /// A constant for each lambda that captures nothing, a factory for each other.
  private void factories(ClassBuilder builder, List<TypeKind> fields) {
    var constants = new ArrayList<Integer>();
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      int number = i;
      if (site.captures()) {
        builder.withMethodBody(
            "make" + number,
            site.factory(),
            ClassFile.ACC_STATIC,
            code -> {
              create(code, number, fields, site.factory().parameterList());
              code.areturn();
            });
      } else {
        builder.withField("lambda" + i, site.type(), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
        constants.add(i);
      }
    }
    if (!constants.isEmpty()) {
      builder.withMethodBody(
          ConstantDescs.CLASS_INIT_NAME,
          ConstantDescs.MTD_void,
          ClassFile.ACC_STATIC,
          code -> {
            for (int i : constants) {
              create(code, i, fields, List.of());
              code.putstatic(name, "lambda" + i, sites.get(i).type());
            }
            code.return_();
          });
    }
  }

  private void create(
      CodeBuilder code, int number, List<TypeKind> fields, List<ClassDesc> captured) {
    code.new_(name).dup().loadConstant(number);
    int[] places = places(fields, captured);
    for (int i = 0; i < fields.size(); i++) {
      int parameter = indexOf(places, i);
      TypeKind kind = fields.get(i);
      if (parameter >= 0) {
        code.loadLocal(kind, code.parameterSlot(parameter));
      } else {
        zero(code, kind);
      }
    }
    code.invokespecial(name, ConstantDescs.INIT_NAME, constructorType(fields));
  }

  /// The field of each value that is captured.
  private static int[] places(List<TypeKind> fields, List<ClassDesc> captured) {
    var taken = new boolean[fields.size()];
    var places = new int[captured.size()];
    for (int i = 0; i < places.length; i++) {
      int field = 0;
      while (taken[field] || fields.get(field) != kind(captured.get(i))) {
        field++;
      }
      taken[field] = true;
      places[i] = field;
    }
    return places;
  }

  private static int indexOf(int[] places, int field) {
    for (int i = 0; i < places.length; i++) {
      if (places[i] == field) {
        return i;
      }
    }
    return -1;
  }

  private static void zero(CodeBuilder code, TypeKind kind) {
    switch (kind) {
      case LONG -> code.lconst_0();
      case FLOAT -> code.fconst_0();
      case DOUBLE -> code.dconst_0();
      case REFERENCE -> code.aconst_null();
      default -> code.iconst_0();
    }
  }

  private Map<Method, List<Integer>> methods() {
    var methods = new LinkedHashMap<Method, List<Integer>>();
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      for (MethodTypeDesc type : site.methods()) {
        methods.computeIfAbsent(new Method(site.name(), type), _ -> new ArrayList<>()).add(i);
      }
    }
    return methods;
  }

  private void method(
      ClassBuilder builder, Method method, List<Integer> numbers, List<TypeKind> fields) {
    builder.withMethodBody(
        method.name(),
        method.type(),
        ClassFile.ACC_PUBLIC,
        code -> {
          if (numbers.size() > 1) {
            Label other = code.newLabel();
            var cases = new ArrayList<SwitchCase>();
            numbers
                .subList(1, numbers.size())
                .forEach(number -> cases.add(SwitchCase.of(number, code.newLabel())));
            code.aload(0).getfield(name, NUMBER, ConstantDescs.CD_int);
            if (cases.getLast().caseValue() - cases.getFirst().caseValue() < 4 * cases.size()) {
              code.tableswitch(other, cases);
            } else {
              code.lookupswitch(other, cases);
            }
            for (SwitchCase each : cases) {
              code.labelBinding(each.target());
              call(code, sites.get(each.caseValue()), method.type(), fields);
            }
            code.labelBinding(other);
          }
          call(code, sites.get(numbers.getFirst()), method.type(), fields);
        });
  }

  private void call(CodeBuilder code, Site site, MethodTypeDesc type, List<TypeKind> fields) {
    DirectMethodHandleDesc body = site.body();
    boolean constructor = body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
    if (constructor) {
      code.new_(body.owner()).dup();
    }
    List<ClassDesc> wanted = body.invocationType().parameterList();
    List<ClassDesc> captured = site.factory().parameterList();
    int[] places = places(fields, captured);
    for (int i = 0; i < places.length; i++) {
      ClassDesc field = type(fields.get(places[i]));
      code.aload(0).getfield(name, "captured" + places[i], field);
      Conversion.write(code, field, field.isPrimitive() ? field : wanted.get(i));
    }
    for (int i = 0; i < type.parameterCount(); i++) {
      ClassDesc erased = type.parameterType(i);
      ClassDesc given = site.given().parameterType(i);
      code.loadLocal(TypeKind.from(erased), code.parameterSlot(i));
      Conversion.write(code, erased, given);
      Conversion.write(code, given, wanted.get(captured.size() + i));
    }
    invoke(code, body);
    ClassDesc result = constructor ? body.owner() : body.invocationType().returnType();
    Conversion.write(code, result, type.returnType());
    code.return_(TypeKind.from(type.returnType()));
  }

  private static void invoke(CodeBuilder code, DirectMethodHandleDesc body) {
    ClassDesc owner = body.owner();
    String name = body.methodName();
    MethodTypeDesc type = MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
    switch (body.kind()) {
      case STATIC, INTERFACE_STATIC ->
          code.invokestatic(owner, name, type, body.isOwnerInterface());
      case CONSTRUCTOR -> code.invokespecial(owner, ConstantDescs.INIT_NAME, type);
      case INTERFACE_VIRTUAL, INTERFACE_SPECIAL -> code.invokeinterface(owner, name, type);
      default -> code.invokevirtual(owner, name, type);
    }
  }
}
