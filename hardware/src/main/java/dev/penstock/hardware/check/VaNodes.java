package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Render nodes that VA-API is for. */
final class VaNodes {
  /** NVIDIA's only decodes with it, by an unofficial driver; others are virtual. */
  private static final Set<String> KERNEL = Set.of("amdgpu", "radeon", "i915", "xe");

  /** Whose GPUs it is for. */
  static final Set<Maker> VENDORS = Set.of(Maker.AMD, Maker.INTEL);

  private VaNodes() {}

  /** Whether a GPU on the bus is AMD's or Intel's, or one is encoded with all the same. */
  static boolean wanted(Machine machine) {
    return !Gpu.of(machine, VENDORS).isEmpty()
        || machine
            .answer(VaapiProbe.class, VaFacts.class)
            .toOptional()
            .filter(facts -> !encoding(facts).isEmpty())
            .isPresent();
  }

  static List<VaNode> encoding(VaFacts facts) {
    return facts.nodes().stream()
        .filter(node -> node.kernel().toOptional().filter(KERNEL::contains).isPresent())
        .toList();
  }

  /** A finding for each that is encoded with; that there is none is nothing to judge. */
  static List<Finding> each(Check check, VaFacts facts, Function<VaNode, Finding> judge) {
    List<Finding> findings = encoding(facts).stream().map(judge).toList();
    return findings.isEmpty()
        ? List.of(Found.by(check).skip("there is no render node of AMD or Intel"))
        : findings;
  }
}
