package dev.penstock.node;

import dev.penstock.model.Color;
import dev.penstock.model.Failure;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.Scan;
import dev.penstock.model.Stage;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import dev.penstock.node.worker.FrameReader;
import dev.penstock.node.worker.FrameWriter;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Protocol;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.ToWorker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A worker that looks at no input: a job whose spec is {@code gpu} is planned for the GPU where it
 * may be, {@code cut} too and in segments, any other in software, and all are done at once. But
 * {@code long}, in segments, is done once it has one lane, and gives way; and the decoder of the
 * GPU fails on {@code undecodable}.
 */
final class PlanningWorker {
  private PlanningWorker() {}

  public static void main(String[] words) throws IOException {
    FrameWriter<FromWorker> out = new FrameWriter<>(System.out, FromWorker.class);
    FrameReader<ToWorker> in = new FrameReader<>(System.in, ToWorker.class);
    out.write(new FromWorker.Ready(Protocol.VERSION, ProcessHandle.current().pid(), "planning"));
    for (Optional<ToWorker> order = in.next(); order.isPresent(); order = in.next()) {
      switch (order.get()) {
        case ToWorker.Plan plan -> out.write(planned(plan));
        case ToWorker.Execute execute when isLong(execute) -> {}
        case ToWorker.Execute execute -> out.write(done(execute));
        case ToWorker.Yield(long task) -> out.write(new FromWorker.Yielded(task, Optional.empty()));
        case ToWorker.Drain _ -> System.exit(0);
        default -> {}
      }
    }
  }

  private static FromWorker planned(ToWorker.Plan order) {
    boolean mayUseGpu =
        order.setting().devices().map(keys -> keys.contains(Samples.GPU)).orElse(true);
    Plan plan =
        switch (mayUseGpu ? order.spec() : "software") {
          case "gpu", "undecodable" -> Works.gpu();
          case "cut", "long" -> Works.cut();
          default -> Works.software();
        };
    if (plan.acceleration().isPresent() && !order.setting().decoding()) {
      plan = Works.encoding(plan);
    }
    return new FromWorker.Planned(
        order.task(),
        new Planning.Planned(plan, new Receipt(List.of(), List.of())),
        input(),
        "{}",
        "");
  }

  private static boolean isLong(ToWorker.Execute order) {
    return order.spec().equals("long") && order.setting().lanes().orElse(0) > 1;
  }

  /** Says in its report what it knew. */
  private static FromWorker done(ToWorker.Execute order) {
    if (order.spec().equals("undecodable") && order.setting().decoding()) {
      return new FromWorker.Failed(
          order.task(),
          new Failure.DeviceLost(
              new Failure.Diagnosis("GPU", Stage.DECODE, "failed", "a test", "none")));
    }
    long known = order.setting().machine().map(Setting.Gpus::devices).stream().count();
    int lanes = order.setting().lanes().orElse(0);
    String on = String.join(" ", order.setting().devices().orElse(List.of("anything")));
    return new FromWorker.Done(
        order.task(),
        "{\"on\": \"%s\", \"known\": %d, \"lanes\": %d, \"decoding\": %b}"
            .formatted(on, known, lanes, order.setting().decoding()),
        List.of());
  }

  private static MediaInfo input() {
    StreamFacts facts =
        new StreamFacts(
            0,
            "h264",
            Optional.empty(),
            new Rational(1, 1000),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            List.of(),
            Map.of());
    Track.Video video =
        new Track.Video(
            facts,
            1920,
            1080,
            Rational.ONE,
            Optional.of(new Rational(30, 1)),
            Optional.empty(),
            /* variableFrameRate= */ false,
            new PixelFormat("yuv420p", 8, 1, 1, false, false),
            Color.UNKNOWN,
            HdrMetadata.NONE,
            0,
            /* mirrored= */ false,
            Scan.PROGRESSIVE,
            /* closedCaptions= */ false);
    return new MediaInfo(
        "in.mkv",
        "matroska",
        "Matroska",
        Optional.of(Duration.ofSeconds(10)),
        Duration.ZERO,
        OptionalLong.empty(),
        OptionalLong.empty(),
        /* seekable= */ true,
        Map.of(),
        List.of(),
        List.of(video));
  }
}
