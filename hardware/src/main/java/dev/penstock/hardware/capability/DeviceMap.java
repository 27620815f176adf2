package dev.penstock.hardware.capability;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.LoaderPath;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Models;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.CudaFacts;
import dev.penstock.hardware.nvidia.CudaProbe;
import dev.penstock.hardware.nvidia.NvdecFacts;
import dev.penstock.hardware.nvidia.NvdecProbe;
import dev.penstock.hardware.nvidia.NvencFacts;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlProbe;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.QsvProbe;
import dev.penstock.hardware.runtime.RuntimeFacts;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.va.VaFacts;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.hardware.vulkan.VulkanFacts;
import dev.penstock.hardware.vulkan.VulkanProbe;
import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The GPUs of a machine.
 *
 * @param devices in the order of their PCI addresses, then those without one
 * @param gaps what could not be asked, and why
 */
public record DeviceMap(Machine.Origin origin, List<Device> devices, List<Gap> gaps) {
  private static final String VERSION = "/proc/driver/nvidia/version";
  private static final Pattern DRIVER = Pattern.compile("Kernel Module\\D*(\\d+(?:\\.\\d+)+)");

  /** Where amdgpu tells of the first block with the hardware identifier of VCN. */
  private static final String VCN = "/ip_discovery/die/0/12/0/";

  public DeviceMap {
    devices = List.copyOf(devices);
    gaps = List.copyOf(gaps);
  }

  /**
   * Something that gave no answer.
   *
   * @param what was asked
   * @param text what became of it
   */
  public record Gap(String what, Reading.Why why, String text) {}

  /** The files it looks at. */
  public static List<Wanted> files() {
    String gpu = PciBus.folder("{gpu}");
    return Stream.concat(
            PciBus.WANTED.stream(),
            Stream.of(
                Wanted.list(gpu + "/drm"),
                Wanted.text(gpu + VCN + "major"),
                Wanted.text(gpu + VCN + "minor"),
                Wanted.text(gpu + VCN + "revision"),
                Wanted.text(VERSION)))
        .toList();
  }

  /** What it asks drivers. */
  public static List<Class<? extends Probe<?>>> probes() {
    return List.of(
        NvmlProbe.class,
        CudaProbe.class,
        NvencProbe.class,
        NvdecProbe.class,
        VaapiProbe.class,
        VulkanProbe.class,
        AmfProbe.class,
        QsvProbe.class);
  }

  /** Those that have something to say of GPUs of these makers. */
  public static List<Class<? extends Probe<?>>> probes(Set<Vendor> vendors) {
    Set<Class<? extends Probe<?>>> others = new HashSet<>();
    if (!vendors.contains(Vendor.NVIDIA)) {
      others.addAll(List.of(NvmlProbe.class, CudaProbe.class, NvencProbe.class, NvdecProbe.class));
    }
    if (!vendors.contains(Vendor.AMD)) {
      others.add(AmfProbe.class);
    }
    if (!vendors.contains(Vendor.INTEL)) {
      others.add(QsvProbe.class);
    }
    if (!vendors.contains(Vendor.AMD) && !vendors.contains(Vendor.INTEL)) {
      others.add(VaapiProbe.class);
    }
    return probes().stream().filter(probe -> !others.contains(probe)).toList();
  }

  /** That of a machine. */
  public static DeviceMap of(Machine machine) {
    Drafts drafts = new Drafts();
    Set<Gap> gaps = new LinkedHashSet<>();
    machine.displays().forEach(pci -> onBus(machine, pci, drafts));
    nvidia(machine, drafts, gaps);
    boolean wanted = !drafts.all().isEmpty();
    boolean drm = drafts.any(Vendor.AMD) || drafts.any(Vendor.INTEL);
    answered(machine.answer(VaapiProbe.class, VaFacts.class), drm, gaps)
        .ifPresent(va -> {
          gap(va.library(), drm, gaps);
          va.nodes().forEach(node -> VaDraft.add(node, drafts));
          va.nodes().forEach(node -> gap(node.configs(), drm, gaps));
        });
    answered(machine.answer(VulkanProbe.class, VulkanFacts.class), wanted, gaps)
        .ifPresent(vulkan -> {
          gap(vulkan.library(), wanted, gaps);
          vulkan.devices().forEach(device -> VulkanDraft.add(device, drafts));
        });
    drafts.all().forEach(draft -> expect(machine, draft));
    return new DeviceMap(machine.origin(), drafts.devices(), List.copyOf(gaps))
        .tried(trials(machine));
  }

  private static Map<String, Answer> trials(Machine machine) {
    String prefix = Machine.key(TrialProbe.class, "") + "-";
    Map<String, Answer> trials = new TreeMap<>();
    machine
        .answers()
        .forEach((key, answer) -> {
          if (key.startsWith(prefix)) {
            trials.put(key.substring(prefix.length()), answer);
          }
        });
    return trials;
  }

  /**
   * The same, with what trials showed.
   *
   * @param trials what they answered, by the words of their {@link dev.penstock.hardware.trial.Wish
   *     wishes}
   */
  public DeviceMap tried(Map<String, Answer> trials) {
    return new DeviceMap(
        origin, devices.stream().map(device -> Tried.of(device, trials)).toList(), gaps);
  }

