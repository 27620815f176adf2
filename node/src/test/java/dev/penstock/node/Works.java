package dev.penstock.node;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.Labels;
import dev.penstock.model.Plan.Rotation;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Planning;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.CostModel.Part;
import dev.penstock.planner.admission.Figures;
import dev.penstock.planner.admission.Footage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** Plans that tests make up: one rendition of 1080p. */
public final class Works {
  static final Footage FOOTAGE = new Footage("h264", new Size(1920, 1080), 30, 8);

  private Works() {}

  static Plan gpu() {
    return on(Samples.GPU, video("h264_nvenc", "p4"));
  }

  /** In four segments. */
  static Plan cut() {
    Plan plan = gpu();
    List<Segmentation.Segment> segments =
        IntStream.range(0, 4)
            .mapToObj(
                i -> new Segmentation.Segment(i, OptionalLong.empty(), OptionalLong.empty(), 60))
            .toList();
    return new Plan(
        plan.input(),
        plan.target(),
        plan.tracks(),
        plan.outputs(),
        Optional.of(new Segmentation(0, new Rational(1, 90_000), segments)),
        plan.acceleration(),
        plan.strict());
  }

  /** The same, decoded in software. */
  static Plan encoding(Plan plan) {
    Acceleration all = plan.acceleration().orElseThrow();
    return plan.on(new Acceleration(all.surfaces(), false, all.encoding(), all.seats()));
  }

  static Plan other() {
    return on(Samples.GPU, video("hevc_nvenc", "p7"));
  }

  static Plan software() {
    return plan(video("libx264", "medium"));
  }

  static List<Part> parts(Plan plan, List<String> gpus) {
    Figures figures =
        gpus.isEmpty()
            ? Figures.ofSoftware(Optional.of("a CPU"))
            : Figures.of(Samples.device("NVIDIA 570.1"));
    return new CostModel(figures, Corrections.NONE, 8).parts(plan, Optional.of(FOOTAGE), 1);
  }

  /** As a worker says it. */
  public static FromWorker.Planned planned(long task) {
    MediaInfo input =
        new MediaInfo(
            "in.mp4",
            "mov",
            "MP4",
            Optional.empty(),
            Duration.ZERO,
            OptionalLong.empty(),
            OptionalLong.empty(),
            /* seekable= */ true,
            Map.of(),
            List.of(),
            List.of());
    return new FromWorker.Planned(
        task,
        new Planning.Planned(software(), new Receipt(List.of(), List.of())),
        input,
        "{}",
        "a plan");
  }

  private static Plan on(String gpu, EncodeVideo video) {
    Seat seat = new Seat("NVIDIA L40S", gpu, Optional.empty(), 3, true, Optional.empty());
    return plan(video)
        .on(new Acceleration(Surfaces.CUDA, true, Optional.of(Api.NVENC), List.of(seat)));
  }

  private static Plan plan(EncodeVideo video) {
    return new Plan(
        new Plan.Input("in.mp4", Optional.empty(), Optional.empty()),
        "out.mp4",
        List.of(video),
        List.of(),
        Optional.empty(),
        /* strict= */ false);
  }

  private static EncodeVideo video(String encoder, String preset) {
    return new EncodeVideo(
        0,
        OptionalInt.empty(),
        VideoCodec.H264,
        encoder,
        List.of(),
        FOOTAGE.size(),
        "nv12",
        new LinkedHashMap<>(Map.of("preset", preset)),
        Optional.of(new Rational(30, 1)),
        new Rational(1, 90_000),
        Color.UNKNOWN,
        HdrMetadata.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Rotation.NONE,
        new Labels(Map.of(), List.of()));
  }
}
