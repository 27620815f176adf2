package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.model.Delivery;
import dev.penstock.model.Delivery.Scheme;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.planner.LadderPlanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ladder that was ended and is gone on with in another form: what was encoded is taken, and what
 * comes out is as if the other form had never been asked for.
 */
@ExtendWith(NoLeaks.class)
class ChangedDeliveryTest {
  private static final int FRAMES = 1000;

  @TempDir Path parent;

  private static ContentKey key(String sixteenBytes) {
    return ContentKey.of(sixteenBytes.getBytes(StandardCharsets.US_ASCII), "unused");
  }

  private LadderSpec spec(String name, Form... forms) {
    Path source =
        Clips.make(
            "lively-40s.mp4",
            "-f lavfi -i testsrc2=s=160x96:r=25:d=40 -f lavfi -i sine=d=40:r=48000",
            "-c:v libx264 -preset veryfast -bf 2 -g 25 -pix_fmt yuv420p -c:a aac -b:a 64k");
    return Ladders.of(source, parent.resolve(name), Set.of(forms), 96, 48);
  }

  private static LadderSpec inFiles(LadderSpec spec) {
    return spec.withDelivery(spec.delivery().laidOut(Delivery.Layout.FILES));
  }

  private static LadderSpec withStills(LadderSpec spec, int seconds) {
    return spec.withDelivery(
        spec.delivery()
            .withStills(
                Optional.of(new Delivery.Poster(Optional.of(Duration.ofSeconds(seconds)))),
                Optional.of(Duration.ofSeconds(seconds))));
  }

  /** Ends it when so many pictures are done. */
  private static void ended(LadderSpec spec, ContentKey key, int frames) {
    Cancellation end = new Cancellation();
    try (Input input =
        Input.open(
            spec.input(), new Input.Options(Duration.ofSeconds(30), _ -> {}), new Cancellation())) {
      Planning planning =
          LadderPlanner.plan(spec, input.info(), Survey.declared(), input.indexFor(spec));
      Engine.Options options =
          new Engine.Options(
                  false,
                  OptionalInt.of(1),
                  Optional.empty(),
                  progress -> {
                    if (progress.frames() >= frames) {
                      end.cancel();
                    }
                  },
                  _ -> {})
              .withKey(key);
      assertThat(Engine.execute((Planning.Planned) planning, input, options, end))
          .isInstanceOf(Outcome.Cancelled.class);
    }
  }

  private static Map<String, String> sums(Path folder) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sums.put(
            folder.relativize(file).toString(),
            Checksum.of(file, new Cancellation()).orElseThrow());
      }
    }
    return sums;
  }

  /** Goes on with what {@link #ended} left of {@code out}, and compares with a run of its own. */
  private void assertGoneOnWith(LadderSpec alone, LadderSpec goneOn, Optional<ContentKey> key)
      throws IOException {
    Report first = Ladders.done(alone, 2, key);
    Report report = Ladders.done(goneOn, 2, key);

    assertThat(first.pieces().orElseThrow().reused()).isZero();
    assertThat(report.pieces().orElseThrow().reused()).isPositive();
    assertThat(sums(Path.of(goneOn.folder()))).isEqualTo(sums(Path.of(alone.folder())));
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).containsExactlyInAnyOrder(parent.resolve("alone"), parent.resolve("out"));
    }
  }

  @Test
  void anotherKey() throws IOException {
    ContentKey before = key("sixteen bytes ok");
    ContentKey after = key("sixteen bytes no");
    LadderSpec spec = spec("out", Form.HLS, Form.DASH);
    ended(Ladders.encrypted(spec, Scheme.CBCS, before, "key.bin"), before, FRAMES / 2);

    assertGoneOnWith(
        Ladders.encrypted(spec("alone", Form.HLS, Form.DASH), Scheme.CBCS, after, "key.bin"),
        Ladders.encrypted(spec, Scheme.CBCS, after, "key.bin"),
        Optional.of(after));
  }

  @Test
  void anotherLayoutAndStills_afterTwoOthers() throws IOException {
    ContentKey key = key("sixteen bytes ok");
    LadderSpec spec = spec("out", Form.HLS);
    ended(withStills(Ladders.encrypted(spec, Scheme.AES_128, key, "key.bin"), 1), key, FRAMES / 4);
    ended(inFiles(Ladders.encrypted(spec, Scheme.CBCS, key, "k")), key, FRAMES * 3 / 4);

    assertGoneOnWith(
        withStills(inFiles(spec("alone", Form.HLS)), 2),
        withStills(inFiles(spec), 2),
        Optional.empty());
    assertThat(Path.of(spec.folder())).isDirectoryContaining("glob:**/poster.jpg");
  }

  /** The tracks are other ones, so nothing is taken. */
  @Test
  void otherRungs_beginAnew() throws IOException {
    ContentKey key = key("sixteen bytes ok");
    LadderSpec spec = spec("out", Form.HLS);
    ended(Ladders.encrypted(spec, Scheme.CBCS, key, "k"), key, FRAMES / 2);

    Report report =
        Ladders.done(
            Ladders.of(
                Path.of(spec.input()),
                parent.resolve("out"),
                Set.of(Form.HLS),
                List.of(Ladders.rung(96), Ladders.rung(64))),
            2,
            Optional.empty());

    assertThat(report.pieces().orElseThrow().reused()).isZero();
  }
}