  /** What is published, where nobody was asked or can tell. */
  private static void expect(Machine machine, Draft draft) {
    Models models = Models.standard();
    NvmlDraft.expect(draft, models);
    String driver = driver(machine);
    NvmlDraft.limit(draft, driver);
    if (draft.vendor == Vendor.NVIDIA && !driver.isEmpty()) {
      draft.drivers.add("NVIDIA " + driver);
    }
    if (machine.answer(NvencProbe.class, NvencFacts.class)
            instanceof Reading.Absent<NvencFacts>(Reading.Why why, String _, String _)
        && why == Reading.Why.NOT_ASKED) {
      NvmlDraft.encodes(draft, hasNvenc(machine), models);
    }
    NvmlDraft.rates(draft, models);
    RuntimeDraft.expect(draft, models);
    if (draft.vendor == Vendor.AMD) {
      runtime(machine, AmfProbe.class, Capability.Api.AMF, "AMF", draft);
    }
    if (draft.vendor == Vendor.INTEL) {
      runtime(machine, QsvProbe.class, Capability.Api.QSV, "oneVPL", draft);
    }
  }

  /** Whether its library lies where the loader looks. */
  private static boolean hasNvenc(Machine machine) {
    return machine.once(LoaderPath.class, here -> LoaderPath.of(here.files())).folders().stream()
        .anyMatch(folder -> machine.files().has(folder + "/libnvidia-encode.so.1"));
  }

  private static void runtime(
      Machine machine,
      Class<? extends Probe<RuntimeFacts>> probe,
      Capability.Api api,
      String name,
      Draft draft) {
    machine
        .answer(probe, RuntimeFacts.class)
        .toOptional()
        .flatMap(facts -> facts.version().toOptional())
        .ifPresent(
            version -> RuntimeDraft.add(api, name + " " + version, draft, Models.standard()));
  }

  /** The version of NVIDIA's; empty where it is not known. */
  private static String driver(Machine machine) {
    return machine
        .answer(NvmlProbe.class, NvmlFacts.class)
        .toOptional()
        .flatMap(facts -> facts.system().driver().toOptional())
        .or(() ->
            machine
                .files()
                .text(VERSION)
                .toOptional()
                .map(DRIVER::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1)))
        .orElse("");
  }

  private static void onBus(Machine machine, String pci, Drafts drafts) {
    String folder = PciBus.folder(pci);
    String number = machine.files().text(folder + "/vendor").toOptional().orElse("");
    Optional<Maker> maker = Maker.of(number);
    if (maker.isPresent()) {
      String device = machine.files().text(folder + "/device").toOptional().orElse("?");
      Draft draft = drafts.at(pci);
      draft.ids = (number + ":" + device).replace("0x", "");
      draft.vendor = maker.get().vendor();
      draft.name = draft.vendor.label() + " " + draft.ids;
      draft.nameIsOfBus = true;
      draft.vcn =
          Stream.of("major", "minor", "revision")
              .flatMap(part -> machine.files().text(folder + VCN + part).toOptional().stream())
              .collect(Collectors.joining("."));
      draft.renderNode =
          machine.files().names(folder + "/drm").stream()
              .filter(name -> name.startsWith("renderD"))
              .findFirst()
              .map(name -> "/dev/dri/" + name);
    }
  }

  private static void nvidia(Machine machine, Drafts drafts, Set<Gap> gaps) {
    boolean wanted = drafts.any(Vendor.NVIDIA);
    answered(machine.answer(NvmlProbe.class, NvmlFacts.class), wanted, gaps)
        .ifPresent(nvml -> {
          gap(nvml.system().library(), wanted, gaps);
          nvml.gpus().forEach(gpu -> NvmlDraft.add(gpu, drafts));
        });
    answered(machine.answer(CudaProbe.class, CudaFacts.class), wanted, gaps)
        .ifPresent(cuda -> cuda.devices().forEach(device -> NvidiaDraft.add(device, drafts)));
    answered(machine.answer(NvencProbe.class, NvencFacts.class), wanted, gaps)
        .ifPresent(nvenc -> {
          gap(nvenc.cuda(), wanted, gaps);
          gap(nvenc.library(), wanted, gaps);
          nvenc.devices().forEach(device -> NvidiaDraft.add(device, drafts));
          nvenc.devices().forEach(device -> gap(device.codecs(), wanted, gaps));
        });
    answered(machine.answer(NvdecProbe.class, NvdecFacts.class), wanted, gaps)
        .ifPresent(nvdec -> {
          gap(nvdec.cuda(), wanted, gaps);
          gap(nvdec.library(), wanted, gaps);
          nvdec.devices().forEach(device -> NvidiaDraft.add(device, drafts));
          nvdec.devices().forEach(device -> gap(device.formats(), wanted, gaps));
        });
  }

  private static <T> Optional<T> answered(Reading<T> reading, boolean wanted, Set<Gap> gaps) {
    gap(reading, wanted, gaps);
    return reading.toOptional();
  }

  /**
   * Nobody misses the library of a GPU that is not there; and that a device has no encoder is an
   * answer.
   */
  private static void gap(Reading<?> reading, boolean wanted, Set<Gap> gaps) {
    if (reading instanceof Reading.Absent<?>(Reading.Why why, String source, String text)
        && why != Reading.Why.UNSUPPORTED
        && (wanted || (why != Reading.Why.MISSING && why != Reading.Why.NOT_ASKED))) {
      gaps.add(new Gap(source, why, text));
    }
  }
}
