package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** How many lanes fit into memory. */
final class Memory {
  private static final Path FACTS = Path.of("/proc/meminfo");

  /** Frames that a decoder, filters and the links between them hold. */
  private static final int DECODED = 24;

  /** Frames that an encoder looks ahead at, refers to and works on, with what it notes of them. */
  private static final int ENCODED = 100;

  private Memory() {}

  /** At least one; as many as are asked for where nothing is known of the memory. */
  static int lanes(int wanted, Plan plan, MediaInfo input) {
    return fitting(wanted, available(FACTS), lane(plan, input));
  }

  /** Half of what is free is left to others. */
  static int fitting(int wanted, OptionalLong free, long lane) {
    return free.isEmpty()
        ? wanted
        : Math.clamp(free.getAsLong() / 2 / Math.max(1, lane), 1, wanted);
  }

  /** Bytes that a lane holds at most, as frames of two bytes a sample. */
  private static long lane(Plan plan, MediaInfo input) {
    long bytes = 0;
    for (Plan.TrackPlan track : plan.tracks()) {
      if (track instanceof EncodeVideo video) {
        bytes += ENCODED * frame(video.size());
      }
    }
    return bytes + input.video().stream().mapToLong(track -> DECODED * frame(track.size())).sum();
  }

  private static long frame(Size size) {
    return size.pixels() * 3;
  }

  /** What Linux says can be taken without swapping, bytes. */
  static OptionalLong available(Path facts) {
    try {
      List<String> lines = Files.readAllLines(facts);
      return lines.stream()
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }
}
