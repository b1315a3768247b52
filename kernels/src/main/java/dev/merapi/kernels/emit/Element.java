package dev.merapi.kernels.emit;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.foreign.ValueLayout;

/// The element types of emitted code, with the classes that stand for one element and for a vector
/// of them. BOOL in memory is [#I32] with the values 0 and 1.
public enum Element {
  F32(ConstantDescs.CD_float, "FloatVector", ValueLayout.OfFloat.class, "JAVA_FLOAT_UNALIGNED"),
  I32(ConstantDescs.CD_int, "IntVector", ValueLayout.OfInt.class, "JAVA_INT_UNALIGNED");

  private final ClassDesc scalar;
  private final ClassDesc vector;
  private final ClassDesc layout;
  private final String layoutField;

  Element(ClassDesc scalar, String vector, Class<?> layout, String layoutField) {
    this.scalar = scalar;
    this.vector = ClassDesc.of("jdk.incubator.vector", vector);
    this.layout = layout.describeConstable().orElseThrow();
    this.layoutField = layoutField;
  }

  public ClassDesc scalar() {
    return scalar;
  }

  public ClassDesc vector() {
    return vector;
  }

  /// The class of a value of this type, `lanes` wide.
  public ClassDesc type(Lanes lanes) {
    return lanes == Lanes.SCALAR ? scalar : vector;
  }

  /// The kind of local variable that holds such a value.
  public TypeKind kind(Lanes lanes) {
    return TypeKind.from(type(lanes));
  }

  ClassDesc layout() {
    return layout;
  }

  String layoutField() {
    return layoutField;
  }
}
