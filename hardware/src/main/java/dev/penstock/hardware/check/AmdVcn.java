package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.amd.AmdFacts;
import dev.penstock.hardware.amd.AmdFacts.AmdCodec;
import dev.penstock.hardware.amd.AmdFacts.AmdNode;
import dev.penstock.hardware.amd.AmdProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether an AMD GPU has a block that encodes. */
record AmdVcn() implements Check {
  /** amdgpu lists blocks by their hardware identifiers; 12 is that of UVD and VCN. */
  private static final String VCN = "ip_discovery/die/0/12/0/";

  private static final List<String> VERSION = List.of("major", "minor", "revision");

  @Override
  public String id() {
    return "amd.vcn";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "video encoders of AMD GPUs";
  }

  @Override
  public String rule() {
    return "amdgpu has queues for a block that encodes (VCN, UVD or VCE). Compute GPUs such as MI300,"
        + " and some small ones such as the RX 6400 and 6500 XT, were made without an encoder,"
        + " which no driver changes.";
  }

  @Override
  public String source() {
    return "AMDGPU_INFO_HW_IP_INFO and AMDGPU_INFO_VIDEO_CAPS of amdgpu_drm.h, through"
        + " libdrm_amdgpu; ip_discovery of amdgpu in sysfs";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        VERSION.stream()
            .map(part -> Wanted.text(Gpu.path("{gpu}", VCN + part)))
            .toArray(Wanted[]::new));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(AmdProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Set.of(Maker.AMD), gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address());
    if (!gpu.isDrivenBy("amdgpu")) {
      return found.skip("its driver is not amdgpu");
    }
    String block = block(gpu, machine).map(version -> " (VCN " + version + ")").orElse("");
    Reading<AmdFacts> answer = machine.answer(AmdProbe.class, AmdFacts.class);
    return switch (answer) {
      case Absent<AmdFacts>(Reading.Why why, String _, String text) ->
          why == Reading.Why.NOT_ASKED
              ? found.skip("amdgpu was not asked" + block)
              : found.unknown("amdgpu could not be asked: " + text + block, "");
      case Present<AmdFacts>(AmdFacts facts, String _) ->
          facts.nodes().stream()
              .filter(node -> node.pci().toOptional().filter(gpu.address()::equals).isPresent())
              .findFirst()
              .map(node -> judged(node, facts, block, found))
              .orElseGet(() -> found.skip("it has no render node" + block));
    };
  }

  private static Finding judged(AmdNode node, AmdFacts facts, String block, Found found) {
    if (facts.library() instanceof Absent<String>) {
      return found.seen(facts.library()).skip("libdrm_amdgpu is not there to ask" + block);
    }
    found.seen(node.rings());
    if (!(node.rings() instanceof Present<Integer>(Integer rings, String _))) {
      return found.unknown(
          node.path()
              + " cannot be asked: "
              + (node.rings() instanceof Absent<Integer> absent ? absent.text() : ""),
          "");
    }
    if (rings == 0) {
      return found.skip("this GPU has no encoder" + block);
    }
    String codecs =
        node.encode().toOptional().orElse(List.of()).stream()
            .map(AmdCodec::codec)
            .collect(Collectors.joining(", "));
    return found.pass((codecs.isEmpty() ? "it has an encoder" : "it encodes " + codecs) + block);
  }

  private static Optional<String> block(Gpu gpu, Machine machine) {
    List<String> parts =
        VERSION.stream()
            .flatMap(part -> Stream.of(gpu.text(machine, VCN + part)))
            .flatMap(part -> part.toOptional().stream())
            .toList();
    return parts.size() == VERSION.size() ? Optional.of(String.join(".", parts)) : Optional.empty();
  }
}
