package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A way of the pictures through GPUs, which a planning tries.
 *
 * @param tier what is the GPU's part
 * @param api the interface to the encoders, or to the decoders where the GPU does not encode
 * @param devices alike; none of software
 * @param least the evidence it takes to rely on a capability
 */
record Route(Tier tier, Api api, List<Device> devices, Evidence least) {
  static final Route SOFTWARE = new Route(Tier.SOFTWARE, Api.NVENC, List.of(), Evidence.DECLARED);

  boolean decodes() {
    return tier == Tier.FULL_GPU || tier == Tier.GPU_DECODE;
  }

  boolean encodes() {
    return tier == Tier.FULL_GPU || tier == Tier.GPU_ENCODE;
  }

  boolean isSoftware() {
    return tier == Tier.SOFTWARE;
  }

  /**
   * Whether its encoder is given the average of the whole for each segment. NVENC counts no further
   * back than its buffer of seconds and looks ahead at some pictures, so in one piece it would
   * share out no more.
   */
  boolean averagesBySegment() {
    return encodes() && api == Api.NVENC;
  }

  Surfaces surfaces() {
    return switch (api) {
      case NVENC, NVDEC -> Surfaces.CUDA;
      case VAAPI -> Surfaces.VAAPI;
      case QSV -> Surfaces.QSV;
      case VULKAN -> Surfaces.VULKAN;
      case AMF -> Surfaces.NONE;
    };
  }

  /** What the devices encode of a codec; empty where nothing says that they do. */
  Optional<Capability> encoding(String codec) {
    return devices.getFirst().of(Direction.ENCODE, codec).stream()
        .filter(each -> each.api() == api)
        .findFirst();
  }

  /** Why the devices cannot be relied on to decode a track; empty where they can. */
  Optional<String> decodingObstacle(Track.Video track) {
    Optional<Capability> found =
        devices.getFirst().of(Direction.DECODE, track.codec()).stream()
            .filter(each -> surfaces() == surfacesOf(each.api()))
            .findFirst();
    return found.isEmpty()
        ? Optional.of("does not decode " + track.codec())
        : decodingObstacle(track, found.get());
  }

  private Optional<String> decodingObstacle(Track.Video track, Capability capability) {
    Format format = Format.of(track.pixelFormat());
    if (!capability.formats().isEmpty() && !capability.formats().contains(format)) {
      return Optional.of("does not decode " + track.codec() + " in " + format);
    }
    return profileObstacle(track)
        .or(() -> sizeObstacle(capability, track.size(), "decodes"))
        .or(() -> doubt(capability, "decodes " + track.codec()));
  }

  /**
   * Streams without loss are of this profile whatever their pixels are (ITU-T H.264, A.2.7), and no
   * GPU here decodes it, though none says so.
   */
  private static Optional<String> profileObstacle(Track.Video track) {
    return track.stream()
        .profile()
        .filter(profile -> track.codec().equals("h264") && profile.contains("4:4:4"))
        .map(profile -> "does not decode h264 of the profile " + profile);
  }

  /** The format of what the devices decode; empty where no filter or encoder here takes it. */
  Optional<String> surface(PixelFormat source) {
    boolean cuda = surfaces() == Surfaces.CUDA;
    return switch (source.sampling() + " " + source.bitDepth()) {
      case "4:2:0 8" -> Optional.of("nv12");
      case "4:2:0 10" -> Optional.of("p010le");
      case "4:2:0 12" -> Optional.of(cuda ? "p016le" : "p012le");
      case "4:4:4 8" -> cuda ? Optional.of("yuv444p") : Optional.empty();
      case "4:4:4 10", "4:4:4 12" -> cuda ? Optional.of("yuv444p16le") : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Why the devices cannot encode pictures of this size; empty where they can. */
  static Optional<String> sizeObstacle(Capability capability, Size size, String verb) {
    Optional<Size> most =
        capability
            .maxSize()
            .filter(max -> size.width() > max.width() || size.height() > max.height());
    Optional<Size> least =
        capability
            .minSize()
            .filter(min -> size.width() < min.width() || size.height() < min.height());
    return most.map(max -> verb + " at most " + max + ", not " + size)
        .or(() -> least.map(min -> verb + " at least " + min + ", not " + size));
  }

  /** That the evidence is too weak; empty where it is not. */
  Optional<String> doubt(Capability capability, String what) {
    if (capability.failure().isPresent()) {
      return Optional.of("failed when it was tried: " + capability.failure().get());
    }
    if (capability.evidence().compareTo(least) >= 0) {
      return Optional.empty();
    }
    String known = capability.evidence() == Evidence.PROBED ? "its driver says" : "it is declared";
    return Optional.of(
        "is not proved: "
            + known
            + " that it "
            + what
            + ", but no trial on this machine has shown it; run penstock doctor, or use --hardware"
            + " prefer");
  }

  private static Surfaces surfacesOf(Api api) {
    return new Route(Tier.GPU_DECODE, api, List.of(), Evidence.DECLARED).surfaces();
  }

  /** The plan, with the devices named. */
  Plan given(Plan plan) {
    return isSoftware()
        ? plan
        : plan.on(
            new Plan.Acceleration(
                surfaces(),
                decodes(),
                encodes() ? Optional.of(api) : Optional.empty(),
                devices.stream().map(this::seat).toList()));
  }

  private Seat seat(Device device) {
    Device.Identity who = device.identity();
    Device.Engines engines = device.engines();
    int count = (encodes() ? engines.encoders() : engines.decoders()).toOptional().orElse(1);
    return new Seat(
        who.name(),
        who.key(),
        who.renderNode(),
        Math.max(1, count),
        SessionFit.unlimited(api, device),
        who.driver());
  }

  /** For the receipt: the GPUs, with their addresses. */
  String who() {
    String name = devices.getFirst().identity().name();
    return name
        + devices.stream()
            .map(device -> device.identity().key())
            .filter(key -> !key.equals(name))
            .collect(Collectors.joining(", ", " (", ")"))
            .replace(" ()", "");
  }

  @Override
  public String toString() {
    return isSoftware() ? tier.label() : tier.label() + " of " + who() + ", " + api.label();
  }
}
