package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Models;
import dev.penstock.hardware.Models.Model;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whether any device here can encode. */
record EncodeHardware() implements NvmlCheck {
  private static final Remedy WHY =
      Remedy.command(
          "Look why the driver does not answer.",
          "penstock doctor --only nv.driver,nv.hang,nv.mismatch");

  @Override
  public String id() {
    return "encode.hardware";
  }

  @Override
  public Group group() {
    return Group.ENCODING;
  }

  @Override
  public String title() {
    return "encoding on hardware";
  }

  @Override
  public String rule() {
    return "At least one device has an encoder that can be used. NVIDIA's are asked by"
        + " NVENC, and judged by their model where it was not asked; compute GPUs such as A100,"
        + " H100 and H200 have decoders but no encoder. Those of AMD and Intel are asked by"
        + " VA-API, and may have one where it was not asked.";
  }

  @Override
  public String source() {
    return "nvEncodeAPI.h; va/va.h; NVIDIA, Video Encode and Decode GPU Support Matrix; models.json";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvmlProbe.class, NvencProbe.class, VaapiProbe.class, AmfProbe.class);
  }

  /** What is known of one device. */
  private sealed interface Can {
    record Encode(String words) implements Can {}

    /**
     * @param remedies what to do instead
     */
    record Not(String words, String meaning, List<Remedy> remedies) implements Can {}

    record Perhaps(String words) implements Can {}
  }

  @Override
  public List<Finding> examine(Machine machine) {
    SortedMap<String, Can> devices = new TreeMap<>();
    Gpu.of(machine).forEach(gpu -> devices.put(gpu.address(), can(machine, gpu)));
    gpus(machine).forEach(gpu -> devices.put(Nvidia.address(gpu), nvidia(machine, gpu)));
    if (devices.isEmpty()) {
      return List.of(
          Gpu.areAllKnown(machine)
              ? Found.by(this).skip("there is no GPU of NVIDIA, AMD or Intel; see pci.enum")
              : Found.by(this).unknown("the PCI bus cannot be read", ""));
    }
    boolean hope = devices.values().stream().anyMatch(can -> !(can instanceof Can.Not));
    return devices.entrySet().stream()
        .map(each -> finding(about(machine, each.getKey()), each.getValue(), hope))
        .toList();
  }

  private Found about(Machine machine, String device) {
    Found found = Found.by(this, device);
    Reading<String> id = machine.files().text(Gpu.path(device, "device"));
    id.toOptional().ifPresent(_ -> found.seen(id));
    String driver = Gpu.path(device, "driver");
    machine.files().linkName(driver).ifPresent(name -> found.seen(driver, name));
    return found;
  }

  private static Finding finding(Found found, Can can, boolean hope) {
    return switch (can) {
      case Can.Encode(String words) -> found.pass(words);
      case Can.Perhaps(String words) -> found.unknown(words, "");
      case Can.Not(String words, String _, List<Remedy> _) when hope ->
          found.skip(words + "; another device is there");
      case Can.Not(String words, String meaning, List<Remedy> remedies) -> {
        remedies.forEach(found::remedy);
        yield found.fail(words, meaning);
      }
    };
  }

  private static List<NvmlFacts.Gpu> gpus(Machine machine) {
    return Nvidia.facts(machine).toOptional().map(NvmlFacts::gpus).orElse(List.of());
  }

  /** A device on the bus, by its maker and driver; NVML says more of NVIDIA's. */
  private static Can can(Machine machine, Gpu gpu) {
    return switch (gpu.vendor()) {
      case NVIDIA -> silent(machine, gpu.address(), gpu.driver().orElse(""));
      case AMD -> drm(machine, gpu, Set.of("amdgpu"));
      case INTEL -> drm(machine, gpu, Set.of("i915", "xe"));
    };
  }

  private static Can drm(Machine machine, Gpu gpu, Set<String> drivers) {
    String maker = gpu.vendor().label();
    String driver = gpu.driver().orElse("");
    return asked(machine, gpu.address(), maker, drivers.contains(driver))
        .orElseGet(() -> byDriver(maker, driver, drivers));
  }

  /** What VA-API says of it, when it was asked. */
  private static Optional<Can> asked(
      Machine machine, String device, String maker, boolean hasDriver) {
    return switch (machine.answer(VaapiProbe.class, VaFacts.class)) {
      case Absent<VaFacts>(Why why, String _, String text) ->
          why == Why.NOT_ASKED || !hasDriver
              ? Optional.empty()
              : Optional.of(without(machine, maker, "VA-API could not be asked: " + text));
      case Present<VaFacts>(VaFacts facts, String _) ->
          facts.nodes().stream()
              .filter(node -> node.pci().toOptional().filter(device::equals).isPresent())
              .map(node -> asked(machine, node, maker))
              .findFirst();
    };
  }

  private static Can asked(Machine machine, VaNode node, String maker) {
    return switch (node.configs()) {
      case Present<List<VaConfig>>(List<VaConfig> configs, String _) -> {
        String codecs = codecs(configs);
        yield codecs.isEmpty()
            ? without(machine, maker, "VA-API has no encoder there")
            : new Can.Encode(maker + " device encodes " + codecs + " with VA-API");
      }
      case Absent<List<VaConfig>>(Why _, String _, String text) ->
          without(machine, maker, node.path() + " cannot be asked: " + text);
    };
  }

  /** AMD's own interface does without VA-API. */
  private static Can without(Machine machine, String maker, String why) {
    Optional<String> amf =
        machine
            .answer(AmfProbe.class, RuntimeFacts.class)
            .toOptional()
            .filter(_ -> maker.equals("AMD"))
            .flatMap(facts -> facts.version().toOptional());
    return amf.<Can>map(version ->
            new Can.Perhaps(maker + " device: " + why + ", but AMF " + version + " may encode"))
        .orElseGet(() ->
            new Can.Not(
                maker + " device: " + why,
                "Nothing can be encoded on it.",
                List.of(
                    Remedy.command(
                        "See what its driver says.",
                        "penstock doctor --only drm.nodes,va.driver,va.entrypoints"))));
  }

  private static String codecs(List<VaConfig> configs) {
    return configs.stream()
        .filter(VaConfig::encodes)
        .map(VaConfig::codec)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Can byDriver(String maker, String driver, Set<String> drivers) {
    if (drivers.contains(driver)) {
      return new Can.Perhaps(
          maker + " device with " + driver + ": it may encode, and was not asked");
    }
    return new Can.Not(
        maker + " device " + (driver.isEmpty() ? "without a driver" : "driven by " + driver),
        "Nothing encodes on it without its driver.",
        List.of(Remedy.command("See what has it.", "penstock doctor --only pci.driver")));
  }

  /** An NVIDIA GPU of which NVML says nothing. */
  private static Can silent(Machine machine, String device, String driver) {
    Optional<Model> model = onTheBus(machine, device);
    if (model.filter(each -> each.nvenc() == 0).isPresent()) {
      return none(model.get(), name(model));
    }
    String name = name(model);
    if (!driver.isEmpty() && !driver.equals("nvidia")) {
      return new Can.Not(
          name + ": driven by " + driver,
          "Its encoders are reached through NVIDIA's driver only.",
          List.of(Remedy.command("See what has it.", "penstock doctor --only pci.driver")));
    }
    Optional<Can> said = said(NvencSays.of(machine, device, Optional.empty()), model, name);
    if (said.isPresent()) {
      return said.get();
    }
    return switch (Nvidia.facts(machine)) {
      case Absent<NvmlFacts> absent when absent.why() != Why.HUNG ->
          new Can.Perhaps(name + ": " + Found.silent("NVML", absent));
      default ->
          new Can.Not(
              name + ": the driver does not answer",
              "Its encoders cannot be reached.",
              List.of(WHY));
    };
  }

  private static Optional<Model> onTheBus(Machine machine, String device) {
    return machine
        .files()
        .text(Gpu.path(device, "device"))
        .toOptional()
        .flatMap(id -> Models.standard().withId("10de:" + id.replaceFirst("^0x", "")));
  }

  private static String name(Optional<Model> model) {
    return model.map(each -> "NVIDIA " + each.name()).orElse("NVIDIA GPU");
  }

  private static Can nvidia(Machine machine, NvmlFacts.Gpu gpu) {
    Optional<String> said = gpu.identity().name().toOptional();
    Optional<Model> model =
        gpu.identity()
            .ids()
            .toOptional()
            .flatMap(Models.standard()::withId)
            .or(() -> onTheBus(machine, Nvidia.address(gpu)))
            .or(() -> said.flatMap(Models.standard()::named));
    String name = said.orElseGet(() -> name(model));
    if (!Nvidia.isUp(gpu) && model.filter(each -> each.nvenc() == 0).isEmpty()) {
      return new Can.Not(
          name + " has failed or does not answer", "Its encoders cannot be reached.", List.of(WHY));
    }
    NvencSays nvenc =
        NvencSays.of(machine, Nvidia.address(gpu), gpu.identity().uuid().toOptional());
    return said(nvenc, model, name).orElseGet(() -> byModel(model, name));
  }

  /** What NVENC said; nothing where it was not asked. */
  private static Optional<Can> said(NvencSays nvenc, Optional<Model> model, String name) {
    if (nvenc instanceof NvencSays.Encodes(List<String> codecs, int engines)) {
      int count = engines > 0 ? engines : model.map(Model::nvenc).orElse(0);
      return Optional.of(
          new Can.Encode(
              name
                  + " encodes "
                  + String.join(", ", codecs)
                  + (count > 0 ? " with " + engines(count, "NVENC") : "")));
    }
    if (model.filter(each -> each.nvenc() == 0).isPresent()) {
      return Optional.of(none(model.get(), name));
    }
    return switch (nvenc) {
      case NvencSays.None(String text) ->
          Optional.of(
              new Can.Not(
                  name + " has no encoder: " + text,
                  "No driver and no setting changes that; this model was made without one.",
                  elsewhere("Encode in software; it may still decode.")));
      case NvencSays.Broken(String text, Remedy remedy) ->
          Optional.of(
              new Can.Not(
                  name + ": " + text, "Nothing can be encoded with NVENC.", List.of(remedy)));
      default -> Optional.empty();
    };
  }

  private static Can byModel(Optional<Model> model, String name) {
    return model
        .<Can>map(each ->
            new Can.Encode(name + ": " + engines(each.nvenc(), "NVENC") + " (by its model)"))
        .orElseGet(
            () -> new Can.Perhaps(name + ": a model that is not in the table, and was not asked"));
  }

  private static Can none(Model model, String name) {
    List<String> has = new ArrayList<>();
    if (model.nvdec() > 0) {
      has.add(model.nvdec() + " NVDEC");
    }
    model.jpegEngines().ifPresent(count -> has.add(count + " NVJPEG"));
    String decode = has.isEmpty() ? "" : ", but " + String.join(" and ", has);
    return new Can.Not(
        name + " has no encoder: 0 NVENC" + decode,
        "No driver and no setting changes that; this model was made without one.",
        elsewhere(
            has.isEmpty()
                ? "Encode in software here."
                : "Encode in software; it can still decode and scale."));
  }

  private static List<Remedy> elsewhere(String here) {
    return List.of(
        Remedy.command(here, "penstock transcode IN OUT --hardware off"),
        Remedy.byHand(
            "Or encode on another GPU: an L4 has 2 NVENC, an L40S has 3; both encode H.264, HEVC"
                + " and AV1."));
  }

  private static String engines(int count, String name) {
    return count + " " + name;
  }
}
