import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.model.Filter;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Verification;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.LadderPlanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the engine decodes and scales on a GPU when nothing is encoded: the plan of a ladder, whose encoders are replaced
 * by a last scaling to 64x64 and a copy of that to memory.
 *
 * Arguments: input, lanes, length of segments in seconds (0 for none), lines of each rung. Prints one line.
 */
public final class DecodeScale {
  public static void main(String[] words) throws Exception {
    String source = words[0];
    int lanes = Integer.parseInt(words[1]);
    long seconds = Long.parseLong(words[2]);
    int[] lines = Arrays.stream(words, 3, words.length).mapToInt(Integer::parseInt).toArray();
    Path folder = Files.createTempDirectory("decode-scale");
    long began = System.nanoTime();
    try (Input input = Input.open(source, new Input.Options(Duration.ofSeconds(30), _ -> {}), new Cancellation())) {
      LadderSpec spec = spec(source, folder.resolve("out").toString(), seconds, lines);
      Planning.Planned planned =
          switch (LadderPlanner.plan(
              spec,
              input.info(),
              Survey.declared().withDevices(Inventory.ofThisMachine(Optional.of(Path.of(System.getProperty("user.home"), ".cache", "penstock"))).devices()),
              input.indexFor(spec))) {
            case Planning.Planned done -> new Planning.Planned(unencoded(done.plan(), folder), done.receipt());
            case Planning.Refused refused -> throw new IllegalStateException(refused.reasons().toString());
          };
      long ready = System.nanoTime();
      Outcome outcome =
          Engine.execute(
              planned,
              input,
              new Engine.Options(
                  true,
                  OptionalInt.of(lanes),
                  Optional.of(folder.resolve("work")),
                  Verification.Level.NONE,
                  _ -> {},
                  _ -> {}),
              new Cancellation());
      long ended = System.nanoTime();
      if (!(outcome instanceof Outcome.Done done)) {
        throw new IllegalStateException(outcome.toString());
      }
      long frames = done.report().tracks().getFirst().encoded();
      System.out.printf(
          "%s, %d rungs, %d lanes: %d frames in %.3f s, %.0f fps; ready after %.2f s; first packet %.2f s; %s%n",
          planned.plan().tier().label(),
          lines.length,
          lanes,
          frames,
          (ended - ready) / 1e9,
          frames / ((ended - ready) / 1e9),
          (ready - began) / 1e9,
          done.report().firstPacket().map(d -> d.toMillis() / 1e3).orElse(Double.NaN),
          done.report().warnings());
    }
    System.exit(0);
  }

  private static LadderSpec spec(String source, String target, long seconds, int[] lines) {
    List<LadderSpec.RungSpec> rungs =
        Arrays.stream(lines)
            .mapToObj(each ->
                new LadderSpec.RungSpec(
                    new SizeSpec.Lines(each),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalDouble.of(23)))
            .toList();
    return new LadderSpec(
        source,
        target,
        new LadderSpec.Rungs.Listed(rungs),
        List.of(VideoCodec.H264),
        Set.of(LadderSpec.Form.FILES),
        JobSpec.Video.DEFAULT,
        List.of(new JobSpec.AudioTarget.None()),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.NONE,
        Duration.ofSeconds(2),
        Duration.ofSeconds(4),
        seconds == 0 ? new JobSpec.Segments.Off() : new JobSpec.Segments.Every(Duration.ofSeconds(seconds)),
        JobSpec.Hardware.PREFER,
        OptionalInt.empty(),
        false);
  }

  private static Plan unencoded(Plan plan, Path folder) {
    List<Plan.TrackPlan> tracks = plan.tracks().stream().map(DecodeScale::raw).toList();
    Plan.File file =
        new Plan.File(
            folder.resolve("out.nut").toString(),
            IntStream.range(0, tracks.size()).boxed().toList(),
            "nut",
            new LinkedHashMap<>(),
            Map.of(),
            List.of());
    return new Plan(
        plan.input(), file.path(), tracks, List.of(file), plan.segmentation(), plan.acceleration(), false);
  }

  private static Plan.TrackPlan raw(Plan.TrackPlan track) {
    Plan.EncodeVideo video = (Plan.EncodeVideo) track;
    List<Filter> filters = new ArrayList<>();
    for (Filter filter : video.filters()) {
      if (filter.name().equals("hwdownload")) {
        break;
      }
      filters.add(filter);
    }
    filters.add(Filter.of("scale_cuda", "little to copy", "w", 64, "h", 64, "format", "nv12"));
    filters.add(Filter.of("hwdownload", "the encoder's"));
    filters.add(Filter.of("format", "the encoder's", "pix_fmts", "nv12"));
    return new Plan.EncodeVideo(
        video.source(),
        video.after(),
        video.codec(),
        "rawvideo",
        filters,
        new dev.penstock.model.Size(64, 64),
        "nv12",
        new LinkedHashMap<>(),
        video.frameRate(),
        video.timeBase(),
        video.color(),
        HdrMetadata.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Plan.Rotation.NONE,
        video.labels());
  }
}
