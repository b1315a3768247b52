package dev.merapi;

import dev.merapi.MerapiException.Kind;
import dev.merapi.graph.Graph;
import dev.merapi.graph.GraphPrinter;
import dev.merapi.train.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What decides the bits of a run, in words that are the same in each JVM: a run that goes on is
/// compared with the one that was stopped.
final class Fingerprint {
  /// What `Object.toString` gives, wherever it stands within another text: the name of a class, and
  /// a number that is another one each time.
  private static final Pattern IDENTITY =
      Pattern.compile("[\\p{javaJavaIdentifierPart}./;]+@[0-9a-f]{1,8}\\b");

  private static final Pattern NAMELESS = Pattern.compile(".*\\$\\$Lambda.*|.*\\$\\d+");

  private Fingerprint() {}

  /// @param training what a step does
  static Map<String, String> of(Trainer trainer, TrainOptions training, FitPlan plan) {
    var settings = new LinkedHashMap<>(plan.fingerprint());
    settings.put("loss", text(training.loss()));
    settings.put("optimizer", text(training.optimizer()));
    settings.put("schedule", text(trainer.schedule()));
    settings.put("penalties", text(training.penalties()));
    settings.put("frozen", text(training.frozen()));
    settings.put("clipping", text(training.clipping()));
    settings.put("accumulation", text(training.accumulation()));
    settings.put("weights of rows", text(training.samples()));
    settings.put("watched", text(training.watch()));
    settings.put("seed", text(training.seed()));
    settings.put(
        "metrics", trainer.metrics().stream().map(Metric::name).collect(Collectors.joining(" ")));
    settings.put("model", trainer.model().toString());
    return settings;
  }

  /// Checks that the network is the one of the run that was stopped: parameters alone do not show
  /// another activation.
  ///
  /// @throws MerapiException of kind `ARGUMENT` with the first node that differs
  static void checkNetwork(Graph then, Graph now) {
    if (then.equals(now)) {
      return;
    }
    List<String> before = GraphPrinter.print(then).lines().toList();
    List<String> here = GraphPrinter.print(now).lines().toList();
    int same = 0;
    while (same < before.size() && same < here.size() && before.get(same).equals(here.get(same))) {
      same++;
    }
    throw MerapiException.of(Kind.ARGUMENT, "resume: the checkpoint is of another network")
        .with("then", same < before.size() ? before.get(same).strip() : "nothing more")
        .with("now", same < here.size() ? here.get(same).strip() : "nothing more")
        .hint("resume with the same network, or checkpoint to another directory");
  }

  /// A setting in words. What says nothing about itself is `custom`, with the name of its class if
  /// it has one: two lambdas are alike.
  static String text(Object setting) {
    return IDENTITY.matcher(setting.toString()).replaceAll(Fingerprint::named);
  }

  private static String named(MatchResult found) {
    String name = found.group().substring(0, found.group().indexOf('@'));
    return NAMELESS.matcher(name).matches() ? "custom" : "custom " + name.replace('$', '.');
  }
}
