package dev.merapi.samples;

import dev.merapi.Tensor;
import dev.merapi.nn.Activations;
import dev.merapi.nn.Initializer;
import dev.merapi.nn.Initializers;
import dev.merapi.nn.Layers;
import dev.merapi.nn.Module;
import dev.merapi.optim.Groups;
import dev.merapi.optim.Optimizer;
import dev.merapi.optim.Sgd;
import dev.merapi.train.Loss;
import dev.merapi.train.Losses;
import java.io.File;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that users choose from, found by its type: each public factory of a loss, a layer or
/// an optimizer, and each option of what it gives. A new one is among them without a word here.
public final class Catalogue {
  /// Each axis of the operands that the arguments of a factory fit.
  public static final int SIZE = 4;

  private Catalogue() {}

  /// All losses, with each of their options, by the call that makes them.
  public static Map<String, Loss> losses() {
    return all(Loss.class, List.of(Losses.class));
  }

  /// All layers, with each of their options.
  public static Map<String, Module> layers() {
    return all(Module.class, List.of(Layers.class, Activations.class));
  }

  /// All optimizers, with each of their options.
  public static Map<String, Optimizer> optimizers() {
    return all(Optimizer.class, classesBeside(Optimizer.class));
  }

  private static List<Class<?>> classesBeside(Class<?> one) {
    try {
      String file = one.getSimpleName() + ".class";
      var folder = new File(Objects.requireNonNull(one.getResource(file)).toURI()).getParentFile();
      return Arrays.stream(Objects.requireNonNull(folder.list()))
          .filter(name -> name.matches("\\w+\\.class") && !name.startsWith("package"))
          .map(name -> one.getPackageName() + "." + name.substring(0, name.lastIndexOf('.')))
          .sorted()
          .<Class<?>>map(Catalogue::load)
          .toList();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> Map<String, T> all(Class<T> type, List<Class<?>> factories) {
    var found = new LinkedHashMap<String, T>();
    factories.stream()
        .flatMap(each -> Arrays.stream(each.getMethods()))
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> type.isAssignableFrom(method.getReturnType()))
        .filter(method -> !takesTensors(method))
        .sorted((a, b) -> label(a).compareTo(label(b)))
        .forEach(method -> {
          T made = type.cast(call(method, null, Catalogue::size));
          found.put(label(method), made);
          found.putAll(options(type, label(method), made));
        });
    return found;
  }

  private static boolean takesTensors(Method method) {
    return Arrays.asList(method.getParameterTypes()).contains(Tensor.class);
  }

  private static <T> Map<String, T> options(Class<T> type, String name, T made) {
    return Stream.of(made.getClass().getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> type.isAssignableFrom(method.getReturnType()))
        .filter(method -> !method.isBridge() && Modifier.isPublic(made.getClass().getModifiers()))
        .sorted((a, b) -> label(a).compareTo(label(b)))
        .collect(
            Collectors.toMap(
                method -> name + "." + label(method),
                method -> type.cast(call(method, prepared(made, method), Catalogue::option)),
                (one, _) -> one,
                LinkedHashMap::new));
  }

  /// What an option builds on.
  private static Object prepared(Object made, Method option) {
    boolean buildsOnMomentum = made instanceof Sgd && option.getName().equals("nesterov");
    return buildsOnMomentum ? ((Sgd) made).momentum(0.5) : made;
  }

  private static String label(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(Collectors.joining(",", method.getName() + "(", ")"));
  }

  private static Object call(Method method, Object on, Function<Class<?>, Object> argument) {
    try {
      method.setAccessible(true);
      return method.invoke(on, Arrays.stream(method.getParameterTypes()).map(argument).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(method.toString(), e);
    }
  }

  /// An argument of a factory: sizes are those of the operand.
  private static Object size(Class<?> type) {
    return type == long.class ? (Object) (long) SIZE : option(type);
  }

  /// An argument of an option.
  private static Object option(Class<?> type) {
    Map<Class<?>, Object> arguments =
        Map.ofEntries(
            Map.entry(long.class, 1L),
            Map.entry(int.class, 1),
            Map.entry(double.class, 0.5),
            Map.entry(double[].class, new double[] {0.5, 0.5, 0.5, 0.5}),
            Map.entry(long[].class, new long[] {SIZE}),
            Map.entry(Object[].class, new Object[] {-1}),
            Map.entry(String.class, "name"),
            Map.entry(UnaryOperator.class, UnaryOperator.identity()),
            Map.entry(BinaryOperator.class, (BinaryOperator<Tensor>) (x, y) -> x),
            Map.entry(Initializer.class, Initializers.ones()),
            Map.entry(Module[].class, new Module[] {Activations.relu()}),
            Map.entry(Optimizer.class, Sgd.sgd(0.5)),
            Map.entry(Groups.Group[].class, new Groups.Group[] {Groups.group("*", Sgd.sgd(0.5))}));
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return Objects.requireNonNull(arguments.get(type), "an argument of " + type + " is needed");
  }
}
