package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Models;
import dev.penstock.hardware.Models.Model;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
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
    return "At least one device has an encoder that can be used. For NVIDIA this is told"
        + " by the model and by whether the driver answers; compute GPUs such as A100,"
        + " H100 and H200 have decoders but no encoder. AMD and Intel devices with their"
        + " drivers may have one.";
  }

  @Override
  public String source() {
    return "NVIDIA, Video Encode and Decode GPU Support Matrix; models.json";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files(
        Wanted.text(Nvidia.DEVICES + "/{gpu}/device"),
        Wanted.link(Nvidia.DEVICES + "/{gpu}/driver"));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvmlProbe.class, VaapiProbe.class);
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
    for (String device : machine.displays()) {
      can(machine, device).ifPresent(can -> devices.put(device, can));
    }
    gpus(machine).forEach(gpu -> devices.put(Nvidia.address(gpu), nvidia(machine, gpu)));
    if (devices.isEmpty()) {
      return List.of(
          machine.files().has(Nvidia.DEVICES)
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
    String folder = Nvidia.DEVICES + "/" + device;
    Reading<String> id = machine.files().text(folder + "/device");
    id.toOptional().ifPresent(_ -> found.seen(id));
    machine
        .files()
        .linkName(folder + "/driver")
        .ifPresent(driver -> found.seen(folder + "/driver", driver));
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
  private static Optional<Can> can(Machine machine, String device) {
    String folder = Nvidia.DEVICES + "/" + device;
    String vendor = machine.files().text(folder + "/vendor").toOptional().orElse("");
    String driver = machine.files().linkName(folder + "/driver").orElse("");
    return switch (vendor) {
      case "0x10de" -> Optional.of(silent(machine, device, driver));
      case "0x1002", "0x1022" ->
          asked(machine, device, "AMD").or(() -> Optional.of(drm("AMD", driver, Set.of("amdgpu"))));
      case "0x8086" ->
          asked(machine, device, "Intel")
              .or(() -> Optional.of(drm("Intel", driver, Set.of("i915", "xe"))));
      default -> Optional.empty();
    };
  }

  /** A device whose VA-API driver names what it encodes. */
  private static Optional<Can> asked(Machine machine, String device, String maker) {
    return machine.answer(VaapiProbe.class, VaFacts.class).toOptional().stream()
        .flatMap(facts -> facts.nodes().stream())
        .filter(node -> node.pci().toOptional().filter(device::equals).isPresent())
        .flatMap(node -> node.configs().toOptional().stream())
        .map(configs -> codecs(configs))
        .filter(codecs -> !codecs.isEmpty())
        .<Can>map(codecs -> new Can.Encode(maker + " device encodes " + codecs + " with VA-API"))
        .findFirst();
  }

  private static String codecs(List<VaConfig> configs) {
    return configs.stream()
        .filter(VaConfig::encodes)
        .map(VaConfig::codec)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Can drm(String maker, String driver, Set<String> drivers) {
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
    return switch (Nvidia.facts(machine)) {
      case Absent<NvmlFacts>(Why why, String _, String text) when why != Why.HUNG ->
          new Can.Perhaps(name + ": NVML gave no answer: " + text);
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
        .text(Nvidia.DEVICES + "/" + device + "/device")
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
    if (model.filter(each -> each.nvenc() == 0).isPresent()) {
      return none(model.get(), name);
    }
    if (!Nvidia.isUp(gpu)) {
      return new Can.Not(
          name + " has failed or does not answer", "Its encoders cannot be reached.", List.of(WHY));
    }
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
        List.of(
            Remedy.command(
                has.isEmpty()
                    ? "Encode in software here."
                    : "Encode in software; it can still decode and scale.",
                "penstock transcode IN OUT --hardware off"),
            Remedy.byHand(
                "Or encode on another GPU: an L4 has 2 NVENC, an L40S has 3; both encode H.264, HEVC"
                    + " and AV1.")));
  }

  private static String engines(int count, String name) {
    return count + " " + name;
  }
}
