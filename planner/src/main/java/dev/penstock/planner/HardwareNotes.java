package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.Plan;
import dev.penstock.model.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which GPUs could take the encodes of a plan, or why none could. */
final class HardwareNotes {
  private static final Pattern DEPTH = Pattern.compile("p0?(10|12|16)(?:le|be)?$");

  private HardwareNotes() {}

  /** A note for each video track that is encoded; none where no GPU was looked at. */
  static List<String> of(Plan plan, List<Device> devices) {
    List<String> notes = new ArrayList<>();
    if (!devices.isEmpty()) {
      for (Plan.TrackPlan track : plan.tracks()) {
        if (track instanceof Plan.EncodeVideo video) {
          notes.add(note(video, devices));
        }
      }
    }
    return notes.stream().distinct().toList();
  }

  private static String note(Plan.EncodeVideo video, List<Device> devices) {
    String what =
        video.codec().label() + " of " + video.size() + " in " + format(video.pixelFormat());
    List<String> able = new ArrayList<>();
    List<String> unable = new ArrayList<>();
    for (Device device : devices) {
      String name = device.identity().name();
      String where = device.identity().pci().map(pci -> " at " + pci).orElse("");
      Optional<Capability> taker =
          device.of(Direction.ENCODE, video.codec().id()).stream()
              .filter(each -> obstacle(video, each).isEmpty())
              .findFirst();
      taker.ifPresentOrElse(
          each -> able.add(name + where + " with " + each.api().label()),
          () -> unable.add(name + where + " " + reason(video, device)));
    }
    return able.isEmpty()
        ? "no GPU could encode " + what + ": " + String.join("; ", unable)
        : what
            + " could be encoded by "
            + String.join(", or ", able)
            + "; this version encodes in software";
  }

  private static String reason(Plan.EncodeVideo video, Device device) {
    List<Capability> encoding =
        device.capabilities().stream()
            .filter(each -> each.direction() == Direction.ENCODE)
            .toList();
    if (encoding.isEmpty()) {
      return device.engines().encoders().toOptional().filter(count -> count == 0).isPresent()
          ? "has no encoder"
          : "is not known to encode";
    }
    return device.of(Direction.ENCODE, video.codec().id()).stream()
        .map(each -> obstacle(video, each))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("does not encode " + video.codec().label());
  }

  /** What is not known of a capability is no obstacle. */
  private static Optional<String> obstacle(Plan.EncodeVideo video, Capability capability) {
    Format format = format(video.pixelFormat());
    if (!capability.formats().isEmpty() && !capability.formats().contains(format)) {
      return Optional.of("does not encode " + format);
    }
    Size size = video.size();
    Optional<String> large =
        capability
            .maxSize()
            .filter(max -> size.width() > max.width() || size.height() > max.height())
            .map(max -> "encodes at most " + max);
    return large.isPresent()
        ? large
        : capability
            .minSize()
            .filter(min -> size.width() < min.width() || size.height() < min.height())
            .map(min -> "encodes at least " + min);
  }

  /** That of libav's name of a pixel format. */
  private static Format format(String pixelFormat) {
    Matcher depth = DEPTH.matcher(pixelFormat);
    int bits = depth.find() ? Integer.parseInt(depth.group(1)) : 8;
    String chroma = "4:2:0";
    if (pixelFormat.contains("422")) {
      chroma = "4:2:2";
    } else if (pixelFormat.contains("444")) {
      chroma = "4:4:4";
    }
    return new Format(chroma, bits);
  }
}
