package dev.penstock.hardware.capability;

import dev.penstock.hardware.Models;
import dev.penstock.hardware.Models.Model;
import dev.penstock.hardware.SessionLimits;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Capability;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What NVML answered, and what is published of a model where nothing answered. */
final class NvmlDraft {
  private NvmlDraft() {}

  static void add(NvmlFacts.Gpu gpu, Drafts drafts) {
    Draft draft = drafts.of(gpu.identity().pci(), gpu.identity().uuid());
    draft.vendor = Vendor.NVIDIA;
    draft.uuid = draft.uuid.or(() -> gpu.identity().uuid().toOptional());
    draft.nvml = OptionalInt.of(gpu.index());
    gpu.identity()
        .name()
        .toOptional()
        .filter(_ -> draft.nameIsOfBus || draft.name.equals(Draft.UNKNOWN))
        .ifPresent(name -> {
          draft.name = name;
          draft.nameIsOfBus = false;
        });
    gpu.identity().ids().toOptional().ifPresent(ids -> draft.ids = ids);
    draft.brand = gpu.identity().brand().toOptional();
    gpu.identity().architecture().toOptional().ifPresent(name -> draft.generation = name);
    if (draft.memory instanceof Reading.Absent<Long>) {
      draft.memory = gpu.memory().map(NvmlFacts.Vram::total);
    }
  }

  /** Fills in what was not answered. */
  static void expect(Draft draft, Models models) {
    Optional<Model> model = models.named(draft.name).or(() -> models.withId(draft.ids));
    if (draft.vendor == Vendor.NVIDIA && model.isPresent()) {
      String source = "models.json, " + String.join(", ", model.get().sources());
      draft.encoders = or(draft.encoders, Optional.of(model.get().nvenc()), source);
      draft.decoders = or(draft.decoders, Optional.of(model.get().nvdec()), source);
      draft.jpeg = or(draft.jpeg, Optional.ofNullable(model.get().nvjpeg()), source);
      draft.opticalFlow = or(draft.opticalFlow, Optional.ofNullable(model.get().ofa()), source);
      if (draft.nameIsOfBus) {
        draft.name = "NVIDIA " + model.get().name();
        draft.nameIsOfBus = false;
      }
    }
  }

  /** How many sessions the driver allows. */
  static void limit(Draft draft, String driver) {
    if (draft.vendor != Vendor.NVIDIA || draft.name.equals(Draft.UNKNOWN)) {
      return;
    }
    String from = "nvenc-sessions.json";
    draft.sessionLimit =
        SessionLimits.isLimited(draft.brand, draft.name)
            ? SessionLimits.standard()
                .row(driver)
                .map(row ->
                    Reading.of(
                        row.sessions(),
                        from + ", driver " + driver + ": " + String.join(", ", row.sources())))
                .orElseGet(() ->
                    Reading.absent(Why.MISSING, from, "the version of the driver is not known"))
            : Reading.absent(Why.UNSUPPORTED, from, "only GeForce and Titan cards have a limit");
  }

  /**
   * What is published of its encoders, where NVENC was not asked.
   *
   * @param library whether that of NVENC is installed
   */
  static void encodes(Draft draft, boolean library, Models models) {
    boolean able = library && draft.nvml.isPresent() && draft.encoders.toOptional().orElse(0) > 0;
    if (!able) {
      return;
    }
    models
        .generation(generation(draft, models))
        .ifPresent(known ->
            known.encode().stream()
                .map(each -> declared(each, known.sources()))
                .forEach(draft.capabilities::add));
  }

  private static Capability declared(Models.Encode each, List<String> sources) {
    return Capability.of(
            Capability.Direction.ENCODE,
            Capability.Api.NVENC,
            each.codec(),
            each.formats(),
            Capability.Evidence.DECLARED,
            "models.json, " + String.join(", ", sources))
        .sized(Optional.empty(), each.most());
  }

  private static String generation(Draft draft, Models models) {
    return models
        .named(draft.name)
        .or(() -> models.withId(draft.ids))
        .map(Model::generation)
        .orElse(draft.generation);
  }

  /** How fast that is, by what is published. */
  static void rates(Draft draft, Models models) {
    if (draft.vendor != Vendor.NVIDIA) {
      return;
    }
    String generation = generation(draft, models);
    draft.capabilities.replaceAll(each ->
        each.api() == Capability.Api.NVENC
            ? each.with(
                models.rates(generation, each.codec()).stream()
                    .map(rate ->
                        new Capability.Rate(
                            rate.preset(),
                            rate.tuning(),
                            rate.fps(),
                            "models.json, " + String.join(", ", rate.sources())))
                    .toList())
            : each);
  }

  private static Reading<Integer> or(
      Reading<Integer> answered, Optional<Integer> published, String source) {
    return answered instanceof Reading.Absent<Integer> && published.isPresent()
        ? Reading.of(published.get(), source)
        : answered;
  }
}
