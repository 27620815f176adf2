package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.node.JobId;
import dev.penstock.node.http.Roots;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker opens what is in the roots when it opens it, not what was when it was allowed. */
class ConfinedTest {
  private static final JobId JOB = new JobId("01JABCDEFGHJKMNPQRSTVWXYZ0");

  @TempDir Path folder;
  private Path in;
  private Path secret;
  private Setting setting;

  @BeforeEach
  void makeRoots() throws IOException {
    in = Files.createDirectories(folder.resolve("in"));
    Files.createDirectories(folder.resolve("out"));
    secret = Oracle.clip(Files.createDirectories(folder.resolve("secret")), "clip.ts");
    Roots roots = new Roots(List.of(in), List.of(folder.resolve("out")), Set.of());
    Setting within = Setting.standard().on(List.of()).within(roots);
    setting = Wire.read(Wire.write(within, Setting.class), Setting.class);
    assertThat(setting).isEqualTo(within);
  }

  private FromWorker planned(Path input, Path output) {
    String spec =
        "{\"transcode\": {\"input\": \"%s\", \"output\": \"%s\", \"audio\": \"none\"}}"
            .formatted(input, output);
    List<FromWorker> said = new ArrayList<>();
    new WorkerTask(1, JOB, spec, setting, said::add).plan();
    return said.getLast();
  }

  private static String refusal(FromWorker said) {
    assertThat(said).isInstanceOf(FromWorker.Failed.class);
    Failure failure = ((FromWorker.Failed) said).failure();
    assertThat(failure.retry()).isEqualTo(Failure.Retry.NEVER);
    return failure.diagnosis().line();
  }

  @Test
  void aLinkThatWasChanged_isNotFollowedOutOfTheRoots() throws IOException {
    Path own = Files.copy(secret, in.resolve("own.ts"));
    Path link = Files.createSymbolicLink(in.resolve("link.ts"), own);
    Path out = folder.resolve("out/a.mp4");
    assertThat(planned(link, out)).isInstanceOf(FromWorker.Planned.class);

    Files.delete(link);
    Files.createSymbolicLink(link, secret);
    assertThat(refusal(planned(link, out))).contains("leads outside").contains("link.ts");
  }

  @Test
  void anOutput_isNotWrittenOutOfTheRoots() throws IOException {
    Path own = Files.copy(secret, in.resolve("own.ts"));
    Path elsewhere = Files.createSymbolicLink(folder.resolve("out/sub"), folder.resolve("secret"));
    assertThat(refusal(planned(own, elsewhere.resolve("a.mp4")))).contains("may not be written");
  }

  /** Also by a name elsewhere, whose folder would be that of the list. */
  @Test
  void whatAPlaylistNames_staysBelowIt() throws IOException {
    String list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n%s\n#EXT-X-ENDLIST\n";
    Path out = folder.resolve("out/a.mp4");
    Path climbing = Files.writeString(in.resolve("up.m3u8"), list.formatted("../secret/clip.ts"));
    assertThat(planned(climbing, out)).isInstanceOf(FromWorker.Failed.class);

    Path plain = Files.writeString(in.resolve("plain.m3u8"), list.formatted("clip.ts"));
    Path outside = Files.createSymbolicLink(folder.resolve("secret/list.m3u8"), plain);
    assertThat(planned(outside, out)).isInstanceOf(FromWorker.Failed.class);
    Files.copy(secret, in.resolve("clip.ts"));
    assertThat(planned(outside, out)).isInstanceOf(FromWorker.Planned.class);

    Files.delete(in.resolve("clip.ts"));
    Files.createSymbolicLink(in.resolve("clip.ts"), secret);
    assertThat(planned(plain, out)).isInstanceOf(FromWorker.Failed.class);
  }
}
