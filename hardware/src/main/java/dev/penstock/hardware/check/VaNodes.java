package dev.penstock.hardware.check;

import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaNode;
import java.util.List;
import java.util.Set;

/** Render nodes that VA-API is for. */
final class VaNodes {
  /** NVIDIA's only decodes with it, by an unofficial driver; others are virtual. */
  private static final Set<String> KERNEL = Set.of("amdgpu", "radeon", "i915", "xe");

  private VaNodes() {}

  static List<VaNode> encoding(VaFacts facts) {
    return facts.nodes().stream()
        .filter(node -> node.kernel().toOptional().filter(KERNEL::contains).isPresent())
        .toList();
  }
}
