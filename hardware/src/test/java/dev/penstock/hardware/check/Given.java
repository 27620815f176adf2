package dev.penstock.hardware.check;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Tree;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading.Why;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A machine of a few facts. */
final class Given {
  static final String GPU = "0000:41:00.0";
  static final String PORT = "0000:40:01.1";

  private final Map<String, Node> nodes = new TreeMap<>();
  private final Map<String, Answer> answers = new TreeMap<>();
  private Machine.User user = new Machine.User("ann", 1000, List.of(1000));

  /** One with a GPU, as PCI numbers its maker and model, behind one bridge. */
  static Given gpu(String vendor, String device, String driver) {
    return new Given()
        .folder(Gpu.DEVICES, GPU)
        .text(Gpu.path(GPU, "class"), "0x030000")
        .text(Gpu.path(GPU, "vendor"), vendor)
        .text(Gpu.path(GPU, "device"), device)
        .link(Gpu.path(GPU, "driver"), "../../bus/pci/drivers/" + driver)
        .link(Gpu.DEVICES + "/" + GPU, "../../../devices/pci0000:40/" + PORT + "/" + GPU);
  }

  static Given nvidia() {
    return gpu("0x10de", "0x26b9", "nvidia");
  }

  Given text(String path, String text) {
    return node(path, new Node.Text(text + "\n"));
  }

  Given link(String path, String target) {
    return node(path, new Node.Link(target));
  }

  Given folder(String path, String... names) {
    return node(path, new Node.Folder(List.of(names)));
  }

  Given missing(String... paths) {
    for (String path : paths) {
      node(path, new Node.Missing());
    }
    return this;
  }

  Given denied(String path) {
    return node(path, new Node.Unreadable(Why.DENIED, "EACCES"));
  }

  Given exists(String path) {
    return node(path, new Node.Exists(new Node.Owner(0644, 0, 0)));
  }

  Given node(String path, Node node) {
    nodes.put(path, node);
    return this;
  }

  Given user(int id, Integer... groups) {
    user = new Machine.User("ann", id, List.of(groups));
    return this;
  }

  Given environment(Map<String, String> values) {
    answers.put(
        EnvironmentVariables.class.getSimpleName(),
        new Answer.Given(FactsJson.line(new EnvironmentVariables.Values(values)), Duration.ZERO));
    return this;
  }

  /** What a probe answers. */
  Given answer(Class<? extends Probe<?>> probe, Object facts) {
    answers.put(probe.getSimpleName(), new Answer.Given(FactsJson.line(facts), Duration.ZERO));
    return this;
  }

  Given answer(Class<? extends Probe<?>> probe, String argument, Object facts) {
    answers.put(
        Machine.key(probe, argument), new Answer.Given(FactsJson.line(facts), Duration.ZERO));
    return this;
  }

  Machine machine() {
    return new Machine(
        new Machine.Origin(Machine.Origin.How.BUILT, "a test"), new Tree(nodes), answers, user);
  }

  List<Finding> examined(Check check) {
    return check.examine(machine());
  }

  /** What is found: status and summary of each finding. */
  String found(Check check) {
    return examined(check).stream()
        .map(finding -> finding.status() + " " + finding.summary())
        .collect(Collectors.joining("; "));
  }
}
