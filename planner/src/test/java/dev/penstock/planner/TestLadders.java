package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.Rungs;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/** Ladders as they are by default: key frames every 2 s, segments of 6 s. */
final class TestLadders {
  private TestLadders() {}

  static LadderSpec of(Rungs rungs, List<VideoCodec> codecs, Form... forms) {
    return of(JobSpec.Video.DEFAULT, rungs, codecs, forms);
  }

  static LadderSpec of(JobSpec.Video video, Rungs rungs, List<VideoCodec> codecs, Form... forms) {
    return new LadderSpec(
        "in.mkv",
        "out",
        rungs,
        codecs,
        Set.of(forms),
        video,
        List.of(),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.AUTO,
        Duration.ofSeconds(2),
        Duration.ofSeconds(6),
        new JobSpec.Segments.Auto(),
        JobSpec.Hardware.AUTO,
        OptionalInt.empty(),
        /* strict= */ false);
  }
}
