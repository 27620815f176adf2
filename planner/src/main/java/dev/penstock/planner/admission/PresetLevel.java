package dev.penstock.planner.admission;

import dev.penstock.model.Plan.EncodeVideo;
import java.util.Map;

/** Where an encoder's own word for speed lies between 1, the fastest, and 7, the best. */
final class PresetLevel {
  private static final int MIDDLE = 4;

  /** The speeds of SVT-AV1 that p1 to p7 are, and those of libvpx and libaom. */
  private static final int[] SVT = {12, 10, 9, 8, 6, 4, 2};

  private static final int[] VPX = {8, 5, 4, 3, 2, 1, 0};

  private static final Map<String, Integer> WORDS =
      Map.ofEntries(
          Map.entry("ultrafast", 1),
          Map.entry("superfast", 2),
          Map.entry("veryfast", 3),
          Map.entry("faster", 3),
          Map.entry("fast", 4),
          Map.entry("medium", 5),
          Map.entry("slow", 6),
          Map.entry("slower", 7),
          Map.entry("veryslow", 7),
          Map.entry("speed", 1),
          Map.entry("balanced", 4),
          Map.entry("quality", 7));

  private PresetLevel() {}

  static int of(EncodeVideo video) {
    String word =
        video.options().getOrDefault("preset", video.options().getOrDefault("cpu-used", ""));
    return word.matches("[0-9]{1,2}")
        ? nearest(video.encoder().contains("svt") ? SVT : VPX, Integer.parseInt(word))
        : of(word);
  }

  private static int nearest(int[] presets, int speed) {
    int level = 1;
    while (level < presets.length && presets[level - 1] > speed) {
      level++;
    }
    return level;
  }

  static int of(String word) {
    return word.matches("p[1-7]") ? word.charAt(1) - '0' : WORDS.getOrDefault(word, MIDDLE);
  }
}
